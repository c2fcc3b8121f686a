/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trim.h - discard and write zeroes
 */
#ifndef NVMEQ_BLOCK_TRIM_H
#define NVMEQ_BLOCK_TRIM_H

#include <linux/blk-mq.h>

struct nvmeq_ns;
struct nvmeq_sqe;

/**
 * nvmeq_trim_discard() - make a Dataset Management command of a discard
 * @ns: namespace
 * @rq: request, whole blocks of the format in force; receives the list of ranges as payload
 * @sqe: entry to encode
 *
 * Context: any. Return: BLK_STS_OK, or BLK_STS_RESOURCE when memory is short.
 */
blk_status_t nvmeq_trim_discard(const struct nvmeq_ns *ns, struct request *rq,
				struct nvmeq_sqe *sqe);

/* Make a Write Zeroes command; deallocating where that reads as zeroes and is not unwanted. */
void nvmeq_trim_write_zeroes(const struct nvmeq_ns *ns, struct request *rq,
			     struct nvmeq_sqe *sqe);

/* Give back the payload of nvmeq_trim_discard(). */
void nvmeq_trim_give_back(struct request *rq);

/* The same, of any request; most have none. */
static inline void nvmeq_trim_cleanup(struct request *rq)
{
	if (unlikely(rq->rq_flags & RQF_SPECIAL_PAYLOAD))
		nvmeq_trim_give_back(rq);
}

#endif /* NVMEQ_BLOCK_TRIM_H */
