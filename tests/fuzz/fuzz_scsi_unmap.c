// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_scsi_unmap.c - UNMAP with any parameter list
 *
 * Input: facts, length of the list in the CDB, of the transfer, and the list.
 * The controller does what it is told; what it is told must be what the
 * descriptors name that are in the list, block by block and in their order.
 */
#include "scsi_loop.h"

/* What is left of the descriptors while commands come in. */
static struct {
	u32 next, count;
	u64 lba, left;
} walk;

static const u8 *desc_of(const struct loop *l, u32 i)
{
	return l->list + 8 + 16 * i;
}

/* The next @blocks blocks that must be unmapped begin at @lba. */
static void expect(const struct loop *l, u64 lba, u64 blocks)
{
	while (!walk.left) {
		MUST(walk.next < walk.count);
		walk.lba = nvmeq_get_be64(desc_of(l, walk.next));
		walk.left = nvmeq_get_be32(desc_of(l, walk.next) + 8);
		walk.next++;
	}
	MUST(lba == walk.lba && blocks && blocks <= walk.left);
	walk.lba += blocks;
	walk.left -= blocks;
}

static void look(struct loop *l, const struct nvmeq_scsi_cmd *cmd)
{
	const struct nvmeq_scsi_facts *f = &l->facts;
	u32 n = (cmd->sqe.cdw10 & 0xff) + 1, i;
	u64 total = 0;

	MUST(!cmd->admin);
	if (cmd->sqe.opcode == NVMEQ_NVM_WRITE_ZEROES) {
		MUST(nvmeq_scsi_unmap_zeroes(f));
		MUST(cmd->sqe.cdw12 >> 25 & 1);
		expect(l, cmd->sqe.cdw10 | (u64)cmd->sqe.cdw11 << 32,
		       (cmd->sqe.cdw12 & 0xffff) + 1);
		return;
	}
	MUST(cmd->sqe.opcode == NVMEQ_NVM_DSM && cmd->sqe.cdw11 == 4);
	MUST(n <= f->unmap_ranges && cmd->data.bytes == 16 * n);
	for (i = 0; i < n; i++) {
		const u8 *r = l->scratch + cmd->data.at + 16 * i;

		MUST(!nvmeq_get_le32(r));
		MUST(!f->unmap_range_blocks || nvmeq_get_le32(r + 4) <= f->unmap_range_blocks);
		expect(l, nvmeq_get_le64(r + 8), nvmeq_get_le32(r + 4));
		total += nvmeq_get_le32(r + 4);
	}
	MUST(!f->unmap_blocks || total <= f->unmap_blocks);
}

/* Naively: the sense that the list has to end with; 0 for one that is all right. */
static u32 judge(const struct loop *l, u32 plist)
{
	u32 there = plist < l->out_bytes ? plist : l->out_bytes, i;
	u64 sum = 0;
	u32 said;

	if (!plist)
		return 0;
	if (there < 8)
		return NVMEQ_SENSE(5, 0x1a, 0);
	said = nvmeq_get_be16(l->list + 2);
	walk.count = (said < there - 8 ? said : there - 8) / 16;
	if (walk.count > 256)
		return NVMEQ_SENSE(5, 0x26, 0);
	if ((said < plist - 8 ? said : plist - 8) / 16 != walk.count)
		return NVMEQ_SENSE(5, 0x1a, 0);
	for (i = 0; i < walk.count; i++) {
		u64 lba = nvmeq_get_be64(desc_of(l, i));
		u32 n = nvmeq_get_be32(desc_of(l, i) + 8);

		if (lba > l->facts.blocks || n > l->facts.blocks - lba)
			return NVMEQ_SENSE(5, 0x21, 0);
		sum += n;
	}
	return sum > nvmeq_scsi_unmap_max(&l->facts) ? NVMEQ_SENSE(5, 0x26, 0) : 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	static struct loop l;
	static u8 list[8 + 16 * 300];
	u32 plist, code, want;

	memset(&l, 0, sizeof(l));
	memset(&walk, 0, sizeof(walk));
	l.in = &in;
	loop_facts(&l);
	l.facts.unmap_ranges = l.facts.unmap_ranges ? l.facts.unmap_ranges : 256;
	plist = (u32)take(&in, 2) % sizeof(list);
	l.out_bytes = (u32)take(&in, 2) % sizeof(list);
	memset(list, 0, sizeof(list));
	memcpy(list, in.p, in.left < sizeof(list) ? in.left : sizeof(list));
	in.left = 0;
	l.list = list;
	l.list_bytes = sizeof(list);
	l.cdb[0] = 0x42;
	l.cdb[7] = (u8)(plist >> 8);
	l.cdb[8] = (u8)plist;
	l.cdb_bytes = 10;
	l.well = true;
	l.look = look;
	nvmeq_scsi_state_init(&l.state);
	want = judge(&l, plist);
	loop_run(&l);
	code = l.task.out.sense.code;
	if (nvmeq_scsi_can_unmap(&l.facts) && !l.facts.read_only) {
		MUST(code == want || l.cut);
		MUST(!want || !l.sent);
		/* Nothing is left out. */
		while (!want && !l.cut && walk.next < walk.count) {
			MUST(!walk.left && !nvmeq_get_be32(desc_of(&l, walk.next) + 8));
			walk.next++;
		}
		MUST(want || l.cut || !walk.left);
	} else {
		MUST(code && !l.sent);
	}
	loop_free(&l);
	return 0;
}
