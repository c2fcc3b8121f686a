// SPDX-License-Identifier: GPL-2.0-only
/*
 * prot.c - metadata of reads and writes: who makes it, checks it, and where it lies
 *
 * Decided once per namespace:
 *
 *	format			pi=host		pi=controller	pi=off
 *	no metadata		none		none		none
 *	metadata, no PI		brought along	brought along	brought along
 *	PI is all of it		made, checked	inserted	inserted, not checked
 *	PI in more metadata	made, checked	brought along, its tuple overwritten
 *						by the controller
 *
 * Metadata that is brought along is zero on its way out and dropped on its way in: a disk
 * has no use for it. Where the driver makes tuples, the controller checks those of a write
 * when they arrive, and those of a read before it sends them; what it complains of in a
 * read is read again without its check, so that the driver's own says what is wrong.
 *
 * The guard covers the data, and metadata that lies before the tuple (5.2.1).
 *
 * Metadata behind the blocks comes and goes in one of two ways. WOVEN leaves the data where it
 * is: an SGL has an entry for each block and one for its metadata. MIXED copies the data to
 * memory that has room for both. The first where the controller has SGLs and blocks are not
 * small, the second for the rest, and for a request whose entries are more than one list holds.
 *
 * Below that, the work on one request's memory. Guards come from crc.h, those of 64 bits
 * from crc64.h, block by block.
 */
#include <nvmeq/crc.h>
#include <nvmeq/crc64.h>
#include <nvmeq/prot.h>
#include <nvmeq/weave.h>

#define PRACT		BIT(NVMEQ_RW_PRINFO_SHIFT + 3)
#define PRCHK_GUARD	BIT(NVMEQ_RW_PRINFO_SHIFT + 2)
#define PRCHK_APP	BIT(NVMEQ_RW_PRINFO_SHIFT + 1)
#define PRCHK_REF	BIT(NVMEQ_RW_PRINFO_SHIFT)
#define PRCHK_ALL	(PRCHK_GUARD | PRCHK_APP | PRCHK_REF)

static bool prot_is_64(const struct nvmeq_prot *p)
{
	return p->tuple_bytes == NVMEQ_DIF64_TUPLE_BYTES;
}

/* A page, below which the block layer has no limits. */
#define PROT_BYTES_MIN	4096U

/*
 * From such blocks on, a copy costs more than two descriptors. A judgement, not a measurement:
 * Documentation/decisions/012-interleaved-metadata-by-sgl.rst.
 */
#define PROT_WEAVE_SHIFT	12

/* Guards of a run that are at hand at once. */
#define PROT_GUARDS	32

const char *const nvmeq_pi_words[NVMEQ_PI_USES + 1] = {
	[NVMEQ_PI_HOST]		= "host",
	[NVMEQ_PI_CONTROLLER]	= "controller",
	[NVMEQ_PI_OFF]		= "off",
	NULL
};

/* --- decisions --- */

bool nvmeq_prot_possible(const struct nvmeq_ns_facts *ns, u8 page_shift)
{
	u32 unit = ns->metadata_bytes + (ns->extended ? 1U << ns->block_shift : 0);

	if (ns->pi_type && ns->metadata_bytes < ns->pi_bytes)
		return false;
	/* The block layer insists on whole pages. */
	return (u64)unit << (page_shift - ns->block_shift) <= NVMEQ_PROT_BYTES;
}

/* What a controller can look at, and is asked to. */
static u32 prot_checks(u8 pi_type, u16 app_mask)
{
	u32 checks = PRCHK_GUARD;

	if (app_mask)
		checks |= PRCHK_APP;
	if (pi_type != NVMEQ_DIF_TYPE3)
		checks |= PRCHK_REF;
	return checks;
}

static void prot_make_pi(const struct nvmeq_ns_facts *ns, enum nvmeq_pi_use use,
			 struct nvmeq_prot *p)
{
	bool alone = ns->metadata_bytes == ns->pi_bytes;

	p->tuple_bytes = ns->pi_bytes;
	p->ref_bits = ns->pi_ref_bits;
	p->tuple_at = ns->pi_first ? 0 : ns->metadata_bytes - ns->pi_bytes;
	p->covered = p->tuple_at;
	p->checks = prot_checks(ns->pi_type, p->app_mask);
	p->zeroes_flags = PRACT;
	p->dif = (struct nvmeq_dif) {
		.type = ns->pi_type,
		.check = NVMEQ_DIF_CHECK_ALL,
		.app_mask = p->app_mask,
	};
	if (use == NVMEQ_PI_HOST) {
		p->host = true;
		p->read_flags = p->checks;
		p->write_flags = p->checks;
		return;
	}
	if (alone)
		p->way = NVMEQ_PROT_INSERT;
	p->write_flags = PRACT;
	p->read_flags = PRACT | (use == NVMEQ_PI_OFF ? 0 : p->checks);
}

void nvmeq_prot_make(const struct nvmeq_ns_facts *ns, enum nvmeq_pi_use use, u16 app_mask,
		     struct nvmeq_prot *p)
{
	memset(p, 0, sizeof(*p));
	if (ns->use != NVMEQ_NS_USABLE || !ns->metadata_bytes)
		return;
	p->way = ns->extended ? NVMEQ_PROT_MIXED : NVMEQ_PROT_SEPARATE;
	p->extended = ns->extended;
	p->block_shift = ns->block_shift;
	p->pi_type = ns->pi_type;
	p->meta_bytes = ns->metadata_bytes;
	p->app_mask = app_mask;
	if (ns->pi_type)
		prot_make_pi(ns, use, p);
}

void nvmeq_prot_weave(struct nvmeq_prot *p, const struct nvmeq_ctrl_facts *c,
		      enum nvmeq_sgl_use use, u8 page_shift)
{
	if (!p->extended || !c->sgl || use == NVMEQ_SGL_OFF)
		return;
	if (use == NVMEQ_SGL_AUTO && p->block_shift < PROT_WEAVE_SHIFT)
		return;
	/* Behind the first block, metadata would begin anywhere. */
	if (c->sgl_dword && p->meta_bytes & 3)
		return;
	p->woven = true;
	p->page_shift = page_shift;
	if (p->way == NVMEQ_PROT_MIXED)
		p->way = NVMEQ_PROT_WOVEN;
}

/* Most runs that so many bytes can be in: all but the first and the last are whole pages. */
static u32 prot_runs(u32 bytes, u8 page_shift)
{
	return ((bytes - 2) >> page_shift) + 2;
}

/* More runs than there can be are neighbours that are counted apart. */
static bool prot_weaves(const struct nvmeq_prot *p, u32 blocks, u32 runs)
{
	runs = min_t(u32, runs, prot_runs(blocks << p->block_shift, p->page_shift));
	return nvmeq_weave_slots(blocks, runs) <= NVMEQ_MAX_SEGMENTS;
}

enum nvmeq_prot_way nvmeq_prot_way(const struct nvmeq_prot *p, bool brought, u32 blocks, u32 runs)
{
	if (p->way == NVMEQ_PROT_NONE || (p->way == NVMEQ_PROT_INSERT && !brought))
		return p->way;
	if (p->woven && prot_weaves(p, blocks, runs))
		return NVMEQ_PROT_WOVEN;
	return p->extended ? NVMEQ_PROT_MIXED : NVMEQ_PROT_SEPARATE;
}

/* Somebody above may bring tuples where else the controller inserts them: the room is for all. */
u32 nvmeq_prot_max_bytes(const struct nvmeq_prot *p)
{
	u32 unit;

	if (p->way == NVMEQ_PROT_NONE)
		return 0xffffffffU;
	unit = nvmeq_prot_room(p, p->extended ? NVMEQ_PROT_MIXED : NVMEQ_PROT_SEPARATE, 1);
	return NVMEQ_PROT_BYTES / unit << p->block_shift;
}

/* MDTS counts metadata that lies behind the data (Base Figure 275). */
static u32 prot_mdts_blocks(const struct nvmeq_prot *p, u32 mdts_bytes)
{
	return mdts_bytes / nvmeq_prot_room(p, NVMEQ_PROT_MIXED, 1);
}

/* Blocks that can be woven wherever they lie. */
static u32 prot_weave_blocks(const struct nvmeq_prot *p)
{
	u32 room = NVMEQ_PROT_BYTES / p->meta_bytes, n = 0;

	while (n < room && prot_weaves(p, n + 1, ~0U))
		n++;
	return n;
}

void nvmeq_prot_limits(const struct nvmeq_prot *p, u32 mdts_bytes, struct nvmeq_limits *l)
{
	u32 bytes = nvmeq_prot_max_bytes(p);

	/*
	 * The block layer counts these bytes with eight bits, and takes page after page. Whoever
	 * is above may bring tuples with guards of 16 bits; larger ones are the driver's own.
	 */
	if (p->pi_type && !prot_is_64(p) && p->meta_bytes <= 255 && is_power_of_2(p->meta_bytes)) {
		l->pi_type = p->pi_type;
		l->meta_bytes = (u8)p->meta_bytes;
		l->tuple_at = (u8)p->tuple_at;
	}
	l->stable_writes = p->host || l->pi_type;
	if (p->way == NVMEQ_PROT_NONE)
		return;
	/* What is more than the one way can do is little enough for the other. */
	if (p->woven)
		bytes = max_t(u32, bytes, prot_weave_blocks(p) << p->block_shift);
	if (p->extended)
		bytes = min_t(u32, bytes, prot_mdts_blocks(p, mdts_bytes) << p->block_shift);
	l->max_protected_sect512 = bytes >> 9;
	if (bytes < PROT_BYTES_MIN)
		l->capacity_sect512 = 0;
}

static u64 prot_ref(const struct nvmeq_prot *p, u64 lba)
{
	return p->pi_type == NVMEQ_DIF_TYPE3 ? 0 : nvmeq_dif64_ref(lba, p->ref_bits);
}

void nvmeq_prot_dress(const struct nvmeq_prot *p, struct nvmeq_rw *rw)
{
	switch (rw->opcode) {
	case NVMEQ_NVM_READ:
		rw->flags |= p->read_flags;
		break;
	case NVMEQ_NVM_WRITE:
		rw->flags |= p->write_flags;
		break;
	default:
		rw->flags |= p->zeroes_flags;
		break;
	}
	rw->ref_tag = p->pi_type ? prot_ref(p, rw->slba) : 0;
	rw->app_tag = rw->flags & PRCHK_APP ? (u32)p->app_mask << 16 : 0;
}

void nvmeq_prot_dress_payload(const struct nvmeq_prot *p, bool check, struct nvmeq_rw *rw)
{
	nvmeq_prot_dress(p, rw);
	rw->flags &= ~(PRACT | PRCHK_ALL);
	if (check)
		rw->flags |= p->checks & ~PRCHK_APP;
	rw->app_tag = 0;
}

void nvmeq_prot_undress(const struct nvmeq_prot *p, struct nvmeq_rw *rw)
{
	nvmeq_prot_dress(p, rw);
	rw->flags &= ~PRCHK_ALL;
	rw->app_tag = 0;
}

void nvmeq_prot_text(const struct nvmeq_prot *p, char *buf, size_t size)
{
	static const char *const ways[] = {
		[NVMEQ_PROT_INSERT]	= "inside the controller",
		[NVMEQ_PROT_SEPARATE]	= "in a buffer of its own",
		[NVMEQ_PROT_WOVEN]	= "behind each block by SGL",
		[NVMEQ_PROT_MIXED]	= "behind each block by copy",
	};
	const char *who = p->host ? "host" : p->read_flags & p->checks ? "controller" : "nobody";

	if (p->way == NVMEQ_PROT_NONE)
		snprintf(buf, size, "none");
	else if (!p->pi_type)
		snprintf(buf, size, "none; %u bytes of metadata, %s", p->meta_bytes, ways[p->way]);
	else
		snprintf(buf, size, "type %u, %sat %u of %u bytes, %s, checked by %s", p->pi_type,
			 prot_is_64(p) ? "64 bit guard, " : "", p->tuple_at, p->meta_bytes,
			 ways[p->way], who);
}

/* --- tuples --- */

static void prot_dif(const struct nvmeq_prot *p, u64 lba, struct nvmeq_dif *dif)
{
	*dif = p->dif;
	dif->ref = (u32)prot_ref(p, lba);
}

static void prot_dif64(const struct nvmeq_prot *p, u64 lba, struct nvmeq_dif64 *dif)
{
	*dif = (struct nvmeq_dif64) {
		.type = p->pi_type,
		.ref_bits = p->ref_bits,
		.app_mask = p->app_mask,
		.ref = prot_ref(p, lba),
	};
}

static bool prot_tuple64(const struct nvmeq_dif64 *dif, u64 guard, u32 block, u8 *tuple,
			 bool verify, struct nvmeq_dif_error *bad)
{
	if (verify)
		return nvmeq_dif64_verify(dif, guard, block, tuple, bad);
	nvmeq_dif64_generate(dif, guard, block, tuple);
	return true;
}

static bool prot_run64(const struct nvmeq_prot *p, u64 lba, const struct nvmeq_crc_run *run,
		       bool verify, struct nvmeq_dif_error *bad)
{
	struct nvmeq_dif64 dif;
	u32 i;

	prot_dif64(p, lba, &dif);
	for (i = 0; i < run->blocks; i++) {
		u64 guard = nvmeq_crc64(0, run->data + (size_t)i * run->data_stride,
					run->block_bytes);

		if (!prot_tuple64(&dif, guard, i, run->tuples + (size_t)i * run->tuple_stride,
				  verify, bad))
			return false;
	}
	return true;
}

/* Blocks, and what else their guards cover, each in one piece: all in one go. */
static __always_inline bool prot_run(const struct nvmeq_prot *p, u64 lba,
				     const struct nvmeq_crc_run *run, bool verify,
				     struct nvmeq_dif_error *bad)
{
	struct nvmeq_dif dif;

	if (unlikely(prot_is_64(p)))
		return prot_run64(p, lba, run, verify, bad);
	prot_dif(p, lba, &dif);
	if (verify)
		return nvmeq_crc_verify(run, &dif, bad);
	nvmeq_crc_generate(run, &dif);
	return true;
}

/* --- SEPARATE, WOVEN --- */

void nvmeq_prot_walk_begin(struct nvmeq_prot_walk *w, const struct nvmeq_prot *p, u64 lba,
			   u8 *meta, bool verify)
{
	*w = (struct nvmeq_prot_walk) { .p = p, .meta = meta, .verify = verify };
	if (prot_is_64(p))
		prot_dif64(p, lba, &w->dif64);
	else
		prot_dif(p, lba, &w->dif);
}

/* Blocks whose guards are there, but for the metadata that they cover. */
static bool walk_tuples(struct nvmeq_prot_walk *w, __be16 *guards, u32 n)
{
	u8 *meta = w->meta + (size_t)w->block * w->p->meta_bytes;
	u32 i, first = w->block;

	for (i = 0; w->p->covered && i < n; i++)
		guards[i] = cpu_to_be16(nvmeq_crc(be16_to_cpu(guards[i]),
						  meta + (size_t)i * w->p->meta_bytes,
						  w->p->covered));
	meta += w->p->tuple_at;
	w->block += n;
	if (w->verify)
		return nvmeq_dif_verify(&w->dif, guards, first, n, meta, w->p->meta_bytes, &w->bad);
	nvmeq_dif_generate(&w->dif, guards, first, n, meta, w->p->meta_bytes);
	return true;
}

/* Whole blocks, whose guards cover the data alone: all in one go. */
static bool walk_plain(struct nvmeq_prot_walk *w, const struct nvmeq_crc_run *run)
{
	struct nvmeq_dif dif = w->dif;
	bool ok = true;

	if (dif.type != NVMEQ_DIF_TYPE3)
		dif.ref += w->block;
	if (w->verify)
		ok = nvmeq_crc_verify(run, &dif, &w->bad);
	else
		nvmeq_crc_generate(run, &dif);
	if (!ok)
		w->bad.block += w->block;
	w->block += run->blocks;
	return ok;
}

static bool walk_blocks(struct nvmeq_prot_walk *w, const u8 *data, u32 n)
{
	u32 unit = 1U << w->p->block_shift;
	struct nvmeq_crc_run run = {
		.data = data,
		.block_bytes = unit,
		.data_stride = unit,
		.blocks = n,
		.tuple_stride = w->p->meta_bytes,
		.tuples = w->meta + (size_t)w->block * w->p->meta_bytes + w->p->tuple_at,
	};
	__be16 guards[PROT_GUARDS];

	if (!w->p->covered)
		return walk_plain(w, &run);
	for (; n; n -= run.blocks, run.data += (size_t)run.blocks * unit) {
		run.blocks = min_t(u32, n, PROT_GUARDS);
		nvmeq_crc_guards(&run, guards);
		if (!walk_tuples(w, guards, run.blocks))
			return false;
	}
	return true;
}

/* Bytes of a block that is not in one piece. */
static bool walk_part(struct nvmeq_prot_walk *w, const u8 *data, u32 len)
{
	__be16 guard;

	w->seed = nvmeq_crc(w->part ? (u16)w->seed : 0, data, len);
	w->part += len;
	if (w->part >> w->p->block_shift == 0)
		return true;
	w->part = 0;
	guard = cpu_to_be16((u16)w->seed);
	return walk_tuples(w, &guard, 1);
}

static bool walk_tuple64(struct nvmeq_prot_walk *w)
{
	u8 *meta = w->meta + (size_t)w->block * w->p->meta_bytes;
	u64 guard = nvmeq_crc64(w->seed, meta, w->p->covered);

	w->part = 0;
	w->seed = 0;
	return prot_tuple64(&w->dif64, guard, w->block++, meta + w->p->tuple_at, w->verify,
			    &w->bad);
}

static bool walk_piece64(struct nvmeq_prot_walk *w, const u8 *data, u32 len)
{
	u32 unit = 1U << w->p->block_shift, n;

	for (; len; len -= n, data += n) {
		n = min_t(u32, len, unit - w->part);
		w->seed = nvmeq_crc64(w->seed, data, n);
		w->part += n;
		if (w->part == unit && !walk_tuple64(w))
			return false;
	}
	return true;
}

bool nvmeq_prot_walk_piece(struct nvmeq_prot_walk *w, const u8 *data, u32 len)
{
	u32 unit = 1U << w->p->block_shift, n;

	if (prot_is_64(w->p))
		return walk_piece64(w, data, len);
	if (w->part) {
		n = min_t(u32, len, unit - w->part);
		if (!walk_part(w, data, n))
			return false;
		data += n;
		len -= n;
	}
	n = len >> w->p->block_shift;
	if (n && !walk_blocks(w, data, n))
		return false;
	data += n << w->p->block_shift;
	len &= unit - 1;
	return !len || walk_part(w, data, len);
}

bool nvmeq_prot_whole(const struct nvmeq_prot *p, u64 lba, const u8 *data, u8 *meta, u32 blocks,
		      bool verify, struct nvmeq_dif_error *bad)
{
	struct nvmeq_crc_run run = {
		.data = data,
		.block_bytes = 1U << p->block_shift,
		.data_stride = 1U << p->block_shift,
		.blocks = blocks,
		.tuple_stride = p->meta_bytes,
		.tuples = meta + p->tuple_at,
	};

	return prot_run(p, lba, &run, verify, bad);
}

/* --- MIXED --- */

bool nvmeq_prot_mixed(const struct nvmeq_prot *p, u64 lba, u8 *mixed, u32 blocks, bool verify,
		      struct nvmeq_dif_error *bad)
{
	u32 data = 1U << p->block_shift;
	struct nvmeq_crc_run run = {
		.data = mixed,
		.block_bytes = data + p->covered,
		.data_stride = data + p->meta_bytes,
		.blocks = blocks,
		.tuple_stride = data + p->meta_bytes,
		.tuples = mixed + data + p->tuple_at,
	};

	return prot_run(p, lba, &run, verify, bad);
}

static void copy_bytes(u8 *memory, u8 *other, u32 len, bool in)
{
	memcpy(in ? memory : other, in ? other : memory, len);
}

void nvmeq_prot_copy(const struct nvmeq_prot *p, u8 *mixed, u32 *at, u8 *data, u32 len, bool in)
{
	u32 unit = 1U << p->block_shift;

	while (len) {
		u32 block = *at >> p->block_shift, offset = *at & (unit - 1);
		u32 n = min_t(u32, len, unit - offset);

		copy_bytes(mixed + (size_t)block * (unit + p->meta_bytes) + offset, data, n, in);
		*at += n;
		data += n;
		len -= n;
	}
}

void nvmeq_prot_copy_meta(const struct nvmeq_prot *p, enum nvmeq_prot_way way, u8 *memory,
			  u32 *at, u8 *meta, u32 len, bool in)
{
	u32 unit = 1U << p->block_shift;

	if (way != NVMEQ_PROT_MIXED) {
		copy_bytes(memory + *at, meta, len, in);
		*at += len;
		return;
	}
	while (len) {
		u32 block = *at / p->meta_bytes, offset = *at % p->meta_bytes;
		u32 n = min_t(u32, len, p->meta_bytes - offset);

		copy_bytes(memory + (size_t)block * (unit + p->meta_bytes) + unit + offset, meta,
			   n, in);
		*at += n;
		meta += n;
		len -= n;
	}
}

void nvmeq_prot_spoil(const struct nvmeq_prot *p, enum nvmeq_prot_way way, u8 *memory)
{
	u32 data = way == NVMEQ_PROT_MIXED ? 1U << p->block_shift : 0;

	/* The guard is the first field of both tuples. */
	memory[data + p->tuple_at] ^= 1;
}

void nvmeq_prot_remap(u8 *tuples, u32 stride, u32 n, u32 from, u32 to)
{
	struct nvmeq_dif_tuple t;
	u32 i;

	for (i = 0; i < n; i++, tuples += stride) {
		memcpy(&t, tuples, sizeof(t));
		if (be32_to_cpu(t.ref) != from + i)
			continue;
		t.ref = cpu_to_be32(to + i);
		memcpy(tuples, &t, sizeof(t));
	}
}
