// SPDX-License-Identifier: GPL-2.0-only
/* since 6.5: claiming takes the holder's operations */
#include <linux/blkdev.h>

int probe(struct block_device *bdev, void *holder);
int probe(struct block_device *bdev, void *holder)
{
	return bd_prepare_to_claim(bdev, holder, NULL);
}
