/* Couriers who send a process of their own (adapters/errand.h), for courier*.c and hotfixctl alone. */
#ifndef HOTFIX_FLOW_COURIER_ERRAND_H
#define HOTFIX_FLOW_COURIER_ERRAND_H

#include "adapters/json.h"
#include "flow/courier.h"

enum courier_errand { ERRAND_MAIL, ERRAND_MESSAGE, ERRAND_KINDS };

/* Sends the running program, which is hotfixctl, on an errand for PARCEL. REQUEST gets the name of its kind. */
int courier_send(struct network *network, enum courier_errand kind, struct json *request, const struct parcel *parcel,
		 void *owner, struct error *error);

/* For that program: does what REQUEST asks, and adds the reply. */
int courier_perform(struct buffer *out, const char *request, size_t length, struct error *error);

#endif
