/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sg_io.h - SCSI commands from user memory and back
 */
#ifndef NVMEQ_SCSI_SG_IO_H
#define NVMEQ_SCSI_SG_IO_H

#include <linux/types.h>
#include <linux/uio.h>
#include <nvmeq/scsi_sense.h>

struct nvmeq_ns;

#define NVMEQ_SG_CDB_MAX	32

/**
 * struct nvmeq_sg_data - the caller's data, fetched from its description once
 * @bytes: all of it, at most the transfer length
 * @out: from the caller
 * @nr: elements of @vec, none of them empty
 * @vec: where it is
 * @slice: as many elements, for a part of it
 * @one: @vec and @slice when there is one element
 */
struct nvmeq_sg_data {
	u32 bytes;
	bool out;
	u32 nr;
	struct iovec *vec;
	struct iovec *slice;
	struct iovec one[2];
};

/**
 * struct nvmeq_sg_call - one SCSI command between its caller and sg_exec.c
 * @ns: namespace, referenced
 * @cdb: command
 * @cdb_bytes: of it
 * @data: the caller's data
 * @timeout_ms: 0 for the default
 * @at_head: before those that wait
 * @privileged: has CAP_SYS_RAWIO
 * @status: result: SCSI status byte
 * @host: enum nvmeq_scsi_host
 * @moved: bytes of @data that were used
 * @sense: sense data
 * @sense_bytes: of it
 */
struct nvmeq_sg_call {
	struct nvmeq_ns *ns;
	u8 cdb[NVMEQ_SG_CDB_MAX];
	u32 cdb_bytes;
	struct nvmeq_sg_data data;
	u32 timeout_ms;
	bool at_head;
	bool privileged;

	u8 status;
	u16 host;
	u32 moved;
	u8 sense[NVMEQ_SENSE_BYTES_MAX];
	u32 sense_bytes;
};

/* --- the caller's data; @at and @bytes are within it. Context: the caller's --- */

/* Describe a part of it, until the next call. */
void nvmeq_sg_io_slice(struct nvmeq_sg_data *d, u32 at, u32 bytes, struct iov_iter *iter);
/* Fetch from it. Return: 0 or -EFAULT. */
int nvmeq_sg_io_get(struct nvmeq_sg_data *d, u32 at, void *to, u32 bytes);
/* Store to it. Return: 0 or -EFAULT. */
int nvmeq_sg_io_put(struct nvmeq_sg_data *d, u32 at, const void *from, u32 bytes);

/* --- entries --- */

/**
 * nvmeq_sg_io_ioctl() - the ioctls of a SCSI disk
 * @ns: namespace, referenced
 * @cmd: number
 * @arg: user address
 * @writable: the node is open for writing
 * @partition: it is a partition's, which has none of them
 *
 * Return: as the ioctl has it; -ENOIOCTLCMD for numbers that are not SCSI's.
 */
int nvmeq_sg_io_ioctl(struct nvmeq_ns *ns, unsigned int cmd, unsigned long arg, bool writable,
		      bool partition);

/* The same through the bsg node, where SG_IO also takes struct sg_io_v4. */
int nvmeq_sg_io_bsg(struct nvmeq_ns *ns, unsigned int cmd, unsigned long arg, bool writable);

#endif /* NVMEQ_SCSI_SG_IO_H */
