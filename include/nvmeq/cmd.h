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
/* The same from offset 0, leaving the event that the page belongs to as it is. */
void nvmeq_cmd_peek_log(struct nvmeq_sqe *sqe, u8 lid, u32 nsid, u32 bytes);
/* Base 5.12, 5.13. @bytes and @offset are multiples of 4, @bytes not 0. */
void nvmeq_cmd_fw_download(struct nvmeq_sqe *sqe, u32 bytes, u32 offset);
void nvmeq_cmd_fw_commit(struct nvmeq_sqe *sqe, u8 slot, u8 action);

/**
 * struct nvmeq_format - what a Format NVM says (Base 5.14)
 * @nsid: namespace, or NVMEQ_NSID_ALL
 * @lbaf: index of the format, 0..63
 * @extended: metadata follows the data in the same buffer
 * @pi_type: 0..3
 * @pi_first: tuple in the first bytes of the metadata
 * @erase: 0 none, 1 user data, 2 cryptographic
 */
struct nvmeq_format {
	u32 nsid;
	u8 lbaf;
	bool extended;
	u8 pi_type;
	bool pi_first;
	u8 erase;
};

void nvmeq_cmd_format(struct nvmeq_sqe *sqe, const struct nvmeq_format *f);

/**
 * struct nvmeq_sanitize - what a Sanitize says (Base 5.24)
 * @action: NVMEQ_SANITIZE_...
 * @ause: exit from failure is allowed without a successful operation
 * @passes: of an overwrite, 1..16
 * @invert: the pattern between them
 * @keep: do not deallocate afterwards
 * @pattern: of an overwrite
 */
struct nvmeq_sanitize {
	u8 action;
	bool ause;
	u8 passes;
	bool invert;
	bool keep;
	u32 pattern;
};

void nvmeq_cmd_sanitize(struct nvmeq_sqe *sqe, const struct nvmeq_sanitize *s);
/* Base 5.25, 5.26. @bytes is the transfer length, respectively the allocation length. */
void nvmeq_cmd_security_send(struct nvmeq_sqe *sqe, u8 protocol, u16 specific, u32 bytes);
void nvmeq_cmd_security_recv(struct nvmeq_sqe *sqe, u8 protocol, u16 specific, u32 bytes);
/* NVM 4.2.1. @bytes is a multiple of 4 and not 0; @action: 10h scan, 11h tracked; @range: blocks,
 * 0 to the end.
 */
void nvmeq_cmd_lba_status(struct nvmeq_sqe *sqe, u32 nsid, u64 slba, u32 bytes, u8 action,
			  u16 range);
/* Base 5.1. */
void nvmeq_cmd_abort(struct nvmeq_sqe *sqe, u16 sqid, u16 cid);

/* Set Features Number of Queues: both counts 1's based, 1..65535. Base 5.27.1.5. */
u32 nvmeq_cmd_queue_count_cdw11(u16 sqs, u16 cqs);
/* Set Features Interrupt Coalescing; @entries 0 or 1 is off. Base 5.27.1.6. */
u32 nvmeq_cmd_coalesce_cdw11(u32 time_us, u32 entries);
/* Set Features Interrupt Vector Configuration: is @vector left out of coalescing? 5.27.1.7. */
u32 nvmeq_cmd_vector_cdw11(u16 vector, bool immediate);
/* The answer to Number of Queues in dword 0: the I/O pairs that both counts allow, 1..65535. */
u16 nvmeq_cmd_queue_count_result(u32 dw0);

/**
 * struct nvmeq_rw - what a read, write, compare or write zeroes says
 * @opcode: of enum nvmeq_nvm_op
 * @nsid: namespace
 * @slba: first block
 * @blocks: 1..65536
 * @flags: dword 12 bits: NVMEQ_RW_FUA, NVMEQ_RW_LR, NVMEQ_RW_DEAC, PRINFO
 * @dsm: dword 13, dataset management hints
 * @ref_tag: dword 14, initial reference tag; of one with 48 bits the rest is in dword 3
 * @app_tag: dword 15, application tag and above it its mask
 */
struct nvmeq_rw {
	u8 opcode;
	u32 nsid;
	u64 slba;
	u32 blocks;
	u32 flags;
	u32 dsm;
	u64 ref_tag;
	u32 app_tag;
};

/* NVM 3.2.1, 3.2.4 to 3.2.8: all that name blocks by dwords 10 to 12, Verify too */
void nvmeq_cmd_rw(struct nvmeq_sqe *sqe, const struct nvmeq_rw *rw);

/*
 * The same, with what the command path adds, every field of @sqe written once: it is
 * a slot of the ring, and this the hot path.
 */
static inline void nvmeq_cmd_rw_put(struct nvmeq_sqe *sqe, const struct nvmeq_rw *rw, __le16 cid,
				    u8 flags, const struct nvmeq_dptr *dptr)
{
	sqe->opcode = rw->opcode;
	sqe->flags = flags;
	sqe->cid = cid;
	sqe->nsid = cpu_to_le32(rw->nsid);
	sqe->cdw2 = 0;
	sqe->cdw3 = cpu_to_le32((u32)(rw->ref_tag >> 32));
	sqe->mptr = 0;
	sqe->dptr = *dptr;
	sqe->cdw10 = cpu_to_le32((u32)rw->slba);
	sqe->cdw11 = cpu_to_le32((u32)(rw->slba >> 32));
	sqe->cdw12 = cpu_to_le32((rw->flags & ~NVMEQ_RW_NLB_MASK) |
				 ((rw->blocks - 1) & NVMEQ_RW_NLB_MASK));
	sqe->cdw13 = cpu_to_le32(rw->dsm);
	sqe->cdw14 = cpu_to_le32((u32)rw->ref_tag);
	sqe->cdw15 = cpu_to_le32(rw->app_tag);
}
/* NVM 3.2.2 (Base 7.1) */
void nvmeq_cmd_flush(struct nvmeq_sqe *sqe, u32 nsid);
/* NVM 3.2.3. @ranges 1..256; the data is an array of struct nvmeq_dsm_range. */
void nvmeq_cmd_dsm(struct nvmeq_sqe *sqe, u32 nsid, u32 ranges, u32 attributes);
void nvmeq_cmd_dsm_range(struct nvmeq_dsm_range *r, u64 slba, u32 blocks);

/* Base 7.2, 7.3, 7.5: the data is a struct nvmeq_resv_keys, of Release its first 8 bytes. */
void nvmeq_cmd_resv_register(struct nvmeq_sqe *sqe, u32 nsid, u8 action, bool ignore_key,
			     u8 persist);
void nvmeq_cmd_resv_acquire(struct nvmeq_sqe *sqe, u32 nsid, u8 action, u8 type);
void nvmeq_cmd_resv_release(struct nvmeq_sqe *sqe, u32 nsid, u8 action, u8 type);
/* Base 7.4. @bytes is a multiple of 4 and not 0. */
void nvmeq_cmd_resv_report(struct nvmeq_sqe *sqe, u32 nsid, u32 bytes, bool extended);
void nvmeq_cmd_resv_keys(struct nvmeq_resv_keys *k, u64 crkey, u64 second);

#endif /* NVMEQ_CMD_H */
