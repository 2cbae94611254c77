#include "flow/program.h"

#include <stdlib.h>
#include <unistd.h>

#include "adapters/process.h"
#include "base/buffer.h"

#ifndef HOTFIX_BINDIR
#define HOTFIX_BINDIR "/usr/local/bin"
#endif

char *program_find(void)
{
	static const char *const places[] = {"/../../bin/hotfixctl", "/hotfixctl"};
	char *folder = process_folder();
	struct buffer path = BUFFER_INIT;

	for (size_t i = 0; folder && i < sizeof(places) / sizeof(places[0]); i++) {
		buffer_clear(&path);
		buffer_addf(&path, "%s%s", folder, places[i]);
		if (access(buffer_text(&path), X_OK) == 0)
			goto done;
	}
	buffer_clear(&path);
	buffer_add_string(&path, HOTFIX_BINDIR "/hotfixctl");
done:
	free(folder);
	return buffer_detach(&path);
}
