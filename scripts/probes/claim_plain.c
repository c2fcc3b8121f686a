// SPDX-License-Identifier: GPL-2.0-only
/* up to 6.4 */
#include <linux/blkdev.h>

int probe(struct block_device *bdev, void *holder);
int probe(struct block_device *bdev, void *holder)
{
	return bd_prepare_to_claim(bdev, holder);
}
