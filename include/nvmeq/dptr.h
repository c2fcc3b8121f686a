/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dptr.h - how a transfer is described to the controller: PRP or SGL, and how
 * much list memory that takes
 */
#ifndef NVMEQ_DPTR_H
#define NVMEQ_DPTR_H

#include <nvmeq/base.h>

/* Most bytes, segments and list pieces of one command; asserted in lib/dptr.c. */
#define NVMEQ_MAX_TRANSFER_BYTES	(8U << 20)
#define NVMEQ_MAX_SEGMENTS		256
#define NVMEQ_MAX_LISTS			5
#define NVMEQ_LIST_SMALL_BYTES		256	/* 32 PRP entries or 16 SGL descriptors */
#define NVMEQ_LIST_LARGE_BYTES		4096	/* 512 PRP entries or 256 SGL descriptors */

enum nvmeq_sgl_use {
	NVMEQ_SGL_OFF,		/* never */
	NVMEQ_SGL_AUTO,		/* where they are the shorter description */
	NVMEQ_SGL_ALWAYS,	/* wherever the controller takes them */
};

enum nvmeq_dptr_kind {
	NVMEQ_DPTR_NONE,
	NVMEQ_DPTR_PRP,
	NVMEQ_DPTR_SGL,
};

/**
 * struct nvmeq_dptr_facts - what the choice depends on
 * @bytes: length of the transfer
 * @segments: runs of bus addresses
 * @first_offset: offset of the first byte in its controller page
 * @page_shift: log2 of the controller page, 12 or more
 * @gaps: some inner run does not start or end on a controller page
 * @dword_aligned: every address and length is a multiple of 4
 * @sgl_supported: the controller takes SGLs on I/O queues
 * @sgl_dword: ... with dword alignment only
 * @admin: an admin command; these take PRPs only (Base section 4.1)
 * @use: wish of the administrator
 */
struct nvmeq_dptr_facts {
	u32 bytes;
	u32 segments;
	u32 first_offset;
	u8 page_shift;
	bool gaps;
	bool dword_aligned;
	bool sgl_supported;
	bool sgl_dword;
	bool admin;
	enum nvmeq_sgl_use use;
};

/**
 * struct nvmeq_dptr_plan - the choice
 * @kind: PRP, SGL or nothing to describe
 * @lists: pieces of list memory to lend, 0..NVMEQ_MAX_LISTS
 * @small: one piece of NVMEQ_LIST_SMALL_BYTES is enough, else each has
 *         NVMEQ_LIST_LARGE_BYTES
 */
struct nvmeq_dptr_plan {
	enum nvmeq_dptr_kind kind;
	u8 lists;
	bool small;
};

/**
 * nvmeq_dptr_choose() - decide how to describe a transfer
 * @f: facts
 * @plan: result
 *
 * PRPs unless SGLs are supported and wanted; with NVMEQ_SGL_AUTO they are
 * wanted when the segments are fewer than the PRP entries beyond two and the
 * mean segment is 32 KiB or more, or when PRPs cannot express the runs.
 *
 * Return: 0; -EINVAL when neither can express the transfer (gaps without SGLs,
 * addresses that are not dword aligned with PRPs); -E2BIG beyond the limits.
 */
int nvmeq_dptr_choose(const struct nvmeq_dptr_facts *f, struct nvmeq_dptr_plan *plan);

/**
 * struct nvmeq_dptr_single - the choice for transfers of one run, prepared
 * @page_bytes: the controller's page
 * @prp_bytes: up to here, counted from the beginning of the first page, two PRP
 *	entries do; 0 where PRPs are not wanted
 * @sgl_min: from so many bytes on they are one SGL descriptor
 * @sgl_span: @sgl_min and this is the longest such transfer; both 0 where there is none
 */
struct nvmeq_dptr_single {
	u32 page_bytes;
	u32 prp_bytes;
	u32 sgl_min;
	u32 sgl_span;
};

/**
 * nvmeq_dptr_single_prepare() - what nvmeq_dptr_choose() would say of single runs
 * @f: facts of a queue; those of a transfer are not looked at
 * @s: result
 */
void nvmeq_dptr_single_prepare(const struct nvmeq_dptr_facts *f, struct nvmeq_dptr_single *s);

/**
 * nvmeq_dptr_single() - how to describe one run of memory without list memory
 * @s: prepared for the queue
 * @first_offset: of its first byte in its controller page
 * @bytes: length, not 0
 *
 * Inline because it is the hot path's.
 *
 * Return: what nvmeq_dptr_choose() would choose, or NVMEQ_DPTR_NONE where that has
 * to be asked.
 */
static inline enum nvmeq_dptr_kind nvmeq_dptr_single(const struct nvmeq_dptr_single *s,
						     u32 first_offset, u32 bytes)
{
	if (first_offset + bytes <= s->prp_bytes)
		return NVMEQ_DPTR_PRP;
	return bytes - s->sgl_min <= s->sgl_span ? NVMEQ_DPTR_SGL : NVMEQ_DPTR_NONE;
}

#endif /* NVMEQ_DPTR_H */
