// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_log_test.c - LOG SENSE and REQUEST SENSE against a SMART log written by
 * the offsets of NVMe Base 2.0c Figure 207, read back by those of SPC-4
 */
#include "fixtures/scsi_disks.h"
#include "model/scsi_read.h"
#include "support/test.h"

#define GET_LOG		NVMEQ_ADMIN_GET_LOG_PAGE
#define GET_FEATURES	NVMEQ_ADMIN_GET_FEATURES

static struct scsi_ctrl ctrl;
static struct scsi_run run;
static struct nvmeq_scsi_facts facts;

/* A disk at 40 degrees that is all right, with a limit of 80. */
static void use(const struct nvmeq_scsi_facts *f)
{
	facts = *f;
	scsi_ctrl_init(&ctrl, &facts);
	ctrl.smart[1] = (273 + 40) & 0xff;
	ctrl.smart[2] = (273 + 40) >> 8;
	ctrl.smart[5] = 17;
	ctrl.feature[0x04] = 273 + 80;
}

static void done(const char *text)
{
	WANT_STR(text, ctrl.wrong, NULL);
	scsi_ctrl_free(&ctrl);
}

#define WHOLE		(-1)

/* @bit: the highest of the field, or WHOLE */
static void pointer(const char *text, u32 want, int want_bit)
{
	u32 byte = ~0u;
	int bit = ~0;

	HOLDS(text, scsi_field(&run, &byte, &bit));
	WANT(text, byte, want);
	WANT(text, bit, want_bit);
}

#define PLAIN	&scsi_disk_plain
#define FULL	&scsi_disk_full

/* --- LOG SENSE --- */

static u32 log_sense(u8 flags, u8 page, u8 subpage, u16 parameter, u32 alloc)
{
	return SCSI_ASK(&ctrl, &run, alloc, 0x4d, flags, 0x40 | page, subpage, 0, parameter >> 8,
			parameter & 0xff, alloc >> 8, alloc & 0xff, 0);
}

static void lists_of_pages(void)
{
	static const u8 pages[] = { 0x00, 0x00, 0x00, 0x04, 0x00, 0x0d, 0x11, 0x2f };
	static const u8 pairs[] = { 0x40, 0xff, 0x00, 0x0a, 0x00, 0x00, 0x00, 0xff, 0x0d, 0x00,
				    0x11, 0x00, 0x2f, 0x00 };

	use(FULL);
	WANT("pages", log_sense(0, 0x00, 0x00, 0, 255), 0);
	WANT("pages", run.end.resp_bytes, sizeof(pages));
	WANT_MEM("pages", run.in, pages, sizeof(pages));
	WANT("pairs", log_sense(0, 0x00, 0xff, 0, 255), 0);
	WANT("pairs", run.end.resp_bytes, sizeof(pairs));
	WANT_MEM("pairs", run.in, pairs, sizeof(pairs));
	WANT("no command", ctrl.nsent, 0);
	done("lists");
}

/* Weakness 20: the subpage was not looked at. */
static void listed_pages_can_be_read_and_no_others(void)
{
	unsigned int page, sub;

	use(FULL);
	for (page = 0; page < 64; page++)
		for (sub = 0; sub < 256; sub++) {
			const char *text = desc("page %#x, subpage %#x", page, sub);
			bool known = !page || page == 0x0d || page == 0x11 || page == 0x2f;

			if (!known || (sub && (page || sub != 0xff))) {
				WANT(text, log_sense(0, (u8)page, (u8)sub, 0, 255),
				     NVMEQ_SENSE_CDB_FIELD);
				pointer(text, known ? 3 : 2, known ? WHOLE : 5);
				continue;
			}
			WANT(text, log_sense(0, (u8)page, (u8)sub, 0, 255), 0);
			WANT(text, run.in[0] & 0x3f, page);
			WANT(text, !!(run.in[0] & 0x40), !!sub);
			WANT(text, run.in[0] & 0x80, page ? 0x80 : 0);
			WANT(text, run.in[1], sub);
			WANT(text, scsi_get(run.in + 2, 2), run.end.resp_bytes - 4);
		}
	done("pages");
}

static void bits_that_ask_for_something_else(void)
{
	unsigned int pc;

	use(FULL);
	WANT("SP", log_sense(0x01, 0x0d, 0, 0, 255), NVMEQ_SENSE_CDB_FIELD);
	pointer("SP", 1, 0);
	WANT("PPC", log_sense(0x02, 0x0d, 0, 0, 255), NVMEQ_SENSE_CDB_FIELD);
	pointer("PPC", 1, 1);
	WANT("no command", ctrl.nsent, 0);
	for (pc = 0; pc < 4; pc++)
		WANT("page control", SCSI_ASK(&ctrl, &run, 64, 0x4d, 0, pc << 6 | 0x0d, 0, 0, 0, 0,
					      0, 64, 0), 0);
	done("bits");
}

/* The number in a parameter, without its header; ~0 when it is not there. */
static u64 parameter(const char *text, u8 page, u16 code, u8 want_bytes)
{
	const char *wrong;
	const u8 *p;
	u8 bytes;

	if (!WANT(text, log_sense(0, page, 0, 0, 255), 0))
		return ~0ULL;
	p = scsi_log_param(&run, code, &bytes, &wrong);
	WANT_STR(text, wrong, NULL);
	if (!HOLDS(text, p) || !WANT(text, bytes, want_bytes))
		return ~0ULL;
	return scsi_get(p + 4, bytes);
}

/* Weakness 20: the temperature was taken modulo 256. */
static void temperatures(void)
{
	static const struct {
		const char *desc;
		u16 kelvin;
		u8 want;
	} row[] = {
		{ "not known", 0, 0xff },
		{ "1 K", 1, 0 },
		{ "below freezing", 250, 0 },
		{ "almost freezing", 272, 0 },
		{ "freezing", 273, 0 },
		{ "1 degree", 274, 1 },
		{ "40 degrees", 313, 40 },
		{ "254 degrees", 527, 254 },
		{ "255 degrees", 528, 254 },
		{ "256 degrees", 529, 254 },
		{ "300 degrees", 573, 254 },
		{ "as hot as can be said", 0xffff, 254 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(FULL);
		ctrl.smart[1] = (u8)row[i].kelvin;
		ctrl.smart[2] = (u8)(row[i].kelvin >> 8);
		WANT(row[i].desc, parameter(row[i].desc, 0x0d, 0, 2), row[i].want);
		WANT(row[i].desc, parameter(row[i].desc, 0x0d, 1, 2), 80);
		WANT(row[i].desc, parameter(row[i].desc, 0x2f, 0, 4), row[i].want << 8 | 80);
		done(row[i].desc);
	}
}

static void temperature_limits(void)
{
	static const struct {
		const char *desc;
		u32 feature;
		bool fails;
		u16 identify;
		u8 want;
	} row[] = {
		{ "the threshold", 353, false, 358, 80 },
		{ "no threshold", 0, false, 358, 85 },
		{ "threshold is off", 0xffff, false, 358, 85 },
		{ "bits above the threshold", 0x300161, false, 358, 80 },
		{ "threshold is not there", 353, true, 358, 85 },
		{ "neither", 353, true, 0, 0xff },
		{ "neither, off", 0xffff, false, 0, 0xff },
		{ "a threshold without reason", 0xfffe, false, 0, 254 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(FULL);
		facts.warn_kelvin = row[i].identify;
		ctrl.feature[0x04] = row[i].feature;
		if (row[i].fails)
			scsi_ctrl_fail(&ctrl, true, GET_FEATURES, 0, 0x4002);
		WANT(row[i].desc, parameter(row[i].desc, 0x0d, 1, 2), row[i].want);
		if (row[i].fails)
			scsi_ctrl_fail(&ctrl, true, GET_FEATURES, 0, 0x4002);
		WANT(row[i].desc, parameter(row[i].desc, 0x2f, 0, 4), 40 << 8 | row[i].want);
		done(row[i].desc);
	}
}

static void endurance(void)
{
	unsigned int used;

	for (used = 0; used < 256; used++) {
		use(PLAIN);
		ctrl.smart[5] = (u8)used;
		WANT("used", parameter("used", 0x11, 1, 4), used);
		WANT("used", scsi_ctrl_count(&ctrl, true, GET_FEATURES), 0);
		done("used");
	}
}

/* By the bits of the critical warning: what predicts a failure goes before what only warns. */
static u16 exception(u8 warning)
{
	if (warning & 0x0d)
		return 0x5d10;
	if (warning & 0x02)
		return 0x0b01;
	return warning & 0x10 ? 0x0b06 : 0;
}

static void a_dying_drive_says_so(void)
{
	unsigned int w;

	for (w = 0; w < 256; w++) {
		const char *text = desc("critical warning %#x", w);

		use(FULL);
		ctrl.smart[0] = (u8)w;
		WANT(text, parameter(text, 0x2f, 0, 4) >> 16, exception((u8)w));
		done(text);
	}
}

static void parameter_pointer(void)
{
	static const struct {
		const char *desc;
		u8 page;
		u16 from;
		u32 code, bytes, first;
	} row[] = {
		{ "temperature from 0", 0x0d, 0, 0, 16, 0x0000 },
		{ "temperature from 1", 0x0d, 1, 0, 10, 0x0001 },
		{ "temperature from 2", 0x0d, 2, NVMEQ_SENSE_CDB_FIELD, 0, 0 },
		{ "temperature from the last", 0x0d, 0xffff, NVMEQ_SENSE_CDB_FIELD, 0, 0 },
		{ "endurance from 0", 0x11, 0, 0, 12, 0x0001 },
		{ "endurance from 1", 0x11, 1, 0, 12, 0x0001 },
		{ "endurance from 2", 0x11, 2, NVMEQ_SENSE_CDB_FIELD, 0, 0 },
		{ "exceptions from 0", 0x2f, 0, 0, 12, 0x0000 },
		{ "exceptions from 1", 0x2f, 1, NVMEQ_SENSE_CDB_FIELD, 0, 0 },
		{ "pages from 1", 0x00, 1, NVMEQ_SENSE_CDB_FIELD, 0, 0 },
		{ "pages from 256", 0x00, 256, NVMEQ_SENSE_CDB_FIELD, 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(FULL);
		WANT(row[i].desc, log_sense(0, row[i].page, 0, row[i].from, 255), row[i].code);
		if (row[i].code) {
			pointer(row[i].desc, 5, WHOLE);
		} else {
			WANT(row[i].desc, run.end.resp_bytes, row[i].bytes);
			WANT(row[i].desc, scsi_get(run.in + 2, 2), row[i].bytes - 4);
			WANT(row[i].desc, scsi_get(run.in + 4, 2), row[i].first);
		}
		done(row[i].desc);
	}
}

/* Weakness 20: an error of the log was freed twice. */
static void a_log_that_cannot_be_read_is_an_error(void)
{
	static const u8 page[] = { 0x0d, 0x11, 0x2f };
	unsigned int i;

	for (i = 0; i < sizeof(page); i++) {
		const char *text = desc("page %#x", page[i]);

		use(FULL);
		scsi_ctrl_fail(&ctrl, true, GET_LOG, 0, 0x4109);
		WANT(text, log_sense(0, page[i], 0, 0, 255), NVMEQ_SENSE_CDB_FIELD);
		WANT(text, run.end.moved, 0);
		scsi_ctrl_fail(&ctrl, true, GET_LOG, 0, 0x0006);
		WANT(text, log_sense(0, page[i], 0, 0, 255), NVMEQ_SENSE_TARGET_FAILURE);
		WANT(text, log_sense(0, page[i], 0, 0, 255), 0);
		done(text);
	}
}

static void log_of_the_namespace_where_there_is_one(void)
{
	unsigned int per_ns;

	for (per_ns = 0; per_ns < 2; per_ns++) {
		use(FULL);
		facts.smart_per_ns = per_ns;
		WANT("log", log_sense(0, 0x11, 0, 0, 255), 0);
		WANT("log", ctrl.nsent, 1);
		WANT("log", le32_to_cpu(ctrl.sent[0].sqe.nsid), per_ns ? 2 : 0xffffffff);
		done("log");
	}
}

/* --- REQUEST SENSE --- */

static u32 request_sense(bool descriptor, u32 alloc)
{
	return SCSI_ASK(&ctrl, &run, alloc, 0x03, descriptor, 0, 0, alloc & 0xff, 0);
}

/* Key, ASC, ASCQ and progress (-1: none) as both formats tell them. */
static void want_sense(const char *text, u32 triple, int progress)
{
	WANT(text, request_sense(false, 252), 0);
	WANT(text, run.end.resp_bytes, 18);
	WANT(text, run.in[0], 0x70);
	WANT(text, (u32)run.in[2] << 16 | (u32)scsi_get(run.in + 12, 2), triple);
	WANT(text, run.in[7], 10);
	WANT(text, scsi_get(run.in + 15, 3), progress < 0 ? 0 : 0x800000 | (u32)progress);
	WANT(text, request_sense(true, 252), 0);
	WANT(text, run.in[0], 0x72);
	WANT(text, scsi_get(run.in + 1, 3), triple);
	WANT(text, run.end.resp_bytes, progress < 0 ? 8 : 16);
	WANT(text, run.in[7], run.end.resp_bytes - 8);
	if (progress >= 0) {
		WANT(text, scsi_get(run.in + 8, 4), 0x02060000);
		WANT(text, scsi_get(run.in + 12, 4), 0x80000000 | (u32)progress << 8);
	}
}

static void nothing_to_say(void)
{
	use(FULL);
	want_sense("all is well", 0, -1);
	done("all is well");
	use(PLAIN);
	want_sense("plain", 0, -1);
	WANT("only the SMART log", ctrl.nsent, 2);
	WANT("only the SMART log", scsi_ctrl_count(&ctrl, true, GET_LOG), 2);
	done("plain");
	use(&scsi_disk_no_medium);
	want_sense("no medium", 0, -1);
	done("no medium");
}

/* D_SENSE is not asked: DESC of the CDB is. */
static void the_cdb_says_which_format(void)
{
	use(FULL);
	ctrl.state.d_sense = true;
	want_sense("D_SENSE", 0, -1);
	done("D_SENSE");
}

static void a_format_and_how_far_it_is(void)
{
	static const struct {
		const char *desc;
		bool reported, fails;
		u8 fpi;
		int progress;
	} row[] = {
		{ "not reported", false, false, 0x80 | 50, -1 },
		{ "beginning", true, false, 0x80 | 100, 0 },
		{ "half", true, false, 0x80 | 50, 50 * 656 },
		{ "almost", true, false, 0x80 | 1, 99 * 656 },
		{ "end", true, false, 0x80, 0xffff },
		{ "without reason", true, false, 0x80 | 101, -1 },
		{ "more than without reason", true, false, 0xff, -1 },
		{ "cannot be asked", true, true, 0x80 | 50, -1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(FULL);
		facts.format_progress = row[i].reported;
		ctrl.state.formatting = true;
		ctrl.identify_ns[32] = row[i].fpi;
		if (row[i].fails) {
			scsi_ctrl_fail(&ctrl, true, NVMEQ_ADMIN_IDENTIFY, 0, 0x0084);
			scsi_ctrl_fail(&ctrl, true, NVMEQ_ADMIN_IDENTIFY, 0, 0x0084);
		}
		want_sense(row[i].desc, 0x020404, row[i].progress);
		WANT(row[i].desc, ctrl.nsent, row[i].reported ? 2 : 0);
		done(row[i].desc);
	}
}

static void a_sanitize_and_how_far_it_is(void)
{
	static const struct {
		const char *desc;
		u8 state;
		u16 progress;
		u32 want;
		int want_progress;
	} row[] = {
		{ "never", 0, 0xffff, 0, -1 },
		{ "done", 1, 0xffff, 0, -1 },
		{ "beginning", 2, 0, 0x02041b, 0 },
		{ "half", 2, 0x8000, 0x02041b, 0x8000 },
		{ "with a flag beside the state", 0xfa, 0x1234, 0x02041b, 0x1234 },
		{ "failed", 3, 0x8000, 0x033103, -1 },
		{ "done without deallocation", 4, 0xffff, 0, -1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(FULL);
		ctrl.sanitize_log[0] = (u8)row[i].progress;
		ctrl.sanitize_log[1] = (u8)(row[i].progress >> 8);
		ctrl.sanitize_log[2] = row[i].state;
		want_sense(row[i].desc, row[i].want, row[i].want_progress);
		facts.sanicap = 0;
		want_sense(row[i].desc, 0, -1);
		done(row[i].desc);
	}
}

static void a_self_test_and_how_far_it_is(void)
{
	static const struct {
		const char *desc;
		u8 operation, percent;
		u32 want;
		int progress;
	} row[] = {
		{ "none", 0, 50, 0, -1 },
		{ "reserved bits", 0xf0, 50, 0, -1 },
		{ "short", 1, 0, 0x020409, 0 },
		{ "extended", 2, 50, 0x020409, 50 * 656 },
		{ "a flag beside the percentage", 2, 0x80 | 50, 0x020409, 50 * 656 },
		{ "vendor's", 0xe, 99, 0x020409, 99 * 656 },
		{ "all", 1, 100, 0x020409, 0xffff },
		{ "more than all", 1, 127, 0x020409, 0xffff },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(FULL);
		ctrl.self_test_log[0] = row[i].operation;
		ctrl.self_test_log[1] = row[i].percent;
		want_sense(row[i].desc, row[i].want, row[i].progress);
		facts.oacs &= (u16)~0x10;
		want_sense(row[i].desc, 0, -1);
		done(row[i].desc);
	}
}

/* As MRIE announces: 6 on request; 0 never; DEXCPT neither. */
static void exceptions_on_request(void)
{
	unsigned int w, mrie, off;

	for (w = 0; w < 64; w++)
		for (mrie = 0; mrie <= 6; mrie += 6)
			for (off = 0; off < 2; off++) {
				const char *text = desc("warning %#x, MRIE %u, DEXCPT %u", w, mrie,
							off);
				bool told = mrie == 6 && !off;

				use(PLAIN);
				ctrl.smart[0] = (u8)w;
				ctrl.state.mrie = (u8)mrie;
				ctrl.state.dexcpt = off;
				want_sense(text, told ? exception((u8)w) : 0, -1);
				WANT(text, ctrl.nsent, told ? 2 : 0);
				done(text);
			}
}

static void power_states(void)
{
	unsigned int ps;

	for (ps = 0; ps < 32; ps++) {
		const char *text = desc("power state %u", ps);

		use(FULL);
		ctrl.feature[0x02] = ps | 0x40;
		want_sense(text, ps ? 0x005e00 : 0, -1);
		facts.power_states = 2;
		want_sense(text, ps ? 0x005e00 : 0, -1);
		facts.power_states = 1;
		want_sense(text, 0, -1);
		done(text);
	}
}

/* The first that has something to say is heard: the list is in that order. */
static void one_thing_at_a_time(void)
{
	use(FULL);
	ctrl.feature[0x02] = 3;
	want_sense("power", 0x005e00, -1);
	ctrl.smart[0] = 0x04;
	want_sense("exception before power", 0x005d10, -1);
	ctrl.self_test_log[0] = 1;
	want_sense("self-test before exception", 0x020409, 0);
	ctrl.sanitize_log[2] = 3;
	want_sense("sanitize before self-test", 0x033103, -1);
	ctrl.state.formatting = true;
	facts.format_progress = false;
	want_sense("format before sanitize", 0x020404, -1);
	done("order");
}

/* It works when all else does not. */
static void what_cannot_be_asked_is_left_out(void)
{
	unsigned int fails, i;

	for (fails = 0; fails < 16; fails++) {
		const char *text = desc("failures %#x", fails);

		use(FULL);
		ctrl.sanitize_log[2] = 3;
		ctrl.self_test_log[0] = 1;
		ctrl.smart[0] = 0x04;
		ctrl.feature[0x02] = 3;
		/* as many logs as fail one after the other, and the feature */
		for (i = 0; i < min(fails & 7, 3u); i++)
			scsi_ctrl_fail(&ctrl, true, GET_LOG, 0, 0x4109);
		if (fails & 8)
			scsi_ctrl_fail(&ctrl, true, GET_FEATURES, 0, 0x4002);
		WANT(text, request_sense(true, 252), 0);
		switch (fails & 7) {
		case 0:
			WANT(text, scsi_get(run.in + 1, 3), 0x033103);
			break;
		case 1:
			WANT(text, scsi_get(run.in + 1, 3), 0x020409);
			break;
		case 2:
			WANT(text, scsi_get(run.in + 1, 3), 0x005d10);
			break;
		default:
			WANT(text, scsi_get(run.in + 1, 3), fails & 8 ? 0 : 0x005e00);
			break;
		}
		done(text);
	}
}

/* --- lengths --- */

static void every_length_gives_a_beginning(void)
{
	static const struct {
		const char *desc;
		u8 cdb[10], len, at, bytes;
		u32 max;
	} row[] = {
		{ "pages", { 0x4d, 0, 0x40 }, 10, 7, 2, 40 },
		{ "pairs", { 0x4d, 0, 0x40, 0xff }, 10, 7, 2, 40 },
		{ "temperature", { 0x4d, 0, 0x4d }, 10, 7, 2, 40 },
		{ "endurance", { 0x4d, 0, 0x51 }, 10, 7, 2, 40 },
		{ "exceptions", { 0x4d, 0, 0x6f }, 10, 7, 2, 40 },
		{ "sense", { 0x03 }, 6, 4, 1, 255 },
		{ "descriptor sense", { 0x03, 1 }, 6, 4, 1, 255 },
	};
	unsigned int i, busy;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		for (busy = 0; busy < 2; busy++) {
			use(FULL);
			ctrl.self_test_log[0] = (u8)busy;
			WANT_STR(row[i].desc, scsi_cuts(&ctrl, row[i].cdb, row[i].len, row[i].at,
							row[i].bytes, row[i].max), NULL);
			done(row[i].desc);
		}
}

static const struct CMUnitTest tests[] = {
	TEST(lists_of_pages),
	TEST(listed_pages_can_be_read_and_no_others),
	TEST(bits_that_ask_for_something_else),
	TEST(temperatures),
	TEST(temperature_limits),
	TEST(endurance),
	TEST(a_dying_drive_says_so),
	TEST(parameter_pointer),
	TEST(a_log_that_cannot_be_read_is_an_error),
	TEST(log_of_the_namespace_where_there_is_one),
	TEST(nothing_to_say),
	TEST(the_cdb_says_which_format),
	TEST(a_format_and_how_far_it_is),
	TEST(a_sanitize_and_how_far_it_is),
	TEST(a_self_test_and_how_far_it_is),
	TEST(exceptions_on_request),
	TEST(power_states),
	TEST(one_thing_at_a_time),
	TEST(what_cannot_be_asked_is_left_out),
	TEST(every_length_gives_a_beginning),
};

TEST_MAIN("scsi_log", tests)
