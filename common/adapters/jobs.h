/* Small programs that are asked something, several at a time: input and output stay in memory, no shell, no environment
 * of ours. */
#ifndef HOTFIX_ADAPTERS_JOBS_H
#define HOTFIX_ADAPTERS_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/strings.h"

/* Where a job finds the contents of FILE. */
#define JOB_FILE "/proc/self/fd/3"

#define JOB_OUTPUT_MAXIMUM ((size_t)256 * 1024)

struct job {
	struct strings arguments; /* the first is the absolute path of the program */
	struct buffer input;      /* its standard input */
	struct buffer file;       /* readable at JOB_FILE */
	struct buffer output;     /* the answer: what it wrote to standard output, at most JOB_OUTPUT_MAXIMUM bytes */
	int status;               /* the answer: its exit status; 128 and the number of the signal that ended it */
	bool late;                /* the answer of jobs_try: it did not end in time, and was killed */
	struct {
		pid_t pid; /* 0: it does not run; the descriptors mean nothing then */
		int pid_descriptor;
		int output_descriptor;
	} internal;
};

/* Starts it, with PATH, HOME, LC_ALL and TZ of its own, and does not wait. */
int job_start(struct job *job, struct error *error);

/* Returns a descriptor that can be read, by poll(2), once the job has ended; -1 when it was not started. */
int job_descriptor(const struct job *job);

/* Takes the answer of a job that has ended. */
int job_collect(struct job *job, struct error *error);

/* Runs all of them, at most 8 at a time. Fails when a program cannot be started, or does not end within SECONDS; whatever
 * still runs then is killed. */
int jobs_run(struct job *jobs, size_t count, int seconds, struct error *error);

/* The same, but a job that is late stops none of the others. */
int jobs_try(struct job *jobs, size_t count, int seconds, struct error *error);

/* Ends it when it was started and still runs. */
void job_kill(struct job *job);
void job_release(struct job *job);

#endif
