// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_rw.c - READ, WRITE, SYNCHRONIZE CACHE, TEST UNIT READY, and the walk
 * over blocks that other commands share
 *
 * A transfer is cut into pieces that one NVMe command can carry, one under
 * way at a time. Most commands are one piece: one SEND, then DONE.
 *
 * When a piece of many blocks meets a medium error, the bad block is looked
 * for by halves: the piece is sent again at half its length, and the half that
 * fails is halved again, down to one block. That takes at most 17 commands,
 * gives the caller all data before the block, and its number as INFORMATION.
 *
 * READ with a transfer shorter than its blocks reads the blocks that the
 * caller has room for at least in part. WRITE with one is refused: data that
 * nobody gave is never written.
 */
#include <nvmeq/dif64.h>
#include <nvmeq/scsi_plan.h>
#include <nvmeq/status.h>

#define RW_PI_BYTES		8U
#define RW_CMD_BLOCKS		65536U
#define RW_PRINFO_REF		0x1U
#define RW_REFUSED		0xff
#define RW_META_BYTES		65536U	/* one buffer for metadata, in one piece */
#define RW_SANITIZE_LOG_BYTES	512

/* PRINFO (PRACT, guard, application, reference) by protect field, SNTL sections 6.5 and 6.8. */
static const u8 rw_read_prinfo[8] = { 0xf, 0x7, 0x3, 0x0, 0x4, 0x7, RW_REFUSED, RW_REFUSED };
static const u8 rw_write_prinfo[8] = { 0x8, 0x7, 0x3, 0x0, 0x4, 0x7, RW_REFUSED, RW_REFUSED };

/* Without protection there is nothing to do or check; type 3 has no reference tag. */
static u32 rw_prinfo(const struct nvmeq_scsi_facts *f, u8 prinfo)
{
	if (!f->pi_type)
		return 0;
	if (f->pi_type == 3)
		prinfo &= (u8)~RW_PRINFO_REF;
	return (u32)prinfo << NVMEQ_RW_PRINFO_SHIFT;
}

u32 nvmeq_scsi_strip(const struct nvmeq_scsi_task *t, bool write)
{
	return rw_prinfo(t->f, write ? rw_write_prinfo[0] : rw_read_prinfo[0]);
}

bool nvmeq_scsi_protect(struct nvmeq_scsi_task *t, bool write, u32 *flags)
{
	u8 field = t->req->protect & 0x7;
	u8 prinfo = write ? rw_write_prinfo[field] : rw_read_prinfo[field];

	*flags = 0;
	if (field && (prinfo == RW_REFUSED || !nvmeq_scsi_can_protect(t->f))) {
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 1, 7);
		return false;
	}
	*flags = rw_prinfo(t->f, prinfo);
	return true;
}

/* --- the walk --- */

static bool walk_has_data(const struct nvmeq_scsi_walk *w)
{
	return w->where != NVMEQ_SCSI_NOWHERE;
}

/* Metadata counts against the limit only where it is in the same buffer (MDTS, Base Figure 275). */
static u32 walk_max(const struct nvmeq_scsi_task *t, const struct nvmeq_scsi_walk *w)
{
	u32 unit = t->f->extended ? w->unit : nvmeq_scsi_block_bytes(t->f);

	switch (w->opcode) {
	case NVMEQ_NVM_WRITE_ZEROES:
		return t->f->write_zeroes_blocks;
	case NVMEQ_NVM_VERIFY:
		return min_t(u32, t->f->verify_blocks, RW_CMD_BLOCKS);
	default:
		break;
	}
	if (w->where == NVMEQ_SCSI_SCRATCH)
		return min_t(u32, nvmeq_scsi_work_bytes(t) / w->unit,
			     nvmeq_scsi_piece_blocks(t->f));
	return min_t(u32, t->f->max_transfer_bytes / unit, RW_CMD_BLOCKS);
}

/* Blocks whose metadata fits its buffer: one at least, MS has 16 bits. */
static u32 walk_meta_max(const struct nvmeq_scsi_facts *f)
{
	return f->metadata_bytes && !f->extended ? RW_META_BYTES / f->metadata_bytes :
						   RW_CMD_BLOCKS;
}

void nvmeq_scsi_walk_begin(struct nvmeq_scsi_task *t, u8 opcode, u8 where, nvmeq_scsi_then done)
{
	struct nvmeq_scsi_walk *w = &t->walk;

	*w = (struct nvmeq_scsi_walk) {
		.lba = t->req->lba,
		.end = t->req->lba + t->req->blocks,
		.unit = nvmeq_scsi_block_bytes(t->f),
		.opcode = opcode,
		.where = where,
		.repeat = where == NVMEQ_SCSI_SCRATCH,
		.done = done,
	};
	if (where == NVMEQ_SCSI_CALLER && t->req->protect)
		w->unit += RW_PI_BYTES;
	w->max = walk_max(t, w);
	if (walk_has_data(w))
		w->max = min_t(u32, w->max, walk_meta_max(t->f));
}

/* What goes through the metadata pointer: nothing where the controller inserts and strips. */
static void walk_meta(const struct nvmeq_scsi_task *t, struct nvmeq_scsi_data *d)
{
	const struct nvmeq_scsi_facts *f = t->f;

	if (!f->metadata_bytes || f->extended)
		return;
	if (t->walk.unit > nvmeq_scsi_block_bytes(f))
		d->meta = NVMEQ_SCSI_META_INLINE;
	else if (!f->pi_type || f->metadata_bytes != f->pi_bytes)
		d->meta = NVMEQ_SCSI_META_SPARE;
	else
		return;
	d->meta_bytes = t->walk.n * f->metadata_bytes;
}

static struct nvmeq_scsi_data walk_data(const struct nvmeq_scsi_task *t)
{
	const struct nvmeq_scsi_walk *w = &t->walk;
	struct nvmeq_scsi_data d;

	if (!walk_has_data(w))
		return nvmeq_scsi_no_data();
	if (w->where == NVMEQ_SCSI_SCRATCH)
		d = nvmeq_scsi_in_work(w->at, w->n * w->unit);
	else
		d = nvmeq_scsi_of_caller(t, w->at, w->n * w->unit, NVMEQ_OP_DATA_OUT(w->opcode));
	walk_meta(t, &d);
	return d;
}

static u32 walk_blocks(const struct nvmeq_scsi_walk *w)
{
	u32 n = (u32)min_t(u64, w->end - w->lba, w->max);

	if (w->bad_end > w->lba)
		n = (u32)min_t(u64, n, (w->bad_end - w->lba + 1) / 2);
	return n;
}

static void walk_answered(struct nvmeq_scsi_task *t);

void nvmeq_scsi_walk_go(struct nvmeq_scsi_task *t)
{
	struct nvmeq_scsi_walk *w = &t->walk;
	struct nvmeq_rw rw = {
		.opcode = w->opcode, .nsid = t->f->nsid, .slba = w->lba, .flags = w->flags,
	};

	if (w->lba == w->end) {
		w->done(t);
		return;
	}
	if (!w->max) {
		nvmeq_scsi_fail(t, NVMEQ_SENSE_TARGET_FAILURE);
		return;
	}
	w->n = walk_blocks(w);
	rw.blocks = w->n;
	if (t->f->pi_type == 1 || t->f->pi_type == 2)
		rw.ref_tag = nvmeq_dif64_ref(w->lba, t->f->pi_ref_bits);
	nvmeq_cmd_rw(nvmeq_scsi_sqe(t), &rw);
	nvmeq_scsi_tolerate(t);
	nvmeq_scsi_send_io(t, walk_data(t), walk_answered);
}

void nvmeq_scsi_walk_on(struct nvmeq_scsi_task *t)
{
	struct nvmeq_scsi_walk *w = &t->walk;

	w->lba += w->n;
	if (walk_has_data(w) && !w->repeat)
		w->at += w->n * w->unit;
	nvmeq_scsi_walk_go(t);
}

static bool walk_narrows(const struct nvmeq_scsi_task *t)
{
	u32 code = nvmeq_status_info(t->answer.status)->sense;

	return t->walk.n > 1 && nvmeq_sense_is_of_block(code) &&
	       NVMEQ_STATUS_SCT(t->answer.status) == NVMEQ_SCT_MEDIA;
}

static void walk_answered(struct nvmeq_scsi_task *t)
{
	struct nvmeq_scsi_walk *w = &t->walk;

	if (nvmeq_scsi_succeeded(t)) {
		if (w->check)
			w->check(t);
		else
			nvmeq_scsi_walk_on(t);
		return;
	}
	if (!walk_narrows(t)) {
		nvmeq_scsi_fail_status(t, t->answer.status);
		return;
	}
	w->bad_end = w->lba + w->n;
	nvmeq_scsi_walk_go(t);
}

/* --- READ, WRITE --- */

void nvmeq_scsi_plan_read(struct nvmeq_scsi_task *t)
{
	u32 flags, room;

	if (!nvmeq_scsi_protect(t, false, &flags))
		return;
	nvmeq_scsi_walk_begin(t, NVMEQ_NVM_READ, NVMEQ_SCSI_CALLER, nvmeq_scsi_good);
	t->walk.flags = flags;
	if (t->req->fua)
		t->walk.flags |= (u32)NVMEQ_RW_FUA;
	room = t->mem.in_bytes / t->walk.unit + !!(t->mem.in_bytes % t->walk.unit);
	t->walk.end = t->walk.lba + min_t(u32, t->req->blocks, room);
	nvmeq_scsi_walk_go(t);
}

void nvmeq_scsi_plan_write(struct nvmeq_scsi_task *t)
{
	u32 flags;

	if (!nvmeq_scsi_protect(t, true, &flags))
		return;
	nvmeq_scsi_walk_begin(t, NVMEQ_NVM_WRITE, NVMEQ_SCSI_CALLER, nvmeq_scsi_good);
	t->walk.flags = flags;
	if (t->req->fua)
		t->walk.flags |= (u32)NVMEQ_RW_FUA;
	if ((u64)t->req->blocks * t->walk.unit > t->mem.out_bytes)
		nvmeq_scsi_fail(t, NVMEQ_SENSE_CDB_FIELD);
	else
		nvmeq_scsi_walk_go(t);
}

/* --- SYNCHRONIZE CACHE --- */

/* The blocks and IMMED are of no use to Flush, which does all and does not return early. */
void nvmeq_scsi_plan_sync(struct nvmeq_scsi_task *t)
{
	if (!t->f->vwc) {
		nvmeq_scsi_good(t);
		return;
	}
	nvmeq_cmd_flush(nvmeq_scsi_sqe(t), t->f->nsid);
	nvmeq_scsi_send_io(t, nvmeq_scsi_no_data(), nvmeq_scsi_good);
}

/* --- TEST UNIT READY --- */

/* A log that cannot be read says nothing against the disk. */
static void ready_sanitize(struct nvmeq_scsi_task *t)
{
	struct nvmeq_sense s;

	if (nvmeq_scsi_succeeded(t) && nvmeq_sense_sanitize(nvmeq_scsi_work(t, 0), &s))
		nvmeq_scsi_fail_sense(t, &s);
	else
		nvmeq_scsi_good(t);
}

void nvmeq_scsi_plan_ready(struct nvmeq_scsi_task *t)
{
	if (!t->f->sanicap) {
		nvmeq_scsi_good(t);
		return;
	}
	nvmeq_cmd_peek_log(nvmeq_scsi_sqe(t), NVMEQ_LOG_SANITIZE, NVMEQ_NSID_ALL,
			   RW_SANITIZE_LOG_BYTES);
	nvmeq_scsi_tolerate(t);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_in_work(0, RW_SANITIZE_LOG_BYTES), ready_sanitize);
}
