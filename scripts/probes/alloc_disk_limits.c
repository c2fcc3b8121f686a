// SPDX-License-Identifier: GPL-2.0-only
/* since 6.9: limits are given at allocation */
#include <linux/blk-mq.h>

struct gendisk *probe(struct blk_mq_tag_set *set, struct queue_limits *lim, void *data);
struct gendisk *probe(struct blk_mq_tag_set *set, struct queue_limits *lim, void *data)
{
	return blk_mq_alloc_disk(set, lim, data);
}
