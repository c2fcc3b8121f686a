// SPDX-License-Identifier: GPL-2.0-only
/* up to 6.8: blk_mq_init_queue() */
#include <linux/blk-mq.h>

struct request_queue *probe(struct blk_mq_tag_set *set);
struct request_queue *probe(struct blk_mq_tag_set *set)
{
	return blk_mq_init_queue(set);
}
