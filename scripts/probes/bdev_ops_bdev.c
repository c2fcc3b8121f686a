// SPDX-License-Identifier: GPL-2.0-only
/* up to 6.4: open() takes the block device, modes are fmode_t */
#include <linux/blkdev.h>

static int probe_open(struct block_device *bdev, fmode_t mode)
{
	return mode & FMODE_WRITE ? 0 : -EROFS;
}

static void probe_release(struct gendisk *disk, fmode_t mode) { }

static int probe_ioctl(struct block_device *b, fmode_t mode, unsigned int c, unsigned long a)
{
	return -ENOTTY;
}

struct block_device_operations probe_ops = {
	.open = probe_open, .release = probe_release, .ioctl = probe_ioctl,
};
