// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_verify.c - VERIFY, WRITE AND VERIFY, COMPARE AND WRITE
 *
 *	BYTCHK 0	the medium alone: Verify, else Read to nowhere
 *	BYTCHK 1	against the caller's data: Compare, else Read and compare here
 *	BYTCHK 3	against one block of it for every block, likewise
 *
 * NVMe's Compare looks at metadata too and does not say where the data
 * differs. It is used where blocks have no metadata. Comparing here splits
 * the work area: the first half is what the controller read, the second what
 * the caller gave.
 *
 * COMPARE AND WRITE is a fused pair or nothing: made of two commands it would
 * not be atomic, which is all that it is for.
 */
#include <nvmeq/scsi_plan.h>

#define VERIFY_CDB1_BYTCHK_BIT	2
#define VERIFY_PRACT		0x8U
#define VERIFY_REF		0x1U

/*
 * What is checked, by VRPROTECT: guard, application and reference tag. A Read
 * that stands in for Verify also sets PRACT, so that the tuples go nowhere.
 * Verify moves none and is refused with PRACT (NVM 3.2.5).
 */
static const u8 verify_checks[8] = { 0x7, 0x7, 0x3, 0x0, 0x4, 0x7, 0, 0 };

static u32 verify_half(const struct nvmeq_scsi_task *t)
{
	return nvmeq_scsi_work_bytes(t) / 2;
}

/* --- BYTCHK 0 --- */

static u32 verify_prinfo(const struct nvmeq_scsi_facts *f, u8 field, bool native)
{
	u32 prinfo = verify_checks[field];

	if (!f->pi_type)
		return 0;
	if (f->pi_type == 3)
		prinfo &= ~VERIFY_REF;
	return native ? prinfo : prinfo | VERIFY_PRACT;
}

static void verify_medium(struct nvmeq_scsi_task *t)
{
	u8 field = t->req->protect & 0x7;
	bool native = t->f->verify_blocks;

	if (field && (!nvmeq_scsi_can_protect(t->f) || field > 5)) {
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 1, 7);
		return;
	}
	nvmeq_scsi_walk_begin(t, native ? NVMEQ_NVM_VERIFY : NVMEQ_NVM_READ,
			      native ? NVMEQ_SCSI_NOWHERE : NVMEQ_SCSI_SCRATCH, nvmeq_scsi_good);
	t->walk.flags = verify_prinfo(t->f, field, native) << NVMEQ_RW_PRINFO_SHIFT;
	nvmeq_scsi_walk_go(t);
}

/* --- BYTCHK 1 and 3 --- */

/* Byte offset of the first difference in the whole transfer. */
static void verify_compare_halves(struct nvmeq_scsi_task *t)
{
	const u8 *medium = nvmeq_scsi_work(t, 0);
	const u8 *given = nvmeq_scsi_work(t, verify_half(t));
	u32 i, bytes = t->walk.n * t->walk.unit;
	struct nvmeq_sense s;

	if (!memcmp(medium, given, bytes)) {
		nvmeq_scsi_walk_on(t);
		return;
	}
	for (i = 0; i < bytes - 1 && medium[i] == given[i]; i++)
		;
	nvmeq_sense_set(&s, NVMEQ_SENSE_MISCOMPARE);
	nvmeq_sense_info(&s, ((t->walk.lba - t->req->lba) << t->f->block_shift) + i);
	nvmeq_scsi_fail_sense(t, &s);
}

static void verify_fetch(struct nvmeq_scsi_task *t)
{
	u32 from = (u32)(t->walk.lba - t->req->lba) << t->f->block_shift;

	nvmeq_scsi_need(t, from, verify_half(t), t->walk.n * t->walk.unit, verify_compare_halves);
}

static void verify_read_and(struct nvmeq_scsi_task *t, nvmeq_scsi_then check)
{
	nvmeq_scsi_walk_begin(t, NVMEQ_NVM_READ, NVMEQ_SCSI_SCRATCH, nvmeq_scsi_good);
	t->walk.flags = nvmeq_scsi_strip(t, false);
	t->walk.max = min_t(u32, t->walk.max, verify_half(t) >> t->f->block_shift);
	t->walk.check = check;
	nvmeq_scsi_walk_go(t);
}

static void verify_against_all(struct nvmeq_scsi_task *t)
{
	if (!nvmeq_scsi_can_compare(t->f)) {
		verify_read_and(t, verify_fetch);
		return;
	}
	nvmeq_scsi_walk_begin(t, NVMEQ_NVM_COMPARE, NVMEQ_SCSI_CALLER, nvmeq_scsi_good);
	nvmeq_scsi_walk_go(t);
}

static void verify_against_one(struct nvmeq_scsi_task *t)
{
	u32 half = verify_half(t), unit = nvmeq_scsi_block_bytes(t->f), at;
	u8 *given = nvmeq_scsi_work(t, half);

	for (at = unit; at < half; at += unit)
		memcpy(given + at, given, unit);
	if (!nvmeq_scsi_can_compare(t->f)) {
		verify_read_and(t, verify_compare_halves);
		return;
	}
	nvmeq_scsi_walk_begin(t, NVMEQ_NVM_COMPARE, NVMEQ_SCSI_SCRATCH, nvmeq_scsi_good);
	t->walk.at = half;
	t->walk.max = min_t(u32, t->walk.max, half >> t->f->block_shift);
	nvmeq_scsi_walk_go(t);
}

void nvmeq_scsi_plan_verify(struct nvmeq_scsi_task *t)
{
	u32 unit = nvmeq_scsi_block_bytes(t->f);
	u64 bytes = t->req->bytchk == 3 ? unit : (u64)t->req->blocks * unit;

	if (t->req->bytchk == 0) {
		verify_medium(t);
	} else if (t->req->protect) {
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 1, 7);
	} else if (!t->req->blocks) {
		nvmeq_scsi_good(t);
	} else if (t->mem.out_bytes < bytes) {
		nvmeq_scsi_fail(t, NVMEQ_SENSE_CDB_FIELD);
	} else if (t->req->bytchk == 1) {
		verify_against_all(t);
	} else {
		nvmeq_scsi_need(t, 0, verify_half(t), unit, verify_against_one);
	}
}

/* --- WRITE AND VERIFY --- */

/* The data has to be on the medium before that is looked at: FUA. */
void nvmeq_scsi_plan_write_verify(struct nvmeq_scsi_task *t)
{
	u32 flags;

	if (t->req->bytchk > 1) {
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 1, VERIFY_CDB1_BYTCHK_BIT);
		return;
	}
	if (t->req->protect && t->req->bytchk) {
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 1, 7);
		return;
	}
	if (!nvmeq_scsi_protect(t, true, &flags))
		return;
	nvmeq_scsi_walk_begin(t, NVMEQ_NVM_WRITE, NVMEQ_SCSI_CALLER, nvmeq_scsi_plan_verify);
	t->walk.flags = flags | (u32)NVMEQ_RW_FUA;
	if ((u64)t->req->blocks * t->walk.unit > t->mem.out_bytes)
		nvmeq_scsi_fail(t, NVMEQ_SENSE_CDB_FIELD);
	else
		nvmeq_scsi_walk_go(t);
}

/* --- COMPARE AND WRITE --- */

/* One of the two says what went wrong, the other that it was taken along. */
static void compare_write_done(struct nvmeq_scsi_task *t)
{
	u16 first = t->answer.status & NVMEQ_STATUS_CODE_MASK;
	u16 second = t->answer.fused_status & NVMEQ_STATUS_CODE_MASK;

	if (!first && !second)
		nvmeq_scsi_good(t);
	else if (first && (first != NVMEQ_SC_FAILED_FUSED || !second))
		nvmeq_scsi_fail_status(t, first);
	else
		nvmeq_scsi_fail_status(t, second);
}

static void compare_write_send(struct nvmeq_scsi_task *t, u32 bytes)
{
	struct nvmeq_scsi_cmd *second = &t->step.cmd[1];
	struct nvmeq_rw rw = {
		.opcode = NVMEQ_NVM_COMPARE, .nsid = t->f->nsid, .slba = t->req->lba,
		.blocks = t->req->blocks, .flags = t->req->fua ? (u32)NVMEQ_RW_FUA : 0,
	};

	nvmeq_cmd_rw(nvmeq_scsi_sqe(t), &rw);
	nvmeq_scsi_sqe(t)->flags |= NVMEQ_SQE_FUSE_FIRST;
	rw.opcode = NVMEQ_NVM_WRITE;
	nvmeq_cmd_rw(&second->sqe, &rw);
	second->sqe.flags |= NVMEQ_SQE_FUSE_SECOND;
	second->admin = false;
	second->once = true;
	second->data = nvmeq_scsi_of_caller(t, bytes, bytes, true);
	t->step.fused = true;
	nvmeq_scsi_tolerate(t);
	nvmeq_scsi_send_io(t, nvmeq_scsi_of_caller(t, 0, bytes, true), compare_write_done);
}

void nvmeq_scsi_plan_compare_write(struct nvmeq_scsi_task *t)
{
	u32 bytes = t->req->blocks * nvmeq_scsi_block_bytes(t->f);

	if (t->req->protect)
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 1, 7);
	else if (t->req->blocks > nvmeq_scsi_compare_write_max(t->f))
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 13, NVMEQ_SENSE_NO_BIT);
	else if (t->mem.out_bytes != 2 * bytes)
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 13, NVMEQ_SENSE_NO_BIT);
	else if (!t->req->blocks)
		nvmeq_scsi_good(t);
	else
		compare_write_send(t, bytes);
}
