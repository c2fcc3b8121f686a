// SPDX-License-Identifier: GPL-2.0-only
/* facts_sane.c - see facts_sane.h */
#include "facts_sane.h"

#define MUST(cond)	do { if (!(cond)) return #cond; } while (0)

static bool printable(const char *s, size_t size)
{
	size_t i;

	for (i = 0; i < size && s[i]; i++)
		if (s[i] < 0x20 || s[i] > 0x7e)
			return false;
	return i < size;
}

static bool trimmed(const char *s)
{
	return !*s || s[strlen(s) - 1] != ' ';
}

static bool pow2(u64 v)
{
	return v && !(v & (v - 1));
}

const char *ctrl_facts_wrong(const struct nvmeq_ctrl_facts *c)
{
	MUST(printable(c->model, sizeof(c->model)));
	MUST(printable(c->serial, sizeof(c->serial)));
	MUST(printable(c->firmware, sizeof(c->firmware)));
	MUST(printable(c->subnqn, sizeof(c->subnqn)));
	MUST(trimmed(c->model) && trimmed(c->serial) && trimmed(c->firmware));
	MUST(*c->subnqn);
	MUST(c->max_transfer_bytes >= 4096 && c->max_transfer_bytes <= 8u << 20);
	MUST(pow2(c->max_transfer_bytes));
	MUST(c->abort_limit >= 1 && c->abort_limit <= 256);
	MUST(c->event_limit >= 1 && c->event_limit <= 256);
	MUST(c->power_states >= 1 && c->power_states <= 32);
	MUST(c->sgl || !c->sgl_dword);
	MUST(c->dsm_ranges >= 1 && c->dsm_ranges <= 256);
	MUST(c->compare_write_blocks <= 65536);
	MUST(c->firmware_slots <= 7);
	MUST(c->firmware_unit_bytes == 4 || (c->firmware_unit_bytes % 4096 == 0 &&
	     c->firmware_unit_bytes >= 4096 && c->firmware_unit_bytes <= 254 * 4096));
	MUST(!c->self_test_minutes || c->oacs & 0x10);
	return NULL;
}

const char *ns_facts_wrong(const struct nvmeq_ns_facts *n)
{
	unsigned int i;

	MUST(n->used_blocks <= n->blocks);
	MUST(n->pi_type <= 3);
	MUST(n->use <= NVMEQ_NS_FORMAT_INDEX);
	MUST(n->block_shift == 0 || (n->block_shift >= 9 && n->block_shift <= 16));
	MUST(!n->extended || n->metadata_bytes);
	MUST(n->compare_write_blocks != 1 && n->compare_write_blocks <= 65536);
	MUST(n->nr_formats <= NVMEQ_FORMATS_MAX);
	for (i = 0; i < NVMEQ_FORMATS_MAX; i++) {
		u8 shift = n->formats[i].block_shift;

		MUST(!shift || (shift >= 9 && shift <= 16));
		MUST(i < n->nr_formats || (!shift && !n->formats[i].metadata_bytes));
	}
	if (n->csi)
		MUST(n->use != NVMEQ_NS_USABLE);
	if (n->use != NVMEQ_NS_USABLE)
		return NULL;
	MUST(n->blocks > 0);
	MUST(n->block_shift >= 9);
	MUST(n->blocks <= (~0ULL >> 1) >> n->block_shift);
	MUST(!n->nr_formats || n->format < n->nr_formats);
	MUST(!n->pi_type || n->metadata_bytes >= 8);
	/* One block's metadata, with the block when it is part of it, has room; so have 4 KiB. */
	MUST((n->extended ? 1u << n->block_shift : 0) + n->metadata_bytes <=
	     (n->block_shift < 12 ? 65280u >> (12 - n->block_shift) : 65280u));
	return NULL;
}

/* Largest read or write, in whole blocks; 0 when not even one fits. */
static u64 transfer_bytes(const struct nvmeq_ctrl_facts *c, u8 shift, u8 page_shift, u32 wanted)
{
	u64 bytes = wanted;

	if (bytes > c->max_transfer_bytes)
		bytes = c->max_transfer_bytes;
	if (bytes > 8u << 20)
		bytes = 8u << 20;
	if (bytes > 65536ULL << shift)
		bytes = 65536ULL << shift;
	/* Lists do not chain with larger pages: 512 entries and prp1. */
	if (page_shift > 12 && bytes > 512ULL << page_shift)
		bytes = 512ULL << page_shift;
	return bytes / (1ULL << shift) * (1ULL << shift);
}

const char *limits_wrong(const struct nvmeq_ctrl_facts *c, const struct nvmeq_ns_facts *n,
			 u8 page_shift, u32 max_transfer_bytes, const struct nvmeq_limits *l)
{
	bool usable = n->use == NVMEQ_NS_USABLE;
	u64 block, transfer, atomic;

	MUST(pow2(l->logical_bytes) && l->logical_bytes >= 512 && l->logical_bytes <= 65536);
	MUST(pow2(l->physical_bytes) && l->physical_bytes >= l->logical_bytes);
	MUST(pow2(l->io_min_bytes) && l->io_min_bytes >= l->physical_bytes);
	MUST(l->io_opt_bytes % l->io_min_bytes == 0);
	MUST(l->max_segments >= 1 && l->max_segments <= 256);
	MUST(l->virt_boundary == (1u << page_shift) - 1);
	MUST(!l->chunk_sect512 || pow2(l->chunk_sect512));

	transfer = usable ? transfer_bytes(c, n->block_shift, page_shift, max_transfer_bytes) : 0;
	if (!transfer) {
		MUST(l->capacity_sect512 == 0);
		MUST(l->logical_bytes == 512);
		MUST(!l->discard_sect512 && !l->write_zeroes_sect512);
		return NULL;
	}

	block = 1ULL << n->block_shift;
	MUST(l->capacity_sect512 == n->blocks * (block / 512));
	MUST(l->logical_bytes == block);
	MUST(l->max_transfer_sect512 == transfer / 512);
	MUST(l->write_cache == c->vwc);
	MUST(l->read_only == n->read_only);
	if (l->chunk_sect512)
		MUST(l->chunk_sect512 == n->boundary_blocks * (block / 512));
	atomic = n->atomic_blocks ? n->atomic_blocks : c->atomic_blocks;
	if (atomic)
		MUST(l->physical_bytes <= atomic * block);

	MUST(!!l->discard_sect512 == c->has_dsm);
	if (c->has_dsm) {
		MUST(l->discard_sect512 % (block / 512) == 0);
		if (c->dsm_range_blocks)
			MUST(l->discard_sect512 / (block / 512) <= c->dsm_range_blocks);
		if (c->dsm_blocks)
			MUST(l->discard_sect512 / (block / 512) <= c->dsm_blocks);
		MUST(l->discard_segments >= 1 && l->discard_segments <= c->dsm_ranges);
		MUST(l->discard_granularity_bytes >= block);
		MUST(l->discard_granularity_bytes % block == 0);
		MUST(l->discard_alignment_bytes < l->discard_granularity_bytes);
		MUST(l->discard_alignment_bytes % block == 0);
	}
	if (!c->has_write_zeroes)
		MUST(!l->write_zeroes_sect512);
	MUST(l->write_zeroes_sect512 % (block / 512) == 0);
	MUST(l->write_zeroes_sect512 / (block / 512) <= 65536);
	if (c->max_wz_bytes)
		MUST(l->write_zeroes_sect512 <= c->max_wz_bytes / 512);
	return NULL;
}
