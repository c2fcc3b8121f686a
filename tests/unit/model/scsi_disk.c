// SPDX-License-Identifier: GPL-2.0-only
/* scsi_disk.c - see scsi_disk.h */
#include "model/scsi_disk.h"

#define CDB_FIELD	NVMEQ_SENSE(0x5, 0x24, 0x00)
#define LBA_RANGE	NVMEQ_SENSE(0x5, 0x21, 0x00)
#define BAD_GUARD	NVMEQ_SENSE(0xb, 0x10, 0x01)
#define BAD_REFERENCE	NVMEQ_SENSE(0xb, 0x10, 0x03)

static u32 block_bytes(const struct scsi_disk *d)
{
	return 1u << d->f->block_shift;
}

void scsi_disk_init(struct scsi_disk *d, const struct nvmeq_scsi_facts *f, u64 first, u32 count)
{
	*d = (struct scsi_disk) {
		.f = f, .first = first, .count = count, .bad_read = -1, .bad_write = -1,
		.data = calloc(count, 1u << f->block_shift),
		.tuples = calloc(count, 8),
		.written = calloc(count, sizeof(bool)),
	};
}

void scsi_disk_free(struct scsi_disk *d)
{
	free(d->data);
	free(d->tuples);
	free(d->written);
}

const char *scsi_disk_differs(const struct scsi_disk *d, struct scsi_ctrl *c)
{
	u8 *got = malloc((size_t)d->count * block_bytes(d));
	const char *wrong = NULL;
	u32 k;

	scsi_ctrl_peek(c, d->first, d->count, got);
	for (k = 0; k < d->count && !wrong; k++)
		if (memcmp(got + (size_t)k * block_bytes(d),
			   d->data + (size_t)k * block_bytes(d), block_bytes(d)))
			wrong = desc("block %u of those kept differs", k);
	free(got);
	return wrong;
}

/* ---- commands ---- */

static void put_be(u8 *p, u64 v, unsigned int bytes)
{
	while (bytes--) {
		p[bytes] = (u8)v;
		v >>= 8;
	}
}

/* Opcodes for 6, 10, 12 and 16 bytes. */
static u8 opcode_of(const struct scsi_io *io)
{
	static const u8 op[SCSI_IO_KINDS][4] = {
		[SCSI_READ] = { 0x08, 0x28, 0xa8, 0x88 },
		[SCSI_WRITE] = { 0x0a, 0x2a, 0xaa, 0x8a },
		[SCSI_VERIFY] = { 0, 0x2f, 0xaf, 0x8f },
		[SCSI_WRITE_VERIFY] = { 0, 0x2e, 0xae, 0x8e },
		[SCSI_WRITE_SAME] = { 0, 0x41, 0, 0x93 },
		[SCSI_COMPARE_WRITE] = { 0, 0, 0, 0x89 },
		[SCSI_SYNC] = { 0, 0x35, 0, 0x91 },
	};

	return op[io->kind][io->size == 6 ? 0 : io->size == 10 ? 1 : io->size == 12 ? 2 : 3];
}

static u8 byte1_of(const struct scsi_io *io)
{
	u8 v = (u8)(io->protect << 5);

	switch (io->kind) {
	case SCSI_VERIFY:
	case SCSI_WRITE_VERIFY:
		return (u8)(v | io->dpo << 4 | io->bytchk << 1);
	case SCSI_WRITE_SAME:
		return (u8)(v | io->unmap << 3 | io->no_data);
	case SCSI_SYNC:
		return 0;
	default:
		return (u8)(v | io->dpo << 4 | io->fua << 3);
	}
}

size_t scsi_io_cdb(const struct scsi_io *io, u8 *cdb)
{
	memset(cdb, 0, 32);
	switch (io->size) {
	case 6:
		put_be(cdb + 1, io->lba, 3);
		cdb[4] = (u8)io->blocks;
		break;
	case 10:
		put_be(cdb + 2, io->lba, 4);
		put_be(cdb + 7, io->blocks, 2);
		break;
	case 12:
		put_be(cdb + 2, io->lba, 4);
		put_be(cdb + 6, io->blocks, 4);
		break;
	default:
		put_be(cdb + 2, io->lba, 8);
		put_be(cdb + 10, io->blocks, 4);
		break;
	}
	cdb[0] = opcode_of(io);
	if (io->size != 6)
		cdb[1] = byte1_of(io);
	return io->size;
}

/* ---- what is wrong with a command ---- */

static void err(struct scsi_want *w, bool is, u32 code)
{
	if (is && w->nr < SCSI_WANT_CODES)
		w->codes[w->nr++] = code;
}

static bool writes(const struct scsi_io *io)
{
	return io->kind == SCSI_WRITE || io->kind == SCSI_WRITE_VERIFY ||
	       io->kind == SCSI_WRITE_SAME || io->kind == SCSI_COMPARE_WRITE;
}

static bool has_compare(const struct nvmeq_scsi_facts *f)
{
	return (f->oncs & 0x01) && !f->metadata_bytes;
}

/* The bytes that a caller has per block. */
static u32 unit_of(const struct scsi_disk *d, const struct scsi_io *io)
{
	return block_bytes(d) + (io->protect ? 8 : 0);
}

static void err_protect(const struct scsi_disk *d, const struct scsi_io *io, struct scsi_want *w)
{
	const struct nvmeq_scsi_facts *f = d->f;
	bool can = f->pi_type && f->pi_type != 2 && f->pi_transfer && f->metadata_bytes == 8;

	if (!io->protect || io->kind == SCSI_SYNC)
		return;
	err(w, !can || io->protect > 5, CDB_FIELD);
	err(w, io->kind == SCSI_WRITE_SAME || io->kind == SCSI_COMPARE_WRITE, CDB_FIELD);
	err(w, io->bytchk && (io->kind == SCSI_VERIFY || io->kind == SCSI_WRITE_VERIFY),
	    CDB_FIELD);
}

static void err_same(const struct scsi_disk *d, const struct scsi_io *io, struct scsi_want *w)
{
	const struct nvmeq_scsi_facts *f = d->f;

	err(w, io->unmap && !(f->unmap_ranges && f->write_zeroes_blocks && f->wz_dealloc),
	    CDB_FIELD);
	err(w, !io->blocks, CDB_FIELD);
	err(w, (u64)io->blocks << f->block_shift > 1u << 30, CDB_FIELD);
	err(w, !io->no_data && io->out_bytes != block_bytes(d), CDB_FIELD);
	err(w, io->no_data && io->size == 10, CDB_FIELD);
}

static u32 compare_write_most(const struct nvmeq_scsi_facts *f)
{
	u32 most = f->compare_write_blocks;

	if (!f->fused || !has_compare(f))
		return 0;
	if (most > 255)
		most = 255;
	if (most > f->max_transfer_bytes >> f->block_shift)
		most = f->max_transfer_bytes >> f->block_shift;
	return most;
}

static void err_compare_write(const struct scsi_disk *d, const struct scsi_io *io,
			      struct scsi_want *w)
{
	err(w, io->blocks > compare_write_most(d->f), CDB_FIELD);
	err(w, io->out_bytes != 2 * io->blocks * block_bytes(d), CDB_FIELD);
}

static void errors(const struct scsi_disk *d, const struct scsi_io *io, struct scsi_want *w)
{
	u64 all = (u64)io->blocks * unit_of(d, io);
	bool verifies = io->kind == SCSI_VERIFY || io->kind == SCSI_WRITE_VERIFY;

	if (io->kind == SCSI_COMPARE_WRITE && !compare_write_most(d->f)) {
		err(w, true, NVMEQ_SENSE(0x5, 0x20, 0x00));	/* not offered, not looked at */
		return;
	}
	err(w, io->lba > d->f->blocks || io->blocks > d->f->blocks - io->lba, LBA_RANGE);
	err(w, writes(io) && d->f->read_only, NVMEQ_SENSE(0x7, 0x27, 0x00));
	err_protect(d, io, w);
	err(w, verifies && io->bytchk == 2, CDB_FIELD);
	switch (io->kind) {
	case SCSI_WRITE:
		err(w, io->out_bytes < all, CDB_FIELD);
		break;
	case SCSI_WRITE_VERIFY:
		err(w, io->bytchk > 1 || io->out_bytes < all, CDB_FIELD);
		break;
	case SCSI_VERIFY:
		if (io->bytchk == 3 && io->blocks)
			all = block_bytes(d);
		err(w, io->bytchk && io->out_bytes < all, CDB_FIELD);
		break;
	case SCSI_WRITE_SAME:
		err_same(d, io, w);
		break;
	case SCSI_COMPARE_WRITE:
		err_compare_write(d, io, w);
		break;
	default:
		break;
	}
}

/* ---- what it does ---- */

static bool kept(const struct scsi_disk *d, u64 lba)
{
	return lba >= d->first && lba - d->first < d->count;
}

/* 0, or the sense that a look at this block ends with. Which checks: guard 4, reference 1. */
static u32 look(const struct scsi_disk *d, u64 lba, u32 checks)
{
	u64 k = lba - d->first;
	u8 right[8];

	if (!kept(d, lba))
		return 0;
	if (d->bad_read >= 0 && k == (u64)d->bad_read)
		return NVMEQ_SENSE(0x3, 0x11, 0x00);
	if (!d->f->pi_type || !d->written[k])
		return 0;
	scsi_ctrl_tuple(d->f, d->data + k * block_bytes(d), lba, right);
	if ((checks & 4) && memcmp(d->tuples[k], right, 2))
		return BAD_GUARD;
	if ((checks & 1) && d->f->pi_type != 3 && memcmp(d->tuples[k] + 4, right + 4, 4))
		return BAD_REFERENCE;
	return 0;
}

/* The same of a block with its tuple that is to be written. */
static u32 look_at_given(const struct scsi_disk *d, u64 lba, const u8 *both, u32 checks)
{
	u8 right[8];

	scsi_ctrl_tuple(d->f, both, lba, right);
	if ((checks & 4) && memcmp(both + block_bytes(d), right, 2))
		return BAD_GUARD;
	if ((checks & 1) && d->f->pi_type != 3 && memcmp(both + block_bytes(d) + 4, right + 4, 4))
		return BAD_REFERENCE;
	return 0;
}

/* What the protect fields 0..5 check. */
static const u8 read_checks[8] = { 5, 5, 1, 0, 4, 5 };
static const u8 write_checks[8] = { 0, 5, 1, 0, 4, 5 };

static void fails(struct scsi_want *w, u32 code, u64 lba)
{
	w->nr = 1;
	w->codes[0] = code;
	w->has_info = true;
	w->info = lba;
}

static void copy_block(const struct scsi_disk *d, u64 lba, bool tuple, u8 *to)
{
	u32 bs = block_bytes(d);
	u64 k = lba - d->first;

	memset(to, 0, bs);
	if (kept(d, lba))
		memcpy(to, d->data + k * bs, bs);
	if (!tuple)
		return;
	memset(to + bs, 0xff, 8);
	if (kept(d, lba) && d->written[k])
		memcpy(to + bs, d->tuples[k], 8);
}

static void do_read(const struct scsi_disk *d, const struct scsi_io *io, struct scsi_want *w)
{
	u32 unit = unit_of(d, io), k;
	u64 all = (u64)io->blocks * unit;
	u8 *one = malloc(unit);

	w->has_moved = true;
	w->in_bytes = (u32)(all < io->in_bytes ? all : io->in_bytes);
	w->in = calloc(1, w->in_bytes + 1);
	for (k = 0; (u64)k * unit < w->in_bytes; k++) {
		u32 code = look(d, io->lba + k, read_checks[io->protect]);
		u32 rest = w->in_bytes - k * unit;

		if (code) {
			fails(w, code, io->lba + k);
			w->in_bytes = k * unit;
			break;
		}
		copy_block(d, io->lba + k, io->protect, one);
		memcpy(w->in + (size_t)k * unit, one, rest < unit ? rest : unit);
	}
	w->moved = w->in_bytes;
	free(one);
}

static void put_block(struct scsi_disk *d, u64 lba, const u8 *data, const u8 *tuple)
{
	u64 k = lba - d->first;

	memcpy(d->data + k * block_bytes(d), data, block_bytes(d));
	d->written[k] = true;
	if (tuple)
		memcpy(d->tuples[k], tuple, 8);
	else
		scsi_ctrl_tuple(d->f, data, lba, d->tuples[k]);
}

/* @p: the block, or NULL: zeroes without a tuple. */
static bool write_one(struct scsi_disk *d, const struct scsi_io *io, u64 lba, const u8 *p,
		      struct scsi_want *w)
{
	u32 code = 0;

	if (d->bad_write >= 0 && lba - d->first == (u64)d->bad_write)
		code = NVMEQ_SENSE(0x3, 0x03, 0x00);
	else if (p && io->protect)
		code = look_at_given(d, lba, p, write_checks[io->protect]);
	if (code) {
		fails(w, code, lba);
		return false;
	}
	if (p) {
		put_block(d, lba, p, io->protect ? p + block_bytes(d) : NULL);
		return true;
	}
	memset(d->data + (lba - d->first) * block_bytes(d), 0, block_bytes(d));
	d->written[lba - d->first] = false;
	return true;
}

static void do_write(struct scsi_disk *d, const struct scsi_io *io, struct scsi_want *w)
{
	u32 unit = unit_of(d, io), k;

	w->has_moved = true;
	for (k = 0; k < io->blocks; k++)
		if (!write_one(d, io, io->lba + k, io->out + (size_t)k * unit, w))
			break;
	w->moved = k * unit;
}

/* Against @p, or only the medium. */
static void do_verify(struct scsi_disk *d, const struct scsi_io *io, u32 step, const u8 *p,
		      struct scsi_want *w)
{
	u32 bs = block_bytes(d), k, i;
	u8 *one = malloc(bs);

	for (k = 0; k < io->blocks; k++) {
		u32 code = look(d, io->lba + k, read_checks[io->protect]);
		const u8 *given = p ? p + (size_t)k * step : NULL;

		if (code) {
			fails(w, code, io->lba + k);
			break;
		}
		copy_block(d, io->lba + k, false, one);
		if (!p || !memcmp(one, given, bs))
			continue;
		for (i = 0; one[i] == given[i]; i++)
			;
		fails(w, NVMEQ_SENSE(0xe, 0x1d, 0x00), (u64)k * bs + i);
		/* The controller's Compare does not say where. */
		w->has_info = !has_compare(d->f);
		w->no_info = !w->has_info;
		break;
	}
	free(one);
}

static bool is_zero(const u8 *p, u32 n)
{
	while (n--)
		if (*p++)
			return false;
	return true;
}

static void do_same(struct scsi_disk *d, const struct scsi_io *io, struct scsi_want *w)
{
	bool zero = io->no_data || is_zero(io->out, block_bytes(d));
	u8 *block = calloc(1, block_bytes(d));
	u32 k;

	if (!zero)
		memcpy(block, io->out, block_bytes(d));
	w->has_moved = true;
	w->moved = io->no_data ? 0 : block_bytes(d);
	for (k = 0; k < io->blocks; k++)
		if (!write_one(d, io, io->lba + k,
			       zero && d->f->write_zeroes_blocks ? NULL : block, w))
			break;
	free(block);
}

static void do_compare_write(struct scsi_disk *d, const struct scsi_io *io, struct scsi_want *w)
{
	u32 bytes = io->blocks * block_bytes(d), k;
	u8 *one = malloc(block_bytes(d));
	bool differs = false;

	for (k = 0; k < io->blocks && !w->nr; k++) {
		if (look(d, io->lba + k, 0))
			fails(w, look(d, io->lba + k, 0), io->lba);
		copy_block(d, io->lba + k, false, one);
		differs |= memcmp(one, io->out + (size_t)k * block_bytes(d), block_bytes(d)) != 0;
	}
	free(one);
	if (!w->nr && differs) {
		w->nr = 1;
		w->codes[0] = NVMEQ_SENSE(0xe, 0x1d, 0x00);
	}
	for (k = 0; k < io->blocks && !w->nr; k++)
		if (d->bad_write >= 0 && io->lba + k - d->first == (u64)d->bad_write)
			fails(w, NVMEQ_SENSE(0x3, 0x03, 0x00), io->lba);
	if (w->nr)
		return;
	for (k = 0; k < io->blocks; k++)
		put_block(d, io->lba + k, io->out + bytes + (size_t)k * block_bytes(d), NULL);
	w->has_moved = true;
	w->moved = 2 * bytes;
}

void scsi_disk_do(struct scsi_disk *d, const struct scsi_io *io, struct scsi_want *w)
{
	memset(w, 0, sizeof(*w));
	errors(d, io, w);
	if (w->nr) {
		w->has_moved = io->kind != SCSI_WRITE_SAME;
		return;
	}
	switch (io->kind) {
	case SCSI_READ:
		do_read(d, io, w);
		break;
	case SCSI_WRITE:
		do_write(d, io, w);
		break;
	case SCSI_VERIFY:
		do_verify(d, io, io->bytchk == 3 ? 0 : block_bytes(d), io->bytchk ? io->out : NULL,
			  w);
		w->has_moved = !w->nr;
		w->moved = io->bytchk == 1 ? io->blocks * block_bytes(d) :
			   io->bytchk && io->blocks ? block_bytes(d) : 0;
		break;
	case SCSI_WRITE_VERIFY:
		do_write(d, io, w);
		if (!w->nr)
			do_verify(d, io, block_bytes(d), io->bytchk ? io->out : NULL, w);
		break;
	case SCSI_WRITE_SAME:
		do_same(d, io, w);
		break;
	case SCSI_COMPARE_WRITE:
		do_compare_write(d, io, w);
		break;
	default:
		w->has_moved = true;
		break;
	}
}

void scsi_want_free(struct scsi_want *w)
{
	free(w->in);
	w->in = NULL;
}

/* ---- both ---- */

static bool is_one_of(u32 code, const struct scsi_want *w)
{
	u32 i;

	for (i = 0; i < w->nr; i++)
		if (w->codes[i] == code)
			return true;
	return !w->nr && code == NVMEQ_SENSE_GOOD;
}

/* Every write that changes data is forced when the command says so, and no other is. */
static void check_fua(const char *text, const struct scsi_ctrl *c, const struct scsi_io *io)
{
	bool want = io->fua && io->size != 6;
	u32 i;

	if (io->kind == SCSI_WRITE_VERIFY)
		want = true;
	for (i = 0; i < c->nsent && i < SCSI_CTRL_SENT; i++) {
		const struct nvmeq_sqe *s = &c->sent[i].sqe;

		if (s->opcode == NVMEQ_NVM_WRITE && io->kind != SCSI_WRITE_SAME)
			WANT(text, s->cdw12 >> 30 & 1, want);
		if (s->opcode == NVMEQ_NVM_READ && io->kind == SCSI_READ)
			WANT(text, s->cdw12 >> 30 & 1, want);
	}
}

void scsi_disk_both(const char *text, struct scsi_disk *d, struct scsi_ctrl *c,
		    const struct scsi_io *io)
{
	struct scsi_run r = { .out = io->out, .out_bytes = io->out_bytes,
			      .in_bytes = io->in_bytes };
	struct scsi_want w;
	u32 k;

	r.cdb_len = scsi_io_cdb(io, r.cdb);
	c->has_bad_lba = d->bad_read >= 0;
	c->bad_lba = d->first + (u64)d->bad_read;
	c->has_bad_write = d->bad_write >= 0;
	c->bad_write = d->first + (u64)d->bad_write;
	scsi_ctrl_forget(c);
	scsi_disk_do(d, io, &w);
	scsi_ctrl_run(c, &r);

	WANT_STR(text, c->wrong, NULL);
	HOLDS(text, is_one_of(r.end.sense.code, &w));
	if (!is_one_of(r.end.sense.code, &w))
		printf("#   %#x, wanted %#x and %u more\n", r.end.sense.code, w.codes[0],
		       w.nr ? w.nr - 1 : 0);
	WANT(text, r.end.host, 0);
	if (w.has_info && HOLDS(text, r.end.sense.has_info))
		WANT(text, r.end.sense.info, w.info);
	if (w.no_info)
		WANT(text, r.end.sense.has_info, false);
	if (w.has_moved)
		WANT(text, r.end.moved, w.moved);
	if (w.in && HOLDS(text, r.end.moved >= w.in_bytes))
		WANT_MEM(text, r.in, w.in, w.in_bytes);
	/* The rest of the caller's room stays as it was; a read that fails may have been there. */
	for (k = r.end.moved; !w.nr && k < io->in_bytes; k++)
		if (r.in[k] != 0xee) {
			HOLDS(text, r.in[k] == 0xee);
			break;
		}
	WANT_STR(text, scsi_disk_differs(d, c), NULL);
	check_fua(text, c, io);
	scsi_run_free(&r);
	scsi_want_free(&w);
}

/* ---- at random ---- */

static u32 any_of(struct rng *r, const u32 *list, u32 n)
{
	return list[rnd(r, n)];
}

static void facts_metadata(struct rng *r, struct nvmeq_scsi_facts *f)
{
	if (one_in(r, 2))
		return;
	f->pi_type = (u8)rnd(r, 4);
	f->metadata_bytes = one_in(r, 4) ? 64 : one_in(r, 3) ? 16 : 8;
	if (f->metadata_bytes > 8 && one_in(r, 2)) {
		f->pi_bytes = 16;
		f->pi_ref_bits = (u8)rnd_in(r, 0, 48);
	}
	f->pi_transfer = !one_in(r, 4);
	f->pi_first = one_in(r, 2);
	if (f->pi_type && f->metadata_bytes == f->pi_bytes)
		f->extended = one_in(r, 2);
}

void scsi_disk_facts(struct rng *r, struct nvmeq_scsi_facts *f, u32 least)
{
	static const u32 shifts[] = { 9, 9, 9, 9, 12, 12, 12, 13, 16 };
	static const u32 transfers[] = { 1, 2, 3, 8, 31, 128, 4096 };
	static const u32 counts[] = { 0, 0, 1, 2, 5, 64, 65536 };
	u32 bytes;

	memset(f, 0, sizeof(*f));
	f->nsid = 1 + rnd(r, 9);
	f->pi_bytes = 8;
	f->pi_ref_bits = 32;
	f->block_shift = (u8)any_of(r, shifts, ARRAY_SIZE(shifts));
	f->blocks = least + rnd(r, 3);
	if (one_in(r, 3))
		f->blocks += (one_in(r, 2) ? rnd64(r) >> (2 + f->block_shift) : 1ULL << 32);
	facts_metadata(r, f);
	bytes = any_of(r, transfers, ARRAY_SIZE(transfers)) << f->block_shift;
	f->max_transfer_bytes = bytes > 1u << 20 ? 1u << 20 : bytes;
	/* With data and tuples in one, a block must fit all the same. */
	if (f->extended)
		f->max_transfer_bytes += 512;
	f->oncs = one_in(r, 2) ? 0x01 : 0x00;
	f->verify_blocks = any_of(r, counts, ARRAY_SIZE(counts));
	f->write_zeroes_blocks = any_of(r, counts, ARRAY_SIZE(counts));
	f->wz_dealloc = one_in(r, 2);
	f->dealloc_zero = one_in(r, 2);
	f->unmap_ranges = (u16)(one_in(r, 4) ? 0 : one_in(r, 3) ? 256 : 1 + rnd(r, 4));
	f->unmap_range_blocks = one_in(r, 2) ? 0 : 1 + rnd(r, 40);
	f->unmap_blocks = one_in(r, 2) ? 0 : 1 + rnd(r, 60);
	f->fused = !one_in(r, 4);
	f->compare_write_blocks = one_in(r, 8) ? 0 : one_in(r, 3) ? 65536 : 1 + rnd(r, 12);
	f->vwc = one_in(r, 2);
	f->read_only = one_in(r, 12);
}

static u64 any_lba(struct rng *r, const struct scsi_disk *d, u32 size)
{
	u64 end = d->f->blocks;

	if (!one_in(r, 12))
		return d->first + rnd(r, d->count + 1);
	switch (rnd(r, 7)) {
	case 0:
		return end;
	case 1:
		return end + 1;
	case 2:
		return size == 16 ? 1ULL << 63 : 1u << 31;
	case 3:
		return size == 16 ? ~0ULL : 0xffffffff;
	case 4:
		return size == 16 ? ~0ULL - rnd(r, 4) : 0xfffffffe;
	default:
		return end + rnd(r, 1000);
	}
}

static u64 lba_mask(u32 size)
{
	return size == 6 ? 0x1fffff : size == 16 ? ~0ULL : 0xffffffff;
}

/* Within what is kept, or beyond the disk; never onto blocks that exist and are not kept. */
static u32 any_blocks(struct rng *r, const struct scsi_disk *d, u64 lba, u32 size)
{
	u32 most = size == 6 ? 256 : size == 10 ? 0xffff : 0xffffffff, n;
	bool in = kept(d, lba);
	u32 room = in ? (u32)(d->first + d->count - lba) : 0;

	if (in && !one_in(r, 20)) {
		n = one_in(r, 3) ? room : rnd(r, room + 1);
		return size == 6 ? clamp_t(u32, n, 1, 256) : min_t(u32, n, most);
	}
	if (lba > d->f->blocks || most > d->f->blocks - lba)
		return one_in(r, 2) ? most : (u32)min_t(u64, d->f->blocks - lba + 1, most);
	return size == 6 ? 1 : 0;
}

/* @n was cut down: blocks that are on the disk now must be kept ones again. */
static u32 few_blocks(const struct scsi_disk *d, u64 lba, u32 n)
{
	if (lba > d->f->blocks || n > d->f->blocks - lba)
		return n;
	return kept(d, lba) ? (u32)min_t(u64, n, d->first + d->count - lba) : 0;
}

static u32 any_size(struct rng *r, enum scsi_io_kind kind)
{
	static const u8 sizes[4] = { 6, 10, 12, 16 };

	switch (kind) {
	case SCSI_READ:
	case SCSI_WRITE:
		return sizes[rnd(r, 4)];
	case SCSI_COMPARE_WRITE:
		return 16;
	case SCSI_WRITE_SAME:
	case SCSI_SYNC:
		return one_in(r, 2) ? 10 : 16;
	default:
		return sizes[1 + rnd(r, 3)];
	}
}

/* Data-out as long as it has to be, mostly. */
static u32 any_out_bytes(struct rng *r, const struct scsi_disk *d, const struct scsi_io *io)
{
	u32 blocks = io->blocks > 2 * d->count ? 1 : io->blocks, unit = unit_of(d, io);
	u32 bytes = blocks * unit;

	if (io->kind == SCSI_WRITE_SAME)
		bytes = io->no_data ? 0 : block_bytes(d);
	else if (io->kind == SCSI_COMPARE_WRITE)
		bytes = min_t(u32, blocks, 255) * 2 * block_bytes(d);
	else if (io->kind == SCSI_VERIFY)
		bytes = io->bytchk == 0 ? 0 : io->bytchk == 3 ? block_bytes(d) : bytes;
	switch (rnd(r, 12)) {
	case 0:
		return rnd(r, bytes + 1);
	case 1:
		return bytes + 1 + rnd(r, 2000);
	case 2:
		return 0;
	default:
		return bytes;
	}
}

static u32 any_in_bytes(struct rng *r, const struct scsi_disk *d, const struct scsi_io *io)
{
	u64 all = (u64)io->blocks * unit_of(d, io);
	u32 bytes = all > 8u << 20 ? 4096 : (u32)all;

	if (!one_in(r, 6))
		return bytes;
	return one_in(r, 2) ? rnd(r, bytes + 1) : bytes + rnd(r, 3000);
}

/* Often what is there already, so that comparisons succeed; and tuples that are right. */
static void fill_out(struct rng *r, const struct scsi_disk *d, struct scsi_io *io)
{
	u32 bs = block_bytes(d), unit = unit_of(d, io), k;
	bool same = one_in(r, 2), zero = one_in(r, 4), wrong_tuple = one_in(r, 4);

	for (k = 0; k < io->out_bytes; k++)
		io->out[k] = k % 61 ? (u8)(io->out[k - 1] * 5 + 1) : (u8)rnd64(r);
	for (k = 0; (u64)(k + 1) * unit <= io->out_bytes; k++) {
		u8 *p = io->out + (size_t)k * unit;

		if (same && kept(d, io->lba + k))
			copy_block(d, io->lba + (io->bytchk == 3 ? 0 : k), false, p);
		else if (zero)
			memset(p, 0, bs);
		if (io->protect)
			scsi_ctrl_tuple(d->f, p, io->lba + k, p + bs);
		if (io->protect && wrong_tuple && one_in(r, 4))
			p[bs + (one_in(r, 2) ? 0 : 4 + rnd(r, 4))] ^= (u8)(1 + rnd(r, 255));
	}
	if (same && io->out_bytes && one_in(r, 3))
		io->out[rnd(r, io->out_bytes)] ^= 0x10;
}

void scsi_disk_any(struct rng *r, const struct scsi_disk *d, enum scsi_io_kind kind,
		   struct scsi_io *io)
{
	memset(io, 0, sizeof(*io));
	io->kind = (u8)kind;
	io->size = (u8)any_size(r, kind);
	if (d->first + d->count - 1 > lba_mask(io->size))
		io->size = 16;
	io->lba = any_lba(r, d, io->size) & lba_mask(io->size);
	/* One of these has always a block to write; that must be one that is kept. */
	if (io->size == 6 && !kept(d, io->lba) && io->lba < d->f->blocks)
		io->lba = d->first;
	io->blocks = any_blocks(r, d, io->lba, io->size);
	if (kind == SCSI_COMPARE_WRITE)
		io->blocks = few_blocks(d, io->lba, min_t(u32, io->blocks, one_in(r, 2) ? 4 : 255));
	if (io->size != 6 && kind != SCSI_SYNC && one_in(r, 3))
		io->protect = (u8)rnd(r, 8);
	io->fua = io->size != 6 && one_in(r, 2);
	io->dpo = one_in(r, 2);
	io->unmap = one_in(r, 4);
	io->no_data = io->size == 16 && kind == SCSI_WRITE_SAME && one_in(r, 3);
	if (kind == SCSI_VERIFY)
		io->bytchk = (u8)rnd(r, 4);
	else if (kind == SCSI_WRITE_VERIFY)
		io->bytchk = (u8)(one_in(r, 8) ? rnd(r, 4) : rnd(r, 2));
	if (kind == SCSI_READ)
		io->in_bytes = any_in_bytes(r, d, io);
	else
		io->out_bytes = any_out_bytes(r, d, io);
	if (one_in(r, 20)) {	/* the wrong way */
		u32 bytes = io->in_bytes;

		io->in_bytes = io->out_bytes;
		io->out_bytes = bytes;
	}
	io->out = malloc(io->out_bytes ? io->out_bytes : 1);
	fill_out(r, d, io);
}

static void any_bad_blocks(struct rng *r, struct scsi_disk *d)
{
	d->bad_read = one_in(r, 4) ? (s64)rnd(r, d->count) : -1;
	d->bad_write = one_in(r, 6) ? (s64)rnd(r, d->count) : -1;
}

/* At the front, at the end, or across the 2^32nd block where there is one. */
static u64 any_first(struct rng *r, const struct nvmeq_scsi_facts *f, u32 count)
{
	if (f->blocks > (1ULL << 32) + count && one_in(r, 3))
		return (1ULL << 32) - count / 2;
	return one_in(r, 2) ? 0 : f->blocks - count;
}

void scsi_disk_rounds(const u8 *kinds, u32 nr, u32 disks, u32 commands)
{
	struct rng r = test_rng();
	struct nvmeq_scsi_facts f;
	struct scsi_ctrl c;
	struct scsi_disk d;
	u32 i, k;

	for (i = 0; i < disks && test_misses() < 5; i++) {
		u32 count = 80;

		scsi_disk_facts(&r, &f, count);
		count = f.block_shift > 13 ? 9 : f.block_shift > 9 ? 30 : 80;
		scsi_ctrl_init(&c, &f);
		c.state.d_sense = one_in(&r, 2);
		scsi_disk_init(&d, &f, any_first(&r, &f, count), count);
		for (k = 0; k < commands && test_misses() < 5; k++) {
			struct scsi_io io;

			if (k == commands / 2)
				any_bad_blocks(&r, &d);
			scsi_disk_any(&r, &d, kinds[rnd(&r, nr)], &io);
			scsi_disk_both(desc("disk %u, command %u: kind %u(%u) block %llu + %llu, "
					    "%u blocks, %u bytes out, %u in, protect %u, "
					    "bytchk %u", i, k, io.kind, io.size,
					    (unsigned long long)d.first,
					    (unsigned long long)(io.lba - d.first), io.blocks,
					    io.out_bytes, io.in_bytes, io.protect, io.bytchk),
				       &d, &c, &io);
			free(io.out);
		}
		scsi_disk_free(&d);
		scsi_ctrl_free(&c);
	}
}
