/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prp_read.h - reads prp1, prp2 and PRP lists as a controller does
 *
 * Written from the text of NVMe Base 2.0c section 4.1.1, one rule after the
 * other, and knowing nothing of how the driver builds them.
 */
#ifndef NVMEQ_MODEL_PRP_READ_H
#define NVMEQ_MODEL_PRP_READ_H

#include "spans.h"

struct prp_seen {
	struct spans spans;	/* the bytes of the transfer, in order */
	u32 entries;		/* PRP entries that point at data */
	u32 list_pages;		/* lists read */
	const char *wrong;	/* first rule that is broken, else NULL */
};

/* Returns seen->wrong == NULL. */
bool prp_read(struct bus *bus, unsigned int page_shift, u64 prp1, u64 prp2, u64 bytes,
	      struct prp_seen *seen);

#endif /* NVMEQ_MODEL_PRP_READ_H */
