// SPDX-License-Identifier: GPL-2.0-only
/*
 * weave.c - an SGL in which the metadata of each block follows its data, wherever both lie
 *
 *	runs of data	[ block 0 | block 1, begin ]  [ block 1, end ]  [ block 2 ]
 *	metadata	[ 0 | 1 | 2 ]
 *
 *	list		block 0, metadata 0, begin of 1, end of 1, metadata 1, block 2, metadata 2
 *
 * Pieces that happen to be neighbours are merged by lib/sgl.c, as in any other list.
 *
 * The count of blocks is what the metadata memory was made for: no descriptor goes beyond it,
 * however long the runs are.
 */
#include <nvmeq/weave.h>

/* The data of a block is complete. */
static int weave_meta(struct nvmeq_weave *w, struct nvmeq_sgl *sgl)
{
	u64 addr = w->meta;

	w->part = 0;
	w->meta += w->meta_bytes;
	w->blocks--;
	return nvmeq_sgl_add(sgl, addr, w->meta_bytes);
}

int nvmeq_weave_add(struct nvmeq_weave *w, struct nvmeq_sgl *sgl, u64 addr, u32 len)
{
	int err = 0;
	u32 n;

	if (!len || addr + (len - 1) < addr)
		return -EINVAL;
	for (; len && !err; addr += n, len -= n) {
		if (!w->blocks)
			return -EINVAL;
		n = min_t(u32, len, w->block_bytes - w->part);
		err = nvmeq_sgl_add(sgl, addr, n);
		w->part += n;
		if (!err && w->part == w->block_bytes)
			err = weave_meta(w, sgl);
	}
	return err;
}
