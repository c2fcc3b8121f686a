/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * failed.h - the end of a request whose command failed
 */
#ifndef NVMEQ_BLOCK_FAILED_H
#define NVMEQ_BLOCK_FAILED_H

struct nvmeq_cmd;
struct nvmeq_queue;
struct request;

/* Requeue @rq, or end it in error. Its memory is ours again; its status says what happened. */
void nvmeq_failed_end(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd);

#endif /* NVMEQ_BLOCK_FAILED_H */
