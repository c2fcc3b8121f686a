// SPDX-License-Identifier: GPL-2.0-only
/*
 * escalate.c - what to do about a command whose time is up
 *
 * First that which needs no guessing: the command was answered after all
 * (REAPED); the function is off the bus, or its status register reads all ones
 * (GONE). Then the state decides, because it says who else would act:
 *
 *	state		channel works	channel held by PCI error recovery
 *	NEW		STOP		STOP
 *	CONNECTING	STOP		STOP
 *	LIVE		RESET		WAIT
 *	RESETTING	WAIT		WAIT
 *	DELETING	STOP		STOP
 *	DEAD		STOP		STOP
 *
 * STOP where the thread that sent the command is the one that would have to
 * help: bring-up and removal wait for it, possibly with the device lock held
 * that PCI error recovery needs, so waiting for either would be for ever. WAIT
 * where somebody is certain to end the command: the reset work, or recovery.
 *
 * A held channel reads as all ones too. That proves nothing, so it counts as
 * gone only while the channel works. A dead controller is not declared dead a
 * second time. CSTS.CFS has no column: a failed controller is reset from LIVE
 * like a silent one, and stopped elsewhere (Base 2.0c section 9.5).
 *
 * Nothing is aborted singly. The Abort command is a best effort that a stuck
 * controller does not answer either, and its memory stays in use until reset.
 */
#include <nvmeq/escalate.h>
#include <nvmeq/spec_regs.h>

struct escalate_row {
	enum nvmeq_eh_action online;
	enum nvmeq_eh_action offline;
};

static const struct escalate_row escalate_rows[NVMEQ_STATE_COUNT] = {
	[NVMEQ_STATE_NEW]	 = { NVMEQ_EH_STOP,  NVMEQ_EH_STOP },
	[NVMEQ_STATE_CONNECTING] = { NVMEQ_EH_STOP,  NVMEQ_EH_STOP },
	[NVMEQ_STATE_LIVE]	 = { NVMEQ_EH_RESET, NVMEQ_EH_WAIT },
	[NVMEQ_STATE_RESETTING]	 = { NVMEQ_EH_WAIT,  NVMEQ_EH_WAIT },
	[NVMEQ_STATE_DELETING]	 = { NVMEQ_EH_STOP,  NVMEQ_EH_STOP },
	[NVMEQ_STATE_DEAD]	 = { NVMEQ_EH_STOP,  NVMEQ_EH_STOP },
};

static bool escalate_gone(const struct nvmeq_eh_facts *f)
{
	return f->disconnected || (f->csts == NVMEQ_REG_GONE && !f->offline);
}

enum nvmeq_eh_action nvmeq_escalate(const struct nvmeq_eh_facts *f)
{
	const struct escalate_row *row;

	if (f->reaped)
		return NVMEQ_EH_REAPED;
	if ((unsigned int)f->state >= NVMEQ_STATE_COUNT)
		return NVMEQ_EH_STOP;
	if (f->state != NVMEQ_STATE_DEAD && escalate_gone(f))
		return NVMEQ_EH_GONE;
	row = &escalate_rows[f->state];
	return f->offline ? row->offline : row->online;
}

static const char *const escalate_names[] = {
	[NVMEQ_EH_REAPED]	= "reaped",
	[NVMEQ_EH_WAIT]		= "wait",
	[NVMEQ_EH_RESET]	= "reset",
	[NVMEQ_EH_STOP]		= "stop",
	[NVMEQ_EH_GONE]		= "gone",
};

const char *nvmeq_eh_action_name(enum nvmeq_eh_action a)
{
	return (unsigned int)a < ARRAY_SIZE(escalate_names) ? escalate_names[a] : "unknown";
}
