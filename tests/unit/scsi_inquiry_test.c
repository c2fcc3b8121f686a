// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_inquiry_test.c - INQUIRY: every field by its offset in SPC-4 and SBC-3,
 * every length, and that what is announced is what the commands accept
 */
#include "fixtures/scsi_disks.h"
#include "model/scsi_read.h"
#include "support/test.h"

#define STANDARD	(-1)

static struct scsi_ctrl ctrl;
static struct scsi_run run;
static struct nvmeq_scsi_facts facts;

static void use(const struct nvmeq_scsi_facts *f)
{
	facts = *f;
	scsi_ctrl_init(&ctrl, &facts);
}

static void done(const char *text)
{
	WANT_STR(text, ctrl.wrong, NULL);
	WANT(text, ctrl.nsent, 0);
	scsi_ctrl_free(&ctrl);
}

/* @page: STANDARD, or a VPD page */
static u32 inquiry(int page, u32 alloc)
{
	return SCSI_ASK(&ctrl, &run, alloc, 0x12, page != STANDARD, page == STANDARD ? 0 : page,
			alloc >> 8, alloc & 0xff, 0);
}

/* --- fields --- */

struct field {
	const char *desc;
	const struct nvmeq_scsi_facts *f;
	int page;
	u16 at;
	u8 bytes;
	u64 want;
};

static void check_fields(const struct field *row, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		use(row[i].f);
		WANT(row[i].desc, inquiry(row[i].page, 1024), 0);
		if (HOLDS(row[i].desc, row[i].at + row[i].bytes <= run.end.resp_bytes))
			WANT(row[i].desc, scsi_get(run.in + row[i].at, row[i].bytes), row[i].want);
		done(row[i].desc);
	}
}

#define PLAIN	&scsi_disk_plain
#define FULL	&scsi_disk_full
#define PI1	&scsi_disk_pi1
#define HUGE	&scsi_disk_huge
#define NONE	&scsi_disk_no_medium

static void standard_data(void)
{
	static const struct field row[] = {
		{ "connected disk", FULL, STANDARD, 0, 1, 0x00 },
		{ "not removable", FULL, STANDARD, 1, 1, 0x00 },
		{ "SPC-4", FULL, STANDARD, 2, 1, 0x06 },
		{ "response format", FULL, STANDARD, 3, 1, 0x02 },
		{ "additional length", FULL, STANDARD, 4, 1, 0x5b },
		{ "no protection", FULL, STANDARD, 5, 1, 0x00 },
		{ "protection", PI1, STANDARD, 5, 1, 0x01 },
		{ "one port", FULL, STANDARD, 6, 1, 0x00 },
		{ "command queuing", FULL, STANDARD, 7, 1, 0x02 },
		{ "vendor", FULL, STANDARD, 8, 8, 0x4e564d6520202020 },
		{ "product TYPICAL_", FULL, STANDARD, 16, 8, 0x5459504943414c20 },
		{ "product NVMe_SSD", FULL, STANDARD, 24, 8, 0x4e564d6520535344 },
		{ "product is padded", PLAIN, STANDARD, 16, 8, 0x4d494e494d414c20 },
		{ "product is padded on", PLAIN, STANDARD, 24, 8, 0x2020202020202020 },
		{ "end of the revision", FULL, STANDARD, 32, 4, 0x45584537 },
		{ "short revision", PLAIN, STANDARD, 32, 4, 0x312e3020 },
		{ "revision of five", HUGE, STANDARD, 32, 4, 0x2e392e39 },
		{ "no revision", NONE, STANDARD, 32, 4, 0x20202020 },
		{ "vendor specific", FULL, STANDARD, 36, 8, 0 },
		{ "clocking", FULL, STANDARD, 56, 2, 0 },
		{ "SAM-5", FULL, STANDARD, 58, 2, 0x00a0 },
		{ "SPC-4 again", FULL, STANDARD, 60, 2, 0x0460 },
		{ "SBC-3", FULL, STANDARD, 62, 2, 0x04c0 },
		{ "no more versions", FULL, STANDARD, 64, 8, 0 },
		{ "reserved", FULL, STANDARD, 88, 8, 0 },
	};

	check_fields(row, ARRAY_SIZE(row));
	use(FULL);
	inquiry(STANDARD, 1024);
	WANT("length", run.end.resp_bytes, 96);
	done("length");
}

static void extended_page(void)
{
	static const struct field row[] = {
		{ "page", FULL, 0x86, 0, 4, 0x0086003c },
		{ "microcode, all types, no checks", FULL, 0x86, 4, 1, 0xb8 },
		{ "microcode, all types, all checks", PI1, 0x86, 4, 1, 0xbf },
		{ "nothing at all", PLAIN, 0x86, 4, 1, 0x00 },
		{ "sense of unit attentions, no queue tags", FULL, 0x86, 5, 1, 0x20 },
		{ "cache", FULL, 0x86, 6, 1, 0x01 },
		{ "no cache", PLAIN, 0x86, 6, 1, 0x00 },
		{ "LUICLR", FULL, 0x86, 7, 1, 0x01 },
		{ "reserved", FULL, 0x86, 8, 2, 0 },
		{ "self-test of 35 minutes", FULL, 0x86, 10, 2, 35 },
		{ "no self-test", PLAIN, 0x86, 10, 2, 0 },
		{ "the rest", FULL, 0x86, 12, 8, 0 },
		{ "the end", FULL, 0x86, 56, 8, 0 },
	};

	check_fields(row, ARRAY_SIZE(row));
}

/* Weakness 12: page B0h was always 60 bytes, whatever there was room for; cf. cuts below. */
static void limits_page(void)
{
	static const struct field row[] = {
		{ "page", FULL, 0xb0, 0, 4, 0x00b0003c },
		{ "WRITE SAME of 0 blocks is none", FULL, 0xb0, 4, 1, 0x01 },
		{ "COMPARE AND WRITE", FULL, 0xb0, 5, 1, 8 },
		{ "no COMPARE AND WRITE", PLAIN, 0xb0, 5, 1, 0 },
		{ "none with metadata", PI1, 0xb0, 5, 1, 0 },
		{ "granularity", FULL, 0xb0, 6, 2, 4 },
		{ "no granularity", HUGE, 0xb0, 6, 2, 0 },
		{ "transfer: what SG_IO takes", FULL, 0xb0, 8, 4, 0x10000 },
		{ "transfer, 512", PLAIN, 0xb0, 8, 4, 0x80000 },
		{ "transfer, no medium", NONE, 0xb0, 8, 4, 0 },
		{ "optimal transfer", FULL, 0xb0, 12, 4, 32 },
		{ "prefetch", FULL, 0xb0, 16, 4, 0 },
		{ "UNMAP that zeroes", FULL, 0xb0, 20, 4, 0x100000 },
		{ "UNMAP that is a hint", HUGE, 0xb0, 20, 4, 0xffffffff },
		{ "no UNMAP", PLAIN, 0xb0, 20, 4, 0 },
		{ "no UNMAP without a medium", NONE, 0xb0, 20, 4, 0 },
		{ "descriptors", FULL, 0xb0, 24, 4, 256 },
		{ "no descriptors", PLAIN, 0xb0, 24, 4, 0 },
		{ "UNMAP granularity", FULL, 0xb0, 28, 4, 16 },
		{ "no UNMAP granularity", HUGE, 0xb0, 28, 4, 0 },
		{ "alignment is that of block 0", FULL, 0xb0, 32, 4, 0x80000000 },
		{ "no alignment", HUGE, 0xb0, 32, 4, 0 },
		{ "WRITE SAME of 1 GiB", FULL, 0xb0, 36, 8, 0x40000 },
		{ "WRITE SAME of 1 GiB, 512", PLAIN, 0xb0, 36, 8, 0x200000 },
		{ "no atomic commands", FULL, 0xb0, 44, 8, 0 },
		{ "none at all", FULL, 0xb0, 52, 8, 0 },
		{ "to the end", FULL, 0xb0, 60, 4, 0 },
	};

	check_fields(row, ARRAY_SIZE(row));
	use(FULL);
	facts.granularity_blocks = 65535;
	inquiry(0xb0, 64);
	WANT("largest granularity", scsi_get(run.in + 6, 2), 65535);
	done("largest granularity");
	use(FULL);
	facts.granularity_blocks = 65536;
	inquiry(0xb0, 64);
	WANT("granularity that does not fit", scsi_get(run.in + 6, 2), 0);
	done("granularity that does not fit");
	use(FULL);
	facts.unmap_ranges = 0;
	inquiry(0xb0, 64);
	WANT("granularity of an UNMAP that is not there", scsi_get(run.in + 28, 8), 0);
	done("granularity of an UNMAP that is not there");
}

static void other_pages(void)
{
	static const struct field row[] = {
		{ "supported pages", FULL, 0x00, 0, 4, 0x00000007 },
		{ "characteristics", FULL, 0xb1, 0, 4, 0x00b1003c },
		{ "does not rotate", FULL, 0xb1, 4, 2, 1 },
		{ "no form factor", FULL, 0xb1, 6, 2, 0 },
		{ "no FUAB, no VBULS", FULL, 0xb1, 8, 8, 0 },
		{ "provisioning", FULL, 0xb2, 0, 4, 0x00b20004 },
		{ "all ways of unmapping, zeroes, thin", FULL, 0xb2, 4, 4, 0x00e40200 },
		{ "UNMAP only, fully provisioned", HUGE, 0xb2, 4, 4, 0x00800100 },
		{ "none", PLAIN, 0xb2, 4, 4, 0 },
		{ "none without a medium", NONE, 0xb2, 4, 4, 0 },
	};

	check_fields(row, ARRAY_SIZE(row));
}

/* Weakness 13: the table was wrong for types 1 and 3 together, and the whole VWC byte was V_SUP. */
static void protection_types_by_dpc(void)
{
	static const u8 want[8] = { 0, 0, 2, 1, 4, 3, 5, 7 };
	unsigned int dpc;

	for (dpc = 0; dpc < 256; dpc++) {
		const char *text = desc("DPC %#x", dpc);

		use(FULL);
		facts.dpc = (u8)dpc;
		inquiry(0x86, 64);
		WANT(text, run.in[4] >> 3 & 7, want[dpc & 7]);
		WANT(text, run.in[4] & 0xc7, 0x80);
		done(text);
	}
}

static void microcode_is_announced_as_it_works(void)
{
	static const struct {
		const char *desc;
		u16 oacs;
		bool now;
		u8 want;
	} row[] = {
		{ "none", 0x0213, true, 0 },
		{ "after a reset", 0x0217, false, 2 },
		{ "at once", 0x0217, true, 1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(FULL);
		facts.oacs = row[i].oacs;
		facts.activate_now = row[i].now;
		inquiry(0x86, 64);
		WANT(row[i].desc, run.in[4] >> 6, row[i].want);
		WANT(row[i].desc, run.in[4] & 0x3f, 7 << 3);
		done(row[i].desc);
	}
}

/* --- names --- */

/* Weakness 15: all namespaces of a controller had its serial number. */
static void serial_number_page(void)
{
	static const struct {
		const char *desc;
		bool nguid, eui64;
		u32 nsid;
		const char *want;
	} row[] = {
		{ "NGUID", true, true, 2, "3634_4830_52A0_1234_0025_3845_0000_0001." },
		{ "NGUID alone", true, false, 2, "3634_4830_52A0_1234_0025_3845_0000_0001." },
		{ "EUI64", false, true, 2, "0025_38B5_71A0_01EF." },
		{ "neither", false, false, 2, "S4EVNX0R123456      _00000002." },
		{ "neither, another", false, false, 3, "S4EVNX0R123456      _00000003." },
		{ "neither, last", false, false, 0xfffffffe, "S4EVNX0R123456      _FFFFFFFE." },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		size_t len = strlen(row[i].want);

		use(FULL);
		facts.has_nguid = row[i].nguid;
		facts.has_eui64 = row[i].eui64;
		facts.nsid = row[i].nsid;
		WANT(row[i].desc, inquiry(0x80, 252), 0);
		WANT(row[i].desc, scsi_get(run.in, 2), 0x0080);
		WANT(row[i].desc, scsi_get(run.in + 2, 2), len);
		WANT(row[i].desc, run.end.resp_bytes, 4 + len);
		WANT_MEM(row[i].desc, run.in + 4, row[i].want, len);
		done(row[i].desc);
	}
}

struct name {
	u8 code_set, type, len;
	const char *bytes;
};

#define T10		"NVMe    TYPICAL NVMe SSD"
#define NGUID_HEX	"3634483052A012340025384500000001"
#define EUI_HEX		"002538B571A001EF"
#define NGUID_RAW	"\x36\x34\x48\x30\x52\xa0\x12\x34\x00\x25\x38\x45\x00\x00\x00\x01"
#define EUI_RAW		"\x00\x25\x38\xb5\x71\xa0\x01\xef"
#define UUID_RAW	"\x10\x00\x6b\xa7\xb8\x10\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8"

/* Weakness 14: the NSID was lost or garbled in the name of a controller of NVMe 1.0. */
static void identification_page(void)
{
	static const struct {
		const char *desc;
		bool nguid, eui64, uuid;
		u32 nsid;
		struct name want[6];
	} row[] = {
		{ "all", true, true, true, 2, {
			{ 1, 2, 16, NGUID_RAW }, { 1, 2, 8, EUI_RAW },
			{ 3, 8, 36, "eui." NGUID_HEX }, { 2, 1, 56, T10 NGUID_HEX },
			{ 1, 10, 18, UUID_RAW } } },
		{ "NGUID", true, false, false, 2, {
			{ 1, 2, 16, NGUID_RAW }, { 3, 8, 36, "eui." NGUID_HEX },
			{ 2, 1, 56, T10 NGUID_HEX } } },
		{ "EUI64", false, true, false, 2, {
			{ 1, 2, 8, EUI_RAW }, { 3, 8, 20, "eui." EUI_HEX },
			{ 2, 1, 40, T10 EUI_HEX } } },
		{ "UUID", false, false, true, 2, {
			{ 3, 8, 68, "144DTYPICAL NVMe SSD 1TB                    "
				    "0002S4EVNX0R123456      " },
			{ 2, 1, 56, T10 "144DS4EVNX0R123456      00000002" },
			{ 1, 10, 18, UUID_RAW } } },
		{ "none", false, false, false, 0x12ab, {
			{ 3, 8, 68, "144DTYPICAL NVMe SSD 1TB                    "
				    "12ABS4EVNX0R123456      " },
			{ 2, 1, 56, T10 "144DS4EVNX0R123456      000012AB" } } },
		{ "none, the last NSID of four digits", false, false, false, 0xffff, {
			{ 3, 8, 68, "144DTYPICAL NVMe SSD 1TB                    "
				    "FFFFS4EVNX0R123456      " },
			{ 2, 1, 56, T10 "144DS4EVNX0R123456      0000FFFF" } } },
		{ "none, a NSID of five digits", false, false, false, 0x10000, {
			{ 2, 1, 56, T10 "144DS4EVNX0R123456      00010000" } } },
	};
	struct scsi_desig d;
	const char *wrong;
	unsigned int i, k;
	u32 at;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(FULL);
		facts.has_nguid = row[i].nguid;
		facts.has_eui64 = row[i].eui64;
		facts.has_uuid = row[i].uuid;
		facts.nsid = row[i].nsid;
		WANT(row[i].desc, inquiry(0x83, 1024), 0);
		at = 4;
		for (k = 0; scsi_desig_next(&run, &at, &d, &wrong); k++) {
			const char *text = desc("%s, designator %u", row[i].desc, k);
			const struct name *n = &row[i].want[k];

			if (!HOLDS(text, n->bytes))
				break;
			WANT(text, d.association, 0);
			WANT(text, d.code_set, n->code_set);
			WANT(text, d.type, n->type);
			if (WANT(text, d.len, n->len))
				WANT_MEM(text, d.bytes, n->bytes, n->len);
			WANT(text, n->type == 8 ? d.len % 4 : 0, 0);
		}
		WANT_STR(row[i].desc, wrong, NULL);
		HOLDS(row[i].desc, !row[i].want[k].bytes);
		done(row[i].desc);
	}
}

/* What a hostile or empty Identify leaves in the names never breaks out of its field. */
static void names_are_printable_and_in_their_fields(void)
{
	static const char *const names[] = { "", "\x01\x7f\xff\x80", "                ",
		"0123456789012345678901234567890123456789" };
	static const struct { int page; u16 at, len; } field[] = {
		{ STANDARD, 8, 28 }, { 0x80, 4, 30 },
	};
	unsigned int i, k;
	u32 at;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		for (k = 0; k < ARRAY_SIZE(field); k++) {
			const char *text = desc("name %u, field %u", i, k);

			use(PLAIN);
			memset(facts.model, 0, sizeof(facts.model));
			memset(facts.serial, 0, sizeof(facts.serial));
			memset(facts.firmware, 0, sizeof(facts.firmware));
			memcpy(facts.model, names[i], strlen(names[i]));
			memcpy(facts.serial, names[i], min(strlen(names[i]), (size_t)20));
			memcpy(facts.firmware, names[i], min(strlen(names[i]), (size_t)8));
			WANT(text, inquiry(field[k].page, 252), 0);
			for (at = field[k].at; at < field[k].at + field[k].len; at++)
				HOLDS(text, run.in[at] >= 0x20 && run.in[at] <= 0x7e);
			done(text);
		}
}

/* --- lengths --- */

/* Weakness 3, 12, 14: the allocation length alone decided, or was an error when it was short. */
static void every_length_gives_a_beginning(void)
{
	static const int pages[] = { STANDARD, 0x00, 0x80, 0x83, 0x86, 0xb0, 0xb1, 0xb2 };
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(scsi_disks); i++)
		for (k = 0; k < ARRAY_SIZE(pages); k++) {
			const char *text = desc("%s, page %#x", scsi_disks[i].desc, pages[k]);
			u8 cdb[6] = { 0x12, pages[k] != STANDARD,
				      pages[k] == STANDARD ? 0 : (u8)pages[k] };

			use(scsi_disks[i].f);
			WANT_STR(text, scsi_cuts(&ctrl, cdb, 6, 3, 2, 520), NULL);
			done(text);
		}
}

/* --- refusals --- */

/* Weakness 12: page 00h listed B1h before B0h. */
static void listed_pages_rise_and_can_be_read_and_no_others(void)
{
	u8 listed[256] = { 0 };
	unsigned int page, i;
	u32 byte;
	int bit;

	use(FULL);
	WANT("list", inquiry(0x00, 252), 0);
	for (i = 4; i < run.end.resp_bytes; i++) {
		HOLDS("rising", i == 4 || run.in[i] > run.in[i - 1]);
		listed[run.in[i]] = 1;
	}
	HOLDS("mandatory pages", listed[0x00] && listed[0x83]);
	for (page = 0; page < 256; page++) {
		const char *text = desc("page %#x", page);
		u32 code = inquiry((int)page, 252);

		if (listed[page]) {
			WANT(text, code, 0);
			WANT(text, scsi_get(run.in, 2), page);
			WANT(text, run.end.resp_bytes, 4 + scsi_get(run.in + 2, 2));
			continue;
		}
		WANT(text, code, NVMEQ_SENSE_CDB_FIELD);
		HOLDS(text, scsi_field(&run, &byte, &bit) && byte == 2 && bit == -1);
	}
	done("list");
}

static void what_means_something_else_is_refused(void)
{
	static const struct {
		const char *desc;
		u8 cdb1, page, control;
		u32 byte;
	} row[] = {
		{ "a page without EVPD", 0, 0x80, 0, 2 },
		{ "CMDDT", 0x02, 0, 0, 1 },
		{ "CMDDT and EVPD", 0x03, 0, 0, 1 },
		{ "a logical unit number", 0x20, 0, 0, 1 },
		{ "NACA", 0, 0, 0x04, 5 },
	};
	unsigned int i;
	u32 byte;
	int bit;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(FULL);
		WANT(row[i].desc, SCSI_ASK(&ctrl, &run, 96, 0x12, row[i].cdb1, row[i].page, 0, 96,
					   row[i].control), NVMEQ_SENSE_CDB_FIELD);
		HOLDS(row[i].desc, scsi_field(&run, &byte, &bit) && byte == row[i].byte);
		WANT(row[i].desc, run.end.moved, 0);
		done(row[i].desc);
	}
}

/* --- announced and accepted --- */

static void protection_is_announced_where_it_is_accepted(void)
{
	unsigned int type, transfer, extended;
	u8 dif[520];

	for (type = 0; type <= 3; type++)
		for (transfer = 0; transfer < 2; transfer++)
			for (extended = 0; extended < 2; extended++) {
				const char *text = desc("type %u, transfer %u, extended %u", type,
							transfer, extended);
				bool announced;
				u32 code;

				use(PLAIN);
				facts.pi_type = (u8)type;
				facts.metadata_bytes = type ? 8 : 0;
				facts.extended = type && extended;
				facts.pi_transfer = transfer;
				inquiry(STANDARD, 96);
				announced = run.in[5] & 1;
				inquiry(0x86, 64);
				WANT(text, run.in[4] & 0x04, announced ? 0x04 : 0);
				WANT(text, run.in[4] & 0x01, announced && type != 3 ? 0x01 : 0);
				SCSI_ASK(&ctrl, &run, 32, 0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
					 0, 32, 0, 0);
				WANT(text, run.in[12], announced ? (type - 1) << 1 | 1 : 0);
				WANT(text, ctrl.nsent, 0);
				code = SCSI_ASK(&ctrl, &run, sizeof(dif), 0x28, 0x20, 0, 0, 0, 0, 0,
						0, 1, 0);
				WANT(text, code, announced ? 0 : NVMEQ_SENSE_CDB_FIELD);
				code = SCSI_ASK(&ctrl, &run, 0, 0x2f, 0x20, 0, 0, 0, 0, 0, 0, 1, 0);
				WANT(text, code, announced ? 0 : NVMEQ_SENSE_CDB_FIELD);
				scsi_ctrl_forget(&ctrl);
				done(text);
			}
}

/* Puts an UNMAP list of @n descriptors, the first of @blocks blocks, and sends it. */
static u32 unmap(u32 n, u32 blocks)
{
	static u8 list[8 + 300 * 16];
	u32 bytes = 8 + 16 * n;

	memset(list, 0, sizeof(list));
	list[0] = (u8)((bytes - 2) >> 8);
	list[1] = (u8)(bytes - 2);
	list[2] = (u8)((bytes - 8) >> 8);
	list[3] = (u8)(bytes - 8);
	list[16] = (u8)(blocks >> 24);
	list[17] = (u8)(blocks >> 16);
	list[18] = (u8)(blocks >> 8);
	list[19] = (u8)blocks;
	return SCSI_TELL(&ctrl, &run, list, bytes, 0x42, 0, 0, 0, 0, 0, 0, bytes >> 8, bytes & 0xff,
			 0);
}

/* Weakness 19 on this side: B2h, B0h and READ CAPACITY say what UNMAP and WRITE SAME do. */
static void provisioning_is_announced_where_it_is_accepted(void)
{
	unsigned int i, bits;
	u8 zero[4096] = { 0 };

	for (i = 0; i < ARRAY_SIZE(scsi_disks) - 1; i++)
		for (bits = 0; bits < 16; bits++) {
			const char *text = desc("%s, bits %#x", scsi_disks[i].desc, bits);
			u32 bytes = 1u << scsi_disks[i].f->block_shift, code;
			bool lbpu, lbpws;
			u32 most, ranges;

			use(scsi_disks[i].f);
			facts.blocks = 0x400000;
			facts.unmap_ranges = bits & 1 ? 4 : 0;
			facts.write_zeroes_blocks = bits & 2 ? 65536 : 0;
			facts.wz_dealloc = bits & 4;
			facts.dealloc_zero = bits & 8;
			inquiry(0xb2, 8);
			lbpu = run.in[5] & 0x80;
			lbpws = run.in[5] & 0x40;
			WANT(text, run.in[5] & 0x20, lbpws ? 0x20 : 0);
			if (run.in[5] & 0x04)
				WANT(text, bits & 0xf, 0xf);
			inquiry(0xb0, 64);
			most = (u32)scsi_get(run.in + 20, 4);
			ranges = (u32)scsi_get(run.in + 24, 4);
			HOLDS(text, most == 0xffffffff || most <= 0x100000);
			WANT(text, !!most, lbpu);
			WANT(text, ranges, lbpu ? 256 : 0);
			WANT(text, unmap(1, 8), lbpu ? 0 : NVMEQ_SENSE_OPCODE);
			if (lbpu) {
				WANT(text, unmap(ranges, 0), 0);
				WANT(text, unmap(ranges + 1, 0), NVMEQ_SENSE_LIST_FIELD);
			}
			if (lbpu && most == 0x100000)
				WANT(text, unmap(1, most + 1), NVMEQ_SENSE_LIST_FIELD);
			code = SCSI_TELL(&ctrl, &run, zero, bytes, 0x41, 0x08, 0, 0, 0, 0, 0, 0, 8,
					 0);
			WANT(text, code, lbpws ? 0 : NVMEQ_SENSE_CDB_FIELD);
			scsi_ctrl_forget(&ctrl);
			done(text);
		}
}

static void limits_are_announced_where_they_are_enforced(void)
{
	u8 data[16 * 4096] = { 0 };
	u32 most;

	use(FULL);
	inquiry(0xb0, 64);
	most = run.in[5];
	WANT("COMPARE AND WRITE", most, 8);
	WANT("as many", SCSI_TELL(&ctrl, &run, data, 2 * most * 4096, 0x89, 0, 0, 0, 0, 0, 0, 0, 0,
				  0, 0, 0, 0, (u8)most, 0, 0), 0);
	WANT("one more", SCSI_TELL(&ctrl, &run, data, 2 * most * 4096, 0x89, 0, 0, 0, 0, 0, 0, 0,
				   0, 0, 0, 0, 0, (u8)most + 1, 0, 0), NVMEQ_SENSE_CDB_FIELD);
	WANT("WSNZ", SCSI_TELL(&ctrl, &run, data, 4096, 0x41, 0, 0, 0, 0, 0, 0, 0, 0, 0),
	     NVMEQ_SENSE_CDB_FIELD);
	facts.blocks = 0x100000;
	WANT("WRITE SAME", SCSI_TELL(&ctrl, &run, data, 4096, 0x93, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
				     0x04, 0, 0, 0, 0), 0);
	WANT("one more", SCSI_TELL(&ctrl, &run, data, 4096, 0x93, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
				   0x04, 0, 1, 0, 0), NVMEQ_SENSE_CDB_FIELD);
	scsi_ctrl_forget(&ctrl);
	done("limits");
}

static const struct CMUnitTest tests[] = {
	TEST(standard_data),
	TEST(extended_page),
	TEST(limits_page),
	TEST(other_pages),
	TEST(protection_types_by_dpc),
	TEST(microcode_is_announced_as_it_works),
	TEST(serial_number_page),
	TEST(identification_page),
	TEST(names_are_printable_and_in_their_fields),
	TEST(every_length_gives_a_beginning),
	TEST(listed_pages_rise_and_can_be_read_and_no_others),
	TEST(what_means_something_else_is_refused),
	TEST(protection_is_announced_where_it_is_accepted),
	TEST(provisioning_is_announced_where_it_is_accepted),
	TEST(limits_are_announced_where_they_are_enforced),
};

TEST_MAIN("scsi_inquiry", tests)
