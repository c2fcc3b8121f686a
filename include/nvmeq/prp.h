/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prp.h - Physical Region Pages: runs of (address, length) to prp1, prp2 and
 * chained lists (NVMe Base 2.0c section 4.1.1)
 */
#ifndef NVMEQ_PRP_H
#define NVMEQ_PRP_H

#include <nvmeq/spec_cmd.h>

/**
 * struct nvmeq_prp_list - one piece of list memory that the caller lends
 * @entries: where the processor writes it
 * @addr: where the controller reads it; 8-byte aligned, not crossing a page,
 *	and when it is followed by another piece, ending where a controller page ends
 */
struct nvmeq_prp_list {
	__le64 *entries;
	u64 addr;
};

/**
 * struct nvmeq_prp - cursor of a PRP build; the cursor is the whole state
 * @prp1: first entry
 * @prp2: second entry, or the address of the first list once there are three
 * @count: entries written so far, those in prp1 and prp2 included
 * @lists: list memory lent by the caller, used in order
 * @nr_lists: pieces in @lists
 * @slots: entries that one piece holds
 * @list: piece being filled
 * @slot: next free entry in it
 * @page_shift: log2 of the controller's memory page (CC.MPS + 12)
 * @closed: the last run ended inside a page, so nothing may follow it
 */
struct nvmeq_prp {
	u64 prp1;
	u64 prp2;
	u32 count;
	const struct nvmeq_prp_list *lists;
	u16 nr_lists;
	u16 slots;
	u16 list;
	u16 slot;
	u8 page_shift;
	bool closed;
};

/**
 * nvmeq_prp_entries() - entries that a transfer needs
 * @first_offset: offset of the first byte in its controller page
 * @bytes: length of the whole transfer
 * @page_shift: log2 of the controller page
 *
 * Holds for any list of runs that nvmeq_prp_add() accepts.
 */
u32 nvmeq_prp_entries(u32 first_offset, u32 bytes, u8 page_shift);

/**
 * nvmeq_prp_lists() - list pieces that a number of entries needs
 * @entries: result of nvmeq_prp_entries()
 * @slots: entries that one piece holds, at least 2
 *
 * Return: 0 for one or two entries; else pieces, counting the last slot of
 * every piece but the final one as the link to the next.
 */
u32 nvmeq_prp_lists(u32 entries, u32 slots);

/**
 * nvmeq_prp_begin() - start a build
 * @p: cursor
 * @page_shift: log2 of the controller page
 * @lists: list memory, may be NULL when @nr_lists is 0
 * @nr_lists: pieces in @lists
 * @slots: entries that one piece holds
 */
void nvmeq_prp_begin(struct nvmeq_prp *p, u8 page_shift, const struct nvmeq_prp_list *lists,
		     u16 nr_lists, u16 slots);

/**
 * nvmeq_prp_add() - append a run of bus addresses
 * @p: cursor
 * @addr: first byte
 * @len: bytes, not 0
 *
 * Only the first run may start inside a page (dword aligned), only the last
 * may end inside one.
 *
 * Return: 0; -EINVAL for a run that PRPs cannot express (nothing is written);
 * -ENOSPC when the lent lists are full (the build must be given up).
 */
int nvmeq_prp_add(struct nvmeq_prp *p, u64 addr, u32 len);

/**
 * nvmeq_prp_end() - write the data pointer
 * @p: cursor of a build with at least one run
 * @out: prp1, and prp2 as second page, list pointer or 0
 */
void nvmeq_prp_end(const struct nvmeq_prp *p, struct nvmeq_dptr *out);

#endif /* NVMEQ_PRP_H */
