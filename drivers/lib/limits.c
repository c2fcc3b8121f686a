// SPDX-License-Identifier: GPL-2.0-only
/*
 * limits.c - what the block layer is told about a namespace
 *
 * Each limit is the smallest of what several parties can bear, because a
 * request is built once and must then pass all of them: the administrator, the
 * controller (MDTS, WZSL, DMRSL), the memory set aside for describing one
 * command (lib/dptr.c), and the 16-bit block count of a command. The result is
 * cut to whole blocks, since the block layer splits at it.
 *
 * Hints (granularity, preferred size, boundary) are different: a wrong one
 * costs speed only, but the block layer, partitioning tools and mkfs believe
 * it. One that makes no sense is dropped, not repaired.
 *
 *   physical_bytes	mkfs takes it for the unit that a power failure leaves
 *			whole, so the atomic write unit bounds it from above
 *   io_min_bytes	NPWG, rounded down to a power of two
 *   io_opt_bytes	NOWS, if whole units of io_min_bytes
 *   chunk		NOIOB, if a power of two and not below a host page
 *
 * All products are computed in 64 bits: 65536 blocks of 64 KiB are 2^32 bytes.
 * References: NVM Command Set 1.0c sections 4.1.5, 5.8.2.
 */
#include <nvmeq/limits.h>
#include <nvmeq/dptr.h>

#define SECT512_SHIFT		9
#define CMD_BLOCKS_MAX		65536U		/* NLB is 16 bits, 0's based */
#define GRANULARITY_MAX		(1U << 20)	/* beyond this, NPWG is no page program */
#define CHUNK_BYTES_MIN		4096U		/* below this, every page would be split */
#define LARGE_SLOTS		(NVMEQ_LIST_LARGE_BYTES / (u32)sizeof(u64))

static u32 floor_pow2(u32 v)
{
	while (v & (v - 1))
		v &= v - 1;
	return v;
}

static u32 whole_blocks_sect512(u64 bytes, u8 block_shift)
{
	u64 sect512 = bytes >> block_shift << (block_shift - SECT512_SHIFT);
	u64 most = 0xffffffffU >> (block_shift - SECT512_SHIFT) << (block_shift - SECT512_SHIFT);

	return (u32)min_t(u64, sect512, most);
}

/*
 * What one PRP list reaches: with controller pages above 4096 bytes, list
 * pieces do not chain (lib/dptr.c). prp1 covers for an offset in the first page.
 */
static u64 prp_reach_bytes(u8 page_shift)
{
	return page_shift > 12 ? (u64)LARGE_SLOTS << page_shift : NVMEQ_MAX_TRANSFER_BYTES;
}

static u64 transfer_bytes(const struct nvmeq_ctrl_facts *c, u8 block_shift, u8 page_shift,
			  u32 wanted)
{
	u64 bytes = min_t(u64, wanted, c->max_transfer_bytes);

	bytes = min_t(u64, bytes, NVMEQ_MAX_TRANSFER_BYTES);
	bytes = min_t(u64, bytes, prp_reach_bytes(page_shift));
	return min_t(u64, bytes, (u64)CMD_BLOCKS_MAX << block_shift);
}

/* A disk of nothing, for a namespace that has a generic node only. */
static void limits_harmless(u8 page_shift, struct nvmeq_limits *out)
{
	*out = (struct nvmeq_limits) {
		.logical_bytes = 512,
		.physical_bytes = 512,
		.io_min_bytes = 512,
		.max_segments = NVMEQ_MAX_SEGMENTS,
		.virt_boundary = (1U << page_shift) - 1,
	};
}

/* The atomic unit in bytes: the namespace's own word, else the controller's, else any. */
static u32 atomic_bytes(const struct nvmeq_ctrl_facts *c, const struct nvmeq_ns_facts *ns)
{
	u32 blocks = ns->atomic_blocks ? ns->atomic_blocks : c->atomic_blocks;
	u64 bytes = (u64)blocks << ns->block_shift;

	if (!blocks || bytes > GRANULARITY_MAX)
		return GRANULARITY_MAX;
	return floor_pow2((u32)bytes);
}

static void limits_hints(const struct nvmeq_ctrl_facts *c, const struct nvmeq_ns_facts *ns,
			 struct nvmeq_limits *out)
{
	u64 unit = (u64)ns->write_granularity_blocks << ns->block_shift;
	u64 opt = (u64)ns->write_opt_blocks << ns->block_shift;
	u64 chunk = (u64)ns->boundary_blocks << ns->block_shift;

	out->io_min_bytes = out->logical_bytes;
	if (unit)
		out->io_min_bytes = floor_pow2((u32)min_t(u64, unit, GRANULARITY_MAX));
	out->physical_bytes = min_t(u32, out->io_min_bytes, atomic_bytes(c, ns));
	if (opt <= NVMEQ_MAX_TRANSFER_BYTES && !(opt & (out->io_min_bytes - 1)))
		out->io_opt_bytes = (u32)opt;
	if (chunk >= CHUNK_BYTES_MIN && chunk <= 0xffffffffU && is_power_of_2((u32)chunk))
		out->chunk_sect512 = (u32)(chunk >> SECT512_SHIFT);
}

/*
 * The limit is that of one range: the block layer merges discards into a
 * request of several ranges, but each of its bios becomes one range, and may
 * be as large as the limit.
 */
static void limits_discard(const struct nvmeq_ctrl_facts *c, const struct nvmeq_ns_facts *ns,
			   struct nvmeq_limits *out)
{
	u64 unit = (u64)ns->dealloc_granularity_blocks << ns->block_shift;
	u64 blocks = c->dsm_range_blocks ? c->dsm_range_blocks : 0xffffffffU;

	if (!c->has_dsm)
		return;
	if (c->dsm_blocks)
		blocks = min_t(u64, blocks, c->dsm_blocks);
	out->discard_sect512 = whole_blocks_sect512(blocks << ns->block_shift, ns->block_shift);
	out->discard_segments = clamp_t(u16, c->dsm_ranges, 1, 256);
	/* NPDA is an alignment counted from block 0, not an offset: the first unit begins there. */
	out->discard_alignment_bytes = 0;
	out->discard_granularity_bytes = out->logical_bytes;
	if (unit && unit <= GRANULARITY_MAX)
		out->discard_granularity_bytes = (u32)unit;
}

static void limits_write_zeroes(const struct nvmeq_ctrl_facts *c,
				const struct nvmeq_ns_facts *ns, u64 transfer,
				struct nvmeq_limits *out)
{
	u64 bytes = c->max_wz_bytes ? c->max_wz_bytes : transfer;

	if (!c->has_write_zeroes)
		return;
	bytes = min_t(u64, bytes, (u64)CMD_BLOCKS_MAX << ns->block_shift);
	out->write_zeroes_sect512 = whole_blocks_sect512(bytes, ns->block_shift);
}

void nvmeq_limits_make(const struct nvmeq_ctrl_facts *c, const struct nvmeq_ns_facts *ns,
		       u8 page_shift, u32 max_transfer_bytes, struct nvmeq_limits *out)
{
	u64 transfer;

	limits_harmless(page_shift, out);
	/* What a passthrough command may carry on the generic node of a hidden namespace. */
	out->max_transfer_sect512 = (u32)(transfer_bytes(c, SECT512_SHIFT, page_shift,
							 max_transfer_bytes) >> SECT512_SHIFT);
	if (ns->use != NVMEQ_NS_USABLE || ns->block_shift < SECT512_SHIFT || ns->block_shift > 16)
		return;
	transfer = transfer_bytes(c, ns->block_shift, page_shift, max_transfer_bytes);
	if (transfer >> ns->block_shift == 0)
		return;		/* not even one block fits a command */

	out->capacity_sect512 = nvmeq_blocks_to_sect512(ns->block_shift, ns->blocks);
	out->logical_bytes = 1U << ns->block_shift;
	out->max_transfer_sect512 = whole_blocks_sect512(transfer, ns->block_shift);
	out->write_cache = c->vwc;
	out->read_only = ns->read_only;
	limits_hints(c, ns, out);
	limits_discard(c, ns, out);
	limits_write_zeroes(c, ns, transfer, out);
}
