// SPDX-License-Identifier: GPL-2.0-only
/* ident_read.c - see ident_read.h */
#include "ident_read.h"

static u32 num(const u8 *page, unsigned int first, unsigned int last)
{
	u32 v = 0;

	while (last >= first) {
		v = v << 8 | page[last];
		if (last-- == first)
			break;
	}
	return v;
}

static u64 num64(const u8 *page, unsigned int first)
{
	return num(page, first, first + 3) | (u64)num(page, first + 4, first + 7) << 32;
}

/* Blanks are the padding that the specification wants, zeroes the one that devices use too. */
static void text(char *to, const u8 *from, unsigned int size)
{
	unsigned int i, end = size;

	while (end && (from[end - 1] == ' ' || from[end - 1] == 0))
		end--;
	for (i = 0; i < end; i++)
		to[i] = from[i] >= 0x20 && from[i] <= 0x7e ? (char)from[i] : '?';
	to[end] = 0;
}

/* 2^n units of 2^shift bytes, at most 8 MiB; 0 is no limit. */
static u32 transfer(u8 n, u8 shift)
{
	u64 bytes = 1ULL << shift;

	if (!n)
		return 8u << 20;
	while (n-- && bytes < 8u << 20)
		bytes *= 2;
	return bytes < 8u << 20 ? (u32)bytes : 8u << 20;
}

int ident_read_ctrl(const u8 *page, size_t len, u8 page_shift_min, struct nvmeq_ctrl_facts *f,
		    bool *has_nqn)
{
	unsigned int i;

	memset(f, 0, sizeof(*f));
	if (len < 4096)
		return -EINVAL;
	/* Required size in bits 3:0, largest in bits 7:4; 2^6 and 2^4 must lie between. */
	if ((page[512] & 0xf) > 6 || page[512] >> 4 < 6 || (page[513] & 0xf) > 4 ||
	    page[513] >> 4 < 4)
		return -EINVAL;
	f->vid = (u16)num(page, 0, 1);
	f->ssvid = (u16)num(page, 2, 3);
	text(f->serial, page + 4, 20);
	text(f->model, page + 24, 40);
	text(f->firmware, page + 64, 8);
	f->max_transfer_bytes = transfer(page[77], page_shift_min);
	f->cntlid = (u16)num(page, 78, 79);
	f->version = num(page, 80, 83);
	f->shutdown_us = num(page, 88, 91);
	f->cntrltype = page[111];
	for (i = 0; i < 3; i++)
		f->retry_delay_ms[i] = num(page, 128 + 2 * i, 129 + 2 * i) * 100;
	f->extended_formats = page[97] & 0x80;
	f->oacs = (u16)num(page, 256, 257);
	f->abort_limit = (u16)(page[258] + 1);
	f->event_limit = (u16)(page[259] + 1);
	f->effects_log = page[261] & 0x02;
	f->power_states = (u8)(page[263] >= 31 ? 32 : page[263] + 1);
	f->nn = num(page, 516, 519);
	f->oncs = (u16)num(page, 520, 521);
	f->has_compare = f->oncs & 0x01;
	f->has_dsm = f->oncs & 0x04;
	f->has_write_zeroes = f->oncs & 0x08;
	f->vwc = page[525] & 0x01;
	f->sgl = (page[536] & 3) == 1 || (page[536] & 3) == 2;
	f->sgl_dword = (page[536] & 3) == 2;
	f->dsm_ranges = 256;
	f->atomic_blocks = num(page, 528, 529) + 1;
	if (page[522] & 0x01)
		f->compare_write_blocks = num(page, 532, 533) + 1;
	f->slot1_read_only = page[260] & 0x01;
	f->firmware_slots = page[260] >> 1 & 7;
	f->activate_now = page[260] & 0x10;
	f->smart_per_ns = page[261] & 0x01;
	f->warn_kelvin = (u16)num(page, 266, 267);
	if (f->oacs & 0x10)
		f->self_test_minutes = (u16)num(page, 316, 317);
	/* Units of 4 KiB; 255 is no rule at all, 0 is no answer. */
	f->firmware_unit_bytes = page[319] == 255 ? 4 : page[319] ? page[319] * 4096 : 4096;
	f->sanicap = num(page, 328, 331);
	f->format_all = page[524] & 0x01;
	/* A name has 1 to 223 bytes and an end; anything else is none. */
	for (i = 0; i < 256 && page[768 + i]; i++)
		;
	*has_nqn = i >= 1 && i <= 223;
	while (*has_nqn && i--)
		f->subnqn[i] = page[768 + i] >= 0x20 && page[768 + i] <= 0x7e ?
			       (char)page[768 + i] : '?';
	return 0;
}

/* 2^n units of 2^shift bytes; 0 is no limit, all ones is more than can be counted. */
static u64 limit(u8 n, u8 shift)
{
	if (!n)
		return 0;
	return n + shift >= 64 ? ~0ULL : 1ULL << (n + shift);
}

void ident_read_ctrl_nvm(const u8 *page, u8 page_shift_min, struct nvmeq_ctrl_facts *f)
{
	u8 dmrl = page[3];

	f->max_verify_bytes = limit(page[0], page_shift_min);
	f->max_wz_bytes = limit(page[1], page_shift_min);
	f->dsm_ranges = dmrl ? dmrl : 256;
	f->dsm_range_blocks = num(page, 4, 7);
	f->dsm_blocks = num64(page, 8);
}

static bool any(const u8 *p, unsigned int n)
{
	while (n--)
		if (*p++)
			return true;
	return false;
}

/* @v blocks of 2^@shift bytes: 2^63 bytes or more? */
static bool beyond_63_bits(u64 v, unsigned int shift)
{
	while (shift--) {
		if (v >> 62)
			return true;
		v *= 2;
	}
	return v >> 63;
}

/*
 * Metadata that a disk can have: a tuple takes 8 bytes of it, types end at 3, and that of one
 * block, with the block when it is part of it, has to fit the room for metadata.
 */
static bool can_have(const u8 *lbaf, u8 type, bool extended, u8 page_shift)
{
	u64 room = num(lbaf, 0, 1);

	if (type > 3 || (type && room < 8))
		return false;
	/* Without metadata there is nothing that could be part of the block. */
	if (room && extended && lbaf[2] < 64)
		room += 1ULL << lbaf[2];
	return lbaf[2] > page_shift || room << (page_shift - lbaf[2]) <= 65280;
}

void ident_read_ns(const u8 *page, u32 nsid, u8 host_page_shift, struct nvmeq_ns_facts *f,
		   u32 *uses)
{
	unsigned int index = page[26] & 0xf, i;
	const u8 *lbaf;

	memset(f, 0, sizeof(*f));
	*uses = 0;
	f->nsid = nsid;
	f->blocks = num64(page, 0);
	f->used_blocks = num64(page, 16);
	if (f->used_blocks > f->blocks)
		f->used_blocks = f->blocks;
	/*
	 * Bits 6:5 are the upper bits of the index; "if the NLBAF field is less
	 * than or equal to 16, then the host should ignore these bits".
	 */
	if (page[25] > 16)
		index += (page[26] >> 5 & 3) * 16;
	f->format = (u8)index;
	lbaf = page + 128 + 4 * index;
	if (index > page[25])
		*uses |= 1u << NVMEQ_NS_FORMAT_INDEX;
	if (!f->blocks)
		*uses |= 1u << NVMEQ_NS_EMPTY;
	if (index <= page[25]) {
		f->metadata_bytes = (u16)num(lbaf, 0, 1);
		f->block_shift = lbaf[2];
		f->extended = page[26] & 0x10;
		if (lbaf[2] < 9 || lbaf[2] > host_page_shift)
			*uses |= 1u << NVMEQ_NS_BLOCK_SIZE;
		if (beyond_63_bits(f->blocks, lbaf[2]))
			*uses |= 1u << NVMEQ_NS_TOO_LARGE;
		if (!can_have(lbaf, page[29] & 7, f->extended, host_page_shift))
			*uses |= 1u << NVMEQ_NS_METADATA;
	}
	f->pi_type = page[29] & 7;
	f->pi_first = page[29] & 8;
	f->pi_bytes = f->pi_type ? 8 : 0;
	f->pi_ref_bits = f->pi_type ? 32 : 0;
	f->shared = page[30] & 1;
	f->read_only = page[99] & 1;
	f->dealloc_zero = (page[33] & 7) == 1;
	f->wz_dealloc = page[33] & 8;
	f->boundary_blocks = num(page, 46, 47);
	/* Its own atomic units; 0 says "as the controller". */
	if (page[24] & 0x02 && num(page, 36, 37))
		f->atomic_blocks = num(page, 36, 37) + 1;
	if (page[24] & 0x02 && num(page, 38, 39))
		f->compare_write_blocks = num(page, 38, 39) + 1;
	f->thin = page[24] & 0x01;
	f->dpc = page[28];
	f->rescap = page[31];
	f->format_progress = page[32] & 0x80;
	for (i = 0; i <= page[25] && i < 64; i++) {
		lbaf = page + 128 + 4 * i;
		f->formats[i].metadata_bytes = (u16)num(lbaf, 0, 1);
		if (lbaf[2] >= 9 && lbaf[2] <= host_page_shift)
			f->formats[i].block_shift = lbaf[2];
		f->nr_formats++;
	}
	if (page[24] & 0x10) {
		f->write_granularity_blocks = num(page, 64, 65) + 1;
		f->dealloc_granularity_blocks = num(page, 68, 69) + 1;
		f->dealloc_align_blocks = num(page, 70, 71) + 1;
		f->write_opt_blocks = num(page, 72, 73) + 1;
	}
	f->has_nguid = any(page + 104, 16);
	f->has_eui64 = any(page + 120, 8);
	memcpy(f->nguid, page + 104, 16);
	memcpy(f->eui64, page + 120, 8);
}

int ident_read_descs(const u8 *page, size_t len, struct nvmeq_ns_facts *f)
{
	static const u8 length[5] = { 0, 8, 16, 16, 1 };
	size_t at = 0;
	int n = 0;

	/* A descriptor: type, length, two reserved bytes, identifier. */
	while (len - at >= 4) {
		u8 type = page[at], bytes = page[at + 1];
		const u8 *id = page + at + 4;

		if (!type || !bytes || bytes > len - at - 4)
			break;
		if (type <= 4 && bytes != length[type])
			break;
		/* An identifier of zeroes is none. */
		if (type == 1 && any(id, 8)) {
			memcpy(f->eui64, id, 8);
			f->has_eui64 = true;
		} else if (type == 2 && any(id, 16)) {
			memcpy(f->nguid, id, 16);
			f->has_nguid = true;
		} else if (type == 3 && any(id, 16)) {
			memcpy(f->uuid, id, 16);
			f->has_uuid = true;
		} else if (type == 4 && *id) {
			/* Once of another set, it is not taken for a disk again. */
			f->csi = *id;
		}
		n += type <= 4;
		at += 4u + bytes;
	}
	return n;
}

u32 ident_read_list(const u8 *page, size_t len, u32 after, u32 *out, u32 max)
{
	u32 i, n = 0;

	for (i = 0; i < len / 4 && i < 1024 && n < max; i++) {
		u32 v = num(page, 4 * i, 4 * i + 3);

		if (!v || v <= after || v > 0xfffffffeU)
			break;
		after = v;
		out[n++] = v;
	}
	return n;
}
