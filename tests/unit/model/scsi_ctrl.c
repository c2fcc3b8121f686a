// SPDX-License-Identifier: GPL-2.0-only
/* scsi_ctrl.c - see scsi_ctrl.h */
#include <stdlib.h>

#include "model/scsi_ctrl.h"
#include "support/test.h"

#define STEPS_MAX	2000000u

struct scsi_ctrl_block {
	u64 lba;
	struct scsi_ctrl_block *next;
	u8 bytes[];		/* data, then 8 bytes of tuple */
};

static void wrong(struct scsi_ctrl *c, const char *why)
{
	if (!c->wrong)
		c->wrong = why;
}

static void rule(struct scsi_ctrl *c, bool ok, const char *why)
{
	if (!ok)
		wrong(c, why);
}

/* --- the medium --- */

static u32 block_bytes(const struct scsi_ctrl *c)
{
	return 1u << c->f->block_shift;
}

static struct scsi_ctrl_block **find(struct scsi_ctrl *c, u64 lba)
{
	struct scsi_ctrl_block **p = &c->bucket[lba % SCSI_CTRL_BUCKETS];

	while (*p && (*p)->lba != lba)
		p = &(*p)->next;
	return p;
}

static u8 *block(struct scsi_ctrl *c, u64 lba)
{
	struct scsi_ctrl_block **p = find(c, lba);

	if (!*p) {
		*p = calloc(1, sizeof(**p) + block_bytes(c) + 8);
		(*p)->lba = lba;
	}
	return (*p)->bytes;
}

/* To zeroes; walks what is there, because the range may be larger than any memory. */
static void drop(struct scsi_ctrl *c, u64 lba, u64 blocks)
{
	unsigned int i;

	for (i = 0; i < SCSI_CTRL_BUCKETS; i++) {
		struct scsi_ctrl_block **p = &c->bucket[i], *gone;

		while (*p) {
			if ((*p)->lba < lba || (*p)->lba - lba >= blocks) {
				p = &(*p)->next;
				continue;
			}
			gone = *p;
			*p = gone->next;
			free(gone);
		}
	}
}

/* Any function of the data will do for a guard, as long as both sides use it. */
void scsi_ctrl_tuple(const struct nvmeq_scsi_facts *f, const u8 *data, u64 lba, u8 *tuple)
{
	u32 ref = f->pi_type == 3 ? 0 : (u32)lba, sum = 0, i;

	for (i = 0; i < 1u << f->block_shift; i++)
		sum = (sum << 5 | sum >> 27) ^ data[i];
	sum ^= sum >> 16;
	memset(tuple, 0, 8);
	tuple[0] = (u8)(sum >> 8);
	tuple[1] = (u8)sum;
	for (i = 0; i < 4; i++)
		tuple[4 + i] = (u8)(ref >> (24 - 8 * i));
}

/* The caller has @tuples bytes (0 or 8) behind each block. Without a block there is data of
 * zeroes, and a tuple of ones, which asks for no check (NVM 5.2.1.4).
 */
static void medium_read(struct scsi_ctrl *c, u64 lba, u32 blocks, u32 tuples, u8 *to)
{
	u32 unit = block_bytes(c) + tuples, i;

	for (i = 0; i < blocks; i++) {
		struct scsi_ctrl_block *b = *find(c, lba + i);

		if (b) {
			memcpy(to + (size_t)i * unit, b->bytes, unit);
			continue;
		}
		memset(to + (size_t)i * unit, 0, unit);
		memset(to + (size_t)i * unit + block_bytes(c), 0xff, tuples);
	}
}

static void medium_write(struct scsi_ctrl *c, u64 lba, u32 blocks, u32 tuples, const u8 *from)
{
	u32 unit = block_bytes(c) + tuples, i;

	for (i = 0; i < blocks; i++) {
		u8 *to = block(c, lba + i);

		memcpy(to, from + (size_t)i * unit, unit);
		if (c->f->pi_type && !tuples)
			scsi_ctrl_tuple(c->f, to, lba + i, to + block_bytes(c));
	}
}

/* The checks that PRINFO asks for, of one block with its tuple; all bits of the application tag
 * are masked out by ELBATM.
 */
static u16 tuple_check(struct scsi_ctrl *c, const u8 *both, u64 lba, u32 prinfo)
{
	const u8 *tuple = both + block_bytes(c);
	u8 right[8];

	if (tuple[2] == 0xff && tuple[3] == 0xff &&
	    (c->f->pi_type != 3 || nvmeq_get_le32(tuple + 4) == 0xffffffff))
		return 0;
	scsi_ctrl_tuple(c->f, both, lba, right);
	if ((prinfo & 4) && memcmp(tuple, right, 2))
		return 0x282;
	if ((prinfo & 1) && memcmp(tuple + 4, right + 4, 4))
		return 0x284;
	return 0;
}

/* @p: data with tuples of the caller, or NULL: those of the medium */
static u16 tuples_check(struct scsi_ctrl *c, u64 lba, u32 blocks, u32 prinfo, const u8 *p)
{
	u8 *both = malloc(block_bytes(c) + 8);
	u16 status = 0;
	u32 i;

	for (i = 0; i < blocks && !status; i++) {
		if (!p && !*find(c, lba + i))
			continue;
		if (p)
			memcpy(both, p + (size_t)i * (block_bytes(c) + 8), block_bytes(c) + 8);
		else
			medium_read(c, lba + i, 1, 8, both);
		status = tuple_check(c, both, lba + i, prinfo);
	}
	free(both);
	return status;
}

void scsi_ctrl_peek(struct scsi_ctrl *c, u64 lba, u32 blocks, u8 *data)
{
	medium_read(c, lba, blocks, 0, data);
}

void scsi_ctrl_poke(struct scsi_ctrl *c, u64 lba, u32 blocks, const u8 *data)
{
	medium_write(c, lba, blocks, 0, data);
}

/* --- buffers --- */

static bool within(u32 at, u32 bytes, u32 room)
{
	return at <= room && bytes <= room - at;
}

/* Nothing but data: no tuples behind the blocks, no metadata buffer. */
static void plain(struct scsi_ctrl *c, const struct nvmeq_scsi_data *d, u32 bytes)
{
	rule(c, bytes || d->where == NVMEQ_SCSI_NOWHERE, "data where there is none");
	rule(c, !bytes || d->where != NVMEQ_SCSI_NOWHERE, "no data where there is some");
	rule(c, d->bytes == bytes, "length is not what the command moves");
	rule(c, d->meta == NVMEQ_SCSI_META_NONE && !d->meta_bytes, "metadata where there is none");
}

/* Checks a buffer and gives what the controller reads, or a place for what it writes. */
static u8 *buffer(struct scsi_ctrl *c, const struct nvmeq_sqe *sqe,
		  const struct nvmeq_scsi_data *d)
{
	bool out = NVMEQ_OP_DATA_OUT(sqe->opcode);
	u8 *p;

	rule(c, NVMEQ_OP_DATA_OUT(sqe->opcode) || NVMEQ_OP_DATA_IN(sqe->opcode),
	     "data with an opcode that has none");
	rule(c, d->bytes, "buffer of nothing");
	if (d->where == NVMEQ_SCSI_SCRATCH) {
		rule(c, d->at % 512 == 0, "scratch is not aligned");
		rule(c, d->present == d->bytes, "scratch is not whole");
		rule(c, within(d->at, d->bytes, c->work_bytes), "behind the end of scratch");
		return c->wrong ? NULL : c->scratch + d->at;
	}
	rule(c, d->where == NVMEQ_SCSI_CALLER, "a place that does not exist");
	if (out) {
		rule(c, d->present == d->bytes, "writes what nobody gave");
		rule(c, within(d->at, d->bytes, c->out_bytes), "behind the end of the data-out");
		return c->wrong ? NULL : (u8 *)c->out + d->at;
	}
	rule(c, d->present && d->present <= d->bytes, "present is not part of bytes");
	rule(c, within(d->at, d->present, c->in_bytes), "behind the end of the data-in");
	if (c->wrong)
		return NULL;
	p = malloc(d->bytes);
	memset(p, 0x99, d->bytes);
	return p;
}

/* A read into memory of the driver's own, of which the caller gets what it has room for. */
static void buffer_done(struct scsi_ctrl *c, const struct nvmeq_sqe *sqe,
			const struct nvmeq_scsi_data *d, u8 *p)
{
	if (!p || d->where != NVMEQ_SCSI_CALLER || NVMEQ_OP_DATA_OUT(sqe->opcode))
		return;
	memcpy(c->in + d->at, p, d->present);
	free(p);
}

/* Moves @bytes between @page, which is @room long, and the buffer. */
static void answer_page(struct scsi_ctrl *c, const struct nvmeq_sqe *sqe,
			const struct nvmeq_scsi_data *d, u32 bytes, const u8 *page, u32 room)
{
	u8 *p;

	plain(c, d, bytes);
	if (c->wrong)
		return;
	p = buffer(c, sqe, d);
	if (!p)
		return;
	memset(p, 0, bytes);
	memcpy(p, page, bytes < room ? bytes : room);
	buffer_done(c, sqe, d, p);
}

/* --- I/O commands --- */

static u32 dw(__le32 v)
{
	return le32_to_cpu(v);
}

static void no_dwords(struct scsi_ctrl *c, const struct nvmeq_sqe *s, unsigned int from)
{
	const __le32 *d = &s->cdw10;
	unsigned int i;

	for (i = from; i < 16; i++)
		rule(c, !d[i - 10], "a reserved dword is not zero");
}

static void io_limits(struct scsi_ctrl *c, u8 opcode, u64 slba, u32 blocks)
{
	const struct nvmeq_scsi_facts *f = c->f;

	rule(c, slba <= f->blocks && blocks <= f->blocks - slba, "blocks behind the end");
	switch (opcode) {
	case NVMEQ_NVM_WRITE_ZEROES:
		rule(c, blocks <= f->write_zeroes_blocks, "more blocks than WZSL");
		break;
	case NVMEQ_NVM_VERIFY:
		rule(c, blocks <= f->verify_blocks, "more blocks than VSL, or no Verify");
		break;
	default:
		rule(c, (u64)blocks << f->block_shift <= f->max_transfer_bytes,
		     "more bytes than MDTS");
	}
	if (opcode == NVMEQ_NVM_COMPARE)
		rule(c, f->oncs & 1, "Compare is not supported");
	if (opcode == NVMEQ_NVM_WRITE || opcode == NVMEQ_NVM_WRITE_ZEROES)
		rule(c, !f->read_only, "write to a namespace that is write protected");
}

static void io_dwords(struct scsi_ctrl *c, const struct nvmeq_sqe *s, u64 slba)
{
	const struct nvmeq_scsi_facts *f = c->f;
	u32 dw12 = dw(s->cdw12), prinfo = dw12 >> 26 & 0xf;

	rule(c, !(dw12 & 0x81ff0000), "a reserved bit of dword 12, or LR");
	if (dw12 & 1u << 25)
		rule(c, s->opcode == NVMEQ_NVM_WRITE_ZEROES && f->wz_dealloc, "DEAC");
	if (!f->pi_type)
		rule(c, !prinfo, "PRINFO without protection information");
	if (f->pi_type == 3)
		rule(c, !(prinfo & 1), "reference tag check with type 3");
	if (s->opcode == NVMEQ_NVM_VERIFY)
		rule(c, !(prinfo & 8), "PRACT with Verify, which moves no tuples");
	rule(c, dw(s->cdw14) == (f->pi_type == 1 || f->pi_type == 2 ?
			       slba & ((1ULL << f->pi_ref_bits) - 1) & 0xffffffff : 0) &&
	     dw(s->cdw3) == (f->pi_type == 1 || f->pi_type == 2 ?
			      (slba & ((1ULL << f->pi_ref_bits) - 1)) >> 32 : 0),
	     "reference tag");
	rule(c, !s->cdw13 && !s->cdw15, "a dword that is not used is not zero");
}

/* Bytes behind each block in the data buffer: 0, or the tuple. */
static u32 io_data(struct scsi_ctrl *c, const struct nvmeq_sqe *s,
		   const struct nvmeq_scsi_data *d, u32 blocks)
{
	const struct nvmeq_scsi_facts *f = c->f;
	bool inserts = f->pi_type && dw(s->cdw12) >> 29 & 1 && f->metadata_bytes == f->pi_bytes;
	u32 tuples = 0;

	if (s->opcode == NVMEQ_NVM_VERIFY || s->opcode == NVMEQ_NVM_WRITE_ZEROES) {
		plain(c, d, 0);
		return 0;
	}
	if (!f->metadata_bytes || inserts) {
		plain(c, d, blocks << f->block_shift);
		return 0;
	}
	if (d->meta == NVMEQ_SCSI_META_INLINE || f->extended)
		tuples = 8;
	rule(c, !tuples || f->metadata_bytes == 8, "tuples where metadata is something else");
	rule(c, d->bytes == blocks * (block_bytes(c) + tuples),
	     "length is not what the command moves");
	if (f->extended) {
		rule(c, d->meta == NVMEQ_SCSI_META_NONE, "metadata pointer in an extended format");
		return tuples;
	}
	rule(c, d->meta != NVMEQ_SCSI_META_NONE, "no metadata buffer");
	rule(c, d->meta_bytes == blocks * f->metadata_bytes, "length of the metadata");
	return tuples;
}

static bool holds(bool set, u64 bad, u64 slba, u32 blocks)
{
	return set && bad >= slba && bad - slba < blocks;
}

static u16 io_compare(struct scsi_ctrl *c, u64 slba, u32 blocks, u32 tuples, const u8 *p)
{
	u32 bytes = blocks * (block_bytes(c) + tuples);
	u8 *have = malloc(bytes);
	int differ;

	medium_read(c, slba, blocks, tuples, have);
	differ = memcmp(have, p, bytes);
	free(have);
	return differ ? 0x285 : 0;
}

static u16 io_move(struct scsi_ctrl *c, const struct nvmeq_sqe *s, u64 slba, u32 blocks,
		   u32 tuples, u8 *p)
{
	bool writes = s->opcode == NVMEQ_NVM_WRITE || s->opcode == NVMEQ_NVM_WRITE_ZEROES;
	u32 prinfo = dw(s->cdw12) >> 26 & 0xf;
	u16 status = 0;

	if (writes && holds(c->has_bad_write, c->bad_write, slba, blocks))
		return 0x280;
	if (!writes && holds(c->has_bad_lba, c->bad_lba, slba, blocks))
		return 0x281;
	if (c->f->pi_type && !writes)
		status = tuples_check(c, slba, blocks, prinfo, NULL);
	else if (tuples && writes)
		status = tuples_check(c, slba, blocks, prinfo, p);
	if (status)
		return status;
	switch (s->opcode) {
	case NVMEQ_NVM_READ:
		medium_read(c, slba, blocks, tuples, p);
		return 0;
	case NVMEQ_NVM_WRITE:
		medium_write(c, slba, blocks, tuples, p);
		return 0;
	case NVMEQ_NVM_COMPARE:
		return io_compare(c, slba, blocks, tuples, p);
	case NVMEQ_NVM_WRITE_ZEROES:
		drop(c, slba, blocks);
		return 0;
	default:
		return 0;
	}
}

static u16 io_blocks(struct scsi_ctrl *c, const struct nvmeq_sqe *s,
		     const struct nvmeq_scsi_data *d)
{
	u64 slba = dw(s->cdw10) | (u64)dw(s->cdw11) << 32;
	u32 blocks = (dw(s->cdw12) & 0xffff) + 1, tuples;
	u8 *p = NULL;
	u16 status;

	io_limits(c, s->opcode, slba, blocks);
	io_dwords(c, s, slba);
	tuples = io_data(c, s, d, blocks);
	if (!c->wrong && d->where != NVMEQ_SCSI_NOWHERE)
		p = buffer(c, s, d);
	if (c->wrong)
		return 0x002;
	status = io_move(c, s, slba, blocks, tuples, p);
	buffer_done(c, s, d, p);
	return status;
}

static u16 io_dsm(struct scsi_ctrl *c, const struct nvmeq_sqe *s, const struct nvmeq_scsi_data *d)
{
	const struct nvmeq_scsi_facts *f = c->f;
	u32 n = (dw(s->cdw10) & 0xff) + 1, i;
	u64 total = 0;
	const u8 *p;

	rule(c, n <= f->unmap_ranges, "more ranges than DMRL, or no Dataset Management");
	rule(c, !(dw(s->cdw10) >> 8) && dw(s->cdw11) == 4, "dwords of Dataset Management");
	no_dwords(c, s, 12);
	plain(c, d, n * 16);
	p = c->wrong ? NULL : buffer(c, s, d);
	for (i = 0; p && i < n; i++) {
		u64 slba = nvmeq_get_le64(p + 16 * i + 8);
		u32 blocks = nvmeq_get_le32(p + 16 * i + 4);

		rule(c, !nvmeq_get_le32(p + 16 * i), "context attributes");
		rule(c, blocks && slba <= f->blocks && blocks <= f->blocks - slba, "range");
		rule(c, !f->unmap_range_blocks || blocks <= f->unmap_range_blocks, "DMRSL");
		total += blocks;
		if (!c->wrong && !c->dsm_ignored)
			drop(c, slba, blocks);
	}
	rule(c, !f->unmap_blocks || total <= f->unmap_blocks, "DMSL");
	return 0;
}

/* --- reservations --- */

static void resv_release_all(struct scsi_ctrl *c)
{
	unsigned int i;

	c->rtype = 0;
	for (i = 0; i < SCSI_CTRL_HOSTS; i++)
		c->host[i].holder = false;
}

static u16 resv_register(struct scsi_ctrl *c, u32 dw10, u64 crkey, u64 nrkey)
{
	struct scsi_ctrl_host *me = &c->host[0];
	u32 action = dw10 & 7;

	rule(c, !(dw10 & 0x3ffffff0) && action <= 2 && dw10 >> 30 != 1, "dword 10 of Register");
	if (!(dw10 & 8) && me->registered && me->key != crkey)
		return 0x083;
	if (action && !me->registered && !(dw10 & 8))
		return 0x083;
	if (!action && me->registered && me->key != nrkey && !(dw10 & 8))
		return 0x083;
	if (dw10 >> 30 >= 2)
		c->ptpl = dw10 >> 30 == 3;
	c->generation++;
	if (action != 1) {
		me->registered = true;
		me->key = nrkey;
		return 0;
	}
	me->registered = false;
	if (me->holder)
		resv_release_all(c);
	return 0;
}

static u16 resv_acquire(struct scsi_ctrl *c, u32 dw10, u64 crkey, u64 prkey)
{
	struct scsi_ctrl_host *me = &c->host[0];
	u32 action = dw10 & 7, type = dw10 >> 8 & 0xff;
	unsigned int i;

	rule(c, action <= 2 && !(dw10 & 8) && type >= 1 && type <= 6 && !(dw10 >> 16),
	     "dword 10 of Acquire");
	if (!me->registered || me->key != crkey)
		return 0x083;
	if (!action && c->rtype && (!me->holder || c->rtype != type))
		return 0x083;
	if (action) {
		c->generation++;
		for (i = 1; i < SCSI_CTRL_HOSTS; i++)
			if (c->host[i].registered && c->host[i].key == prkey)
				memset(&c->host[i], 0, sizeof(c->host[i]));
	}
	c->rtype = (u8)type;
	me->holder = true;
	return 0;
}

static u16 resv_release(struct scsi_ctrl *c, u32 dw10, u64 crkey)
{
	struct scsi_ctrl_host *me = &c->host[0];
	u32 action = dw10 & 7;

	rule(c, action <= 1 && !(dw10 & 8) && !(dw10 >> 16), "dword 10 of Release");
	if (!me->registered || me->key != crkey)
		return 0x083;
	if (action == 1) {
		memset(c->host, 0, sizeof(c->host));
		c->generation++;
	} else if (me->holder && c->rtype != (dw10 >> 8 & 0xff)) {
		return 0x002;
	} else if (!me->holder) {
		return 0;
	}
	resv_release_all(c);
	return 0;
}

/* Base Figures 434 and 436, or 438 when extended. */
static u16 resv_report(struct scsi_ctrl *c, const struct nvmeq_sqe *s,
		       const struct nvmeq_scsi_data *d)
{
	bool wide = dw(s->cdw11) & 1;
	u32 at = wide ? 64 : 24, each = wide ? 64 : 24, i, n = 0;
	u8 page[64 + 64 * SCSI_CTRL_HOSTS] = { 0 };

	rule(c, !(dw(s->cdw11) >> 1), "dword 11 of Report");
	no_dwords(c, s, 12);
	for (i = 0; i < SCSI_CTRL_HOSTS; i++) {
		const struct scsi_ctrl_host *h = &c->host[i];
		u8 *p = page + at + n * each;

		if (!h->registered)
			continue;
		p[0] = (u8)i;
		p[2] = h->holder;
		memcpy(p + (wide ? 16 : 8), &h->hostid, 8);
		memcpy(p + (wide ? 8 : 16), &h->key, 8);
		n++;
	}
	memcpy(page, &c->generation, 4);
	page[4] = c->rtype;
	page[5] = (u8)n;
	page[9] = c->ptpl;
	answer_page(c, s, d, (dw(s->cdw10) + 1) * 4, page, at + n * each);
	return 0;
}

static u16 io_reserve(struct scsi_ctrl *c, const struct nvmeq_sqe *s,
		      const struct nvmeq_scsi_data *d)
{
	const u8 *p;
	u64 second = 0;

	rule(c, c->f->reservations, "reservations are not supported");
	if (s->opcode == NVMEQ_NVM_RESV_REPORT)
		return resv_report(c, s, d);
	no_dwords(c, s, 11);
	plain(c, d, s->opcode == NVMEQ_NVM_RESV_RELEASE ? 8 : 16);
	p = c->wrong ? NULL : buffer(c, s, d);
	if (!p)
		return 0x002;
	if (s->opcode != NVMEQ_NVM_RESV_RELEASE)
		second = nvmeq_get_le64(p + 8);
	switch (s->opcode) {
	case NVMEQ_NVM_RESV_REGISTER:
		return resv_register(c, dw(s->cdw10), nvmeq_get_le64(p), second);
	case NVMEQ_NVM_RESV_ACQUIRE:
		return resv_acquire(c, dw(s->cdw10), nvmeq_get_le64(p), second);
	default:
		return resv_release(c, dw(s->cdw10), nvmeq_get_le64(p));
	}
}

static u16 io_flush(struct scsi_ctrl *c, const struct nvmeq_sqe *s,
		    const struct nvmeq_scsi_data *d)
{
	no_dwords(c, s, 10);
	plain(c, d, 0);
	c->flushes++;
	return 0;
}

static u16 io(struct scsi_ctrl *c, const struct nvmeq_sqe *s, const struct nvmeq_scsi_data *d)
{
	rule(c, dw(s->nsid) == c->f->nsid, "not this namespace");
	switch (s->opcode) {
	case NVMEQ_NVM_FLUSH:
		return io_flush(c, s, d);
	case NVMEQ_NVM_READ:
	case NVMEQ_NVM_WRITE:
	case NVMEQ_NVM_COMPARE:
	case NVMEQ_NVM_VERIFY:
	case NVMEQ_NVM_WRITE_ZEROES:
		return io_blocks(c, s, d);
	case NVMEQ_NVM_DSM:
		return io_dsm(c, s, d);
	case NVMEQ_NVM_RESV_REGISTER:
	case NVMEQ_NVM_RESV_REPORT:
	case NVMEQ_NVM_RESV_ACQUIRE:
	case NVMEQ_NVM_RESV_RELEASE:
		return io_reserve(c, s, d);
	default:
		wrong(c, "an I/O opcode that nobody should send");
		return 0x001;
	}
}

/* --- admin commands --- */

static u16 admin_log(struct scsi_ctrl *c, const struct nvmeq_sqe *s,
		     const struct nvmeq_scsi_data *d)
{
	u32 dw10 = dw(s->cdw10), nsid = dw(s->nsid);
	u32 bytes = ((dw10 >> 16 | dw(s->cdw11) << 16) + 1) * 4;

	rule(c, dw10 & 1u << 15, "an event of somebody else would be cleared (RAE)");
	rule(c, !(dw10 & 0x7f00) && !(dw(s->cdw11) >> 16), "dwords of Get Log Page");
	no_dwords(c, s, 12);
	switch (dw10 & 0xff) {
	case NVMEQ_LOG_SMART:
		rule(c, nsid == 0xffffffff || (c->f->smart_per_ns && nsid == c->f->nsid),
		     "namespace of the SMART log");
		answer_page(c, s, d, bytes, c->smart, sizeof(c->smart));
		return 0;
	case NVMEQ_LOG_SANITIZE:
		rule(c, c->f->sanicap, "no sanitize, no log of it");
		rule(c, nsid == 0 || nsid == 0xffffffff, "namespace of the sanitize log");
		answer_page(c, s, d, bytes, c->sanitize_log, sizeof(c->sanitize_log));
		return 0;
	case NVMEQ_LOG_SELF_TEST:
		rule(c, c->f->oacs & 0x10, "no self-test, no log of it");
		answer_page(c, s, d, bytes, c->self_test_log, sizeof(c->self_test_log));
		return 0;
	default:
		wrong(c, "a log page that nobody should ask for");
		return 0x109;
	}
}

/* Base 5.27.1: which of them are per namespace. */
static u16 admin_feature(struct scsi_ctrl *c, const struct nvmeq_sqe *s,
			 const struct nvmeq_scsi_data *d)
{
	bool set = s->opcode == NVMEQ_ADMIN_SET_FEATURES;
	u8 fid = (u8)dw(s->cdw10), sel = dw(s->cdw10) >> 8 & 7;
	bool per_ns = fid == NVMEQ_FEAT_ERROR_RECOVERY || fid == NVMEQ_FEAT_WRITE_PROTECT ||
		      fid == NVMEQ_FEAT_RESV_PERSIST;

	plain(c, d, 0);
	rule(c, dw(s->nsid) == (per_ns ? c->f->nsid : 0), "namespace of the feature");
	rule(c, !(dw(s->cdw10) & 0x7ffff800), "dword 10 of features");
	rule(c, !sel || (!set && sel == 1 && c->f->oncs & 0x10), "SEL");
	rule(c, !(dw(s->cdw10) >> 31), "a feature would be saved");
	no_dwords(c, s, 12);
	if (!set)
		rule(c, !s->cdw11, "dword 11 of Get Features");
	if (fid == NVMEQ_FEAT_VOLATILE_WC && !c->f->vwc)
		return 0x4002;
	switch (fid) {
	case NVMEQ_FEAT_VOLATILE_WC:
		rule(c, !set || dw(s->cdw11) <= 1, "write cache is neither on nor off");
		break;
	case NVMEQ_FEAT_POWER_MGMT:
		rule(c, !set || dw(s->cdw11) < c->f->power_states, "power state");
		break;
	case NVMEQ_FEAT_TEMP_THRESHOLD:
	case NVMEQ_FEAT_ERROR_RECOVERY:
	case NVMEQ_FEAT_RESV_PERSIST:
		break;
	default:
		wrong(c, "a feature that nobody should ask for");
	}
	if (set)
		c->feature[fid] = dw(s->cdw11);
	else
		c->result = sel ? c->feature_default[fid] : c->feature[fid];
	return 0;
}

static u16 admin_identify(struct scsi_ctrl *c, const struct nvmeq_sqe *s,
			  const struct nvmeq_scsi_data *d)
{
	rule(c, dw(s->cdw10) == 0 && dw(s->nsid) == c->f->nsid, "only Identify Namespace is here");
	no_dwords(c, s, 11);
	answer_page(c, s, d, 4096, c->identify_ns, sizeof(c->identify_ns));
	return 0;
}

static u16 admin_format(struct scsi_ctrl *c, const struct nvmeq_sqe *s,
			const struct nvmeq_scsi_data *d)
{
	u32 dw10 = dw(s->cdw10), lbaf = (dw10 & 0xf) | (dw10 >> 12 & 3) << 4;

	plain(c, d, 0);
	rule(c, c->f->oacs & 2, "Format is not supported");
	rule(c, dw(s->nsid) == c->f->nsid || (c->f->format_all && dw(s->nsid) == 0xffffffff),
	     "namespace of the format");
	rule(c, !(dw10 >> 14) && lbaf < c->f->nr_formats, "a format that is not there");
	if (!c->wrong)
		rule(c, c->f->formats[lbaf].block_shift, "a format that is not to be used");
	rule(c, (dw10 >> 5 & 7) <= 3, "protection type");
	no_dwords(c, s, 11);
	drop(c, 0, ~0ULL);
	return 0;
}

/* Base 5.24: runs on behind the completion, the log tells. */
static u16 admin_sanitize(struct scsi_ctrl *c, const struct nvmeq_sqe *s,
			  const struct nvmeq_scsi_data *d)
{
	static const u8 bit[8] = { [2] = 2, [3] = 4, [4] = 1 };
	u32 dw10 = dw(s->cdw10), action = dw10 & 7;

	plain(c, d, 0);
	rule(c, !(dw10 >> 10) && dw(s->nsid) == 0, "dwords of Sanitize");
	rule(c, action == 1 ? c->f->sanicap : bit[action] & c->f->sanicap,
	     "an action that SANICAP does not have");
	if (action != 3)
		rule(c, !s->cdw11 && !(dw10 & 0x1f0), "overwrite fields without overwrite");
	no_dwords(c, s, 12);
	if (action == 1) {
		c->sanitize_log[2] = 0;
		return 0;
	}
	if (!c->wrong)
		drop(c, 0, ~0ULL);
	c->sanitize_log[0] = 0;
	c->sanitize_log[1] = 0x40;
	c->sanitize_log[2] = 2;
	if (!c->sanitize_waits)
		c->sanitize_log[2] = c->sanitize_fails ? 3 : 1;
	return 0;
}

static void keep(struct scsi_ctrl *c, u32 at, const u8 *p, u32 bytes)
{
	/* An image may be longer, or begin behind that; then it is not looked at. */
	if (!p || c->wrong || !within(at, bytes, SCSI_CTRL_KEEP))
		return;
	if (!c->kept)
		c->kept = calloc(1, SCSI_CTRL_KEEP);
	memcpy(c->kept + at, p, bytes);
	c->kept_bytes = at + bytes;
}

static u16 admin_firmware(struct scsi_ctrl *c, const struct nvmeq_sqe *s,
			  const struct nvmeq_scsi_data *d)
{
	const struct nvmeq_scsi_facts *f = c->f;
	u32 dw10 = dw(s->cdw10), bytes = (dw10 + 1) * 4, at = dw(s->cdw11) * 4;
	u32 unit = f->firmware_unit_bytes ? f->firmware_unit_bytes : 4;

	rule(c, f->oacs & 4 && !dw(s->nsid), "Firmware is not supported, or namespace");
	if (s->opcode == NVMEQ_ADMIN_FW_COMMIT) {
		plain(c, d, 0);
		rule(c, !(dw10 >> 6) && (dw10 & 7) <= f->firmware_slots, "dword 10 of Commit");
		rule(c, !(f->slot1_read_only && (dw10 & 7) == 1 && (dw10 >> 3 & 7) < 2),
		     "image to a slot that is read only");
		no_dwords(c, s, 11);
		return 0;
	}
	rule(c, bytes <= f->max_transfer_bytes, "more bytes than MDTS");
	rule(c, at % unit == 0, "not a multiple of FWUG");
	no_dwords(c, s, 12);
	plain(c, d, bytes);
	if (!c->wrong)
		keep(c, at, buffer(c, s, d), bytes);
	return 0;
}

static u16 admin_security(struct scsi_ctrl *c, const struct nvmeq_sqe *s,
			  const struct nvmeq_scsi_data *d)
{
	u32 bytes = dw(s->cdw11);

	rule(c, c->f->oacs & 1 && !dw(s->nsid), "Security is not supported, or namespace");
	rule(c, bytes <= c->f->max_transfer_bytes, "more bytes than MDTS");
	no_dwords(c, s, 12);
	if (s->opcode == NVMEQ_ADMIN_SECURITY_RECV) {
		answer_page(c, s, d, bytes, c->security, sizeof(c->security));
		return 0;
	}
	plain(c, d, bytes);
	if (bytes && !c->wrong)
		keep(c, 0, buffer(c, s, d), bytes);
	return 0;
}

static u16 admin_lba_status(struct scsi_ctrl *c, const struct nvmeq_sqe *s,
			    const struct nvmeq_scsi_data *d)
{
	u64 slba = dw(s->cdw10) | (u64)dw(s->cdw11) << 32;
	u32 dw13 = dw(s->cdw13);

	rule(c, c->f->oacs & 0x200 && dw(s->nsid) == c->f->nsid, "Get LBA Status");
	rule(c, slba < c->f->blocks, "blocks behind the end");
	rule(c, (dw13 >> 24 == 0x10 || dw13 >> 24 == 0x11) && !(dw13 & 0xff0000), "action type");
	rule(c, (dw13 & 0xffff) <= c->f->blocks - slba, "range behind the end");
	no_dwords(c, s, 14);
	answer_page(c, s, d, (dw(s->cdw12) + 1) * 4, c->lba_status, sizeof(c->lba_status));
	return 0;
}

static u16 admin(struct scsi_ctrl *c, const struct nvmeq_sqe *s, const struct nvmeq_scsi_data *d)
{
	switch (s->opcode) {
	case NVMEQ_ADMIN_GET_LOG_PAGE:
		return admin_log(c, s, d);
	case NVMEQ_ADMIN_GET_FEATURES:
	case NVMEQ_ADMIN_SET_FEATURES:
		return admin_feature(c, s, d);
	case NVMEQ_ADMIN_IDENTIFY:
		return admin_identify(c, s, d);
	case NVMEQ_ADMIN_FORMAT_NVM:
		return admin_format(c, s, d);
	case NVMEQ_ADMIN_SANITIZE:
		return admin_sanitize(c, s, d);
	case NVMEQ_ADMIN_FW_COMMIT:
	case NVMEQ_ADMIN_FW_DOWNLOAD:
		return admin_firmware(c, s, d);
	case NVMEQ_ADMIN_SECURITY_SEND:
	case NVMEQ_ADMIN_SECURITY_RECV:
		return admin_security(c, s, d);
	case NVMEQ_ADMIN_GET_LBA_STATUS:
		return admin_lba_status(c, s, d);
	default:
		wrong(c, "an admin opcode that nobody should send");
		return 0x001;
	}
}

/* --- one command --- */

static bool injected(struct scsi_ctrl *c, const struct nvmeq_scsi_cmd *cmd, u16 *status)
{
	unsigned int i;

	for (i = 0; i < SCSI_CTRL_FAILS; i++) {
		if (!c->fail[i].set || c->fail[i].admin != cmd->admin ||
		    c->fail[i].opcode != cmd->sqe.opcode)
			continue;
		if (c->fail[i].skip--)
			continue;
		c->fail[i].set = false;
		*status = c->fail[i].status;
		return true;
	}
	return false;
}

static void remember(struct scsi_ctrl *c, const struct nvmeq_scsi_cmd *cmd, u16 status)
{
	if (c->nsent < SCSI_CTRL_SENT)
		c->sent[c->nsent] = (struct scsi_ctrl_sent) {
			.sqe = cmd->sqe, .admin = cmd->admin, .data = cmd->data, .status = status,
		};
	c->nsent++;
}

static u16 command(struct scsi_ctrl *c, const struct nvmeq_scsi_cmd *cmd, u8 fuse)
{
	const struct nvmeq_sqe *s = &cmd->sqe;
	u16 status;

	rule(c, s->flags == fuse, "FUSE or PSDT");
	rule(c, !s->cid && !s->cdw2 && !s->mptr && !s->dptr.prp1 && !s->dptr.prp2,
	     "a field of the command path is set");
	rule(c, !fuse || cmd->once, "half of a fused pair may be sent again");
	if (!injected(c, cmd, &status))
		status = cmd->admin ? admin(c, s, &cmd->data) : io(c, s, &cmd->data);
	remember(c, cmd, status);
	return status;
}

/* NVM 3.4.1: a pair is one operation; when Compare fails nothing is written. */
static void send(struct scsi_ctrl *c, const struct nvmeq_scsi_step *st,
		 struct nvmeq_scsi_answer *a)
{
	const struct nvmeq_sqe *one = &st->cmd[0].sqe, *two = &st->cmd[1].sqe;

	memset(a, 0, sizeof(*a));
	c->result = 0;
	a->status = command(c, &st->cmd[0], st->fused ? NVMEQ_SQE_FUSE_FIRST : 0);
	a->result = c->result;
	if (!st->fused)
		return;
	rule(c, c->f->fused, "fused commands are not supported");
	rule(c, one->opcode == NVMEQ_NVM_COMPARE && two->opcode == NVMEQ_NVM_WRITE,
	     "a pair that is not Compare and Write");
	rule(c, one->cdw10 == two->cdw10 && one->cdw11 == two->cdw11 &&
	     !((dw(one->cdw12) ^ dw(two->cdw12)) & 0xffff), "a pair of different blocks");
	if (a->status & 0x7ff) {
		a->fused_status = 0x009;
		remember(c, &st->cmd[1], a->fused_status);
	} else {
		a->fused_status = command(c, &st->cmd[1], NVMEQ_SQE_FUSE_SECOND);
	}
}

static void need(struct scsi_ctrl *c, const struct nvmeq_scsi_step *st)
{
	rule(c, st->bytes && within(st->from, st->bytes, c->out_bytes),
	     "needs what the caller does not have");
	rule(c, within(st->to, st->bytes, c->work_bytes), "needs it where there is no memory");
	if (!c->wrong)
		memcpy(c->scratch + st->to, c->out + st->from, st->bytes);
}

static void pass_time(struct scsi_ctrl *c, u32 ms)
{
	rule(c, ms && ms <= 10000, "an unreasonable time to wait");
	c->waited_ms += ms;
	if (c->sanitize_log[2] != 2)
		return;
	if (c->sanitize_waits)
		c->sanitize_waits--;
	if (!c->sanitize_waits)
		c->sanitize_log[2] = c->sanitize_fails ? 3 : 1;
}

/* What nobody asked for changes nothing, and a step stays until it is answered. */
static void disturb(struct scsi_ctrl *c, struct nvmeq_scsi_task *t)
{
	static const struct nvmeq_scsi_answer none;
	struct nvmeq_scsi_step before = *nvmeq_scsi_next(t);

	if (before.act != NVMEQ_SCSI_SEND)
		nvmeq_scsi_answer(t, &none);
	if (before.act == NVMEQ_SCSI_SEND || before.act == NVMEQ_SCSI_DONE)
		nvmeq_scsi_resume(t);
	rule(c, !memcmp(&before, nvmeq_scsi_next(t), sizeof(before)),
	     "a step changes before it is answered");
}

static void follow(struct scsi_ctrl *c, struct nvmeq_scsi_task *t, struct scsi_run *r)
{
	struct nvmeq_scsi_answer a;

	for (r->steps = 0; r->steps < STEPS_MAX && !c->wrong; r->steps++) {
		const struct nvmeq_scsi_step *st = nvmeq_scsi_next(t);

		disturb(c, t);
		if (r->steps + 1 == r->cancel_at && st->act != NVMEQ_SCSI_DONE)
			nvmeq_scsi_cancel(t, r->cancel_host);
		switch (st->act) {
		case NVMEQ_SCSI_SEND:
			send(c, st, &a);
			nvmeq_scsi_answer(t, &a);
			break;
		case NVMEQ_SCSI_NEED:
			need(c, st);
			nvmeq_scsi_resume(t);
			break;
		case NVMEQ_SCSI_WAIT:
			pass_time(c, st->wait_ms);
			nvmeq_scsi_resume(t);
			break;
		case NVMEQ_SCSI_DETACH:
			rule(c, !r->detached, "detached twice");
			r->detached = true;
			c->out_bytes = 0;
			c->in_bytes = 0;
			nvmeq_scsi_resume(t);
			break;
		case NVMEQ_SCSI_DONE:
			return;
		default:
			wrong(c, "a step that does not exist");
		}
	}
	wrong(c, "it never ends");
}

static bool same_state(const struct nvmeq_scsi_state *a, const struct nvmeq_scsi_state *b)
{
	return a->d_sense == b->d_sense && a->format_block_bytes == b->format_block_bytes &&
	       a->dexcpt == b->dexcpt && a->mrie == b->mrie && a->formatting == b->formatting;
}

static void finish(struct scsi_ctrl *c, const struct nvmeq_scsi_task *t, struct scsi_run *r)
{
	r->end = t->out;
	r->sense_bytes = nvmeq_scsi_sense_bytes(t, r->sense, sizeof(r->sense));
	if (r->end.after & NVMEQ_SCSI_AFTER_STATE)
		c->state = t->state;
	else
		rule(c, same_state(&c->state, &t->state), "state changed and not given back");
	rule(c, r->end.moved <= max(r->in_bytes, r->out_bytes), "more moved than there was");
	if (r->end.sense.code || r->end.host)
		rule(c, !r->end.resp_bytes, "a response with an error");
	rule(c, !r->end.sense.code || !r->end.host, "two reasons to fail");
	rule(c, NVMEQ_SENSE_SAM(r->end.sense.code) == 2 ? r->sense_bytes >= 8 : !r->sense_bytes,
	     "sense without CHECK CONDITION, or none with it");
	if (!r->end.resp_bytes || r->detached)
		return;
	rule(c, r->end.resp_bytes <= r->in_bytes, "a response longer than the data-in");
	rule(c, within(r->end.resp_at, r->end.resp_bytes, c->scratch_bytes),
	     "a response that is not in scratch");
	if (!c->wrong)
		memcpy(r->in, c->scratch + r->end.resp_at, r->end.resp_bytes);
}

/* Guarded memory is dear, and most runs want as much of it as one of those before. */
static u8 *guarded(struct scsi_ctrl_lent *l, u32 bytes)
{
	unsigned int i;

	for (i = 0; i < SCSI_CTRL_LENT; i++)
		if (l->p[i] && l->bytes[i] == bytes)
			return l->p[i];
	i = l->next++ % SCSI_CTRL_LENT;
	guard_free(l->p[i]);
	l->p[i] = guard_alloc(bytes);
	l->bytes[i] = bytes;
	return l->p[i];
}

static void guarded_free(struct scsi_ctrl_lent *l)
{
	unsigned int i;

	for (i = 0; i < SCSI_CTRL_LENT; i++)
		guard_free(l->p[i]);
	memset(l, 0, sizeof(*l));
}

static void lend(struct scsi_ctrl *c, struct scsi_run *r)
{
	static struct scsi_ctrl_lent out, scratch;
	u8 *given = guarded(&out, r->out_bytes);

	r->in = guarded(&r->lent, r->in_bytes);
	memset(r->in, 0xee, r->in_bytes);
	r->detached = false;
	r->sense_bytes = 0;
	c->in = r->in;
	c->in_bytes = r->in_bytes;
	c->out_bytes = r->out_bytes;
	c->out = given;
	if (r->out_bytes)
		memcpy(given, r->out, r->out_bytes);
	c->scratch = guarded(&scratch, c->scratch_bytes);
	memset(c->scratch, 0xa5, c->scratch_bytes);
}

void scsi_ctrl_run(struct scsi_ctrl *c, struct scsi_run *r)
{
	static struct scsi_ctrl_lent cdbs;
	u8 *cdb = guarded(&cdbs, (u32)r->cdb_len);
	struct nvmeq_scsi_task t;
	struct nvmeq_scsi_mem mem;
	struct nvmeq_scsi_req req;

	memset(&req, 0xcc, sizeof(req));
	memset(&t, 0xcc, sizeof(t));
	memcpy(cdb, r->cdb, r->cdb_len);
	nvmeq_scsi_decode(cdb, r->cdb_len, c->f, &req);
	c->scratch_bytes = nvmeq_scsi_scratch_bytes(&req, c->f);
	lend(c, r);
	mem = (struct nvmeq_scsi_mem) {
		.in_bytes = r->in_bytes, .out_bytes = r->out_bytes,
		.scratch = c->scratch, .scratch_bytes = c->scratch_bytes,
	};
	nvmeq_scsi_begin(&t, &req, c->f, &c->state, &mem);
	c->work_bytes = req.refusal.code ? 0 : c->scratch_bytes - req.op->resp;
	follow(c, &t, r);
	finish(c, &t, r);
}

void scsi_run_free(struct scsi_run *r)
{
	guarded_free(&r->lent);
	r->in = NULL;
}

/* --- the rest --- */

void scsi_ctrl_init(struct scsi_ctrl *c, const struct nvmeq_scsi_facts *f)
{
	memset(c, 0, offsetof(struct scsi_ctrl, sent));
	c->f = f;
	nvmeq_scsi_state_init(&c->state);
}

void scsi_ctrl_free(struct scsi_ctrl *c)
{
	drop(c, 0, ~0ULL);
	free(c->kept);
	c->kept = NULL;
}

void scsi_ctrl_fail(struct scsi_ctrl *c, bool admin_queue, u8 opcode, u32 skip, u16 status)
{
	unsigned int i;

	for (i = 0; i < SCSI_CTRL_FAILS; i++) {
		if (c->fail[i].set)
			continue;
		c->fail[i].set = true;
		c->fail[i].admin = admin_queue;
		c->fail[i].opcode = opcode;
		c->fail[i].skip = skip;
		c->fail[i].status = status;
		return;
	}
	wrong(c, "the test lets too many commands fail");
}

u32 scsi_ctrl_count(const struct scsi_ctrl *c, bool admin_queue, u8 opcode)
{
	u32 i, n = 0;

	for (i = 0; i < c->nsent && i < SCSI_CTRL_SENT; i++)
		n += c->sent[i].admin == admin_queue && c->sent[i].sqe.opcode == opcode;
	return n;
}

void scsi_ctrl_forget(struct scsi_ctrl *c)
{
	c->nsent = 0;
}
