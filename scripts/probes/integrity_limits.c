// SPDX-License-Identifier: GPL-2.0-only
/* since 6.11: what payloads look like is among the limits of the queue */
#include <linux/blk-integrity.h>
#include <linux/blk-mq.h>

void probe(struct queue_limits *lim);
void probe(struct queue_limits *lim)
{
	lim->integrity.csum_type = BLK_INTEGRITY_CSUM_CRC;
	lim->integrity.flags = BLK_INTEGRITY_NOGENERATE | BLK_INTEGRITY_NOVERIFY;
	lim->integrity.tuple_size = 8;
	lim->features |= BLK_FEAT_STABLE_WRITES;
}
