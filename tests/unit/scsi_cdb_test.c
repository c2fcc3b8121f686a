// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_cdb_test.c - CDBs to requests: every command bit by bit against the
 * table of model/scsi_cdbs.c, every pair of first bytes, every length
 */
#include "model/scsi_cdbs.h"
#include "support/test.h"

#define CDB_FIELD	NVMEQ_SENSE(5, 0x24, 0)
#define OPCODE		NVMEQ_SENSE(5, 0x20, 0)

static u64 member(const struct nvmeq_scsi_req *r, u8 m)
{
	switch (m) {
	case M_LBA: return r->lba;
	case M_BLOCKS: return r->blocks;
	case M_ALLOC: return r->alloc_bytes;
	case M_LIST: return r->list_bytes;
	case M_PROTECT: return r->protect;
	case M_BYTCHK: return r->bytchk;
	case M_FUA: return r->fua;
	case M_IMMED: return r->immed;
	case M_UNMAP: return r->unmap;
	case M_NDOB: return r->no_data;
	case M_EVPD: return r->inquiry.evpd;
	case M_PAGE: return r->inquiry.page;
	case M_DBD: return r->mode_sense.no_blocks;
	case M_LLBAA: return r->mode_sense.long_lba;
	case M_PC: return r->mode_sense.control;
	case M_MPAGE: return r->mode_sense.page;
	case M_SUBPAGE: return r->mode_sense.subpage;
	case M_PF: return r->mode_select.page_format;
	case M_SP: return r->mode_select.save;
	case M_LPC: return r->log.control;
	case M_LPAGE: return r->log.page;
	case M_LSUB: return r->log.subpage;
	case M_PARAM: return r->log.parameter;
	case M_SELECT: return r->luns.select;
	case M_DESC: return r->request_sense.descriptor;
	case M_SECP: return r->security.protocol;
	case M_SPSP: return r->security.specific;
	case M_COND: return r->power.condition;
	case M_MODIFIER: return r->power.modifier;
	case M_NO_FLUSH: return r->power.no_flush;
	case M_START: return r->power.start;
	case M_MODE: return r->buffer.mode;
	case M_SPECIFIC: return r->buffer.specific;
	case M_ID: return r->buffer.id;
	case M_OFFSET: return r->buffer.offset;
	case M_FMTPINFO: return r->format.pi;
	case M_LONGLIST: return r->format.long_list;
	case M_FMTDATA: return r->format.data;
	case M_CMPLST: return r->format.complete;
	case M_DEFECTS: return r->format.defects;
	case M_SCOPE: return r->reserve.scope;
	case M_TYPE: return r->reserve.type;
	case M_RCTD: return r->opcodes.timeouts;
	case M_OPTION: return r->opcodes.option;
	case M_OPCODE: return r->opcodes.opcode;
	case M_ACTION: return r->opcodes.action;
	case M_AUSE: return r->sanitize.ause;
	default: return 0;
	}
}

/* What a field's value becomes where it is more than a number. */
static u64 meant(const struct scsi_cdb_row *row, const struct scsi_field *f, const u8 *cdb)
{
	u64 v = scsi_cdbs_get(cdb, f);

	if ((row->opcode == 0x08 || row->opcode == 0x0a) && f->member == M_BLOCKS && !v)
		return 256;
	return v;
}

/* Members that commands set without a field of their own. */
static u64 special(const struct scsi_cdb_row *row, const u8 *cdb, u8 m)
{
	u64 length = (u64)cdb[6] << 24 | cdb[7] << 16 | cdb[8] << 8 | cdb[9];

	switch (row->opcode) {
	case 0x04:
		return m != M_LIST || !(cdb[1] & 0x10) ? 0 : cdb[1] & 0x20 ? 8 : 4;
	case 0x25:
		return m == M_ALLOC ? 8 : 0;
	case 0xa2:
		return m == M_ALLOC ? length * (cdb[4] & 0x80 ? 512 : 1) : 0;
	case 0xb5:
		return m == M_LIST ? length * (cdb[4] & 0x80 ? 512 : 1) : 0;
	default:
		return 0;
	}
}

/* The members that all commands have are those of the fields, or nothing. */
static void check_members(const char *text, const struct scsi_cdb_row *row, const u8 *cdb,
			  const struct nvmeq_scsi_req *r)
{
	u64 want[M_NDOB + 1];
	unsigned int i, m;

	for (m = M_LBA; m <= M_NDOB; m++)
		want[m] = special(row, cdb, (u8)m);
	for (i = 0; i < SCSI_CDBS_FIELDS && row->fields[i].member != M_NONE; i++) {
		const struct scsi_field *f = &row->fields[i];

		if (f->member <= M_NDOB)
			want[f->member] = meant(row, f, cdb);
		else if (f->member != M_LOOKED_AT)
			WANT(desc("%s, field in byte %u", text, f->byte), member(r, f->member),
			     meant(row, f, cdb));
	}
	for (m = M_LBA; m <= M_NDOB; m++)
		WANT(desc("%s, member %u", text, m), member(r, (u8)m), want[m]);
}

/* Where a CDB is illegal by itself: the place, SKS as 3 bytes; false when it is not. */
static bool illegal(const struct scsi_cdb_row *row, const u8 *cdb, u32 *byte, u32 *bit)
{
	u64 length = (u64)cdb[6] << 24 | cdb[7] << 16 | cdb[8] << 8 | cdb[9];

#define AT(by, bi, cond) do { if (cond) { *byte = (by); *bit = (bi); return true; } } while (0)
	AT(row->bytes - 1u, 2, cdb[row->bytes - 1] & 0x04);	/* NACA */
	switch (row->opcode) {
	case 0x12:
		AT(1, cdb[1] & 0x80 ? 7 : cdb[1] & 0x40 ? 6 : cdb[1] & 0x20 ? 5 : cdb[1] & 0x10 ?
		   4 : cdb[1] & 0x08 ? 3 : cdb[1] & 0x04 ? 2 : 1, cdb[1] & 0xfe);
		AT(2, 99, !(cdb[1] & 1) && cdb[2]);
		return false;
	case 0x15:
	case 0x55:
		AT(1, 4, !(cdb[1] & 0x10));
		return false;
	case 0x1b:
		AT(4, 1, cdb[4] & 0x02);
		return false;
	case 0x2e: case 0x2f: case 0x8e: case 0x8f: case 0xae: case 0xaf:
		AT(1, 2, (cdb[1] >> 1 & 3) == 2);
		return false;
	case 0x41:
	case 0x93:
		AT(1, 4, cdb[1] & 0x10);
		AT(1, 2, row->bytes == 10 && (cdb[1] & 0x06));
		return false;
	case 0x42:
		AT(1, 0, cdb[1] & 0x01);
		return false;
	case 0x48:
		AT(1, 6, cdb[1] & 0x40);
		return false;
	case 0x4d:
		AT(1, cdb[1] & 2 ? 1 : 0, cdb[1] & 0x03);
		return false;
	case 0xa2:
	case 0xb5:
		AT(6, 99, length > (cdb[4] & 0x80 ? 0xffff : 0x01fffe00));
		return false;
	default:
		return false;
	}
#undef AT
}

static void want_field(const char *text, const struct nvmeq_sense *s, u32 byte, u32 bit)
{
	WANT(text, s->code, CDB_FIELD);
	WANT(text, s->sks[0], bit == 99 ? 0xc0 : 0xc8 | bit);
	WANT(text, s->sks[1] << 8 | s->sks[2], byte);
}

static void any_cdb(struct rng *r, const struct scsi_cdb_row *row, u8 *cdb)
{
	unsigned int k;

	for (k = 0; k < 16; k++)
		cdb[k] = one_in(r, 3) ? 0 : one_in(r, 6) ? 0xff : (u8)rnd64(r);
	cdb[0] = row->opcode;
	if (row->action != NVMEQ_SCSI_NO_ACTION)
		cdb[1] = (u8)((cdb[1] & 0xe0) | row->action);
	if (row->opcode == 0x12 && one_in(r, 2))
		cdb[1] &= 1;
	if (!one_in(r, 4))
		cdb[row->bytes - 1] &= (u8)~0x04;
	if (row->bytes == 12 && one_in(r, 2))
		cdb[6] = cdb[7] = 0;
}

/*
 * What stands behind the command must not matter: fio sends 16 bytes of a
 * READ(10). And nothing in front of it (weakness 4: bytes that the caller did
 * not give were read from the stack).
 */
static void every_field_is_where_the_standard_has_it(void)
{
	struct rng r = test_rng();
	struct nvmeq_scsi_facts f;
	unsigned int i, n;

	scsi_cdbs_everything(&f);
	for (i = 0; i < scsi_cdbs_nr; i++)
		for (n = 0; n < 600 && test_misses() < 10; n++) {
			const struct scsi_cdb_row *row = &scsi_cdbs[i];
			const char *text = desc("%02x/%x, case %u", row->opcode, row->action, n);
			size_t len = one_in(&r, 2) ? row->bytes : rnd_in(&r, row->bytes, 16);
			struct nvmeq_scsi_req req;
			u32 byte = 0, bit = 0;
			u8 cdb[16], *p;

			any_cdb(&r, row, cdb);
			p = guard_copy(cdb, len);
			memset(&req, 0xee, sizeof(req));
			nvmeq_scsi_decode(p, len, &f, &req);
			HOLDS(text, req.op && req.op->opcode == row->opcode &&
			      req.op->action == row->action);
			WANT_MEM(text, req.cdb, cdb, len);
			if (illegal(row, cdb, &byte, &bit)) {
				want_field(text, &req.refusal, byte, bit);
			} else {
				WANT(text, req.refusal.code, 0);
				check_members(text, row, cdb, &req);
			}
			guard_free(p);
		}
}

static void bytes_that_were_not_given_are_zero(void)
{
	struct nvmeq_scsi_facts f;
	unsigned int i;
	size_t len;

	scsi_cdbs_everything(&f);
	for (i = 0; i < scsi_cdbs_nr; i++)
		for (len = 0; len < scsi_cdbs[i].bytes; len++) {
			const struct scsi_cdb_row *row = &scsi_cdbs[i];
			const char *text = desc("%02x of %zu bytes", row->opcode, len);
			struct nvmeq_scsi_req req;
			u8 cdb[16], zero[16] = { 0 }, *p;

			memset(cdb, 0xff, sizeof(cdb));
			cdb[0] = row->opcode;
			cdb[1] = row->action == NVMEQ_SCSI_NO_ACTION ? 0 : (u8)row->action;
			p = guard_copy(cdb, len);
			memset(&req, 0xee, sizeof(req));
			nvmeq_scsi_decode(p, len, &f, &req);
			WANT_MEM(text, req.cdb, cdb, len);
			WANT_MEM(text, req.cdb + len, zero, 16 - len);
			/* Without its second byte a command may be another: action 0. */
			HOLDS(text, req.refusal.code == CDB_FIELD || len < 2);
			WANT(text, req.lba | req.blocks | req.alloc_bytes | req.list_bytes, 0);
			guard_free(p);
		}
}

static void longer_ones_are_cut_at_sixteen(void)
{
	struct nvmeq_scsi_facts f;
	struct nvmeq_scsi_req req;
	u8 *p = guard_alloc(32);

	scsi_cdbs_everything(&f);
	memset(p, 0xff, 32);
	p[0] = 0x88;
	p[1] = 0;
	p[15] = 0;
	nvmeq_scsi_decode(p, 32, &f, &req);
	WANT("32 bytes", req.refusal.code, 0);
	WANT("32 bytes", req.lba, ~0ULL);
	WANT("32 bytes", req.blocks, 0xffffffff);
	guard_free(p);
}

/* Weakness 8: 24 bits were taken, and the unit's number of old programs with them. */
static void old_units_are_not_part_of_the_block(void)
{
	static const u8 op[2] = { 0x08, 0x0a };
	struct nvmeq_scsi_facts f;
	struct nvmeq_scsi_req req;
	unsigned int i, lun;

	scsi_cdbs_everything(&f);
	for (i = 0; i < 2; i++)
		for (lun = 0; lun < 8; lun++) {
			u8 cdb[6] = { op[i], (u8)(lun << 5 | 0x1f), 0xff, 0xfe, 1, 0 };

			nvmeq_scsi_decode(cdb, 6, &f, &req);
			WANT(desc("%02x, unit %u", op[i], lun), req.lba, 0x1ffffe);
			WANT(desc("%02x, unit %u", op[i], lun), req.refusal.code, 0);
		}
}

/*
 * Every first two bytes, with a controller that has everything and one that
 * has nothing. An opcode that is not there is 5/20/00, always: iscsi-test-cu
 * takes anything else for a failure. A service action that is not there is
 * 5/24/00 and points to byte 1 or nowhere, for the same reason.
 */
static void every_pair_of_first_bytes_is_known_or_refused(void)
{
	struct nvmeq_scsi_facts f[2];
	struct nvmeq_scsi_req req;
	unsigned int op, b1, k, i;

	scsi_cdbs_everything(&f[0]);
	memset(&f[1], 0, sizeof(f[1]));
	f[1].blocks = 100;
	f[1].block_shift = 9;
	f[1].max_transfer_bytes = 4096;
	for (k = 0; k < 2; k++)
		for (op = 0; op < 256; op++)
			for (b1 = 0; b1 < 256; b1++) {
				const struct scsi_cdb_row *row = scsi_cdbs_find((u8)op, (u8)b1);
				const char *text = desc("%02x %02x, controller %u", op, b1, k);
				u8 cdb[16] = { (u8)op, (u8)b1 };
				bool sister = false;

				for (i = 0; i < scsi_cdbs_nr; i++)
					sister |= scsi_cdbs[i].opcode == op &&
						  scsi_cdbs_met(&f[k], scsi_cdbs[i].need);
				nvmeq_scsi_decode(cdb, 16, &f[k], &req);
				if (row && scsi_cdbs_met(&f[k], row->need)) {
					if (!HOLDS(text, req.op))
						continue;
					WANT(text, req.op->opcode, op);
					WANT(text, req.op->action, row->action);
					continue;
				}
				HOLDS(text, !req.op);
				WANT(text, req.refusal.code, sister ? CDB_FIELD : OPCODE);
				if (sister)
					WANT(text, req.refusal.sks[1] << 8 | req.refusal.sks[2], 1);
				else
					WANT(text, req.refusal.sks[0], 0);
				WANT(text, nvmeq_scsi_scratch_bytes(&req, &f[k]), 0);
			}
}

/* RSOC's map: the bits of the fields, and the service action itself. */
static void usage_has_the_bits_of_the_fields(void)
{
	unsigned int i, k;

	for (i = 0; i < scsi_cdbs_nr; i++) {
		const struct scsi_cdb_row *row = &scsi_cdbs[i];
		const struct nvmeq_scsi_op *op = nvmeq_scsi_op_find(row->opcode, row->action);
		const char *text = desc("%02x/%x", row->opcode, row->action);
		u8 want[16] = { row->opcode };

		if (!HOLDS(text, op))
			continue;
		if (row->action != NVMEQ_SCSI_NO_ACTION)
			want[1] = (u8)row->action;
		for (k = 0; k < SCSI_CDBS_FIELDS && row->fields[k].member != M_NONE; k++) {
			const struct scsi_field *f = &row->fields[k];
			u32 at = f->byte * 8u + (7u - f->bit), n;

			for (n = 0; n < f->width; n++, at++)
				want[at / 8] |= (u8)(0x80 >> at % 8);
		}
		for (k = 0; k < 16; k++)
			WANT(desc("%s, byte %u", text, k), op->usage[k], want[k]);
		WANT(text, op->cdb_bytes, row->bytes);
	}
}

static const struct CMUnitTest tests[] = {
	TEST(every_field_is_where_the_standard_has_it),
	TEST(bytes_that_were_not_given_are_zero),
	TEST(longer_ones_are_cut_at_sixteen),
	TEST(old_units_are_not_part_of_the_block),
	TEST(every_pair_of_first_bytes_is_known_or_refused),
	TEST(usage_has_the_bits_of_the_fields),
};

TEST_MAIN("scsi_cdb", tests)
