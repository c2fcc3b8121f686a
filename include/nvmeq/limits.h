/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * limits.h - what the block layer is told about a namespace
 *
 * Sizes in bytes or in 512-byte sectors as the name says: the only place
 * where namespace blocks become sectors.
 */
#ifndef NVMEQ_LIMITS_H
#define NVMEQ_LIMITS_H

#include <nvmeq/ident.h>

static inline u64 nvmeq_blocks_to_sect512(u8 block_shift, u64 blocks)
{
	return blocks << (block_shift - 9);
}

static inline u64 nvmeq_sect512_to_lba(u8 block_shift, u64 sect512)
{
	return sect512 >> (block_shift - 9);
}

/**
 * struct nvmeq_limits - block queue limits of one namespace
 * @capacity_sect512: size of the disk, 0 when it is not usable
 * @logical_bytes: block size
 * @physical_bytes: power of two, at least that
 * @io_min_bytes: preferred granularity
 * @io_opt_bytes: preferred size, 0 none
 * @max_transfer_sect512: largest read or write
 * @max_protected_sect512: largest read or write of the block layer's, whose metadata has to have
 *	room; 0 none but the former. Passthrough commands bring theirs
 * @max_segments: runs per command
 * @chunk_sect512: boundary that no command should cross, 0 none (a power of two)
 * @discard_sect512: largest discard of one range, 0 not supported
 * @discard_segments: ranges in one command
 * @discard_granularity_bytes: unit
 * @discard_alignment_bytes: offset of the first unit
 * @write_zeroes_sect512: largest write zeroes, 0 not supported
 * @virt_boundary: mask that inner segment ends keep clear (controller page - 1)
 * @write_cache: flush and FUA mean something
 * @read_only: write protected
 * @pi_type: protection information that somebody above may bring along, 0 none
 * @meta_bytes: metadata of each block then
 * @tuple_at: where in them the tuple is
 * @stable_writes: data may not change while it is being written
 */
struct nvmeq_limits {
	u64 capacity_sect512;
	u32 logical_bytes;
	u32 physical_bytes;
	u32 io_min_bytes;
	u32 io_opt_bytes;
	u32 max_transfer_sect512;
	u32 max_protected_sect512;
	u16 max_segments;
	u32 chunk_sect512;
	u32 discard_sect512;
	u16 discard_segments;
	u32 discard_granularity_bytes;
	u32 discard_alignment_bytes;
	u32 write_zeroes_sect512;
	u32 virt_boundary;
	bool write_cache;
	bool read_only;
	u8 pi_type;
	u8 meta_bytes;
	u8 tuple_at;
	bool stable_writes;
};

/**
 * nvmeq_limits_make() - limits of a namespace
 * @c: controller
 * @ns: namespace, its block_shift may be 0 when not usable
 * @page_shift: log2 of the controller's memory page in use
 * @max_transfer_bytes: what the administrator allows, a multiple of 4096
 * @out: result; for a namespace that is not usable a harmless 512-byte disk of size 0
 *
 * The largest transfer is the smallest of: the administrator's, the
 * controller's, NVMEQ_MAX_TRANSFER_BYTES, 65536 blocks; and a whole number of
 * blocks.
 */
void nvmeq_limits_make(const struct nvmeq_ctrl_facts *c, const struct nvmeq_ns_facts *ns,
		       u8 page_shift, u32 max_transfer_bytes, struct nvmeq_limits *out);

#endif /* NVMEQ_LIMITS_H */
