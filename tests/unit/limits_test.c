// SPDX-License-Identifier: GPL-2.0-only
/*
 * limits_test.c - what the block layer is told: worked rows, each limit in
 * turn being the smallest, and random facts against model/facts_sane.c
 */
#include <nvmeq/limits.h>

#include "fixtures/fixtures.h"
#include "model/facts_sane.h"
#include "support/test.h"

#define K	1024u
#define M	(1024u * 1024u)

/* A controller and a namespace that limit nothing. */
static const struct nvmeq_ctrl_facts wide = {
	.max_transfer_bytes = 8 * M, .has_dsm = true, .has_write_zeroes = true, .dsm_ranges = 256,
};
static const struct nvmeq_ns_facts disk = {
	.nsid = 1, .blocks = 2097152, .block_shift = 9, .use = NVMEQ_NS_USABLE,
};

static struct nvmeq_limits make(const char *text, const struct nvmeq_ctrl_facts *c,
				const struct nvmeq_ns_facts *n, u8 page_shift, u32 max)
{
	struct nvmeq_limits l;

	memset(&l, 0xee, sizeof(l));
	nvmeq_limits_make(c, n, page_shift, max, &l);
	WANT_STR(text, limits_wrong(c, n, page_shift, max, &l), NULL);
	return l;
}

static void units_convert_without_loss(void)
{
	unsigned int shift;

	for (shift = 9; shift <= 16; shift++) {
		const char *text = desc("shift %u", shift);

		WANT(text, nvmeq_blocks_to_sect512((u8)shift, 3), 3u << (shift - 9));
		WANT(text, nvmeq_sect512_to_lba((u8)shift, 3u << (shift - 9)), 3);
		WANT(text, nvmeq_blocks_to_sect512((u8)shift, (1ULL << (63 - shift)) - 1),
		     (1ULL << 54) - (1ULL << (shift - 9)));
	}
}

static void largest_transfer_is_the_smallest_of_all(void)
{
	static const struct {
		const char *desc;
		u32 ctrl, admin;
		u8 block_shift, page_shift;
		u32 want_bytes;
	} row[] = {
		{ "the controller's", 128 * K, 8 * M, 9, 12, 128 * K },
		{ "the administrator's", 8 * M, 256 * K, 9, 12, 256 * K },
		{ "the driver's", 8 * M, 16 * M, 9, 12, 8 * M },
		{ "smallest page", 4 * K, 8 * M, 9, 12, 4 * K },
		{ "whole blocks of 4K", 128 * K, 252 * K, 12, 12, 128 * K },
		{ "whole blocks of 64K", 8 * M, 252 * K, 16, 16, 192 * K },
		{ "whole blocks of 16K", 8 * M, 60 * K, 14, 16, 48 * K },
		{ "just one block", 64 * K, 8 * M, 16, 16, 64 * K },
		{ "8 KiB pages chain no lists", 8 * M, 8 * M, 9, 13, 4 * M },
		{ "16 KiB pages need none", 8 * M, 8 * M, 9, 14, 8 * M },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_ctrl_facts c = wide;
		struct nvmeq_ns_facts n = disk;
		struct nvmeq_limits l;

		c.max_transfer_bytes = row[i].ctrl;
		n.block_shift = row[i].block_shift;
		l = make(row[i].desc, &c, &n, row[i].page_shift, row[i].admin);
		WANT(row[i].desc, l.max_transfer_sect512, row[i].want_bytes / 512);
		WANT(row[i].desc, l.capacity_sect512, 2097152ULL << (row[i].block_shift - 9));
	}
}

static void block_larger_than_any_transfer_makes_no_disk(void)
{
	struct nvmeq_ctrl_facts c = wide;
	struct nvmeq_ns_facts n = disk;
	struct nvmeq_limits l;

	c.max_transfer_bytes = 8 * K;
	n.block_shift = 14;
	l = make("16K blocks, 8K transfers", &c, &n, 14, 8 * M);
	WANT("16K blocks, 8K transfers", l.capacity_sect512, 0);
	WANT("16K blocks, 8K transfers", l.logical_bytes, 512);
}

static void namespace_that_is_no_disk_is_harmless(void)
{
	unsigned int use, shift;

	for (use = NVMEQ_NS_USABLE + 1; use <= NVMEQ_NS_FORMAT_INDEX; use++) {
		for (shift = 0; shift <= 16; shift++) {
			const char *text = desc("use %u, shift %u", use, shift);
			struct nvmeq_ns_facts n = disk;
			struct nvmeq_limits l;

			n.use = use;
			n.block_shift = (u8)shift;
			n.blocks = ~0ULL;
			l = make(text, &wide, &n, 12, 1 * M);
			WANT(text, l.capacity_sect512, 0);
			WANT(text, l.logical_bytes, 512);
			WANT(text, l.physical_bytes, 512);
			WANT(text, l.discard_sect512, 0);
			WANT(text, l.write_zeroes_sect512, 0);
			HOLDS(text, l.max_transfer_sect512 >= 8);
		}
	}
}

static void hints_are_taken_when_they_make_sense(void)
{
	static const struct {
		const char *desc;
		u8 shift;
		u32 npwg, nows, noiob, ns_atomic, ctrl_atomic;
		u32 physical, io_min, io_opt, chunk_sect512;
	} row[] = {
		{ "none", 9, 0, 0, 0, 0, 0, 512, 512, 0, 0 },
		{ "4K granularity", 9, 8, 0, 0, 0, 0, 4 * K, 4 * K, 0, 0 },
		{ "4K granularity, atomic 4K", 9, 8, 0, 0, 8, 0, 4 * K, 4 * K, 0, 0 },
		{ "4K granularity, atomic block", 9, 8, 0, 0, 1, 0, 512, 4 * K, 0, 0 },
		{ "controller's atomic unit", 9, 8, 0, 0, 0, 2, 1 * K, 4 * K, 0, 0 },
		{ "namespace's goes first", 9, 8, 0, 0, 4, 1, 2 * K, 4 * K, 0, 0 },
		{ "granularity of 3 blocks", 12, 3, 0, 0, 0, 0, 8 * K, 8 * K, 0, 0 },
		{ "preferred size", 12, 4, 32, 0, 0, 0, 16 * K, 16 * K, 128 * K, 0 },
		{ "preferred size is no whole units", 12, 4, 30, 0, 0, 0, 16 * K, 16 * K, 0, 0 },
		{ "preferred size without granularity", 12, 0, 32, 0, 0, 0, 4 * K, 4 * K, 128 * K,
		  0 },
		{ "boundary of 128K", 9, 0, 0, 256, 0, 0, 512, 512, 0, 256 },
		{ "boundary of 1M", 12, 0, 0, 256, 0, 0, 4 * K, 4 * K, 0, 2048 },
		{ "boundary is no power of two", 9, 0, 0, 384, 0, 0, 512, 512, 0, 0 },
		{ "boundary below a host page", 9, 0, 0, 4, 0, 0, 512, 512, 0, 0 },
		{ "boundary of a host page", 9, 0, 0, 8, 0, 0, 512, 512, 0, 8 },
		{ "granularity beyond reason", 12, 65536, 0, 0, 0, 0, 1 * M, 1 * M, 0, 0 },
		{ "preferred size of 8M", 12, 0, 2048, 0, 0, 0, 4 * K, 4 * K, 8 * M, 0 },
		{ "preferred size beyond a command", 12, 0, 4096, 0, 0, 0, 4 * K, 4 * K, 0, 0 },
		{ "preferred size of 4 GiB", 16, 0, 65536, 0, 0, 0, 64 * K, 64 * K, 0, 0 },
		{ "largest boundary", 12, 0, 0, 32768, 0, 0, 4 * K, 4 * K, 0, 262144 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_ctrl_facts c = wide;
		struct nvmeq_ns_facts n = disk;
		struct nvmeq_limits l;

		c.atomic_blocks = row[i].ctrl_atomic;
		n.block_shift = row[i].shift;
		n.write_granularity_blocks = row[i].npwg;
		n.write_opt_blocks = row[i].nows;
		n.boundary_blocks = row[i].noiob;
		n.atomic_blocks = row[i].ns_atomic;
		l = make(row[i].desc, &c, &n, 12, 1 * M);
		WANT(row[i].desc, l.physical_bytes, row[i].physical);
		WANT(row[i].desc, l.io_min_bytes, row[i].io_min);
		WANT(row[i].desc, l.io_opt_bytes, row[i].io_opt);
		WANT(row[i].desc, l.chunk_sect512, row[i].chunk_sect512);
	}
}

static void discard_limits(void)
{
	static const struct {
		const char *desc;
		bool dsm;
		u8 shift;
		u32 range_blocks;
		u64 all_blocks;
		u16 ranges;
		u32 npdg, npda;
		u32 sect512;
		u16 segments;
		u32 granularity;
	} row[] = {
		{ "not supported", false, 9, 100, 0, 5, 8, 8, 0, 0, 0 },
		{ "no limit reported", true, 9, 0, 0, 256, 0, 0, 0xffffffff, 256, 512 },
		{ "no limit, 4K", true, 12, 0, 0, 256, 0, 0, 0xfffffff8, 256, 4 * K },
		{ "a range limit", true, 9, 1000, 0, 256, 0, 0, 1000, 256, 512 },
		{ "a range limit, 4K", true, 12, 1000, 0, 16, 0, 0, 8000, 16, 4 * K },
		{ "a limit of all", true, 9, 1000, 600, 256, 0, 0, 600, 256, 512 },
		{ "a limit of all that is larger", true, 9, 1000, 6000, 256, 0, 0, 1000, 256, 512 },
		{ "one range", true, 9, 65536, 0, 1, 0, 0, 65536, 1, 512 },
		{ "granularity", true, 9, 0, 0, 256, 32, 32, 0xffffffff, 256, 16 * K },
		{ "granularity of 1M", true, 9, 0, 0, 256, 2048, 0, 0xffffffff, 256, 1 * M },
		{ "granularity beyond reason", true, 12, 0, 0, 256, 65536, 0, 0xfffffff8, 256,
		  4 * K },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_ctrl_facts c = wide;
		struct nvmeq_ns_facts n = disk;
		struct nvmeq_limits l;

		c.has_dsm = row[i].dsm;
		c.dsm_ranges = row[i].ranges;
		c.dsm_range_blocks = row[i].range_blocks;
		c.dsm_blocks = row[i].all_blocks;
		n.block_shift = row[i].shift;
		n.dealloc_granularity_blocks = row[i].npdg;
		n.dealloc_align_blocks = row[i].npda;
		l = make(row[i].desc, &c, &n, 12, 1 * M);
		WANT(row[i].desc, l.discard_sect512, row[i].sect512);
		if (!row[i].dsm)
			continue;
		WANT(row[i].desc, l.discard_segments, row[i].segments);
		WANT(row[i].desc, l.discard_granularity_bytes, row[i].granularity);
	}
}

static void write_zeroes_limits(void)
{
	static const struct {
		const char *desc;
		bool wz;
		u8 shift;
		u64 max_bytes;
		u32 sect512;
	} row[] = {
		{ "not supported", false, 9, 1 * M, 0 },
		{ "no limit reported: as a transfer", true, 9, 0, 2048 },
		{ "no limit reported, 4K", true, 12, 0, 2048 },
		{ "64 KiB", true, 9, 64 * K, 128 },
		{ "64 KiB of 4K blocks", true, 12, 64 * K, 128 },
		{ "65536 blocks", true, 9, 32 * M, 65536 },
		{ "more than 65536 blocks", true, 9, 64 * M, 65536 },
		{ "65536 blocks of 4K", true, 12, 1ULL << 40, 524288 },
		{ "beyond counting", true, 12, ~0ULL, 524288 },
		{ "65536 blocks of 64K", true, 16, ~0ULL, 8388608 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_ctrl_facts c = wide;
		struct nvmeq_ns_facts n = disk;
		struct nvmeq_limits l;

		c.has_write_zeroes = row[i].wz;
		c.max_wz_bytes = row[i].max_bytes;
		n.block_shift = row[i].shift;
		l = make(row[i].desc, &c, &n, 12, 1 * M);
		WANT(row[i].desc, l.write_zeroes_sect512, row[i].sect512);
	}
}

static void flags_and_boundary_are_passed_on(void)
{
	unsigned int bits, page_shift;

	for (bits = 0; bits < 4; bits++)
		for (page_shift = 12; page_shift <= 16; page_shift++) {
			const char *text = desc("bits %u, page shift %u", bits, page_shift);
			struct nvmeq_ctrl_facts c = wide;
			struct nvmeq_ns_facts n = disk;
			struct nvmeq_limits l;

			c.vwc = bits & 1;
			n.read_only = bits & 2;
			l = make(text, &c, &n, (u8)page_shift, 1 * M);
			WANT(text, l.write_cache, bits & 1);
			WANT(text, l.read_only, !!(bits & 2));
			WANT(text, l.virt_boundary, (1u << page_shift) - 1);
		}
}

/* What a format has beside data is told by prot.c, which adds to what is made here. */
static void protection_is_none_of_them(void)
{
	struct nvmeq_ns_facts n = disk;
	struct nvmeq_limits l;

	n.metadata_bytes = 16;
	n.pi_type = 1;
	l = make("type 1", &wide, &n, 12, 1 * M);
	WANT("type 1", l.capacity_sect512, 2097152);
	WANT("type 1", l.pi_type || l.meta_bytes || l.tuple_at || l.stable_writes, false);
	n.use = NVMEQ_NS_GUARD;
	l = make("another guard", &wide, &n, 12, 1 * M);
	WANT("another guard", l.pi_type || l.meta_bytes || l.tuple_at || l.stable_writes, false);
}

static void random_pages_give_sane_limits(void)
{
	u8 page[PAGE_BYTES] __attribute__((aligned(8)));
	struct rng r = test_rng();
	unsigned int i, k, usable = 0;

	for (i = 0; i < 8000 && test_misses() < 5; i++) {
		const char *text = desc("random page %u", i);
		u8 shift = (u8)rnd_in(&r, 12, 16);
		struct nvmeq_ctrl_facts c;
		struct nvmeq_ns_facts n;

		for (k = 0; k < PAGE_BYTES; k += 8)
			put64(page, k, rnd64(&r));
		page[512] = 0x66;
		page[513] = 0x44;
		page[77] = (u8)rnd(&r, 14);
		WANT(text, nvmeq_ident_ctrl(page, 4096, 12, &c), 0);
		for (k = 0; k < 16; k++)
			page[k] = one_in(&r, 3) ? 0 : (u8)rnd64(&r);
		WANT(text, nvmeq_ident_ctrl_nvm(page, 4096, 12, &c), 0);
		put64(page, 0, rnd64(&r) >> rnd_in(&r, 8, 60));
		page[25] = 15;
		page[29] = 0;
		for (k = 0; k < 16; k++) {
			put16(page, 128 + 4 * k, one_in(&r, 8));
			page[130 + 4 * k] = (u8)rnd_in(&r, 8, 17);
		}
		for (k = 46; k < 74; k += 2)
			put16(page, k, (u16)(one_in(&r, 2) ? 1u << rnd(&r, 16) :
					     (1u << rnd(&r, 16)) - 1));
		WANT(text, nvmeq_ident_ns(page, 4096, 1, shift, &n), 0);
		make(text, &c, &n, shift, 4096 * rnd_in(&r, 1, 2048));
		usable += n.use == NVMEQ_NS_USABLE;
	}
	HOLDS("the pages are not all refused", usable > 2000);
}

static const struct CMUnitTest tests[] = {
	TEST(units_convert_without_loss),
	TEST(largest_transfer_is_the_smallest_of_all),
	TEST(block_larger_than_any_transfer_makes_no_disk),
	TEST(namespace_that_is_no_disk_is_harmless),
	TEST(hints_are_taken_when_they_make_sense),
	TEST(discard_limits),
	TEST(write_zeroes_limits),
	TEST(flags_and_boundary_are_passed_on),
	TEST(protection_is_none_of_them),
	TEST(random_pages_give_sane_limits),
};

TEST_MAIN("limits", tests)
