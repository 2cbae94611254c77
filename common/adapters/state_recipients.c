/* Who has got a mail of which delivery, so that another attempt is for the others alone. */
#include "adapters/state.h"
#include "adapters/state_internal.h"

int state_recipients(struct state *state, struct strings *out, int64_t delivery, bool reached, struct error *error)
{
	struct statement row;

	statement_begin(&row, state,
			"SELECT r.address FROM delivery d JOIN recipient r ON r.delivery = d.number WHERE d.number = ?"
			" AND d.repository = ? AND r.reached = ? ORDER BY r.address");
	statement_bind_integer(&row, delivery);
	statement_bind_integer(&row, state->repository);
	statement_bind_integer(&row, reached);
	while (statement_next(&row, error))
		strings_take(out, statement_text(&row, 0));
	return statement_end(&row);
}

int state_settle_recipient(struct state *state, int64_t delivery, const char *address, bool reached,
			   struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"INSERT OR REPLACE INTO recipient(delivery, address, reached)"
			" SELECT number, ?, ? FROM delivery WHERE number = ? AND repository = ?");
	statement_bind_text(&statement, address);
	statement_bind_integer(&statement, reached);
	statement_bind_integer(&statement, delivery);
	statement_bind_integer(&statement, state->repository);
	return statement_finish(&statement, error);
}

int state_forget_recipients(struct state *state, int64_t delivery, struct error *error)
{
	struct statement statement;

	statement_begin(&statement, state,
			"DELETE FROM recipient WHERE delivery IN (SELECT number FROM delivery WHERE number = ?1"
			" AND repository = ?2 AND (NOT recipient.reached OR state = ?3))");
	statement_bind_integer(&statement, delivery);
	statement_bind_integer(&statement, state->repository);
	statement_bind_integer(&statement, DELIVERY_DELIVERED);
	return statement_finish(&statement, error);
}
