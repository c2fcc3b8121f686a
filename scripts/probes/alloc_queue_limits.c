// SPDX-License-Identifier: GPL-2.0-only
/* since 6.9: blk_mq_alloc_queue() takes limits and queue data */
#include <linux/blk-mq.h>

struct request_queue *probe(struct blk_mq_tag_set *set, struct queue_limits *lim, void *data);
struct request_queue *probe(struct blk_mq_tag_set *set, struct queue_limits *lim, void *data)
{
	return blk_mq_alloc_queue(set, lim, data);
}
