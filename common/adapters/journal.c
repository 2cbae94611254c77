#include "adapters/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"

static int write_system(const char *line)
{
	openlog("hotfix", LOG_PID, LOG_DAEMON);
	syslog(LOG_INFO, "%s", line);
	closelog();
	return 0;
}

static int write_file(const char *path, const char *line, struct error *error)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);
	struct buffer text = BUFFER_INIT;
	struct error cause = ERROR_INIT;
	int result;

	if (fd < 0)
		return error_set_errno(error, errno, "%s", path);
	buffer_addf(&text, "%s\n", line);
	result = file_write_all(fd, text.bytes, text.length, &cause);
	if (result)
		error_set(error, "%s: %s", path, error_text(&cause));
	if (close(fd) && !result)
		result = error_set_errno(error, errno, "%s", path);
	error_release(&cause);
	buffer_release(&text);
	return result;
}

int journal_write(const char *to, const char *line, struct error *error)
{
	if (!to)
		return 0;
	if (strchr(line, '\n'))
		return error_set(error, "%s: a line of the log holds a line feed", to);
	return strcmp(to, "syslog") ? write_file(to, line, error) : write_system(line);
}
