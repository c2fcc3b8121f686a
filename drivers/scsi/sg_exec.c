// SPDX-License-Identifier: GPL-2.0-only
/*
 * sg_exec.c - run a SCSI command
 *
 * What to do is told by lib/scsi_task.c, step by step; here it is done. NVMe
 * commands take the driver's one way (core/user_cmd.c). Data of the caller is
 * not copied where its memory can be mapped as it is; else, and where the
 * controller moves more than the caller has room for or wants the blocks and
 * their protection apart, it goes through a buffer of ours, and to the caller
 * only when the command succeeded.
 *
 * Time: the caller's limit is for the whole command. Each NVMe command gets
 * what is left of it, but enough not to reset a controller that is only slow;
 * once the time is up no further one is sent. A command that does not come
 * back is ended by the reset that the timeout leads to (core/eh.c). One that
 * somebody else's reset took away is sent again like block I/O, if it may be.
 *
 * A task that outlives its caller (FORMAT UNIT with IMMED) goes on in a work
 * item with references to namespace and module. It is then to the namespace
 * what an ioctl in flight is: removal waits for the NVMe command under way,
 * unless the device is gone, and the next one finds the controller gone.
 */
#include <linux/blk-mq.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <linux/workqueue.h>
#include <nvmeq/param.h>
#include <nvmeq/policy.h>
#include <nvmeq/scsi.h>
#include "../core/cache.h"
#include "../core/params.h"
#include "../core/reset.h"
#include "../core/user_cmd.h"
#include "sg_exec.h"
#include "sg_io.h"
#include "sg_ns.h"

/* The bounds that the kernel's own SG_IO has. */
#define EXEC_TIMEOUT_MS_MIN	7000
#define EXEC_TIMEOUT_MS_MAX	((u32)INT_MAX)
/* What tools give a format of a whole disk: five hours. */
#define EXEC_TIMEOUT_MS_ALONE	18000000
/* Resets that one NVMe command is sent again after. */
#define EXEC_RETRIES		3
#define EXEC_TUPLE_BYTES	8

#define EXEC_OP_FORMAT		0x04
#define EXEC_OP_REPORT_LUNS	0xa0

/**
 * struct sg_exec - a command that runs
 * @ns: namespace, referenced by the caller; by us once @call is gone
 * @call: the caller's side; NULL when the caller has gone on
 * @snap: facts and state that it began with
 * @req: decoded
 * @task: on its way
 * @claim: disks that it keeps others from, or NULL
 * @scratch: memory lent to the task
 * @bounce: buffer for data that cannot be mapped, grown when needed
 * @bounce_bytes: its length
 * @deadline: in jiffies
 * @timeout_min: least time of one NVMe command, in jiffies
 * @began: when the one under way was sent
 * @timeout: and its time
 * @work: for going on alone
 */
struct sg_exec {
	struct nvmeq_ns *ns;
	struct nvmeq_sg_call *call;
	struct nvmeq_sg_snapshot snap;
	struct nvmeq_scsi_req req;
	struct nvmeq_scsi_task task;
	struct nvmeq_sg_claim *claim;
	void *scratch;
	void *bounce;
	u32 bounce_bytes;
	unsigned long deadline;
	unsigned long timeout_min;
	unsigned long began;
	unsigned long timeout;
	struct work_struct work;
};

/* --- time --- */

static void exec_set_deadline(struct sg_exec *e)
{
	const struct nvmeq_sg_call *call = e->call;
	u32 least = EXEC_TIMEOUT_MS_MIN;
	u32 ms = call->timeout_ms ?: READ_ONCE(e->ns->scsi.timeout_ms) ?:
		 NVMEQ_SG_TIMEOUT_MS;

	/* A timeout leads to a reset: a stranger's may not come before the driver's own. */
	if (!call->privileged)
		least = max_t(u32, least, nvmeq_param_value(NVMEQ_PARAM_IO_TIMEOUT_MS));
	ms = clamp_t(u32, ms, least, EXEC_TIMEOUT_MS_MAX);
	e->timeout_min = msecs_to_jiffies(least);
	e->deadline = jiffies + msecs_to_jiffies(ms);
}

static void exec_set_timeout(struct sg_exec *e)
{
	long left;

	e->began = jiffies;
	left = e->deadline - e->began;
	e->timeout = max_t(long, left, e->timeout_min);
}

/* --- one NVMe command: its data --- */

/* The queue's demands on memory that is mapped as it is; lengths are its least problem. */
static bool data_is_mappable(const struct request_queue *q, const struct iov_iter *iter)
{
	if (iov_iter_alignment(iter) & queue_dma_alignment(q))
		return false;
	return !queue_virt_boundary(q) ||
	       !(iov_iter_gap_alignment(iter) & queue_virt_boundary(q));
}

/* Zeroed: what a controller leaves out of a read must not be some old memory of ours. */
static void *data_bounce(struct sg_exec *e, u32 bytes)
{
	if (bytes > e->bounce_bytes) {
		kvfree(e->bounce);
		e->bounce = kvzalloc(bytes, GFP_KERNEL);
		e->bounce_bytes = e->bounce ? bytes : 0;
	} else {
		memset(e->bounce, 0, bytes);
	}
	return e->bounce;
}

/* One block's tuple within its metadata. */
static void *data_tuple(const struct sg_exec *e, const struct nvmeq_user_cmd *u, u32 block)
{
	const struct nvmeq_scsi_facts *f = &e->snap.facts;
	u32 at = f->pi_first ? 0 : f->metadata_bytes - EXEC_TUPLE_BYTES;

	return (u8 *)u->meta + block * f->metadata_bytes + at;
}

/*
 * Blocks with a tuple behind each, as callers have them, at the start of the
 * bounce buffer; blocks alone behind all of that, for the controller.
 */
static void data_split(const struct sg_exec *e, const struct nvmeq_user_cmd *u, bool join)
{
	u32 unit = nvmeq_scsi_block_bytes(&e->snap.facts), i;
	u8 *mixed = e->bounce, *plain = u->buf;

	for (i = 0; i < u->bytes / unit; i++) {
		void *tuple = data_tuple(e, u, i);

		memcpy(join ? mixed : plain, join ? plain : mixed, unit);
		mixed += unit;
		plain += unit;
		memcpy(join ? mixed : tuple, join ? tuple : mixed, EXEC_TUPLE_BYTES);
		mixed += EXEC_TUPLE_BYTES;
	}
}

static int data_begin_inline(struct sg_exec *e, const struct nvmeq_scsi_data *d,
			     struct nvmeq_user_cmd *u)
{
	const struct nvmeq_scsi_facts *f = &e->snap.facts;
	u32 unit = nvmeq_scsi_block_bytes(f), blocks = d->bytes / (unit + EXEC_TUPLE_BYTES);
	u8 *bounce;

	if (f->metadata_bytes < EXEC_TUPLE_BYTES || u->meta_bytes < blocks * f->metadata_bytes)
		return -EINVAL;
	bounce = data_bounce(e, d->bytes + blocks * unit);
	if (!bounce)
		return -ENOMEM;
	u->buf = bounce + d->bytes;
	u->bytes = blocks * unit;
	if (!e->call->data.out)
		return 0;
	if (nvmeq_sg_io_get(&e->call->data, d->at, bounce, d->bytes))
		return -EFAULT;
	data_split(e, u, false);
	return 0;
}

static int data_begin_bounced(struct sg_exec *e, const struct nvmeq_scsi_data *d,
			      struct nvmeq_user_cmd *u)
{
	u->iter = NULL;
	u->buf = data_bounce(e, d->bytes);
	u->bytes = d->bytes;
	if (!u->buf)
		return -ENOMEM;
	if (!e->call->data.out)
		return 0;
	return nvmeq_sg_io_get(&e->call->data, d->at, u->buf, d->bytes);
}

static int data_begin_caller(struct sg_exec *e, const struct nvmeq_scsi_data *d,
			     struct nvmeq_user_cmd *u, struct iov_iter *iter)
{
	const struct request_queue *q = u->admin ? u->ctrl->admin_q : u->ns->queue;

	if (d->meta == NVMEQ_SCSI_META_INLINE)
		return data_begin_inline(e, d, u);
	if (d->present < d->bytes)
		return data_begin_bounced(e, d, u);
	nvmeq_sg_io_slice(&e->call->data, d->at, d->bytes, iter);
	if (!data_is_mappable(q, iter))
		return data_begin_bounced(e, d, u);
	u->iter = iter;
	u->bytes = d->bytes;
	return 0;
}

/* Put @u's data in place. After a failure too, data_free() is due. */
static int data_begin(struct sg_exec *e, const struct nvmeq_scsi_data *d,
		      struct nvmeq_user_cmd *u, struct iov_iter *iter)
{
	if (d->meta) {
		u->meta = kzalloc(d->meta_bytes, GFP_KERNEL);
		u->meta_bytes = d->meta_bytes;
		if (!u->meta)
			return -ENOMEM;
	}
	switch (d->where) {
	case NVMEQ_SCSI_CALLER:
		return e->call ? data_begin_caller(e, d, u, iter) : -EINVAL;
	case NVMEQ_SCSI_SCRATCH:
		u->buf = (u8 *)e->scratch + d->at;
		u->bytes = d->bytes;
		return 0;
	default:
		return 0;
	}
}

/* The command succeeded: give the caller what is not in its memory yet. */
static int data_deliver(struct sg_exec *e, const struct nvmeq_scsi_data *d,
			const struct nvmeq_user_cmd *u)
{
	if (d->where != NVMEQ_SCSI_CALLER || u->iter || e->call->data.out)
		return 0;
	if (d->meta == NVMEQ_SCSI_META_INLINE)
		data_split(e, u, true);
	return nvmeq_sg_io_put(&e->call->data, d->at, e->bounce, d->present);
}

static void data_free(struct nvmeq_user_cmd *u)
{
	kfree(u->meta);
}

/* --- one NVMe command: on its way --- */

static u32 send_effects(const struct nvmeq_scsi_cmd *c)
{
	struct nvmeq_policy_facts facts = {
		.admin = c->admin,
		.opcode = c->sqe.opcode,
		.cdw10 = le32_to_cpu(c->sqe.cdw10),
		.privileged = true,
	};

	return nvmeq_policy_decide(&facts).effects;
}

static void send_fill(struct sg_exec *e, const struct nvmeq_scsi_cmd *c, struct nvmeq_user_cmd *u)
{
	*u = (struct nvmeq_user_cmd) {
		.ctrl = e->ns->ctrl, .ns = e->ns, .admin = c->admin, .sqe = c->sqe,
		.at_head = e->call && e->call->at_head,
		/* Features have data of all lengths; the plan knows them. */
		.trusted = true,
		.effects = send_effects(c),
		.gen = e->snap.gen,
	};
}

static bool send_timed_out(const struct sg_exec *e)
{
	return !time_before(jiffies, e->began + e->timeout);
}

/* There is time, and whoever sent it again would not do it twice. */
static bool send_again(const struct sg_exec *e, const struct nvmeq_scsi_cmd *c, int err)
{
	if (time_after(jiffies, e->deadline))
		return false;
	if (err == -EAGAIN)
		return true;
	return err == -EINTR && !c->once && !send_timed_out(e);
}

/* The data is in place; it stays there for the next try. */
static int send_tries(struct sg_exec *e, const struct nvmeq_scsi_cmd *c, struct nvmeq_user_cmd *u)
{
	unsigned int tries = 0;
	int err;

	do {
		exec_set_timeout(e);
		u->timeout = e->timeout;
		err = nvmeq_user_run(u);
	} while (send_again(e, c, err) && tries++ < EXEC_RETRIES);
	return err;
}

static int send_one(struct sg_exec *e, const struct nvmeq_scsi_cmd *c,
		    struct nvmeq_scsi_answer *a)
{
	struct nvmeq_user_cmd u;
	struct iov_iter iter;
	int err;

	send_fill(e, c, &u);
	err = data_begin(e, &c->data, &u, &iter);
	if (!err)
		err = send_tries(e, c, &u);
	if (!err && !(u.status & NVMEQ_STATUS_CODE_MASK))
		err = data_deliver(e, &c->data, &u);
	data_free(&u);
	a->status = u.status;
	a->result = u.result;
	return err;
}

/* Both in buffers of ours, or the two could not share the one that bounces. */
static int send_pair(struct sg_exec *e, const struct nvmeq_scsi_step *step,
		     struct nvmeq_scsi_answer *a)
{
	struct nvmeq_user_cmd u[2];
	void *first;
	int err;

	exec_set_timeout(e);
	send_fill(e, &step->cmd[0], &u[0]);
	send_fill(e, &step->cmd[1], &u[1]);
	u[0].timeout = e->timeout;
	u[1].timeout = e->timeout;
	err = data_begin_bounced(e, &step->cmd[0].data, &u[0]);
	first = e->bounce;
	e->bounce = NULL;
	e->bounce_bytes = 0;
	if (!err)
		err = data_begin_bounced(e, &step->cmd[1].data, &u[1]);
	if (!err)
		err = nvmeq_user_run_fused(&u[0], &u[1]);
	kvfree(first);
	a->status = u[0].status;
	a->fused_status = u[1].status;
	a->result = u[0].result;
	return err;
}

/* --- a step --- */

/* What SCSI calls the reasons for which a command has got no answer. */
static enum nvmeq_scsi_host exec_host(const struct sg_exec *e, int err)
{
	if (nvmeq_ctrl_state(e->ns->ctrl) >= NVMEQ_STATE_DELETING || err == -ENODEV)
		return NVMEQ_SCSI_HOST_NO_CONNECT;
	if (err != -EINTR)
		return NVMEQ_SCSI_HOST_ERROR;
	return send_timed_out(e) ? NVMEQ_SCSI_HOST_TIME_OUT : NVMEQ_SCSI_HOST_RESET;
}

/* Answer, or end, the task; only what is the caller's own doing is its errno. */
static int exec_answer(struct sg_exec *e, int err, struct nvmeq_scsi_answer *a)
{
	switch (err) {
	case 0:
		break;
	case -EAGAIN:
	case -ESTALE:
		/* The format is being changed, or was: what the facts say is not so any more. */
		*a = (struct nvmeq_scsi_answer) { .status = NVMEQ_SC_NS_NOT_READY };
		break;
	case -EINVAL:
		*a = (struct nvmeq_scsi_answer) { .status = NVMEQ_SC_INTERNAL };
		break;
	case -EFAULT:
	case -ENOMEM:
		return err;
	case -ERESTARTSYS:
		return -EINTR;
	default:
		nvmeq_scsi_cancel(&e->task, exec_host(e, err));
		return 0;
	}
	nvmeq_scsi_answer(&e->task, a);
	return 0;
}

static int exec_send(struct sg_exec *e, const struct nvmeq_scsi_step *step)
{
	struct nvmeq_scsi_answer a = { };
	int err;

	err = step->fused ? send_pair(e, step, &a) : send_one(e, &step->cmd[0], &a);
	return exec_answer(e, err, &a);
}

static int exec_need(struct sg_exec *e, const struct nvmeq_scsi_step *step)
{
	int err = -EINVAL;

	if (e->call)
		err = nvmeq_sg_io_get(&e->call->data, step->from, (u8 *)e->scratch + step->to,
				      step->bytes);
	if (!err)
		nvmeq_scsi_resume(&e->task);
	return err;
}

/* Removal ends it early; the next command then finds out. */
static void exec_wait(struct sg_exec *e, u32 ms)
{
	struct nvmeq_ctrl *ctrl = e->ns->ctrl;

	wait_event_killable_timeout(ctrl->state_wq,
				    nvmeq_ctrl_state(ctrl) >= NVMEQ_STATE_DELETING,
				    msecs_to_jiffies(ms));
	nvmeq_scsi_resume(&e->task);
}

/* GOOD is the answer so far; sg_io.c sees that there is nothing else. */
static void exec_detach(struct sg_exec *e)
{
	e->call->moved = e->task.out.moved;
	e->call = NULL;
	e->deadline = jiffies + msecs_to_jiffies(EXEC_TIMEOUT_MS_ALONE);
	nvmeq_scsi_resume(&e->task);
}

/* Before a step: too late ends the task; nobody left to see the outcome, all of it. */
static bool exec_overdue(struct sg_exec *e)
{
	if (time_after(jiffies, e->deadline))
		nvmeq_scsi_cancel(&e->task, NVMEQ_SCSI_HOST_TIME_OUT);
	return e->call && fatal_signal_pending(current);
}

/* Until the task is done, or goes on without its caller. */
static int exec_steps(struct sg_exec *e)
{
	bool attached = e->call;
	int err = 0;

	while (!err && attached == !!e->call) {
		const struct nvmeq_scsi_step *step = nvmeq_scsi_next(&e->task);

		if (step->act != NVMEQ_SCSI_DONE && exec_overdue(e))
			return -EINTR;
		switch (step->act) {
		case NVMEQ_SCSI_SEND:
			err = exec_send(e, step);
			break;
		case NVMEQ_SCSI_NEED:
			err = exec_need(e, step);
			break;
		case NVMEQ_SCSI_WAIT:
			exec_wait(e, step->wait_ms);
			break;
		case NVMEQ_SCSI_DETACH:
			exec_detach(e);
			break;
		default:
			return 0;
		}
	}
	return err;
}

/* --- begin and end --- */

static int exec_claim(struct sg_exec *e)
{
	const struct nvmeq_scsi_op *op = e->req.op;
	struct nvmeq_sg_claim *claim;

	if (e->req.refusal.code || !(op->flags & NVMEQ_SCSI_OP_EXCLUSIVE))
		return 0;
	/* Refused, by the task. */
	if (e->snap.state.formatting)
		return 0;
	/* Sanitize is for the whole subsystem. */
	claim = nvmeq_sg_ns_claim(e->ns,
				  e->snap.facts.format_all || op->opcode != EXEC_OP_FORMAT);
	if (IS_ERR(claim))
		return PTR_ERR(claim);
	e->claim = claim;
	return 0;
}

static int exec_begin(struct sg_exec *e)
{
	const struct nvmeq_sg_call *call = e->call;
	struct nvmeq_scsi_mem mem = {
		.in_bytes = call->data.out ? 0 : call->data.bytes,
		.out_bytes = call->data.out ? call->data.bytes : 0,
	};
	int err = 0;

	exec_set_deadline(e);
	nvmeq_sg_ns_snapshot(e->ns, &e->snap);
	if (call->cdb[0] == EXEC_OP_REPORT_LUNS)
		err = nvmeq_sg_ns_list(e->ns, &e->snap);
	if (err)
		return err;
	nvmeq_scsi_decode(call->cdb, call->cdb_bytes, &e->snap.facts, &e->req);
	err = exec_claim(e);
	if (err)
		return err;
	mem.scratch_bytes = nvmeq_scsi_scratch_bytes(&e->req, &e->snap.facts);
	if (mem.scratch_bytes) {
		e->scratch = kvzalloc(mem.scratch_bytes, GFP_KERNEL);
		if (!e->scratch)
			return -ENOMEM;
	}
	mem.scratch = e->scratch;
	nvmeq_scsi_begin(&e->task, &e->req, &e->snap.facts, &e->snap.state, &mem);
	return 0;
}

static void exec_after(struct sg_exec *e)
{
	if (e->task.out.after & NVMEQ_SCSI_AFTER_STATE)
		nvmeq_sg_ns_store(e->ns, &e->snap.state, &e->task.state);
	if (e->task.out.after & NVMEQ_SCSI_AFTER_CACHE)
		nvmeq_cache_refresh(e->ns->ctrl);
}

/* The task is done: response, status and sense to the caller. */
static int exec_report(struct sg_exec *e)
{
	const struct nvmeq_scsi_out *out = &e->task.out;
	struct nvmeq_sg_call *call = e->call;

	call->status = NVMEQ_SENSE_SAM(out->sense.code);
	call->host = out->host;
	call->moved = min(out->moved, call->data.bytes);
	call->sense_bytes = nvmeq_scsi_sense_bytes(&e->task, call->sense, sizeof(call->sense));
	if (!out->resp_bytes)
		return 0;
	return nvmeq_sg_io_put(&call->data, 0, (u8 *)e->scratch + out->resp_at, out->resp_bytes);
}

static void exec_free(struct sg_exec *e)
{
	nvmeq_sg_ns_release(e->claim);
	kvfree(e->snap.nsids);
	kvfree(e->scratch);
	kvfree(e->bounce);
	kfree(e);
}

/* --- alone --- */

static bool exec_formats(const struct sg_exec *e)
{
	return e->req.op->flags & NVMEQ_SCSI_OP_EXCLUSIVE;
}

static void exec_work(struct work_struct *work)
{
	struct sg_exec *e = container_of(work, struct sg_exec, work);
	struct nvmeq_ns *ns = e->ns;

	exec_steps(e);
	exec_after(e);
	if (exec_formats(e))
		nvmeq_sg_ns_formatting(ns, false);
	exec_free(e);
	nvmeq_ns_put(ns);
	/* Unloading waits for the work queue, so for the rest of this function too. */
	module_put(THIS_MODULE);
}

/* The caller's descriptor holds the namespace and the module: both can be taken. */
static void exec_go_alone(struct sg_exec *e)
{
	__module_get(THIS_MODULE);
	kref_get(&e->ns->ref);
	if (exec_formats(e))
		nvmeq_sg_ns_formatting(e->ns, true);
	INIT_WORK(&e->work, exec_work);
	queue_work(nvmeq_wq, &e->work);
}

int nvmeq_sg_exec(struct nvmeq_sg_call *call)
{
	struct sg_exec *e = kzalloc(sizeof(*e), GFP_KERNEL);
	int err;

	if (!e)
		return -ENOMEM;
	e->ns = call->ns;
	e->call = call;
	err = exec_begin(e);
	if (!err)
		err = exec_steps(e);
	if (!err && !e->call) {
		exec_go_alone(e);
		return 0;
	}
	if (!err)
		err = exec_report(e);
	exec_after(e);
	exec_free(e);
	return err;
}
