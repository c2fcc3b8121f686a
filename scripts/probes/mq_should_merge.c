// SPDX-License-Identifier: GPL-2.0-only
/* up to 6.13: a driver has to ask for merging */
#include <linux/blk-mq.h>

int probe = BLK_MQ_F_SHOULD_MERGE;
