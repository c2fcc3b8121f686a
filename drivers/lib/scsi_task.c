// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_task.c - a SCSI command, step by step
 *
 * A task alternates between two owners. The kernel side holds it while a step
 * is under way; nvmeq_scsi_next() gives it to the plan (scsi_plan.h), which
 * looks at what came back and leaves the next step. A plan that leaves none
 * has a bug: the task ends as an internal target failure instead of hanging.
 *
 * What a plan asks for is checked here against the memory that was lent and
 * the caller's transfer, whatever the plan has worked out before. So a wrong
 * length in a plan is an error of that command and never an access to memory
 * of somebody else.
 *
 * Checks that many commands share are made before the plan is asked, by the
 * flags of the command's row: a medium that can be addressed, no format under
 * way, blocks that are on the disk, a disk that may be written.
 */
#include <nvmeq/scsi_plan.h>
#include <nvmeq/status.h>

#define TASK_BULK_UNIT	8192U	/* two halves of whole pages */

static bool task_ok(u16 status)
{
	return !(status & NVMEQ_STATUS_CODE_MASK);
}

/* --- memory --- */

static u32 task_bulk_bytes(const struct nvmeq_scsi_req *req, const struct nvmeq_scsi_facts *f)
{
	u64 bytes = 2 * (u64)req->blocks * nvmeq_scsi_block_bytes(f);

	if (bytes >= NVMEQ_SCSI_BULK_BYTES)
		return NVMEQ_SCSI_BULK_BYTES;
	return DIV_ROUND_UP((u32)bytes, TASK_BULK_UNIT) * TASK_BULK_UNIT;
}

/* Is there an NVMe command that checks the blocks without a buffer of ours? */
static bool task_checks(const struct nvmeq_scsi_req *req, const struct nvmeq_scsi_facts *f)
{
	switch (req->bytchk) {
	case 0:
		return f->verify_blocks;
	case 1:
		return nvmeq_scsi_can_compare(f);
	default:
		return false;
	}
}

static u32 task_work_bytes(const struct nvmeq_scsi_req *req, const struct nvmeq_scsi_facts *f)
{
	u32 flags = req->op->flags;

	if (flags & NVMEQ_SCSI_OP_SAME)
		return req->no_data && f->write_zeroes_blocks ? 0 : task_bulk_bytes(req, f);
	if (flags & NVMEQ_SCSI_OP_VERIFY)
		return task_checks(req, f) ? 0 : task_bulk_bytes(req, f);
	return req->op->work;
}

u32 nvmeq_scsi_scratch_bytes(const struct nvmeq_scsi_req *req, const struct nvmeq_scsi_facts *f)
{
	if (req->refusal.code)
		return 0;
	return task_work_bytes(req, f) + req->op->resp;
}

u32 nvmeq_scsi_work_bytes(const struct nvmeq_scsi_task *t)
{
	return task_work_bytes(t->req, t->f);
}

void *nvmeq_scsi_work(const struct nvmeq_scsi_task *t, u32 at)
{
	return at < nvmeq_scsi_work_bytes(t) ? (u8 *)t->mem.scratch + at : NULL;
}

static bool task_within(u32 at, u32 bytes, u32 room)
{
	return at <= room && bytes <= room - at;
}

/* --- ends --- */

static void task_end(struct nvmeq_scsi_task *t)
{
	t->step.act = NVMEQ_SCSI_DONE;
	t->then = NULL;
	if (t->out.sense.code || t->out.host)
		return;
	t->out.resp_at = t->mem.scratch_bytes ? nvmeq_scsi_work_bytes(t) : 0;
	t->out.resp_bytes = nvmeq_buf_stored(&t->resp);
	if (t->out.resp_bytes)
		t->out.moved = t->out.resp_bytes;
}

void nvmeq_scsi_good(struct nvmeq_scsi_task *t)
{
	nvmeq_sense_set(&t->out.sense, NVMEQ_SENSE_GOOD);
	task_end(t);
}

void nvmeq_scsi_fail(struct nvmeq_scsi_task *t, u32 code)
{
	nvmeq_sense_set(&t->out.sense, code);
	task_end(t);
}

void nvmeq_scsi_fail_field(struct nvmeq_scsi_task *t, u32 code, u16 byte, u8 bit)
{
	nvmeq_sense_field(&t->out.sense, code, byte, bit);
	task_end(t);
}

void nvmeq_scsi_fail_sense(struct nvmeq_scsi_task *t, const struct nvmeq_sense *s)
{
	t->out.sense = *s;
	task_end(t);
}

/* The first block of a command that addresses blocks. */
static bool task_lba(const struct nvmeq_scsi_cmd *cmd, u64 *lba)
{
	*lba = le32_to_cpu(cmd->sqe.cdw10) | (u64)le32_to_cpu(cmd->sqe.cdw11) << 32;
	if (cmd->admin)
		return false;
	switch (cmd->sqe.opcode) {
	case NVMEQ_NVM_READ:
	case NVMEQ_NVM_WRITE:
	case NVMEQ_NVM_COMPARE:
	case NVMEQ_NVM_VERIFY:
	case NVMEQ_NVM_WRITE_ZEROES:
		return true;
	default:
		return false;
	}
}

/* A commit of firmware alone succeeds with a status other than 0: it waits for a reset. */
static bool task_may_be_good(const struct nvmeq_scsi_task *t, u16 status)
{
	const struct nvmeq_scsi_cmd *c = &t->step.cmd[0];

	return task_ok(status) || (c->admin && c->sqe.opcode == NVMEQ_ADMIN_FW_COMMIT);
}

void nvmeq_scsi_fail_status(struct nvmeq_scsi_task *t, u16 status)
{
	u32 code = nvmeq_status_info(status)->sense;
	u64 lba;

	if (code == NVMEQ_SENSE_GOOD && !task_may_be_good(t, status))
		code = NVMEQ_SENSE_TARGET_FAILURE;
	nvmeq_sense_set(&t->out.sense, code);
	if (nvmeq_sense_is_of_block(code) && task_lba(&t->step.cmd[0], &lba))
		nvmeq_sense_info(&t->out.sense, lba);
	task_end(t);
}

void nvmeq_scsi_cancel(struct nvmeq_scsi_task *t, enum nvmeq_scsi_host host)
{
	nvmeq_sense_set(&t->out.sense, NVMEQ_SENSE_GOOD);
	t->out.host = (u16)host;
	task_end(t);
}

/* --- steps that a plan asks for --- */

static void task_step(struct nvmeq_scsi_task *t, enum nvmeq_scsi_act act, nvmeq_scsi_then then)
{
	t->step.act = (u8)act;
	t->then = then;
}

struct nvmeq_scsi_data nvmeq_scsi_of_caller(const struct nvmeq_scsi_task *t, u32 at, u32 bytes,
					    bool out)
{
	u32 total = out ? t->mem.out_bytes : t->mem.in_bytes;
	u32 there = at < total ? total - at : 0;

	return (struct nvmeq_scsi_data) {
		.where = NVMEQ_SCSI_CALLER, .at = at, .bytes = bytes,
		.present = min_t(u32, bytes, there),
	};
}

static bool task_data_valid(const struct nvmeq_scsi_task *t, const struct nvmeq_scsi_cmd *cmd)
{
	const struct nvmeq_scsi_data *d = &cmd->data;

	switch (d->where) {
	case NVMEQ_SCSI_NOWHERE:
		return true;
	case NVMEQ_SCSI_SCRATCH:
		return d->bytes && task_within(d->at, d->bytes, nvmeq_scsi_work_bytes(t));
	default:
		if (NVMEQ_OP_DATA_OUT(cmd->sqe.opcode))
			return d->bytes && task_within(d->at, d->bytes, t->mem.out_bytes);
		return d->present && task_within(d->at, d->present, t->mem.in_bytes);
	}
}

/* Commands whose second run would do, or answer, something else than the first. */
static bool task_once(const struct nvmeq_scsi_cmd *cmd)
{
	if (cmd->sqe.flags & NVMEQ_SQE_FUSE_MASK)
		return true;
	switch (cmd->sqe.opcode) {
	case NVMEQ_ADMIN_FW_COMMIT:
	case NVMEQ_ADMIN_FORMAT_NVM:
	case NVMEQ_ADMIN_SECURITY_SEND:
	case NVMEQ_ADMIN_SECURITY_RECV:
	case NVMEQ_ADMIN_SANITIZE:
		return cmd->admin;
	case NVMEQ_NVM_RESV_REGISTER:
	case NVMEQ_NVM_RESV_ACQUIRE:
	case NVMEQ_NVM_RESV_RELEASE:
		return !cmd->admin;
	default:
		return false;
	}
}

static void task_send(struct nvmeq_scsi_task *t, bool admin, struct nvmeq_scsi_data data,
		      nvmeq_scsi_then then)
{
	struct nvmeq_scsi_cmd *cmd = &t->step.cmd[0];

	cmd->admin = admin;
	cmd->data = data;
	cmd->once = task_once(cmd);
	if (!task_data_valid(t, cmd) || (t->step.fused && !task_data_valid(t, &t->step.cmd[1])))
		nvmeq_scsi_fail(t, NVMEQ_SENSE_TARGET_FAILURE);
	else
		task_step(t, NVMEQ_SCSI_SEND, then);
}

void nvmeq_scsi_send_admin(struct nvmeq_scsi_task *t, struct nvmeq_scsi_data data,
			   nvmeq_scsi_then then)
{
	task_send(t, true, data, then);
}

void nvmeq_scsi_send_io(struct nvmeq_scsi_task *t, struct nvmeq_scsi_data data,
			nvmeq_scsi_then then)
{
	task_send(t, false, data, then);
}

void nvmeq_scsi_tolerate(struct nvmeq_scsi_task *t)
{
	t->tolerant = true;
}

bool nvmeq_scsi_succeeded(const struct nvmeq_scsi_task *t)
{
	return task_ok(t->answer.status);
}

void nvmeq_scsi_need(struct nvmeq_scsi_task *t, u32 from, u32 to, u32 bytes,
		     nvmeq_scsi_then then)
{
	if (!bytes || !task_within(from, bytes, t->mem.out_bytes) ||
	    !task_within(to, bytes, nvmeq_scsi_work_bytes(t))) {
		nvmeq_scsi_fail(t, NVMEQ_SENSE_TARGET_FAILURE);
		return;
	}
	t->step.from = from;
	t->step.to = to;
	t->step.bytes = bytes;
	task_step(t, NVMEQ_SCSI_NEED, then);
}

void nvmeq_scsi_need_list(struct nvmeq_scsi_task *t, nvmeq_scsi_then then)
{
	u32 bytes = min_t(u32, t->req->list_bytes, t->mem.out_bytes);

	bytes = min_t(u32, bytes, nvmeq_scsi_work_bytes(t));
	t->list = t->mem.scratch;
	t->list_bytes = bytes;
	if (!t->req->list_bytes)
		nvmeq_scsi_good(t);
	else if (!bytes)
		nvmeq_scsi_fail(t, NVMEQ_SENSE_LIST_LENGTH);
	else
		nvmeq_scsi_need(t, 0, 0, bytes, then);
}

void nvmeq_scsi_wait(struct nvmeq_scsi_task *t, u32 ms, nvmeq_scsi_then then)
{
	t->step.wait_ms = ms;
	task_step(t, NVMEQ_SCSI_WAIT, then);
}

void nvmeq_scsi_detach(struct nvmeq_scsi_task *t, nvmeq_scsi_then then)
{
	task_step(t, NVMEQ_SCSI_DETACH, then);
}

/* --- the driver's loop --- */

static void task_check(struct nvmeq_scsi_task *t)
{
	const struct nvmeq_scsi_req *req = t->req;
	const struct nvmeq_scsi_facts *f = t->f;
	u32 flags = req->op->flags;

	if (t->mem.scratch_bytes < nvmeq_scsi_scratch_bytes(req, f))
		nvmeq_scsi_fail(t, NVMEQ_SENSE_TARGET_FAILURE);
	else if ((flags & (NVMEQ_SCSI_OP_MEDIUM | NVMEQ_SCSI_OP_EXCLUSIVE)) && t->state.formatting)
		nvmeq_scsi_fail(t, NVMEQ_SENSE_FORMATTING);
	else if ((flags & NVMEQ_SCSI_OP_MEDIUM) && !nvmeq_scsi_has_medium(f))
		nvmeq_scsi_fail(t, NVMEQ_SENSE_BAD_FORMAT);
	else if ((flags & NVMEQ_SCSI_OP_RANGE) &&
		 (req->lba > f->blocks || req->blocks > f->blocks - req->lba))
		nvmeq_scsi_fail(t, NVMEQ_SENSE_LBA_RANGE);
	else if ((flags & NVMEQ_SCSI_OP_WRITES) && f->read_only)
		nvmeq_scsi_fail(t, NVMEQ_SENSE_WRITE_PROTECTED);
}

void nvmeq_scsi_begin(struct nvmeq_scsi_task *t, const struct nvmeq_scsi_req *req,
		      const struct nvmeq_scsi_facts *f, const struct nvmeq_scsi_state *state,
		      const struct nvmeq_scsi_mem *mem)
{
	u32 room, work;

	memset(t, 0, sizeof(*t));
	t->req = req;
	t->f = f;
	t->state = *state;
	t->mem = *mem;
	if (req->refusal.code) {
		t->mem.scratch_bytes = 0;
		nvmeq_scsi_fail_sense(t, &req->refusal);
		return;
	}
	task_check(t);
	if (t->step.act == NVMEQ_SCSI_DONE)
		return;
	work = nvmeq_scsi_work_bytes(t);
	room = min_t(u32, req->op->resp, req->alloc_bytes);
	if (req->op->resp)
		nvmeq_buf_init(&t->resp, (u8 *)mem->scratch + work,
			       min_t(u32, room, mem->in_bytes));
	t->then = req->op->plan;
}

const struct nvmeq_scsi_step *nvmeq_scsi_next(struct nvmeq_scsi_task *t)
{
	nvmeq_scsi_then then = t->then;

	if (t->step.act != NVMEQ_SCSI_NOTHING)
		return &t->step;
	t->then = NULL;
	if (then)
		then(t);
	if (t->step.act == NVMEQ_SCSI_NOTHING)
		nvmeq_scsi_fail(t, NVMEQ_SENSE_TARGET_FAILURE);
	return &t->step;
}

static void task_moved(struct nvmeq_scsi_task *t, u32 end)
{
	t->out.moved = max_t(u32, t->out.moved, end);
}

static void task_moved_by(struct nvmeq_scsi_task *t, const struct nvmeq_scsi_cmd *cmd)
{
	if (cmd->data.where == NVMEQ_SCSI_CALLER)
		task_moved(t, cmd->data.at + cmd->data.present);
}

void nvmeq_scsi_answer(struct nvmeq_scsi_task *t, const struct nvmeq_scsi_answer *a)
{
	bool tolerant = t->tolerant, ok = task_ok(a->status);

	if (t->step.act != NVMEQ_SCSI_SEND)
		return;
	if (t->step.fused)
		ok = ok && task_ok(a->fused_status);
	if (ok) {
		task_moved_by(t, &t->step.cmd[0]);
		if (t->step.fused)
			task_moved_by(t, &t->step.cmd[1]);
	}
	t->answer = *a;
	t->step.act = NVMEQ_SCSI_NOTHING;
	t->step.fused = false;
	t->tolerant = false;
	if (!ok && !tolerant)
		nvmeq_scsi_fail_status(t, a->status);
}

void nvmeq_scsi_resume(struct nvmeq_scsi_task *t)
{
	switch (t->step.act) {
	case NVMEQ_SCSI_NEED:
		task_moved(t, t->step.from + t->step.bytes);
		break;
	case NVMEQ_SCSI_DETACH:
		t->mem.in_bytes = 0;
		t->mem.out_bytes = 0;
		t->resp.room = 0;
		break;
	case NVMEQ_SCSI_WAIT:
		break;
	default:
		return;
	}
	t->step.act = NVMEQ_SCSI_NOTHING;
}

u32 nvmeq_scsi_sense_bytes(const struct nvmeq_scsi_task *t, void *buf, u32 len)
{
	if (NVMEQ_SENSE_SAM(t->out.sense.code) != NVMEQ_SAM_CHECK_CONDITION)
		return 0;
	return nvmeq_sense_format(&t->out.sense, t->state.d_sense, buf, len);
}
