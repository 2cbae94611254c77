/* Writes a history of landings for git-fast-import(1) to standard output: landings COUNT [merges].
 *
 * Each is a hotfix with one commit of work and two sign-off commits, merged as Git merges. With "merges" every second hotfix
 * was cut from production BEHIND landings ago and brought up to date, and every tenth landing is a feature of that age that no
 * rule lets pass. The same numbers make the same bytes. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOBS 500
#define FILES 1000
#define BEHIND 5
#define START 1420070400L /* 2015-01-01, seconds since the epoch */
#define STEP 600          /* seconds between two commits */

struct history {
	long marks;
	long time;
	long tips[BEHIND + 1]; /* of production, the newest first */
	bool merges;
};

static void write_blobs(void)
{
	for (int blob = 1; blob <= BLOBS; blob++)
		printf("blob\nmark :%d\ndata 26\ncontents of version %5d\n\n", blob, blob);
}

static void write_file(long file, long blob)
{
	printf("M 100644 :%ld src/part%02ld/file%03ld.c\n", blob, file / 20, file);
}

static void write_change(long landing)
{
	write_file(landing % FILES, 2 + (landing + landing / FILES) % (BLOBS - 1));
}

static long write_commit(struct history *history, const char *branch, const char *message, long parent, long merged)
{
	history->time += STEP;
	printf("commit refs/heads/%s\nmark :%ld\n", branch, ++history->marks);
	printf("author Ada <ada@example.com> %ld +0000\ncommitter Ada <ada@example.com> %ld +0000\n", history->time,
	       history->time);
	printf("data %zu\n%s\nfrom :%ld\n", strlen(message), message, parent);
	if (merged)
		printf("merge :%ld\n", merged);
	return history->marks;
}

static long write_signoffs(struct history *history, long tip)
{
	tip = write_commit(history, "side", "review\n\nReviewed-by: Bea <bea@example.com>\n", tip, 0);
	return write_commit(history, "side", "qa\n\nTested-by: Cleo <cleo@example.com>\n", tip, 0);
}

static void land(struct history *history, long landing)
{
	bool old = history->merges && landing > BEHIND && landing % 2;
	bool feature = history->merges && landing > BEHIND && landing % 10 == 0;
	long cut = history->tips[old || feature ? BEHIND : 0];
	char message[100];
	long tip;

	snprintf(message, sizeof(message), "change %ld\n\nWhat was wrong is right.\n", landing);
	tip = write_commit(history, "side", message, cut, 0);
	write_change(landing);
	if (old) {
		tip = write_commit(history, "side", "Merge branch 'main' into hotfix\n", tip, history->tips[0]);
		for (long behind = BEHIND; behind > 0; behind--)
			write_change(landing - behind);
	}
	if (!feature)
		tip = write_signoffs(history, tip);
	snprintf(message, sizeof(message), "Merge branch '%s%ld-fix'\n", feature ? "feature/" : "hotfix/INC-", landing);
	tip = write_commit(history, "main", message, history->tips[0], tip);
	write_change(landing);
	memmove(history->tips + 1, history->tips, BEHIND * sizeof(*history->tips));
	history->tips[0] = tip;
}

int main(int argc, char **argv)
{
	struct history history = {.marks = BLOBS + 1, .time = START, .merges = argc > 2};
	long count = argc > 1 ? strtol(argv[1], NULL, 10) : 0;

	if (count < 1 || argc > 3 || (argc == 3 && strcmp(argv[2], "merges") != 0)) {
		fprintf(stderr, "usage: landings COUNT [merges] | git fast-import\n");
		return 2;
	}
	write_blobs();
	printf("commit refs/heads/main\nmark :%d\ncommitter Ada <ada@example.com> %ld +0000\ndata 6\nfirst\n\n",
	       BLOBS + 1, START);
	for (long file = 0; file < FILES; file++)
		write_file(file, 1);
	for (int i = 0; i <= BEHIND; i++)
		history.tips[i] = BLOBS + 1;
	for (long landing = 1; landing <= count; landing++)
		land(&history, landing);
	printf("done\n");
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
