// SPDX-License-Identifier: GPL-2.0-only
/* prp_read.c - see prp_read.h */
#include "prp_read.h"

static bool wrong(struct prp_seen *seen, const char *why)
{
	seen->wrong = why;
	return false;
}

static u64 smaller(u64 a, u64 b)
{
	return a < b ? a : b;
}

/*
 * A list goes on from its first byte to the end of the memory page that it
 * lies in. Its last entry in that page is the pointer to the next list when
 * more than one page of data is left to describe, and a PRP entry otherwise.
 */
static bool read_list(struct bus *bus, u64 page, u64 list, u64 left, struct prp_seen *seen)
{
	u64 at = list;

	seen->list_pages = 1;
	if (list % 8)
		return wrong(seen, "list pointer is not qword aligned");
	while (left) {
		u64 entry;

		if (!bus_read(bus, at, &entry, 8))
			return wrong(seen, "list entry outside the lent memory");
		if (at % page == page - 8 && left > page) {
			if (entry % 8)
				return wrong(seen, "chain pointer is not qword aligned");
			at = entry;
			seen->list_pages++;
			continue;
		}
		if (entry % page)
			return wrong(seen, "list entry has an offset");
		seen->entries++;
		if (!spans_add(&seen->spans, entry, smaller(page, left)))
			return wrong(seen, "too many ranges for this model");
		left -= smaller(page, left);
		at += 8;
	}
	return true;
}

bool prp_read(struct bus *bus, unsigned int page_shift, u64 prp1, u64 prp2, u64 bytes,
	      struct prp_seen *seen)
{
	u64 page = 1ULL << page_shift;
	u64 first;

	memset(seen, 0, offsetof(struct prp_seen, spans.s));
	seen->entries = 0;
	seen->list_pages = 0;
	seen->wrong = NULL;
	if (!bytes)
		return wrong(seen, "nothing to transfer");
	if (prp1 % 4)
		return wrong(seen, "PRP1 is not dword aligned");
	first = smaller(page - prp1 % page, bytes);
	seen->entries = 1;
	spans_add(&seen->spans, prp1, first);
	bytes -= first;

	if (!bytes)
		return prp2 ? wrong(seen, "PRP2 is not 0 although PRP1 holds all") : true;
	if (bytes <= page) {
		if (prp2 % page)
			return wrong(seen, "PRP2 is an entry with an offset");
		seen->entries++;
		return spans_add(&seen->spans, prp2, bytes);
	}
	return read_list(bus, page, prp2, bytes, seen);
}
