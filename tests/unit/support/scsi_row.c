// SPDX-License-Identifier: GPL-2.0-only
/* scsi_row.c - see scsi_row.h */
#include "support/scsi_row.h"
#include "support/test.h"

#define STEPS_MAX	10000u

struct run {
	struct scsi_rig *rig;
	const struct scsi_row *row;
	struct nvmeq_scsi_mem mem;
	u32 work_bytes;
	u8 *out;
};

/* --- a command --- */

static bool within(u32 at, u32 bytes, u32 room)
{
	return at <= room && bytes <= room - at;
}

/* Commands whose second run would do, or answer, something else than the first. */
static bool only_once(const struct nvmeq_scsi_cmd *cmd)
{
	static const u8 admin[] = { 0x10, 0x80, 0x81, 0x82, 0x84 }, io[] = { 0x0d, 0x11, 0x15 };

	if (cmd->admin)
		return memchr(admin, cmd->sqe.opcode, sizeof(admin));
	return memchr(io, cmd->sqe.opcode, sizeof(io));
}

static void check_entry(const struct run *run, const struct nvmeq_scsi_cmd *cmd)
{
	const struct nvmeq_sqe *s = &cmd->sqe;
	const char *d = run->row->desc;

	HOLDS(d, !s->flags && !s->cid && !s->cdw2 && !s->cdw3 && !s->mptr);
	HOLDS(d, !s->dptr.prp1 && !s->dptr.prp2);
	HOLDS(d, !s->cdw12 && !s->cdw13 && !s->cdw14 && !s->cdw15);
	HOLDS(d, cmd->data.meta == NVMEQ_SCSI_META_NONE && !cmd->data.meta_bytes);
	WANT(d, cmd->once, only_once(cmd));
}

/* A command has either no data or some that is where it says. */
static bool data_there(const struct run *run, const struct nvmeq_scsi_cmd *cmd)
{
	const struct nvmeq_scsi_data *data = &cmd->data;
	const char *d = run->row->desc;
	bool out = NVMEQ_OP_DATA_OUT(cmd->sqe.opcode);

	if (data->where == NVMEQ_SCSI_NOWHERE)
		return HOLDS(d, !data->bytes) && false;
	HOLDS(d, data->bytes && (out || NVMEQ_OP_DATA_IN(cmd->sqe.opcode)));
	if (data->where == NVMEQ_SCSI_SCRATCH)
		return HOLDS(d, !(data->at % 512) && data->present == data->bytes &&
				within(data->at, data->bytes, run->work_bytes));
	HOLDS(d, data->where == NVMEQ_SCSI_CALLER);
	if (out)
		return HOLDS(d, data->present == data->bytes &&
				within(data->at, data->bytes, run->mem.out_bytes));
	return HOLDS(d, data->present && data->present <= data->bytes &&
			within(data->at, data->present, run->mem.in_bytes));
}

static void move_out(const struct run *run, const struct nvmeq_scsi_cmd *cmd)
{
	const u8 *from = cmd->data.where == NVMEQ_SCSI_SCRATCH ? run->mem.scratch : run->out;

	memcpy(run->rig->data[run->rig->nr], from + cmd->data.at,
	       min_t(u32, cmd->data.bytes, SCSI_RIG_DATA));
}

static void move_in(const struct run *run, const struct nvmeq_scsi_cmd *cmd)
{
	struct scsi_rig *rig = run->rig;
	u8 *p;

	if (!rig->give)
		return;
	if (cmd->data.where == NVMEQ_SCSI_SCRATCH) {
		rig->give(rig, cmd, (u8 *)run->mem.scratch + cmd->data.at);
		return;
	}
	p = guard_alloc(cmd->data.bytes);
	rig->give(rig, cmd, p);
	memcpy(rig->in + cmd->data.at, p, cmd->data.present);
	guard_free(p);
}

static void send(const struct run *run, struct nvmeq_scsi_task *t,
		 const struct nvmeq_scsi_step *st)
{
	const struct nvmeq_scsi_cmd *cmd = &st->cmd[0];
	struct nvmeq_scsi_answer a = { 0 };
	struct scsi_rig *rig = run->rig;

	HOLDS(run->row->desc, !st->fused);
	check_entry(run, cmd);
	if (rig->nr < SCSI_ROW_CMDS)
		a.status = run->row->status[rig->nr];
	if (rig->nr < SCSI_RIG_CMDS) {
		rig->cmd[rig->nr] = *cmd;
		if (data_there(run, cmd) && !test_misses()) {
			if (NVMEQ_OP_DATA_OUT(cmd->sqe.opcode))
				move_out(run, cmd);
			else if (!a.status)
				move_in(run, cmd);
		}
	}
	rig->nr++;
	nvmeq_scsi_answer(t, &a);
}

/* --- a task --- */

static void follow(struct run *run, struct nvmeq_scsi_task *t)
{
	const char *d = run->row->desc;
	struct scsi_rig *rig = run->rig;
	u32 steps;

	for (steps = 0; steps < STEPS_MAX; steps++) {
		const struct nvmeq_scsi_step *st = nvmeq_scsi_next(t);

		switch (st->act) {
		case NVMEQ_SCSI_SEND:
			send(run, t, st);
			break;
		case NVMEQ_SCSI_NEED:
			if (!HOLDS(d, within(st->from, st->bytes, run->mem.out_bytes)) ||
			    !HOLDS(d, within(st->to, st->bytes, run->work_bytes)))
				return;
			memcpy((u8 *)run->mem.scratch + st->to, run->out + st->from, st->bytes);
			nvmeq_scsi_resume(t);
			break;
		case NVMEQ_SCSI_WAIT:
			HOLDS(d, st->wait_ms >= 10 && st->wait_ms <= 10000);
			rig->waits++;
			nvmeq_scsi_resume(t);
			break;
		case NVMEQ_SCSI_DETACH:
			WANT(d, rig->detached_at, -1);
			rig->detached_at = (int)rig->nr;
			run->mem.in_bytes = 0;
			run->mem.out_bytes = 0;
			nvmeq_scsi_resume(t);
			break;
		default:
			WANT(d, st->act, NVMEQ_SCSI_DONE);
			return;
		}
	}
	HOLDS(d, steps < STEPS_MAX);
}

static void finish(const struct run *run, const struct nvmeq_scsi_task *t)
{
	struct scsi_rig *rig = run->rig;
	const char *d = run->row->desc;

	rig->end = t->out;
	if (rig->end.after & NVMEQ_SCSI_AFTER_STATE)
		rig->state = t->state;
	else
		WANT(d, t->state.format_block_bytes, rig->state.format_block_bytes);
	if (!rig->end.resp_bytes)
		return;
	HOLDS(d, !rig->end.sense.code);
	if (HOLDS(d, rig->end.resp_bytes <= run->mem.in_bytes) &&
	    HOLDS(d, within(rig->end.resp_at, rig->end.resp_bytes, run->mem.scratch_bytes)))
		memcpy(rig->in, (u8 *)run->mem.scratch + rig->end.resp_at, rig->end.resp_bytes);
}

static void lend(struct run *run, const struct nvmeq_scsi_req *req)
{
	const struct scsi_row *row = run->row;

	run->mem = (struct nvmeq_scsi_mem) {
		.in_bytes = row->in_bytes, .out_bytes = row->out_bytes,
		.scratch_bytes = nvmeq_scsi_scratch_bytes(req, run->rig->f),
	};
	run->mem.scratch = guard_alloc(run->mem.scratch_bytes);
	run->work_bytes = run->mem.scratch_bytes;
	if (run->work_bytes)
		run->work_bytes -= req->op->resp;
	run->out = guard_alloc(row->out_bytes);
	memset(run->out, 0, row->out_bytes);
	memcpy(run->out, row->out, min_t(u32, row->out_bytes, sizeof(row->out)));
	guard_free(run->rig->in);
	run->rig->in = guard_alloc(row->in_bytes);
	memset(run->rig->in, 0xee, row->in_bytes);
}

/* --- the row --- */

static void check_pointer(const struct scsi_row *row, const struct nvmeq_sense *s)
{
	u8 want = 0x80;

	if (row->sense == NVMEQ_SENSE_CDB_FIELD)
		want |= 0x40;
	if (!(row->at & 0x40000000))
		want |= (u8)(0x08 | (row->at & 7));
	WANT(row->desc, s->sks[0], want);
	WANT(row->desc, s->sks[1] << 8 | s->sks[2], row->at >> 8 & 0xffff);
}

static void check_sent(const struct scsi_rig *rig, const struct scsi_row *row)
{
	u32 n = 0, i;

	while (row->sent[n].queue)
		n++;
	if (!WANT(row->desc, rig->nr, n))
		return;
	for (i = 0; i < n; i++) {
		const struct nvmeq_sqe *s = &rig->cmd[i].sqe;
		const struct scsi_row_cmd *w = &row->sent[i];
		const char *d = desc("%s, command %u", row->desc, i);

		WANT(d, rig->cmd[i].admin, w->queue == 'a');
		WANT(d, s->opcode, w->opcode);
		WANT(d, le32_to_cpu(s->nsid), w->nsid);
		WANT(d, le32_to_cpu(s->cdw10), w->cdw10);
		WANT(d, le32_to_cpu(s->cdw11), w->cdw11);
		WANT(d, rig->cmd[i].data.bytes, w->bytes);
	}
}

static size_t cdb_bytes(u8 opcode)
{
	static const u8 bytes[8] = { 6, 10, 10, 16, 16, 12, 16, 16 };

	return bytes[opcode >> 5];
}

void scsi_row_check(struct scsi_rig *rig, const struct scsi_row *row)
{
	u8 *cdb = guard_copy(row->cdb, cdb_bytes(row->cdb[0]));
	struct run run = { .rig = rig, .row = row };
	struct nvmeq_scsi_task t;
	struct nvmeq_scsi_req req;

	rig->nr = 0;
	rig->waits = 0;
	rig->detached_at = -1;
	memset(rig->data, 0, sizeof(rig->data));
	memset(&req, 0xcc, sizeof(req));
	memset(&t, 0xcc, sizeof(t));
	nvmeq_scsi_decode(cdb, cdb_bytes(row->cdb[0]), rig->f, &req);
	guard_free(cdb);
	lend(&run, &req);
	nvmeq_scsi_begin(&t, &req, rig->f, &rig->state, &run.mem);
	follow(&run, &t);
	finish(&run, &t);
	guard_free(run.mem.scratch);
	guard_free(run.out);
	WANT(row->desc, rig->end.sense.code, row->sense);
	WANT(row->desc, rig->end.host, 0);
	WANT(row->desc, rig->end.moved, row->moved);
	if (row->at)
		check_pointer(row, &rig->end.sense);
	check_sent(rig, row);
}

void scsi_rows_check(struct scsi_rig *rig, const struct scsi_row *row, size_t n)
{
	while (n--)
		scsi_row_check(rig, row++);
}

void scsi_rig_init(struct scsi_rig *rig, const struct nvmeq_scsi_facts *f)
{
	memset(rig, 0, sizeof(*rig));
	rig->f = f;
	nvmeq_scsi_state_init(&rig->state);
}

void scsi_rig_free(struct scsi_rig *rig)
{
	guard_free(rig->in);
	rig->in = NULL;
}
