/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * protect.h - reads and writes of namespaces with metadata
 */
#ifndef NVMEQ_BLOCK_PROTECT_H
#define NVMEQ_BLOCK_PROTECT_H

#include <linux/blk-mq.h>
#include <nvmeq/cmd.h>
#include "../core/ns.h"

/**
 * nvmeq_protect_setup() - the entry of a read or write of a namespace with metadata
 * @ns: its namespace
 * @rq: request
 * @rw: what it says without metadata
 *
 * Context: any. Return: BLK_STS_OK; BLK_STS_NOTSUPP for tuples from above that do not fit.
 */
blk_status_t nvmeq_protect_setup(const struct nvmeq_ns *ns, struct request *rq,
				 struct nvmeq_rw *rw);

/*
 * Memory for the metadata, filled and mapped; of a MIXED request in place of its data, of a WOVEN
 * one together with it. After a failure unmap what was mapped, and call nvmeq_protect_free().
 * Context: any. Returns as map.h.
 */
int nvmeq_protect_map(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd);

/* The request is started: tuples from above have now their reference tags. */
void nvmeq_protect_started(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd);

/* Give the memory back. Unmapped before. Context: any. */
void nvmeq_protect_free(struct nvmeq_queue *q, struct nvmeq_cmd *cmd);

/**
 * nvmeq_protect_end() - the request came back, and is unmapped
 * @q: its queue
 * @rq: request
 * @cmd: its command
 *
 * A read is compared with its tuples, here or, when that would take an interrupt too long, soon
 * in a worker; the parts that are right and those that are not are ended as such.
 *
 * Context: any. Return: true when that was all; false for a request whose end, by @cmd's status,
 * is the caller's.
 */
bool nvmeq_protect_end(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd);

/* A read in which the controller found a mismatch: will the driver see for itself? Then its next
 * setup asks for no check.
 */
bool nvmeq_protect_again(struct request *rq, struct nvmeq_cmd *cmd);

/* One line about a mismatch that the controller found, and the count. */
void nvmeq_protect_refused(struct request *rq, const struct nvmeq_cmd *cmd);

#endif /* NVMEQ_BLOCK_PROTECT_H */
