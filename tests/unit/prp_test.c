// SPDX-License-Identifier: GPL-2.0-only
/*
 * prp_test.c - what the driver writes as PRPs, read back like a controller
 *
 * The check is model/prp_read.c: every accepted list of runs must read back as
 * exactly those bytes, in that order, from list memory that ends at a guard
 * page. Runs that PRPs cannot express must be refused without a trace.
 */
#include <nvmeq/dptr.h>
#include <nvmeq/prp.h>

#include "model/prp_read.h"
#include "support/test.h"

#define LISTS	8

/* List memory: pieces of @slots entries, each ending at the end of a memory page. */
struct lent {
	struct nvmeq_prp_list l[LISTS];
	u16 nr;
	u16 slots;
	struct bus bus;
};

static void lend(struct lent *m, u16 nr, u16 slots, u8 page_shift, u64 base)
{
	u64 page = 1ULL << page_shift;
	u16 i;

	memset(m, 0, sizeof(*m));
	m->nr = nr;
	m->slots = slots;
	for (i = 0; i < nr; i++) {
		/* Not in ascending order, so that a wrong link cannot look right. */
		m->l[i].addr = base + (u64)((i * 5) % LISTS) * page + page - 8ULL * slots;
		m->l[i].entries = guard_alloc(8ULL * slots);
		bus_map(&m->bus, m->l[i].addr, m->l[i].entries, 8ULL * slots);
	}
}

static void take_back(struct lent *m)
{
	u16 i;

	for (i = 0; i < m->nr; i++)
		guard_free(m->l[i].entries);
}

struct run {
	u64 addr;
	u32 len;
};

/* Builds runs, which must all be accepted, and reads them back. */
static void round_trip(const char *text, const struct run *run, unsigned int n, u8 page_shift,
		       struct lent *m)
{
	static struct prp_seen seen;
	static struct spans given;
	struct nvmeq_dptr out;
	struct nvmeq_prp p;
	u32 entries, need;
	u64 bytes = 0;
	unsigned int i;

	spans_clear(&given);
	memset(&out, 0xee, sizeof(out));
	nvmeq_prp_begin(&p, page_shift, m->nr ? m->l : NULL, m->nr, m->slots);
	for (i = 0; i < n; i++) {
		if (!WANT(text, nvmeq_prp_add(&p, run[i].addr, run[i].len), 0))
			return;
		spans_add(&given, run[i].addr, run[i].len);
		bytes += run[i].len;
	}
	nvmeq_prp_end(&p, &out);

	prp_read(&m->bus, page_shift, nvmeq_get_le64((u8 *)&out), nvmeq_get_le64((u8 *)&out + 8),
		 bytes, &seen);
	if (!WANT_STR(text, seen.wrong ? seen.wrong : "nothing", "nothing"))
		return;
	HOLDS(text, spans_equal(&seen.spans, &given));
	WANT(text, p.count, seen.entries);

	entries = nvmeq_prp_entries((u32)(run[0].addr & ((1ULL << page_shift) - 1)), (u32)bytes,
				    page_shift);
	need = nvmeq_prp_lists(entries, m->slots ? m->slots : 2);
	WANT(text, entries, seen.entries);
	WANT(text, need, seen.list_pages);
}

#define K	1024u
#define G	(1ULL << 30)

static const struct {
	const char *desc;
	struct run run[6];
	u16 nr, slots;
} built[] = {
	{ "one dword",			{ { G, 4 } }, 0, 0 },
	{ "one sector",			{ { G, 512 } }, 0, 0 },
	{ "one page",			{ { G, 4096 } }, 0, 0 },
	{ "last dword of a page",	{ { G + 4092, 4 } }, 0, 0 },
	{ "page from the middle",	{ { G + 2048, 4096 } }, 0, 0 },
	{ "two pages",			{ { G, 8192 } }, 0, 0 },
	{ "a page and a byte",		{ { G, 4097 } }, 0, 0 },
	{ "two pages apart",		{ { 9 * G, 4096 }, { G, 4096 } }, 0, 0 },
	{ "tail then page",		{ { G + 4096 - 512, 512 }, { 5 * G, 4096 } }, 0, 0 },
	{ "tail then part of a page",	{ { G + 4, 4092 }, { 5 * G, 1 } }, 0, 0 },
	{ "two pages and a byte",	{ { G, 8193 } }, 1, 512 },
	{ "three pages",		{ { G, 12 * K } }, 1, 512 },
	{ "dword, page, dword",		{ { G + 4092, 4 }, { 8 * G, 4096 }, { 3 * G, 4 } }, 1, 512 },
	{ "three runs of two pages",	{ { G, 8 * K }, { 2 * G, 8 * K }, { 3 * G, 8 * K } }, 1, 512 },
	{ "list exactly full",		{ { G, 20 * K } }, 1, 4 },
	{ "one more than a list",	{ { G, 24 * K } }, 2, 4 },
	{ "two lists exactly full",	{ { G, 32 * K } }, 2, 4 },
	{ "one more than two lists",	{ { G, 36 * K } }, 3, 4 },
	{ "lists of two slots",		{ { G + 512, 20 * K } }, 5, 2 },
	{ "chain begins with a run",	{ { G, 20 * K }, { 7 * G, 4 * K } }, 2, 4 },
	{ "chain and a short end",	{ { G + 8, 20 * K - 8 }, { 7 * G, 1 } }, 2, 4 },
	{ "512 entries in the list",	{ { G, 513 * 4 * K } }, 1, 512 },
	{ "513 entries in the list",	{ { G, 514 * 4 * K } }, 2, 512 },
	{ "1023 entries in two lists",	{ { G, 1024 * 4 * K } }, 2, 512 },
	{ "1024 entries need a third",	{ { G, 1025 * 4 * K } }, 3, 512 },
	{ "8 MiB",			{ { G, 8192 * K } }, 5, 512 },
	{ "8 MiB from a dword on",	{ { G + 4, 8192 * K } }, 5, 512 },
	{ "8 MiB from the last dword on", { { G + 4092, 8192 * K } }, 5, 512 },
	{ "top of the address space",	{ { ~0ULL << 12, 4096 } }, 0, 0 },
	{ "highest three pages",	{ { ~0ULL - 12287, 12288 } }, 1, 512 },
};

static void reader_sees_the_runs_of_each_row(void)
{
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(built); i++) {
		struct lent m;

		for (n = 0; n < 6 && built[i].run[n].len; n++)
			;
		lend(&m, built[i].nr, built[i].slots, 12, 0x7700000000ULL);
		round_trip(built[i].desc, built[i].run, n, 12, &m);
		take_back(&m);
	}
}

static void data_pointer_bytes_are_as_the_specification_has_them(void)
{
	static const struct {
		const char *desc;
		struct run run[3];
		u64 prp1, prp2;
	} row[] = {
		{ "one page", { { 0x12345000, 4096 } }, 0x12345000, 0 },
		{ "offset stays in PRP1", { { 0x12345abc, 16 } }, 0x12345abc, 0 },
		{ "two pages", { { 0x12345e00, 4096 } }, 0x12345e00, 0x12346000 },
		{ "two runs", { { 0x5000, 4096 }, { 0x9000, 512 } }, 0x5000, 0x9000 },
		{ "list", { { 0x5000, 4096 }, { 0x9000, 8192 } }, 0x5000, 0x40000ff0 },
	};
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_dptr out;
		struct nvmeq_prp p;
		struct lent m;

		lend(&m, 1, 2, 12, 0x40000000);
		nvmeq_prp_begin(&p, 12, m.l, m.nr, m.slots);
		for (k = 0; k < 3 && row[i].run[k].len; k++)
			WANT(row[i].desc, nvmeq_prp_add(&p, row[i].run[k].addr, row[i].run[k].len),
			     0);
		nvmeq_prp_end(&p, &out);
		WANT(row[i].desc, le64_to_cpu(out.prp1), row[i].prp1);
		WANT(row[i].desc, le64_to_cpu(out.prp2), row[i].prp2);
		if (row[i].prp2 == 0x40000ff0) {
			WANT(row[i].desc, le64_to_cpu(m.l[0].entries[0]), 0x9000);
			WANT(row[i].desc, le64_to_cpu(m.l[0].entries[1]), 0xa000);
		}
		take_back(&m);
	}
}

/* The last run is the one that is refused; nothing may have changed by it. */
static const struct {
	const char *desc;
	struct run run[4];
	int want;
	u16 nr, slots;
} refused[] = {
	{ "empty run",			{ { G, 0 } }, -EINVAL, 1, 8 },
	{ "empty second run",		{ { G, 4096 }, { 2 * G, 0 } }, -EINVAL, 1, 8 },
	{ "first byte odd",		{ { G + 1, 512 } }, -EINVAL, 1, 8 },
	{ "first byte at a word",	{ { G + 2, 512 } }, -EINVAL, 1, 8 },
	{ "first byte before a dword",	{ { G + 3, 512 } }, -EINVAL, 1, 8 },
	{ "first byte odd in the page end", { { G + 4095, 1 } }, -EINVAL, 1, 8 },
	{ "second run with an offset",	{ { G, 4096 }, { 2 * G + 4, 512 } }, -EINVAL, 1, 8 },
	{ "second run with a big offset", { { G, 4096 }, { 2 * G + 2048, 2048 } }, -EINVAL, 1, 8 },
	{ "first run ends inside",	{ { G, 512 }, { 2 * G, 4096 } }, -EINVAL, 1, 8 },
	{ "second run ends inside",	{ { G, 4096 }, { 2 * G, 512 }, { 3 * G, 4096 } },
					-EINVAL, 1, 8 },
	{ "contiguous after an inner end", { { G, 512 }, { G + 512, 512 } }, -EINVAL, 1, 8 },
	{ "end one byte early",		{ { G + 4, 4091 }, { 2 * G, 4096 } }, -EINVAL, 1, 8 },
	{ "third entry without a list",	{ { G, 12 * K } }, -ENOSPC, 0, 0 },
	{ "third run without a list",	{ { G, 4 * K }, { 3 * G, 4 * K }, { 5 * G, 4 * K } },
					-ENOSPC, 0, 0 },
	{ "more than the list",		{ { G, 16 * K } }, -ENOSPC, 1, 2 },
	{ "more than both lists",	{ { G, 20 * K } }, -ENOSPC, 2, 2 },
	{ "one entry too many",		{ { G, 513 * 4 * K }, { 9 * G, 4 } }, -ENOSPC, 1, 512 },
};

static void runs_that_prps_cannot_express_are_refused(void)
{
	unsigned int i, n, k;

	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		struct nvmeq_prp p, before;
		__le64 copy[512];
		struct lent m;

		for (n = 4; n && !refused[i].run[n - 1].addr; n--)
			;
		lend(&m, refused[i].nr, refused[i].slots, 12, 0x7700000000ULL);
		nvmeq_prp_begin(&p, 12, m.nr ? m.l : NULL, m.nr, m.slots);
		for (k = 0; k + 1 < n; k++)
			WANT(refused[i].desc,
			     nvmeq_prp_add(&p, refused[i].run[k].addr, refused[i].run[k].len), 0);
		before = p;
		if (m.nr)
			memcpy(copy, m.l[0].entries, 8u * m.slots);
		WANT(refused[i].desc, nvmeq_prp_add(&p, refused[i].run[k].addr,
						    refused[i].run[k].len), refused[i].want);
		if (refused[i].want == -EINVAL) {
			WANT(refused[i].desc, p.count, before.count);
			WANT(refused[i].desc, p.prp1, before.prp1);
			WANT(refused[i].desc, p.prp2, before.prp2);
			WANT(refused[i].desc, p.list, before.list);
			WANT(refused[i].desc, p.slot, before.slot);
			WANT(refused[i].desc, p.closed, before.closed);
			WANT_MEM(refused[i].desc, m.l[0].entries, copy, 8u * m.slots);
		}
		take_back(&m);
	}
}

/* The specification's definition, a page at a time. */
static u32 naive_entries(u64 offset, u64 bytes, u64 page)
{
	u32 n = 0;

	while (bytes) {
		u64 here = page - offset < bytes ? page - offset : bytes;

		bytes -= here;
		offset = 0;
		n++;
	}
	return n;
}

static u32 naive_lists(u32 entries, u32 slots)
{
	u32 left = entries - 1, n = 1;

	if (entries <= 2)
		return 0;
	while (left > slots) {
		left -= slots - 1;
		n++;
	}
	return n;
}

static void entries_are_those_of_counting_pages(void)
{
	static const struct {
		const char *desc;
		u32 offset, bytes;
		u8 shift;
		u32 want;
	} row[] = {
		{ "a byte", 0, 1, 12, 1 },
		{ "a page", 0, 4096, 12, 1 },
		{ "a page and a byte", 0, 4097, 12, 2 },
		{ "to the page end", 4092, 4, 12, 1 },
		{ "over the page end", 4092, 5, 12, 2 },
		{ "two pages from an offset", 4, 8192, 12, 3 },
		{ "8 MiB", 0, 8u << 20, 12, 2048 },
		{ "8 MiB from an offset", 4, 8u << 20, 12, 2049 },
		{ "64 KiB pages", 0, 8u << 20, 16, 128 },
		{ "32 bits of bytes", 0, ~0u, 12, 1u << 20 },
		{ "32 bits of bytes from the page end", 4092, ~0u, 12, (1u << 20) + 1 },
	};
	struct rng r = test_rng();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		WANT(row[i].desc, nvmeq_prp_entries(row[i].offset, row[i].bytes, row[i].shift),
		     row[i].want);
	for (i = 0; i < 20000 && test_misses() < 5; i++) {
		u8 shift = (u8)rnd_in(&r, 12, 16);
		u32 offset = rnd(&r, 1u << shift), bytes = 1 + rnd(&r, 1u << rnd_in(&r, 1, 24));

		WANT(desc("%u bytes from %u, shift %u", bytes, offset, shift),
		     nvmeq_prp_entries(offset, bytes, shift),
		     naive_entries(offset, bytes, 1ULL << shift));
	}
}

static void lists_are_those_of_filling_them(void)
{
	u32 entries, slots;

	for (slots = 2; slots <= 600; slots += slots < 40 ? 1 : 59)
		for (entries = 0; entries < 2200 && test_misses() < 5; entries++)
			WANT(desc("%u entries, %u slots", entries, slots),
			     nvmeq_prp_lists(entries, slots), naive_lists(entries, slots));
	for (entries = 0; entries < 2200; entries++)
		WANT(desc("%u entries", entries), nvmeq_prp_lists(entries, 512),
		     naive_lists(entries, 512));
	WANT("the largest transfer", nvmeq_prp_lists(2049, 512), NVMEQ_MAX_LISTS);
}

/* Runs that PRPs can express: page multiples between the two ends. */
static unsigned int random_runs(struct rng *r, struct run *run, unsigned int max, u8 shift,
				u32 max_pages)
{
	unsigned int i, n = 1 + rnd(r, max);
	u64 page = 1ULL << shift;
	u32 pages = 0;

	for (i = 0; i < n; i++) {
		u32 here = 1 + rnd(r, one_in(r, 8) ? 300 : 4);

		run[i].addr = (rnd64(r) >> rnd_in(r, 4, 30)) / page * page;
		run[i].len = (u32)(here * page);
		pages += here;
		if (pages > max_pages) {
			n = i ? i : 1;
			if (!i)
				run[0].len = (u32)page;
			break;
		}
	}
	if (one_in(r, 2)) {
		u32 off = rnd(r, (u32)page / 4) * 4;

		run[0].addr += off;
		run[0].len -= off;
	}
	if (one_in(r, 2))
		run[n - 1].len -= rnd(r, min((u32)page, run[n - 1].len));
	return n;
}

static void reader_sees_random_runs(void)
{
	struct rng r = test_rng();
	unsigned int i;

	for (i = 0; i < 6000 && test_misses() < 5; i++) {
		u8 shift = (u8)(one_in(&r, 4) ? rnd_in(&r, 13, 16) : 12);
		u16 slots = (u16)(one_in(&r, 3) ? 512 : rnd_in(&r, 2, 64));
		u32 room = LISTS * (slots - 1u) - 1;
		struct run run[40];
		struct lent m;
		unsigned int n;

		if (slots == 512)
			shift = 12;
		n = random_runs(&r, run, ARRAY_SIZE(run), shift, room);
		lend(&m, LISTS, slots, shift, 0x7700000000ULL);
		round_trip(desc("random build %u", i), run, n, shift, &m);
		take_back(&m);
	}
}

/*
 * Any runs at all: what is accepted must read back, what is refused must break
 * a rule that the test knows, and what keeps all rules must not be refused.
 */
static void random_runs_are_judged_like_the_rules_say(void)
{
	static struct prp_seen seen;
	static struct spans given;
	struct rng r = test_rng();
	unsigned int i;

	for (i = 0; i < 20000 && test_misses() < 5; i++) {
		const char *text = desc("random judgement %u", i);
		u16 nr = (u16)rnd(&r, 3), slots = (u16)rnd_in(&r, 2, 6);
		bool ended_inside = false, full = false;
		u64 bytes = 0, entries = 0;
		unsigned int k, n = 0;
		struct nvmeq_dptr out;
		struct nvmeq_prp p;
		struct lent m;

		lend(&m, nr, slots, 12, 0x7700000000ULL);
		spans_clear(&given);
		nvmeq_prp_begin(&p, 12, nr ? m.l : NULL, nr, slots);
		for (k = 0; k < 6 && !full; k++) {
			u64 addr = (u64)rnd(&r, 1u << 30) << 12;
			u32 len = (1 + rnd(&r, 3)) << 12;
			bool can;
			int ret;

			if (one_in(&r, 4))
				addr += rnd(&r, 4096);
			if (one_in(&r, 4))
				len = rnd(&r, 9000);
			else if (one_in(&r, 4))
				len -= (u32)(addr % 4096);
			can = len && !ended_inside && (n ? addr % 4096 == 0 : addr % 4 == 0);
			ret = nvmeq_prp_add(&p, addr, len);
			if (!can) {
				WANT(text, ret, -EINVAL);
				continue;
			}
			entries += naive_entries(addr % 4096, len, 4096);
			full = naive_lists((u32)entries, slots) > nr;
			if (!WANT(text, ret, full ? -ENOSPC : 0) || full)
				break;
			spans_add(&given, addr, len);
			bytes += len;
			ended_inside = (addr + len) % 4096;
			n++;
		}
		if (n && !full) {
			nvmeq_prp_end(&p, &out);
			prp_read(&m.bus, 12, le64_to_cpu(out.prp1), le64_to_cpu(out.prp2), bytes,
				 &seen);
			WANT_STR(text, seen.wrong ? seen.wrong : "nothing", "nothing");
			HOLDS(text, seen.wrong || spans_equal(&seen.spans, &given));
		}
		take_back(&m);
	}
}

/* The model must be able to say no, else the tests above prove nothing. */
static void reader_notices_broken_lists(void)
{
	static const u64 good[4] = { 0x10000, 0x20000, 0x30000, 0x40000 };
	static const u64 offset[4] = { 0x10000, 0x20004, 0x30000, 0x40000 };
	static struct prp_seen seen;
	struct bus bus;

	bus_clear(&bus);
	bus_map(&bus, 0x5000, good, sizeof(good));
	bus_map(&bus, 0x6000, offset, sizeof(offset));
	HOLDS("good", prp_read(&bus, 12, 0x8000, 0x5000, 5 * 4096, &seen));
	HOLDS("too long", !prp_read(&bus, 12, 0x8000, 0x5000, 6 * 4096, &seen));
	HOLDS("offset in the list", !prp_read(&bus, 12, 0x8000, 0x6000, 5 * 4096, &seen));
	HOLDS("list not aligned", !prp_read(&bus, 12, 0x8000, 0x5004, 3 * 4096, &seen));
	HOLDS("offset in PRP2", !prp_read(&bus, 12, 0x8000, 0x9004, 2 * 4096, &seen));
	HOLDS("PRP2 left over", !prp_read(&bus, 12, 0x8000, 0x9000, 4096, &seen));
	HOLDS("PRP1 odd", !prp_read(&bus, 12, 0x8002, 0, 512, &seen));
}

static const struct CMUnitTest tests[] = {
	TEST(reader_notices_broken_lists),
	TEST(data_pointer_bytes_are_as_the_specification_has_them),
	TEST(reader_sees_the_runs_of_each_row),
	TEST(runs_that_prps_cannot_express_are_refused),
	TEST(entries_are_those_of_counting_pages),
	TEST(lists_are_those_of_filling_them),
	TEST(reader_sees_random_runs),
	TEST(random_runs_are_judged_like_the_rules_say),
};

TEST_MAIN("prp", tests)
