/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * user_cmd.h - commands that are sent for somebody outside of the driver
 *
 * Passthrough ioctls and SCSI commands end here: one way to make a request of
 * a command, to see that its buffers are as long as what the controller will
 * move, and to keep disks still around a command that changes them.
 */
#ifndef NVMEQ_CORE_USER_CMD_H
#define NVMEQ_CORE_USER_CMD_H

#include <linux/types.h>
#include <nvmeq/spec_cmd.h>

struct bio;
struct iov_iter;
struct nvmeq_ctrl;
struct nvmeq_ns;
struct request;

/**
 * struct nvmeq_user_cmd - one command
 * @ctrl: controller
 * @ns: namespace, referenced; NULL for an admin command without one
 * @admin: for the admin queue
 * @at_head: before those that wait in the queue
 * @trusted: how long its buffers must be may be unknown
 * @effects: NVMEQ_EFFECT_..., what lib/policy.c says of it
 * @gen: the namespace's generation that the command was made for, 0 any
 * @timeout: in jiffies, 0 for the queue's default
 * @sqe: encoded command without identifier and pointers
 * @iter: the caller's memory, or NULL; not advanced
 * @buf: else kernel memory, or NULL for no data
 * @bytes: length of either
 * @meta: metadata in kernel memory from kmalloc, or NULL
 * @meta_bytes: its length
 * @status: result: status field without the phase bit
 * @result: dwords 0 and 1 of the completion
 */
struct nvmeq_user_cmd {
	struct nvmeq_ctrl *ctrl;
	struct nvmeq_ns *ns;
	bool admin;
	bool at_head;
	bool trusted;
	u32 effects;
	u32 gen;
	unsigned int timeout;
	struct nvmeq_sqe sqe;
	const struct iov_iter *iter;
	void *buf;
	u32 bytes;
	void *meta;
	u32 meta_bytes;

	u16 status;
	u64 result;

	/* private */
	bool again;
	struct request *rq;
	struct bio *bio;
};

/**
 * nvmeq_user_run() - send a command and wait for its end
 * @c: command
 *
 * A reset under way is waited for first, and one that begins before the command
 * could be sent, too. The caller's pages stay pinned until
 * the command has ended; that wait cannot be interrupted, a killed process
 * leaves when the controller has answered or was reset. Memory that cannot be
 * mapped is copied by the block layer.
 *
 * Context: the task whose memory @iter describes.
 *
 * Return: 0 when the controller has answered, well or not; else a negative errno:
 * -EINTR		a reset took it away, nobody knows whether it took effect
 * -ERESTARTSYS		killed while waiting for a reset; not sent
 * -ENODEV, -EIO	the controller is gone or was given up
 * -EAGAIN		not sent: the format is not known
 * -ESTALE		not sent: the namespace is of another generation
 * -EINVAL		not sent: buffers too short for it, or too long for the queue
 * -EACCES		not sent: how long they must be is unknown, and it is not trusted
 * -EFAULT, -ENOMEM	not sent
 */
int nvmeq_user_run(struct nvmeq_user_cmd *c);

/**
 * nvmeq_user_run_fused() - send two I/O commands that are one
 * @first: with FUSE first
 * @second: with FUSE second, for the same namespace
 *
 * Their data must be in kernel memory. They go into one ring, one behind the
 * other, with one doorbell, or not at all; each gets its own status.
 *
 * Return: as above, for both.
 */
int nvmeq_user_run_fused(struct nvmeq_user_cmd *first, struct nvmeq_user_cmd *second);

#endif /* NVMEQ_CORE_USER_CMD_H */
