/* Writes a history for git-fast-import(1) to standard output: generate COMMITS REFS [EVERY].
 *
 * A main line where every commit whose number EVERY divides (8; 0: none) is on a side branch that is merged at once,
 * over 1,000 files in 50 folders; REFS more refs on commits that are spread over the history, three fifths of them
 * tags. The same numbers make the same bytes. */
#include <stdio.h>
#include <stdlib.h>

#define BLOBS 1000
#define FOLDERS 50
#define FILES 20
#define MERGE_EVERY 8
#define START 1262304000L /* 2010-01-01, seconds since the epoch */
#define STEP 300          /* seconds between two commits */

static void write_blobs(void)
{
	for (int blob = 1; blob <= BLOBS; blob++)
		printf("blob\nmark :%d\ndata 26\ncontents of version %5d\n\n", blob, blob);
}

static void write_commit(long number, const char *branch, long parent, long merged)
{
	long file = number * 7919 % (FOLDERS * FILES);
	long time = START + number * STEP;
	char message[64];
	int length = snprintf(message, sizeof(message), "change %ld\n\nOne more step.\n", number);

	printf("commit %s\nmark :%ld\n", branch, BLOBS + number);
	printf("author Ada Example <ada@example.com> %ld +0000\n", time);
	printf("committer Ada Example <ada@example.com> %ld +0000\n", time);
	printf("data %d\n%s", length, message);
	if (parent)
		printf("from :%ld\n", BLOBS + parent);
	if (merged)
		printf("merge :%ld\n", BLOBS + merged);
	printf("M 100644 :%ld src/part%02ld/file%02ld.c\n\n", (number + number / BLOBS) % BLOBS + 1, file / FILES,
	       file % FILES);
}

static long write_history(long commits, long every)
{
	long tip = 0;

	for (long number = 1; number <= commits; number++) {
		if (every && number % every == 0 && number < commits) {
			write_commit(number, "refs/heads/side", tip, 0);
			write_commit(number + 1, "refs/heads/main", tip, number);
			number++;
		} else {
			write_commit(number, "refs/heads/main", tip, 0);
		}
		tip = number;
	}
	return tip;
}

static void write_refs(long commits, long refs)
{
	for (long ref = 0; ref < refs; ref++) {
		long target = BLOBS + 1 + (long)((double)ref / (double)refs * (double)commits);

		if (ref % 5 < 3)
			printf("reset refs/tags/v%07ld\nfrom :%ld\n\n", ref, target);
		else
			printf("reset refs/heads/topic/%07ld\nfrom :%ld\n\n", ref, target);
	}
}

int main(int argc, char **argv)
{
	long commits = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	long refs = argc > 2 ? strtol(argv[2], NULL, 10) : -1;
	long every = argc > 3 ? strtol(argv[3], NULL, 10) : MERGE_EVERY;

	if (argc > 4 || commits < 1 || refs < 0 || every < 0) {
		fprintf(stderr, "usage: generate COMMITS REFS [EVERY] | git fast-import\n");
		return 2;
	}
	write_blobs();
	write_history(commits, every);
	write_refs(commits, refs);
	printf("done\n");
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
