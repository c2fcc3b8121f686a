// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_scsi_mode_select.c - MODE SELECT(6) and (10) with any parameter list
 *
 * Input: facts and state, long or short, length of the list in the CDB, of the
 * transfer, how many bytes of answers follow, these, and the list. All of the
 * list is valid or nothing happens; what happened, MODE SENSE tells.
 */
#include "scsi_loop.h"

static u32 sets;
static bool failed;

static void look(struct loop *l, const struct nvmeq_scsi_cmd *cmd)
{
	u8 fid = (u8)cmd->sqe.cdw10;

	MUST(cmd->admin && cmd->data.where == NVMEQ_SCSI_NOWHERE);
	if (cmd->sqe.opcode == NVMEQ_ADMIN_GET_FEATURES)
		return;
	/* The write cache is all that can be set, once, on or off, and where there is one. */
	MUST(cmd->sqe.opcode == NVMEQ_ADMIN_SET_FEATURES);
	MUST(fid == NVMEQ_FEAT_VOLATILE_WC && cmd->sqe.cdw10 == fid);
	MUST(cmd->sqe.cdw11 <= 1 && l->facts.vwc);
	MUST(!sets++);
}

static bool is_format(const struct loop *l, u32 bytes)
{
	u32 i;

	for (i = 0; i < l->facts.nr_formats; i++)
		if (l->formats[i].block_shift && 1u << l->formats[i].block_shift == bytes)
			return true;
	return !bytes;
}

/* A MODE SENSE(10) of all pages: whatever was accepted can be shown. */
static void show(struct loop *l)
{
	static const u8 cdb[10] = { 0x5a, 0x10, 0x3f, 0xff, [7] = 0x10 };

	loop_free(l);
	memcpy(l->cdb, cdb, sizeof(cdb));
	l->cdb_bytes = sizeof(cdb);
	l->out_bytes = 0;
	l->in_bytes = 4096;
	l->well = true;
	l->look = NULL;
	loop_run(l);
	MUST(!l->task.out.sense.code);
	MUST(l->task.out.resp_bytes >= 8);
	MUST(nvmeq_get_be16(l->scratch + l->task.out.resp_at) + 2u == l->task.out.resp_bytes);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input all = { data, size }, answers;
	struct nvmeq_scsi_state before;
	static struct loop l;
	static u8 list[4608];
	u32 plist, code, nr;
	bool wide;

	memset(&l, 0, sizeof(l));
	sets = 0;
	l.in = &all;
	loop_facts(&l);
	loop_state(&l);
	wide = take(&all, 1) & 1;
	plist = (u32)take(&all, wide ? 2 : 1) % 5000;
	l.out_bytes = (u32)take(&all, 2) % 5000;
	nr = (u32)take(&all, 1) % 16;
	answers = all;
	answers.left = all.left < nr ? all.left : nr;
	all.p += answers.left;
	all.left -= answers.left;
	memset(list, 0, sizeof(list));
	memcpy(list, all.p, all.left < sizeof(list) ? all.left : sizeof(list));
	l.in = &answers;
	l.list = list;
	l.list_bytes = sizeof(list);
	l.cdb[0] = wide ? 0x55 : 0x15;
	l.cdb[1] = 0x10;
	l.cdb[wide ? 7 : 3] = wide ? (u8)(plist >> 8) : 0;
	l.cdb[wide ? 8 : 4] = (u8)plist;
	l.cdb_bytes = wide ? 10 : 6;
	l.look = look;
	before = l.state;
	loop_run(&l);
	code = l.task.out.sense.code;
	failed = code != 0;
	MUST(!l.cut && l.steps < 16);
	if (NVMEQ_SENSE_KEY(code) == 5 && NVMEQ_SENSE_ASC(code) != 0x24) {
		if (code == NVMEQ_SENSE(5, 0x26, 0) || code == NVMEQ_SENSE(5, 0x1a, 0))
			MUST(!sets || l.task.answer.status);
	}
	if (failed)
		MUST(!(l.task.out.after & NVMEQ_SCSI_AFTER_STATE));
	if (!plist)
		MUST(!l.sent && !code);
	MUST(l.state.format_block_bytes == before.format_block_bytes ||
	     is_format(&l, l.state.format_block_bytes));
	MUST(l.state.formatting == before.formatting);
	show(&l);
	loop_free(&l);
	return 0;
}
