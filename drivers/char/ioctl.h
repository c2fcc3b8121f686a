/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ioctl.h - NVME_IOCTL_* of the three kinds of node
 */
#ifndef NVMEQ_CHAR_IOCTL_H
#define NVMEQ_CHAR_IOCTL_H

#include <linux/types.h>

struct nvmeq_ctrl;
struct nvmeq_ns;

/**
 * nvmeq_ioctl_ctrl() - ioctls of /dev/nvmeX
 * @ctrl: controller, referenced
 * @cmd: number
 * @arg: user address
 * @writable: the file is open for writing
 *
 * Return: 0, a positive NVMe status, or a negative errno.
 */
int nvmeq_ioctl_ctrl(struct nvmeq_ctrl *ctrl, unsigned int cmd, unsigned long arg, bool writable);

/**
 * nvmeq_ioctl_ns() - ioctls of /dev/ngXnY, /dev/nvmeXnY and its partitions
 * @ns: namespace, referenced
 * @cmd: number
 * @arg: user address
 * @writable: the file is open for writing
 * @partition: it is a partition's
 *
 * Return: as above; -ENOIOCTLCMD for numbers that are not NVMe's.
 */
int nvmeq_ioctl_ns(struct nvmeq_ns *ns, unsigned int cmd, unsigned long arg, bool writable,
		   bool partition);

#endif /* NVMEQ_CHAR_IOCTL_H */
