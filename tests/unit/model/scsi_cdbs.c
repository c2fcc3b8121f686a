// SPDX-License-Identifier: GPL-2.0-only
/* scsi_cdbs.c - see scsi_cdbs.h */
#include "model/scsi_cdbs.h"

#define NA	NVMEQ_SCSI_NO_ACTION

/* Fields that many commands share. */
#define LBA10		{ M_LBA, 2, 7, 32 }
#define LBA16		{ M_LBA, 2, 7, 64 }
#define COUNT10		{ M_BLOCKS, 7, 7, 16 }
#define COUNT12		{ M_BLOCKS, 6, 7, 32 }
#define COUNT16		{ M_BLOCKS, 10, 7, 32 }
#define PROTECT		{ M_PROTECT, 1, 7, 3 }
#define DPO		{ M_LOOKED_AT, 1, 4, 1 }
#define FUA		{ M_FUA, 1, 3, 1 }
#define BYTCHK		{ M_BYTCHK, 1, 2, 2 }
#define ANCHOR		{ M_LOOKED_AT, 1, 4, 1 }
#define ALLOC_7		{ M_ALLOC, 7, 7, 16 }
#define ALLOC_6		{ M_ALLOC, 6, 7, 32 }
#define ALLOC_10	{ M_ALLOC, 10, 7, 32 }
#define LIST_7		{ M_LIST, 7, 7, 16 }
#define MODE_PAGE	{ M_PC, 2, 7, 2 }, { M_MPAGE, 2, 5, 6 }, { M_SUBPAGE, 3, 7, 8 }
#define SANITIZE	{ M_IMMED, 1, 7, 1 }, { M_LOOKED_AT, 1, 6, 1 }, { M_AUSE, 1, 5, 1 }, LIST_7
#define RESERVE_OUT	{ M_SCOPE, 2, 7, 4 }, { M_TYPE, 2, 3, 4 }, { M_LIST, 5, 7, 32 }
#define SECURITY	{ M_SECP, 1, 7, 8 }, { M_SPSP, 2, 7, 16 }, { M_LOOKED_AT, 4, 7, 1 }, \
			{ M_LOOKED_AT, 6, 7, 32 }

const struct scsi_cdb_row scsi_cdbs[] = {
	{ 0x00, NA, 6, N_NOTHING, { { 0 } } },
	{ 0x03, NA, 6, N_NOTHING, { { M_DESC, 1, 0, 1 }, { M_ALLOC, 4, 7, 8 } } },
	{ 0x04, NA, 6, N_FORMAT, { { M_FMTPINFO, 1, 7, 2 }, { M_LONGLIST, 1, 5, 1 },
	  { M_FMTDATA, 1, 4, 1 }, { M_CMPLST, 1, 3, 1 }, { M_DEFECTS, 1, 2, 3 } } },
	{ 0x08, NA, 6, N_NOTHING, { { M_LBA, 1, 4, 21 }, { M_BLOCKS, 4, 7, 8 } } },
	{ 0x0a, NA, 6, N_NOTHING, { { M_LBA, 1, 4, 21 }, { M_BLOCKS, 4, 7, 8 } } },
	{ 0x12, NA, 6, N_NOTHING, { { M_EVPD, 1, 0, 1 }, { M_PAGE, 2, 7, 8 },
	  { M_ALLOC, 3, 7, 16 } } },
	{ 0x15, NA, 6, N_NOTHING, { { M_PF, 1, 4, 1 }, { M_SP, 1, 0, 1 }, { M_LIST, 4, 7, 8 } } },
	{ 0x1a, NA, 6, N_NOTHING, { { M_DBD, 1, 3, 1 }, MODE_PAGE, { M_ALLOC, 4, 7, 8 } } },
	{ 0x1b, NA, 6, N_NOTHING, { { M_IMMED, 1, 0, 1 }, { M_MODIFIER, 3, 3, 4 },
	  { M_COND, 4, 7, 4 }, { M_NO_FLUSH, 4, 2, 1 }, { M_LOOKED_AT, 4, 1, 1 },
	  { M_START, 4, 0, 1 } } },
	{ 0x25, NA, 10, N_NOTHING, { { 0 } } },
	{ 0x28, NA, 10, N_NOTHING, { PROTECT, DPO, FUA, LBA10, COUNT10 } },
	{ 0x2a, NA, 10, N_NOTHING, { PROTECT, DPO, FUA, LBA10, COUNT10 } },
	{ 0x2e, NA, 10, N_NOTHING, { PROTECT, DPO, BYTCHK, LBA10, COUNT10 } },
	{ 0x2f, NA, 10, N_NOTHING, { PROTECT, DPO, BYTCHK, LBA10, COUNT10 } },
	{ 0x35, NA, 10, N_NOTHING, { { M_IMMED, 1, 1, 1 }, LBA10, COUNT10 } },
	{ 0x3b, NA, 10, N_FIRMWARE, { { M_SPECIFIC, 1, 7, 3 }, { M_MODE, 1, 4, 5 },
	  { M_ID, 2, 7, 8 }, { M_OFFSET, 3, 7, 24 }, { M_LIST, 6, 7, 24 } } },
	{ 0x41, NA, 10, N_NOTHING, { PROTECT, ANCHOR, { M_UNMAP, 1, 3, 1 }, LBA10, COUNT10 } },
	{ 0x42, NA, 10, N_UNMAP, { { M_LOOKED_AT, 1, 0, 1 }, LIST_7 } },
	{ 0x48, 0x01, 10, N_OVERWRITE, { SANITIZE } },
	{ 0x48, 0x02, 10, N_BLOCK, { SANITIZE } },
	{ 0x48, 0x03, 10, N_CRYPTO, { SANITIZE } },
	{ 0x48, 0x1f, 10, N_SANITIZE, { SANITIZE } },
	{ 0x4d, NA, 10, N_NOTHING, { { M_LOOKED_AT, 1, 1, 2 }, { M_LPC, 2, 7, 2 },
	  { M_LPAGE, 2, 5, 6 }, { M_LSUB, 3, 7, 8 }, { M_PARAM, 5, 7, 16 }, ALLOC_7 } },
	{ 0x55, NA, 10, N_NOTHING, { { M_PF, 1, 4, 1 }, { M_SP, 1, 0, 1 }, LIST_7 } },
	{ 0x5a, NA, 10, N_NOTHING, { { M_LLBAA, 1, 4, 1 }, { M_DBD, 1, 3, 1 }, MODE_PAGE,
	  ALLOC_7 } },
	{ 0x5e, 0x00, 10, N_RESERVE, { ALLOC_7 } },
	{ 0x5e, 0x01, 10, N_RESERVE, { ALLOC_7 } },
	{ 0x5e, 0x02, 10, N_RESERVE, { ALLOC_7 } },
	{ 0x5e, 0x03, 10, N_RESERVE, { ALLOC_7 } },
	{ 0x5f, 0x00, 10, N_RESERVE, { RESERVE_OUT } },
	{ 0x5f, 0x01, 10, N_RESERVE, { RESERVE_OUT } },
	{ 0x5f, 0x02, 10, N_RESERVE, { RESERVE_OUT } },
	{ 0x5f, 0x03, 10, N_RESERVE, { RESERVE_OUT } },
	{ 0x5f, 0x04, 10, N_RESERVE, { RESERVE_OUT } },
	{ 0x5f, 0x05, 10, N_RESERVE, { RESERVE_OUT } },
	{ 0x5f, 0x06, 10, N_RESERVE, { RESERVE_OUT } },
	{ 0x88, NA, 16, N_NOTHING, { PROTECT, DPO, FUA, LBA16, COUNT16 } },
	{ 0x89, NA, 16, N_FUSED, { PROTECT, DPO, FUA, LBA16, { M_BLOCKS, 13, 7, 8 } } },
	{ 0x8a, NA, 16, N_NOTHING, { PROTECT, DPO, FUA, LBA16, COUNT16 } },
	{ 0x8e, NA, 16, N_NOTHING, { PROTECT, DPO, BYTCHK, LBA16, COUNT16 } },
	{ 0x8f, NA, 16, N_NOTHING, { PROTECT, DPO, BYTCHK, LBA16, COUNT16 } },
	{ 0x91, NA, 16, N_NOTHING, { { M_IMMED, 1, 1, 1 }, LBA16, COUNT16 } },
	{ 0x93, NA, 16, N_NOTHING, { PROTECT, ANCHOR, { M_UNMAP, 1, 3, 1 }, { M_NDOB, 1, 0, 1 },
	  LBA16, COUNT16 } },
	{ 0x9e, 0x10, 16, N_NOTHING, { ALLOC_10 } },
	{ 0x9e, 0x12, 16, N_LBA_STATUS, { LBA16, ALLOC_10 } },
	{ 0xa0, NA, 12, N_NOTHING, { { M_SELECT, 2, 7, 8 }, ALLOC_6 } },
	{ 0xa2, NA, 12, N_SECURITY, { SECURITY } },
	{ 0xa3, 0x0c, 12, N_NOTHING, { { M_RCTD, 2, 7, 1 }, { M_OPTION, 2, 2, 3 },
	  { M_OPCODE, 3, 7, 8 }, { M_ACTION, 4, 7, 16 }, ALLOC_6 } },
	{ 0xa3, 0x0d, 12, N_NOTHING, { ALLOC_6 } },
	{ 0xa8, NA, 12, N_NOTHING, { PROTECT, DPO, FUA, LBA10, COUNT12 } },
	{ 0xaa, NA, 12, N_NOTHING, { PROTECT, DPO, FUA, LBA10, COUNT12 } },
	{ 0xae, NA, 12, N_NOTHING, { PROTECT, DPO, BYTCHK, LBA10, COUNT12 } },
	{ 0xaf, NA, 12, N_NOTHING, { PROTECT, DPO, BYTCHK, LBA10, COUNT12 } },
	{ 0xb5, NA, 12, N_SECURITY, { SECURITY } },
};

const unsigned int scsi_cdbs_nr = ARRAY_SIZE(scsi_cdbs);

const struct scsi_cdb_row *scsi_cdbs_find(u8 opcode, u8 byte1)
{
	unsigned int i;

	for (i = 0; i < scsi_cdbs_nr; i++)
		if (scsi_cdbs[i].opcode == opcode &&
		    (scsi_cdbs[i].action == NA || scsi_cdbs[i].action == (byte1 & 0x1f)))
			return &scsi_cdbs[i];
	return NULL;
}

bool scsi_cdbs_known(u8 opcode)
{
	unsigned int i;

	for (i = 0; i < scsi_cdbs_nr; i++)
		if (scsi_cdbs[i].opcode == opcode)
			return true;
	return false;
}

bool scsi_cdbs_met(const struct nvmeq_scsi_facts *f, u8 need)
{
	switch (need) {
	case N_FORMAT:
		return f->oacs & 0x02;
	case N_FIRMWARE:
		return f->oacs & 0x04;
	case N_SECURITY:
		return f->oacs & 0x01;
	case N_LBA_STATUS:
		return f->oacs & 0x200;
	case N_RESERVE:
		return f->reservations;
	case N_FUSED:
		return f->fused && (f->oncs & 1) && !f->metadata_bytes &&
		       f->compare_write_blocks && f->blocks && f->block_shift >= 9 &&
		       f->max_transfer_bytes >> f->block_shift;
	case N_UNMAP:
		return f->unmap_ranges && f->blocks && f->block_shift >= 9 &&
		       f->max_transfer_bytes >> f->block_shift &&
		       (!f->extended || (f->pi_type && f->metadata_bytes == f->pi_bytes));
	case N_OVERWRITE:
		return f->sanicap & 4;
	case N_BLOCK:
		return f->sanicap & 2;
	case N_CRYPTO:
		return f->sanicap & 1;
	case N_SANITIZE:
		return f->sanicap & 7;
	default:
		return true;
	}
}

u64 scsi_cdbs_get(const u8 *cdb, const struct scsi_field *field)
{
	u32 at = field->byte * 8u + (7u - field->bit), i;
	u64 v = 0;

	for (i = 0; i < field->width; i++, at++)
		v = v << 1 | (cdb[at / 8] >> (7 - at % 8) & 1);
	return v;
}

void scsi_cdbs_everything(struct nvmeq_scsi_facts *f)
{
	memset(f, 0, sizeof(*f));
	f->nsid = 1;
	f->blocks = 1 << 20;
	f->block_shift = 9;
	f->max_transfer_bytes = 1 << 20;
	f->oacs = 0xffff;
	f->oncs = 0xffff;
	f->sanicap = 7;
	f->reservations = true;
	f->fused = true;
	f->compare_write_blocks = 8;
	f->unmap_ranges = 256;
	f->verify_blocks = 65536;
	f->write_zeroes_blocks = 65536;
}
