// SPDX-License-Identifier: GPL-2.0-only
/* up to 6.8: one function per limit */
#include <linux/blk-mq.h>

void probe(struct request_queue *q);
void probe(struct request_queue *q)
{
	blk_queue_logical_block_size(q, 512);
	blk_queue_write_cache(q, true, true);
	blk_queue_flag_set(QUEUE_FLAG_NONROT, q);
}
