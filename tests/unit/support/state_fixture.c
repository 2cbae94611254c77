#include "support/state_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"

int state_fixture_set_up_folder(void **data)
{
	struct state_fixture *fixture = memory_alloc(sizeof(*fixture));
	char folder[] = "/tmp/test_state.XXXXXX";
	struct buffer file = BUFFER_INIT;

	assert_non_null(mkdtemp(folder));
	fixture->folder = memory_copy(folder);
	buffer_addf(&file, "%s/hotfix.sqlite", folder);
	fixture->file = buffer_detach(&file);
	*data = fixture;
	return 0;
}

int state_fixture_set_up(void **data)
{
	struct state_fixture *fixture;

	state_fixture_set_up_folder(data);
	fixture = *data;
	fixture->state = state_fixture_open(fixture, "/srv/one.git");
	return 0;
}

int state_fixture_tear_down(void **data)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
	struct state_fixture *fixture = *data;

	state_free(fixture->state);
	error_release(&fixture->error);
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		struct buffer name = BUFFER_INIT;

		buffer_addf(&name, "%s%s", fixture->file, suffixes[i]);
		unlink(buffer_text(&name));
		buffer_release(&name);
	}
	assert_int_equal(rmdir(fixture->folder), 0);
	free(fixture->file);
	free(fixture->folder);
	free(fixture);
	return 0;
}

struct state *state_fixture_open(struct state_fixture *fixture, const char *repository)
{
	struct state *state = NULL;

	assert_done(fixture, state_open(&state, fixture->file, repository, true, NULL, &fixture->error));
	return state;
}

struct object_id id_of(unsigned char byte)
{
	struct object_id id;

	memset(id.bytes, byte, sizeof(id.bytes));
	return id;
}

void assert_done(struct state_fixture *fixture, int result)
{
	if (result)
		fail_msg("%d: %s", result, error_text(&fixture->error));
}

void assert_says(struct state_fixture *fixture, const char *text)
{
	if (!strstr(error_text(&fixture->error), text))
		fail_msg("\"%s\" is not in \"%s\"", text, error_text(&fixture->error));
	error_release(&fixture->error);
}

void push_of(struct state_fixture *fixture, struct state *state, const char *person, const char *ref,
	     unsigned char old_id, unsigned char new_id)
{
	struct records records = {0};
	struct record *record = records_add(&records, ref);

	record->old_id = id_of(old_id);
	record->new_id = id_of(new_id);
	record->moved_work = true;
	object_ids_add(&record->first_seen, &record->new_id);
	assert_done(fixture, state_record_push(state, person, 1000, NULL, 0, &records, &fixture->error));
	records_release(&records);
}

void settle_all(struct state_fixture *fixture, bool announced)
{
	struct waiting_records waiting = {0};

	assert_done(fixture, state_waiting_records(fixture->state, &waiting, &fixture->error));
	for (size_t i = 0; i < waiting.count; i++)
		assert_done(fixture,
			    state_settle_record(fixture->state, waiting.items[i].id, announced, &fixture->error));
	waiting_records_release(&waiting);
}
