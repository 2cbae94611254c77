#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "adapters/repository.h"
#include "base/buffer.h"
#include "support/git_fixture.h"

static struct repository *opened(void)
{
	struct error error = ERROR_INIT;
	struct repository *repository;

	if (repository_open(&repository, "r.git", NULL, NULL, &error))
		fail_msg("%s", error_text(&error));
	return repository;
}

static bool descends(const char *descendant, const char *ancestor)
{
	struct object_id descendant_id = git_fixture_id(descendant);
	struct object_id ancestor_id = git_fixture_id(ancestor);
	struct repository *repository = opened();
	struct error error = ERROR_INIT;
	bool out;

	if (repository_descends(repository, &out, &descendant_id, &ancestor_id, &error))
		fail_msg("%s", error_text(&error));
	repository_free(repository);
	return out;
}

/* The ids of the revisions that a list names, separated by spaces. */
static void add_ids(struct object_ids *out, const char *revisions)
{
	char *list = strdup(revisions);
	char *rest = NULL;

	for (char *name = strtok_r(list, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
		struct object_id id = git_fixture_id(name);

		object_ids_add(out, &id);
	}
	free(list);
}

/* The names of the commits: their subjects are their names. */
static void write_names(struct buffer *out, const struct object_ids *ids, struct repository *repository)
{
	for (size_t i = 0; i < ids->count; i++) {
		struct error error = ERROR_INIT;
		struct commit commit;

		if (repository_commit(repository, &commit, &ids->items[i], &error))
			fail_msg("%s", error_text(&error));
		buffer_addf(out, "%s%s", i ? " " : "", commit.subject);
		commit_release(&commit);
	}
}

static void assert_walk(const char *tips, const char *hidden, const char *expected)
{
	struct repository *repository = opened();
	struct error error = ERROR_INIT;
	struct object_ids from = {0};
	struct object_ids without = {0};
	struct object_ids out = {0};
	struct buffer names = BUFFER_INIT;

	add_ids(&from, tips);
	add_ids(&without, hidden);
	if (repository_walk(repository, &out, &from, &without, 1000, &error))
		fail_msg("%s", error_text(&error));
	write_names(&names, &out, repository);
	assert_string_equal(buffer_text(&names), expected);
	object_ids_release(&from);
	object_ids_release(&without);
	object_ids_release(&out);
	buffer_release(&names);
	repository_free(repository);
}

static int compare_ids(const void *a, const void *b)
{
	return object_id_compare(a, b);
}

static void assert_bases(const char *a, const char *b, const char *expected)
{
	struct repository *repository = opened();
	struct error error = ERROR_INIT;
	struct object_id first = git_fixture_id(a);
	struct object_id second = git_fixture_id(b);
	struct object_ids out = {0};
	struct object_ids wanted = {0};

	add_ids(&wanted, expected);
	if (repository_merge_bases(repository, &out, &first, &second, &error))
		fail_msg("%s", error_text(&error));
	assert_int_equal(out.count, wanted.count);
	if (out.count) {
		qsort(out.items, out.count, sizeof(*out.items), compare_ids);
		qsort(wanted.items, wanted.count, sizeof(*wanted.items), compare_ids);
		assert_memory_equal(out.items, wanted.items, out.count * sizeof(*out.items));
	}
	object_ids_release(&out);
	object_ids_release(&wanted);
	repository_free(repository);
}

/* a - b - c ------ m - n
 *      \- x - y --/    */
#define HISTORY "commit a; commit b a; commit c b; commit x b; commit y x; commit m c y; commit n m\n"

static void a_commit_descends_from_itself_and_what_it_reaches(void **state)
{
	(void)state;
	git_fixture_run(HISTORY);
	assert_true(descends("n", "n"));
	assert_true(descends("n", "a"));
	assert_true(descends("n", "x"));
	assert_false(descends("a", "n"));
	assert_false(descends("c", "y"));
	assert_false(descends("y", "c"));
}

static void commits_without_a_common_history_do_not_descend(void **state)
{
	(void)state;
	git_fixture_run("commit a; commit b a; commit z");
	assert_false(descends("b", "z"));
	assert_false(descends("z", "b"));
	assert_bases("b", "z", "");
}

static void a_walk_gives_children_before_parents_and_nothing_hidden(void **state)
{
	(void)state;
	git_fixture_run(HISTORY);
	assert_walk("n", "c", "n m y x");
	assert_walk("n", "", "n m y x c b a");
	assert_walk("n", "n", "");
	assert_walk("c", "n", "");
	assert_walk("c y", "b", "y x c");
	assert_walk("n", "x c", "n m y");
	assert_walk("n n", "c c", "n m y x");
}

static void the_best_common_ancestors_are_those_of_git(void **state)
{
	(void)state;
	git_fixture_run(HISTORY "commit p a; commit q a; commit r p q; commit s q p\n");
	assert_bases("c", "y", "b");
	assert_bases("n", "y", "y");
	assert_bases("y", "n", "y");
	assert_bases("n", "n", "n");
	assert_bases("r", "s", "p q");
	assert_bases("r", "n", "a");
}

/* Clocks that are wrong by years, on either side: no commit too few, and here none too many. */
static void wrong_clocks_change_no_answer(void **state)
{
	(void)state;
	git_fixture_run("date=1700000000; commit a; date=1100000000; commit b a; date=1900000000; commit c b\n"
			"date=1000000000; commit d c; date=1800000000; commit e d; date=1200000000; commit f d\n"
			"date=1500000000; commit g f\n");
	assert_true(descends("e", "a"));
	assert_true(descends("g", "c"));
	assert_false(descends("a", "e"));
	assert_false(descends("e", "g"));
	assert_bases("e", "g", "d");
	assert_bases("c", "g", "c");
	assert_walk("e", "d", "e");
	assert_walk("e", "g", "e");
	assert_walk("g", "e", "g f");
	assert_walk("e", "a", "e d c b");
	assert_walk("c", "e", "");
	assert_walk("a", "e", "");
}

static void a_base_that_another_base_reaches_is_none(void **state)
{
	(void)state;
	git_fixture_run(
		"date=1700000000; commit old; date=1000000000; commit best old; date=1700000100; commit l best\n"
		"commit left l old; commit r best; commit right r old\n");
	assert_bases("left", "right", "best");
}

/* Longer than a walk of our own: git answers. Twice, since its commit-graph changes how. */
static void a_long_history_gives_the_same_answers(void **state)
{
	(void)state;
	git_fixture_run(
		"{ for i in $(seq 1 1200); do echo \"commit refs/heads/main\nmark :$i\n"
		"committer A <a@x.example> $((1600000000 + i * 60)) +0000\ndata <<E\nc$i\nE\n\"; done\n"
		"echo \"commit refs/heads/early\ncommitter A <a@x.example> 1700000000 +0000\ndata <<E\nearly\nE\nfrom :20\n\"\n"
		"echo \"reset refs/heads/c20\nfrom :20\n\nreset refs/heads/c30\nfrom :30\n\"; } |\n"
		"git fast-import --quiet\ncommit z");
	for (int graph = 0; graph < 2; graph++) {
		struct repository *repository = opened();
		struct error error = ERROR_INIT;
		struct object_ids tips = {0};
		struct object_ids hidden = {0};
		struct object_ids out = {0};

		assert_true(descends("main", "c20"));
		assert_false(descends("main", "early"));
		assert_false(descends("early", "main"));
		assert_false(descends("main", "z"));
		assert_bases("main", "early", "c20");
		assert_bases("main", "z", "");
		assert_walk("early", "main", "early");
		add_ids(&tips, "main");
		add_ids(&hidden, "c30");
		assert_int_equal(repository_walk(repository, &out, &tips, &hidden, 1170, &error), 0);
		assert_int_equal(out.count, 1170);
		assert_true(object_id_equal(&out.items[0], &tips.items[0]));
		assert_int_equal(repository_walk(repository, &out, &tips, &hidden, 1169, &error), ERROR_LIMIT);
		assert_string_equal(error_text(&error), "more than 1169 commits");
		error_release(&error);
		assert_int_equal(repository_walk(repository, &out, &tips, &hidden, 10, &error), ERROR_LIMIT);
		error_release(&error);
		object_ids_release(&tips);
		object_ids_release(&hidden);
		object_ids_release(&out);
		repository_free(repository);
		git_fixture_run("git commit-graph write --reachable");
	}
}

static void a_long_history_in_quarantine_is_seen_by_git_too(void **state)
{
	struct error error = ERROR_INIT;
	struct repository *repository;
	struct buffer path = BUFFER_INIT;
	struct object_id first;
	struct object_id last;
	bool out;

	(void)state;
	git_fixture_run(
		"git init -q --bare w.git; { for i in $(seq 1 600); do echo \"commit refs/heads/main\nmark :$i\n"
		"committer A <a@x.example> $((1600000000 + i * 60)) +0000\ndata <<E\nc$i\nE\n\"; done\n"
		"echo \"reset refs/heads/first\nfrom :1\n\nreset refs/heads/c300\nfrom :300\n\"; } | git --git-dir=w.git fast-import --quiet\n"
		"mv r.git 'r:\"1.git'; mkdir -p 'r:\"1.git/objects/incoming-x/pack'\n"
		"git --git-dir=w.git rev-list --objects c300 | git --git-dir=w.git pack-objects -q "
		"'r:\"1.git/objects/pack/pack'\n"
		"git --git-dir=w.git rev-list --objects main ^c300 | git --git-dir=w.git pack-objects -q "
		"'r:\"1.git/objects/incoming-x/pack/pack'\nmv w.git r.git");
	first = git_fixture_id("first");
	last = git_fixture_id("main");
	buffer_addf(&path, "%s/r:\"1.git/objects/incoming-x", git_fixture_folder());
	assert_int_equal(repository_open(&repository, "r:\"1.git", buffer_text(&path), NULL, &error), 0);
	assert_int_equal(repository_descends(repository, &out, &last, &first, &error), 0);
	assert_true(out);
	repository_free(repository);
	buffer_release(&path);
}

/* A replaced commit would hide what is really there. */
static void replaced_objects_and_grafts_are_not_honoured(void **state)
{
	(void)state;
	git_fixture_run("{ for i in $(seq 1 600); do echo \"commit refs/heads/main\nmark :$i\n"
			"committer A <a@x.example> $((1600000000 + i * 60)) +0000\ndata <<E\nc$i\nE\n\"; done\n"
			"echo \"reset refs/heads/first\nfrom :1\n\nreset refs/heads/late\nfrom :590\n\"; } |\n"
			"git fast-import --quiet\ncommit z; mkdir -p r.git/info\n"
			"git replace $(git rev-parse main~300) $(git rev-parse z)\n"
			"git rev-parse main~200 >r.git/info/grafts");
	assert_true(descends("main", "first"));
	assert_true(descends("main", "late"));
}

static void the_environment_does_not_reach_git(void **state)
{
	bool out;

	(void)state;
	git_fixture_run("{ for i in $(seq 1 600); do echo \"commit refs/heads/main\nmark :$i\n"
			"committer A <a@x.example> $((1600000000 + i * 60)) +0000\ndata <<E\nc$i\nE\n\"; done\n"
			"echo \"reset refs/heads/first\nfrom :1\n\"; } | git fast-import --quiet\n"
			"mkdir bin; printf '#!/bin/sh\\nexit 1\\n' >bin/git; chmod +x bin/git");
	{
		struct object_id first = git_fixture_id("first");
		struct object_id last = git_fixture_id("main");
		struct repository *repository = opened();
		struct error error = ERROR_INIT;
		const char *before = getenv("PATH");
		char *path = strdup(before ? before : "");
		struct buffer bad = BUFFER_INIT;

		buffer_addf(&bad, "%s/bin", git_fixture_folder());
		setenv("PATH", buffer_text(&bad), 1);
		setenv("GIT_OBJECT_DIRECTORY", "/nonexistent", 1);
		setenv("GIT_SHALLOW_FILE", "/dev/full", 1);
		assert_int_equal(repository_descends(repository, &out, &last, &first, &error), 0);
		assert_true(out);
		setenv("PATH", path, 1);
		unsetenv("GIT_OBJECT_DIRECTORY");
		unsetenv("GIT_SHALLOW_FILE");
		free(path);
		buffer_release(&bad);
		repository_free(repository);
	}
}

static void a_parent_that_is_not_there_is_an_error(void **state)
{
	struct error error = ERROR_INIT;
	struct repository *repository;
	struct object_ids hidden = {0};
	struct object_ids tips = {0};
	struct object_ids out = {0};
	struct object_id z;
	bool answer;

	(void)state;
	git_fixture_run(
		"commit gone; commit a gone; commit z; f=$(git rev-parse gone)\n"
		"git update-ref -d refs/heads/gone; rm -f r.git/objects/$(echo $f | cut -c1-2)/$(echo $f | cut -c3-)");
	repository = opened();
	add_ids(&tips, "a");
	z = git_fixture_id("z");
	assert_int_equal(repository_walk(repository, &out, &tips, &hidden, 10, &error), ERROR_FAILED);
	assert_non_null(strstr(error_text(&error), "is not there"));
	error_release(&error);
	error = (struct error)ERROR_INIT;
	assert_int_equal(repository_descends(repository, &answer, &tips.items[0], &z, &error), ERROR_FAILED);
	error_release(&error);
	object_ids_release(&tips);
	object_ids_release(&out);
	repository_free(repository);
}

/* Random histories with wrong clocks, each question compared with git's own answer. */
static void random_histories_agree_with_git(void **state)
{
	struct repository *repository;
	char line[512];
	FILE *file;
	int questions = 0;

	(void)state;
	git_fixture_run(
		"awk 'BEGIN { srand(7); for (i = 1; i <= 60; i++) {\n"
		"print \"commit refs/heads/c\" i; print \"mark :\" i\n"
		"print \"committer A <a@x.example> \" int(1600000000 + i * 60 + (rand() < 0.2 ? (rand() - 0.5) * 9000 : 0)) \" +0000\"\n"
		"print \"data <<E\\nc\" i \"\\nE\"; if (i > 3) { print \"from :\" i - 1 - int(rand() * 3)\n"
		"if (rand() < 0.3) print \"merge :\" 1 + int(rand() * (i - 1)) } print \"\" } }' | git fast-import --quiet\n"
		"awk 'BEGIN { srand(8); for (i = 0; i < 120; i++) print \"c\" 1 + int(rand() * 60), \"c\" 1 + int(rand() * 60) }' |\n"
		"while read a b; do\n"
		"git merge-base --is-ancestor $a $b && yes=1 || yes=0\n"
		"echo $(git rev-parse $a $b) $yes $(git rev-list --count $a --not $b) $(git merge-base --all $a $b | wc -l); done >q");
	repository = opened();
	file = fopen("q", "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		struct error error = ERROR_INIT;
		struct object_ids tips = {0};
		struct object_ids hidden = {0};
		struct object_ids out = {0};
		struct object_id a;
		struct object_id b;
		int ancestor;
		int count;
		int bases;
		bool answer;

		assert_true(object_id_parse(&a, line) && object_id_parse(&b, line + 41));
		assert_int_equal(sscanf(line + 82, "%d %d %d", &ancestor, &count, &bases), 3);
		assert_int_equal(repository_descends(repository, &answer, &b, &a, &error), 0);
		assert_int_equal(answer, ancestor);
		object_ids_add(&tips, &a);
		object_ids_add(&hidden, &b);
		assert_int_equal(repository_walk(repository, &out, &tips, &hidden, 100, &error), 0);
		assert_int_equal(out.count, count);
		out.count = 0;
		assert_int_equal(repository_merge_bases(repository, &out, &a, &b, &error), 0);
		assert_int_equal(out.count, bases);
		object_ids_release(&tips);
		object_ids_release(&hidden);
		object_ids_release(&out);
		questions++;
	}
	fclose(file);
	assert_int_equal(questions, 120);
	repository_free(repository);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, git_fixture_set_up_repository, git_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_commit_descends_from_itself_and_what_it_reaches),
		TEST(commits_without_a_common_history_do_not_descend),
		TEST(a_walk_gives_children_before_parents_and_nothing_hidden),
		TEST(the_best_common_ancestors_are_those_of_git),
		TEST(wrong_clocks_change_no_answer),
		TEST(a_base_that_another_base_reaches_is_none),
		TEST(a_long_history_gives_the_same_answers),
		TEST(a_long_history_in_quarantine_is_seen_by_git_too),
		TEST(replaced_objects_and_grafts_are_not_honoured),
		TEST(the_environment_does_not_reach_git),
		TEST(a_parent_that_is_not_there_is_an_error),
		TEST(random_histories_agree_with_git),
	};

	return cmocka_run_group_tests_name("repository_history", tests, NULL, NULL);
}
