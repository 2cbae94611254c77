#include "rules/effect.h"

void effect_of(size_t *hidden_by, const struct effect_step *steps, size_t count)
{
	size_t left = count;

	while (left) {
		const struct effect_step *step = &steps[left - 1];
		size_t base = step->is_rollback && step->base < left ? step->base : left - 1;

		hidden_by[left - 1] = 0;
		for (size_t i = base; i < left - 1; i++)
			hidden_by[i] = left;
		left = base;
	}
}
