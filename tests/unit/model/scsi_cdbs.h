/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scsi_cdbs.h - the commands by their bytes: CDBs of SPC-4 and SBC-3 as the
 * SCSI Translation Reference lists them, one row each, transcribed by hand
 *
 * lib/scsi_op.c and lib/scsi_cdb.c are compared with it; nothing here comes
 * from them.
 */
#ifndef NVMEQ_MODEL_SCSI_CDBS_H
#define NVMEQ_MODEL_SCSI_CDBS_H

#include <nvmeq/scsi.h>

#define SCSI_CDBS_FIELDS	8

/* Members of struct nvmeq_scsi_req, by name. */
enum scsi_member {
	M_NONE, M_LBA, M_BLOCKS, M_ALLOC, M_LIST, M_PROTECT, M_BYTCHK, M_FUA, M_IMMED, M_UNMAP,
	M_NDOB, M_EVPD, M_PAGE, M_DBD, M_LLBAA, M_PC, M_MPAGE, M_SUBPAGE, M_PF, M_SP, M_LPC,
	M_LPAGE, M_LSUB, M_PARAM, M_SELECT, M_DESC, M_SECP, M_SPSP, M_COND, M_MODIFIER,
	M_NO_FLUSH, M_START, M_MODE, M_SPECIFIC, M_ID, M_OFFSET, M_FMTPINFO, M_LONGLIST,
	M_FMTDATA, M_CMPLST, M_DEFECTS, M_SCOPE, M_TYPE, M_RCTD, M_OPTION, M_OPCODE, M_ACTION,
	M_AUSE, M_LOOKED_AT,	/* refused or accepted without a member */
};

/* Bits of a CDB: from @byte and its bit @bit on, @width bits downwards and onwards. */
struct scsi_field {
	u8 member;
	u8 byte;
	u8 bit;
	u8 width;
};

/* What of the controller the command needs. */
enum scsi_need { N_NOTHING, N_FORMAT, N_FIRMWARE, N_SECURITY, N_LBA_STATUS, N_RESERVE, N_FUSED,
		 N_UNMAP, N_OVERWRITE, N_BLOCK, N_CRYPTO, N_SANITIZE };

/**
 * struct scsi_cdb_row - a command
 * @opcode: first byte
 * @action: service action in bits 4:0 of byte 1, or NVMEQ_SCSI_NO_ACTION
 * @bytes: of the CDB
 * @need: enum scsi_need
 * @fields: of the CDB; a member of M_NONE ends them
 */
struct scsi_cdb_row {
	u8 opcode;
	u16 action;
	u8 bytes;
	u8 need;
	struct scsi_field fields[SCSI_CDBS_FIELDS];
};

extern const struct scsi_cdb_row scsi_cdbs[];
extern const unsigned int scsi_cdbs_nr;

/* The row of these two bytes, and whether the opcode has any. */
const struct scsi_cdb_row *scsi_cdbs_find(u8 opcode, u8 byte1);
bool scsi_cdbs_known(u8 opcode);
bool scsi_cdbs_met(const struct nvmeq_scsi_facts *f, u8 need);
/* Value of a field. */
u64 scsi_cdbs_get(const u8 *cdb, const struct scsi_field *field);
/* Facts of a controller that has everything. */
void scsi_cdbs_everything(struct nvmeq_scsi_facts *f);

#endif /* NVMEQ_MODEL_SCSI_CDBS_H */
