#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/repository.h"
#include "base/memory.h"
#include "support/git_fixture.h"

static struct repository *opened(const char *quarantine)
{
	struct error error = ERROR_INIT;
	struct repository *repository;

	if (repository_open(&repository, "r.git", quarantine, NULL, &error))
		fail_msg("%s", error_text(&error));
	return repository;
}

static void assert_refused(const char *words)
{
	struct error error = ERROR_INIT;
	struct repository *repository;

	assert_int_equal(repository_open(&repository, "r.git", NULL, NULL, &error), ERROR_FAILED);
	assert_null(repository);
	if (!strstr(error_text(&error), words))
		fail_msg("\"%s\" does not say \"%s\"", error_text(&error), words);
	error_release(&error);
}

static void a_repository_with_harmless_extensions_opens(void **state)
{
	(void)state;
	git_fixture_run("git config core.repositoryformatversion 1\n"
			"printf '[extensions]\nobjectFormat = sha1\nworktreeConfig\npreciousObjects = true\nnoop\n"
			"refStorage = files\n' >>r.git/config");
	repository_free(opened(NULL));
}

static void a_folder_that_is_no_repository_is_refused_by_name(void **state)
{
	(void)state;
	git_fixture_run("rm r.git/HEAD");
	assert_refused("r.git: cannot be opened as a repository");
	git_fixture_run("rm -r r.git");
	assert_refused("r.git: cannot be opened as a repository");
}

static void a_sha256_repository_is_refused_with_the_reason(void **state)
{
	(void)state;
	git_fixture_run("rm -r r.git; git init -q --bare --object-format=sha256 r.git");
	assert_refused("objects are named by sha256; only sha1 can be judged");
}

static void a_reftable_repository_is_refused_with_the_reason(void **state)
{
	(void)state;
	git_fixture_run("git config core.repositoryformatversion 1; git config extensions.refStorage reftable");
	assert_refused("refs are stored as reftable; only files can be judged");
}

static void an_unknown_extension_is_refused_by_name(void **state)
{
	(void)state;
	git_fixture_run("git config core.repositoryformatversion 1; git config extensions.moonPhase full");
	assert_refused("unknown extension, extensions.moonphase");
}

static void an_unknown_extension_means_nothing_in_the_first_format(void **state)
{
	(void)state;
	git_fixture_run("git config extensions.moonPhase full");
	repository_free(opened(NULL));
}

static void a_format_of_the_future_is_refused_with_its_number(void **state)
{
	(void)state;
	git_fixture_run("git config core.repositoryformatversion 7");
	assert_refused("its format is version 7");
}

static void a_shallow_repository_is_refused(void **state)
{
	(void)state;
	git_fixture_run(
		"commit a; commit b a; env -u GIT_DIR git clone -q --bare --depth 1 -b b \"file://$GIT_DIR\" s.git;"
		"rm -r r.git; mv s.git r.git");
	assert_refused("it is shallow");
}

static void an_empty_shallow_file_cuts_nothing(void **state)
{
	(void)state;
	git_fixture_run(": >r.git/shallow");
	repository_free(opened(NULL));
}

static void somebody_elses_repository_opens_without_a_home(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	git_fixture_run("chown -R 12345 r.git");
	repository_free(opened(NULL));
}

static void the_environment_of_git_is_not_looked_at(void **state)
{
	struct repository *repository;
	struct object_id id;
	struct error error = ERROR_INIT;

	(void)state;
	git_fixture_run("commit a");
	setenv("GIT_DIR", "/nonexistent", 1);
	setenv("GIT_OBJECT_DIRECTORY", "/nonexistent", 1);
	repository = opened(NULL);
	assert_int_equal(repository_ref(repository, &id, "refs/heads/a", &error), 0);
	repository_free(repository);
	unsetenv("GIT_DIR");
	unsetenv("GIT_OBJECT_DIRECTORY");
}

static void kinds_are_told_apart(void **state)
{
	static const char *const kinds[][2] = {
		{"a", "commit"}, {"a^{tree}", "tree"}, {"a:file", "blob"}, {"refs/tags/t", "tag"}};
	struct error error = ERROR_INIT;
	struct repository *repository;
	struct object_id id;
	const char *kind;

	(void)state;
	git_fixture_run(
		"tree=$(printf '100644 blob %%s\\tfile\\n' $(echo x | git hash-object -w --stdin) | git mktree)\n"
		"commit a; git tag -a -m t t a");
	repository = opened(NULL);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		id = git_fixture_id(kinds[i][0]);
		assert_int_equal(repository_kind(repository, &kind, &id, &error), 0);
		assert_string_equal(kind, kinds[i][1]);
	}
	memset(&id, 0x77, sizeof(id));
	assert_int_equal(repository_kind(repository, &kind, &id, &error), ERROR_NOT_FOUND);
	assert_string_equal(error_text(&error), "object 7777777777777777777777777777777777777777 is not there");
	error_release(&error);
	repository_free(repository);
}

static void a_commit_is_read_and_its_links_are_the_same(void **state)
{
	struct error error = ERROR_INIT;
	struct object_ids parents = {0};
	struct repository *repository;
	struct object_id tree;
	struct object_id id;
	struct commit commit;

	(void)state;
	git_fixture_run("commit a; commit b; commit m a b; git repack -qad");
	repository = opened(NULL);
	id = git_fixture_id("m");
	assert_int_equal(repository_commit(repository, &commit, &id, &error), 0);
	assert_string_equal(commit.subject, "m");
	assert_string_equal(commit.author_address, "ada@example.com");
	assert_int_equal(repository_commit_links(repository, &tree, &parents, &id, &error), 0);
	assert_true(object_id_equal(&tree, &commit.tree));
	assert_int_equal(parents.count, 2);
	for (size_t i = 0; i < 2; i++)
		assert_true(object_id_equal(&parents.items[i], &commit.parents.items[i]));
	id = git_fixture_id("a");
	assert_true(object_id_equal(&parents.items[0], &id));
	commit_release(&commit);
	id = git_fixture_id("m^{tree}");
	assert_int_equal(repository_commit(repository, &commit, &id, &error), ERROR_FAILED);
	assert_non_null(strstr(error_text(&error), "is a tree, not a commit"));
	error_release(&error);
	object_ids_release(&parents);
	commit_release(&commit);
	repository_free(repository);
}

static void more_trailers_than_are_read_of_a_push_are_an_error(void **state)
{
	struct error error = ERROR_INIT;
	struct repository *repository;
	struct commit commit;
	struct object_id id;

	(void)state;
	git_fixture_run("git commit-tree $(git mktree </dev/null) -m x -m \"$(printf 'A: 1\\nB: 2\\nC: 3')\" >id;"
			"git update-ref refs/heads/trailers $(cat id)");
	repository = opened(NULL);
	id = git_fixture_id("trailers");
	repository_limit(repository, 4096, 3);
	assert_int_equal(repository_commit(repository, &commit, &id, &error), 0);
	commit_release(&commit);
	repository_limit(repository, 4096, 2);
	assert_int_equal(repository_commit(repository, &commit, &id, &error), ERROR_LIMIT);
	assert_non_null(strstr(error_text(&error), "3 trailers; at most 2 are read ([limits] trailers)"));
	error_release(&error);
	commit_release(&commit);
	repository_free(repository);
}

static void a_commit_that_is_too_long_is_not_loaded(void **state)
{
	struct error error = ERROR_INIT;
	struct repository *repository;
	struct object_id id;
	struct commit commit;

	(void)state;
	git_fixture_run("{ echo tree $(git mktree </dev/null); echo 'author A <a@x> 1 +0000';"
			"echo 'committer A <a@x> 1 +0000'; echo; head -c 2000000 /dev/zero | tr '\\0' x; } |"
			"git hash-object -w -t commit --stdin >id; git update-ref refs/heads/long $(cat id)");
	repository = opened(NULL);
	id = git_fixture_id("long");
	repository_limit(repository, 1048576, 10);
	assert_int_equal(repository_commit(repository, &commit, &id, &error), ERROR_TOO_LONG);
	assert_non_null(strstr(error_text(&error), "bytes long; at most 1048576 are read ([limits] message)"));
	error_release(&error);
	commit_release(&commit);
	repository_free(repository);
}

/* What a push brings lies in a folder of its own, loose or packed, until the hook has accepted it. */
static void quarantine(const char *make)
{
	struct error error = ERROR_INIT;
	struct buffer path = BUFFER_INIT;
	struct repository *repository;
	struct object_ids tips = {0};
	struct object_ids hidden = {0};
	struct object_ids out = {0};
	const char *kind;
	struct object_id id;

	git_fixture_run("commit a; cp -r r.git w.git; GIT_DIR=$PWD/w.git commit b a; cp id pushed\n%s", make);
	git_fixture_run("git --git-dir=w.git update-ref refs/heads/copy $(cat pushed)\n"
			"cp w.git/refs/heads/copy tip; cp r.git/packed-refs keep 2>/dev/null || :");
	git_fixture_run("mkdir -p r.git/refs/heads; cp tip r.git/refs/heads/pushed");
	repository = opened(NULL);
	assert_int_equal(repository_ref(repository, &id, "refs/heads/pushed", &error), 0);
	assert_int_equal(repository_kind(repository, &kind, &id, &error), ERROR_NOT_FOUND);
	error_release(&error);
	repository_free(repository);

	buffer_addf(&path, "%s/r.git/objects/incoming-x", git_fixture_folder());
	repository = opened(buffer_text(&path));
	assert_int_equal(repository_kind(repository, &kind, &id, &error), 0);
	assert_string_equal(kind, "commit");
	object_ids_add(&tips, &id);
	git_fixture_run("rm r.git/refs/heads/pushed");
	id = git_fixture_id("a");
	object_ids_add(&hidden, &id);
	assert_int_equal(repository_walk(repository, &out, &tips, &hidden, 10, &error), 0);
	assert_int_equal(out.count, 1);
	repository_free(repository);
	object_ids_release(&tips);
	object_ids_release(&hidden);
	object_ids_release(&out);
	buffer_release(&path);
}

static void loose_objects_in_quarantine_are_seen(void **state)
{
	(void)state;
	quarantine("git --git-dir=w.git repack -qad --unpack-unreachable=now || :\n"
		   "mkdir -p r.git/objects/incoming-x/pack\n"
		   "git --git-dir=w.git rev-list --objects b ^a | git --git-dir=w.git pack-objects -q --stdout >p\n"
		   "GIT_OBJECT_DIRECTORY=$PWD/r.git/objects/incoming-x git unpack-objects -q <p");
}

static void packed_objects_in_quarantine_are_seen(void **state)
{
	(void)state;
	quarantine("mkdir -p r.git/objects/incoming-x/pack\n"
		   "git --git-dir=w.git rev-list --objects b ^a |\n"
		   "git --git-dir=w.git pack-objects -q r.git/objects/incoming-x/pack/pack");
}

static void a_quarantine_that_is_not_there_is_an_error(void **state)
{
	struct error error = ERROR_INIT;
	struct repository *repository;

	(void)state;
	assert_int_equal(repository_open(&repository, "r.git", "/dev/null/none", NULL, &error), ERROR_FAILED);
	assert_string_equal(error_text(&error), "/dev/null/none: the objects of the push cannot be read");
	error_release(&error);
}

static void alternates_are_followed_and_a_circle_of_them_ends(void **state)
{
	struct error error = ERROR_INIT;
	struct repository *repository;
	struct object_id id;
	const char *kind;

	(void)state;
	git_fixture_run("commit a; cp r.git/refs/heads/a tip; mv r.git 'pool: 1.git'; git init -q --bare r.git\n"
			"printf '# a pool\\n../../pool: 1.git/objects\\n' >r.git/objects/info/alternates\n"
			"printf '%%s\\n' \"$PWD/r.git/objects\" >'pool: 1.git/objects/info/alternates'\n"
			"cp tip r.git/refs/heads/a");
	repository = opened(NULL);
	id = git_fixture_id("a");
	assert_int_equal(repository_kind(repository, &kind, &id, &error), 0);
	repository_free(repository);
}

static void objects_that_are_packed_anew_meanwhile_are_found(void **state)
{
	struct error error = ERROR_INIT;
	struct repository *repository;
	struct object_id id;
	const char *kind;

	(void)state;
	git_fixture_run("commit a; git repack -qad; commit b a");
	repository = opened(NULL);
	id = git_fixture_id("b");
	git_fixture_run("git repack -qad");
	assert_int_equal(repository_kind(repository, &kind, &id, &error), 0);
	repository_free(repository);
}

static void a_multi_pack_index_is_not_needed(void **state)
{
	struct error error = ERROR_INIT;
	struct repository *repository;
	struct object_id id;
	const char *kind;

	(void)state;
	git_fixture_run("commit a; git repack -qad; git multi-pack-index write; "
			"f=r.git/objects/pack/multi-pack-index; chmod u+w $f; echo broken >$f");
	repository = opened(NULL);
	git_fixture_run("rm -f r.git/objects/pack/multi-pack-index");
	id = git_fixture_id("a");
	assert_int_equal(repository_kind(repository, &kind, &id, &error), 0);
	repository_free(repository);
}

static void a_damaged_object_is_an_error_and_not_an_absence(void **state)
{
	struct error error = ERROR_INIT;
	struct repository *repository;
	struct object_id id;
	struct commit commit;

	(void)state;
	git_fixture_run("commit a");
	id = git_fixture_id("a");
	git_fixture_run("f=r.git/objects/$(cut -c1-2 id)/$(cut -c3- id); chmod u+w $f; echo rubbish >$f");
	repository = opened(NULL);
	assert_int_equal(repository_commit(repository, &commit, &id, &error), ERROR_FAILED);
	assert_non_null(strstr(error_text(&error), "cannot be read"));
	error_release(&error);
	commit_release(&commit);
	repository_free(repository);
}

static void an_object_under_the_wrong_name_is_not_believed(void **state)
{
	struct error error = ERROR_INIT;
	struct repository *repository;
	struct object_id id;
	struct commit commit;

	(void)state;
	git_fixture_run("commit b; cp id other; commit a; f=r.git/objects/$(cut -c1-2 id)/$(cut -c3- id); rm -f $f\n"
			"cp r.git/objects/$(cut -c1-2 other)/$(cut -c3- other) $f");
	id = git_fixture_id("refs/heads/a");
	repository = opened(NULL);
	assert_int_equal(repository_commit(repository, &commit, &id, &error), ERROR_FAILED);
	error_release(&error);
	commit_release(&commit);
	repository_free(repository);
}

static void a_hash_is_that_of_git_hash_object(void **state)
{
	struct error error = ERROR_INIT;
	struct object_id id;

	(void)state;
	assert_int_equal(repository_hash(&id, "x\n", 2, &error), 0);
	assert_string_equal(object_id_full(&id).digits, "587be6b4c3f93f93c489c0111bba5596147a26cb");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, git_fixture_set_up_repository, git_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_repository_with_harmless_extensions_opens),
		TEST(a_folder_that_is_no_repository_is_refused_by_name),
		TEST(a_sha256_repository_is_refused_with_the_reason),
		TEST(a_reftable_repository_is_refused_with_the_reason),
		TEST(an_unknown_extension_is_refused_by_name),
		TEST(an_unknown_extension_means_nothing_in_the_first_format),
		TEST(a_format_of_the_future_is_refused_with_its_number),
		TEST(a_shallow_repository_is_refused),
		TEST(an_empty_shallow_file_cuts_nothing),
		TEST(somebody_elses_repository_opens_without_a_home),
		TEST(the_environment_of_git_is_not_looked_at),
		TEST(kinds_are_told_apart),
		TEST(a_commit_is_read_and_its_links_are_the_same),
		TEST(more_trailers_than_are_read_of_a_push_are_an_error),
		TEST(a_commit_that_is_too_long_is_not_loaded),
		TEST(loose_objects_in_quarantine_are_seen),
		TEST(packed_objects_in_quarantine_are_seen),
		TEST(a_quarantine_that_is_not_there_is_an_error),
		TEST(alternates_are_followed_and_a_circle_of_them_ends),
		TEST(objects_that_are_packed_anew_meanwhile_are_found),
		TEST(a_multi_pack_index_is_not_needed),
		TEST(a_damaged_object_is_an_error_and_not_an_absence),
		TEST(an_object_under_the_wrong_name_is_not_believed),
		TEST(a_hash_is_that_of_git_hash_object),
	};

	return cmocka_run_group_tests_name("repository", tests, NULL, NULL);
}
