#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/config.h"
#include "adapters/config_parts.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"

/* A folder of files that only this user may write. */
struct fixture {
	char *folder;
	struct policy policy;
	struct strings problems;
	bool loaded;
};

static char *path_in(const struct fixture *fixture, const char *name)
{
	struct buffer path = BUFFER_INIT;

	buffer_addf(&path, "%s/%s", fixture->folder, name);
	return buffer_detach(&path);
}

static void write_bytes(const struct fixture *fixture, const char *name, const char *bytes, size_t length)
{
	char *path = path_in(fixture, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0644), 0);
	free(path);
}

static void write_text(const struct fixture *fixture, const char *name, const char *text)
{
	write_bytes(fixture, name, text, strlen(text));
}

static int set_up(void **state)
{
	struct fixture *fixture = memory_alloc(sizeof(*fixture));
	char folder[] = "/tmp/test_config.XXXXXX";

	assert_non_null(mkdtemp(folder));
	fixture->folder = memory_copy(folder);
	*state = fixture;
	return 0;
}

static void forget(struct fixture *fixture)
{
	if (fixture->loaded)
		policy_release(&fixture->policy);
	fixture->loaded = false;
	strings_release(&fixture->problems);
}

static int tear_down(void **state)
{
	static const char *const names[] = {"a.ini", "b.ini", "members", "url", "link"};
	struct fixture *fixture = *state;

	forget(fixture);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = path_in(fixture, names[i]);

		unlink(path);
		free(path);
	}
	rmdir(fixture->folder);
	free(fixture->folder);
	free(fixture);
	return 0;
}

/* Loads a.ini as the system's file and b.ini as the repository's. */
static int load(struct fixture *fixture)
{
	char *system_file = path_in(fixture, "a.ini");
	char *repository_file = path_in(fixture, "b.ini");
	int result;

	forget(fixture);
	result = config_load(&fixture->policy, &fixture->problems, system_file, repository_file, getuid());
	fixture->loaded = true;
	free(system_file);
	free(repository_file);
	return result;
}

/* Adds the problems, each with LF behind it; the folder's name is left out. */
static void describe_problems(struct buffer *out, const struct fixture *fixture)
{
	size_t skip = strlen(fixture->folder) + 1;

	for (size_t i = 0; i < fixture->problems.count; i++) {
		const char *at = fixture->problems.items[i];
		const char *next;

		for (; (next = strstr(at, fixture->folder)); at = next + skip)
			buffer_add(out, at, (size_t)(next - at));
		buffer_addf(out, "%s\n", at);
	}
}

/* Tells both when they differ. */
static bool problems_are(const struct fixture *fixture, const char *wanted)
{
	struct buffer found = BUFFER_INIT;
	bool same;

	describe_problems(&found, fixture);
	same = !strcmp(buffer_text(&found), wanted);
	if (!same)
		print_error("found:\n%swanted:\n%s\n", buffer_text(&found), wanted);
	buffer_release(&found);
	return same;
}

static void assert_problems(const struct fixture *fixture, const char *wanted)
{
	assert_true(problems_are(fixture, wanted));
}

static void assert_loads(struct fixture *fixture, const char *text)
{
	int result;

	write_text(fixture, "b.ini", text);
	result = load(fixture);
	assert_problems(fixture, "");
	assert_int_equal(result, 0);
}

struct bad {
	const char *text;
	const char *problems;
};

#define X10 "xxxxxxxxxx"

static const struct bad traps[] = {
	{"[prodution]\nbranch = refs/heads/x\n", "b.ini:1: unknown section [prodution]; did you mean [production]?\n"},
	{"[PRODUCTION]\n", "b.ini:1: unknown section [PRODUCTION]; did you mean [production]?\n"},
	{"[freeze]\n", "b.ini:1: unknown section [freeze]\n"},
	{"[roles]\n", "b.ini:1: unknown section [roles]; did you mean [role \"x\"]?\n"},
	{"[]\n", "b.ini:1: unknown section []\n"},
	{"[hotfix]\nbrnch = x\n", "b.ini:2: unknown key \"brnch\" in [hotfix]; did you mean \"branch\"?\n"},
	{"[hotfix]\nBranch = x\n", "b.ini:2: unknown key \"Branch\" in [hotfix]; did you mean \"branch\"?\n"},
	{"[hotfix]\nallow-by = x\n", "b.ini:2: unknown key \"allow-by\" in [hotfix]; it belongs in [production]\n"},
	{"[role \"a\"]\nmember = *\ncolour = red,\n\tblue\n", "b.ini:3: unknown key \"colour\" in [role \"a\"]\n"},
	{"mode = warn\n[procedure]\n", "b.ini:1: a key before the first section\n"},
	{"[procedure]\nmode\n", "b.ini:2: neither a section, a comment nor KEY = VALUE\n"},
	{"[procedure]\nmode ; = warn\n", "b.ini:2: neither a section, a comment nor KEY = VALUE\n"},
	{"[procedure]\n= warn\n", "b.ini:2: no key before the \"=\"\n"},
	{"[procedure]\nmode =\n", "b.ini:2: mode: no value\n"},
	{"[procedure]\nmode = ; warn\n", "b.ini:2: mode: no value\n"},
	{"[production]\nbranch =\n", "b.ini:2: branch: no value\n"},
	{"[production]\nbranch = , ,\n", "b.ini:2: branch: no value\n"},
	{"[procedure\nmode = warn\n", "b.ini:1: a section is [kind] or [kind \"name\"]\n"},
	{"[role \"a]\nmember = *\n", "b.ini:1: a section is [kind] or [kind \"name\"]\n"},
	{"[role a]\nmember = *\n", "b.ini:1: a section is [kind] or [kind \"name\"]\n"},
	{"[procedure] mode = warn\n", "b.ini:1: text behind the \"]\" of a section\n"},
	{"[procedure];mode\n", "b.ini:1: text behind the \"]\" of a section\n"},
	{"[role]\nmember = *\n", "b.ini:1: [role] needs a name, as in [role \"x\"]\n"},
	{"[hotfix \"x\"]\n", "b.ini:1: [hotfix] takes no name\n"},
	{"[role \"a ;b\"]\n",
	 "b.ini:1: [role \"a ;b\"]: a name holds letters, digits, \".\", \"_\" and \"-\", and begins with a letter or "
	 "digit\n"},
	{"[role \"a]b\"]\n",
	 "b.ini:1: [role \"a]b\"]: a name holds letters, digits, \".\", \"_\" and \"-\", and begins with a letter or "
	 "digit\n"},
	{"[role \"\"]\n",
	 "b.ini:1: [role \"\"]: a name holds letters, digits, \".\", \"_\" and \"-\", and begins with a letter or "
	 "digit\n"},
	{"[role \"a..b\"]\n",
	 "b.ini:1: [role \"a..b\"]: a name holds letters, digits, \".\", \"_\" and \"-\", and begins with a letter or "
	 "digit\n"},
	{"[role \"" X10 X10 X10 X10 "xxx\"]\nmember = *\n", "b.ini:1: section name of 50 bytes, at most 49\n"},
	{"[procedure]\nmode = warn\n[procedure]\ncontact = a\n",
	 "b.ini:3: [procedure] is there twice, first on line 1\n"},
	{"[role \"a\"]\nmember = *\n\n[role \"a\"]\n", "b.ini:4: [role \"a\"] is there twice, first on line 1\n"},
	{"[procedure]\nmode = warn\nguide = x\nmode = warn\n", "b.ini:4: \"mode\" is set twice, first on line 2\n"},
	{"[procedure]\ncontact = ops\n  dba\n",
	 "b.ini:3: \"contact\" takes one value, and this line continues it (line 2)\n"},
	{"[procedure]\nguide = x\n  mode = warn\n",
	 "b.ini:3: a key begins in the first column; this line continues the one above\n"},
	{"[procedure]\n  mode = warn\n",
	 "b.ini:2: a key begins in the first column; this line continues the one above\n"},
	{"[procedure]\nguide = x\n\t[hotfix]\n",
	 "b.ini:3: a section begins in the first column; this line continues the one above\n"},
	{"[procedure]\n\tsize\n", "b.ini:2: an indented line continues a list, and there is none above it\n"},
	{"[procedure]\nwarn = a,\n\tb ; c\n",
	 "b.ini:3: a continued line takes no comment; put it on a line of its own\n"},
	{"[procedure]\nmode = warn # for now\n",
	 "b.ini:2: mode = warn # for now: a comment behind a value begins with \" ;\"\n"},
	{"[procedure]\nmode = \"warn\"\n", "b.ini:2: mode = \"warn\": without the quotation marks\n"},
};

static const struct bad values[] = {
	{"[procedure]\nmode = strict\n", "b.ini:2: mode = strict: one of enforce, warn, off\n"},
	{"[procedure]\nwarn = size, a/b\n", "b.ini:2: warn = a/b: not the name of a rule\n"},
	{"[repository]\nweb = git.example.com\n", "b.ini:2: web = git.example.com: an http or https address\n"},
	{"[repository]\nclone = ssh://x/{repo}\n", "b.ini:2: clone = ssh://x/{repo}: only {path} is filled in\n"},
	{"[repository]\nroot = srv/git\n", "b.ini:2: root = srv/git: not an absolute path\n"},
	{"[pusher]\nfrom = github\n", "b.ini:2: from = github: one of unix, gitolite, gitea, gitlab, http\n"},
	{"[production]\nbranch = main\n", "b.ini:2: branch = main: a branch is written in full, refs/heads/main\n"},
	{"[production]\nbranch = refs/tags/v1\n",
	 "b.ini:2: branch = refs/tags/v1: a branch is written in full, refs/heads/refs/tags/v1\n"},
	{"[production]\nbranch = refs/heads/a b\n",
	 "b.ini:2: branch = refs/heads/a b: a blank in it; the items of a list are separated by \",\"\n"},
	{"[production]\nbranch = refs/heads/a[bc]\n", "b.ini:2: branch = refs/heads/a[bc]: no ref name holds \"[\"\n"},
	{"[production]\nbranch = refs/heads/\n",
	 "b.ini:2: branch = refs/heads/: not a ref name by git-check-ref-format(1)\n"},
	{"[production]\nbranch = refs/heads/*\n",
	 "b.ini:2: refs/heads/hotfix/* of [hotfix] branch overlaps refs/heads/* of [production] branch\n"},
	{"[production]\nbranch = refs/heads/hotfix/x\n",
	 "b.ini:2: refs/heads/hotfix/* of [hotfix] branch overlaps refs/heads/hotfix/x of [production] branch\n"},
	{"[role \"r\"]\nmember = *\n[production]\nallow-by = r\nallow-from = refs/heads/a\nallow-from = "
	 "refs/heads/m*\n",
	 "b.ini:6: refs/heads/m* of [production] allow-from overlaps refs/heads/main of [production] branch\n"},
	{"[hotfix]\nnot-from = refs/heads/hotfix/*\n",
	 "b.ini:2: refs/heads/hotfix/* of [hotfix] not-from overlaps refs/heads/hotfix/* of [hotfix] branch\n"},
	{"[production]\nallow-from = refs/heads/next\n",
	 "b.ini:2: allow-from needs allow-by: the role that may land these\n"},
	{"[production]\nallow-by = release\n", "b.ini:2: allow-by = release: there is no [role \"release\"]\n"},
	{"[rollback]\ndepth = 3\nrole = ops\n", "b.ini:3: role = ops: there is no [role \"ops\"]\n"},
	{"[rollback]\ndepth = 0\n", "b.ini:2: depth = 0: a number from 1 to 1000\n"},
	{"[hotfix]\nmax-commits = 10001\n", "b.ini:2: max-commits = 10001: a number from 1 to 10000\n"},
	{"[hotfix]\nmax-commits = -1\n", "b.ini:2: max-commits = -1: a number from 1 to 10000\n"},
	{"[hotfix]\nmax-commits = 99999999999\n", "b.ini:2: max-commits = 99999999999: a number from 1 to 10000\n"},
	{"[hotfix]\ndeadline = 24\n",
	 "b.ini:2: deadline = 24: none, or a number with s, m, h or d behind it, as in 24h\n"},
	{"[hotfix]\nauthors = some\n", "b.ini:2: authors = some: one of any, known\n"},
	{"[hotfix]\nbranch = hotfix/{slug}\n",
	 "b.ini:2: branch = hotfix/{slug}: needs {incident} once, and {slug} at most once\n"},
	{"[hotfix]\nbranch = hotfix/{incident}-{incident}\n",
	 "b.ini:2: branch = hotfix/{incident}-{incident}: needs {incident} once, and {slug} at most once\n"},
	{"[hotfix]\nbranch = hotfix-{incident}\n",
	 "b.ini:2: branch = hotfix-{incident}: needs a folder before its first placeholder, as in hotfix/{incident}\n"},
	{"[hotfix]\nbranch = {incident}\n",
	 "b.ini:2: branch = {incident}: needs a folder before its first placeholder, as in hotfix/{incident}\n"},
	{"[hotfix]\nbranch = refs/heads/hotfix/{incident}\n",
	 "b.ini:2: branch = refs/heads/hotfix/{incident}: without refs/heads/\n"},
	{"[hotfix]\nbranch = hotfix/{incident}{slug}\n",
	 "b.ini:2: branch = hotfix/{incident}{slug}: needs something between {incident} and {slug}\n"},
	{"[hotfix]\nbranch = hotfix/{incident}-{name}\n",
	 "b.ini:2: branch = hotfix/{incident}-{name}: only {incident} and {slug} are filled in\n"},
	{"[hotfix]\nincident = [A-Z\n",
	 "b.ini:2: incident = [A-Z: no POSIX extended regular expression: unmatched [, [^, [:, [., or [=\n"},
	{"[hotfix]\nincident = a)(b\n",
	 "b.ini:2: incident = a)(b: no POSIX extended regular expression: unmatched ( or \\(\n"},
	{"[hotfix]\nincident = ([0-9])\\1\n", "b.ini:2: incident = ([0-9])\\1: back-references are not allowed\n"},
	{"[hotfix]\nslug = [a-z]*\n", "b.ini:2: slug = [a-z]*: matches the empty text\n"},
	{"[hotfix]\nslug = ((((((((((((((((((a))))))))))))))))))\n",
	 "b.ini:2: slug = ((((((((((((((((((a)))))))))))))))))): 18 groups, at most 16\n"},
	{"[state]\nfile = state\n", "b.ini:2: file = state: not an absolute path\n"},
	{"[log]\nto = stderr\n", "b.ini:2: to = stderr: syslog, or an absolute path\n"},
};

static const struct bad sections[] = {
	{"[person \"a\"]\n", "b.ini:1: [person \"a\"] needs email or login\n"},
	{"[person \"a\"]\nemail = alice\n", "b.ini:2: email = alice: not an address, as in alice@example.com\n"},
	{"[person \"a\"]\nemail = *@example.com\n", "b.ini:2: email = *@example.com: a person has whole addresses\n"},
	{"[person \"a\"]\nemail = A <a@x.org>\n",
	 "b.ini:2: email = A <a@x.org>: not an address, as in alice@example.com\n"},
	{"[person \"a\"]\nlogin = al ice\n", "b.ini:2: login = al ice: a login is one word, and a person has one\n"},
	{"[person \"a\"]\nemail = x@x.org\n[person \"b\"]\nemail = b@x.org,\n\tX@x.org\n",
	 "b.ini:5: email = x@x.org: belongs to [person \"a\"] already\n"},
	{"[person \"a\"]\nlogin = x\n[person \"b\"]\nlogin = x\n",
	 "b.ini:4: login = x: belongs to [person \"a\"] already\n"},
	{"[role \"a\"]\n", "b.ini:1: [role \"a\"] needs member or member-file\n"},
	{"[role \"a\"]\nmember = *@x.org,\n\tbob\n", "b.ini:3: member = bob: there is no [person \"bob\"]\n"},
	{"[role \"a\"]\nmember = group:\n",
	 "b.ini:2: member = group:: group: needs the name of a Unix group behind it\n"},
	{"[role \"a\"]\nmember = bob alice\n",
	 "b.ini:2: member = bob alice: a person's name, an address, a pattern of addresses, or group:NAME\n"},
	{"[role \"a\"]\nmember-file = qa\n", "b.ini:2: member-file = qa: not an absolute path\n"},
	{"[signoff \"a\"]\ntrailer = X\n", "b.ini:1: [signoff \"a\"] needs role\n"},
	{"[signoff \"a\"]\ntrailer = X\nrole = r\n", "b.ini:3: role = r: there is no [role \"r\"]\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\n", "b.ini:3: [signoff \"a\"] needs trailer\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\ntrailer = X\n[signoff \"b\"]\nrole = r\ntrailer = x\n",
	 "b.ini:8: trailer = x: belongs to [signoff \"a\"] already\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\ntrailer = signed-off-BY\n",
	 "b.ini:5: trailer = signed-off-BY: this trailer means something else already\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\ntrailer = Tested by\n",
	 "b.ini:5: trailer = Tested by: the key of a trailer holds letters, digits and \"-\"\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\ntrailer = X\nevidence = signature\n",
	 "b.ini:6: evidence = signature: not in this version; only trailer is\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\ntrailer = X\nevidence = pusher\n",
	 "b.ini:6: evidence = pusher: not in this version; only trailer is\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\ntrailer = X\ncount = 101\nbinds = tree\n",
	 "b.ini:6: count = 101: a number from 1 to 100\n"
	 "b.ini:7: binds = tree: one of incident, change, commit\n"},
	{"[webhook \"w\"]\n", "b.ini:1: [webhook \"w\"] needs url or url-file\n"},
	{"[webhook \"w\"]\nurl = ftp://x.org/\n", "b.ini:2: url = ftp://x.org/: an http or https address\n"},
	{"[webhook \"w\"]\nurl = https:///x\n", "b.ini:2: url = https:///x: an address without a host\n"},
	{"[webhook \"w\"]\nurl = https://x.org/a b\n",
	 "b.ini:2: url = https://x.org/a b: no address holds the byte 0x20\n"},
	{"[webhook \"w\"]\nurl = https://u:p@x.org/\n",
	 "b.ini:2: url = https://u:p@x.org/: a password is kept in url-file, not here\n"},
	{"[webhook \"w\"]\nurl = http://x.org/\n",
	 "b.ini:2: url: plain http to another machine needs insecure = yes\n"},
	{"[webhook \"w\"]\nurl = http://127.0.0.1.x.org/\n",
	 "b.ini:2: url: plain http to another machine needs insecure = yes\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\nurl-file = /nowhere/url\n",
	 "b.ini:3: url-file: url is set too, and one is enough\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\nevents = hotfix.merged, hotfix.mergd\n",
	 "b.ini:3: events = hotfix.mergd: no event has this name\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\nexpect = (\n",
	 "b.ini:3: expect = (: no POSIX extended regular expression: unmatched ( or \\(\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\nsecret-file = s\n",
	 "b.ini:3: secret-file = s: not an absolute path\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\nold-secret-file = /s\n",
	 "b.ini:3: old-secret-file needs secret-file\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\ntimeout = 1h\ninsecure = true\n",
	 "b.ini:3: timeout = 1h: a duration from 1s to 300s, as in 15s\n"
	 "b.ini:4: insecure = true: one of no, yes\n"},
};

static void assert_refused(struct fixture *fixture, const struct bad *list, size_t count)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++) {
		write_text(fixture, "b.ini", list[i].text);
		wrong += load(fixture) != ERROR_FAILED;
		wrong += !problems_are(fixture, list[i].problems);
	}
	assert_int_equal(wrong, 0);
}

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void what_inih_would_misread_is_an_error(void **state)
{
	assert_refused(*state, traps, COUNT(traps));
}

static void a_bad_value_is_an_error(void **state)
{
	assert_refused(*state, values, COUNT(values));
}

static void a_bad_section_is_an_error(void **state)
{
	assert_refused(*state, sections, COUNT(sections));
}

static void a_retry_schedule_is_checked(void **state)
{
	struct fixture *fixture = *state;

	write_text(fixture, "b.ini", "[webhook \"w\"]\nurl = https://x.org/\nretry = 5x\n");
	assert_int_equal(load(fixture), ERROR_FAILED);
	assert_int_equal(fixture->problems.count, 1);
	assert_non_null(strstr(fixture->problems.items[0], "b.ini:3: retry = 5x: "));
}

static void a_nul_is_an_error_and_hides_its_line_only(void **state)
{
	static const char text[] = "[procedure]\nmode = wa\0rn\ncontact = ops\nguide = a\001b\n";
	struct fixture *fixture = *state;

	write_bytes(fixture, "b.ini", text, sizeof(text) - 1);
	assert_int_equal(load(fixture), ERROR_FAILED);
	assert_problems(fixture, "b.ini:2: control byte 0x00 in column 10\n"
				 "b.ini:4: control byte 0x01 in column 10\n");
	assert_int_equal(fixture->policy.mode, MODE_ENFORCE);
	assert_string_equal(fixture->policy.contact, "ops");
	assert_null(fixture->policy.guide);
}

static void add_long_line(struct buffer *text, size_t length, const char *tail)
{
	size_t start = text->length;

	buffer_add_string(text, "guide = ");
	while (text->length - start < length - strlen(tail))
		buffer_add_char(text, 'x');
	buffer_addf(text, "%s\n", tail);
}

static void a_line_may_have_198_bytes(void **state)
{
	struct fixture *fixture = *state;
	struct buffer text = BUFFER_INIT;

	buffer_add_string(&text, "[procedure]\n");
	add_long_line(&text, 198, "");
	assert_loads(fixture, buffer_text(&text));
	assert_int_equal(strlen(fixture->policy.guide), 198 - strlen("guide = "));
	buffer_release(&text);
}

static void the_tail_of_a_longer_line_is_not_read_as_a_line(void **state)
{
	struct fixture *fixture = *state;
	struct buffer text = BUFFER_INIT;

	buffer_add_string(&text, "[procedure]\n");
	add_long_line(&text, 199 + 8, "mode=off");
	buffer_add_string(&text, "contact = ops\n");
	write_text(fixture, "b.ini", buffer_text(&text));
	buffer_release(&text);
	assert_int_equal(load(fixture), ERROR_FAILED);
	assert_problems(fixture, "b.ini:2: line of 207 bytes, at most 198: continue a list on an indented line, or "
				 "repeat its key\n");
	assert_int_equal(fixture->policy.mode, MODE_ENFORCE);
	assert_string_equal(fixture->policy.contact, "ops");
}

static void all_problems_are_told_in_the_order_of_the_files(void **state)
{
	struct fixture *fixture = *state;

	write_text(fixture, "a.ini", "[rollback]\nrole = nobody\n[log]\nto = x\n");
	write_text(fixture, "b.ini", "[signoff \"a\"]\nrole = r\n[procedure]\nmode = x\n\nfoo = 1\n");
	assert_int_equal(load(fixture), ERROR_FAILED);
	assert_problems(fixture, "a.ini:2: role = nobody: there is no [role \"nobody\"]\n"
				 "a.ini:4: to = x: syslog, or an absolute path\n"
				 "b.ini:1: [signoff \"a\"] needs trailer\n"
				 "b.ini:2: role = r: there is no [role \"r\"]\n"
				 "b.ini:4: mode = x: one of enforce, warn, off\n"
				 "b.ini:6: unknown key \"foo\" in [procedure]\n");
}

static void no_file_at_all_is_not_found(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(load(fixture), ERROR_NOT_FOUND);
	assert_int_equal(fixture->problems.count, 0);
	assert_string_equal(fixture->policy.production.items[0], "refs/heads/main");
}

static void an_empty_file_has_every_default(void **state)
{
	struct fixture *fixture = *state;
	const struct policy *policy = &fixture->policy;

	assert_loads(fixture, "");
	assert_int_equal(policy->mode, MODE_ENFORCE);
	assert_int_equal(policy->pusher, PUSHER_UNIX);
	assert_int_equal(policy->production.count, 1);
	assert_string_equal(policy->production.items[0], "refs/heads/main");
	assert_int_equal(policy->allow_from.count, 0);
	assert_null(policy->allow_by);
	assert_string_equal(policy->hotfix_branch, "hotfix/{incident}-{slug}");
	assert_string_equal(policy->incident, "[A-Z][A-Z0-9]*-[0-9]+");
	assert_string_equal(policy->slug, "[a-z0-9][a-z0-9-]*");
	assert_int_equal(policy->not_from.count, 0);
	assert_int_equal(policy->max_commits, 20);
	assert_int_equal(policy->deadline, 86400);
	assert_false(policy->authors_known);
	assert_null(policy->rollback_role);
	assert_int_equal(policy->rollback_depth, 20);
	assert_null(policy->state_file);
	assert_null(policy->log_to);
	assert_int_equal(policy->signoff_count + policy->role_count + policy->person_count + policy->webhook_count, 0);
}

static void sections_with_names_have_defaults(void **state)
{
	struct fixture *fixture = *state;
	const struct signoff *signoff;
	const struct webhook *webhook;

	assert_loads(fixture, "[role \"r\"]\nmember = *\n"
			      "[signoff \"triage\"]\ntrailer = T\nrole = r\n"
			      "[signoff \"qa\"]\ntrailer = Q\nrole = r\n"
			      "[signoff \"other\"]\ntrailer = O\nrole = r\n"
			      "[webhook \"w\"]\nurl = http://localhost:8080/x\n");
	assert_int_equal(policy_signoff(&fixture->policy, "triage")->binds, BINDS_INCIDENT);
	assert_int_equal(policy_signoff(&fixture->policy, "qa")->binds, BINDS_COMMIT);
	signoff = policy_signoff(&fixture->policy, "other");
	assert_int_equal(signoff->binds, BINDS_CHANGE);
	assert_int_equal(signoff->count, 1);
	assert_int_equal(signoff->evidence, EVIDENCE_TRAILER);
	webhook = policy_webhook(&fixture->policy, "w");
	assert_int_equal(webhook->events.count, 3);
	assert_int_equal(webhook->timeout, 15);
	assert_false(webhook->insecure);
	assert_string_equal(webhook->retry, "5s 15s 30s 1m 2m 5m*140 1h*12");
	assert_null(webhook->secret_file);
}

static void lists_go_on_behind_commas_on_indented_lines_and_with_their_key(void **state)
{
	struct fixture *fixture = *state;
	const struct strings *warn = &fixture->policy.warn;

	assert_loads(fixture,
		     "[procedure]\nwarn = a,b , c\n\td, e,\n\n; between\n  # them\n   f\nmode = off\nwarn = g\n");
	assert_int_equal(warn->count, 7);
	for (size_t i = 0; i < 7; i++) {
		const char text[] = {(char)('a' + i), '\0'};

		assert_string_equal(warn->items[i], text);
	}
	assert_loads(fixture, "[procedure]\nwarn =\n\ta\n\tb\n");
	assert_int_equal(warn->count, 2);
}

static void comments_carriage_returns_and_a_byte_order_mark_are_no_values(void **state)
{
	struct fixture *fixture = *state;

	assert_loads(fixture,
		     "\xef\xbb\xbf[procedure] ; first\r\nmode = warn ; for now\r\n# x\r\n\r\nguide = a;b#c\r\n");
	assert_int_equal(fixture->policy.mode, MODE_WARN);
	assert_string_equal(fixture->policy.guide, "a;b#c");
}

static void a_section_of_the_repository_replaces_the_same_of_the_system(void **state)
{
	struct fixture *fixture = *state;
	const struct policy *policy = &fixture->policy;

	write_text(fixture, "a.ini",
		   "[procedure]\nmode = warn\ncontact = ops\n[hotfix]\nmax-commits = 5\n"
		   "[role \"r\"]\nmember = a@x.org\n[role \"s\"]\nmember = s@x.org\n[rollback]\nrole = r\n");
	assert_loads(fixture, "[procedure]\nguide = g\n[role \"r\"]\nmember = b@x.org\n[rollback]\n");
	assert_int_equal(policy->mode, MODE_ENFORCE);
	assert_null(policy->contact);
	assert_string_equal(policy->guide, "g");
	assert_int_equal(policy->max_commits, 5);
	assert_int_equal(policy->role_count, 2);
	assert_int_equal(policy_role(policy, "r")->members.count, 1);
	assert_string_equal(policy_role(policy, "r")->members.items[0], "b@x.org");
	assert_non_null(policy_role(policy, "s"));
	assert_null(policy->rollback_role);
}

static void the_system_s_file_alone_is_enough(void **state)
{
	struct fixture *fixture = *state;

	write_text(fixture, "a.ini", "[hotfix]\nauthors = known\ndeadline = none\n");
	assert_int_equal(load(fixture), 0);
	assert_true(fixture->policy.authors_known);
	assert_int_equal(fixture->policy.deadline, 0);
}

static void a_broken_file_still_says_what_it_governs(void **state)
{
	struct fixture *fixture = *state;
	const struct policy *policy = &fixture->policy;

	write_text(fixture, "b.ini",
		   "[production]\nbranch = live, \"refs/heads/b\"\nallow-from = refs/heads/c\n"
		   "[hotfix]\nbranch = fix/{incident\nfoo = bar\n");
	assert_int_equal(load(fixture), ERROR_FAILED);
	assert_string_equal(policy->production.items[0], "refs/heads/live");
	assert_string_equal(policy->allow_from.items[0], "refs/heads/c");
	assert_string_equal(policy->hotfix_branch, "fix/{incident}-{slug}");
	write_text(fixture, "b.ini", "[production]\nbranch = \n");
	assert_int_equal(load(fixture), ERROR_FAILED);
	assert_string_equal(policy->production.items[0], "refs/heads/main");
}

static void a_file_that_others_may_write_is_not_trusted(void **state)
{
	struct fixture *fixture = *state;
	char *path = path_in(fixture, "b.ini");
	struct buffer wanted = BUFFER_INIT;

	write_text(fixture, "members", "secret\n");
	buffer_addf(&wanted, "[production]\nbranch = refs/heads/live\n[role \"r\"]\nmember-file = %s/members\n",
		    fixture->folder);
	write_text(fixture, "b.ini", buffer_text(&wanted));
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(load(fixture), ERROR_FAILED);
	assert_int_equal(fixture->problems.count, 1);
	assert_non_null(strstr(fixture->problems.items[0], "b.ini:1: not trusted: "));
	assert_string_equal(fixture->policy.production.items[0], "refs/heads/live");
	buffer_release(&wanted);
	free(path);
}

static void a_link_to_nothing_is_not_the_same_as_no_file(void **state)
{
	struct fixture *fixture = *state;
	char *path = path_in(fixture, "b.ini");

	write_text(fixture, "a.ini", "[procedure]\nmode = off\n");
	assert_int_equal(symlink("/nowhere/at/all", path), 0);
	assert_int_equal(load(fixture), ERROR_FAILED);
	assert_int_equal(fixture->problems.count, 1);
	free(path);
}

static void a_link_to_a_shared_profile_is_read(void **state)
{
	struct fixture *fixture = *state;
	char *path = path_in(fixture, "b.ini");

	write_text(fixture, "link", "[procedure]\nmode = off\n");
	assert_int_equal(symlink("link", path), 0);
	assert_int_equal(load(fixture), 0);
	assert_int_equal(fixture->policy.mode, MODE_OFF);
	free(path);
}

static void load_with_member_file(struct fixture *fixture, int wanted)
{
	struct buffer text = BUFFER_INIT;

	buffer_addf(&text, "[person \"bob\"]\nlogin = bob\n[role \"r\"]\nmember = a@x.org\nmember-file = %s/members\n",
		    fixture->folder);
	write_text(fixture, "b.ini", buffer_text(&text));
	assert_int_equal(load(fixture), wanted);
	buffer_release(&text);
}

static void the_lines_of_a_member_file_are_members(void **state)
{
	struct fixture *fixture = *state;
	const struct strings *members;

	write_text(fixture, "members", "# quality\n\n  bob  \r\n*@QA.example.com\ngroup:domain users");
	load_with_member_file(fixture, 0);
	members = &policy_role(&fixture->policy, "r")->members;
	assert_int_equal(members->count, 4);
	assert_string_equal(members->items[0], "a@x.org");
	assert_string_equal(members->items[1], "bob");
	assert_string_equal(members->items[2], "*@qa.example.com");
	assert_string_equal(members->items[3], "group:domain users");
}

static void a_bad_member_file_is_an_error(void **state)
{
	struct fixture *fixture = *state;
	char *path = path_in(fixture, "members");

	load_with_member_file(fixture, ERROR_FAILED);
	assert_problems(fixture, "b.ini:5: member-file: members: No such file or directory\n");
	write_text(fixture, "members", "bob\ncarol\na\001b@x.org\n");
	load_with_member_file(fixture, ERROR_FAILED);
	assert_problems(fixture, "b.ini:5: members:2: carol: there is no [person \"carol\"]\n"
				 "b.ini:5: members:3: a control byte\n");
	assert_int_equal(chmod(path, 0646), 0);
	load_with_member_file(fixture, ERROR_FAILED);
	assert_int_equal(fixture->problems.count, 1);
	assert_int_equal(policy_role(&fixture->policy, "r")->members.count, 1);
	free(path);
}

static void load_with_url_file(struct fixture *fixture, int wanted)
{
	struct buffer text = BUFFER_INIT;

	buffer_addf(&text, "[webhook \"w\"]\nurl-file = %s/url\n", fixture->folder);
	write_text(fixture, "b.ini", buffer_text(&text));
	assert_int_equal(load(fixture), wanted);
	buffer_release(&text);
}

static void an_address_may_stand_in_a_file(void **state)
{
	struct fixture *fixture = *state;

	write_text(fixture, "url", "https://user:word@x.org/a\n");
	load_with_url_file(fixture, 0);
	assert_string_equal(policy_webhook(&fixture->policy, "w")->url, "https://user:word@x.org/a");
	write_text(fixture, "url", "https://x.org/a\nhttps://x.org/b\n");
	load_with_url_file(fixture, ERROR_FAILED);
	assert_problems(fixture, "b.ini:2: url-file: url: not one line with an address\n");
	write_text(fixture, "url", "http://user:word@x.org/\n");
	load_with_url_file(fixture, ERROR_FAILED);
	assert_problems(fixture, "b.ini:2: url-file: plain http to another machine needs insecure = yes\n");
	write_text(fixture, "url", "");
	load_with_url_file(fixture, ERROR_FAILED);
	assert_problems(fixture, "b.ini:2: url-file: url: not one line with an address\n");
}

static void plain_http_is_for_this_machine_or_on_request(void **state)
{
	struct fixture *fixture = *state;

	assert_loads(fixture, "[webhook \"a\"]\nurl = http://127.0.0.1:80/\n[webhook \"b\"]\nurl = http://[::1]:8/\n"
			      "[webhook \"c\"]\nurl = HTTP://LocalHost\n"
			      "[webhook \"d\"]\nurl = http://x.org/\ninsecure = yes\n");
	assert_true(policy_webhook(&fixture->policy, "d")->insecure);
}

static void addresses_are_kept_in_lower_case(void **state)
{
	struct fixture *fixture = *state;

	assert_loads(fixture, "[person \"Al\"]\nemail = Al@X.org\n[role \"r\"]\nmember = Al, B@X.org, *@Y.org\n");
	assert_string_equal(fixture->policy.people[0].emails.items[0], "al@x.org");
	assert_string_equal(fixture->policy.roles[0].members.items[0], "Al");
	assert_string_equal(fixture->policy.roles[0].members.items[1], "b@x.org");
	assert_string_equal(fixture->policy.roles[0].members.items[2], "*@y.org");
}

static void read_source(struct buffer *out, const char *name)
{
	const char *source = getenv("HOTFIX_SOURCE");
	struct buffer path = BUFFER_INIT;
	struct error error = ERROR_INIT;

	buffer_addf(&path, "%s/%s", source ? source : ".", name);
	if (file_read(out, buffer_text(&path), 1 << 20, &error))
		fail_msg("%s", error_text(&error));
	buffer_release(&path);
}

/* Copies the project's example, without the comment signs before its keys when WHOLE. */
static void copy_example(struct fixture *fixture, bool whole)
{
	struct buffer text = BUFFER_INIT;

	read_source(&text, "hotfix.ini");
	for (size_t i = 0; whole && i + 1 < text.length; i++)
		if (text.bytes[i] == ';' && (!i || text.bytes[i - 1] == '\n') &&
		    strchr(" \n", text.bytes[i + 1]) == NULL)
			text.bytes[i] = '\n';
	write_bytes(fixture, "b.ini", buffer_text(&text), text.length);
	buffer_release(&text);
}

static void the_example_loads(void **state)
{
	struct fixture *fixture = *state;
	const struct policy *policy = &fixture->policy;
	int result;

	copy_example(fixture, false);
	result = load(fixture);
	assert_problems(fixture, "");
	assert_int_equal(result, 0);
	assert_int_equal(policy->pusher, PUSHER_GITOLITE);
	assert_string_equal(policy->allow_from.items[0], "refs/heads/release/*");
	assert_int_equal(policy->person_count, 2);
	assert_string_equal(policy->people[1].emails.items[1], "bob@laptop.example.com");
	assert_int_equal(policy->role_count, 3);
	assert_int_equal(policy->signoff_count, 2);
	assert_string_equal(policy->webhooks[0].url, "https://deploy.example.com/hooks/hotfix");
	assert_int_equal(policy->webhooks[0].events.count, 2);
	assert_string_equal(policy->webhooks[0].expect, "deployed");
}

/* What stands there as a comment is right too: only the files that it names, and the doubled key, are wrong. */
static void the_commented_keys_of_the_example_are_known(void **state)
{
	struct fixture *fixture = *state;

	copy_example(fixture, true);
	load(fixture);
	for (size_t i = 0; i < fixture->problems.count; i++)
		assert_non_null(strstr(fixture->problems.items[i], "member-file: "));
	assert_int_equal(fixture->policy.warn.count, 2);
	assert_int_equal(fixture->policy.webhooks[0].events.count, 5);
	assert_string_equal(fixture->policy.log_to, "syslog");
}

/* Whether TEXT holds a line that begins so; an LF is before each but the first. */
static bool has_line(const struct buffer *text, const char *before, const char *key, const char *behind)
{
	struct buffer line = BUFFER_INIT;
	bool found;

	buffer_addf(&line, "\n%s%s%s", before, key, behind);
	found = strstr(buffer_text(text), buffer_text(&line)) != NULL;
	buffer_release(&line);
	return found;
}

/* url-file takes the place of url, behind which the example explains it. */
static bool is_documented(const struct buffer *example, const struct buffer *manual, const char *key)
{
	bool shown =
		!strcmp(key, "url-file") || has_line(example, "", key, " = ") || has_line(example, ";", key, " = ");

	if (!shown)
		print_error("%s is not in the example\n", key);
	if (has_line(manual, ".It Ic ", key, " Li = "))
		return shown;
	print_error("%s is not in the manual\n", key);
	return false;
}

static void every_key_is_in_the_example_and_in_the_manual(void **state)
{
	struct buffer example = BUFFER_INIT;
	struct buffer manual = BUFFER_INIT;
	size_t missing = 0;

	(void)state;
	read_source(&example, "hotfix.ini");
	read_source(&manual, "man/hotfix.ini.5");
	for (int kind = 0; kind < SECTION_KINDS; kind++)
		for (const struct config_key *key = section_keys((enum section_kind)kind); key->name; key++)
			missing += !is_documented(&example, &manual, key->name);
	assert_int_equal(missing, 0);
	buffer_release(&example);
	buffer_release(&manual);
}

static bool advises(struct fixture *fixture, const char *text, const char *wanted)
{
	struct strings advice = STRINGS_INIT;
	bool found = false;

	assert_loads(fixture, text);
	config_advise(&advice, &fixture->policy);
	for (size_t i = 0; i < advice.count; i++)
		found = found || !strcmp(advice.items[i] + strlen(fixture->folder) + 1, wanted);
	strings_release(&advice);
	return found;
}

static void advice_names_what_is_valid_but_weak(void **state)
{
	struct fixture *fixture = *state;

	assert_true(
		advises(fixture, "", "b.ini:1: there is no [signoff \"x\"]: no sign-off is required for a landing"));
	assert_true(advises(fixture, "[procedure]\nmode = warn\n", "b.ini:1: mode = warn: nothing is refused"));
	assert_true(advises(fixture, "\n[webhook \"w\"]\nurl = https://x.org/\n",
			    "b.ini:2: secret-file is not set: the receiver cannot tell who sent the event"));
	assert_true(advises(fixture, "\n[webhook \"w\"]\nurl = https://x.org/\n",
			    "b.ini:2: expect is not set: some receivers answer 200 to what they ignored"));
	assert_true(advises(fixture, "[role \"r\"]\nmember = *\n", "b.ini:1: nothing asks for this role"));
	assert_true(advises(fixture,
			    "[role \"r\"]\nmember = a@x.org\n[signoff \"s\"]\nrole = r\ntrailer = S\ncount = 2\n",
			    "b.ini:3: its role has fewer people than count asks for"));
	assert_true(advises(fixture, "[role \"r\"]\nmember = *\n[signoff \"s\"]\nrole = r\ntrailer = S\n",
			    "b.ini:3: evidence = trailer proves nothing against a liar: anybody who can push can write "
			    "one"));
	assert_false(advises(fixture, "[role \"r\"]\nmember = *\n[signoff \"s\"]\nrole = r\ntrailer = S\ncount = 2\n",
			     "b.ini:3: its role has fewer people than count asks for"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_inih_would_misread_is_an_error),
		TEST(a_bad_value_is_an_error),
		TEST(a_bad_section_is_an_error),
		TEST(a_retry_schedule_is_checked),
		TEST(a_nul_is_an_error_and_hides_its_line_only),
		TEST(a_line_may_have_198_bytes),
		TEST(the_tail_of_a_longer_line_is_not_read_as_a_line),
		TEST(all_problems_are_told_in_the_order_of_the_files),
		TEST(no_file_at_all_is_not_found),
		TEST(an_empty_file_has_every_default),
		TEST(sections_with_names_have_defaults),
		TEST(lists_go_on_behind_commas_on_indented_lines_and_with_their_key),
		TEST(comments_carriage_returns_and_a_byte_order_mark_are_no_values),
		TEST(a_section_of_the_repository_replaces_the_same_of_the_system),
		TEST(the_system_s_file_alone_is_enough),
		TEST(a_broken_file_still_says_what_it_governs),
		TEST(a_file_that_others_may_write_is_not_trusted),
		TEST(a_link_to_nothing_is_not_the_same_as_no_file),
		TEST(a_link_to_a_shared_profile_is_read),
		TEST(the_lines_of_a_member_file_are_members),
		TEST(a_bad_member_file_is_an_error),
		TEST(an_address_may_stand_in_a_file),
		TEST(plain_http_is_for_this_machine_or_on_request),
		TEST(addresses_are_kept_in_lower_case),
		TEST(the_example_loads),
		TEST(the_commented_keys_of_the_example_are_known),
		TEST(every_key_is_in_the_example_and_in_the_manual),
		TEST(advice_names_what_is_valid_but_weak),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
