// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_scsi_format.c - FORMAT UNIT with any header, on any controller
 *
 * Input: facts and state, bytes 1 to 5 of the CDB, the transfer, the status that
 * Format NVM ends with, and the parameter list. There is one Format NVM or none, and
 * never for something else than what was asked (old drivers fell back to
 * format 15, or to firmware).
 */
#include "scsi_loop.h"

static u32 formats;
static u8 lbaf, type;

static void look(struct loop *l, const struct nvmeq_scsi_cmd *cmd)
{
	u32 dw10 = cmd->sqe.cdw10, i;

	MUST(cmd->admin && cmd->sqe.opcode == NVMEQ_ADMIN_FORMAT_NVM);
	MUST(cmd->once && cmd->data.where == NVMEQ_SCSI_NOWHERE);
	MUST(cmd->sqe.nsid == (l->facts.format_all ? 0xffffffff : l->facts.nsid));
	for (i = 0; i < 5; i++)
		MUST(!(&cmd->sqe.cdw11)[i]);
	MUST(!(dw10 & ~0x31ffu));	/* no erasing, nothing reserved */
	lbaf = (u8)((dw10 & 0xf) | (dw10 >> 8 & 0x30));
	type = dw10 >> 5 & 7;
	MUST(!formats++);
}

static void must_be_what_was_asked(const struct loop *l, u32 wanted_bytes)
{
	u8 pi = l->cdb[1] >> 6, usage = l->list[0] & 7;
	u32 want = wanted_bytes ? wanted_bytes : nvmeq_scsi_block_bytes(&l->facts);

	MUST(l->facts.oacs & 0x02);
	MUST(!l->facts.read_only && !l->state.formatting);
	MUST(!(l->cdb[1] & 0x07));
	MUST(lbaf < l->facts.nr_formats);
	MUST(l->formats[lbaf].block_shift && 1u << l->formats[lbaf].block_shift == want);
	if (!(l->cdb[1] & 0x10)) {
		MUST(!pi && !type);
		return;
	}
	MUST(type == (pi == 0 ? 0 : pi == 2 ? 1 : usage ? 3 : 2));
	MUST(pi != 1 && usage <= (pi == 3));
	MUST(!type || (l->formats[lbaf].metadata_bytes == 8 && l->facts.dpc >> (type - 1) & 1));
	/* No pattern, no list of defects. */
	MUST(!(l->list[1] & 0x08));
	if (l->cdb[1] & 0x20)
		MUST(!nvmeq_get_be32(l->list + 4) && !l->list[3]);
	else
		MUST(!nvmeq_get_be16(l->list + 2));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	static struct loop l;
	u8 list[8] = { 0 };
	u32 i, wanted;

	memset(&l, 0, sizeof(l));
	formats = 0;
	l.in = &in;
	loop_facts(&l);
	loop_state(&l);
	l.cdb[0] = 0x04;
	for (i = 1; i < 6; i++)
		l.cdb[i] = (u8)take(&in, 1);
	l.cdb_bytes = 6;
	l.out_bytes = (u32)take(&in, 1) % 16;
	for (i = 0; i < 8; i++)
		list[i] = (u8)take(&in, 1);
	l.list = list;
	l.list_bytes = 8;
	l.look = look;
	wanted = l.state.format_block_bytes;
	loop_run(&l);
	MUST(!l.cut && l.steps <= 3);
	if (formats)
		must_be_what_was_asked(&l, wanted);
	if (!l.task.out.sense.code)
		MUST(formats == 1);
	if (l.detached)
		MUST(formats == 1 && (list[1] & 0x02));
	/* What MODE SELECT chose is used up by a format, and by nothing else. */
	MUST(l.state.format_block_bytes == (formats && !l.task.out.sense.code ? 0 : wanted));
	loop_free(&l);
	return 0;
}
