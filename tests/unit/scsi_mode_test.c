// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_mode_test.c - MODE SENSE: fields by their offsets in SPC-4 and SBC-3, in
 * every form in which a page can be had; MODE SELECT: what is read can be
 * written back, and of all single bits only those that are changeable change
 */
#include "fixtures/scsi_disks.h"
#include "model/scsi_read.h"
#include "support/test.h"

#define CURRENT		0
#define CHANGEABLE	1
#define DEFAULT		2
#define SAVED		3

#define DBD		0x08
#define LLBAA		0x10

#define GET_FEATURES	NVMEQ_ADMIN_GET_FEATURES
#define SET_FEATURES	NVMEQ_ADMIN_SET_FEATURES

static struct scsi_ctrl ctrl;
static struct scsi_run run;
static struct nvmeq_scsi_facts facts;

/* A cache that is on and by default off, and 7 seconds for a block. */
static void use(const struct nvmeq_scsi_facts *f)
{
	facts = *f;
	scsi_ctrl_init(&ctrl, &facts);
	ctrl.feature[0x06] = 1;
	ctrl.feature[0x05] = 70;
	ctrl.feature_default[0x05] = 0x10003;
}

static void done(const char *text)
{
	WANT_STR(text, ctrl.wrong, NULL);
	scsi_ctrl_free(&ctrl);
}

static u32 sense(bool wide, u8 flags, u8 pc, u8 page, u8 subpage, u32 alloc)
{
	if (wide)
		return SCSI_ASK(&ctrl, &run, alloc, 0x5a, flags, pc << 6 | page, subpage, 0, 0, 0,
				alloc >> 8, alloc & 0xff, 0);
	return SCSI_ASK(&ctrl, &run, alloc, 0x1a, flags, pc << 6 | page, subpage, alloc & 0xff, 0);
}

/* PF set */
static u32 tell(bool wide, const void *list, u32 list_bytes, u32 out_bytes)
{
	if (wide)
		return SCSI_TELL(&ctrl, &run, list, out_bytes, 0x55, 0x10, 0, 0, 0, 0, 0,
				 list_bytes >> 8, list_bytes & 0xff, 0);
	return SCSI_TELL(&ctrl, &run, list, out_bytes, 0x15, 0x10, 0, 0, list_bytes & 0xff, 0);
}

/* --- MODE SENSE --- */

#define PLAIN	&scsi_disk_plain
#define FULL	&scsi_disk_full
#define PI1	&scsi_disk_pi1
#define HUGE	&scsi_disk_huge
#define NONE	&scsi_disk_no_medium

static void headers_and_block_descriptors(void)
{
	static const struct {
		const char *desc;
		const struct nvmeq_scsi_facts *f;
		bool wide;
		u8 flags;
		u16 at;
		u8 bytes;
		u64 want;
	} row[] = {
		{ "6: length", FULL, false, 0, 0, 1, 4 + 8 + 12 - 1 },
		{ "6: length without descriptor", FULL, false, DBD, 0, 1, 4 + 12 - 1 },
		{ "6: medium type", FULL, false, 0, 1, 1, 0 },
		{ "6: DPOFUA", FULL, false, 0, 2, 1, 0x10 },
		{ "6: descriptor length", FULL, false, 0, 3, 1, 8 },
		{ "6: no descriptor", FULL, false, DBD, 3, 1, 0 },
		{ "6: blocks", FULL, false, 0, 4, 4, 262144 },
		{ "6: density, block length", FULL, false, 0, 8, 4, 4096 },
		{ "6: 512", PLAIN, false, 0, 8, 4, 512 },
		{ "6: there is no long form", FULL, false, LLBAA, 3, 1, 8 },
		{ "6: too many blocks to say", HUGE, false, 0, 4, 4, 0xffffffff },
		{ "6: no blocks", NONE, false, 0, 4, 8, 0 },
		{ "10: length", FULL, true, 0, 0, 2, 8 + 8 + 12 - 2 },
		{ "10: long length", FULL, true, LLBAA, 0, 2, 8 + 16 + 12 - 2 },
		{ "10: medium type", FULL, true, 0, 2, 1, 0 },
		{ "10: DPOFUA", FULL, true, 0, 3, 1, 0x10 },
		{ "10: LONGLBA", FULL, true, LLBAA, 4, 2, 0x0100 },
		{ "10: no LONGLBA", FULL, true, 0, 4, 2, 0 },
		{ "10: descriptor length", FULL, true, 0, 6, 2, 8 },
		{ "10: long descriptor length", FULL, true, LLBAA, 6, 2, 16 },
		{ "10: no descriptor", FULL, true, DBD, 6, 2, 0 },
		{ "10: no long descriptor", FULL, true, DBD | LLBAA, 6, 2, 0 },
		{ "10: blocks", FULL, true, 0, 8, 4, 262144 },
		{ "10: block length", FULL, true, 0, 12, 4, 4096 },
		{ "10: too many blocks to say", HUGE, true, 0, 8, 4, 0xffffffff },
		{ "10: long blocks", HUGE, true, LLBAA, 8, 8, 6442450944ULL },
		{ "10: long reserved, block length", HUGE, true, LLBAA, 16, 8, 512 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(row[i].f);
		WANT(row[i].desc, sense(row[i].wide, row[i].flags, CURRENT, 0x1c, 0, 255), 0);
		WANT(row[i].desc, scsi_get(run.in + row[i].at, row[i].bytes), row[i].want);
		WANT(row[i].desc, ctrl.nsent, 0);
		done(row[i].desc);
	}
}

static void write_protection_is_told(void)
{
	unsigned int wide;

	for (wide = 0; wide < 2; wide++) {
		use(FULL);
		facts.read_only = true;
		WANT("read only", sense(wide, 0, CURRENT, 0x1c, 0, 255), 0);
		WANT("read only", run.in[wide ? 3 : 2], 0x90);
		done("read only");
	}
}

/* All forms in which a page can be asked for: by itself, among all, with subpages; 6 and 10. */
static void check_page(const char *text, u8 pc, u8 page, u8 subpage, u16 at, u8 bytes, u64 want)
{
	static const struct { u8 page, subpage; } all[] = { { 0x3f, 0x00 }, { 0x3f, 0xff } };
	const char *wrong;
	unsigned int form;
	u32 len;

	for (form = 0; form < 6; form++) {
		const char *where = desc("%s, form %u", text, form);
		bool wide = form & 1;
		u8 p = form < 2 ? page : all[form / 2 - 1].page;
		u8 s = form < 2 ? subpage : all[form / 2 - 1].subpage;
		const u8 *got;

		if (subpage && form / 2 == 1)
			continue;
		if (!WANT(where, sense(wide, 0, pc, p, s, 255), 0))
			continue;
		got = scsi_mode_page(&run, wide, page, subpage, &len, &wrong);
		WANT_STR(where, wrong, NULL);
		if (HOLDS(where, got && at + bytes <= len))
			WANT(where, scsi_get(got + at, bytes), want);
	}
}

/* Weakness 18: only current values, and an error from a drive without a cache. */
static void pages(void)
{
	static const struct {
		const char *desc;
		const struct nvmeq_scsi_facts *f;
		u8 pc, page, subpage;
		u16 at;
		u8 bytes;
		u64 want;
	} row[] = {
		{ "01h: header, reallocation", FULL, CURRENT, 0x01, 0, 0, 4, 0x010ac000 },
		{ "01h: retries", FULL, CURRENT, 0x01, 0, 4, 6, 0 },
		{ "01h: 7 seconds", FULL, CURRENT, 0x01, 0, 10, 2, 7000 },
		{ "01h: by default 300 ms", FULL, DEFAULT, 0x01, 0, 10, 2, 300 },
		{ "01h: without defaults", PLAIN, DEFAULT, 0x01, 0, 10, 2, 7000 },
		{ "01h: nothing to change", FULL, CHANGEABLE, 0x01, 0, 2, 8, 0 },
		{ "01h: nothing at all", FULL, CHANGEABLE, 0x01, 0, 8, 4, 0 },
		{ "08h: header, WCE", FULL, CURRENT, 0x08, 0, 0, 4, 0x08120400 },
		{ "08h: the rest", FULL, CURRENT, 0x08, 0, 4, 8, 0 },
		{ "08h: the end", FULL, CURRENT, 0x08, 0, 12, 8, 0 },
		{ "08h: no cache", PLAIN, CURRENT, 0x08, 0, 2, 1, 0 },
		{ "08h: WCE can be changed", FULL, CHANGEABLE, 0x08, 0, 2, 1, 0x04 },
		{ "08h: nothing else", FULL, CHANGEABLE, 0x08, 0, 3, 8, 0 },
		{ "08h: nothing without a cache", PLAIN, CHANGEABLE, 0x08, 0, 2, 1, 0 },
		{ "08h: off by default", FULL, DEFAULT, 0x08, 0, 2, 1, 0 },
		{ "08h: default is not known", HUGE, DEFAULT, 0x08, 0, 2, 1, 0x04 },
		{ "0Ah: header", FULL, CURRENT, 0x0a, 0, 0, 2, 0x0a0a },
		{ "0Ah: fixed sense, no saving of logs", FULL, CURRENT, 0x0a, 0, 2, 1, 0x02 },
		{ "0Ah: any order", FULL, CURRENT, 0x0a, 0, 3, 1, 0x10 },
		{ "0Ah: no SWP", FULL, CURRENT, 0x0a, 0, 4, 1, 0x00 },
		{ "0Ah: TAS", FULL, CURRENT, 0x0a, 0, 5, 1, 0x40 },
		{ "0Ah: TAS, ATO", PI1, CURRENT, 0x0a, 0, 5, 1, 0xc0 },
		{ "0Ah: obsolete", FULL, CURRENT, 0x0a, 0, 6, 2, 0 },
		{ "0Ah: busy", FULL, CURRENT, 0x0a, 0, 8, 2, 0xffff },
		{ "0Ah: self-test", FULL, CURRENT, 0x0a, 0, 10, 2, 2100 },
		{ "0Ah: no self-test", PLAIN, CURRENT, 0x0a, 0, 10, 2, 0 },
		{ "0Ah: D_SENSE can be changed", FULL, CHANGEABLE, 0x0a, 0, 2, 1, 0x04 },
		{ "0Ah: nothing else", FULL, CHANGEABLE, 0x0a, 0, 3, 8, 0 },
		{ "0Ah: default", FULL, DEFAULT, 0x0a, 0, 2, 4, 0x02100040 },
		{ "0Ah/01h: header", FULL, CURRENT, 0x0a, 1, 0, 4, 0x4a01001c },
		{ "0Ah/01h: nothing", FULL, CURRENT, 0x0a, 1, 4, 8, 0 },
		{ "0Ah/01h: to the end", FULL, CURRENT, 0x0a, 1, 24, 8, 0 },
		{ "1Ah: header", FULL, CURRENT, 0x1a, 0, 0, 2, 0x1a26 },
		{ "1Ah: no timers", FULL, CURRENT, 0x1a, 0, 2, 8, 0 },
		{ "1Ah: to the end", FULL, CURRENT, 0x1a, 0, 32, 8, 0 },
		{ "1Ch: header, on, on request", FULL, CURRENT, 0x1c, 0, 0, 4, 0x1c0a0006 },
		{ "1Ch: the rest", FULL, CURRENT, 0x1c, 0, 4, 8, 0 },
		{ "1Ch: DEXCPT and MRIE can be changed", FULL, CHANGEABLE, 0x1c, 0, 2, 4,
		  0x080f0000 },
		{ "1Ch: default", FULL, DEFAULT, 0x1c, 0, 2, 4, 0x00060000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(row[i].f);
		check_page(row[i].desc, row[i].pc, row[i].page, row[i].subpage, row[i].at,
			   row[i].bytes, row[i].want);
		done(row[i].desc);
	}
}

static void limits_of_fields(void)
{
	use(FULL);
	ctrl.feature[0x05] = 0x0001028f;
	check_page("655 units", CURRENT, 0x01, 0, 10, 2, 65500);
	ctrl.feature[0x05] = 0x290;
	check_page("656 units", CURRENT, 0x01, 0, 10, 2, 65535);
	ctrl.feature[0x05] = 0xffff;
	check_page("most units", CURRENT, 0x01, 0, 10, 2, 65535);
	facts.self_test_minutes = 1093;
	check_page("a long self-test", CURRENT, 0x0a, 0, 10, 2, 65535);
	ctrl.feature[0x06] = 0xfffffffe;
	check_page("bits beside WCE", CURRENT, 0x08, 0, 2, 1, 0);
	done("limits");
}

/* Every page code with every subpage; the list is that of SPC-4 as far as it is offered. */
static void pages_that_are_not_there_are_refused(void)
{
	unsigned int page, sub, pc;
	u32 byte, want;
	int bit;

	use(PLAIN);
	for (page = 0; page < 64; page++)
		for (sub = 0; sub < 256; sub++) {
			bool known = page == 1 || page == 8 || page == 0x0a || page == 0x1a ||
				     page == 0x1c || page == 0x3f;
			bool legal = known && (!sub || (page == 0x0a && sub == 1) ||
					       (page == 0x3f && sub == 0xff));
			const char *text = desc("page %#x, subpage %#x", page, sub);

			for (pc = 0; pc < 4; pc++) {
				want = !legal ? NVMEQ_SENSE_CDB_FIELD :
				       pc == SAVED ? NVMEQ_SENSE_NO_SAVING : 0;
				WANT(text, sense(sub & 1, 0, (u8)pc, (u8)page, (u8)sub, 255), want);
				if (!legal)
					HOLDS(text, scsi_field(&run, &byte, &bit) &&
					      byte == (known ? 3 : 2) &&
					      bit == (known ? -1 : 5));
			}
		}
	done("legal pages");
}

/* Weakness 18: Get Features of a cache that is not there is an error of the drive. */
static void only_what_is_needed_is_asked_for(void)
{
	static const struct {
		const char *desc;
		const struct nvmeq_scsi_facts *f;
		u8 pc, page, subpage;
		u32 want;
	} row[] = {
		{ "all pages", FULL, CURRENT, 0x3f, 0, 2 },
		{ "all pages, no cache", PLAIN, CURRENT, 0x3f, 0, 1 },
		{ "all defaults", FULL, DEFAULT, 0x3f, 0xff, 2 },
		{ "what can be changed", FULL, CHANGEABLE, 0x3f, 0xff, 0 },
		{ "cache", FULL, CURRENT, 0x08, 0, 1 },
		{ "no cache", PLAIN, CURRENT, 0x08, 0, 0 },
		{ "recovery", FULL, CURRENT, 0x01, 0, 1 },
		{ "control", FULL, CURRENT, 0x0a, 0, 0 },
		{ "power", FULL, CURRENT, 0x1a, 0, 0 },
		{ "exceptions", FULL, CURRENT, 0x1c, 0, 0 },
		{ "saved", FULL, SAVED, 0x3f, 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(row[i].f);
		sense(false, 0, row[i].pc, row[i].page, row[i].subpage, 255);
		WANT(row[i].desc, ctrl.nsent, row[i].want);
		WANT(row[i].desc, scsi_ctrl_count(&ctrl, true, GET_FEATURES), row[i].want);
		done(row[i].desc);
	}
}

static void errors_of_the_controller(void)
{
	use(FULL);
	scsi_ctrl_fail(&ctrl, true, GET_FEATURES, 0, 0x4006);
	WANT("cache", sense(true, 0, CURRENT, 0x3f, 0, 255), NVMEQ_SENSE_TARGET_FAILURE);
	WANT("cache", run.end.moved, 0);
	scsi_ctrl_fail(&ctrl, true, GET_FEATURES, 1, 0x4002);
	check_page("recovery", CURRENT, 0x01, 0, 2, 1, 0xc0);
	scsi_ctrl_fail(&ctrl, true, GET_FEATURES, 1, 0x4002);
	WANT("recovery", sense(true, DBD, CURRENT, 0x3f, 0, 255), 0);
	WANT("recovery", scsi_get(run.in + 8 + 10, 2), 0);
	done("errors");
}

static void every_length_gives_a_beginning(void)
{
	static const u8 page[] = { 0x01, 0x08, 0x0a, 0x1a, 0x1c, 0x3f };
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(scsi_disks); i++)
		for (k = 0; k < ARRAY_SIZE(page); k++) {
			const char *text = desc("%s, page %#x", scsi_disks[i].desc, page[k]);
			u8 six[6] = { 0x1a, 0, page[k] };
			u8 ten[10] = { 0x5a, LLBAA, page[k], page[k] == 0x3f ? 0xff : 0 };

			use(scsi_disks[i].f);
			WANT_STR(text, scsi_cuts(&ctrl, six, 6, 4, 1, 255), NULL);
			WANT_STR(text, scsi_cuts(&ctrl, ten, 10, 7, 2, 300), NULL);
			done(text);
		}
}

/* --- MODE SELECT --- */

struct kept {
	struct nvmeq_scsi_state state;
	u32 wce;
};

static struct kept keep(void)
{
	return (struct kept) { ctrl.state, ctrl.feature[0x06] };
}

static void unchanged(const char *text, const struct kept *k)
{
	WANT(text, ctrl.state.d_sense, k->state.d_sense);
	WANT(text, ctrl.state.format_block_bytes, k->state.format_block_bytes);
	WANT(text, ctrl.state.dexcpt, k->state.dexcpt);
	WANT(text, ctrl.state.mrie, k->state.mrie);
	WANT(text, ctrl.feature[0x06], k->wce);
}

/* A list as MODE SENSE gives it. */
static u32 read_list(bool wide, u8 flags, u8 page, u8 subpage, u8 *list)
{
	if (sense(wide, flags, CURRENT, page, subpage, 255))
		return 0;
	memcpy(list, run.in, run.end.resp_bytes);
	return run.end.resp_bytes;
}

static void what_was_read_can_be_written_back(void)
{
	static const struct { u8 page, subpage; } what[] = {
		{ 0x3f, 0 }, { 0x3f, 0xff }, { 0x01, 0 }, { 0x08, 0 }, { 0x0a, 0 }, { 0x0a, 1 },
		{ 0x1a, 0 }, { 0x1c, 0 },
	};
	static const u8 flags[] = { 0, DBD, LLBAA };
	unsigned int disk, i, k, wide;
	u8 list[256];
	u32 bytes;

	for (disk = 0; disk < ARRAY_SIZE(scsi_disks); disk++)
		for (i = 0; i < ARRAY_SIZE(what); i++)
			for (k = 0; k < ARRAY_SIZE(flags); k++)
				for (wide = 0; wide < 2; wide++) {
					const char *text = desc("%s, page %#x/%u, flags %#x, %s",
								scsi_disks[disk].desc, what[i].page,
								what[i].subpage, flags[k],
								wide ? "10" : "6");
					bool sets = what[i].page == 0x08 || what[i].page == 0x3f;
					struct kept was;

					use(scsi_disks[disk].f);
					was = keep();
					bytes = read_list(wide, flags[k], what[i].page,
							  what[i].subpage, list);
					scsi_ctrl_forget(&ctrl);
					WANT(text, tell(wide, list, bytes, bytes), 0);
					WANT(text, run.end.moved, bytes);
					unchanged(text, &was);
					WANT(text, scsi_ctrl_count(&ctrl, true, SET_FEATURES),
					     sets && facts.vwc);
					WANT(text, run.end.after,
					     sets && facts.vwc ? NVMEQ_SCSI_AFTER_CACHE : 0);
					done(text);
				}
}

/* The bits that SPC-4 lets a list have beside those of MODE SENSE, from page and offset. */
static bool may_differ(const struct nvmeq_scsi_facts *f, u8 page, u8 subpage, u32 at, u8 bit)
{
	if (at == 0 && bit == 7)
		return true;			/* PS is not looked at */
	if (subpage)
		return false;
	return (page == 0x08 && at == 2 && bit == 2 && f->vwc) ||
	       (page == 0x0a && at == 2 && bit == 2) ||
	       (page == 0x1c && at == 2 && bit == 3);
}

/* Each bit of each page turned round: refused with a pointer to it, unless it can be changed. */
static void of_all_bits_only_the_changeable_ones_change(void)
{
	static const struct { u8 page, subpage; } what[] = {
		{ 0x01, 0 }, { 0x08, 0 }, { 0x0a, 0 }, { 0x0a, 1 }, { 0x1a, 0 }, { 0x1c, 0 },
	};
	unsigned int disk, i, at, bit;
	u8 list[256];
	u32 bytes, byte;
	int field;

	for (disk = 0; disk < 3; disk++)
		for (i = 0; i < ARRAY_SIZE(what); i++)
			for (at = 0; at < 40; at++)
				for (bit = 0; bit < 8; bit++) {
					const char *text = desc("%s, page %#x/%u, byte %u bit %u",
								scsi_disks[disk].desc, what[i].page,
								what[i].subpage, at, bit);
					bool mrie = what[i].page == 0x1c && at == 3 && bit < 4;
					struct kept was;
					u32 code;

					use(scsi_disks[disk].f);
					was = keep();
					bytes = read_list(true, DBD, what[i].page, what[i].subpage,
							  list);
					if (8 + at >= bytes) {
						done(text);
						continue;
					}
					list[8 + at] ^= (u8)(1u << bit);
					scsi_ctrl_forget(&ctrl);
					code = tell(true, list, bytes, bytes);
					if (may_differ(&facts, what[i].page, what[i].subpage, at,
						       (u8)bit)) {
						WANT(text, code, 0);
						done(text);
						continue;
					}
					unchanged(text, &was);
					WANT(text, scsi_ctrl_count(&ctrl, true, SET_FEATURES), 0);
					if (at >= (what[i].subpage ? 4 : 2)) {
						WANT(text, code, NVMEQ_SENSE_LIST_FIELD);
						HOLDS(text, scsi_field(&run, &byte, &field) &&
						      byte == 8 + at &&
						      field == (mrie ? 3 : (int)bit));
					} else {
						HOLDS(text, code == NVMEQ_SENSE_LIST_FIELD ||
						      code == NVMEQ_SENSE_LIST_LENGTH);
					}
					done(text);
				}
}

/* Weakness 17: lengths in the list were believed, and the heap behind it was read. */
static void a_list_that_is_cut_changes_nothing(void)
{
	unsigned int wide, n, whole;
	u8 list[256], bytes_at[256];
	u32 bytes, code;

	for (wide = 0; wide < 2; wide++)
		for (n = 1; n < 256; n++) {
			const char *text = desc("%s, %u bytes", wide ? "10" : "6", n);
			const char *wrong;
			struct kept was;
			u32 at, len;

			use(FULL);
			bytes = read_list(wide, 0, 0x3f, 0xff, list);
			memset(bytes_at, 0, sizeof(bytes_at));
			for (at = (wide ? 8 : 4) + 8; at < bytes; at += len) {
				bytes_at[at] = 1;	/* a list may end here */
				len = list[at] & 0x40 ? 4 + (u32)scsi_get(list + at + 2, 2) :
				      2u + list[at + 1];
			}
			HOLDS(text, scsi_mode_page(&run, wide, 0x0a, 0, &len, &wrong));
			list[(u32)(scsi_mode_page(&run, wide, 0x0a, 0, &len, &wrong) - run.in) + 2]
				^= 0x04;
			was = keep();
			if (n >= bytes) {
				done(text);
				continue;
			}
			/* by the CDB, then by the transfer */
			for (whole = 0; whole < 2; whole++) {
				code = tell(wide, list, whole ? bytes : n, n);
				if (!bytes_at[n]) {
					WANT(text, code, NVMEQ_SENSE_LIST_LENGTH);
					unchanged(text, &was);
				} else {
					WANT(text, code, 0);
				}
				ctrl.state = was.state;
			}
			done(text);
		}
}

struct select_row {
	const char *desc;
	bool wide;
	u8 bytes;
	u8 list[48];
	u32 code;
	s32 field;	/* byte, or -1: not told */
};

#define LENGTH	NVMEQ_SENSE_LIST_LENGTH
#define FIELD	NVMEQ_SENSE_LIST_FIELD
#define PAGE_1C	0x1c, 0x0a, 0x08, 0x06, 0, 0, 0, 0, 0, 0, 0, 0

static void lists_that_are_refused(void)
{
	static const struct select_row row[] = {
		{ "6: no header", false, 3, { 0, 0, 0 }, LENGTH, -1 },
		{ "10: no header", true, 7, { 0 }, LENGTH, -1 },
		{ "6: descriptor beyond the list", false, 4, { 0, 0, 0, 8 }, LENGTH, -1 },
		{ "6: part of a descriptor", false, 11, { 0, 0, 0, 8 }, LENGTH, -1 },
		{ "6: odd descriptor", false, 16, { 0, 0, 0, 7 }, FIELD, 3 },
		{ "6: long descriptor", false, 24, { 0, 0, 0, 16 }, FIELD, 3 },
		{ "6: largest descriptor", false, 16, { 0, 0, 0, 255 }, FIELD, 3 },
		{ "10: descriptor of 65535", true, 16, { 0, 0, 0, 0, 0, 0, 255, 255 }, FIELD, 6 },
		{ "10: descriptor of 256", true, 16, { 0, 0, 0, 0, 0, 0, 1, 0 }, FIELD, 6 },
		{ "10: short descriptor with LONGLBA", true, 16, { 0, 0, 0, 0, 1, 0, 0, 8 }, FIELD,
		  6 },
		{ "10: long descriptor without LONGLBA", true, 24, { 0, 0, 0, 0, 0, 0, 0, 16 },
		  FIELD, 6 },
		{ "10: long descriptor beyond the list", true, 23, { 0, 0, 0, 0, 1, 0, 0, 16 },
		  LENGTH, -1 },
		{ "half a page header", false, 5, { 0, 0, 0, 0, 0x1c }, LENGTH, -1 },
		{ "half a subpage header", false, 7, { 0, 0, 0, 0, 0x4a, 0x01, 0 }, LENGTH, -1 },
		{ "page beyond the list", false, 8, { 0, 0, 0, 0, 0x1c, 0x0a, 0, 0 }, LENGTH, -1 },
		{ "largest page", false, 16, { 0, 0, 0, 0, 0x1c, 0xff }, LENGTH, -1 },
		{ "largest subpage", false, 16, { 0, 0, 0, 0, 0x4a, 0x01, 0xff, 0xff }, LENGTH,
		  -1 },
		{ "page of another length", false, 16, { 0, 0, 0, 0, 0x1c, 0x08 }, FIELD, 5 },
		{ "subpage of another length", false, 16, { 0, 0, 0, 0, 0x4a, 0x01, 0, 8 }, FIELD,
		  6 },
		{ "page of no length", false, 16, { 0, 0, 0, 0, 0x1c, 0x00 }, FIELD, 5 },
		{ "unknown page", false, 8, { 0, 0, 0, 0, 0x02, 0x02 }, FIELD, 4 },
		{ "page 0", false, 16, { 0 }, FIELD, 4 },
		{ "all pages", false, 8, { 0, 0, 0, 0, 0x3f, 0x02 }, FIELD, 4 },
		{ "subpage 0 in the long form", false, 16,
		  { 0, 0, 0, 0, 0x5c, 0x00, 0, 8, 0, 6 }, FIELD, 4 },
		{ "unknown subpage", false, 16, { 0, 0, 0, 0, 0x4a, 0x02, 0, 8 }, FIELD, 4 },
		{ "subpage in the short form", false, 36, { 0, 0, 0, 0, 0x0a, 30 }, FIELD, 5 },
		{ "MRIE 5", false, 16, { 0, 0, 0, 0, 0x1c, 0x0a, 0, 5 }, FIELD, 7 },
		{ "MRIE 15", false, 16, { 0, 0, 0, 0, 0x1c, 0x0a, 0, 15 }, FIELD, 7 },
		{ "TEST", false, 16, { 0, 0, 0, 0, 0x1c, 0x0a, 0x04, 6 }, FIELD, 6 },
		{ "SWP", false, 16, { 0, 0, 0, 0, 0x0a, 0x0a, 0x02, 0x10, 0x08, 0x40, 0, 0, 0xff,
		  0xff, 0x08, 0x34 }, FIELD, 8 },
		{ "blocks", false, 12, { 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0x10, 0 }, FIELD, 4 },
		{ "block length that no format has", false, 12,
		  { 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0x20, 0 }, FIELD, 9 },
		{ "block length 0", false, 12, { 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0 }, FIELD, 9 },
		{ "block length 1", false, 12, { 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1 }, FIELD, 9 },
		{ "10: long blocks", true, 24, { 0, 0, 0, 0, 1, 0, 0, 16, 0, 0, 0, 0, 255, 255, 255,
		  255, 0, 0, 0, 0, 0, 0, 0x10, 0 }, FIELD, 8 },
		{ "10: long block length", true, 24, { 0, 0, 0, 0, 1, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0,
		  0, 0, 0, 0, 0, 0x80, 0, 0, 0 }, FIELD, 20 },
		{ "a wrong page behind a right one", false, 20,
		  { 0, 0, 0, 0, PAGE_1C, 0x02, 0x02 }, FIELD, 16 },
		{ "half a page behind a right one", false, 18,
		  { 0, 0, 0, 0, PAGE_1C, 0x08, 0x12 }, LENGTH, -1 },
		{ "a wrong page behind a right descriptor", false, 16,
		  { 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0x02, 0, 0x02, 0x02 }, FIELD, 12 },
	};
	unsigned int i;
	u32 byte;
	int bit;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct kept was;

		use(FULL);
		was = keep();
		WANT(row[i].desc, tell(row[i].wide, row[i].list, row[i].bytes, row[i].bytes),
		     row[i].code);
		if (row[i].field >= 0)
			HOLDS(row[i].desc, scsi_field(&run, &byte, &bit) &&
			      byte == (u32)row[i].field);
		unchanged(row[i].desc, &was);
		WANT(row[i].desc, run.end.after, 0);
		WANT(row[i].desc, scsi_ctrl_count(&ctrl, true, SET_FEATURES), 0);
		done(row[i].desc);
	}
}

static void cdbs_that_are_refused_or_do_nothing(void)
{
	static const u8 list[16] = { 0, 0, 0, 0, PAGE_1C };
	u32 byte;
	int bit;

	use(FULL);
	WANT("SP", SCSI_TELL(&ctrl, &run, list, 16, 0x15, 0x11, 0, 0, 16, 0),
	     NVMEQ_SENSE_CDB_FIELD);
	HOLDS("SP", scsi_field(&run, &byte, &bit) && byte == 1 && bit == 0);
	WANT("no PF", SCSI_TELL(&ctrl, &run, list, 16, 0x15, 0x00, 0, 0, 16, 0),
	     NVMEQ_SENSE_CDB_FIELD);
	HOLDS("no PF", scsi_field(&run, &byte, &bit) && byte == 1 && bit == 4);
	WANT("no list", tell(false, list, 0, 16), 0);
	WANT("no list, 10", tell(true, list, 0, 16), 0);
	WANT("no list", run.end.moved, 0);
	HOLDS("nothing happened", !ctrl.state.dexcpt && !ctrl.nsent);
	WANT("header alone", tell(false, list, 4, 4), 0);
	WANT("header alone, 10", tell(true, (u8[8]){ 0 }, 8, 8), 0);
	HOLDS("nothing happened", !ctrl.state.dexcpt && !run.end.after);
	WANT("more data than list", tell(false, list, 16, 16), 0);
	HOLDS("it happened", ctrl.state.dexcpt);
	WANT("it happened", run.end.after, NVMEQ_SCSI_AFTER_STATE);
	done("CDBs");
}

/* Weakness 17: the length of MODE SELECT(10) was taken from one byte. */
static void long_lists_are_read_to_their_end(void)
{
	static const u8 page[12] = { PAGE_1C };
	static const u32 pages[] = { 20, 30, 339, 340 };
	u8 list[8 + 12 * 341 + 20] = { 0 };
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		const char *text = desc("%u pages", pages[i]);
		u32 bytes = 8 + 12 * pages[i];

		use(FULL);
		for (k = 0; k < pages[i]; k++)
			memcpy(list + 8 + 12 * k, page, 12);
		for (k = 0; k + 1 < pages[i]; k++)
			list[8 + 12 * k + 2] = 0;
		WANT(text, tell(true, list, bytes, bytes), 0);
		HOLDS(text, ctrl.state.dexcpt);
		done(text);
	}
	use(FULL);
	memset(list + 8 + 12 * 339, 0, 20);
	list[8 + 12 * 339] = 0x08;
	list[8 + 12 * 339 + 1] = 0x12;
	WANT("as long as the memory for it", tell(true, list, 4096, 4096), 0);
	WANT("as long as the memory for it", ctrl.feature[0x06], 0);
	ctrl.state.dexcpt = false;
	WANT("longer", tell(true, list, 4108, 4108), LENGTH);
	HOLDS("longer", !ctrl.state.dexcpt);
	WANT("longest", tell(true, list, 65535, 4108), LENGTH);
	done("long lists");
}

static void write_cache_is_switched(void)
{
	static const struct {
		const char *desc;
		const struct nvmeq_scsi_facts *f;
		u32 was;
		u8 byte2;
		u32 code, now, sent;
	} row[] = {
		{ "on to on", FULL, 1, 0x04, 0, 1, 1 },
		{ "on to off", FULL, 1, 0x00, 0, 0, 1 },
		{ "off to on", FULL, 0, 0x04, 0, 1, 1 },
		{ "off without a cache", PLAIN, 0, 0x00, 0, 0, 0 },
		{ "on without a cache", PLAIN, 0, 0x04, FIELD, 0, 0 },
		{ "RCD", FULL, 1, 0x05, FIELD, 1, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		u8 list[24] = { 0, 0, 0, 0, 0x08, 0x12, row[i].byte2 };

		use(row[i].f);
		ctrl.feature[0x06] = row[i].was;
		WANT(row[i].desc, tell(false, list, 24, 24), row[i].code);
		WANT(row[i].desc, ctrl.feature[0x06], row[i].now);
		WANT(row[i].desc, scsi_ctrl_count(&ctrl, true, SET_FEATURES), row[i].sent);
		WANT(row[i].desc, run.end.after, row[i].sent ? NVMEQ_SCSI_AFTER_CACHE : 0);
		done(row[i].desc);
	}
}

/* Descriptor sense, exceptions off, another block length and the cache: all, or none of them. */
static const u8 everything[] = {
	0, 0, 0, 8, 0xff, 0xff, 0xff, 0xff, 0, 0, 0x02, 0,
	0x0a, 0x0a, 0x06, 0x10, 0, 0x40, 0, 0, 0xff, 0xff, 0x08, 0x34,
	0x08, 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0x1c, 0x0a, 0x08, 0x00, 0, 0, 0, 0, 0, 0, 0, 0,
};

static void nothing_is_half_applied(void)
{
	static const struct {
		const char *desc;
		u16 status;
		u32 code;
	} row[] = {
		{ "feature cannot be changed", 0x410e, FIELD },
		{ "invalid field", 0x4002, NVMEQ_SENSE_CDB_FIELD },
		{ "internal error", 0x0006, NVMEQ_SENSE_TARGET_FAILURE },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct kept was;

		use(FULL);
		was = keep();
		scsi_ctrl_fail(&ctrl, true, SET_FEATURES, 0, row[i].status);
		WANT(row[i].desc, tell(false, everything, sizeof(everything), sizeof(everything)),
		     row[i].code);
		unchanged(row[i].desc, &was);
		WANT(row[i].desc, run.end.after, NVMEQ_SCSI_AFTER_CACHE);
		done(row[i].desc);
	}
	use(FULL);
	WANT("all", tell(false, everything, sizeof(everything), sizeof(everything)), 0);
	WANT("all", run.end.after, NVMEQ_SCSI_AFTER_CACHE | NVMEQ_SCSI_AFTER_STATE);
	HOLDS("all", ctrl.state.d_sense && ctrl.state.dexcpt && !ctrl.state.mrie);
	WANT("all", ctrl.state.format_block_bytes, 512);
	WANT("all", ctrl.feature[0x06], 0);
	WANT("all", run.end.moved, sizeof(everything));
	done("all");
}

/* A page that cannot be compared, because the controller does not tell, is compared with 0. */
static void recovery_time_of_a_controller_that_does_not_tell(void)
{
	u8 list[16] = { 0, 0, 0, 0, 0x01, 0x0a, 0xc0 };

	use(FULL);
	scsi_ctrl_fail(&ctrl, true, GET_FEATURES, 0, 0x4002);
	WANT("0", tell(false, list, 16, 16), 0);
	WANT("0, but it is 7 seconds", tell(false, list, 16, 16), FIELD);
	list[14] = 7000 >> 8;
	list[15] = 7000 & 0xff;
	WANT("7 seconds", tell(false, list, 16, 16), 0);
	done("recovery time");
}

/* Weakness 5: descriptor sense always, with D_SENSE matching by chance. */
static void sense_comes_in_the_format_that_is_announced(void)
{
	u8 list[16] = { 0, 0, 0, 0, 0x0a, 0x0a, 0x02, 0x10, 0, 0x40, 0, 0, 0xff, 0xff, 0x08, 0x34 };
	unsigned int on;

	use(FULL);
	for (on = 0; on < 2; on++) {
		list[6] = on ? 0x06 : 0x02;
		WANT("select", tell(false, list, 16, 16), 0);
		check_page("current", CURRENT, 0x0a, 0, 2, 1, on ? 0x06 : 0x02);
		check_page("default", DEFAULT, 0x0a, 0, 2, 1, 0x02);
		WANT("an error", sense(true, 0, CURRENT, 0x02, 0, 255), NVMEQ_SENSE_CDB_FIELD);
		WANT("an error", run.sense[0], on ? 0x72 : 0x70);
		WANT("an error", run.sense_bytes, on ? 16 : 18);
	}
	list[6] = 0x02;
	WANT("and back", tell(false, list, 16, 16), 0);
	HOLDS("and back", !ctrl.state.d_sense);
	done("D_SENSE");
}

static void exceptions_are_kept(void)
{
	static const u8 mrie[] = { 0, 6 };
	unsigned int i, off;

	for (i = 0; i < ARRAY_SIZE(mrie); i++)
		for (off = 0; off < 2; off++) {
			u8 byte2 = off ? 0x08 : 0;
			u8 list[16] = { 0, 0, 0, 0, 0x1c, 0x0a, byte2, mrie[i] };

			use(FULL);
			WANT("select", tell(false, list, 16, 16), 0);
			check_page("current", CURRENT, 0x1c, 0, 2, 2, (u64)byte2 << 8 | mrie[i]);
			check_page("default", DEFAULT, 0x1c, 0, 2, 2, 6);
			check_page("changeable", CHANGEABLE, 0x1c, 0, 2, 2, 0x080f);
			done("exceptions");
		}
}

/* What is accepted here is what FORMAT UNIT can do; it is what READ CAPACITY says only then. */
static void block_length_for_the_next_format(void)
{
	static const struct nvmeq_ns_format formats[] = {
		{ 9, 0 }, { 12, 0 }, { 13, 8 }, { 14, 64 }, { 0, 0 }, { 0, 8 }, { 32, 0 },
		{ 200, 0 }, { 31, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 },
		{ 15, 0 }, { 16, 0 },
	};
	static const struct {
		const char *desc;
		u16 oacs;
		u8 dpc;
		u32 bytes;
		u64 blocks;
		u32 code, want;
	} row[] = {
		{ "the present one", 0x02, 0, 4096, 0, 0, 0 },
		{ "the present one, cannot format", 0x00, 0, 4096, 0, 0, 0 },
		{ "another", 0x02, 0, 512, 0, 0, 512 },
		{ "another, all blocks", 0x02, 0, 512, ~0ULL, 0, 512 },
		{ "another, as many blocks", 0x02, 0, 512, 262144, 0, 512 },
		{ "another, a number of blocks", 0x02, 0, 512, 262143, FIELD, 7 },
		{ "another, 32 bits of blocks", 0x02, 0, 512, 0xffffffff, FIELD, 7 },
		{ "another, cannot format", 0xfd, 0, 512, 0, FIELD, 7 },
		{ "with protection", 0x02, 1, 8192, 0, 0, 8192 },
		{ "with protection that is not there", 0x02, 0xf8, 8192, 0, FIELD, 7 },
		{ "with other metadata", 0x02, 7, 16384, 0, FIELD, 7 },
		{ "the last that is looked at", 0x02, 0, 32768, 0, 0, 32768 },
		{ "one that is not looked at", 0x02, 0, 65536, 0, FIELD, 7 },
		{ "1", 0x02, 0, 1, 0, FIELD, 7 },
		{ "0", 0x02, 0, 0, 0, FIELD, 7 },
		{ "256 (shift 200 and 32 wrap)", 0x02, 0, 256, 0, FIELD, 7 },
		{ "2 GiB", 0x02, 0, 0x80000000, 0, 0, 0x80000000 },
		{ "no power of two", 0x02, 0, 4097, 0, FIELD, 7 },
	};
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		u8 list[24] = { 0, 0, 0, 0, 1, 0, 0, 16 };

		use(FULL);
		facts.oacs = row[i].oacs;
		facts.dpc = row[i].dpc;
		facts.formats = formats;
		facts.nr_formats = ARRAY_SIZE(formats);
		ctrl.state.format_block_bytes = 7;
		for (k = 0; k < 8; k++)
			list[8 + k] = (u8)(row[i].blocks >> 8 * (7 - k));
		for (k = 0; k < 4; k++)
			list[20 + k] = (u8)(row[i].bytes >> 8 * (3 - k));
		WANT(row[i].desc, tell(true, list, 24, 24), row[i].code);
		WANT(row[i].desc, ctrl.state.format_block_bytes, row[i].want);
		SCSI_ASK(&ctrl, &run, 8, 0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0);
		WANT(row[i].desc, scsi_get(run.in + 4, 4), 4096);
		done(row[i].desc);
	}
	use(FULL);
	facts.nr_formats = 0;
	facts.formats = NULL;
	WANT("no formats", tell(false, (u8[]){ 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 2, 0 }, 12, 12),
	     FIELD);
	done("no formats");
}

static void random_lists_break_nothing(void)
{
	struct rng r = test_rng();
	unsigned int i, k, good = 0;

	for (i = 0; i < 20000 && test_misses() < 5; i++) {
		const char *text = desc("random list %u", i);
		bool wide = one_in(&r, 2);
		u8 list[256], six;
		u32 bytes, n;

		use(scsi_disks[rnd(&r, 5)].f);
		bytes = read_list(wide, (u8)(rnd(&r, 4) << 3), one_in(&r, 2) ? 0x3f : 0x1c,
				  0, list);
		n = one_in(&r, 4) ? rnd(&r, bytes + 1) : bytes;
		for (k = rnd(&r, 4); k; k--) {
			six = list[rnd(&r, bytes)];
			list[rnd(&r, bytes)] = one_in(&r, 3) ? six : (u8)rnd64(&r);
		}
		good += !tell(wide, list, n, one_in(&r, 4) ? rnd(&r, n + 1) : n);
		HOLDS(text, ctrl.state.mrie == 0 || ctrl.state.mrie == 6);
		HOLDS(text, ctrl.feature[0x06] <= 1);
		HOLDS(text, run.end.moved <= run.out_bytes);
		HOLDS(text, !ctrl.state.format_block_bytes ||
		      ctrl.state.format_block_bytes == 512 ||
		      ctrl.state.format_block_bytes == 4096);
		done(text);
	}
	HOLDS("some are right", good > 1000);
	HOLDS("some are wrong", i - good > 1000);
}

static const struct CMUnitTest tests[] = {
	TEST(headers_and_block_descriptors),
	TEST(write_protection_is_told),
	TEST(pages),
	TEST(limits_of_fields),
	TEST(pages_that_are_not_there_are_refused),
	TEST(only_what_is_needed_is_asked_for),
	TEST(errors_of_the_controller),
	TEST(every_length_gives_a_beginning),
	TEST(what_was_read_can_be_written_back),
	TEST(of_all_bits_only_the_changeable_ones_change),
	TEST(a_list_that_is_cut_changes_nothing),
	TEST(lists_that_are_refused),
	TEST(cdbs_that_are_refused_or_do_nothing),
	TEST(long_lists_are_read_to_their_end),
	TEST(write_cache_is_switched),
	TEST(nothing_is_half_applied),
	TEST(recovery_time_of_a_controller_that_does_not_tell),
	TEST(sense_comes_in_the_format_that_is_announced),
	TEST(exceptions_are_kept),
	TEST(block_length_for_the_next_format),
	TEST(random_lists_break_nothing),
};

TEST_MAIN("scsi_mode", tests)
