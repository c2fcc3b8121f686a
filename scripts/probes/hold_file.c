// SPDX-License-Identifier: GPL-2.0-only
/* since 6.9: a disk that is held is an open file */
#include <linux/blkdev.h>
#include <linux/file.h>

void probe(dev_t dev, void *holder);
void probe(dev_t dev, void *holder)
{
	bdev_fput(bdev_file_open_by_dev(dev, BLK_OPEN_READ, holder, NULL));
}
