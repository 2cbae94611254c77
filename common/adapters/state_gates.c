/* What gates said of landings. */
#include "adapters/state_internal.h"

int state_add_gates(struct state *state, int64_t record, size_t position, const struct record_landing *landing,
		    struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"INSERT INTO gate(record, landing, position, name, open, answer) VALUES(?, ?, ?, ?, ?, ?)");
	for (size_t i = 0; i < landing->gate_count && !statement.code; i++) {
		statement_bind_integer(&statement, record);
		statement_bind_integer(&statement, (int64_t)position);
		statement_bind_integer(&statement, (int64_t)i);
		statement_bind_text(&statement, landing->gates[i].name);
		statement_bind_integer(&statement, landing->gates[i].open);
		statement_bind_text(&statement, landing->gates[i].answer);
		statement_run(&statement, error);
	}
	return statement_end(&statement);
}

int state_read_gates(struct state *state, const struct landing_number *number, struct record_landing *out,
		     struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"SELECT name, open, answer FROM gate WHERE record = ? AND landing = ? ORDER BY position");
	statement_bind_integer(&row, number->record);
	statement_bind_integer(&row, number->position);
	while (statement_next(&row, error)) {
		struct record_gate *gate = record_landing_add_gate(out);

		gate->name = statement_text(&row, 0);
		gate->open = statement_integer(&row, 1) != 0;
		gate->answer = statement_text(&row, 2);
	}
	return statement_end(&row);
}
