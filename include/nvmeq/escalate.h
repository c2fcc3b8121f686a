/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * escalate.h - what to do about a command that has not been answered in time
 *
 * A decision only: gathering the facts and acting on the answer is core/eh.c.
 */
#ifndef NVMEQ_ESCALATE_H
#define NVMEQ_ESCALATE_H

#include <nvmeq/state.h>

/**
 * struct nvmeq_eh_facts - what is known when a command's time is up
 * @state: of the controller
 * @csts: status register, all ones when nothing answers
 * @disconnected: the PCI core says that the function is off the bus
 * @offline: PCI error recovery holds the channel
 * @reaped: looking at the completion queue completed this very command
 */
struct nvmeq_eh_facts {
	enum nvmeq_state state;
	u32 csts;
	bool disconnected;
	bool offline;
	bool reaped;
};

enum nvmeq_eh_action {
	NVMEQ_EH_REAPED,	/* done: its interrupt was lost or late */
	NVMEQ_EH_WAIT,		/* somebody is on it already: start the timer again */
	NVMEQ_EH_RESET,		/* reset the controller */
	NVMEQ_EH_STOP,		/* stop the controller here and now, end the command in error */
	NVMEQ_EH_GONE,		/* declare the controller dead */
};

enum nvmeq_eh_action nvmeq_escalate(const struct nvmeq_eh_facts *f);
const char *nvmeq_eh_action_name(enum nvmeq_eh_action a);

#endif /* NVMEQ_ESCALATE_H */
