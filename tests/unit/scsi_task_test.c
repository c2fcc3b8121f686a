// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_task_test.c - the life of a task, with plans made up for the purpose:
 * memory, steps, ends, and plans that are wrong
 */
#include <nvmeq/scsi_plan.h>
#include <nvmeq/status.h>

#include "support/test.h"

#define WORK	4096u
#define RESP	64u
#define FAILURE	NVMEQ_SENSE(4, 0x44, 0)

static struct nvmeq_scsi_facts facts;
static struct nvmeq_scsi_op op;
static struct nvmeq_scsi_req req;
static struct nvmeq_scsi_state state;
static struct nvmeq_scsi_task task;
static u8 *scratch;

/* What the plan of the row does. */
static struct nvmeq_scsi_data asked;
static u8 opcode;
static bool admin;
static u32 from, to, bytes, calls;

static void fresh(void (*plan)(struct nvmeq_scsi_task *t))
{
	facts = (struct nvmeq_scsi_facts) {
		.nsid = 1, .blocks = 1000, .block_shift = 9, .max_transfer_bytes = 1 << 20,
	};
	op = (struct nvmeq_scsi_op) {
		.name = "MADE UP", .cdb_bytes = 10, .work = WORK, .resp = RESP, .plan = plan,
	};
	memset(&req, 0, sizeof(req));
	req.op = &op;
	req.alloc_bytes = 0xffff;
	nvmeq_scsi_state_init(&state);
	calls = 0;
}

static const struct nvmeq_scsi_step *begin(u32 in, u32 out)
{
	struct nvmeq_scsi_mem mem = { .in_bytes = in, .out_bytes = out };

	mem.scratch_bytes = nvmeq_scsi_scratch_bytes(&req, &facts);
	guard_free(scratch);
	scratch = guard_alloc(mem.scratch_bytes);
	mem.scratch = scratch;
	memset(&task, 0xee, sizeof(task));
	nvmeq_scsi_begin(&task, &req, &facts, &state, &mem);
	return nvmeq_scsi_next(&task);
}

static void over(void)
{
	guard_free(scratch);
	scratch = NULL;
}

static void answer(u16 status)
{
	struct nvmeq_scsi_answer a = { .status = status, .result = 0x1122334455667788ULL };

	nvmeq_scsi_answer(&task, &a);
}

/* ---- plans ---- */

static void then_good(struct nvmeq_scsi_task *t)
{
	calls++;
	nvmeq_scsi_good(t);
}

static void plan_nothing(struct nvmeq_scsi_task *t)
{
	(void)t;
	calls++;
}

static void plan_send(struct nvmeq_scsi_task *t)
{
	nvmeq_scsi_sqe(t)->opcode = opcode;
	if (admin)
		nvmeq_scsi_send_admin(t, asked, then_good);
	else
		nvmeq_scsi_send_io(t, asked, then_good);
}

static void plan_tolerant(struct nvmeq_scsi_task *t)
{
	nvmeq_scsi_tolerate(t);
	plan_send(t);
}

static void plan_need(struct nvmeq_scsi_task *t)
{
	nvmeq_scsi_need(t, from, to, bytes, then_good);
}

static void plan_list(struct nvmeq_scsi_task *t)
{
	nvmeq_scsi_need_list(t, then_good);
}

static void plan_respond(struct nvmeq_scsi_task *t)
{
	u32 i;

	for (i = 0; i < bytes; i++)
		nvmeq_buf_put_u8(&t->resp, (u8)(i + 1));
	nvmeq_scsi_good(t);
}

static void respond_and_fail(struct nvmeq_scsi_task *t)
{
	nvmeq_buf_put_be64(&t->resp, ~0ULL);
	nvmeq_scsi_fail(t, NVMEQ_SENSE_LIST_FIELD);
}

static void detached(struct nvmeq_scsi_task *t)
{
	nvmeq_buf_put_be64(&t->resp, ~0ULL);
	nvmeq_scsi_wait(t, 250, then_good);
}

static void plan_detach(struct nvmeq_scsi_task *t)
{
	nvmeq_scsi_detach(t, detached);
}

/* ---- tests ---- */

static void a_plan_without_a_step_fails_and_does_not_hang(void)
{
	const struct nvmeq_scsi_step *s;

	fresh(plan_nothing);
	s = begin(512, 0);
	WANT("no step", s->act, NVMEQ_SCSI_DONE);
	WANT("no step", task.out.sense.code, FAILURE);
	nvmeq_scsi_next(&task);
	WANT("asked once", calls, 1);
	/* The same after a step that leads nowhere. */
	fresh(plan_send);
	opcode = 0;
	admin = false;
	asked = nvmeq_scsi_no_data();
	s = begin(0, 0);
	WANT("sent", s->act, NVMEQ_SCSI_SEND);
	task.then = NULL;
	answer(0);
	WANT("and then nothing", nvmeq_scsi_next(&task)->act, NVMEQ_SCSI_DONE);
	WANT("and then nothing", task.out.sense.code, FAILURE);
	over();
}

/* Weakness 3 and its like: what a plan has worked out is checked against what is there. */
static void data_outside_of_memory_is_never_asked_for(void)
{
	static const struct {
		const char *desc;
		u8 op, where;
		u32 at, bytes, present, in, out;
		bool fine;
	} row[] = {
		{ "no data", 0x00, NVMEQ_SCSI_NOWHERE, 0, 0, 0, 0, 0, true },
		{ "all of work", 0x02, NVMEQ_SCSI_SCRATCH, 0, WORK, WORK, 0, 0, true },
		{ "end of work", 0x02, NVMEQ_SCSI_SCRATCH, WORK - 512, 512, 512, 0, 0, true },
		{ "into the response", 0x02, NVMEQ_SCSI_SCRATCH, WORK - 512, 513, 513, 0, 0,
		  false },
		{ "behind work", 0x02, NVMEQ_SCSI_SCRATCH, WORK, 512, 512, 0, 0, false },
		{ "far behind", 0x02, NVMEQ_SCSI_SCRATCH, 0xfffffe00, 512, 512, 0, 0, false },
		{ "the sum wraps", 0x02, NVMEQ_SCSI_SCRATCH, 512, 0xffffffff, 1, 0, 0, false },
		{ "nothing of work", 0x02, NVMEQ_SCSI_SCRATCH, 0, 0, 0, 0, 0, false },
		{ "all of the data-in", 0x02, NVMEQ_SCSI_CALLER, 0, 512, 512, 512, 0, true },
		{ "room for a part", 0x02, NVMEQ_SCSI_CALLER, 0, 512, 9, 9, 0, true },
		{ "no room", 0x02, NVMEQ_SCSI_CALLER, 0, 512, 0, 512, 0, false },
		{ "behind the data-in", 0x02, NVMEQ_SCSI_CALLER, 512, 512, 1, 512, 0, false },
		{ "over its end", 0x02, NVMEQ_SCSI_CALLER, 1, 512, 512, 512, 0, false },
		{ "the wrong way", 0x02, NVMEQ_SCSI_CALLER, 0, 512, 512, 0, 512, false },
		{ "all of the data-out", 0x01, NVMEQ_SCSI_CALLER, 0, 512, 512, 0, 512, true },
		{ "over its end", 0x01, NVMEQ_SCSI_CALLER, 0, 513, 512, 0, 512, false },
		{ "invented data", 0x01, NVMEQ_SCSI_CALLER, 0, 1024, 512, 0, 512, false },
		{ "the wrong way", 0x01, NVMEQ_SCSI_CALLER, 0, 512, 512, 512, 0, false },
		{ "nothing of it", 0x01, NVMEQ_SCSI_CALLER, 0, 0, 0, 0, 512, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		for (admin = false; ; admin = true) {
			const struct nvmeq_scsi_step *s;

			fresh(plan_send);
			opcode = row[i].op;
			asked = (struct nvmeq_scsi_data) {
				.where = row[i].where, .at = row[i].at, .bytes = row[i].bytes,
				.present = row[i].present,
			};
			s = begin(row[i].in, row[i].out);
			WANT(row[i].desc, s->act,
			     row[i].fine ? NVMEQ_SCSI_SEND : NVMEQ_SCSI_DONE);
			WANT(row[i].desc, task.out.sense.code, row[i].fine ? 0 : FAILURE);
			if (row[i].fine) {
				WANT(row[i].desc, s->cmd[0].admin, admin);
				WANT(row[i].desc, s->fused, false);
				answer(0);
				WANT(row[i].desc, nvmeq_scsi_next(&task)->act, NVMEQ_SCSI_DONE);
				WANT(row[i].desc, task.out.moved,
				     row[i].where == NVMEQ_SCSI_CALLER ? row[i].present : 0);
			}
			over();
			if (admin)
				break;
		}
}

static void of_caller_tells_how_much_is_there(void)
{
	static const struct {
		u32 at, bytes, in, out;
		bool is_out;
		u32 want;
	} row[] = {
		{ 0, 512, 512, 0, false, 512 }, { 0, 512, 100, 0, false, 100 },
		{ 100, 512, 100, 0, false, 0 }, { 101, 512, 100, 0, false, 0 },
		{ 0xffffffff, 512, 100, 0, false, 0 }, { 0, 512, 0, 512, false, 0 },
		{ 0, 512, 0, 512, true, 512 }, { 256, 512, 0, 512, true, 256 },
		{ 0, 512, 512, 0, true, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_scsi_data d;

		fresh(plan_nothing);
		begin(row[i].in, row[i].out);
		d = nvmeq_scsi_of_caller(&task, row[i].at, row[i].bytes, row[i].is_out);
		WANT(desc("row %u", i), d.present, row[i].want);
		WANT(desc("row %u", i), d.where, NVMEQ_SCSI_CALLER);
		WANT(desc("row %u", i), d.at, row[i].at);
		WANT(desc("row %u", i), d.bytes, row[i].bytes);
		over();
	}
}

static void needs_stay_within_both_ends(void)
{
	static const struct {
		const char *desc;
		u32 from, to, bytes, out;
		bool fine;
	} row[] = {
		{ "all", 0, 0, 4096, 4096, true }, { "a byte", 99, 4095, 1, 100, true },
		{ "nothing", 0, 0, 0, 512, false }, { "more than given", 0, 0, 513, 512, false },
		{ "behind what is given", 512, 0, 1, 512, false },
		{ "into the response", 0, 4090, 7, 512, false },
		{ "behind work", 0, 4096, 1, 512, false },
		{ "sums wrap", 0xffffffff, 0, 2, 512, false },
		{ "sums wrap", 0, 0xffffffff, 2, 512, false },
		{ "sums wrap", 1, 1, 0xffffffff, 512, false },
	};
	const struct nvmeq_scsi_step *s;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		fresh(plan_need);
		from = row[i].from;
		to = row[i].to;
		bytes = row[i].bytes;
		s = begin(0, row[i].out);
		WANT(row[i].desc, s->act, row[i].fine ? NVMEQ_SCSI_NEED : NVMEQ_SCSI_DONE);
		WANT(row[i].desc, task.out.sense.code, row[i].fine ? 0 : FAILURE);
		if (row[i].fine) {
			WANT(row[i].desc, s->from, from);
			WANT(row[i].desc, s->to, to);
			WANT(row[i].desc, s->bytes, bytes);
			nvmeq_scsi_resume(&task);
			WANT(row[i].desc, nvmeq_scsi_next(&task)->act, NVMEQ_SCSI_DONE);
			WANT(row[i].desc, task.out.moved, from + bytes);
		}
		over();
	}
}

static void lists_are_as_long_as_all_of_them_allow(void)
{
	static const struct {
		const char *desc;
		u32 list, out, want, sense;
	} row[] = {
		{ "none is wanted", 0, 512, 0, 0 }, { "none at all", 0, 0, 0, 0 },
		{ "as said", 24, 24, 24, 0 }, { "more came", 24, 4096, 24, 0 },
		{ "less came", 24, 8, 8, 0 }, { "nothing came", 24, 0, 0, NVMEQ_SENSE(5, 0x1a, 0) },
		{ "all of work", WORK, 8192, WORK, 0 }, { "more than work", 65535, 65535, WORK, 0 },
		{ "far more", 0xffffffff, 0xffffffff, WORK, 0 },
	};
	const struct nvmeq_scsi_step *s;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		fresh(plan_list);
		req.list_bytes = row[i].list;
		s = begin(0, row[i].out);
		WANT(row[i].desc, s->act, row[i].want ? NVMEQ_SCSI_NEED : NVMEQ_SCSI_DONE);
		WANT(row[i].desc, task.out.sense.code, row[i].sense);
		if (row[i].want) {
			WANT(row[i].desc, s->from | s->to, 0);
			WANT(row[i].desc, s->bytes, row[i].want);
			WANT(row[i].desc, task.list_bytes, row[i].want);
			HOLDS(row[i].desc, task.list == scratch);
		}
		over();
	}
}

/* Cut by the allocation length, the transfer and the memory; never longer than what was put. */
static void responses_are_cut_and_counted(void)
{
	static const u32 lens[] = { 0, 1, 4, 8, 63, 64, 65, 100, 512 };
	unsigned int put, alloc, in, i;

	for (put = 0; put < ARRAY_SIZE(lens); put++)
		for (alloc = 0; alloc < ARRAY_SIZE(lens); alloc++)
			for (in = 0; in < ARRAY_SIZE(lens); in++) {
				const char *text = desc("%u put, %u allocated, %u moved", lens[put],
							lens[alloc], lens[in]);
				u32 want = min(min(lens[put], RESP), min(lens[alloc], lens[in]));

				fresh(plan_respond);
				bytes = lens[put];
				req.alloc_bytes = lens[alloc];
				begin(lens[in], 0);
				WANT(text, task.out.sense.code, 0);
				WANT(text, task.out.resp_bytes, want);
				WANT(text, task.out.resp_at, WORK);
				WANT(text, task.out.moved, want);
				for (i = 0; i < want; i++)
					WANT(text, scratch[WORK + i], i + 1);
				over();
			}
}

static void errors_have_no_response(void)
{
	u8 sense[32];

	fresh(respond_and_fail);
	begin(512, 0);
	WANT("failed", task.out.sense.code, NVMEQ_SENSE_LIST_FIELD);
	WANT("no response", task.out.resp_bytes, 0);
	WANT("nothing moved", task.out.moved, 0);
	/* Weakness 5: the format of the sense is that which D_SENSE announces. */
	WANT("fixed", nvmeq_scsi_sense_bytes(&task, sense, 32), 18);
	WANT("fixed", sense[0], 0x70);
	state.d_sense = true;
	begin(512, 0);
	WANT("descriptor", nvmeq_scsi_sense_bytes(&task, sense, 32), 8);
	WANT("descriptor", sense[0], 0x72);
	WANT("cut", nvmeq_scsi_sense_bytes(&task, sense, 3), 3);
	WANT("none", nvmeq_scsi_sense_bytes(&task, NULL, 0), 0);
	over();
}

static void after_detaching_the_caller_is_out_of_reach(void)
{
	const struct nvmeq_scsi_step *s;

	fresh(plan_detach);
	s = begin(512, 0);
	WANT("detach", s->act, NVMEQ_SCSI_DETACH);
	nvmeq_scsi_resume(&task);
	s = nvmeq_scsi_next(&task);
	WANT("wait", s->act, NVMEQ_SCSI_WAIT);
	WANT("wait", s->wait_ms, 250);
	WANT("no data-in", task.mem.in_bytes, 0);
	WANT("no data-out", task.mem.out_bytes, 0);
	nvmeq_scsi_resume(&task);
	s = nvmeq_scsi_next(&task);
	WANT("done", s->act, NVMEQ_SCSI_DONE);
	WANT("no response", task.out.resp_bytes, 0);
	WANT("nothing moved", task.out.moved, 0);
	over();
}

/* Keys of sense that name a block: the medium, and aborted for protection information. */
static bool blames_a_block(u32 code)
{
	u32 key = code >> 16 & 0xff, asc = code >> 8 & 0xff;

	return key == 0x3 || (key == 0xb && asc == 0x10);
}

/* Every status: its sense, and the block where the medium or its protection is to blame. */
static void failures_have_the_sense_of_their_status(void)
{
	static const u8 with_block[] = { 0x01, 0x02, 0x05, 0x08, 0x0c };
	unsigned int op_nr, status, k;

	for (op_nr = 0; op_nr < 256; op_nr++)
		for (status = 0; status < 0x800; status++) {
			u32 code = nvmeq_status_info((u16)status)->sense;
			const char *text = "opcode and status";
			bool names = false;

			if (op_nr > 0x0d && status % 0x111 && status != 0x281)
				continue;
			if (test_misses() > 5)
				return;
			for (k = 0; k < sizeof(with_block); k++)
				names |= op_nr == with_block[k];
			for (admin = false; ; admin = true) {
				/* Firmware Commit may wait for a reset, and is done. */
				bool wrong = code == NVMEQ_SENSE_GOOD && status &&
					     !(admin && op_nr == NVMEQ_ADMIN_FW_COMMIT);

				fresh(plan_send);
				op.resp = 0;
				opcode = (u8)op_nr;
				asked = nvmeq_scsi_no_data();
				begin(0, 0);
				task.step.cmd[0].sqe.cdw10 = cpu_to_le32(0x9abcdef0);
				task.step.cmd[0].sqe.cdw11 = cpu_to_le32(0x12345678);
				answer((u16)(status | 0x6000));
				WANT(text, nvmeq_scsi_next(&task)->act, NVMEQ_SCSI_DONE);
				WANT(text, task.out.sense.code,
				     wrong ? NVMEQ_SENSE_TARGET_FAILURE : code);
				WANT(text, task.out.sense.has_info,
				     names && !admin && blames_a_block(code));
				if (task.out.sense.has_info)
					WANT(text, task.out.sense.info, 0x123456789abcdef0ULL);
				/* 10Bh and its like say GOOD though the command did not. */
				WANT(text, calls, status == 0);
				if (admin)
					break;
			}
		}
	over();
}

static void a_tolerant_plan_sees_the_error(void)
{
	fresh(plan_tolerant);
	opcode = 0;
	admin = true;
	asked = nvmeq_scsi_no_data();
	begin(0, 0);
	answer(0x4002);
	WANT("done", nvmeq_scsi_next(&task)->act, NVMEQ_SCSI_DONE);
	WANT("seen", calls, 1);
	WANT("good all the same", task.out.sense.code, 0);
	WANT("not succeeded", nvmeq_scsi_succeeded(&task), false);
	WANT("status", task.answer.status, 0x4002);
	WANT("result", task.answer.result, 0x1122334455667788ULL);
	answer(0);
	WANT("too late", task.answer.status, 0x4002);
	over();
}

/* What would do, or answer, something else the second time. */
static void commands_that_must_not_be_repeated_say_so(void)
{
	static const u8 admins[] = { 0x10, 0x80, 0x81, 0x82, 0x84 }, ios[] = { 0x0d, 0x11, 0x15 };
	unsigned int i, k;

	for (i = 0; i < 256; i++)
		for (admin = false; ; admin = true) {
			const u8 *list = admin ? admins : ios;
			unsigned int n = admin ? sizeof(admins) : sizeof(ios);
			bool want = false;

			for (k = 0; k < n; k++)
				want |= list[k] == i;
			fresh(plan_send);
			opcode = (u8)i;
			asked = nvmeq_scsi_no_data();
			WANT(desc("opcode %#x, admin %u", i, admin), begin(0, 0)->cmd[0].once,
			     want);
			if (admin)
				break;
		}
	over();
}

static void the_checks_that_commands_share_come_first(void)
{
	static const struct {
		const char *desc;
		u8 flags;
		bool formatting, no_blocks, read_only;
		u64 lba;
		u32 blocks, want;
	} row[] = {
		{ "no flags, nothing is checked", 0, true, true, true, ~0ULL, ~0u, 0 },
		{ "medium", NVMEQ_SCSI_OP_MEDIUM, false, false, true, ~0ULL, ~0u, 0 },
		{ "medium, formatting", NVMEQ_SCSI_OP_MEDIUM, true, true, false, 0, 0,
		  NVMEQ_SENSE(2, 4, 4) },
		{ "medium, none", NVMEQ_SCSI_OP_MEDIUM, false, true, false, 0, 0,
		  NVMEQ_SENSE(3, 0x31, 0) },
		{ "range", NVMEQ_SCSI_OP_RANGE, false, false, false, 900, 100, 0 },
		{ "range, over", NVMEQ_SCSI_OP_RANGE, false, false, false, 900, 101,
		  NVMEQ_SENSE(5, 0x21, 0) },
		{ "range, wraps", NVMEQ_SCSI_OP_RANGE, false, false, false, ~0ULL, 2,
		  NVMEQ_SENSE(5, 0x21, 0) },
		{ "writes", NVMEQ_SCSI_OP_WRITES, false, false, true, 0, 0,
		  NVMEQ_SENSE(7, 0x27, 0) },
		{ "exclusive, formatting", NVMEQ_SCSI_OP_EXCLUSIVE, true, false, false, 0, 0,
		  NVMEQ_SENSE(2, 4, 4) },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		fresh(then_good);
		op.flags = row[i].flags;
		req.lba = row[i].lba;
		req.blocks = row[i].blocks;
		state.formatting = row[i].formatting;
		facts.read_only = row[i].read_only;
		if (row[i].no_blocks)
			facts.blocks = 0;
		WANT(row[i].desc, begin(0, 0)->act, NVMEQ_SCSI_DONE);
		WANT(row[i].desc, task.out.sense.code, row[i].want);
		WANT(row[i].desc, calls, !row[i].want);
		over();
	}
}

static void a_refused_request_is_done_at_once(void)
{
	struct nvmeq_scsi_mem mem = { .in_bytes = 512 };

	fresh(then_good);
	nvmeq_sense_field(&req.refusal, NVMEQ_SENSE_CDB_FIELD, 2, NVMEQ_SENSE_NO_BIT);
	WANT("no memory", nvmeq_scsi_scratch_bytes(&req, &facts), 0);
	req.op = NULL;
	nvmeq_scsi_begin(&task, &req, &facts, &state, &mem);
	WANT("done", nvmeq_scsi_next(&task)->act, NVMEQ_SCSI_DONE);
	WANT("sense", task.out.sense.code, NVMEQ_SENSE_CDB_FIELD);
	WANT("place", task.out.sense.sks[2], 2);
	WANT("nothing", task.out.resp_bytes | task.out.moved | calls, 0);
}

static void too_little_scratch_is_noticed(void)
{
	struct nvmeq_scsi_mem mem = { .in_bytes = 512 };
	u8 *p = guard_alloc(WORK + RESP - 1);

	fresh(then_good);
	WANT("needed", nvmeq_scsi_scratch_bytes(&req, &facts), WORK + RESP);
	mem.scratch = p;
	mem.scratch_bytes = WORK + RESP - 1;
	nvmeq_scsi_begin(&task, &req, &facts, &state, &mem);
	WANT("a byte less", task.out.sense.code, FAILURE);
	mem.scratch = NULL;
	mem.scratch_bytes = 0;
	nvmeq_scsi_begin(&task, &req, &facts, &state, &mem);
	WANT("none", task.out.sense.code, FAILURE);
	WANT("plan was not asked", calls, 0);
	guard_free(p);
}

static void work_ends_where_the_response_begins(void)
{
	fresh(plan_nothing);
	begin(512, 0);
	WANT("bytes", nvmeq_scsi_work_bytes(&task), WORK);
	HOLDS("first", nvmeq_scsi_work(&task, 0) == scratch);
	HOLDS("last", nvmeq_scsi_work(&task, WORK - 1) == scratch + WORK - 1);
	HOLDS("behind", !nvmeq_scsi_work(&task, WORK));
	HOLDS("far behind", !nvmeq_scsi_work(&task, 0xffffffff));
	over();
}

static void cancelling_keeps_what_was_moved(void)
{
	const struct nvmeq_scsi_step *s;

	fresh(plan_need);
	from = 0;
	to = 0;
	bytes = 100;
	s = begin(0, 200);
	nvmeq_scsi_resume(&task);
	nvmeq_scsi_cancel(&task, NVMEQ_SCSI_HOST_TIME_OUT);
	WANT("done", nvmeq_scsi_next(&task)->act, NVMEQ_SCSI_DONE);
	HOLDS("the same step", nvmeq_scsi_next(&task) == s);
	WANT("host", task.out.host, NVMEQ_SCSI_HOST_TIME_OUT);
	WANT("no sense", task.out.sense.code, 0);
	WANT("moved", task.out.moved, 100);
	WANT("plan is not asked again", calls, 0);
	/* Before the first step. */
	fresh(then_good);
	begin(0, 0);
	nvmeq_scsi_begin(&task, &req, &facts, &state, &task.mem);
	nvmeq_scsi_cancel(&task, NVMEQ_SCSI_HOST_NO_CONNECT);
	WANT("done", nvmeq_scsi_next(&task)->act, NVMEQ_SCSI_DONE);
	WANT("host", task.out.host, NVMEQ_SCSI_HOST_NO_CONNECT);
	over();
}

/* Twice the blocks in whole pages up to 128 KiB; none where the controller needs none. */
static void work_for_blocks_is_as_large_as_it_helps(void)
{
	static const struct {
		const char *desc;
		u8 cdb[16];
		u8 shift;
		u16 oncs;
		u32 verify, zeroes, want;
	} row[] = {
		{ "WRITE SAME(10), a block", { 0x41, [8] = 1 }, 9, 0, 0, 1, 8192 },
		{ "WRITE SAME(10), 16 blocks", { 0x41, [8] = 16 }, 9, 0, 0, 1, 16384 },
		{ "WRITE SAME(10), many", { 0x41, [7] = 0xff }, 9, 0, 0, 1, 131072 },
		{ "WRITE SAME(10), a block of 64 KiB", { 0x41, [8] = 1 }, 16, 0, 0, 1, 131072 },
		{ "WRITE SAME(10), none", { 0x41 }, 9, 0, 0, 1, 0 },
		{ "NDOB", { 0x93, 1, [13] = 1 }, 9, 0, 0, 1, 0 },
		{ "NDOB without Write Zeroes", { 0x93, 1, [13] = 1 }, 9, 0, 0, 0, 8192 },
		{ "all that can be said", { 0x93, 0, [10] = 0xff, 0xff, 0xff, 0xff }, 12, 0, 0, 1,
		  131072 },
		{ "VERIFY", { 0x2f, [8] = 1 }, 9, 0, 1, 0, 0 },
		{ "VERIFY without Verify", { 0x2f, [8] = 1 }, 9, 0, 0, 0, 8192 },
		{ "VERIFY 1", { 0x2f, 0x02, [8] = 1 }, 9, 1, 0, 0, 0 },
		{ "VERIFY 1 without Compare", { 0x2f, 0x02, [8] = 9 }, 9, 0, 1, 0, 16384 },
		{ "VERIFY 3", { 0x2f, 0x06, [8] = 1 }, 9, 1, 1, 0, 8192 },
		{ "WRITE AND VERIFY 1", { 0x2e, 0x02, [8] = 1 }, 9, 0, 1, 0, 8192 },
		{ "READ", { 0x28, [8] = 1 }, 9, 0, 0, 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_scsi_req q;

		fresh(NULL);
		facts.blocks = ~0ULL >> 20;
		facts.block_shift = row[i].shift;
		facts.oncs = row[i].oncs;
		facts.verify_blocks = row[i].verify;
		facts.write_zeroes_blocks = row[i].zeroes;
		nvmeq_scsi_decode(row[i].cdb, 16, &facts, &q);
		WANT(row[i].desc, q.refusal.code, 0);
		WANT(row[i].desc, nvmeq_scsi_scratch_bytes(&q, &facts), row[i].want);
	}
}

static const struct CMUnitTest tests[] = {
	TEST(a_plan_without_a_step_fails_and_does_not_hang),
	TEST(data_outside_of_memory_is_never_asked_for),
	TEST(of_caller_tells_how_much_is_there),
	TEST(needs_stay_within_both_ends),
	TEST(lists_are_as_long_as_all_of_them_allow),
	TEST(responses_are_cut_and_counted),
	TEST(errors_have_no_response),
	TEST(after_detaching_the_caller_is_out_of_reach),
	TEST(failures_have_the_sense_of_their_status),
	TEST(a_tolerant_plan_sees_the_error),
	TEST(commands_that_must_not_be_repeated_say_so),
	TEST(the_checks_that_commands_share_come_first),
	TEST(a_refused_request_is_done_at_once),
	TEST(too_little_scratch_is_noticed),
	TEST(work_ends_where_the_response_begins),
	TEST(cancelling_keeps_what_was_moved),
	TEST(work_for_blocks_is_as_large_as_it_helps),
};

TEST_MAIN("scsi_task", tests)
