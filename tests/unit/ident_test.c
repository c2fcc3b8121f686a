// SPDX-License-Identifier: GPL-2.0-only
/*
 * ident_test.c - Identify pages to facts: named fixtures, edges, and random
 * pages compared with the naive reading of model/ident_read.c
 */
#include <nvmeq/dptr.h>
#include <nvmeq/ident.h>

#include "fixtures/fixtures.h"
#include "model/facts_sane.h"
#include "model/ident_read.h"
#include "support/test.h"

static bool printable(const char *s, size_t size)
{
	size_t i;

	for (i = 0; i < size && s[i]; i++)
		if (s[i] < 0x20 || s[i] > 0x7e)
			return false;
	return i < size;
}

static void same_ctrl(const char *text, const struct nvmeq_ctrl_facts *g,
		      const struct nvmeq_ctrl_facts *w, bool has_nqn)
{
	unsigned int i;

	WANT(text, g->version, w->version);
	WANT(text, g->vid, w->vid);
	WANT(text, g->ssvid, w->ssvid);
	WANT(text, g->cntlid, w->cntlid);
	WANT_STR(text, g->model, w->model);
	WANT_STR(text, g->serial, w->serial);
	WANT_STR(text, g->firmware, w->firmware);
	HOLDS(text, printable(g->subnqn, sizeof(g->subnqn)));
	if (has_nqn)
		WANT_STR(text, g->subnqn, w->subnqn);
	else
		HOLDS(text, !strncmp(g->subnqn, "nqn.2014.08.org.nvmexpress:", 27));
	WANT(text, g->cntrltype, w->cntrltype);
	WANT(text, g->nn, w->nn);
	WANT(text, g->max_transfer_bytes, w->max_transfer_bytes);
	WANT(text, g->abort_limit, w->abort_limit);
	WANT(text, g->event_limit, w->event_limit);
	WANT(text, g->power_states, w->power_states);
	WANT(text, g->shutdown_us, w->shutdown_us);
	for (i = 0; i < 3; i++)
		WANT(text, g->retry_delay_ms[i], w->retry_delay_ms[i]);
	WANT(text, g->oacs, w->oacs);
	WANT(text, g->oncs, w->oncs);
	WANT(text, g->sgl, w->sgl);
	WANT(text, g->sgl_dword, w->sgl_dword);
	WANT(text, g->vwc, w->vwc);
	WANT(text, g->effects_log, w->effects_log);
	WANT(text, g->has_dsm, w->has_dsm);
	WANT(text, g->has_write_zeroes, w->has_write_zeroes);
	WANT(text, g->has_compare, w->has_compare);
	WANT(text, g->max_wz_bytes, w->max_wz_bytes);
	WANT(text, g->dsm_ranges, w->dsm_ranges);
	WANT(text, g->dsm_range_blocks, w->dsm_range_blocks);
	WANT(text, g->dsm_blocks, w->dsm_blocks);
	WANT(text, g->atomic_blocks, w->atomic_blocks);
	WANT(text, g->max_verify_bytes, w->max_verify_bytes);
	WANT(text, g->extended_formats, w->extended_formats);
	WANT(text, g->compare_write_blocks, w->compare_write_blocks);
	WANT(text, g->smart_per_ns, w->smart_per_ns);
	WANT(text, g->format_all, w->format_all);
	WANT(text, g->sanicap, w->sanicap);
	WANT(text, g->self_test_minutes, w->self_test_minutes);
	WANT(text, g->warn_kelvin, w->warn_kelvin);
	WANT(text, g->firmware_slots, w->firmware_slots);
	WANT(text, g->slot1_read_only, w->slot1_read_only);
	WANT(text, g->activate_now, w->activate_now);
	WANT(text, g->firmware_unit_bytes, w->firmware_unit_bytes);
	WANT_STR(text, ctrl_facts_wrong(g), NULL);
}

static int both_ctrl(const char *text, const u8 *page, size_t len, u8 shift)
{
	struct nvmeq_ctrl_facts got, want;
	u8 *p = guard_copy(page, len);
	bool has_nqn = false;
	int ret;

	memset(&got, 0xee, sizeof(got));
	ret = nvmeq_ident_ctrl(p, len, shift, &got);
	WANT(text, ret, ident_read_ctrl(p, len, shift, &want, &has_nqn));
	if (!ret)
		same_ctrl(text, &got, &want, has_nqn);
	guard_free(p);
	return ret;
}

static void ctrl_fixtures_read_as_by_offset(void)
{
	u8 page[PAGE_BYTES];
	unsigned int i, shift;

	for (i = 0; i < ARRAY_SIZE(ctrl_fixtures); i++) {
		ctrl_fixtures[i].make(page);
		for (shift = 12; shift <= 27; shift++)
			both_ctrl(ctrl_fixtures[i].desc, page, PAGE_BYTES, (u8)shift);
	}
}

static void ctrl_fixtures_read_as_they_were_meant(void)
{
	struct nvmeq_ctrl_facts f;
	u8 page[PAGE_BYTES] __attribute__((aligned(8)));

	ctrl_typical_1v4(page);
	WANT("typical", nvmeq_ident_ctrl(page, 4096, 12, &f), 0);
	WANT_STR("typical", f.model, "TYPICAL NVMe SSD 1TB");
	WANT_STR("typical", f.serial, "S4EVNX0R123456");
	WANT_STR("typical", f.firmware, "2B2QEXE7");
	WANT_STR("typical", f.subnqn, "nqn.1994-11.com.example:nvme:S4EVNX0R123456");
	WANT("typical", f.max_transfer_bytes, 512 << 10);
	WANT("typical", f.version, 0x10400);
	WANT("typical", f.abort_limit, 8);
	WANT("typical", f.event_limit, 4);
	WANT("typical", f.power_states, 5);
	WANT("typical", f.retry_delay_ms[0], 1000);
	WANT("typical", f.retry_delay_ms[2], 60000);
	WANT("typical", f.shutdown_us, 8000000);
	WANT("typical", f.has_dsm && f.has_write_zeroes && f.has_compare && f.vwc && f.sgl &&
	     f.effects_log && !f.sgl_dword, true);

	ctrl_min_1v0(page);
	WANT("minimal", nvmeq_ident_ctrl(page, 4096, 12, &f), 0);
	WANT("minimal", f.max_transfer_bytes, 8192);
	WANT("minimal", f.has_dsm || f.has_write_zeroes || f.has_compare || f.vwc || f.sgl ||
	     f.effects_log, false);
	HOLDS("minimal", strstr(f.subnqn, "8086"));
	HOLDS("minimal", strstr(f.subnqn, "S0") && strstr(f.subnqn, "MINIMAL"));

	ctrl_hostile_all_ff(page);
	WANT("all ones", nvmeq_ident_ctrl(page, 4096, 12, &f), -EINVAL);
}

static void mdts_is_counted_in_smallest_pages_and_clipped(void)
{
	static const struct {
		const char *desc;
		u8 mdts, shift;
		u32 want;
	} row[] = {
		{ "no limit", 0, 12, 8 << 20 }, { "8 KiB", 1, 12, 8192 },
		{ "4 MiB", 10, 12, 4 << 20 }, { "8 MiB", 11, 12, 8 << 20 },
		{ "16 MiB", 12, 12, 8 << 20 }, { "2^31", 19, 12, 8 << 20 },
		{ "2^32", 20, 12, 8 << 20 }, { "2^33", 21, 12, 8 << 20 },
		{ "2^63", 51, 12, 8 << 20 }, { "2^64", 52, 12, 8 << 20 },
		{ "2^76", 64, 12, 8 << 20 }, { "2^32 more", 32, 12, 8 << 20 },
		{ "64 KiB pages", 1, 16, 131072 }, { "64 KiB pages, 8 MiB", 7, 16, 8 << 20 },
		{ "64 KiB pages, more", 8, 16, 8 << 20 }, { "largest", 255, 12, 8 << 20 },
		{ "largest page", 1, 27, 8 << 20 }, { "largest both", 255, 27, 8 << 20 },
	};
	u8 page[PAGE_BYTES] __attribute__((aligned(8)));
	struct nvmeq_ctrl_facts f;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		ctrl_min_1v0(page);
		page[77] = row[i].mdts;
		WANT(row[i].desc, nvmeq_ident_ctrl(page, 4096, row[i].shift, &f), 0);
		WANT(row[i].desc, f.max_transfer_bytes, row[i].want);
	}
	WANT("the limit", NVMEQ_MAX_TRANSFER_BYTES, 8 << 20);
}

static void entry_sizes_must_include_those_of_the_driver(void)
{
	u8 page[PAGE_BYTES];
	unsigned int sq, cq;

	ctrl_min_1v0(page);
	for (sq = 0; sq < 256; sq++) {
		page[512] = (u8)sq;
		page[513] = 0x44;
		both_ctrl(desc("SQES %#x", sq), page, PAGE_BYTES, 12);
	}
	for (cq = 0; cq < 256; cq++) {
		page[512] = 0x66;
		page[513] = (u8)cq;
		both_ctrl(desc("CQES %#x", cq), page, PAGE_BYTES, 12);
	}
}

static void short_pages_are_refused_unread(void)
{
	static const size_t lens[] = { 0, 1, 4, 64, 512, 516, 768, 1024, 2048, 4088, 4095 };
	u8 page[PAGE_BYTES];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		const char *text = desc("%zu bytes", lens[i]);
		struct nvmeq_ctrl_facts c;
		struct nvmeq_ns_facts n;
		u8 *p;

		ctrl_typical_1v4(page);
		p = guard_copy(page, lens[i]);
		WANT(text, nvmeq_ident_ctrl(p, lens[i], 12, &c), -EINVAL);
		WANT(text, nvmeq_ident_ctrl_nvm(p, lens[i], 12, &c), -EINVAL);
		WANT(text, nvmeq_ident_ns(p, lens[i], 1, 12, &n), -EINVAL);
		memset(&n, 0, sizeof(n));
		WANT(text, nvmeq_ident_ns_nvm(p, lens[i], 12, &n), -EINVAL);
		WANT(text, n.use, NVMEQ_NS_USABLE);
		guard_free(p);
	}
}

static void texts_are_safe_to_print(void)
{
	static const struct {
		const char *desc, *bytes, *want;
	} row[] = {
		{ "blanks at the end", "AB  ", "AB" },
		{ "blanks in front and inside", "  A B", "  A B" },
		{ "only blanks", "", "" },
		{ "escape", "A\x1b[2J", "A?[2J" },
		{ "newline", "A\nB", "A?B" },
		{ "high bytes", "\xc3\xa4\xff", "???" },
		{ "delete", "A\x7f", "A?" },
		{ "per cent", "%s%n", "%s%n" },
		{ "tilde and bang", "!~", "!~" },
		{ "question mark", "?", "?" },
	};
	u8 page[PAGE_BYTES] __attribute__((aligned(8)));
	struct nvmeq_ctrl_facts f;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		ctrl_min_1v0(page);
		put_text(page, 4, 20, row[i].bytes);
		put_text(page, 24, 40, row[i].bytes);
		put_text(page, 64, 8, row[i].bytes);
		WANT(row[i].desc, nvmeq_ident_ctrl(page, 4096, 12, &f), 0);
		WANT_STR(row[i].desc, f.serial, row[i].want);
		WANT_STR(row[i].desc, f.model, row[i].want);
		WANT_STR(row[i].desc, f.firmware, row[i].want);
	}
	ctrl_min_1v0(page);
	memset(page + 4, 0, 20);
	memset(page + 24 + 3, 0, 37);
	memcpy(page + 64, "A \0 B\0 \0", 8);
	WANT("padded with zeroes", nvmeq_ident_ctrl(page, 4096, 12, &f), 0);
	WANT_STR("padded with zeroes", f.serial, "");
	WANT_STR("padded with zeroes", f.model, "MIN");
	WANT_STR("zero inside", f.firmware, "A ? B");

	ctrl_min_1v0(page);
	memset(page + 4, 'S', 20);
	memset(page + 24, 'M', 40);
	memset(page + 64, 'F', 8);
	memset(page + 768, 'N', 256);
	WANT("full", nvmeq_ident_ctrl(page, 4096, 12, &f), 0);
	WANT("full", strlen(f.serial), 20);
	WANT("full", strlen(f.model), 40);
	WANT("full", strlen(f.firmware), 8);
	HOLDS("full", strlen(f.subnqn) <= 223 && printable(f.subnqn, sizeof(f.subnqn)));
}

/* Base 4.5.1: vendor identifiers as digits, serial and model padded as on the wire. */
static void name_is_made_up_where_the_device_has_none(void)
{
	static const char want[] = "nqn.2014.08.org.nvmexpress:80868086"
				   "S0                  "
				   "MINIMAL                                 ";
	static const struct {
		const char *desc;
		unsigned int len;
		bool given;
	} row[] = {
		{ "none", 0, false }, { "one byte", 1, true }, { "223 bytes", 223, true },
		{ "224 bytes", 224, false }, { "255 bytes", 255, false },
		{ "no end", 256, false },
	};
	u8 page[PAGE_BYTES] __attribute__((aligned(8)));
	struct nvmeq_ctrl_facts f;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		ctrl_min_1v0(page);
		memset(page + 768, 'n', row[i].len);
		WANT(row[i].desc, nvmeq_ident_ctrl(page, 4096, 12, &f), 0);
		if (row[i].given)
			WANT(row[i].desc, strlen(f.subnqn), row[i].len);
		else
			WANT_STR(row[i].desc, f.subnqn, want);
	}
}

static void random_ctrl_pages_read_as_by_offset(void)
{
	struct rng r = test_rng();
	u8 page[PAGE_BYTES];
	unsigned int i, k;

	for (i = 0; i < 3000 && test_misses() < 5; i++) {
		for (k = 0; k < PAGE_BYTES; k += 8)
			put64(page, k, rnd64(&r));
		if (one_in(&r, 2))
			page[77] = (u8)rnd(&r, 16);
		if (!one_in(&r, 4)) {
			page[512] = (u8)(0x60 | rnd(&r, 7));
			page[513] = (u8)(0x40 | rnd(&r, 5));
		}
		for (k = 4; k < 72; k++)
			if (!one_in(&r, 16))
				page[k] = (u8)(0x20 + rnd(&r, 0x5f));
		if (one_in(&r, 3))
			memset(page + 768, 0, 256);
		else
			for (k = 0; k < 256; k++)
				page[768 + k] = k < rnd(&r, 300) ? (u8)(0x21 + rnd(&r, 0x5e)) : 0;
		both_ctrl(desc("random page %u", i), page, PAGE_BYTES, (u8)rnd_in(&r, 12, 27));
	}
}

static void ctrl_nvm_sets_its_limits_only(void)
{
	struct nvmeq_ctrl_facts got, want;
	struct rng r = test_rng();
	u8 page[PAGE_BYTES] __attribute__((aligned(8)));
	unsigned int i, k;
	bool nqn;

	for (i = 0; i < 3000 && test_misses() < 5; i++) {
		u8 shift = (u8)rnd_in(&r, 12, 27);
		const char *text = desc("random page %u", i);

		ctrl_typical_1v4(page);
		nvmeq_ident_ctrl(page, 4096, shift, &got);
		ident_read_ctrl(page, 4096, shift, &want, &nqn);
		for (k = 0; k < PAGE_BYTES; k += 8)
			put64(page, k, one_in(&r, 8) ? 0 : rnd64(&r));
		if (one_in(&r, 2))
			page[1] = (u8)rnd(&r, 56);
		if (one_in(&r, 2))
			page[0] = (u8)rnd(&r, 56);
		if (one_in(&r, 8))
			page[3] = 0;
		WANT(text, nvmeq_ident_ctrl_nvm(page, 4096, shift, &got), 0);
		ident_read_ctrl_nvm(page, shift, &want);
		/* A limit beyond counting may be told as none. */
		if (want.max_wz_bytes == ~0ULL) {
			HOLDS(text, !got.max_wz_bytes || got.max_wz_bytes >= 1ULL << 62);
			want.max_wz_bytes = got.max_wz_bytes;
		}
		if (want.max_verify_bytes == ~0ULL) {
			HOLDS(text, !got.max_verify_bytes || got.max_verify_bytes >= 1ULL << 62);
			want.max_verify_bytes = got.max_verify_bytes;
		}
		same_ctrl(text, &got, &want, nqn);
	}
}

/* What the SCSI translation asks for, each at its edges and with its neighbours set. */
static void ctrl_abilities_are_taken_for_what_they_say(void)
{
	static const struct {
		const char *desc;
		u8 oacs, frmw, lpa, fwug, fuses, fna;
		u16 edstt, acwu, wctemp;
		u32 sanicap, ctratt;
		struct nvmeq_ctrl_facts want;
	} row[] = {
		{ .desc = "nothing at all", .want = { .firmware_unit_bytes = 4096 } },
		{ .desc = "everything", .oacs = 0xff, .frmw = 0xff, .lpa = 0xff, .fwug = 0xff,
		  .fuses = 0xff, .fna = 0xff, .edstt = 0xffff, .acwu = 0xffff, .wctemp = 0xffff,
		  .sanicap = ~0u, .ctratt = ~0u,
		  .want = { .long_host_id = true, .extended_formats = true,
			    .firmware_unit_bytes = 4, .firmware_slots = 7,
			    .slot1_read_only = true, .activate_now = true, .smart_per_ns = true,
			    .format_all = true, .compare_write_blocks = 65536,
			    .self_test_minutes = 65535, .warn_kelvin = 65535, .sanicap = ~0u } },
		{ .desc = "a unit without fused commands is none", .acwu = 7, .fuses = 0xfe,
		  .want = { .firmware_unit_bytes = 4096 } },
		{ .desc = "fused, one block", .fuses = 1,
		  .want = { .firmware_unit_bytes = 4096, .compare_write_blocks = 1 } },
		{ .desc = "a time without self-tests is none", .oacs = 0xef, .edstt = 30,
		  .want = { .firmware_unit_bytes = 4096 } },
		{ .desc = "self-tests", .oacs = 0x10, .edstt = 30,
		  .want = { .firmware_unit_bytes = 4096, .self_test_minutes = 30 } },
		{ .desc = "firmware, three slots, first read-only", .frmw = 0x07, .fwug = 1,
		  .want = { .firmware_unit_bytes = 4096, .firmware_slots = 3,
			    .slot1_read_only = true } },
		{ .desc = "firmware, one slot, no reset", .frmw = 0x12, .fwug = 254,
		  .want = { .firmware_unit_bytes = 254 * 4096, .firmware_slots = 1,
			    .activate_now = true } },
		{ .desc = "host identifiers of 128 bits", .ctratt = 1,
		  .want = { .firmware_unit_bytes = 4096, .long_host_id = true } },
		{ .desc = "formats with other protection information", .ctratt = 0x8000,
		  .want = { .firmware_unit_bytes = 4096, .extended_formats = true } },
		{ .desc = "neighbours of the bits", .frmw = 0xe0, .lpa = 0xfe, .fna = 0xfe,
		  .ctratt = ~0x8001u, .fwug = 2, .want = { .firmware_unit_bytes = 8192 } },
		{ .desc = "crypto erase, 343 K", .sanicap = 1, .wctemp = 343,
		  .want = { .firmware_unit_bytes = 4096, .sanicap = 1, .warn_kelvin = 343 } },
	};
	u8 page[PAGE_BYTES] __attribute__((aligned(8)));
	struct nvmeq_ctrl_facts f;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		const struct nvmeq_ctrl_facts *w = &row[i].want;

		ctrl_min_1v0(page);
		page[256] = row[i].oacs;
		page[260] = row[i].frmw;
		page[261] = row[i].lpa;
		put16(page, 266, row[i].wctemp);
		put16(page, 316, row[i].edstt);
		page[319] = row[i].fwug;
		put32(page, 328, row[i].sanicap);
		put32(page, 96, row[i].ctratt);
		page[522] = row[i].fuses;
		page[524] = row[i].fna;
		put16(page, 532, row[i].acwu);
		WANT(row[i].desc, nvmeq_ident_ctrl(page, 4096, 12, &f), 0);
		WANT(row[i].desc, f.firmware_unit_bytes, w->firmware_unit_bytes);
		WANT(row[i].desc, f.firmware_slots, w->firmware_slots);
		WANT(row[i].desc, f.slot1_read_only, w->slot1_read_only);
		WANT(row[i].desc, f.activate_now, w->activate_now);
		WANT(row[i].desc, f.smart_per_ns, w->smart_per_ns);
		WANT(row[i].desc, f.format_all, w->format_all);
		WANT(row[i].desc, f.compare_write_blocks, w->compare_write_blocks);
		WANT(row[i].desc, f.self_test_minutes, w->self_test_minutes);
		WANT(row[i].desc, f.warn_kelvin, w->warn_kelvin);
		WANT(row[i].desc, f.sanicap, w->sanicap);
		WANT(row[i].desc, f.long_host_id, w->long_host_id);
		WANT(row[i].desc, f.extended_formats, w->extended_formats);
	}
}

static void verify_limit_is_counted_in_smallest_pages(void)
{
	static const struct {
		const char *desc;
		u8 vsl, shift;
		u64 want;
	} row[] = {
		{ "no limit", 0, 12, 0 }, { "8 KiB", 1, 12, 8192 },
		{ "2^63", 51, 12, 1ULL << 63 }, { "2^64", 52, 12, ~0ULL },
		{ "largest", 255, 27, ~0ULL }, { "64 KiB pages", 3, 16, 512 << 10 },
	};
	u8 page[PAGE_BYTES] __attribute__((aligned(8)));
	struct nvmeq_ctrl_facts f;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		memset(page, 0, sizeof(page));
		memset(&f, 0xee, sizeof(f));
		page[0] = row[i].vsl;
		WANT(row[i].desc, nvmeq_ident_ctrl_nvm(page, 4096, row[i].shift, &f), 0);
		WANT(row[i].desc, f.max_verify_bytes, row[i].want);
		WANT(row[i].desc, f.max_wz_bytes, 0);
	}
}

/* ---- namespaces ---- */

static void same_ns(const char *text, const struct nvmeq_ns_facts *g,
		    const struct nvmeq_ns_facts *w, u32 uses)
{
	bool broken = uses & (1u << NVMEQ_NS_FORMAT_INDEX | 1u << NVMEQ_NS_BLOCK_SIZE);
	unsigned int i;

	WANT(text, g->nsid, w->nsid);
	WANT(text, g->csi, w->csi);
	WANT(text, g->blocks, w->blocks);
	WANT(text, g->used_blocks, w->used_blocks);
	if (g->use == NVMEQ_NS_USABLE)
		WANT(text, uses, 0);
	else
		HOLDS(text, uses & 1u << g->use);
	WANT(text, g->format, w->format);
	if (!broken) {
		WANT(text, g->block_shift, w->block_shift);
		WANT(text, g->metadata_bytes, w->metadata_bytes);
		if (w->metadata_bytes)
			WANT(text, g->extended, w->extended);
	} else {
		HOLDS(text, g->block_shift == 0 || g->block_shift == w->block_shift);
		HOLDS(text, g->block_shift < 64);
	}
	/* Types 4 to 7 are reserved; no fact may carry them. */
	HOLDS(text, g->pi_type <= 3);
	if (w->pi_type <= 3 && w->metadata_bytes && !broken) {
		WANT(text, g->pi_type, w->pi_type);
		if (w->pi_type)
			WANT(text, g->pi_first, w->pi_first);
		WANT(text, g->pi_bytes, w->pi_bytes);
		WANT(text, g->pi_ref_bits, w->pi_ref_bits);
	}
	WANT(text, g->shared, w->shared);
	WANT(text, g->read_only, w->read_only);
	WANT(text, g->dealloc_zero, w->dealloc_zero);
	WANT(text, g->wz_dealloc, w->wz_dealloc);
	WANT(text, g->boundary_blocks, w->boundary_blocks);
	WANT(text, g->write_granularity_blocks, w->write_granularity_blocks);
	WANT(text, g->write_opt_blocks, w->write_opt_blocks);
	WANT(text, g->dealloc_granularity_blocks, w->dealloc_granularity_blocks);
	WANT(text, g->dealloc_align_blocks, w->dealloc_align_blocks);
	WANT(text, g->atomic_blocks, w->atomic_blocks);
	WANT(text, g->compare_write_blocks, w->compare_write_blocks);
	WANT(text, g->thin, w->thin);
	WANT(text, g->dpc, w->dpc);
	WANT(text, g->rescap, w->rescap);
	WANT(text, g->format_progress, w->format_progress);
	WANT(text, g->nr_formats, w->nr_formats);
	for (i = 0; i < NVMEQ_FORMATS_MAX; i++) {
		WANT(text, g->formats[i].block_shift, w->formats[i].block_shift);
		WANT(text, g->formats[i].metadata_bytes, w->formats[i].metadata_bytes);
	}
	WANT_STR(text, ns_facts_wrong(g), NULL);
	WANT(text, g->has_eui64, w->has_eui64);
	WANT(text, g->has_nguid, w->has_nguid);
	WANT(text, g->has_uuid, w->has_uuid);
	if (w->has_eui64)
		WANT_MEM(text, g->eui64, w->eui64, 8);
	if (w->has_nguid)
		WANT_MEM(text, g->nguid, w->nguid, 16);
	if (w->has_uuid)
		WANT_MEM(text, g->uuid, w->uuid, 16);
}

static void both_ns(const char *text, const u8 *page, u8 host_shift)
{
	struct nvmeq_ns_facts got, want;
	u8 *p = guard_copy(page, PAGE_BYTES);
	u32 uses;

	memset(&got, 0xee, sizeof(got));
	WANT(text, nvmeq_ident_ns(p, PAGE_BYTES, 0x1234, host_shift, &got), 0);
	ident_read_ns(p, 0x1234, host_shift, &want, &uses);
	same_ns(text, &got, &want, uses);
	guard_free(p);
}

static void ns_fixtures_read_as_by_offset(void)
{
	u8 page[PAGE_BYTES];
	unsigned int i, shift;

	for (i = 0; i < ARRAY_SIZE(ns_fixtures); i++) {
		ns_fixtures[i].make(page);
		for (shift = 12; shift <= 16; shift++)
			both_ns(ns_fixtures[i].desc, page, (u8)shift);
	}
}

static void ns_fixtures_read_as_they_were_meant(void)
{
	u8 page[PAGE_BYTES] __attribute__((aligned(8)));
	struct nvmeq_ns_facts f;

	ns_512(page);
	WANT("512", nvmeq_ident_ns(page, 4096, 7, 12, &f), 0);
	WANT("512", f.use, NVMEQ_NS_USABLE);
	WANT("512", f.nsid, 7);
	WANT("512", f.block_shift, 9);
	WANT("512", f.blocks, 2097152);
	WANT("512", f.used_blocks, 1000);
	WANT("512", f.csi, 0);
	WANT("512", f.has_eui64 || f.has_nguid || f.has_uuid, false);

	ns_4k_pi1(page);
	WANT("pi1", nvmeq_ident_ns(page, 4096, 7, 12, &f), 0);
	WANT("pi1", f.use, NVMEQ_NS_USABLE);
	WANT("pi1", f.format, 1);
	WANT("pi1", f.block_shift, 12);
	WANT("pi1", f.metadata_bytes, 8);
	WANT("pi1", f.pi_type, 1);
	WANT("pi1", f.pi_first, true);
	WANT("pi1", f.extended, false);

	ns_512_ms8(page);
	WANT("ms8", nvmeq_ident_ns(page, 4096, 7, 12, &f), 0);
	WANT("ms8", f.use, NVMEQ_NS_USABLE);
	WANT("ms8", f.metadata_bytes, 8);
	WANT("ms8", f.pi_type, 0);

	ns_4k_full(page);
	WANT("full", nvmeq_ident_ns(page, 4096, 7, 12, &f), 0);
	WANT("full", f.use, NVMEQ_NS_USABLE);
	WANT("full", f.shared && f.read_only && f.dealloc_zero && f.wz_dealloc && f.has_eui64 &&
	     f.has_nguid, true);
	WANT("full", f.boundary_blocks, 256);
	WANT("full", f.write_granularity_blocks, 4);
	WANT("full", f.write_opt_blocks, 32);
	WANT("full", f.dealloc_granularity_blocks, 16);
	WANT("full", f.dealloc_align_blocks, 8);

	ns_inactive(page);
	WANT("inactive", nvmeq_ident_ns(page, 4096, 7, 12, &f), 0);
	WANT("inactive", f.use, NVMEQ_NS_EMPTY);

	ns_format_40(page);
	WANT("format 40", nvmeq_ident_ns(page, 4096, 7, 12, &f), 0);
	WANT("format 40", f.use, NVMEQ_NS_USABLE);
	WANT("format 40", f.block_shift, 12);
	WANT("format 40", f.format, 40);
}

static void ns_edges(void)
{
	static const struct {
		const char *desc;
		u64 nsze;
		u8 lbads, nlbaf, flbas, dps;
		u16 ms;
		u8 host_shift;
		enum nvmeq_ns_use want;
	} row[] = {
		{ "one block", 1, 9, 0, 0, 0, 0, 12, NVMEQ_NS_USABLE },
		{ "256-byte blocks", 8, 8, 0, 0, 0, 0, 12, NVMEQ_NS_BLOCK_SIZE },
		{ "one-byte blocks", 8, 0, 0, 0, 0, 0, 12, NVMEQ_NS_BLOCK_SIZE },
		{ "blocks of a page", 8, 12, 0, 0, 0, 0, 12, NVMEQ_NS_USABLE },
		{ "blocks above the page", 8, 13, 0, 0, 0, 0, 12, NVMEQ_NS_BLOCK_SIZE },
		{ "the same with larger pages", 8, 13, 0, 0, 0, 0, 16, NVMEQ_NS_USABLE },
		{ "blocks of 2^32", 8, 32, 0, 0, 0, 0, 12, NVMEQ_NS_BLOCK_SIZE },
		{ "blocks of 2^64", 8, 64, 0, 0, 0, 0, 12, NVMEQ_NS_BLOCK_SIZE },
		{ "blocks of 2^255", 8, 255, 0, 0, 0, 0, 12, NVMEQ_NS_BLOCK_SIZE },
		{ "2^63 bytes less a block", (1ULL << 54) - 1, 9, 0, 0, 0, 0, 12,
		  NVMEQ_NS_USABLE },
		{ "2^63 bytes", 1ULL << 54, 9, 0, 0, 0, 0, 12, NVMEQ_NS_TOO_LARGE },
		{ "4K: 2^63 bytes less a block", (1ULL << 51) - 1, 12, 0, 0, 0, 0, 12,
		  NVMEQ_NS_USABLE },
		{ "4K: 2^63 bytes", 1ULL << 51, 12, 0, 0, 0, 0, 12, NVMEQ_NS_TOO_LARGE },
		{ "2^64 blocks less one", ~0ULL, 9, 0, 0, 0, 0, 12, NVMEQ_NS_TOO_LARGE },
		{ "2^55 blocks: wraps to 0 bytes", 1ULL << 55, 9, 0, 0, 0, 0, 12,
		  NVMEQ_NS_TOO_LARGE },
		{ "format beyond the last", 8, 9, 0, 1, 0, 0, 12, NVMEQ_NS_FORMAT_INDEX },
		{ "last of 16, beyond 3", 8, 9, 2, 15, 0, 0, 12, NVMEQ_NS_FORMAT_INDEX },
		{ "high bits without high formats", 8, 9, 0, 0x60, 0, 0, 12, NVMEQ_NS_USABLE },
		{ "high bits with 17 formats", 8, 9, 16, 0x60, 0, 0, 12, NVMEQ_NS_USABLE },
		{ "high bits beyond the last", 8, 9, 17, 0x60, 0, 0, 12,
		  NVMEQ_NS_FORMAT_INDEX },
		{ "metadata", 8, 9, 0, 0, 0, 8, 12, NVMEQ_NS_USABLE },
		{ "one byte of it", 8, 9, 0, 0, 0, 1, 12, NVMEQ_NS_USABLE },
		{ "metadata in the blocks", 8, 9, 0, 0x10, 0, 8, 12, NVMEQ_NS_USABLE },
		{ "most metadata", 8, 9, 0, 0, 0, 65535, 12, NVMEQ_NS_METADATA },
		{ "as much as there is room for", 8, 9, 0, 0, 0, 8160, 12, NVMEQ_NS_USABLE },
		{ "a byte more", 8, 9, 0, 0, 0, 8161, 12, NVMEQ_NS_METADATA },
		{ "room for both", 8, 9, 0, 0x10, 0, 7648, 12, NVMEQ_NS_USABLE },
		{ "a byte more than both", 8, 9, 0, 0x10, 0, 7649, 12, NVMEQ_NS_METADATA },
		{ "4K: room for both", 8, 12, 0, 0x10, 1, 61184, 12, NVMEQ_NS_USABLE },
		{ "4K: a byte more than both", 8, 12, 0, 0x10, 1, 61185, 12, NVMEQ_NS_METADATA },
		{ "64K blocks, metadata apart", 8, 16, 0, 0, 0, 65280, 16, NVMEQ_NS_USABLE },
		{ "64K blocks, metadata in them", 8, 16, 0, 0x10, 0, 1, 16, NVMEQ_NS_METADATA },
		{ "32K blocks, metadata in them", 8, 15, 0, 0x10, 0, 8, 15, NVMEQ_NS_USABLE },
		{ "two of them in a page", 8, 15, 0, 0x10, 0, 8, 16, NVMEQ_NS_METADATA },
		{ "extended without metadata", 8, 9, 0, 0x10, 0, 0, 12, NVMEQ_NS_USABLE },
		{ "PI type 1", 8, 9, 0, 0, 1, 8, 12, NVMEQ_NS_USABLE },
		{ "PI type 2, first of 64", 8, 9, 0, 0, 10, 64, 12, NVMEQ_NS_USABLE },
		{ "PI type 3", 8, 9, 0, 0, 3, 8, 12, NVMEQ_NS_USABLE },
		{ "PI type 1 in the blocks", 8, 9, 0, 0x10, 1, 16, 12, NVMEQ_NS_USABLE },
		{ "PI type 1 in 7 bytes", 8, 9, 0, 0, 1, 7, 12, NVMEQ_NS_METADATA },
		{ "PI type 2 in the first 4 bytes", 8, 9, 0, 0, 10, 4, 12, NVMEQ_NS_METADATA },
		{ "PI type 3 in nothing", 8, 9, 0, 0, 3, 0, 12, NVMEQ_NS_METADATA },
		{ "PI type 4", 8, 9, 0, 0, 4, 8, 12, NVMEQ_NS_METADATA },
		{ "PI type 5", 8, 9, 0, 0, 5, 16, 12, NVMEQ_NS_METADATA },
		{ "PI type 6, first", 8, 9, 0, 0, 14, 8, 12, NVMEQ_NS_METADATA },
		{ "PI type 7 in nothing", 8, 9, 0, 0, 7, 0, 12, NVMEQ_NS_METADATA },
		{ "PI place without type", 8, 9, 0, 0, 8, 0, 12, NVMEQ_NS_USABLE },
		{ "nothing there", 0, 9, 0, 0, 0, 0, 12, NVMEQ_NS_EMPTY },
	};
	u8 page[PAGE_BYTES] __attribute__((aligned(8)));
	struct nvmeq_ns_facts f;
	unsigned int i, idx;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		ns_512(page);
		put64(page, 0, row[i].nsze);
		page[25] = row[i].nlbaf;
		page[26] = row[i].flbas;
		page[29] = row[i].dps;
		idx = row[i].flbas & 15;
		put16(page, 128 + 4 * idx, row[i].ms);
		page[128 + 4 * idx + 2] = row[i].lbads;
		WANT(row[i].desc, nvmeq_ident_ns(page, 4096, 1, row[i].host_shift, &f), 0);
		WANT(row[i].desc, f.use, row[i].want);
		both_ns(row[i].desc, page, row[i].host_shift);
	}
}

static void ns_formats_are_listed_and_the_useless_marked(void)
{
	static const struct {
		const char *desc;
		u8 nlbaf, host_shift, shift0, shift_last;
		u8 nr, want0, want_last;
	} row[] = {
		{ "one", 0, 12, 9, 9, 1, 9, 9 },
		{ "sixteen", 15, 12, 9, 12, 16, 9, 12 },
		{ "all 64", 63, 12, 12, 9, 64, 12, 9 },
		{ "more than there can be", 64, 12, 9, 9, 64, 9, 9 },
		{ "as many as the byte says", 255, 12, 9, 9, 64, 9, 9 },
		{ "not available", 3, 12, 9, 0, 4, 9, 0 },
		{ "256-byte blocks", 3, 12, 8, 9, 4, 0, 9 },
		{ "above the host page", 3, 12, 9, 13, 4, 9, 0 },
		{ "within larger host pages", 3, 16, 9, 13, 4, 9, 13 },
		{ "shifts beyond counting", 3, 16, 255, 64, 4, 0, 0 },
	};
	u8 page[PAGE_BYTES] __attribute__((aligned(8)));
	struct nvmeq_ns_facts f;
	unsigned int i, k, last;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		ns_512(page);
		page[25] = row[i].nlbaf;
		memset(page + 128, 0x09, 256);
		last = row[i].nr - 1u;
		page[130] = row[i].shift0;
		put16(page, 128 + 4 * last, 0xfffe);
		page[130 + 4 * last] = row[i].shift_last;
		memset(&f, 0xee, sizeof(f));
		WANT(row[i].desc, nvmeq_ident_ns(page, 4096, 1, row[i].host_shift, &f), 0);
		WANT(row[i].desc, f.nr_formats, row[i].nr);
		WANT(row[i].desc, f.formats[last].block_shift, row[i].want_last);
		WANT(row[i].desc, f.formats[last].metadata_bytes, 0xfffe);
		if (last)
			WANT(row[i].desc, f.formats[0].block_shift, row[i].want0);
		for (k = last + 1; k < 64; k++)
			WANT(desc("%s, entry %u", row[i].desc, k),
			     f.formats[k].block_shift || f.formats[k].metadata_bytes, false);
	}
}

static void start_ns(struct nvmeq_ns_facts *f)
{
	u8 page[PAGE_BYTES] __attribute__((aligned(8)));

	ns_512(page);
	nvmeq_ident_ns(page, 4096, 1, 12, f);
}

/* A namespace of 512-byte blocks with protection of type 1 and so much metadata. */
static void start_pi(struct nvmeq_ns_facts *f, u16 metadata)
{
	start_ns(f);
	f->pi_type = 1;
	f->pi_bytes = 8;
	f->pi_ref_bits = 32;
	f->metadata_bytes = metadata;
}

/* CNS 05h: a dword for each format from byte 12 on, storage tag and kind of guard in it. */
static void protection_has_the_size_that_is_said(void)
{
	static const struct {
		const char *desc;
		u8 format, at;
		u32 elbaf;
		u16 metadata;
		enum nvmeq_ns_use want;
		u8 bytes, ref_bits;
	} row[] = {
		{ "nothing said", 0, 0, 0, 8, NVMEQ_NS_USABLE, 8, 32 },
		{ "guard of 32 bits", 0, 0, 0x80, 16, NVMEQ_NS_GUARD, 8, 32 },
		{ "guard of 64 bits", 0, 0, 0x100, 16, NVMEQ_NS_USABLE, 16, 48 },
		{ "in more metadata", 0, 0, 0x100, 64, NVMEQ_NS_USABLE, 16, 48 },
		{ "for which there is no room", 0, 0, 0x100, 15, NVMEQ_NS_METADATA, 16, 48 },
		{ "with a storage tag", 0, 0, 0x101, 16, NVMEQ_NS_USABLE, 16, 47 },
		{ "with nothing else", 0, 0, 0x130, 16, NVMEQ_NS_USABLE, 16, 0 },
		{ "with one that is too large", 0, 0, 0x131, 16, NVMEQ_NS_GUARD, 8, 32 },
		{ "reserved guard", 0, 0, 0x180, 16, NVMEQ_NS_GUARD, 8, 32 },
		{ "storage tag of all bits", 0, 0, 0x20, 8, NVMEQ_NS_GUARD, 8, 32 },
		{ "what is reserved", 0, 0, 0xfffffe00, 8, NVMEQ_NS_USABLE, 8, 32 },
		{ "of the format in use", 5, 5, 0x80, 8, NVMEQ_NS_GUARD, 8, 32 },
		{ "of the one before", 5, 4, 0x1ff, 8, NVMEQ_NS_USABLE, 8, 32 },
		{ "of the next one", 5, 6, 0x1ff, 8, NVMEQ_NS_USABLE, 8, 32 },
		{ "of the last one", 63, 63, 0x100, 16, NVMEQ_NS_USABLE, 16, 48 },
		{ "of the last one, not in use", 0, 63, 0x100, 8, NVMEQ_NS_USABLE, 8, 32 },
	};
	u8 page[PAGE_BYTES] __attribute__((aligned(8)));
	struct nvmeq_ns_facts f;
	unsigned int i, use;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		memset(page, 0, sizeof(page));
		put32(page, 12 + 4 * row[i].at, row[i].elbaf);
		start_pi(&f, row[i].metadata);
		f.format = row[i].format;
		WANT(row[i].desc, nvmeq_ident_ns_nvm(page, 4096, 12, &f), 0);
		WANT(row[i].desc, f.use, row[i].want);
		WANT(row[i].desc, f.pi_bytes, row[i].bytes);
		WANT(row[i].desc, f.pi_ref_bits, row[i].ref_bits);
	}
	/* Of one that is not protected it says nothing. */
	memset(page, 0xff, sizeof(page));
	start_ns(&f);
	WANT("unprotected", nvmeq_ident_ns_nvm(page, 4096, 12, &f), 0);
	WANT("unprotected", f.use, NVMEQ_NS_USABLE);
	WANT("unprotected", f.pi_bytes || f.pi_ref_bits, false);
	/* All that is around the entry is of no interest. */
	put32(page, 12 + 4 * 20, 0);
	start_pi(&f, 8);
	f.format = 20;
	WANT("all but its own", nvmeq_ident_ns_nvm(page, 4096, 12, &f), 0);
	WANT("all but its own", f.use, NVMEQ_NS_USABLE);
	put32(page, 12 + 4 * 20, 0xffffffff);
	for (use = NVMEQ_NS_USABLE + 1; use <= NVMEQ_NS_FORMAT_INDEX; use++) {
		f.use = use;
		WANT(desc("use %u", use), nvmeq_ident_ns_nvm(page, 4096, 12, &f), 0);
		WANT(desc("use %u", use), f.use, use);
	}
}

static void ns_abilities_are_taken_for_what_they_say(void)
{
	u8 page[PAGE_BYTES] __attribute__((aligned(8)));
	struct nvmeq_ns_facts f;

	ns_512(page);
	nvmeq_ident_ns(page, 4096, 1, 12, &f);
	WANT("none", f.thin || f.dpc || f.rescap || f.format_progress ||
	     f.compare_write_blocks, false);
	page[24] = 0x01;
	page[28] = 0x1f;
	page[31] = 0xff;
	page[32] = 0x80;
	put16(page, 38, 7);
	nvmeq_ident_ns(page, 4096, 1, 12, &f);
	WANT("all", f.thin && f.format_progress, true);
	WANT("all", f.dpc, 0x1f);
	WANT("all", f.rescap, 0xff);
	WANT("not its own unit", f.compare_write_blocks, 0);
	page[24] = 0xfe;
	page[32] = 0x7f;
	nvmeq_ident_ns(page, 4096, 1, 12, &f);
	WANT("the other bits", f.thin || f.format_progress, false);
	WANT("its own unit", f.compare_write_blocks, 8);
	put16(page, 38, 0xffff);
	nvmeq_ident_ns(page, 4096, 1, 12, &f);
	WANT("largest unit", f.compare_write_blocks, 65536);
	put16(page, 38, 0);
	nvmeq_ident_ns(page, 4096, 1, 12, &f);
	WANT("0 is the controller's", f.compare_write_blocks, 0);
}

static void random_ns_pages_read_as_by_offset(void)
{
	struct rng r = test_rng();
	u8 page[PAGE_BYTES];
	unsigned int i, k;

	for (i = 0; i < 6000 && test_misses() < 5; i++) {
		for (k = 0; k < 512; k += 8)
			put64(page, k, rnd64(&r));
		memset(page + 512, 0x5a, PAGE_BYTES - 512);
		put64(page, 0, rnd64(&r) >> rnd(&r, 64));
		put64(page, 16, rnd64(&r) >> rnd(&r, 64));
		if (!one_in(&r, 4))
			page[25] = (u8)rnd(&r, 64);
		if (one_in(&r, 2))
			page[29] = 0;
		for (k = 0; k < 64; k++) {
			if (!one_in(&r, 6))
				page[128 + 4 * k + 2] = (u8)rnd_in(&r, 7, 17);
			if (one_in(&r, 2))
				put16(page, 128 + 4 * k, one_in(&r, 3) ? (u16)rnd(&r, 20) : 0);
		}
		if (one_in(&r, 4))
			memset(page + 104, 0, 16);
		if (one_in(&r, 4))
			memset(page + 120, 0, 8);
		both_ns(desc("random page %u", i), page, (u8)rnd_in(&r, 12, 16));
	}
}

/* ---- descriptors ---- */

static u8 *desc_put(u8 *p, u8 type, u8 len, u8 fill)
{
	p[0] = type;
	p[1] = len;
	p[2] = 0;
	p[3] = 0;
	memset(p + 4, fill, len);
	return p + 4 + len;
}

static void descriptors_are_walked_to_the_first_wrong_one(void)
{
	struct nvmeq_ns_facts f;
	u8 page[PAGE_BYTES], *p;
	unsigned int i;

	memset(page, 0, sizeof(page));
	start_ns(&f);
	WANT("empty page", nvmeq_ident_ns_descs(page, 4096, &f), 0);
	WANT("empty page", f.use, NVMEQ_NS_USABLE);
	WANT("empty page", f.csi, 0);

	p = desc_put(page, 1, 8, 0x11);
	p = desc_put(p, 2, 16, 0x22);
	p = desc_put(p, 3, 16, 0x33);
	desc_put(p, 4, 1, 0);
	start_ns(&f);
	WANT("all four", nvmeq_ident_ns_descs(page, 4096, &f), 4);
	WANT("all four", f.has_eui64 && f.has_nguid && f.has_uuid, true);
	WANT("all four", f.eui64[7] == 0x11 && f.nguid[15] == 0x22 && f.uuid[15] == 0x33, true);
	WANT("all four", f.use, NVMEQ_NS_USABLE);

	for (i = 1; i < 256; i++) {
		memset(page, 0, sizeof(page));
		desc_put(page, 4, 1, (u8)i);
		start_ns(&f);
		WANT(desc("command set %u", i), nvmeq_ident_ns_descs(page, 4096, &f), 1);
		WANT(desc("command set %u", i), f.csi, i);
		WANT(desc("command set %u", i), f.use, NVMEQ_NS_COMMAND_SET);
	}

	memset(page, 0, sizeof(page));
	p = desc_put(page, 4, 1, 2);
	desc_put(p, 4, 1, 0);
	start_ns(&f);
	WANT("two command sets", nvmeq_ident_ns_descs(page, 4096, &f), 2);
	WANT("two command sets", f.use, NVMEQ_NS_COMMAND_SET);
	HOLDS("facts agree with each other", f.csi != 0);

	memset(page, 0, sizeof(page));
	p = desc_put(page, 0x77, 200, 0x44);
	desc_put(p, 3, 16, 0x33);
	start_ns(&f);
	WANT("unknown type is skipped", nvmeq_ident_ns_descs(page, 4096, &f), 1);
	WANT("unknown type is skipped", f.has_uuid, true);

	for (i = 1; i <= 4; i++) {
		static const u8 right[5] = { 0, 8, 16, 16, 1 };
		unsigned int len;

		for (len = 1; len < 256; len++) {
			memset(page, 0, sizeof(page));
			p = desc_put(page, (u8)i, (u8)len, 0x55);
			desc_put(p, 3, 16, 0x33);
			start_ns(&f);
			WANT(desc("type %u of %u bytes", i, len),
			     nvmeq_ident_ns_descs(page, 4096, &f), len == right[i] ? 2 : 0);
			WANT(desc("type %u of %u bytes", i, len), f.has_uuid, len == right[i]);
		}
	}

	memset(page, 0, sizeof(page));
	desc_put(page, 1, 8, 0);
	start_ns(&f);
	nvmeq_ident_ns_descs(page, 4096, &f);
	WANT("identifier of zeroes is none", f.has_eui64, false);
}

static void descriptors_stay_within_the_page(void)
{
	u8 whole[64], *p;
	unsigned int len;

	memset(whole, 0, sizeof(whole));
	p = desc_put(whole, 1, 8, 0x11);
	p = desc_put(p, 3, 16, 0x33);
	for (len = 0; len <= (unsigned int)(p - whole); len++) {
		struct nvmeq_ns_facts f;
		u8 *cut = guard_copy(whole, len);

		start_ns(&f);
		WANT(desc("cut to %u", len), nvmeq_ident_ns_descs(cut, len, &f),
		     len >= 32 ? 2 : len >= 12 ? 1 : 0);
		WANT(desc("cut to %u", len), f.has_uuid, len >= 32);
		guard_free(cut);
	}
}

static void random_descriptors_read_as_by_offset(void)
{
	static const u8 right[6] = { 0, 8, 16, 16, 1, 40 };
	struct rng r = test_rng();
	unsigned int i;

	for (i = 0; i < 8000 && test_misses() < 5; i++) {
		const char *text = desc("random page %u", i);
		size_t len = one_in(&r, 3) ? rnd(&r, 200) : 4096, at = 0, k;
		struct nvmeq_ns_facts got, want;
		u8 *page = guard_alloc(len);

		for (k = 0; k < len; k++)
			page[k] = (u8)rnd(&r, 256);
		while (at + 4 < len) {
			u8 type = (u8)(one_in(&r, 6) ? rnd(&r, 256) : rnd_in(&r, 1, 5));

			page[at] = type;
			if (!one_in(&r, 20))
				page[at + 1] = right[type <= 4 ? type : 5];
			if (page[at + 1] > 4 && at + 4 + page[at + 1] <= len && one_in(&r, 6))
				memset(page + at + 4, 0, page[at + 1]);
			at += 4u + page[at + 1];
		}
		start_ns(&got);
		want = got;
		WANT(text, nvmeq_ident_ns_descs(page, len, &got),
		     ident_read_descs(page, len, &want));
		same_ns(text, &got, &want, want.csi ? 1u << NVMEQ_NS_COMMAND_SET : 0);
		guard_free(page);
	}
}

/* ---- lists ---- */

static void ns_lists_end_where_they_stop_rising(void)
{
	static const struct {
		const char *desc;
		u32 ids[6], after, max, want;
	} row[] = {
		{ "empty", { 0 }, 0, 1024, 0 },
		{ "one", { 1 }, 0, 1024, 1 },
		{ "five", { 1, 2, 3, 5, 8 }, 0, 1024, 5 },
		{ "hole ends it", { 1, 0, 2 }, 0, 1024, 1 },
		{ "repeat ends it", { 1, 2, 2, 3 }, 0, 1024, 2 },
		{ "fall ends it", { 5, 4, 6 }, 0, 1024, 1 },
		{ "first not above", { 7, 8 }, 7, 1024, 0 },
		{ "first far below", { 1, 8 }, 7, 1024, 0 },
		{ "next page", { 8, 9 }, 7, 1024, 2 },
		{ "highest", { 0xfffffffd, 0xfffffffe }, 0, 1024, 2 },
		{ "broadcast is none", { 1, 0xffffffff }, 0, 1024, 1 },
		{ "after the highest", { 0xffffffff }, 0xfffffffe, 1024, 0 },
		{ "room for two", { 1, 2, 3 }, 0, 2, 2 },
		{ "room for none", { 1, 2, 3 }, 0, 0, 0 },
	};
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		u32 *out = guard_alloc(4 * row[i].max);
		u8 page[PAGE_BYTES] __attribute__((aligned(8)));

		memset(page, 0, sizeof(page));
		for (k = 0; k < 6; k++)
			put32(page, 4 * k, row[i].ids[k]);
		if (WANT(row[i].desc, nvmeq_ident_ns_list(page, 4096, row[i].after, out,
							  row[i].max), row[i].want))
			WANT_MEM(row[i].desc, out, row[i].ids, 4 * row[i].want);
		guard_free(out);
	}
}

static void random_ns_lists_read_as_by_offset(void)
{
	struct rng r = test_rng();
	u32 want[1024];
	unsigned int i, k;

	for (i = 0; i < 6000 && test_misses() < 5; i++) {
		const char *text = desc("random list %u", i);
		u32 n = one_in(&r, 3) ? 1024 : rnd(&r, 1025), after = rnd(&r, 4), id = after, got;
		u32 max = one_in(&r, 3) ? rnd(&r, 1025) : 1024;
		size_t len = one_in(&r, 4) ? 4 * n + rnd(&r, 4) : 4 * n;
		u8 *page = guard_alloc(len);
		u32 *out = guard_alloc(4 * max);

		for (k = 0; k < n; k++) {
			id += 1 + rnd(&r, one_in(&r, 20) ? 1u << 30 : 9);
			put32(page, 4 * k, one_in(&r, 3000) ? 0 : one_in(&r, 3000) ? ~0u : id);
		}
		got = nvmeq_ident_ns_list(page, len, after, out, max);
		if (WANT(text, got, ident_read_list(page, len, after, want, max)))
			WANT_MEM(text, out, want, 4 * got);
		guard_free(page);
		guard_free(out);
	}
}

/* ---- names ---- */

static void wwid_prefers_uuid_then_nguid_then_eui64(void)
{
	static const u8 uuid[16] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
				     0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10 };
	struct nvmeq_ctrl_facts c = { .vid = 0x8086, .serial = "SN1", .model = "MODEL X" };
	struct nvmeq_ns_facts n = { .nsid = 3 };
	unsigned int i, size;
	char buf[300], *cut;
	int len;

	len = nvmeq_ident_wwid(&c, &n, buf, sizeof(buf));
	WANT("no identifier", len, strlen(buf));
	HOLDS("no identifier", !strncmp(buf, "nvme.8086-", 10));
	HOLDS("no identifier", printable(buf, sizeof(buf)) && !strchr(buf, ' '));
	HOLDS("ends with the namespace", len > 9 && !strcmp(buf + len - 9, "-00000003"));

	n.has_eui64 = true;
	memcpy(n.eui64, uuid, 8);
	nvmeq_ident_wwid(&c, &n, buf, sizeof(buf));
	WANT_STR("EUI64", buf, "eui.0123456789abcdef");
	n.has_nguid = true;
	memcpy(n.nguid, uuid, 16);
	nvmeq_ident_wwid(&c, &n, buf, sizeof(buf));
	WANT_STR("NGUID", buf, "eui.0123456789abcdeffedcba9876543210");
	n.has_uuid = true;
	memcpy(n.uuid, uuid, 16);
	nvmeq_ident_wwid(&c, &n, buf, sizeof(buf));
	WANT_STR("UUID", buf, "uuid.01234567-89ab-cdef-fedc-ba9876543210");

	for (i = 0; i < 4; i++) {
		n.has_uuid = i == 0;
		n.has_nguid = i <= 1;
		n.has_eui64 = i <= 2;
		len = nvmeq_ident_wwid(&c, &n, buf, sizeof(buf));
		for (size = 1; size <= (unsigned int)len + 2; size++) {
			cut = guard_alloc(size);
			WANT(desc("%s cut to %u", buf, size),
			     nvmeq_ident_wwid(&c, &n, cut, size), min(size - 1, (unsigned int)len));
			HOLDS("terminated", memchr(cut, 0, size));
			HOLDS("the front of it", !strncmp(cut, buf, strlen(cut)));
			guard_free(cut);
		}
	}
}

static void longest_wwid_fits_a_line(void)
{
	struct nvmeq_ctrl_facts c = { .vid = 0xffff };
	struct nvmeq_ns_facts n = { .nsid = ~0u };
	char buf[300];

	memset(c.serial, 'S', NVMEQ_SERIAL_LEN);
	memset(c.model, 'M', NVMEQ_MODEL_LEN);
	HOLDS("longest", nvmeq_ident_wwid(&c, &n, buf, sizeof(buf)) < 200);
}

/* The kernel's own nodes are found by this very text: serial and model as hex digits. */
static void wwid_without_identifiers_is_that_of_the_kernel(void)
{
	struct nvmeq_ctrl_facts c = { .vid = 0x1b36, .serial = "ab", .model = "M 1" };
	struct nvmeq_ns_facts n = { .nsid = 1 };
	char buf[300];

	nvmeq_ident_wwid(&c, &n, buf, sizeof(buf));
	WANT_STR("as udev knows it", buf, "nvme.1b36-6162-4d2031-00000001");
}

static void same_namespace_by_identifiers_both_have(void)
{
	static const u8 one[16] = { 1, 2, 3 }, two[16] = { 1, 2, 4 };
	struct nvmeq_ns_facts a, b;

	memset(&a, 0, sizeof(a));
	b = a;
	WANT("neither has any", nvmeq_ident_same_ns(&a, &b), true);
	a.has_uuid = b.has_uuid = true;
	memcpy(a.uuid, one, 16);
	memcpy(b.uuid, one, 16);
	WANT("same UUID", nvmeq_ident_same_ns(&a, &b), true);
	memcpy(b.uuid, two, 16);
	WANT("other UUID", nvmeq_ident_same_ns(&a, &b), false);
	a.has_nguid = b.has_nguid = true;
	memcpy(a.nguid, one, 16);
	memcpy(b.nguid, one, 16);
	WANT("same NGUID, other UUID", nvmeq_ident_same_ns(&a, &b), false);
	memcpy(b.uuid, one, 16);
	WANT("same both", nvmeq_ident_same_ns(&a, &b), true);
	memcpy(b.nguid, two, 16);
	WANT("same UUID, other NGUID", nvmeq_ident_same_ns(&a, &b), false);
	memcpy(b.nguid, one, 16);
	a.has_eui64 = b.has_eui64 = true;
	memcpy(a.eui64, one, 8);
	memcpy(b.eui64, two, 8);
	WANT("other EUI64", nvmeq_ident_same_ns(&a, &b), false);
	b.has_eui64 = false;
	WANT("only one has an EUI64", nvmeq_ident_same_ns(&a, &b), true);
	memset(&b, 0, sizeof(b));
	WANT("only one has any", nvmeq_ident_same_ns(&a, &b), false);
	WANT("only the other has any", nvmeq_ident_same_ns(&b, &a), false);
	memset(&a, 0, sizeof(a));
	a.has_uuid = b.has_nguid = true;
	memcpy(a.uuid, one, 16);
	memcpy(b.nguid, one, 16);
	WANT("each has others", nvmeq_ident_same_ns(&a, &b), false);
}

static void reasons_have_names(void)
{
	unsigned int i, k;

	for (i = 0; i <= NVMEQ_NS_FORMAT_INDEX; i++) {
		const char *name = nvmeq_ns_use_name(i);

		HOLDS(desc("use %u", i), name && *name);
		for (k = 0; k < i; k++)
			HOLDS(name, strcmp(name, nvmeq_ns_use_name(k)));
	}
	HOLDS("no such reason has a name", nvmeq_ns_use_name(NVMEQ_NS_FORMAT_INDEX + 1));
}

static const struct CMUnitTest tests[] = {
	TEST(ctrl_fixtures_read_as_they_were_meant),
	TEST(ctrl_fixtures_read_as_by_offset),
	TEST(mdts_is_counted_in_smallest_pages_and_clipped),
	TEST(entry_sizes_must_include_those_of_the_driver),
	TEST(short_pages_are_refused_unread),
	TEST(texts_are_safe_to_print),
	TEST(name_is_made_up_where_the_device_has_none),
	TEST(random_ctrl_pages_read_as_by_offset),
	TEST(ctrl_nvm_sets_its_limits_only),
	TEST(ctrl_abilities_are_taken_for_what_they_say),
	TEST(verify_limit_is_counted_in_smallest_pages),
	TEST(ns_fixtures_read_as_they_were_meant),
	TEST(ns_fixtures_read_as_by_offset),
	TEST(ns_edges),
	TEST(ns_formats_are_listed_and_the_useless_marked),
	TEST(protection_has_the_size_that_is_said),
	TEST(ns_abilities_are_taken_for_what_they_say),
	TEST(random_ns_pages_read_as_by_offset),
	TEST(descriptors_are_walked_to_the_first_wrong_one),
	TEST(descriptors_stay_within_the_page),
	TEST(random_descriptors_read_as_by_offset),
	TEST(ns_lists_end_where_they_stop_rising),
	TEST(random_ns_lists_read_as_by_offset),
	TEST(wwid_prefers_uuid_then_nguid_then_eui64),
	TEST(longest_wwid_fits_a_line),
	TEST(wwid_without_identifiers_is_that_of_the_kernel),
	TEST(same_namespace_by_identifiers_both_have),
	TEST(reasons_have_names),
};

TEST_MAIN("ident", tests)
