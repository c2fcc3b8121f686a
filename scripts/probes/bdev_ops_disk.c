// SPDX-License-Identifier: GPL-2.0-only
/* since 6.5: open() takes the disk, modes are blk_mode_t */
#include <linux/blkdev.h>

static int probe_open(struct gendisk *disk, blk_mode_t mode)
{
	return mode & BLK_OPEN_WRITE ? 0 : -EROFS;
}

static void probe_release(struct gendisk *disk) { }

static int probe_ioctl(struct block_device *b, blk_mode_t mode, unsigned int c, unsigned long a)
{
	return -ENOTTY;
}

struct block_device_operations probe_ops = {
	.open = probe_open, .release = probe_release, .ioctl = probe_ioctl,
};
