/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmd.h - encoders: arguments in host order to a submission queue entry
 *
 * Every encoder zeroes the entry and fills all it knows. It leaves alone what
 * the command path owns: the command identifier, PSDT and the data pointer
 * (Create I/O Queue excepted, whose pointer is the ring). Submitting is
 * somebody else's job.
 */
#ifndef NVMEQ_CMD_H
#define NVMEQ_CMD_H

#include <nvmeq/spec_cmd.h>

/* Base 5.17. @cntid: controller identifier for the CNS values that take one, else 0. */
void nvmeq_cmd_identify(struct nvmeq_sqe *sqe, u8 cns, u32 nsid, u8 csi, u16 cntid);
/* Base 5.4. @entries counts from 1; @vector < 0 creates a queue that raises no interrupt. */
void nvmeq_cmd_create_cq(struct nvmeq_sqe *sqe, u16 qid, u16 entries, u64 ring_addr, int vector);
/* Base 5.5. @entries counts from 1; the completion queue has the same id. */
void nvmeq_cmd_create_sq(struct nvmeq_sqe *sqe, u16 qid, u16 entries, u64 ring_addr, u8 priority);
void nvmeq_cmd_delete_sq(struct nvmeq_sqe *sqe, u16 qid);
void nvmeq_cmd_delete_cq(struct nvmeq_sqe *sqe, u16 qid);
/* Base 5.27.1. */
void nvmeq_cmd_set_features(struct nvmeq_sqe *sqe, u8 fid, u32 nsid, u32 cdw11, u32 cdw12);
/* Base 5.15. @sel: 0 current, 1 default, 2 saved, 3 supported capabilities. */
void nvmeq_cmd_get_features(struct nvmeq_sqe *sqe, u8 fid, u32 nsid, u8 sel, u32 cdw11);
/* Base 5.16. @bytes is a multiple of 4 and not 0; @offset in bytes. */
void nvmeq_cmd_get_log(struct nvmeq_sqe *sqe, u8 lid, u32 nsid, u32 bytes, u64 offset);
/* Base 5.1. */
void nvmeq_cmd_abort(struct nvmeq_sqe *sqe, u16 sqid, u16 cid);

/* Set Features Number of Queues: both counts 1's based, 1..65535. Base 5.27.1.5. */
u32 nvmeq_cmd_queue_count_cdw11(u16 sqs, u16 cqs);
/* Its answer in dword 0: the I/O pairs that both counts allow, 1..65535. */
u16 nvmeq_cmd_queue_count_result(u32 dw0);

/**
 * struct nvmeq_rw - what a read, write, compare or write zeroes says
 * @opcode: of enum nvmeq_nvm_op
 * @nsid: namespace
 * @slba: first block
 * @blocks: 1..65536
 * @flags: dword 12 bits: NVMEQ_RW_FUA, NVMEQ_RW_LR, NVMEQ_RW_DEAC, PRINFO
 * @dsm: dword 13, dataset management hints
 */
struct nvmeq_rw {
	u8 opcode;
	u32 nsid;
	u64 slba;
	u32 blocks;
	u32 flags;
	u32 dsm;
};

/* NVM 3.2.4, 3.2.6, 3.2.8 */
void nvmeq_cmd_rw(struct nvmeq_sqe *sqe, const struct nvmeq_rw *rw);
/* NVM 3.2.2 (Base 7.1) */
void nvmeq_cmd_flush(struct nvmeq_sqe *sqe, u32 nsid);
/* NVM 3.2.3. @ranges 1..256; the data is an array of struct nvmeq_dsm_range. */
void nvmeq_cmd_dsm(struct nvmeq_sqe *sqe, u32 nsid, u32 ranges, u32 attributes);
void nvmeq_cmd_dsm_range(struct nvmeq_dsm_range *r, u64 slba, u32 blocks);

#endif /* NVMEQ_CMD_H */
