// SPDX-License-Identifier: GPL-2.0-only
/* up to 6.12: a request list is a pointer to its newest member */
#include <linux/blk-mq.h>

static void probe_rqs(struct request **list)
{
	struct request *rq = rq_list_pop(list);

	rq_list_add(list, rq);
}

struct blk_mq_ops probe_ops = { .queue_rqs = probe_rqs };
