/* The constant tables of lookalike.c, in the order of their codes. */
#ifndef HOTFIX_RULES_LOOKALIKE_TABLE_H
#define HOTFIX_RULES_LOOKALIKE_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* COUNT codes from FIRST on that look like LETTER, or, where STEP is 1, like LETTER and those that follow it. The
 * letter `|` stands for one that can be read as `i` and as `l`. */
struct lookalike_run {
	uint32_t first;
	uint8_t count;
	uint8_t step;
	char letter;
};

/* A code that looks like several letters. */
struct lookalike_word {
	uint32_t code;
	char text[5];
};

/* Codes that can be added to a name without being seen: marks, formats, fillers, blanks. */
struct lookalike_range {
	uint32_t first;
	uint32_t last;
};

extern const struct lookalike_run lookalike_runs[];
extern const size_t lookalike_runs_count;
extern const struct lookalike_word lookalike_words[];
extern const size_t lookalike_words_count;
extern const struct lookalike_range lookalike_hidden[];
extern const size_t lookalike_hidden_count;

#endif
