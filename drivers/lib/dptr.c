// SPDX-License-Identifier: GPL-2.0-only
/*
 * dptr.c - choose how to describe a transfer: nothing, PRPs or SGL
 *
 * A PRP costs the controller 8 bytes of reading per page, an SGL descriptor 16
 * bytes per run. Two pages fit the command itself either way, and controllers
 * have their fast path for PRPs; so SGLs are taken only for long runs, and
 * where PRPs cannot say it:
 *
 *			PRP	SGL (if supported, I/O queue, not switched off)
 *	inner gaps	no	yes
 *	odd bytes	no	yes, unless the controller wants dwords
 *
 * List memory comes in two sizes. A small piece serves most commands; large
 * ones are chained. Chaining works only where a piece ends with a controller
 * page (see lib/prp.c): large pieces are 4096 bytes and aligned, so they chain
 * when the controller's page is 4096 bytes. With larger pages there is one
 * piece, and lib/limits.c keeps transfers within its reach.
 *
 * Reference: NVMe Base 2.0c sections 4.1.1 and 4.1.2.
 */
#include <nvmeq/dptr.h>
#include <nvmeq/prp.h>
#include <nvmeq/sgl.h>

#define CHAIN_PAGE_SHIFT	12
#define PRP_SMALL_SLOTS		(NVMEQ_LIST_SMALL_BYTES / (u32)sizeof(__le64))
#define PRP_LARGE_SLOTS		(NVMEQ_LIST_LARGE_BYTES / (u32)sizeof(__le64))
#define SGL_SMALL_SLOTS		(NVMEQ_LIST_SMALL_BYTES / (u32)sizeof(struct nvmeq_sgl_desc))
#define SGL_LARGE_SLOTS		(NVMEQ_LIST_LARGE_BYTES / (u32)sizeof(struct nvmeq_sgl_desc))

/* Below this mean run, reading descriptors costs more than it saves. */
#define SGL_MEAN_BYTES		(32U << 10)

/* The largest transfer, begun at the end of a page, has one page more than its
 * length says. prp1 takes one entry, each piece but the last gives one slot
 * for its link.
 */
static_assert((NVMEQ_MAX_TRANSFER_BYTES >> CHAIN_PAGE_SHIFT) + 1 - 1 <=
	      (NVMEQ_MAX_LISTS - 1) * (PRP_LARGE_SLOTS - 1) + PRP_LARGE_SLOTS,
	      "list pieces do not cover the largest transfer");
static_assert(NVMEQ_LIST_LARGE_BYTES == 1U << CHAIN_PAGE_SHIFT,
	      "a chained piece ends with a controller page");
static_assert(SGL_LARGE_SLOTS >= NVMEQ_MAX_SEGMENTS,
	      "one SGL segment does not hold the most runs");
static_assert((u64)NVMEQ_MAX_SEGMENTS * SGL_MEAN_BYTES <= 0xffffffffU,
	      "the mean-run product fits 32 bits");

static bool prp_can(const struct nvmeq_dptr_facts *f)
{
	return !f->gaps && f->dword_aligned;
}

static bool sgl_can(const struct nvmeq_dptr_facts *f)
{
	return f->sgl_supported && !f->admin && f->use != NVMEQ_SGL_OFF &&
	       (f->dword_aligned || !f->sgl_dword);
}

static bool sgl_wanted(const struct nvmeq_dptr_facts *f, u32 entries)
{
	if (f->use == NVMEQ_SGL_ALWAYS || !prp_can(f))
		return true;
	return entries > 2 && f->segments < entries - 2 &&
	       f->bytes >= f->segments * SGL_MEAN_BYTES;
}

static int plan_sgl(const struct nvmeq_dptr_facts *f, struct nvmeq_dptr_plan *plan)
{
	plan->kind = NVMEQ_DPTR_SGL;
	plan->lists = f->segments > 1;
	plan->small = plan->lists && f->segments <= SGL_SMALL_SLOTS;
	return 0;
}

static int plan_prp(const struct nvmeq_dptr_facts *f, u32 entries, struct nvmeq_dptr_plan *plan)
{
	u32 lists = nvmeq_prp_lists(entries, PRP_SMALL_SLOTS);
	bool small = lists == 1;

	if (lists > 1)
		lists = nvmeq_prp_lists(entries, PRP_LARGE_SLOTS);
	if (lists > NVMEQ_MAX_LISTS || (lists > 1 && f->page_shift != CHAIN_PAGE_SHIFT))
		return -E2BIG;
	plan->kind = NVMEQ_DPTR_PRP;
	plan->lists = (u8)lists;
	plan->small = small;
	return 0;
}

int nvmeq_dptr_choose(const struct nvmeq_dptr_facts *f, struct nvmeq_dptr_plan *plan)
{
	u32 entries;

	*plan = (struct nvmeq_dptr_plan) { .kind = NVMEQ_DPTR_NONE };
	if (!f->bytes)
		return 0;
	if (!f->segments)
		return -EINVAL;
	if (f->bytes > NVMEQ_MAX_TRANSFER_BYTES || f->segments > NVMEQ_MAX_SEGMENTS)
		return -E2BIG;

	entries = nvmeq_prp_entries(f->first_offset, f->bytes, f->page_shift);
	if (sgl_can(f) && sgl_wanted(f, entries))
		return plan_sgl(f, plan);
	if (!prp_can(f))
		return -EINVAL;
	return plan_prp(f, entries, plan);
}

/*
 * One run of four PRP entries or more is wanted as SGL from SGL_MEAN_BYTES on: with more
 * than three pages it has four entries wherever it begins.
 */
void nvmeq_dptr_single_prepare(const struct nvmeq_dptr_facts *f, struct nvmeq_dptr_single *s)
{
	u32 page = 1U << f->page_shift;
	bool always = sgl_can(f) && sgl_wanted(f, 1);

	*s = (struct nvmeq_dptr_single){ .page_bytes = page };
	if (!always && prp_can(f))
		s->prp_bytes = 2 * page;
	if (sgl_can(f)) {
		u32 min = always ? 1 : max_t(u32, SGL_MEAN_BYTES, 3 * page + 1);

		if (min <= NVMEQ_MAX_TRANSFER_BYTES) {
			s->sgl_min = min;
			s->sgl_span = NVMEQ_MAX_TRANSFER_BYTES - min;
		}
	}
}
