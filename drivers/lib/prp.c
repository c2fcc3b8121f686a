// SPDX-License-Identifier: GPL-2.0-only
/*
 * prp.c - build Physical Region Page entries (NVMe Base 2.0c section 4.1.1)
 *
 * A transfer is a sequence of controller pages. Only its first page may be
 * entered at an offset, only its last may be left early:
 *
 *	entries		prp1		prp2
 *	1		first page	0
 *	2		first page	second page
 *	3 and more	first page	list of all pages but the first
 *
 * A list that needs more entries than one piece holds is chained: the last
 * slot of the piece is not a page but the address of the next piece.
 *
 *	prp2 -> [ p1 | p2 | .. | link ] -> [ pk | .. | link ] -> [ pn | .. ]
 *
 * Only when one more entry arrives is it known that a full piece is not the
 * final one. So entries are written greedily, and chaining moves the newest
 * entry out of the last slot into the next piece and leaves the link in its
 * place. prp2 turns from page to list the same way when the third entry comes.
 *
 * The controller itself knows a link by its place, the last slot of a memory
 * page. The caller therefore chains only pieces that end where a controller
 * page ends; lib/dptr.c plans for that. Nothing is allocated or mapped here.
 */
#include <nvmeq/prp.h>

static u64 page_mask(u8 page_shift)
{
	return (1ULL << page_shift) - 1;
}

u32 nvmeq_prp_entries(u32 first_offset, u32 bytes, u8 page_shift)
{
	u64 mask = page_mask(page_shift);

	if (!bytes)
		return 0;
	/* At most 2^32 + page - 1 bytes over pages of 4096 or more: fits. */
	return (u32)(((first_offset & mask) + bytes + mask) >> page_shift);
}

u32 nvmeq_prp_lists(u32 entries, u32 slots)
{
	u32 listed;

	if (entries <= 2)
		return 0;
	if (slots < 2)
		return ~0U;	/* a piece that is all link never ends */
	listed = entries - 1;
	if (listed <= slots)
		return 1;
	/* The final piece is full of pages, each before it holds one less. */
	return 1 + (listed - slots - 1) / (slots - 1) + 1;
}

void nvmeq_prp_begin(struct nvmeq_prp *p, u8 page_shift, const struct nvmeq_prp_list *lists,
		     u16 nr_lists, u16 slots)
{
	*p = (struct nvmeq_prp) {
		.lists = lists,
		.nr_lists = lists && slots >= 2 ? nr_lists : 0,
		.slots = slots,
		.page_shift = page_shift,
	};
}

/* The third entry: what prp2 held becomes the first slot of the first piece. */
static int prp_open_list(struct nvmeq_prp *p)
{
	if (!p->nr_lists)
		return -ENOSPC;
	p->lists[0].entries[0] = cpu_to_le64(p->prp2);
	p->prp2 = p->lists[0].addr;
	p->list = 0;
	p->slot = 1;
	return 0;
}

/* The piece is full and not the final one: its last slot becomes the link. */
static int prp_chain(struct nvmeq_prp *p)
{
	const struct nvmeq_prp_list *full = &p->lists[p->list];
	const struct nvmeq_prp_list *next = full + 1;
	u16 last = (u16)(p->slots - 1);

	if (p->list + 1 >= p->nr_lists)
		return -ENOSPC;
	next->entries[0] = full->entries[last];
	full->entries[last] = cpu_to_le64(next->addr);
	p->list++;
	p->slot = 1;
	return 0;
}

static int prp_put(struct nvmeq_prp *p, u64 entry)
{
	int err = 0;

	if (p->count == 0) {
		p->prp1 = entry;
	} else if (p->count == 1) {
		p->prp2 = entry;
	} else {
		if (p->count == 2)
			err = prp_open_list(p);
		else if (p->slot == p->slots)
			err = prp_chain(p);
		if (err)
			return err;
		p->lists[p->list].entries[p->slot++] = cpu_to_le64(entry);
	}
	p->count++;
	return 0;
}

static bool prp_fits(const struct nvmeq_prp *p, u64 addr, u32 len)
{
	if (!len || p->closed)
		return false;
	if (addr + (len - 1) < addr)
		return false;
	if (p->count)
		return !(addr & page_mask(p->page_shift));
	return !(addr & 3);
}

int nvmeq_prp_add(struct nvmeq_prp *p, u64 addr, u32 len)
{
	u64 mask = page_mask(p->page_shift);
	u64 page = addr & ~mask;
	u32 left;
	int err;

	if (!prp_fits(p, addr, len))
		return -EINVAL;
	left = nvmeq_prp_entries((u32)(addr & mask), len, p->page_shift);
	err = prp_put(p, addr);
	while (!err && --left) {
		page += mask + 1;
		err = prp_put(p, page);
	}
	if (err)
		return err;
	p->closed = (addr + len) & mask;
	return 0;
}

void nvmeq_prp_end(const struct nvmeq_prp *p, struct nvmeq_dptr *out)
{
	out->prp1 = cpu_to_le64(p->prp1);
	out->prp2 = cpu_to_le64(p->prp2);
}
