// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_scsi_cdb.c - any command with any lengths, against a controller that
 * answers anything
 *
 * Input: facts and state (scsi_loop.h), length of the CDB, 16 bytes of it, the
 * direction, the transfer length, the length of the data-out that follows, that
 * data, and then the controller's answers.
 */
#include "scsi_loop.h"

/* The transfer: small numbers, and now and then one that is far too large. */
static u32 take_length(struct input *in)
{
	u32 v = (u32)take(in, 2);

	return v < 0xff00 ? v : v << (v & 0xf);
}

/*
 * A task ends. Blocks are walked in at most 18 steps each, when every second
 * command fails; other commands take as many steps as their list has parts.
 */
static void must_end(const struct loop *l)
{
	const struct nvmeq_scsi_op *op = l->req.op;
	u64 most = 64 + 40ULL * l->req.blocks + l->req.list_bytes / 512;

	if (!op || op->opcode == 0x42 || op->opcode == 0x48)
		return;	/* blocks of a list; waits until the controller says so */
	if (most < LOOP_STEPS)
		MUST(!l->cut);
	MUST(l->steps <= most);
}

static void must_be_permitted_to_root(const struct loop *l)
{
	struct nvmeq_scsi_caller who = { .privileged = true, .writable = true };
	bool reader;

	MUST(nvmeq_scsi_permitted(l->cdb, l->cdb_bytes, &who));
	who.privileged = false;
	who.writable = false;
	reader = nvmeq_scsi_permitted(l->cdb, l->cdb_bytes, &who);
	who.writable = true;
	MUST(!reader || nvmeq_scsi_permitted(l->cdb, l->cdb_bytes, &who));
	if (l->req.op && (l->req.op->flags & (NVMEQ_SCSI_OP_WRITES | NVMEQ_SCSI_OP_EXCLUSIVE)))
		MUST(!reader);
	who.partition = true;
	who.privileged = true;
	MUST(!nvmeq_scsi_permitted(l->cdb, l->cdb_bytes, &who));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	static struct loop l;
	u32 i, transfer;
	u8 way;

	memset(&l, 0, sizeof(l));
	l.in = &in;
	loop_facts(&l);
	loop_state(&l);
	l.cdb_bytes = (u32)take(&in, 1) % (sizeof(l.cdb) + 1);
	for (i = 0; i < 16; i++)
		l.cdb[i] = (u8)take(&in, 1);
	way = (u8)take(&in, 1) % 3;
	transfer = take_length(&in);
	if (way == 1)
		l.in_bytes = transfer;
	else if (way == 2)
		l.out_bytes = transfer;
	l.list_bytes = (u32)take(&in, 1);
	l.list_bytes = l.list_bytes < in.left ? l.list_bytes : (u32)in.left;
	l.list = in.p;
	in.p += l.list_bytes;
	in.left -= l.list_bytes;
	loop_run(&l);
	must_end(&l);
	must_be_permitted_to_root(&l);
	loop_free(&l);
	return 0;
}
