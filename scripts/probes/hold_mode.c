// SPDX-License-Identifier: GPL-2.0-only
/* up to 6.4: the mode says whether the holder is one */
#include <linux/blkdev.h>

void probe(dev_t dev, void *holder);
void probe(dev_t dev, void *holder)
{
	blkdev_put(blkdev_get_by_dev(dev, FMODE_READ | FMODE_EXCL, holder),
		   FMODE_READ | FMODE_EXCL);
}
