// SPDX-License-Identifier: GPL-2.0-only
/* since 6.10: a block device has its page cache without an inode in between */
#include <linux/blkdev.h>

struct address_space *probe(struct block_device *bdev);
struct address_space *probe(struct block_device *bdev)
{
	return bdev->bd_mapping;
}
