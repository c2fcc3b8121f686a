// SPDX-License-Identifier: GPL-2.0-only
/*
 * sgl.c - build Scatter Gather Lists (NVMe Base 2.0c section 4.1.2)
 *
 * Two shapes are enough for a host that lends one piece of memory:
 *
 *	one run		the command holds a data block descriptor itself
 *	more runs	the command holds a last-segment descriptor, which
 *			names one array of data block descriptors
 *
 * Segments are never chained: lib/dptr.c asserts that one piece holds the most
 * runs a command may have. Neither bit buckets nor metadata SGLs are made.
 *
 * The newest run stays in the state and is written only when its successor
 * turns out not to continue it, so that neighbours merge without reading list
 * memory back, and a transfer that merges to one run needs no list at all.
 * Alignment is not checked: whether the controller asks for dwords is known to
 * lib/dptr.c, which has decided before a build begins.
 */
#include <nvmeq/sgl.h>

void nvmeq_sgl_begin(struct nvmeq_sgl *s, struct nvmeq_sgl_desc *list, u64 list_addr, u32 slots)
{
	*s = (struct nvmeq_sgl) {
		.list = list,
		.list_addr = list_addr,
		.slots = list ? slots : 0,
	};
}

/* Does @addr continue the newest run? A run that ends at 2^64 has no successor. */
static bool sgl_continues(const struct nvmeq_sgl *s, u64 addr, u32 len)
{
	u64 end = s->addr + s->len;

	return s->count && end && addr == end && len <= ~0U - s->len;
}

/* The newest run goes to list memory; it is final. */
static int sgl_flush(struct nvmeq_sgl *s)
{
	if (s->count > s->slots)
		return -ENOSPC;
	nvmeq_sgl_put(&s->list[s->count - 1], NVMEQ_SGL_DATA_BLOCK, s->addr, s->len);
	return 0;
}

int nvmeq_sgl_add(struct nvmeq_sgl *s, u64 addr, u32 len)
{
	int err;

	if (!len || addr + (len - 1) < addr)
		return -EINVAL;
	if (sgl_continues(s, addr, len)) {
		s->len += len;
		return 0;
	}
	if (s->count) {
		err = sgl_flush(s);
		if (err)
			return err;
	}
	s->addr = addr;
	s->len = len;
	s->count++;
	return 0;
}

int nvmeq_sgl_end(struct nvmeq_sgl *s, struct nvmeq_dptr *out)
{
	int err;

	if (s->count <= 1) {
		nvmeq_sgl_put(&out->sgl, NVMEQ_SGL_DATA_BLOCK, s->addr, s->len);
		return 0;
	}
	err = sgl_flush(s);
	if (err)
		return err;
	nvmeq_sgl_put(&out->sgl, NVMEQ_SGL_LAST_SEGMENT, s->list_addr,
		 s->count * (u32)sizeof(struct nvmeq_sgl_desc));
	return 0;
}
