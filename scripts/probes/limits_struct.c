// SPDX-License-Identifier: GPL-2.0-only
/* since 6.11: features live in struct queue_limits, committed as a whole */
#include <linux/blk-mq.h>

int probe(struct request_queue *q);
int probe(struct request_queue *q)
{
	struct queue_limits lim = queue_limits_start_update(q);

	lim.features |= BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA;
	lim.max_hw_discard_sectors = 8;
	return queue_limits_commit_update(q, &lim);
}
