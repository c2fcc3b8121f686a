/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scsi_read.h - reads SCSI responses back, byte by byte
 *
 * Written from SPC-4 and SBC-3 by somebody who has only the bytes that came
 * back: every length inside them is checked against what there is. An answer
 * that does not hold together gives a reason in @wrong.
 */
#ifndef NVMEQ_MODEL_SCSI_READ_H
#define NVMEQ_MODEL_SCSI_READ_H

#include "model/scsi_ctrl.h"

/* Big-endian number of 1 to 8 bytes. */
u64 scsi_get(const u8 *p, u32 bytes);

/* A command without data-out; @cdb is copied. Returns the run's sense code. */
u32 scsi_ask(struct scsi_ctrl *c, struct scsi_run *r, const u8 *cdb, u32 cdb_len, u32 in_bytes);
/* A command with data-out. */
u32 scsi_tell(struct scsi_ctrl *c, struct scsi_run *r, const u8 *cdb, u32 cdb_len,
	      const void *out, u32 out_bytes);

#define SCSI_ASK(c, r, in_bytes, ...) \
	scsi_ask(c, r, (const u8[]){ __VA_ARGS__ }, sizeof((const u8[]){ __VA_ARGS__ }), in_bytes)
#define SCSI_TELL(c, r, out, out_bytes, ...) \
	scsi_tell(c, r, (const u8[]){ __VA_ARGS__ }, sizeof((const u8[]){ __VA_ARGS__ }), \
		  out, out_bytes)

/* Field pointer of an error: byte, and bit or -1; false when the sense has none. */
bool scsi_field(const struct scsi_run *r, u32 *byte, int *bit);

/*
 * Asks again with every allocation length up to @max and every smaller
 * transfer: what comes must be the beginning of the whole answer, as much of
 * it as both lengths allow, and nothing behind it. The allocation length is in
 * bytes @at.. of the CDB. Returns what is wrong, or NULL.
 */
const char *scsi_cuts(struct scsi_ctrl *c, const u8 *cdb, u32 cdb_len, u32 at, u32 bytes, u32 max);

/* One designator of VPD page 83h at *@at; false at the end or when it is broken. */
struct scsi_desig {
	u8 code_set, association, type;
	u8 len;
	const u8 *bytes;
};

bool scsi_desig_next(const struct scsi_run *r, u32 *at, struct scsi_desig *d, const char **wrong);

/* Where a page is in mode data; NULL when it is not there. The whole list is checked. */
const u8 *scsi_mode_page(const struct scsi_run *r, bool wide, u8 page, u8 subpage, u32 *bytes,
			 const char **wrong);

/* Where a parameter is in a log page; NULL when it is not there. */
const u8 *scsi_log_param(const struct scsi_run *r, u16 code, u8 *bytes, const char **wrong);

#endif /* NVMEQ_MODEL_SCSI_READ_H */
