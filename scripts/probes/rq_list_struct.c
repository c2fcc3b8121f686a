// SPDX-License-Identifier: GPL-2.0-only
/* since 6.13, and in late 6.12: a request list has a head and a tail */
#include <linux/blk-mq.h>

static void probe_rqs(struct rq_list *list)
{
	rq_list_add_tail(list, rq_list_pop(list));
}

struct blk_mq_ops probe_ops = { .queue_rqs = probe_rqs };
