/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * weave.h - an SGL in which the metadata of each block follows its data, wherever both lie
 *
 * What a namespace with metadata behind the data (extended LBA) transfers is block, metadata,
 * block, metadata. Data stays where it is, in runs that know nothing of blocks; metadata lies
 * packed in one piece of memory.
 */
#ifndef NVMEQ_WEAVE_H
#define NVMEQ_WEAVE_H

#include <nvmeq/sgl.h>

/**
 * struct nvmeq_weave - state of a build; the caller sets the first three members, and @meta
 * @block_bytes: data of a block
 * @meta_bytes: metadata of a block
 * @blocks: that are not complete yet
 * @meta: bus address of the metadata of the first of them
 * @part: bytes of its data that are in the list; 0 at first
 */
struct nvmeq_weave {
	u32 block_bytes;
	u32 meta_bytes;
	u32 blocks;
	u64 meta;
	u32 part;
};

/*
 * Descriptors of so many blocks in so many runs, both not 0: data is cut where a block ends and
 * where a run ends, which need not be the same places.
 */
static inline u32 nvmeq_weave_slots(u32 blocks, u32 runs)
{
	return 2 * blocks + runs - 1;
}

/**
 * nvmeq_weave_add() - append a run of data
 * @w: state
 * @sgl: list that is being built
 * @addr: bus address of its first byte
 * @len: bytes, not 0; blocks may begin and end anywhere in it
 *
 * Return: as nvmeq_sgl_add(); -EINVAL also for data behind the last block.
 */
int nvmeq_weave_add(struct nvmeq_weave *w, struct nvmeq_sgl *sgl, u64 addr, u32 len);

/* Is every block in the list, with its metadata? */
static inline bool nvmeq_weave_done(const struct nvmeq_weave *w)
{
	return !w->blocks;
}

#endif /* NVMEQ_WEAVE_H */
