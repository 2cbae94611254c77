#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"

#define ANYBODY 4242

/* Every test works in a folder of its own, which belongs to OWNER: who runs the test or, for root, somebody else. */
static uid_t owner;

static void give_away(const char *path)
{
	if (owner != getuid())
		assert_int_equal(lchown(path, owner, (gid_t)-1), 0);
}

static void make_folder(const char *path, mode_t mode)
{
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chmod(path, mode), 0);
	give_away(path);
}

static void make_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	give_away(path);
}

static void make_link(const char *target, const char *path)
{
	assert_int_equal(symlink(target, path), 0);
	give_away(path);
}

static int enter_folder(void **state)
{
	const char *base = getenv("TMPDIR");
	struct buffer path = BUFFER_INIT;

	owner = getuid() ? getuid() : ANYBODY;
	buffer_addf(&path, "%s/hotfix-file.XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(path.bytes) || chdir(path.bytes))
		return -1;
	give_away(path.bytes);
	*state = buffer_detach(&path);
	return 0;
}

static int leave_folder(void **state)
{
	struct buffer command = BUFFER_INIT;
	int status;

	buffer_addf(&command, "rm -rf '%s'", (const char *)*state);
	status = chdir("/") || system(buffer_text(&command));
	buffer_release(&command);
	free(*state);
	return status ? -1 : 0;
}

static void assert_trusted(const char *path)
{
	struct error error = ERROR_INIT;

	if (file_trusted(path, owner, &error))
		fail_msg("%s is not trusted: %s", path, error_text(&error));
}

/* The reason begins with the name of the entry at fault and holds REASON. */
static void assert_not_trusted(const char *path, const char *reason)
{
	struct error error = ERROR_INIT;

	assert_true(file_trusted(path, owner, &error) < 0);
	if (!strstr(error_text(&error), reason))
		fail_msg("expected \"%s\" in: %s", reason, error_text(&error));
	error_release(&error);
}

static void a_file_is_read_whole(void **state)
{
	struct buffer text = BUFFER_INIT;
	struct error error = ERROR_INIT;

	(void)state;
	make_file("file", "some text\n", 0600);
	assert_int_equal(file_read(&text, "file", 10, &error), 0);
	assert_string_equal(buffer_text(&text), "some text\n");
	buffer_release(&text);
}

static void a_file_longer_than_the_maximum_is_a_limit(void **state)
{
	struct buffer text = BUFFER_INIT;
	struct error error = ERROR_INIT;

	(void)state;
	make_file("file", "some text\n", 0600);
	assert_int_equal(file_read(&text, "file", 9, &error), ERROR_LIMIT);
	assert_string_equal(error_text(&error), "file: longer than 9 bytes");
	buffer_release(&text);
	error_release(&error);
}

static void a_file_that_is_not_there_is_not_found(void **state)
{
	struct buffer text = BUFFER_INIT;
	struct error error = ERROR_INIT;

	(void)state;
	make_file("file", "", 0600);
	assert_int_equal(file_read(&text, "absent", 100, &error), ERROR_NOT_FOUND);
	assert_int_equal(file_read(&text, "file/below", 100, &error), ERROR_NOT_FOUND);
	assert_string_equal(error_text(&error), "absent: No such file or directory");
	buffer_release(&text);
	error_release(&error);
}

static void a_folder_and_a_fifo_are_no_files_and_nobody_waits_for_them(void **state)
{
	struct buffer text = BUFFER_INIT;
	struct error folder = ERROR_INIT;
	struct error fifo = ERROR_INIT;

	(void)state;
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(file_read(&text, ".", 100, &folder), ERROR_FAILED);
	assert_int_equal(file_read(&text, "fifo", 100, &fifo), ERROR_FAILED);
	assert_string_equal(error_text(&folder), ".: not a regular file");
	assert_string_equal(error_text(&fifo), "fifo: not a regular file");
	buffer_release(&text);
	error_release(&folder);
	error_release(&fifo);
}

static void what_is_written_whole_to_a_pipe_is_read_whole(void **state)
{
	struct buffer text = BUFFER_INIT;
	struct error error = ERROR_INIT;
	char bytes[60000];
	int ends[2];

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(file_write_all(ends[1], bytes, sizeof(bytes), &error), 0);
	close(ends[1]);
	assert_int_equal(file_read_all(&text, ends[0], "standard input", sizeof(bytes), &error), 0);
	assert_int_equal(text.length, sizeof(bytes));
	assert_memory_equal(text.bytes, bytes, sizeof(bytes));
	close(ends[0]);
	buffer_release(&text);
}

static void reading_a_stream_stops_at_the_maximum_and_names_it(void **state)
{
	struct buffer text = BUFFER_INIT;
	struct error error = ERROR_INIT;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(file_write_all(ends[1], "12345", 5, &error), 0);
	assert_int_equal(file_read_all(&text, ends[0], "standard input", 4, &error), ERROR_LIMIT);
	assert_string_equal(error_text(&error), "standard input: longer than 4 bytes");
	close(ends[0]);
	close(ends[1]);
	buffer_release(&text);
	error_release(&error);
}

static void writing_to_what_is_not_open_fails(void **state)
{
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(file_write_all(-1, "x", 1, &error), ERROR_FAILED);
	assert_string_equal(error_text(&error), "cannot write: Bad file descriptor");
	error_release(&error);
}

static void a_file_of_root_is_trusted_whoever_the_owner_is(void **state)
{
	(void)state;
	owner = 54321;
	assert_trusted("/etc/passwd");
}

static void a_file_of_the_owner_is_trusted(void **state)
{
	struct buffer path = BUFFER_INIT;

	make_file("hotfix.ini", "", 0644);
	buffer_addf(&path, "%s/hotfix.ini", (const char *)*state);
	assert_trusted("hotfix.ini");
	assert_trusted("./hotfix.ini");
	assert_trusted(buffer_text(&path));
	buffer_release(&path);
}

static void a_file_of_somebody_else_is_not_trusted(void **state)
{
	(void)state;
	make_file("hotfix.ini", "", 0644);
	owner++;
	assert_not_trusted("hotfix.ini", "who is neither root nor the owner");
}

static void a_file_that_others_may_write_is_not_trusted(void **state)
{
	(void)state;
	make_file("group", "", 0664);
	make_file("world", "", 0646);
	assert_not_trusted("group", "/group: others than its owner may write it; run: chmod go-w '");
	assert_not_trusted("world", "/world: others than its owner may write it");
}

static void a_folder_above_that_others_may_write_makes_the_file_untrusted(void **state)
{
	(void)state;
	make_folder("open", 0775);
	make_folder("open/closed", 0755);
	make_file("open/closed/hotfix.ini", "", 0644);
	assert_not_trusted("open/closed/hotfix.ini", "/open: others than its owner may write it");
}

static void a_sticky_folder_may_be_written_by_others(void **state)
{
	(void)state;
	make_folder("sticky", 01777);
	make_file("sticky/hotfix.ini", "", 0644);
	assert_trusted("sticky/hotfix.ini");
	assert_int_equal(chmod("sticky/hotfix.ini", 01666), 0);
	assert_not_trusted("sticky/hotfix.ini", "/sticky/hotfix.ini: others");
}

static void a_link_is_trusted_when_its_target_is(void **state)
{
	(void)state;
	make_folder("profiles", 0755);
	make_file("profiles/shared.ini", "", 0644);
	make_link("profiles/shared.ini", "relative");
	make_link("relative", "link-to-a-link");
	make_link("/etc/passwd", "absolute");
	make_link("profiles", "folder");
	assert_trusted("relative");
	assert_trusted("link-to-a-link");
	assert_trusted("absolute");
	assert_trusted("folder/../profiles/shared.ini");
}

static void a_link_is_not_trusted_when_its_target_or_a_folder_above_the_target_is_not(void **state)
{
	(void)state;
	make_file("writable", "", 0666);
	make_folder("open", 0777);
	make_file("open/hotfix.ini", "", 0644);
	make_link("writable", "to-file");
	make_link("open/hotfix.ini", "below-folder");
	make_link("open", "folder");
	assert_not_trusted("to-file", "/writable: others");
	assert_not_trusted("below-folder", "/open: others");
	assert_not_trusted("folder/hotfix.ini", "/open: others");
}

static void a_link_in_an_open_folder_is_not_trusted_however_good_its_target(void **state)
{
	(void)state;
	make_folder("open", 0777);
	make_link("/etc/passwd", "open/hotfix.ini");
	assert_not_trusted("open/hotfix.ini", "/open: others");
}

static void a_link_of_somebody_else_is_not_trusted(void **state)
{
	(void)state;
	if (getuid())
		skip();
	make_folder("sticky", 01777);
	make_file("good", "", 0644);
	make_link("../good", "sticky/hotfix.ini");
	assert_trusted("sticky/hotfix.ini");
	assert_int_equal(lchown("sticky/hotfix.ini", ANYBODY + 1, (gid_t)-1), 0);
	assert_not_trusted("sticky/hotfix.ini", "/sticky/hotfix.ini: belongs to user 4243");
}

static void links_in_a_circle_end(void **state)
{
	(void)state;
	make_link("two", "one");
	make_link("one", "two");
	assert_not_trusted("one", "Too many levels of symbolic links");
}

static void what_is_not_there_is_not_trusted(void **state)
{
	struct error error = ERROR_INIT;

	(void)state;
	make_link("absent", "dangling");
	assert_int_equal(file_trusted("absent", owner, &error), ERROR_NOT_FOUND);
	assert_int_equal(file_trusted("dangling", owner, &error), ERROR_NOT_FOUND);
	error_release(&error);
}

static int private(const char *path)
{
	struct error error = ERROR_INIT;
	int result = file_private(path, owner, &error);

	error_release(&error);
	return result;
}

static void a_secret_is_private_only_when_nobody_else_may_read_or_write_it(void **state)
{
	static const struct {
		const char *name;
		mode_t mode;
		int expected;
	} cases[] = {
		{"owner-only", 0600, 0},
		{"read-only", 0400, 0},
		{"group-reads", 0640, ERROR_FAILED},
		{"world-reads", 0604, ERROR_FAILED},
		{"group-writes", 0620, ERROR_FAILED},
		{"world-writes", 0602, ERROR_FAILED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		make_file(cases[i].name, "secret", cases[i].mode);
		assert_int_equal(private(cases[i].name), cases[i].expected);
	}
}

static void a_secret_of_somebody_else_a_folder_and_nothing_are_not_private(void **state)
{
	(void)state;
	make_folder("folder", 0700);
	make_file("secret", "secret", 0600);
	assert_int_equal(private("folder"), ERROR_FAILED);
	assert_int_equal(private("absent"), ERROR_NOT_FOUND);
	owner++;
	assert_int_equal(private("secret"), ERROR_FAILED);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter_folder, leave_folder)

static void assert_file(const char *path, const char *text, mode_t mode)
{
	struct buffer read = BUFFER_INIT;
	struct error error = ERROR_INIT;
	struct stat status;

	assert_int_equal(file_read(&read, path, 100, &error), 0);
	assert_string_equal(buffer_text(&read), text);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, mode);
	buffer_release(&read);
}

static void a_file_is_replaced_by_another_one(void **state)
{
	struct error error = ERROR_INIT;
	struct buffer old = BUFFER_INIT;
	int fd;

	(void)state;
	assert_int_equal(file_replace("file", "old", 3, 0600, &error), 0);
	assert_file("file", "old", 0600);
	fd = open("file", O_RDONLY | O_CLOEXEC);
	assert_int_equal(file_replace("file", "", 0, 0644, &error), 0);
	assert_file("file", "", 0644);
	assert_int_equal(file_read_all(&old, fd, "file", 100, &error), 0);
	assert_string_equal(buffer_text(&old), "old");
	close(fd);
	buffer_release(&old);
}

static void a_file_is_overwritten_in_place(void **state)
{
	struct error error = ERROR_INIT;
	struct stat before;
	struct stat after;

	(void)state;
	assert_int_equal(file_overwrite("file", "long ago", 8, 0600, &error), 0);
	assert_file("file", "long ago", 0600);
	assert_int_equal(stat("file", &before), 0);
	assert_int_equal(file_overwrite("file", "now", 3, 0644, &error), 0);
	assert_file("file", "now", 0600);
	assert_int_equal(stat("file", &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
}

static void what_cannot_be_overwritten_stays_as_it_is(void **state)
{
	struct error error = ERROR_INIT;

	(void)state;
	make_folder("folder", 0755);
	assert_int_equal(file_overwrite("folder", "x", 1, 0600, &error), ERROR_FAILED);
	error_release(&error);
	assert_int_equal(rmdir("folder"), 0);
	assert_int_equal(symlink("elsewhere", "link"), 0);
	assert_int_equal(file_overwrite("link", "x", 1, 0600, &error), ERROR_FAILED);
	error_release(&error);
	assert_int_equal(system("test -h link && ! test -e elsewhere"), 0);
}

static void what_cannot_be_replaced_leaves_nothing_behind(void **state)
{
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(file_replace("absent/file", "x", 1, 0644, &error), ERROR_FAILED);
	assert_non_null(strstr(error_text(&error), "No such file or directory"));
	error_release(&error);
	make_folder("folder", 0755);
	assert_int_equal(file_replace("folder", "x", 1, 0644, &error), ERROR_FAILED);
	assert_string_equal(error_text(&error), "folder: Is a directory");
	error_release(&error);
	assert_int_equal(rmdir("folder"), 0);
	assert_int_equal(system("test -z \"$(ls -A)\""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_read_whole),
		TEST(a_file_longer_than_the_maximum_is_a_limit),
		TEST(a_file_that_is_not_there_is_not_found),
		TEST(a_folder_and_a_fifo_are_no_files_and_nobody_waits_for_them),
		TEST(what_is_written_whole_to_a_pipe_is_read_whole),
		TEST(reading_a_stream_stops_at_the_maximum_and_names_it),
		TEST(writing_to_what_is_not_open_fails),
		TEST(a_file_is_replaced_by_another_one),
		TEST(a_file_is_overwritten_in_place),
		TEST(what_cannot_be_overwritten_stays_as_it_is),
		TEST(what_cannot_be_replaced_leaves_nothing_behind),
		TEST(a_file_of_root_is_trusted_whoever_the_owner_is),
		TEST(a_file_of_the_owner_is_trusted),
		TEST(a_file_of_somebody_else_is_not_trusted),
		TEST(a_file_that_others_may_write_is_not_trusted),
		TEST(a_folder_above_that_others_may_write_makes_the_file_untrusted),
		TEST(a_sticky_folder_may_be_written_by_others),
		TEST(a_link_is_trusted_when_its_target_is),
		TEST(a_link_is_not_trusted_when_its_target_or_a_folder_above_the_target_is_not),
		TEST(a_link_in_an_open_folder_is_not_trusted_however_good_its_target),
		TEST(a_link_of_somebody_else_is_not_trusted),
		TEST(links_in_a_circle_end),
		TEST(what_is_not_there_is_not_trusted),
		TEST(a_secret_is_private_only_when_nobody_else_may_read_or_write_it),
		TEST(a_secret_of_somebody_else_a_folder_and_nothing_are_not_private),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
