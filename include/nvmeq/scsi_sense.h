/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scsi_sense.h - SCSI status and sense data
 *
 * A code is the status byte and the triple in one number, so that tables and
 * calls can name it: NVMEQ_SENSE(0x5, 0x20, 0x00) is CHECK CONDITION, ILLEGAL
 * REQUEST, invalid command operation code. 0 is GOOD.
 */
#ifndef NVMEQ_SCSI_SENSE_H
#define NVMEQ_SCSI_SENSE_H

#include <nvmeq/base.h>

/* Status bytes, SAM-5 table 33. */
enum {
	NVMEQ_SAM_GOOD			= 0x00,
	NVMEQ_SAM_CHECK_CONDITION	= 0x02,
	NVMEQ_SAM_BUSY			= 0x08,
	NVMEQ_SAM_RESERVATION_CONFLICT	= 0x18,
};

#define NVMEQ_SENSE(key, asc, ascq) \
	((u32)NVMEQ_SAM_CHECK_CONDITION << 24 | (u32)(key) << 16 | (u32)(asc) << 8 | (u32)(ascq))
#define NVMEQ_SENSE_SAM(code)	((u8)((code) >> 24))
#define NVMEQ_SENSE_KEY(code)	((u8)((code) >> 16))
#define NVMEQ_SENSE_ASC(code)	((u8)((code) >> 8))
#define NVMEQ_SENSE_ASCQ(code)	((u8)(code))

#define NVMEQ_SENSE_GOOD		0U
#define NVMEQ_SENSE_CONFLICT		((u32)NVMEQ_SAM_RESERVATION_CONFLICT << 24)
#define NVMEQ_SENSE_FORMATTING		NVMEQ_SENSE(0x2, 0x04, 0x04)
#define NVMEQ_SENSE_SANITIZING		NVMEQ_SENSE(0x2, 0x04, 0x1b)
#define NVMEQ_SENSE_BAD_FORMAT		NVMEQ_SENSE(0x3, 0x31, 0x00)
#define NVMEQ_SENSE_SANITIZE_FAILED	NVMEQ_SENSE(0x3, 0x31, 0x03)
#define NVMEQ_SENSE_TARGET_FAILURE	NVMEQ_SENSE(0x4, 0x44, 0x00)
#define NVMEQ_SENSE_LIST_LENGTH		NVMEQ_SENSE(0x5, 0x1a, 0x00)
#define NVMEQ_SENSE_OPCODE		NVMEQ_SENSE(0x5, 0x20, 0x00)
#define NVMEQ_SENSE_LBA_RANGE		NVMEQ_SENSE(0x5, 0x21, 0x00)
#define NVMEQ_SENSE_CDB_FIELD		NVMEQ_SENSE(0x5, 0x24, 0x00)
#define NVMEQ_SENSE_LIST_FIELD		NVMEQ_SENSE(0x5, 0x26, 0x00)
#define NVMEQ_SENSE_NO_SAVING		NVMEQ_SENSE(0x5, 0x39, 0x00)
#define NVMEQ_SENSE_WRITE_PROTECTED	NVMEQ_SENSE(0x7, 0x27, 0x00)
#define NVMEQ_SENSE_MISCOMPARE		NVMEQ_SENSE(0xe, 0x1d, 0x00)

#define NVMEQ_SENSE_KEY_NONE		0x0
#define NVMEQ_SENSE_KEY_MEDIUM		0x3
#define NVMEQ_SENSE_KEY_ABORTED		0xb
#define NVMEQ_SENSE_ASC_PROTECTION	0x10	/* a guard or a tag does not match */

#define NVMEQ_SENSE_NO_BIT		0xff	/* the field pointer names whole bytes */
#define NVMEQ_SENSE_BYTES_MAX		32	/* more is never formatted */

/**
 * struct nvmeq_sense - what is wrong
 * @code: status and triple
 * @has_info: @info is meant
 * @info: INFORMATION, a block or a byte offset
 * @sks: sense key specific bytes; none when bit 7 of the first is clear
 */
struct nvmeq_sense {
	u32 code;
	bool has_info;
	u64 info;
	u8 sks[3];
};

/* Is it said of one block, whose number INFORMATION then is? */
static inline bool nvmeq_sense_is_of_block(u32 code)
{
	return NVMEQ_SENSE_KEY(code) == NVMEQ_SENSE_KEY_MEDIUM ||
	       (NVMEQ_SENSE_KEY(code) == NVMEQ_SENSE_KEY_ABORTED &&
		NVMEQ_SENSE_ASC(code) == NVMEQ_SENSE_ASC_PROTECTION);
}

void nvmeq_sense_set(struct nvmeq_sense *s, u32 code);

/**
 * nvmeq_sense_field() - an illegal request, with the field that is to blame
 * @s: result
 * @code: NVMEQ_SENSE_CDB_FIELD points into the CDB, any other into the parameter list
 * @byte: first byte of the field
 * @bit: its highest bit, 0..7, or NVMEQ_SENSE_NO_BIT
 */
void nvmeq_sense_field(struct nvmeq_sense *s, u32 code, u16 byte, u8 bit);
/* Not ready, @done of 65536 parts through. */
void nvmeq_sense_progress(struct nvmeq_sense *s, u32 code, u16 done);
void nvmeq_sense_info(struct nvmeq_sense *s, u64 info);

/**
 * nvmeq_sense_format() - to sense bytes
 * @s: sense
 * @descriptor: 72h with descriptors, else 70h fixed
 * @buf: receives at most @len bytes
 * @len: bytes of @buf, any number
 *
 * In the fixed format an INFORMATION beyond 32 bits is left out.
 *
 * Return: bytes written.
 */
u32 nvmeq_sense_format(const struct nvmeq_sense *s, bool descriptor, void *buf, u32 len);

/**
 * nvmeq_sense_sanitize() - the state that the Sanitize Status log (81h) tells
 * @log: its first 4 bytes
 * @s: set when an operation is running or has failed
 *
 * Return: whether @s was set.
 */
bool nvmeq_sense_sanitize(const u8 *log, struct nvmeq_sense *s);

#endif /* NVMEQ_SCSI_SENSE_H */
