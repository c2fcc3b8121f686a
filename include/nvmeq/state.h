/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * state.h - the controller's states and which may follow which
 */
#ifndef NVMEQ_STATE_H
#define NVMEQ_STATE_H

#include <nvmeq/base.h>

enum nvmeq_state {
	NVMEQ_STATE_NEW,	/* probed, hardware untouched */
	NVMEQ_STATE_CONNECTING,	/* being brought up, after probe or reset: internal commands only */
	NVMEQ_STATE_LIVE,	/* in service */
	NVMEQ_STATE_RESETTING,	/* being stopped in order to be brought up again */
	NVMEQ_STATE_DELETING,	/* going away in order: remove, shutdown */
	NVMEQ_STATE_DEAD,	/* nothing will be sent any more; every command ends in error */
	NVMEQ_STATE_COUNT
};

/* May a controller go from @from to @to? Never to the same state, and never out of DEAD. */
bool nvmeq_state_may(enum nvmeq_state from, enum nvmeq_state to);
/* "new", "connecting", "live", …: the words of the sysfs attribute. */
const char *nvmeq_state_name(enum nvmeq_state s);
/* Are commands of users (block, passthrough) sent in this state, held, or failed? */
enum nvmeq_admit { NVMEQ_ADMIT_SEND, NVMEQ_ADMIT_HOLD, NVMEQ_ADMIT_FAIL };
enum nvmeq_admit nvmeq_state_admit(enum nvmeq_state s, bool internal);

#endif /* NVMEQ_STATE_H */
