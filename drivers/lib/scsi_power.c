// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_power.c - START STOP UNIT
 *
 * A power condition becomes a power state by a table; how many states there
 * are clips it. States count down from 0, the fastest: IDLE counts from the
 * fast end, STANDBY from the slow one.
 *
 *	START_VALID, START=1	0		IDLE, modifier m	1 + m
 *	START_VALID, START=0	the slowest	STANDBY, modifier 0	slowest - 2
 *	ACTIVE			0		STANDBY, modifier 1	slowest - 1
 *
 * The cache is flushed first, unless NO_FLUSH says otherwise. The power state
 * is the driver's own to manage; where it does not let go of it
 * (facts.power_control) the command is a flush, and so it is on a controller
 * with one state, which is in that already and may refuse to be told. All is judged before the first
 * command is sent, so what is refused has done nothing. IMMED, which sg_start
 * sets unless it is told not to, allows an answer before the end and demands
 * none: these commands are short, and GOOD means that it has been done.
 */
#include <nvmeq/scsi_plan.h>

#define POWER_STATE_MAX		31	/* PS is 5 bits */

enum power_from { POWER_FROM_FASTEST, POWER_FROM_SLOWEST };

/* By POWER CONDITION; a row without modifiers is a condition that does not exist. */
static const struct power_row {
	u8 modifiers;
	u8 from;
	u8 distance;	/* of modifier 0; each higher modifier is one state slower */
} power_rows[16] = {
	[0x0] = { 1, POWER_FROM_FASTEST, 0 },	/* START_VALID with START=1 */
	[0x1] = { 1, POWER_FROM_FASTEST, 0 },	/* ACTIVE */
	[0x2] = { 3, POWER_FROM_FASTEST, 1 },	/* IDLE */
	[0x3] = { 2, POWER_FROM_SLOWEST, 2 },	/* STANDBY */
};

static u32 power_state(const struct nvmeq_scsi_req *req, const struct nvmeq_scsi_facts *f)
{
	const struct power_row *row = &power_rows[req->power.condition & 0xf];
	u32 slowest = min_t(u32, f->power_states ? f->power_states - 1U : 0, POWER_STATE_MAX);
	u32 back;

	if (!req->power.condition && !req->power.start)
		return slowest;
	if (row->from == POWER_FROM_FASTEST)
		return min_t(u32, (u32)row->distance + req->power.modifier, slowest);
	back = (u32)row->distance - req->power.modifier;
	return slowest > back ? slowest - back : 0;
}

static void power_flushed(struct nvmeq_scsi_task *t)
{
	if (!t->f->power_control || t->f->power_states <= 1) {
		nvmeq_scsi_good(t);
		return;
	}
	nvmeq_cmd_set_features(nvmeq_scsi_sqe(t), NVMEQ_FEAT_POWER_MGMT, 0,
			       power_state(t->req, t->f), 0);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_no_data(), nvmeq_scsi_good);
}

void nvmeq_scsi_plan_start_stop(struct nvmeq_scsi_task *t)
{
	const struct nvmeq_scsi_req *req = t->req;
	u8 modifiers = power_rows[req->power.condition & 0xf].modifiers;

	if (!modifiers) {
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 4, 7);
	} else if (req->power.modifier >= modifiers) {
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 3, 3);
	} else if (t->state.formatting) {
		nvmeq_scsi_fail(t, NVMEQ_SENSE_FORMATTING);
	} else if (req->power.no_flush || !t->f->vwc) {
		power_flushed(t);
	} else {
		nvmeq_cmd_flush(nvmeq_scsi_sqe(t), t->f->nsid);
		nvmeq_scsi_send_io(t, nvmeq_scsi_no_data(), power_flushed);
	}
}
