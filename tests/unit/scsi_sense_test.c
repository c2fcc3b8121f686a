// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_sense_test.c - sense data in both formats by byte offset (SPC-4 section
 * 4.5), and the sense of every NVMe status against the table of the SCSI
 * Translation Reference as it was written down beforehand
 */
#include <nvmeq/scsi_sense.h>
#include <nvmeq/status.h>

#include "support/test.h"

static const struct {
	const char *desc;
	u32 code;
	bool has_info;
	u64 info;
	u8 sks[3];
} senses[] = {
	{ "no sense", NVMEQ_SENSE(0, 0, 0), false, 0, { 0 } },
	{ "field in the CDB", NVMEQ_SENSE(5, 0x24, 0), false, 0, { 0xc0, 0, 2 } },
	{ "bit in the list", NVMEQ_SENSE(5, 0x26, 0), false, 0, { 0x8b, 0x12, 0x34 } },
	{ "block 0", NVMEQ_SENSE(3, 0x11, 0), true, 0, { 0 } },
	{ "largest of 32 bits", NVMEQ_SENSE(3, 0x10, 1), true, 0xffffffff, { 0 } },
	{ "smallest beyond", NVMEQ_SENSE(3, 0x10, 3), true, 0x100000000ULL, { 0 } },
	{ "all bits", NVMEQ_SENSE(0xe, 0x1d, 0xff), true, ~0ULL, { 0xff, 0xff, 0xff } },
	{ "progress and block", NVMEQ_SENSE(2, 4, 4), true, 7, { 0x80, 0x40, 0x00 } },
	{ "specific bytes that are not valid", NVMEQ_SENSE(2, 4, 1), false, 0, { 0x7f, 1, 2 } },
};

static struct nvmeq_sense sense_of(unsigned int i)
{
	struct nvmeq_sense s;

	memset(&s, 0, sizeof(s));
	s.code = senses[i].code;
	s.has_info = senses[i].has_info;
	s.info = senses[i].info;
	memcpy(s.sks, senses[i].sks, 3);
	return s;
}

/* Naive: every byte by its place. */
static u32 fixed_by_place(unsigned int i, u8 *out)
{
	bool valid = senses[i].has_info && senses[i].info >> 32 == 0;

	memset(out, 0, 18);
	out[0] = valid ? 0xf0 : 0x70;
	out[2] = (u8)(senses[i].code >> 16);
	if (valid) {
		out[3] = (u8)(senses[i].info >> 24);
		out[4] = (u8)(senses[i].info >> 16);
		out[5] = (u8)(senses[i].info >> 8);
		out[6] = (u8)senses[i].info;
	}
	out[7] = 10;
	out[12] = (u8)(senses[i].code >> 8);
	out[13] = (u8)senses[i].code;
	memcpy(out + 15, senses[i].sks, 3);
	return 18;
}

static u32 descriptors_by_place(unsigned int i, u8 *out)
{
	u32 at = 8, k;

	memset(out, 0, 40);
	out[0] = 0x72;
	out[1] = (u8)(senses[i].code >> 16);
	out[2] = (u8)(senses[i].code >> 8);
	out[3] = (u8)senses[i].code;
	if (senses[i].has_info) {
		out[at + 1] = 0x0a;
		out[at + 2] = 0x80;
		for (k = 0; k < 8; k++)
			out[at + 4 + k] = (u8)(senses[i].info >> (56 - 8 * k));
		at += 12;
	}
	if (senses[i].sks[0] & 0x80) {
		out[at] = 0x02;
		out[at + 1] = 0x06;
		memcpy(out + at + 4, senses[i].sks, 3);
		at += 8;
	}
	out[7] = (u8)(at - 8);
	return at;
}

static void every_length_holds_the_front_of_it(void)
{
	u32 i, len, whole;
	bool descriptor;
	u8 want[40];

	for (i = 0; i < ARRAY_SIZE(senses); i++)
		for (descriptor = false; ; descriptor = true) {
			whole = descriptor ? descriptors_by_place(i, want) :
					     fixed_by_place(i, want);
			for (len = 0; len <= 40; len++) {
				const char *text = desc("%s, %s, %u bytes", senses[i].desc,
							descriptor ? "72h" : "70h", len);
				u32 n = len < whole ? len : whole;
				struct nvmeq_sense s = sense_of(i);
				u8 *p = guard_alloc(len);

				WANT(text, nvmeq_sense_format(&s, descriptor, p, len), n);
				WANT_MEM(text, p, want, n);
				if (len > n)
					WANT(text, p[n], 0xa5);
				guard_free(p);
			}
			HOLDS(senses[i].desc, whole <= NVMEQ_SENSE_BYTES_MAX);
			if (descriptor)
				break;
		}
}

static void no_buffer_is_no_sense(void)
{
	struct nvmeq_sense s = sense_of(6);

	WANT("fixed", nvmeq_sense_format(&s, false, NULL, 0), 0);
	WANT("descriptor", nvmeq_sense_format(&s, true, NULL, 0), 0);
}

static void fields_are_pointed_to(void)
{
	static const struct {
		const char *desc;
		u32 code;
		u16 byte;
		u8 bit;
		u8 want[3];
	} row[] = {
		{ "byte of the CDB", NVMEQ_SENSE_CDB_FIELD, 2, NVMEQ_SENSE_NO_BIT,
		  { 0xc0, 0, 2 } },
		{ "highest bit", NVMEQ_SENSE_CDB_FIELD, 1, 7, { 0xcf, 0, 1 } },
		{ "lowest bit", NVMEQ_SENSE_CDB_FIELD, 1, 0, { 0xc8, 0, 1 } },
		{ "byte of the list", NVMEQ_SENSE_LIST_FIELD, 0x0102, NVMEQ_SENSE_NO_BIT,
		  { 0x80, 1, 2 } },
		{ "bit of the list", NVMEQ_SENSE_LIST_FIELD, 0xffff, 3, { 0x8b, 0xff, 0xff } },
		{ "length of the list", NVMEQ_SENSE_LIST_LENGTH, 7, 4, { 0x8c, 0, 7 } },
	};
	struct nvmeq_sense s;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		memset(&s, 0xee, sizeof(s));
		nvmeq_sense_field(&s, row[i].code, row[i].byte, row[i].bit);
		WANT(row[i].desc, s.code, row[i].code);
		WANT_MEM(row[i].desc, s.sks, row[i].want, 3);
		WANT(row[i].desc, s.has_info, false);
	}
}

static void setting_forgets_what_was_there(void)
{
	struct nvmeq_sense s;

	memset(&s, 0xee, sizeof(s));
	nvmeq_sense_set(&s, NVMEQ_SENSE_OPCODE);
	WANT("code", s.code, NVMEQ_SENSE_OPCODE);
	WANT("rest", s.has_info || s.sks[0] || s.sks[1] || s.sks[2], false);
	nvmeq_sense_info(&s, 1ULL << 40);
	WANT("info", s.has_info && s.info == 1ULL << 40, true);
	memset(&s, 0xee, sizeof(s));
	nvmeq_sense_progress(&s, NVMEQ_SENSE_FORMATTING, 0xabcd);
	WANT("code", s.code, NVMEQ_SENSE_FORMATTING);
	WANT_MEM("progress", s.sks, "\x80\xab\xcd", 3);
	WANT("no info", s.has_info, false);
}

static void codes_come_apart_as_they_were_made(void)
{
	u32 v = NVMEQ_SENSE(0xb, 0x0b, 0x08);

	WANT("SAM", NVMEQ_SENSE_SAM(v), 0x02);
	WANT("key", NVMEQ_SENSE_KEY(v), 0xb);
	WANT("ASC", NVMEQ_SENSE_ASC(v), 0x0b);
	WANT("ASCQ", NVMEQ_SENSE_ASCQ(v), 0x08);
	WANT("GOOD", NVMEQ_SENSE_SAM(NVMEQ_SENSE_GOOD), 0);
	WANT("conflict", NVMEQ_SENSE_SAM(NVMEQ_SENSE_CONFLICT), 0x18);
	WANT("conflict has no sense", NVMEQ_SENSE_CONFLICT & 0xffffff, 0);
}

/* The medium, and protection information; nothing else is said of one block. */
static void some_senses_are_of_one_block(void)
{
	static const struct {
		const char *desc;
		u32 code;
		bool want;
	} row[] = {
		{ "unrecovered read error", NVMEQ_SENSE(0x3, 0x11, 0x00), true },
		{ "write fault", NVMEQ_SENSE(0x3, 0x03, 0x00), true },
		{ "medium, nothing known", NVMEQ_SENSE(0x3, 0x00, 0x00), true },
		{ "guard", NVMEQ_SENSE(0xb, 0x10, 0x01), true },
		{ "application tag", NVMEQ_SENSE(0xb, 0x10, 0x02), true },
		{ "reference tag", NVMEQ_SENSE(0xb, 0x10, 0x03), true },
		{ "storage tag", NVMEQ_SENSE(0xb, 0x10, 0x00), true },
		{ "aborted for another reason", NVMEQ_SENSE(0xb, 0x00, 0x00), false },
		{ "aborted by a power loss", NVMEQ_SENSE(0xb, 0x0b, 0x08), false },
		{ "as a guard, with another key", NVMEQ_SENSE(0x4, 0x10, 0x01), false },
		{ "miscompare", NVMEQ_SENSE_MISCOMPARE, false },
		{ "target failure", NVMEQ_SENSE_TARGET_FAILURE, false },
		{ "block out of range", NVMEQ_SENSE_LBA_RANGE, false },
		{ "good", NVMEQ_SENSE_GOOD, false },
		{ "conflict", NVMEQ_SENSE_CONFLICT, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		WANT(row[i].desc, nvmeq_sense_is_of_block(row[i].code), row[i].want);
}

/* Sanitize Status log: progress in bytes 1:0, status in bits 2:0 of byte 2. */
static void sanitize_log_tells_the_state(void)
{
	u32 status, high;

	for (status = 0; status < 8; status++)
		for (high = 0; high < 0x10000; high += 0x1008) {
			u8 log[4] = { 0x34, 0x12, (u8)(status | high), (u8)(high >> 8) };
			const char *text = desc("status %u, other bits %#x", status, high);
			u8 *p = guard_copy(log, 4);
			struct nvmeq_sense s;

			if (high & 7)
				continue;
			memset(&s, 0, sizeof(s));
			WANT(text, nvmeq_sense_sanitize(p, &s), status == 2 || status == 3);
			if (status == 2) {
				WANT(text, s.code, NVMEQ_SENSE(2, 0x04, 0x1b));
				WANT_MEM(text, s.sks, "\x80\x12\x34", 3);
			} else {
				WANT(text, s.code, status == 3 ? NVMEQ_SENSE(3, 0x31, 3) : 0);
				WANT(text, s.sks[0], 0);
			}
			guard_free(p);
		}
}

/*
 * Status by status: the reference's table, with the recommendation where it
 * has one. "ours" marks where the driver says something else, and why.
 */
#define CC(key, asc, ascq)	NVMEQ_SENSE(0x##key, 0x##asc, 0x##ascq)

static const struct {
	u16 first, last;
	u32 want;
	const char *ours;
} status_sense[] = {
	{ 0x000, 0x000, NVMEQ_SENSE_GOOD, NULL },
	{ 0x001, 0x001, CC(5, 20, 00), NULL },
	{ 0x002, 0x002, CC(5, 24, 00), NULL },
	{ 0x003, 0x003, CC(5, 00, 00), NULL },
	{ 0x004, 0x004, CC(3, 00, 00), NULL },
	{ 0x005, 0x005, CC(b, 0b, 08), NULL },
	{ 0x006, 0x006, CC(4, 44, 00), NULL },
	{ 0x007, 0x00a, CC(b, 00, 00), NULL },
	{ 0x00b, 0x00b, CC(5, 20, 09), NULL },
	{ 0x00c, 0x00c, CC(5, 2c, 00), NULL },
	{ 0x00d, 0x013, CC(4, 44, 00), NULL },
	{ 0x014, 0x015, CC(5, 24, 00), NULL },
	{ 0x016, 0x017, CC(4, 44, 00), NULL },
	{ 0x018, 0x018, CC(5, 00, 00), "a host identifier is asked for wrongly, by the host" },
	{ 0x019, 0x01a, CC(4, 44, 00), NULL },
	{ 0x01b, 0x01b, CC(b, 00, 00), "preempted and aborted: an aborted command" },
	{ 0x01c, 0x01c, CC(3, 31, 03), NULL },
	{ 0x01d, 0x01d, CC(2, 04, 1b), NULL },
	{ 0x01e, 0x01f, CC(4, 44, 00), NULL },
	{ 0x020, 0x020, CC(7, 27, 00), NULL },
	{ 0x021, 0x022, CC(b, 00, 00), NULL },
	{ 0x023, 0x023, CC(5, 24, 00), "prohibited by lockdown, as operation denied" },
	{ 0x024, 0x024, CC(2, 04, 01), "media not ready yet, as namespace not ready" },
	{ 0x025, 0x07f, CC(4, 44, 00), NULL },
	{ 0x080, 0x080, CC(5, 21, 00), NULL },
	{ 0x081, 0x081, CC(3, 00, 00), NULL },
	{ 0x082, 0x082, CC(2, 04, 01), NULL },
	{ 0x083, 0x083, NVMEQ_SENSE_CONFLICT, NULL },
	{ 0x084, 0x084, CC(2, 04, 04), NULL },
	{ 0x085, 0x087, CC(5, 00, 00), NULL },
	{ 0x088, 0x088, CC(3, 11, 00), "unrecovered error of a key value namespace" },
	{ 0x089, 0x089, CC(5, 00, 00), NULL },
	{ 0x08a, 0x0ff, CC(4, 44, 00), NULL },
	{ 0x100, 0x103, CC(5, 00, 00), "104h has no meaning" },
	{ 0x104, 0x104, CC(4, 44, 00), NULL },
	{ 0x105, 0x105, CC(5, 00, 00), NULL },
	{ 0x106, 0x106, CC(5, 24, 00), NULL },
	{ 0x107, 0x107, CC(5, 26, 00), NULL },
	{ 0x108, 0x108, CC(5, 00, 00), NULL },
	{ 0x109, 0x109, CC(5, 24, 00), NULL },
	{ 0x10a, 0x10a, CC(5, 31, 01), NULL },
	{ 0x10b, 0x10b, NVMEQ_SENSE_GOOD, NULL },
	{ 0x10c, 0x10f, CC(5, 26, 00), NULL },
	{ 0x110, 0x112, NVMEQ_SENSE_GOOD, NULL },
	{ 0x113, 0x113, CC(5, 24, 00), NULL },
	{ 0x114, 0x114, CC(5, 26, 00), NULL },
	{ 0x115, 0x116, CC(5, 00, 00), NULL },
	{ 0x117, 0x117, CC(4, 44, 00), "117h has no meaning" },
	{ 0x118, 0x11c, CC(5, 00, 00), NULL },
	{ 0x11d, 0x11d, CC(2, 04, 09), NULL },
	{ 0x11e, 0x12d, CC(5, 00, 00), NULL },
	{ 0x12e, 0x17f, CC(4, 44, 00), NULL },
	{ 0x180, 0x181, CC(5, 24, 00), NULL },
	{ 0x182, 0x182, CC(7, 27, 00), NULL },
	{ 0x183, 0x183, CC(5, 26, 00), NULL },
	{ 0x184, 0x1b7, CC(4, 44, 00), NULL },
	{ 0x1b8, 0x1bf, CC(5, 00, 00), NULL },
	{ 0x1c0, 0x1ff, CC(4, 44, 00), NULL },
	{ 0x200, 0x27f, CC(3, 00, 00), "a media error is one even when its kind is not known" },
	{ 0x280, 0x280, CC(3, 03, 00), NULL },
	{ 0x281, 0x281, CC(3, 11, 00), NULL },
	{ 0x282, 0x282, CC(b, 10, 01), "protection: aborted as SBC has it, not a bad medium" },
	{ 0x283, 0x283, CC(b, 10, 02), "as 282h" },
	{ 0x284, 0x284, CC(b, 10, 03), "as 282h" },
	{ 0x285, 0x285, CC(e, 1d, 00), NULL },
	{ 0x286, 0x286, CC(7, 20, 02), NULL },
	{ 0x287, 0x287, CC(3, 11, 00), NULL },
	{ 0x288, 0x288, CC(b, 10, 00), "storage tag check: protection, no ASCQ of its own" },
	{ 0x289, 0x2ff, CC(3, 00, 00), "as 200h" },
	{ 0x300, 0x300, CC(b, 00, 00), NULL },
	{ 0x301, 0x302, CC(2, 04, 0c), NULL },
	{ 0x303, 0x303, CC(2, 04, 0a), NULL },
	{ 0x304, 0x3ff, CC(b, 00, 00), NULL },
	{ 0x400, 0x7ff, CC(4, 44, 00), NULL },
};

/* Weakness 27: 83h and 84h were missing, 86h of the media had the sense of 0Bh. */
static void every_status_has_the_sense_of_the_reference(void)
{
	u32 v, next = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(status_sense); i++) {
		WANT("no gap", status_sense[i].first, next);
		for (v = status_sense[i].first; v <= status_sense[i].last; v++) {
			const char *text = desc("status %#x (%s)", v,
						nvmeq_status_info((u16)v)->name);

			WANT(text, nvmeq_status_info((u16)v)->sense, status_sense[i].want);
			WANT(text, nvmeq_status_info((u16)(v | 0x7800))->sense,
			     status_sense[i].want);
		}
		next = status_sense[i].last + 1u;
	}
	WANT("to the end", next, 0x800);
}

/* TASK ABORTED has no sense (weakness 5); nor has anything but CHECK CONDITION. */
static void only_check_condition_has_sense(void)
{
	unsigned int i;

	for (i = 0; nvmeq_status_row(i); i++) {
		u32 code = nvmeq_status_row(i)->sense;
		u8 sam = NVMEQ_SENSE_SAM(code);
		const char *text = nvmeq_status_row(i)->name;

		HOLDS(text, sam == 0x00 || sam == 0x02 || sam == 0x18);
		if (sam != 0x02)
			WANT(text, code & 0xffffff, 0);
		else
			HOLDS(text, NVMEQ_SENSE_KEY(code) >= 2 && NVMEQ_SENSE_KEY(code) <= 0xe);
	}
}

static const struct CMUnitTest tests[] = {
	TEST(codes_come_apart_as_they_were_made),
	TEST(every_length_holds_the_front_of_it),
	TEST(no_buffer_is_no_sense),
	TEST(fields_are_pointed_to),
	TEST(setting_forgets_what_was_there),
	TEST(some_senses_are_of_one_block),
	TEST(sanitize_log_tells_the_state),
	TEST(every_status_has_the_sense_of_the_reference),
	TEST(only_check_condition_has_sense),
};

TEST_MAIN("scsi_sense", tests)
