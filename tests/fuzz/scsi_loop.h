/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scsi_loop.h - a SCSI task against a controller that answers anything
 *
 * What the SCSI targets share: facts taken from the input, within what
 * nvmeq_scsi_facts_make() can give; the loop of the kernel side; and a
 * controller whose completions and data are the next bytes of the input. Every
 * step is checked against the memory that was lent and every entry against
 * the facts. The caller's own memory is not there: its lengths are checked, its
 * bytes are made up.
 */
#ifndef NVMEQ_FUZZ_SCSI_LOOP_H
#define NVMEQ_FUZZ_SCSI_LOOP_H

#include <nvmeq/scsi.h>

#include "fuzz.h"

#define LOOP_STEPS	400	/* then the task is cancelled */

/* What a target wants to look at; NULL: nothing. */
struct loop;
typedef void (*loop_look)(struct loop *l, const struct nvmeq_scsi_cmd *cmd);

/**
 * struct loop - a command on its way
 * @in: the input, from which answers are taken
 * @facts: of the controller and the namespace
 * @formats: those of the facts
 * @nsids: likewise
 * @state: before, and after
 * @cdb: command; @cdb_bytes of it
 * @list: data-out, repeated; @list_bytes
 * @in_bytes: the caller takes that much, @out_bytes: it gives that much
 * @well: commands succeed, without a look at the input
 * @look: called for each command before it is answered
 * @req: decoded
 * @task: the task
 * @sent: commands so far
 * @steps: taken, waits not counted
 * @cut: it was cancelled because it took too long
 */
struct loop {
	struct input *in;
	struct nvmeq_scsi_facts facts;
	struct nvmeq_ns_format formats[NVMEQ_FORMATS_MAX];
	u32 nsids[4];
	struct nvmeq_scsi_state state;
	u8 cdb[32];
	u32 cdb_bytes;
	const u8 *list;
	u32 list_bytes;
	u32 in_bytes;
	u32 out_bytes;
	bool well;
	loop_look look;
	struct nvmeq_scsi_req req;
	struct nvmeq_scsi_task task;
	u8 *scratch;
	u32 scratch_bytes;
	u32 sent;
	u32 steps;
	bool detached;
	bool cut;
};

/* ---- facts ---- */

static inline void loop_formats(struct loop *l)
{
	struct nvmeq_scsi_facts *f = &l->facts;
	u32 i;

	f->nr_formats = (u8)(take(l->in, 1) % (NVMEQ_FORMATS_MAX + 1));
	for (i = 0; i < f->nr_formats; i++) {
		static const u8 shifts[8] = { 9, 12, 0, 9, 12, 13, 16, 9 };
		static const u16 metadata[8] = { 0, 8, 0, 16, 64, 8, 0xffff, 0 };
		u8 pick = i < 8 ? (u8)take(l->in, 1) : (u8)i;

		l->formats[i].block_shift = shifts[pick & 7];
		l->formats[i].metadata_bytes = metadata[pick >> 3 & 7];
	}
	f->formats = l->formats;
}

static inline void loop_limits(struct loop *l)
{
	static const u32 transfers[8] = { 4096, 8192, 65536, 131072, 1 << 20, 8 << 20, 12288,
					  65536 };
	static const u32 counts[8] = { 0, 1, 2, 7, 256, 65536, 65535, 32 };
	struct nvmeq_scsi_facts *f = &l->facts;
	u32 pick = (u32)take(l->in, 3);

	f->max_transfer_bytes = transfers[pick & 7];
	f->write_zeroes_blocks = counts[pick >> 3 & 7];
	f->verify_blocks = counts[pick >> 6 & 7];
	f->compare_write_blocks = counts[pick >> 9 & 7];
	f->unmap_ranges = (u16)(counts[pick >> 12 & 7] % 257);
	f->unmap_range_blocks = counts[pick >> 15 & 7];
	f->unmap_blocks = counts[pick >> 18 & 7];
	/* Whole blocks; where not even one fits it stays what other commands may carry. */
	if (f->block_shift && f->max_transfer_bytes >> f->block_shift)
		f->max_transfer_bytes &= ~0u << f->block_shift;
}

static inline void loop_geometry(struct loop *l)
{
	static const u8 shifts[8] = { 9, 12, 9, 0, 9, 12, 13, 16 };
	struct nvmeq_scsi_facts *f = &l->facts;
	u32 pick = (u32)take(l->in, 2);

	f->block_shift = shifts[pick & 7];
	f->metadata_bytes = pick >> 3 & 1 ? (pick >> 4 & 1 ? 8 : 64) : 0;
	f->pi_type = pick >> 5 & 3;
	f->pi_bytes = pick >> 4 & 1 ? 8 : 16;
	f->pi_ref_bits = pick >> 4 & 1 ? 32 : 48;
	f->extended = f->metadata_bytes && (pick >> 7 & 1);
	f->pi_first = f->pi_type && (pick >> 8 & 1);
	f->pi_transfer = pick >> 9 & 1;
	f->thin = pick >> 10 & 1;
	f->read_only = (pick >> 11 & 7) == 7;
	f->dealloc_zero = pick >> 14 & 1;
	f->wz_dealloc = pick >> 15 & 1;
	f->blocks = take(l->in, 6) >> 4;
	f->dpc = (u8)take(l->in, 1);
	f->rescap = (u8)take(l->in, 1);
	f->physical_bytes = 1u << (f->block_shift ? f->block_shift + (f->dpc >> 5) % 4 : 9);
	f->opt_transfer_blocks = (u32)take(l->in, 1);
	f->granularity_blocks = f->opt_transfer_blocks & 15;
	f->unmap_granularity_blocks = f->opt_transfer_blocks & 7;
	f->unmap_align_blocks = f->opt_transfer_blocks & 3;
}

static inline void loop_abilities(struct loop *l)
{
	struct nvmeq_scsi_facts *f = &l->facts;
	u32 bits = (u32)take(l->in, 3);

	f->oacs = (u16)(~take(l->in, 1) & 0xff) | (bits & 1 ? 0 : 0x200);
	f->oncs = (u16)(~take(l->in, 1) & 0xff);
	f->vwc = !(bits >> 1 & 1);
	f->fused = !(bits >> 2 & 1);
	f->smart_per_ns = bits >> 3 & 1;
	f->format_all = bits >> 4 & 1;
	f->reservations = !(bits >> 5 & 1);
	f->power_control = !(bits >> 6 & 1);
	f->format_progress = !(bits >> 7 & 1);
	f->has_eui64 = !(bits >> 8 & 1);
	f->has_nguid = !(bits >> 9 & 1);
	f->has_uuid = !(bits >> 10 & 1);
	f->slot1_read_only = bits >> 11 & 1;
	f->activate_now = bits >> 12 & 1;
	f->sanicap = bits >> 13 & 7;
	f->firmware_slots = bits >> 16 & 7;
	f->power_states = (u8)(1 + (bits >> 19 & 31));
	f->self_test_minutes = (u16)(f->oacs & 0x10 ? bits : 0);
	f->warn_kelvin = (u16)bits;
	f->firmware_unit_bytes = bits & 3 ? 4096 * (bits & 3) : 4;
}

/* Without input: a plain disk that can do everything. */
static inline void loop_facts(struct loop *l)
{
	struct nvmeq_scsi_facts *f = &l->facts;
	u32 i;

	memset(f, 0, sizeof(*f));
	memset(l->formats, 0, sizeof(l->formats));
	loop_geometry(l);
	loop_abilities(l);
	loop_limits(l);
	loop_formats(l);
	f->nsid = 1;
	snprintf(f->model, sizeof(f->model), "FUZZED MODEL");
	snprintf(f->serial, sizeof(f->serial), "S%x", (unsigned int)f->dpc);
	snprintf(f->firmware, sizeof(f->firmware), "F%u", (unsigned int)f->rescap);
	for (i = 0; i < 4; i++)
		l->nsids[i] = 1 + i * (1u << (4 * i));
	f->nsids = l->nsids;
	f->nr_nsids = f->rescap % 5;
}

static inline void loop_state(struct loop *l)
{
	u8 bits = (u8)take(l->in, 1);

	nvmeq_scsi_state_init(&l->state);
	l->state.d_sense = bits & 1;
	l->state.formatting = (bits & 0x0e) == 0x0e;
	l->state.dexcpt = bits & 0x10;
	if (bits & 0x20)
		l->state.mrie = (u8)(bits >> 6);
	l->state.format_block_bytes = bits & 0x40 ? 4096 : bits & 0x80 ? 512 : 0;
}

/* ---- steps ---- */

static inline bool loop_within(u32 at, u32 bytes, u32 room)
{
	return at <= room && bytes <= room - at;
}

static inline u32 loop_work(const struct loop *l)
{
	return l->scratch_bytes - l->req.op->resp;
}

/* Blocks and limits of an I/O command. */
static inline void loop_check_blocks(const struct loop *l, const struct nvmeq_scsi_cmd *cmd)
{
	const struct nvmeq_scsi_facts *f = &l->facts;
	u64 lba = cmd->sqe.cdw10 | (u64)cmd->sqe.cdw11 << 32;
	u32 n = (cmd->sqe.cdw12 & 0xffff) + 1;

	switch (cmd->sqe.opcode) {
	case NVMEQ_NVM_READ:
	case NVMEQ_NVM_WRITE:
	case NVMEQ_NVM_COMPARE:
		MUST((u64)n << f->block_shift <= f->max_transfer_bytes);
		MUST(cmd->data.where != NVMEQ_SCSI_NOWHERE);
		break;
	case NVMEQ_NVM_WRITE_ZEROES:
		MUST(n <= f->write_zeroes_blocks);
		MUST(cmd->data.where == NVMEQ_SCSI_NOWHERE);
		break;
	case NVMEQ_NVM_VERIFY:
		MUST(n <= f->verify_blocks);
		MUST(cmd->data.where == NVMEQ_SCSI_NOWHERE);
		break;
	default:
		return;
	}
	MUST(lba < f->blocks && n <= f->blocks - lba);
	MUST(!(cmd->sqe.opcode & 1) || !f->read_only || cmd->sqe.opcode == NVMEQ_NVM_COMPARE);
}

static inline void loop_check(const struct loop *l, const struct nvmeq_scsi_cmd *cmd, u8 fuse)
{
	const struct nvmeq_scsi_data *d = &cmd->data;
	const struct nvmeq_sqe *s = &cmd->sqe;

	MUST(s->flags == fuse);
	MUST(!s->cid && !s->cdw2 && !s->cdw3 && !s->mptr && !s->dptr.prp1 && !s->dptr.prp2);
	MUST(!fuse || cmd->once);
	if (!cmd->admin)
		loop_check_blocks(l, cmd);
	switch (d->where) {
	case NVMEQ_SCSI_NOWHERE:
		MUST(!d->bytes && !d->present && d->meta == NVMEQ_SCSI_META_NONE);
		return;
	case NVMEQ_SCSI_SCRATCH:
		MUST(d->at % 512 == 0 && d->bytes && d->present == d->bytes);
		MUST(loop_within(d->at, d->bytes, loop_work(l)));
		break;
	default:
		MUST(d->where == NVMEQ_SCSI_CALLER && !l->detached);
		MUST(d->present && d->present <= d->bytes);
		if (NVMEQ_OP_DATA_OUT(s->opcode))
			MUST(d->present == d->bytes &&
			     loop_within(d->at, d->bytes, l->out_bytes));
		else
			MUST(loop_within(d->at, d->present, l->in_bytes));
	}
	MUST(d->meta == NVMEQ_SCSI_META_NONE || d->meta_bytes);
	MUST(d->bytes <= l->facts.max_transfer_bytes + (d->meta_bytes ? d->meta_bytes : 0) ||
	     cmd->admin);
}

/* 0 for most inputs: a task that only meets errors does not get far. */
static inline u16 loop_status(struct loop *l)
{
	u8 pick = l->well ? 0 : (u8)take(l->in, 1);

	if (pick < 0xc0)
		return 0;
	if (pick < 0xf0)
		return (u16)(pick & 1 ? 0x281 : pick & 2 ? 0x285 : pick & 4 ? 0x280 : 0x4002);
	return (u16)take(l->in, 2) & 0x7fff;
}

static inline void loop_fill(struct loop *l, const struct nvmeq_scsi_data *d)
{
	u32 n = (u32)take(l->in, 1), i;

	memset(l->scratch + d->at, (int)(n & 1 ? 0xff : 0), d->bytes);
	for (i = 0; i < n && i < d->bytes && l->in->left; i++)
		l->scratch[d->at + i] = (u8)take(l->in, 1);
}

static inline u16 loop_command(struct loop *l, const struct nvmeq_scsi_cmd *cmd, u8 fuse)
{
	u16 status;

	loop_check(l, cmd, fuse);
	l->sent++;
	if (l->look)
		l->look(l, cmd);
	status = loop_status(l);
	/* Also of a command that fails: nobody may look at it. */
	if (cmd->data.where == NVMEQ_SCSI_SCRATCH && !NVMEQ_OP_DATA_OUT(cmd->sqe.opcode))
		loop_fill(l, &cmd->data);
	return status;
}

static inline void loop_send(struct loop *l, const struct nvmeq_scsi_step *s)
{
	struct nvmeq_scsi_answer a = { 0 };

	a.status = loop_command(l, &s->cmd[0], s->fused ? 1 : 0);
	if (s->fused)
		a.fused_status = loop_command(l, &s->cmd[1], 2);
	if (s->cmd[0].admin)
		a.result = take(l->in, 4);
	nvmeq_scsi_answer(&l->task, &a);
}

static inline void loop_need(struct loop *l, const struct nvmeq_scsi_step *s)
{
	u32 i, whole = 0;

	MUST(s->bytes && !l->detached);
	MUST(loop_within(s->from, s->bytes, l->out_bytes));
	MUST(loop_within(s->to, s->bytes, loop_work(l)));
	if (s->from < l->list_bytes) {
		whole = l->list_bytes - s->from;
		whole = whole < s->bytes ? whole : s->bytes;
		memcpy(l->scratch + s->to, l->list + s->from, whole);
	}
	for (i = whole; i < s->bytes; i++)
		l->scratch[s->to + i] = (u8)(s->from + i) & 1;
	nvmeq_scsi_resume(&l->task);
}

static inline void loop_step(struct loop *l, const struct nvmeq_scsi_step *s)
{
	switch (s->act) {
	case NVMEQ_SCSI_SEND:
		loop_send(l, s);
		break;
	case NVMEQ_SCSI_NEED:
		loop_need(l, s);
		break;
	case NVMEQ_SCSI_WAIT:
		MUST(s->wait_ms && s->wait_ms <= 10000);
		nvmeq_scsi_resume(&l->task);
		break;
	default:
		MUST(s->act == NVMEQ_SCSI_DETACH && !l->detached);
		l->detached = true;
		nvmeq_scsi_resume(&l->task);
		break;
	}
}

static inline void loop_result(const struct loop *l)
{
	const struct nvmeq_scsi_out *o = &l->task.out;
	u8 sam = NVMEQ_SENSE_SAM(o->sense.code), sense[NVMEQ_SENSE_BYTES_MAX];
	u32 bytes;

	MUST(o->moved <= (l->in_bytes > l->out_bytes ? l->in_bytes : l->out_bytes));
	MUST(o->resp_bytes <= l->in_bytes);
	MUST(loop_within(o->resp_at, o->resp_bytes, l->scratch_bytes));
	MUST(!o->resp_bytes || (o->moved == o->resp_bytes && !l->detached));
	MUST(!o->resp_bytes || (!o->sense.code && !o->host));
	MUST(!o->host || !o->sense.code);
	MUST(sam == 0x00 || sam == 0x02 || sam == 0x18);
	MUST(sam == 0x02 || !(o->sense.code & 0xffffff));
	MUST(!(o->after & ~(u32)(NVMEQ_SCSI_AFTER_CACHE | NVMEQ_SCSI_AFTER_STATE)));
	bytes = nvmeq_scsi_sense_bytes(&l->task, sense, sizeof(sense));
	MUST(sam == 0x02 ? bytes >= 8 && bytes <= sizeof(sense) : !bytes);
}

/* Decodes the command and runs it to its end. */
static inline void loop_run(struct loop *l)
{
	struct nvmeq_scsi_mem mem = { .in_bytes = l->in_bytes, .out_bytes = l->out_bytes };
	const struct nvmeq_scsi_step *s;
	u32 rounds = 0;
	u8 *cdb = malloc(l->cdb_bytes ? l->cdb_bytes : 1);

	memcpy(cdb, l->cdb, l->cdb_bytes);
	memset(&l->req, 0xee, sizeof(l->req));
	nvmeq_scsi_decode(cdb, l->cdb_bytes, &l->facts, &l->req);
	free(cdb);
	l->scratch_bytes = nvmeq_scsi_scratch_bytes(&l->req, &l->facts);
	MUST(l->scratch_bytes <= NVMEQ_SCSI_BULK_BYTES + 65536);
	l->scratch = l->scratch_bytes ? malloc(l->scratch_bytes) : NULL;
	if (l->scratch)
		memset(l->scratch, 0x5c, l->scratch_bytes);
	mem.scratch = l->scratch;
	mem.scratch_bytes = l->scratch_bytes;
	l->sent = 0;
	l->steps = 0;
	l->detached = false;
	l->cut = false;
	nvmeq_scsi_begin(&l->task, &l->req, &l->facts, &l->state, &mem);
	while ((s = nvmeq_scsi_next(&l->task))->act != NVMEQ_SCSI_DONE) {
		l->steps += s->act != NVMEQ_SCSI_WAIT;
		if (++rounds > LOOP_STEPS) {
			l->cut = true;
			nvmeq_scsi_cancel(&l->task, NVMEQ_SCSI_HOST_TIME_OUT);
		} else {
			loop_step(l, s);
		}
	}
	loop_result(l);
	if (l->task.out.after & NVMEQ_SCSI_AFTER_STATE)
		l->state = l->task.state;
	else
		MUST(l->state.d_sense == l->task.state.d_sense &&
		     l->state.mrie == l->task.state.mrie &&
		     l->state.dexcpt == l->task.state.dexcpt &&
		     l->state.format_block_bytes == l->task.state.format_block_bytes);
}

static inline void loop_free(struct loop *l)
{
	free(l->scratch);
	l->scratch = NULL;
}

#endif /* NVMEQ_FUZZ_SCSI_LOOP_H */
