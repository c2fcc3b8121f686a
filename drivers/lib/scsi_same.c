// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_same.c - WRITE SAME and UNMAP
 *
 * WRITE SAME of zeroes, given or by NDOB, is Write Zeroes where there is such
 * a command; any other block is copied over the work area and written from
 * there again and again. UNMAP=1 lets Write Zeroes deallocate, and means
 * nothing for a block that is not zero.
 *
 * UNMAP is checked as a whole before its first command. What it is made of is
 * explained in scsi_facts.c.
 */
#include <nvmeq/scsi_plan.h>

#define UNMAP_HEADER		8U
#define UNMAP_DESC		16U
#define UNMAP_RANGES_AT		8192U	/* the list is in front of it */
#define UNMAP_COUNT_BYTE	2

static_assert(UNMAP_HEADER + NVMEQ_SCSI_UNMAP_RANGES * UNMAP_DESC <= UNMAP_RANGES_AT,
	      "the descriptors that are used end before the ranges");

/* --- WRITE SAME --- */

static void same_written(struct nvmeq_scsi_task *t)
{
	nvmeq_scsi_good(t);
}

/* The block is at the start of the work area: write it from there, as many at once as fit. */
static void same_pattern(struct nvmeq_scsi_task *t, u32 flags)
{
	u32 unit = nvmeq_scsi_block_bytes(t->f), room = nvmeq_scsi_work_bytes(t), at;
	u8 *work = nvmeq_scsi_work(t, 0);

	for (at = unit; at + unit <= room; at += unit)
		memcpy(work + at, work, unit);
	nvmeq_scsi_walk_begin(t, NVMEQ_NVM_WRITE, NVMEQ_SCSI_SCRATCH, same_written);
	t->walk.flags = flags;
	nvmeq_scsi_walk_go(t);
}

static void same_zeroes(struct nvmeq_scsi_task *t, u32 flags)
{
	if (!t->f->write_zeroes_blocks) {
		memset(nvmeq_scsi_work(t, 0), 0, nvmeq_scsi_block_bytes(t->f));
		same_pattern(t, flags);
		return;
	}
	nvmeq_scsi_walk_begin(t, NVMEQ_NVM_WRITE_ZEROES, NVMEQ_SCSI_NOWHERE, same_written);
	t->walk.flags = flags;
	if (t->req->unmap)
		t->walk.flags |= (u32)NVMEQ_RW_DEAC;
	nvmeq_scsi_walk_go(t);
}

static bool same_is_zero(const u8 *p, u32 bytes)
{
	return !p[0] && !memcmp(p, p + 1, bytes - 1);
}

static void same_fetched(struct nvmeq_scsi_task *t)
{
	u32 flags = nvmeq_scsi_strip(t, true);

	if (t->req->no_data ||
	    same_is_zero(nvmeq_scsi_work(t, 0), nvmeq_scsi_block_bytes(t->f)))
		same_zeroes(t, flags);
	else
		same_pattern(t, flags);
}

void nvmeq_scsi_plan_write_same(struct nvmeq_scsi_task *t)
{
	u32 unit = nvmeq_scsi_block_bytes(t->f);

	if (t->req->protect)
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 1, 7);
	else if (t->req->unmap && !nvmeq_scsi_can_unmap_same(t->f))
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 1, 3);
	else if (!t->req->blocks || t->req->blocks > nvmeq_scsi_write_same_max(t->f))
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD,
				      t->req->op->cdb_bytes == 16 ? 10 : 7, NVMEQ_SENSE_NO_BIT);
	else if (t->req->no_data)
		same_fetched(t);
	else if (t->mem.out_bytes != unit)
		nvmeq_scsi_fail(t, NVMEQ_SENSE_CDB_FIELD);
	else
		nvmeq_scsi_need(t, 0, 0, unit, same_fetched);
}

/* --- UNMAP --- */

static const u8 *unmap_desc(const struct nvmeq_scsi_task *t, u32 index)
{
	return t->list + UNMAP_HEADER + index * UNMAP_DESC;
}

/* The next piece of at most @most blocks; false when all descriptors are through. */
static bool unmap_take(struct nvmeq_scsi_task *t, u64 most, u64 *lba, u32 *blocks)
{
	while (!t->unmap.left) {
		if (t->unmap.index == t->unmap.count)
			return false;
		t->unmap.lba = nvmeq_get_be64(unmap_desc(t, t->unmap.index));
		t->unmap.left = nvmeq_get_be32(unmap_desc(t, t->unmap.index) + 8);
		t->unmap.index++;
	}
	*lba = t->unmap.lba;
	*blocks = (u32)min_t(u64, t->unmap.left, most);
	t->unmap.lba += *blocks;
	t->unmap.left -= *blocks;
	return true;
}

static void unmap_by_zeroes(struct nvmeq_scsi_task *t)
{
	u32 blocks;
	u64 lba;

	if (!unmap_take(t, 0xffffffffU, &lba, &blocks)) {
		nvmeq_scsi_good(t);
		return;
	}
	nvmeq_scsi_walk_begin(t, NVMEQ_NVM_WRITE_ZEROES, NVMEQ_SCSI_NOWHERE, unmap_by_zeroes);
	t->walk.lba = lba;
	t->walk.end = lba + blocks;
	t->walk.flags = nvmeq_scsi_strip(t, true) | (u32)NVMEQ_RW_DEAC;
	nvmeq_scsi_walk_go(t);
}

/* As many ranges and blocks as one Dataset Management takes. */
static void unmap_by_hint(struct nvmeq_scsi_task *t)
{
	const struct nvmeq_scsi_facts *f = t->f;
	struct nvmeq_dsm_range *r = nvmeq_scsi_work(t, UNMAP_RANGES_AT);
	u64 left = f->unmap_blocks ? f->unmap_blocks : ~0ULL;
	u64 each = f->unmap_range_blocks ? f->unmap_range_blocks : 0xffffffffU;
	u32 most = min_t(u32, f->unmap_ranges, NVMEQ_SCSI_UNMAP_RANGES);
	u32 n = 0, blocks;
	u64 lba;

	while (n < most && left && unmap_take(t, min_t(u64, each, left), &lba, &blocks)) {
		nvmeq_cmd_dsm_range(&r[n++], lba, blocks);
		left -= blocks;
	}
	if (!n) {
		nvmeq_scsi_good(t);
		return;
	}
	nvmeq_cmd_dsm(nvmeq_scsi_sqe(t), f->nsid, n, (u32)NVMEQ_DSM_AD);
	nvmeq_scsi_send_io(t, nvmeq_scsi_in_work(UNMAP_RANGES_AT, n * (u32)sizeof(*r)),
			   unmap_by_hint);
}

/* Every descriptor is on the disk, and they are not too many blocks. */
static bool unmap_valid(struct nvmeq_scsi_task *t)
{
	u64 capacity = t->f->blocks, total = 0, lba;
	u32 i, blocks;

	for (i = 0; i < t->unmap.count; i++) {
		lba = nvmeq_get_be64(unmap_desc(t, i));
		blocks = nvmeq_get_be32(unmap_desc(t, i) + 8);
		if (lba > capacity || blocks > capacity - lba) {
			nvmeq_scsi_fail(t, NVMEQ_SENSE_LBA_RANGE);
			return false;
		}
		total += blocks;
	}
	if (total <= nvmeq_scsi_unmap_max(t->f))
		return true;
	nvmeq_scsi_fail(t, NVMEQ_SENSE_LIST_FIELD);
	return false;
}

/* Whole descriptors of a list of @bytes, if its header says as much. */
static u32 unmap_descs(const struct nvmeq_scsi_task *t, u32 bytes)
{
	return min_t(u32, nvmeq_get_be16(t->list + UNMAP_COUNT_BYTE), bytes - UNMAP_HEADER) /
	       UNMAP_DESC;
}

static void unmap_list(struct nvmeq_scsi_task *t)
{
	if (t->list_bytes < UNMAP_HEADER) {
		nvmeq_scsi_fail(t, NVMEQ_SENSE_LIST_LENGTH);
		return;
	}
	t->unmap.count = unmap_descs(t, t->list_bytes);
	if (t->unmap.count > nvmeq_scsi_unmap_ranges(t->f)) {
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_LIST_FIELD, UNMAP_COUNT_BYTE,
				      NVMEQ_SENSE_NO_BIT);
		return;
	}
	/* The transfer ended before the list. */
	if (t->unmap.count < unmap_descs(t, t->req->list_bytes)) {
		nvmeq_scsi_fail(t, NVMEQ_SENSE_LIST_LENGTH);
		return;
	}
	if (!unmap_valid(t))
		return;
	if (nvmeq_scsi_unmap_zeroes(t->f))
		unmap_by_zeroes(t);
	else
		unmap_by_hint(t);
}

void nvmeq_scsi_plan_unmap(struct nvmeq_scsi_task *t)
{
	nvmeq_scsi_need_list(t, unmap_list);
}
