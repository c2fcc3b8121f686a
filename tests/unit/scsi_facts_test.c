// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_facts_test.c - facts gathered from what Identify and the limits say, and
 * what follows from them, against plain sentences
 */
#include <nvmeq/scsi_facts.h>

#include "support/test.h"

#define KIB	1024u

static void everything_is_gathered(void)
{
	struct nvmeq_ctrl_facts c = {
		.vid = 0x1234, .model = "MODEL", .serial = "SERIAL", .firmware = "FW",
		.oacs = 0x0217, .oncs = 0x00af, .vwc = true, .power_states = 5,
		.smart_per_ns = true, .format_all = true, .sanicap = 7, .self_test_minutes = 9,
		.warn_kelvin = 343, .firmware_slots = 3, .slot1_read_only = true,
		.activate_now = true, .firmware_unit_bytes = 8192, .compare_write_blocks = 8,
		.has_dsm = true, .dsm_ranges = 17, .dsm_range_blocks = 100, .dsm_blocks = 1000,
	};
	struct nvmeq_ns_facts n = {
		.nsid = 5, .has_eui64 = true, .has_nguid = true, .has_uuid = true,
		.eui64 = { 1, 2, 3, 4, 5, 6, 7, 8 }, .nguid = { 9, 10 }, .uuid = { 11, 12 },
		.blocks = 1000000, .block_shift = 12, .metadata_bytes = 8, .extended = true,
		.pi_type = 1, .pi_first = true, .pi_bytes = 8, .pi_ref_bits = 32,
		.dpc = 0x1f, .thin = true, .read_only = true,
		.dealloc_zero = true, .wz_dealloc = true, .rescap = 0x7f,
		.format_progress = true, .write_granularity_blocks = 2, .write_opt_blocks = 32,
		.dealloc_granularity_blocks = 16, .dealloc_align_blocks = 4, .nr_formats = 2,
		.formats = { { 9, 0 }, { 12, 8 } },
	};
	struct nvmeq_limits l = {
		.physical_bytes = 16384, .max_transfer_sect512 = 1024,
		.write_zeroes_sect512 = 4096,
	};
	struct nvmeq_scsi_facts f;

	memset(&f, 0xee, sizeof(f));
	nvmeq_scsi_facts_make(&c, &n, &l, &f);
	WANT_STR("names", f.model, "MODEL");
	WANT_STR("names", f.serial, "SERIAL");
	WANT_STR("names", f.firmware, "FW");
	WANT("names", f.vid, 0x1234);
	WANT("names", f.nsid, 5);
	WANT("names", f.has_eui64 && f.has_nguid && f.has_uuid, true);
	WANT_MEM("names", f.eui64, n.eui64, 8);
	WANT_MEM("names", f.nguid, n.nguid, 16);
	WANT_MEM("names", f.uuid, n.uuid, 16);
	WANT("geometry", f.blocks, 1000000);
	WANT("geometry", f.block_shift, 12);
	WANT("geometry", f.metadata_bytes, 8);
	WANT("geometry", f.extended && f.pi_first && f.thin && f.read_only, true);
	WANT("geometry", f.pi_type, 1);
	WANT("geometry", f.pi_bytes, 8);
	WANT("geometry", f.pi_ref_bits, 32);
	WANT("geometry", f.dpc, 0x1f);
	WANT("geometry", f.physical_bytes, 16384);
	WANT("geometry", f.opt_transfer_blocks, 32);
	WANT("geometry", f.granularity_blocks, 2);
	WANT("geometry", f.unmap_granularity_blocks, 16);
	WANT("geometry", f.unmap_align_blocks, 4);
	WANT("geometry", f.dealloc_zero && f.wz_dealloc && f.format_progress, true);
	WANT("geometry", f.rescap, 0x7f);
	WANT("formats", f.nr_formats, 2);
	WANT("formats", f.formats[1].block_shift, 12);
	WANT("formats", f.formats[1].metadata_bytes, 8);
	WANT("abilities", f.oacs, 0x0217);
	WANT("abilities", f.oncs, 0x00af);
	WANT("abilities", f.vwc && f.fused && f.smart_per_ns && f.format_all, true);
	WANT("abilities", f.sanicap, 7);
	WANT("abilities", f.self_test_minutes, 9);
	WANT("abilities", f.warn_kelvin, 343);
	WANT("abilities", f.power_states, 5);
	WANT("abilities", f.firmware_slots, 3);
	WANT("abilities", f.slot1_read_only && f.activate_now, true);
	WANT("abilities", f.firmware_unit_bytes, 8192);
	WANT("limits", f.max_transfer_bytes, 512 * KIB);
	WANT("limits", f.write_zeroes_blocks, 512);
	WANT("limits", f.compare_write_blocks, 8);
	WANT("limits", f.unmap_ranges, 17);
	WANT("limits", f.unmap_range_blocks, 100);
	WANT("limits", f.unmap_blocks, 1000);
	WANT("left to the caller", f.reservations || f.pi_transfer || f.power_control, false);
	HOLDS("left to the caller", !f.nsids && !f.nr_nsids);
}

static void nothing_is_made_of_nothing(void)
{
	static const struct nvmeq_ctrl_facts c;
	static const struct nvmeq_ns_facts n;
	static const struct nvmeq_limits l;
	struct nvmeq_scsi_facts f;

	memset(&f, 0xee, sizeof(f));
	nvmeq_scsi_facts_make(&c, &n, &l, &f);
	WANT("no medium", nvmeq_scsi_has_medium(&f), false);
	WANT("no block", nvmeq_scsi_block_bytes(&f), 0);
	WANT("no piece", nvmeq_scsi_piece_blocks(&f), 0);
	WANT("no write same", nvmeq_scsi_write_same_max(&f), 0);
	WANT("no verify", f.verify_blocks, 0);
	WANT("no write zeroes", f.write_zeroes_blocks, 0);
	WANT("not fused", f.fused, false);
}

/* VSL is bytes, of which metadata are part only where it follows the data. */
static void verify_is_limited_by_vsl_alone(void)
{
	static const struct {
		const char *desc;
		u16 oncs;
		u8 shift;
		u16 metadata;
		bool extended;
		u64 vsl;
		u32 want;
	} row[] = {
		{ "no Verify", 0x7f, 9, 0, false, 0, 0 },
		{ "no limit", 0x80, 9, 0, false, 0, 65536 },
		{ "no limit, 4 KiB", 0x80, 12, 0, false, 0, 65536 },
		{ "4 KiB", 0x80, 9, 0, false, 4096, 8 },
		{ "one block", 0x80, 12, 0, false, 4096, 1 },
		{ "not even one block", 0x80, 13, 0, false, 4096, 0 },
		{ "32 MiB less", 0x80, 9, 0, false, 16 << 20, 32768 },
		{ "exactly what a command can say", 0x80, 9, 0, false, 32 << 20, 65536 },
		{ "more than a command can say", 0x80, 9, 0, false, 64 << 20, 65536 },
		{ "2^32", 0x80, 12, 0, false, 1ULL << 32, 65536 },
		{ "more than counts", 0x80, 16, 0, false, ~0ULL, 65535 },
		{ "metadata apart", 0x80, 9, 8, false, 4096, 8 },
		{ "metadata behind the data", 0x80, 9, 8, true, 4096, 7 },
		{ "a format of no use", 0x80, 0, 0, false, 0, 0 },
	};
	static const struct nvmeq_limits l = { .max_transfer_sect512 = 1024 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_ctrl_facts c = { .oncs = row[i].oncs,
					      .max_verify_bytes = row[i].vsl };
		struct nvmeq_ns_facts n = { .blocks = 1 << 20, .block_shift = row[i].shift,
					    .metadata_bytes = row[i].metadata,
					    .extended = row[i].extended };
		struct nvmeq_scsi_facts f;

		nvmeq_scsi_facts_make(&c, &n, &l, &f);
		WANT(row[i].desc, f.verify_blocks, row[i].want);
	}
}

static void the_namespaces_own_unit_comes_first(void)
{
	static const struct nvmeq_limits l = { .max_transfer_sect512 = 1024 };
	struct nvmeq_ctrl_facts c = { .oncs = 1, .compare_write_blocks = 8 };
	struct nvmeq_ns_facts n = { .blocks = 100, .block_shift = 9 };
	struct nvmeq_scsi_facts f;

	nvmeq_scsi_facts_make(&c, &n, &l, &f);
	WANT("controller's", nvmeq_scsi_compare_write_max(&f), 8);
	n.compare_write_blocks = 2;
	nvmeq_scsi_facts_make(&c, &n, &l, &f);
	WANT("namespace's, smaller", nvmeq_scsi_compare_write_max(&f), 2);
	n.compare_write_blocks = 64;
	nvmeq_scsi_facts_make(&c, &n, &l, &f);
	WANT("namespace's, larger", nvmeq_scsi_compare_write_max(&f), 64);
	c.compare_write_blocks = 0;
	nvmeq_scsi_facts_make(&c, &n, &l, &f);
	WANT("without fused commands none", nvmeq_scsi_compare_write_max(&f), 0);
}

/* limits.c gives a namespace that cannot be a disk 512-byte blocks; READ CAPACITY takes the log
 * of the quotient.
 */
static void a_physical_block_is_not_smaller_than_a_block(void)
{
	static const struct nvmeq_ctrl_facts c;
	struct nvmeq_limits l = { .physical_bytes = 512, .max_transfer_sect512 = 1024 };
	struct nvmeq_ns_facts n = { .blocks = 100, .block_shift = 12 };
	struct nvmeq_scsi_facts f;

	nvmeq_scsi_facts_make(&c, &n, &l, &f);
	WANT("4 KiB blocks", f.physical_bytes, 4096);
	l.physical_bytes = 16384;
	nvmeq_scsi_facts_make(&c, &n, &l, &f);
	WANT("16 KiB pages", f.physical_bytes, 16384);
}

static void without_dsm_there_are_no_ranges(void)
{
	static const struct nvmeq_limits l = { .max_transfer_sect512 = 8 };
	struct nvmeq_ctrl_facts c = { .dsm_ranges = 256 };
	struct nvmeq_ns_facts n = { .blocks = 100, .block_shift = 9 };
	struct nvmeq_scsi_facts f;

	nvmeq_scsi_facts_make(&c, &n, &l, &f);
	WANT("no DSM", f.unmap_ranges, 0);
	WANT("no UNMAP", nvmeq_scsi_can_unmap(&f), false);
	WANT("no descriptors", nvmeq_scsi_unmap_ranges(&f), 0);
	WANT("no blocks", nvmeq_scsi_unmap_max(&f), 0);
	c.has_dsm = true;
	nvmeq_scsi_facts_make(&c, &n, &l, &f);
	WANT("DSM", f.unmap_ranges, 256);
	WANT("UNMAP", nvmeq_scsi_can_unmap(&f), true);
}

/* The sentences of the reference, naively. */
static void check_all(const char *text, const struct nvmeq_scsi_facts *f)
{
	u32 bytes = f->block_shift ? 1u << f->block_shift : 0, piece = 0;
	bool good = f->block_shift >= 9 && f->block_shift <= 16;
	bool medium, unmap, same, zeroes, compare, protect;
	u32 caw = 0;

	if (good)
		piece = f->max_transfer_bytes / bytes;
	if (piece > 65536)
		piece = 65536;
	/* Data alone goes into an extended format only if the controller does the rest. */
	medium = f->blocks && piece &&
		 !(f->extended && !(f->pi_type && f->metadata_bytes == f->pi_bytes));
	unmap = medium && f->unmap_ranges;
	same = unmap && f->write_zeroes_blocks && f->wz_dealloc;
	zeroes = same && f->dealloc_zero;
	compare = (f->oncs & 1) && !f->metadata_bytes;
	protect = (f->pi_type == 1 || f->pi_type == 3) && f->pi_transfer &&
		  f->metadata_bytes == 8;
	if (f->fused && compare && medium)
		caw = min(min(f->compare_write_blocks, 255u), piece);

	WANT(text, nvmeq_scsi_block_bytes(f), bytes);
	WANT(text, nvmeq_scsi_piece_blocks(f), piece);
	WANT(text, nvmeq_scsi_has_medium(f), medium);
	WANT(text, nvmeq_scsi_can_compare(f), compare);
	WANT(text, nvmeq_scsi_can_protect(f), protect);
	WANT(text, nvmeq_scsi_can_unmap(f), unmap);
	WANT(text, nvmeq_scsi_can_unmap_same(f), same);
	WANT(text, nvmeq_scsi_unmap_zeroes(f), zeroes);
	WANT(text, nvmeq_scsi_unmap_max(f), !unmap ? 0 : zeroes ? 0x100000 : 0xffffffff);
	WANT(text, nvmeq_scsi_unmap_ranges(f), unmap ? 256 : 0);
	WANT(text, nvmeq_scsi_compare_write_max(f), caw);
	WANT(text, nvmeq_scsi_write_same_max(f), medium ? (1u << 30) / bytes : 0);
	/* What iscsi-test-cu asks of VPD B0h. */
	HOLDS(text, nvmeq_scsi_unmap_max(f) == 0xffffffff ||
	      nvmeq_scsi_unmap_max(f) <= 0x100000);
}

static void abilities_follow_from_the_facts(void)
{
	static const u8 shifts[] = { 0, 8, 9, 12, 16, 17, 31 };
	static const u32 transfers[] = { 0, 511, 512, 4096, 65536, 8u << 20, 0xffffffff };
	struct rng r = test_rng();
	struct nvmeq_scsi_facts f;
	unsigned int i, k, n;

	for (i = 0; i < ARRAY_SIZE(shifts); i++)
		for (k = 0; k < ARRAY_SIZE(transfers); k++)
			for (n = 0; n < 400 && test_misses() < 5; n++) {
				memset(&f, 0, sizeof(f));
				f.block_shift = shifts[i];
				f.max_transfer_bytes = transfers[k];
				f.blocks = one_in(&r, 8) ? 0 : rnd64(&r);
				f.metadata_bytes = one_in(&r, 2) ? 0 : one_in(&r, 3) ? 64 :
						   one_in(&r, 3) ? 16 : 8;
				f.pi_bytes = one_in(&r, 2) ? 8 : 16;
				f.extended = f.metadata_bytes && one_in(&r, 2);
				f.pi_type = (u8)rnd(&r, 4);
				f.pi_transfer = one_in(&r, 2);
				f.oncs = (u16)rnd64(&r);
				f.unmap_ranges = one_in(&r, 4) ? 0 : (u16)rnd_in(&r, 1, 256);
				f.write_zeroes_blocks = one_in(&r, 4) ? 0 : rnd(&r, 65537);
				f.wz_dealloc = one_in(&r, 2);
				f.dealloc_zero = one_in(&r, 2);
				f.fused = one_in(&r, 2);
				f.compare_write_blocks = rnd(&r, one_in(&r, 2) ? 65537 : 300);
				check_all(desc("shift %u, %u bytes, case %u", f.block_shift,
					       f.max_transfer_bytes, n), &f);
			}
}

static void the_state_begins_with_method_six(void)
{
	struct nvmeq_scsi_state s;

	memset(&s, 0xee, sizeof(s));
	nvmeq_scsi_state_init(&s);
	WANT("fixed sense", s.d_sense, false);
	WANT("no format chosen", s.format_block_bytes, 0);
	WANT("exceptions are on", s.dexcpt, false);
	WANT("MRIE", s.mrie, 6);
	WANT("nothing is formatted", s.formatting, false);
}

/* A format of hours, which was begun before, took back what was set meanwhile. */
static void only_what_a_command_changed_is_taken_over(void)
{
	const struct nvmeq_scsi_state before = { .format_block_bytes = 4096, .mrie = 6 };
	struct nvmeq_scsi_state now, after;

	now = (struct nvmeq_scsi_state) {
		.d_sense = true, .format_block_bytes = 4096, .dexcpt = true, .formatting = true,
	};
	after = before;
	after.format_block_bytes = 0;
	nvmeq_scsi_state_merge(&now, &before, &after);
	WANT("changed", now.format_block_bytes, 0);
	WANT("set meanwhile", now.d_sense, true);
	WANT("set meanwhile", now.dexcpt, true);
	WANT("set meanwhile", now.mrie, 0);
	WANT("not a command's", now.formatting, true);
	now = before;
	after = (struct nvmeq_scsi_state) { .d_sense = true, .dexcpt = true, .formatting = true };
	nvmeq_scsi_state_merge(&now, &before, &after);
	WANT("all changed", now.d_sense, true);
	WANT("all changed", now.format_block_bytes, 0);
	WANT("all changed", now.dexcpt, true);
	WANT("all changed", now.mrie, 0);
	WANT("not a command's", now.formatting, false);
}

static const struct CMUnitTest tests[] = {
	TEST(everything_is_gathered),
	TEST(nothing_is_made_of_nothing),
	TEST(verify_is_limited_by_vsl_alone),
	TEST(the_namespaces_own_unit_comes_first),
	TEST(a_physical_block_is_not_smaller_than_a_block),
	TEST(without_dsm_there_are_no_ranges),
	TEST(abilities_follow_from_the_facts),
	TEST(the_state_begins_with_method_six),
	TEST(only_what_a_command_changed_is_taken_over),
};

TEST_MAIN("scsi_facts", tests)
