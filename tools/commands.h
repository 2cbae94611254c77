/* The commands of hotfixctl(8), each a row of the table in hotfixctl.c. */
#ifndef HOTFIX_TOOLS_COMMANDS_H
#define HOTFIX_TOOLS_COMMANDS_H

#include "command.h"

extern const struct command command_check;      /* command_check.c */
extern const struct command command_ask_gate;   /* command_ask_gate.c */
extern const struct command command_explain;    /* command_explain.c */
extern const struct command command_replay;     /* command_replay.c */
extern const struct command command_status;     /* command_status.c */
extern const struct command command_report;     /* command_report.c */
extern const struct command command_events;     /* command_events.c */
extern const struct command command_log;        /* command_log.c */
extern const struct command command_deliveries; /* command_deliveries.c */
extern const struct command command_redeliver;  /* command_redeliver.c */
extern const struct command command_deliver;    /* command_deliver.c */
extern const struct command command_metrics;    /* command_metrics.c */
extern const struct command command_ping;       /* command_ping.c */
extern const struct command command_errand;     /* command_errand.c */
extern const struct command command_baseline;   /* command_ledger.c */
extern const struct command command_adopt;
extern const struct command command_record; /* command_record.c */

#endif
