/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * payload.h - metadata that came with a request from above (struct bio_integrity_payload)
 */
#ifndef NVMEQ_BLOCK_PAYLOAD_H
#define NVMEQ_BLOCK_PAYLOAD_H

#include <linux/blk-mq.h>
#include "../core/ns.h"

/* Do the payloads of all bios have the metadata of so many blocks? */
bool nvmeq_payload_fits(const struct nvmeq_ns *ns, struct request *rq, u32 blocks);

/* Are its guards CRCs, as the controller knows them? And may the controller check them? */
bool nvmeq_payload_is_crc(struct request *rq);
bool nvmeq_payload_is_checked(struct request *rq);

/**
 * nvmeq_payload_copy() - between the payloads of all bios of a request and one piece of memory
 * @ns: its namespace
 * @rq: request with REQ_INTEGRITY
 * @memory: metadata of all blocks, or blocks with it (struct nvmeq_prot)
 * @in: into @memory
 *
 * Context: any.
 */
void nvmeq_payload_copy(const struct nvmeq_ns *ns, struct request *rq, u8 *memory, bool in);

#endif /* NVMEQ_BLOCK_PAYLOAD_H */
