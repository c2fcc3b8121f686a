/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scsi_disk.h - a SCSI disk as naive as one can be, to compare with
 *
 * An array of blocks, and each command as SBC-3 and the SCSI Translation
 * Reference have it: the errors that it must or may end with, or what it does.
 * Nothing is split and nothing is translated. What the driver may leave to the
 * controller is asked of the facts, by the reference and not by scsi_facts.c.
 */
#ifndef NVMEQ_MODEL_SCSI_DISK_H
#define NVMEQ_MODEL_SCSI_DISK_H

#include "model/scsi_ctrl.h"
#include "support/test.h"

/**
 * struct scsi_disk - blocks @first..@first + @count - 1 of a namespace
 * @f: facts of it
 * @first: first block that is kept; all others are zeroes and are not written
 * @count: blocks kept
 * @data: them
 * @tuples: their protection information
 * @written: false where there is none
 * @bad_read: index of a block that cannot be read, -1 none
 * @bad_write: likewise
 */
struct scsi_disk {
	const struct nvmeq_scsi_facts *f;
	u64 first;
	u32 count;
	u8 *data;
	u8 (*tuples)[8];
	bool *written;
	s64 bad_read;
	s64 bad_write;
};

void scsi_disk_init(struct scsi_disk *d, const struct nvmeq_scsi_facts *f, u64 first, u32 count);
void scsi_disk_free(struct scsi_disk *d);
/* Does the controller's medium hold the same? NULL, or which block does not. */
const char *scsi_disk_differs(const struct scsi_disk *d, struct scsi_ctrl *c);

enum scsi_io_kind { SCSI_READ, SCSI_WRITE, SCSI_VERIFY, SCSI_WRITE_VERIFY, SCSI_WRITE_SAME,
		    SCSI_COMPARE_WRITE, SCSI_SYNC, SCSI_IO_KINDS };

/**
 * struct scsi_io - a command by its fields
 * @kind: enum scsi_io_kind
 * @size: of the CDB; COMPARE AND WRITE has 16, WRITE SAME and SYNCHRONIZE CACHE 10 and 16
 * @lba: first block, @blocks of them; 256 is written as 0 into a CDB of 6
 * @protect: RDPROTECT and its like
 * @bytchk: of VERIFY
 * @fua: forced; @dpo, @unmap, @no_data (NDOB)
 * @out: data-out; @out_bytes of it
 * @in_bytes: room for data-in
 */
struct scsi_io {
	u8 kind;
	u8 size;
	u64 lba;
	u32 blocks;
	u8 protect;
	u8 bytchk;
	bool fua;
	bool dpo;
	bool unmap;
	bool no_data;
	u8 *out;
	u32 out_bytes;
	u32 in_bytes;
};

/* Its CDB; returns the length. */
size_t scsi_io_cdb(const struct scsi_io *io, u8 *cdb);

#define SCSI_WANT_CODES	12

/**
 * struct scsi_want - how a command must end
 * @codes: errors, one of which it is; GOOD when @nr is 0
 * @nr: of these
 * @info: INFORMATION, if @has_info; none may be there if @no_info
 * @moved: bytes of the transfer, if @has_moved
 * @in: data-in, @in_bytes of it
 */
struct scsi_want {
	u32 codes[SCSI_WANT_CODES];
	u32 nr;
	bool has_info, no_info;
	u64 info;
	bool has_moved;
	u32 moved;
	u8 *in;
	u32 in_bytes;
};

/* Does it to the disk. Freed by scsi_want_free(). */
void scsi_disk_do(struct scsi_disk *d, const struct scsi_io *io, struct scsi_want *w);
void scsi_want_free(struct scsi_want *w);
/* Runs it on the controller and compares everything. */
void scsi_disk_both(const char *text, struct scsi_disk *d, struct scsi_ctrl *c,
		    const struct scsi_io *io);

/* What a controller and a namespace may be, of any kind; blocks is at least @least. */
void scsi_disk_facts(struct rng *r, struct nvmeq_scsi_facts *f, u32 least);
/* A command that mostly stays within the kept blocks, and is now and then as wrong as can be. */
void scsi_disk_any(struct rng *r, const struct scsi_disk *d, enum scsi_io_kind kind,
		   struct scsi_io *io);

/* That: many disks, on each of them many commands of these kinds, all compared. */
void scsi_disk_rounds(const u8 *kinds, u32 nr, u32 disks, u32 commands);

#endif /* NVMEQ_MODEL_SCSI_DISK_H */
