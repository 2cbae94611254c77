/* Deliveries as people and programs read them. */
#ifndef HOTFIX_TOOLS_DELIVERY_TEXT_H
#define HOTFIX_TOOLS_DELIVERY_TEXT_H

#include "adapters/json.h"
#include "adapters/state.h"
#include "base/buffer.h"

/* Returns the members of a delivery that the list shows; owned by the caller. */
struct json *delivery_json(const struct delivery *delivery);

/* Returns all of them, an array; owned by the caller. */
struct json *delivery_list_json(const struct deliveries *deliveries);

/* Leaves the one whose whole id is ID, where there is one: another id may begin with it. */
void deliveries_prefer_exact(struct deliveries *found, const char *id);

/* Adds the list of deliveries, and one delivery with its attempts. */
void delivery_list_text(struct buffer *out, const struct deliveries *deliveries);
void delivery_text(struct buffer *out, const struct delivery *delivery, const struct attempts *attempts);

/* Returns one delivery with its attempts; owned by the caller. */
struct json *delivery_whole_json(const struct delivery *delivery, const struct attempts *attempts);

/* Add one line for what happened: the delivery was made (ATTEMPT has the number 0), or an attempt at it. */
void happening_text(struct buffer *out, const struct delivery *delivery, const struct attempt *attempt);
void happening_json(struct buffer *out, const struct delivery *delivery, const struct attempt *attempt);

/* Adds what an attempt came to: "200", or "no answer: ..." */
void attempt_outcome(struct buffer *out, int status, const char *words);

#endif
