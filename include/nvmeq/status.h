/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * status.h - what a completion status means to whom
 *
 * One table (lib/status.c) with a row per status code of the Base, NVM and
 * ZNS specifications; every consumer reads its own column.
 */
#ifndef NVMEQ_STATUS_H
#define NVMEQ_STATUS_H

#include <nvmeq/scsi_sense.h>
#include <nvmeq/spec_cmd.h>

/* What the block layer is told; block/io_path.c turns each into a blk_status_t. */
enum nvmeq_status_class {
	NVMEQ_CLASS_OK,
	NVMEQ_CLASS_IOERR,
	NVMEQ_CLASS_MEDIUM,	/* data lost or unreadable */
	NVMEQ_CLASS_PROTECTION,	/* guard, application or reference tag */
	NVMEQ_CLASS_NOTSUPP,	/* the controller cannot do this */
	NVMEQ_CLASS_NOSPC,	/* capacity exceeded: no room for data that was addressed rightly */
	NVMEQ_CLASS_TARGET,	/* the command itself is wrong, a retry cannot help */
	NVMEQ_CLASS_RESERVED,	/* reservation conflict */
	NVMEQ_CLASS_TRANSPORT,	/* path trouble, aborted by the host */
	NVMEQ_CLASS_TIMEOUT,
	NVMEQ_CLASS_RESOURCE,	/* busy now, later may work */
	NVMEQ_CLASS_COUNT
};

/**
 * struct nvmeq_status_info - a row
 * @code: SCT << 8 | SC
 * @class: for the block layer
 * @retry: sending it again may help (DNR in the completion overrules)
 * @sense: SCSI status and sense, see scsi_sense.h
 * @name: as the specification has it
 */
struct nvmeq_status_info {
	u16 code;
	u8 class;
	bool retry;
	u32 sense;
	const char *name;
};

/* The row of @status (CQE status field without the phase bit; CRD, M and DNR are ignored).
 * Never NULL: unknown codes have a row per status code type.
 */
const struct nvmeq_status_info *nvmeq_status_info(u16 status);

/* Table access for tests and generated documentation; NULL beyond the end. */
const struct nvmeq_status_info *nvmeq_status_row(unsigned int i);

/* A negative errno for in-kernel callers that have no use for the status; 0 for success. */
int nvmeq_status_errno(u16 status);

enum nvmeq_dispose { NVMEQ_DISPOSE_END, NVMEQ_DISPOSE_RETRY };

/**
 * nvmeq_status_dispose() - end the request or send it again?
 * @status: as above, with DNR
 * @retries: times it was sent again already
 * @max_retries: limit
 * @noretry: the submitter does its own retries, or is a passthrough caller
 */
enum nvmeq_dispose nvmeq_status_dispose(u16 status, unsigned int retries,
					unsigned int max_retries, bool noretry);

/* Milliseconds to wait before that, from CRD and the controller's CRDT1..3; 0 at once. */
u32 nvmeq_status_delay_ms(u16 status, const u32 retry_delay_ms[3]);

/* Opcode names for messages; "admin 0x7b" style names are not made: unknown gives "unknown". */
const char *nvmeq_admin_op_name(u8 opcode);
const char *nvmeq_nvm_op_name(u8 opcode);

#endif /* NVMEQ_STATUS_H */
