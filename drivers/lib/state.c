// SPDX-License-Identifier: GPL-2.0-only
/*
 * state.c - the controller's states, as data
 *
 *	        NEW
 *	         |  start
 *	         v
 *	     CONNECTING <------+
 *	      |      |         |  bring-up again
 *	 live |      | failed  |
 *	      v      v         |
 *	     LIVE -> RESETTING-+
 *	      reset
 *
 *	any of these --> DELETING	remove, shutdown
 *	any of these --> DEAD		gone, or given up
 *	DELETING     --> DEAD		lost while going away
 *
 * DEAD has no way out. It would be convenient to let the removal of a dead
 * controller pass through DELETING, but in DELETING the last dirty pages are
 * still sent, and a controller that was declared dead must never be sent to
 * again: a command that raced with the change would wait for a timeout on
 * hardware that is not there. Removal takes "may not leave DEAD" for what it
 * is, and runs its course in that state with every command failing at once.
 *
 * This file keeps no state; core/ctrl.c does, under its lock.
 */
#include <nvmeq/state.h>

#define TO(s)	(1U << NVMEQ_STATE_##s)

struct state_row {
	const char *name;
	u32 next;			/* states that may follow */
	enum nvmeq_admit user;		/* block and passthrough commands */
	enum nvmeq_admit internal;	/* commands of bring-up, scan, shutdown */
};

/*
 * HOLD is for users only: they wait for LIVE or DEAD. An internal command that
 * cannot be sent fails at once, because the thread that is to change the state
 * may be waiting for the very work that issued it.
 */
static const struct state_row state_rows[NVMEQ_STATE_COUNT] = {
	[NVMEQ_STATE_NEW] = {
		.name = "new",
		.next = TO(CONNECTING) | TO(DELETING) | TO(DEAD),
		.user = NVMEQ_ADMIT_HOLD, .internal = NVMEQ_ADMIT_FAIL,
	},
	[NVMEQ_STATE_CONNECTING] = {
		.name = "connecting",
		.next = TO(LIVE) | TO(RESETTING) | TO(DELETING) | TO(DEAD),
		.user = NVMEQ_ADMIT_HOLD, .internal = NVMEQ_ADMIT_SEND,
	},
	[NVMEQ_STATE_LIVE] = {
		.name = "live",
		.next = TO(RESETTING) | TO(DELETING) | TO(DEAD),
		.user = NVMEQ_ADMIT_SEND, .internal = NVMEQ_ADMIT_SEND,
	},
	[NVMEQ_STATE_RESETTING] = {
		.name = "resetting",
		.next = TO(CONNECTING) | TO(DELETING) | TO(DEAD),
		.user = NVMEQ_ADMIT_HOLD, .internal = NVMEQ_ADMIT_FAIL,
	},
	[NVMEQ_STATE_DELETING] = {
		/* Removing a disk writes back its dirty pages; then the queues are deleted. */
		.name = "deleting",
		.next = TO(DEAD),
		.user = NVMEQ_ADMIT_SEND, .internal = NVMEQ_ADMIT_SEND,
	},
	[NVMEQ_STATE_DEAD] = {
		.name = "dead",
		.next = 0,
		.user = NVMEQ_ADMIT_FAIL, .internal = NVMEQ_ADMIT_FAIL,
	},
};

static bool state_valid(enum nvmeq_state s)
{
	return (unsigned int)s < NVMEQ_STATE_COUNT;
}

bool nvmeq_state_may(enum nvmeq_state from, enum nvmeq_state to)
{
	return state_valid(from) && state_valid(to) && (state_rows[from].next & (1U << to));
}

const char *nvmeq_state_name(enum nvmeq_state s)
{
	return state_valid(s) ? state_rows[s].name : "unknown";
}

enum nvmeq_admit nvmeq_state_admit(enum nvmeq_state s, bool internal)
{
	if (!state_valid(s))
		return NVMEQ_ADMIT_FAIL;
	return internal ? state_rows[s].internal : state_rows[s].user;
}
