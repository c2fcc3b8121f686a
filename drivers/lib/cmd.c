// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd.c - encoders: arguments in host order to a submission queue entry
 *
 * One function per command that the driver itself sends, in the order of the
 * specification (NVMe Base 2.0c section 5, NVM Command Set 1.0c section 3).
 * Passthrough commands come ready-made from user space and are not seen here.
 *
 * Every encoder starts from a zeroed entry, so a reserved field is zero because
 * nobody wrote it. Counts are 1's based in the arguments and become 0's based
 * here and nowhere else. The command identifier, PSDT and the data pointer
 * belong to the command path, which knows tag and memory; only Create I/O
 * Queue writes PRP1, because its pointer is the ring and not a buffer.
 *
 * Nothing is submitted and no argument is judged: what may be sent is decided
 * by policy.c and by the callers, which have the facts of the device.
 */
#include <nvmeq/cmd.h>
#include <nvmeq/irqplan.h>

static void cmd_begin(struct nvmeq_sqe *sqe, u8 opcode, u32 nsid)
{
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = opcode;
	sqe->nsid = cpu_to_le32(nsid);
}

void nvmeq_cmd_identify(struct nvmeq_sqe *sqe, u8 cns, u32 nsid, u8 csi, u16 cntid)
{
	cmd_begin(sqe, NVMEQ_ADMIN_IDENTIFY, nsid);
	sqe->cdw10 = cpu_to_le32(cns | (u32)cntid << 16);
	sqe->cdw11 = cpu_to_le32((u32)csi << 24);
}

/* Dword 10 of both create commands: QID and the 0's based size. */
static __le32 cmd_queue_dw10(u16 qid, u16 entries)
{
	return cpu_to_le32(qid | (u32)(u16)(entries - 1) << 16);
}

void nvmeq_cmd_create_cq(struct nvmeq_sqe *sqe, u16 qid, u16 entries, u64 ring_addr, int vector)
{
	u32 dw11 = NVMEQ_CQ_PHYS_CONTIG;

	if (vector >= 0)
		dw11 |= (u32)NVMEQ_CQ_IRQ_ENABLED | (u32)(u16)vector << 16;
	cmd_begin(sqe, NVMEQ_ADMIN_CREATE_CQ, 0);
	sqe->dptr.prp1 = cpu_to_le64(ring_addr);
	sqe->cdw10 = cmd_queue_dw10(qid, entries);
	sqe->cdw11 = cpu_to_le32(dw11);
}

void nvmeq_cmd_create_sq(struct nvmeq_sqe *sqe, u16 qid, u16 entries, u64 ring_addr, u8 priority)
{
	u32 dw11 = (u32)NVMEQ_SQ_PHYS_CONTIG | (priority & 0x3U) << 1 | (u32)qid << 16;

	cmd_begin(sqe, NVMEQ_ADMIN_CREATE_SQ, 0);
	sqe->dptr.prp1 = cpu_to_le64(ring_addr);
	sqe->cdw10 = cmd_queue_dw10(qid, entries);
	sqe->cdw11 = cpu_to_le32(dw11);
}

void nvmeq_cmd_delete_sq(struct nvmeq_sqe *sqe, u16 qid)
{
	cmd_begin(sqe, NVMEQ_ADMIN_DELETE_SQ, 0);
	sqe->cdw10 = cpu_to_le32(qid);
}

void nvmeq_cmd_delete_cq(struct nvmeq_sqe *sqe, u16 qid)
{
	cmd_begin(sqe, NVMEQ_ADMIN_DELETE_CQ, 0);
	sqe->cdw10 = cpu_to_le32(qid);
}

void nvmeq_cmd_set_features(struct nvmeq_sqe *sqe, u8 fid, u32 nsid, u32 cdw11, u32 cdw12)
{
	cmd_begin(sqe, NVMEQ_ADMIN_SET_FEATURES, nsid);
	sqe->cdw10 = cpu_to_le32(fid);
	sqe->cdw11 = cpu_to_le32(cdw11);
	sqe->cdw12 = cpu_to_le32(cdw12);
}

void nvmeq_cmd_get_features(struct nvmeq_sqe *sqe, u8 fid, u32 nsid, u8 sel, u32 cdw11)
{
	cmd_begin(sqe, NVMEQ_ADMIN_GET_FEATURES, nsid);
	sqe->cdw10 = cpu_to_le32(fid | (sel & 0x7U) << 8);
	sqe->cdw11 = cpu_to_le32(cdw11);
}

void nvmeq_cmd_get_log(struct nvmeq_sqe *sqe, u8 lid, u32 nsid, u32 bytes, u64 offset)
{
	u32 numd = bytes / 4 - 1;	/* NUMD is 0's based and split in two */

	cmd_begin(sqe, NVMEQ_ADMIN_GET_LOG_PAGE, nsid);
	sqe->cdw10 = cpu_to_le32(lid | numd << 16);
	sqe->cdw11 = cpu_to_le32(numd >> 16);
	sqe->cdw12 = cpu_to_le32((u32)offset);
	sqe->cdw13 = cpu_to_le32((u32)(offset >> 32));
}

void nvmeq_cmd_peek_log(struct nvmeq_sqe *sqe, u8 lid, u32 nsid, u32 bytes)
{
	nvmeq_cmd_get_log(sqe, lid, nsid, bytes, 0);
	sqe->cdw10 |= cpu_to_le32((u32)NVMEQ_LOG_RAE);
}

/* NUMD is 0's based here too, and the offset counts dwords. */
void nvmeq_cmd_fw_download(struct nvmeq_sqe *sqe, u32 bytes, u32 offset)
{
	cmd_begin(sqe, NVMEQ_ADMIN_FW_DOWNLOAD, 0);
	sqe->cdw10 = cpu_to_le32(bytes / 4 - 1);
	sqe->cdw11 = cpu_to_le32(offset / 4);
}

void nvmeq_cmd_fw_commit(struct nvmeq_sqe *sqe, u8 slot, u8 action)
{
	cmd_begin(sqe, NVMEQ_ADMIN_FW_COMMIT, 0);
	sqe->cdw10 = cpu_to_le32((slot & 0x7U) | (action & 0x7U) << 3);
}

/* LBAFL 3:0, MSET 4, PI 7:5, PIL 8, SES 11:9, LBAFU 13:12 */
void nvmeq_cmd_format(struct nvmeq_sqe *sqe, const struct nvmeq_format *f)
{
	u32 dw10 = (f->lbaf & 0xfU) | (f->pi_type & 0x7U) << 5 | (f->erase & 0x7U) << 9 |
		   (f->lbaf >> 4 & 0x3U) << 12;

	if (f->extended)
		dw10 |= (u32)BIT(4);
	if (f->pi_first)
		dw10 |= (u32)BIT(8);
	cmd_begin(sqe, NVMEQ_ADMIN_FORMAT_NVM, f->nsid);
	sqe->cdw10 = cpu_to_le32(dw10);
}

/* SANACT 2:0, AUSE 3, OWPASS 7:4 with 0 for 16, OIPBP 8, NDAS 9 */
void nvmeq_cmd_sanitize(struct nvmeq_sqe *sqe, const struct nvmeq_sanitize *s)
{
	u32 dw10 = (s->action & 0x7U) | (s->passes & 0xfU) << 4;

	if (s->ause)
		dw10 |= (u32)BIT(3);
	if (s->invert)
		dw10 |= (u32)BIT(8);
	if (s->keep)
		dw10 |= (u32)BIT(9);
	cmd_begin(sqe, NVMEQ_ADMIN_SANITIZE, 0);
	sqe->cdw10 = cpu_to_le32(dw10);
	sqe->cdw11 = cpu_to_le32(s->pattern);
}

static void cmd_security(struct nvmeq_sqe *sqe, u8 opcode, u8 protocol, u16 specific, u32 bytes)
{
	cmd_begin(sqe, opcode, 0);
	sqe->cdw10 = cpu_to_le32((u32)protocol << 24 | (u32)specific << 8);
	sqe->cdw11 = cpu_to_le32(bytes);
}

void nvmeq_cmd_security_send(struct nvmeq_sqe *sqe, u8 protocol, u16 specific, u32 bytes)
{
	cmd_security(sqe, NVMEQ_ADMIN_SECURITY_SEND, protocol, specific, bytes);
}

void nvmeq_cmd_security_recv(struct nvmeq_sqe *sqe, u8 protocol, u16 specific, u32 bytes)
{
	cmd_security(sqe, NVMEQ_ADMIN_SECURITY_RECV, protocol, specific, bytes);
}

/* MNDW is 0's based; ATYPE stands above the range length in dword 13. */
void nvmeq_cmd_lba_status(struct nvmeq_sqe *sqe, u32 nsid, u64 slba, u32 bytes, u8 action,
			  u16 range)
{
	cmd_begin(sqe, NVMEQ_ADMIN_GET_LBA_STATUS, nsid);
	sqe->cdw10 = cpu_to_le32((u32)slba);
	sqe->cdw11 = cpu_to_le32((u32)(slba >> 32));
	sqe->cdw12 = cpu_to_le32(bytes / 4 - 1);
	sqe->cdw13 = cpu_to_le32((u32)action << 24 | range);
}

void nvmeq_cmd_abort(struct nvmeq_sqe *sqe, u16 sqid, u16 cid)
{
	cmd_begin(sqe, NVMEQ_ADMIN_ABORT, 0);
	sqe->cdw10 = cpu_to_le32(sqid | (u32)cid << 16);
}

u32 nvmeq_cmd_queue_count_cdw11(u16 sqs, u16 cqs)
{
	u32 nsqr = max_t(u32, sqs, 1) - 1;
	u32 ncqr = max_t(u32, cqs, 1) - 1;

	return nsqr | ncqr << 16;
}

/* 65535 in a 0's based count is not allowed to the device; it would be 65536 queues. */
u32 nvmeq_cmd_coalesce_cdw11(u32 time_us, u32 entries)
{
	u32 threshold = entries ? min_t(u32, entries, NVMEQ_COALESCE_ENTRIES_MAX) - 1 : 0;
	u32 units = min_t(u32, time_us / NVMEQ_COALESCE_UNIT_US, 255);

	return units << 8 | threshold;
}

u32 nvmeq_cmd_vector_cdw11(u16 vector, bool immediate)
{
	return vector | (u32)immediate << 16;
}

u16 nvmeq_cmd_queue_count_result(u32 dw0)
{
	u32 nsqa = (dw0 & 0xffff) + 1;
	u32 ncqa = (dw0 >> 16) + 1;

	return (u16)min_t(u32, min_t(u32, nsqa, ncqa), 0xffff);
}

void nvmeq_cmd_rw(struct nvmeq_sqe *sqe, const struct nvmeq_rw *rw)
{
	u32 nlb = (rw->blocks - 1) & NVMEQ_RW_NLB_MASK;

	cmd_begin(sqe, rw->opcode, rw->nsid);
	sqe->cdw10 = cpu_to_le32((u32)rw->slba);
	sqe->cdw11 = cpu_to_le32((u32)(rw->slba >> 32));
	sqe->cdw12 = cpu_to_le32((rw->flags & ~NVMEQ_RW_NLB_MASK) | nlb);
	sqe->cdw13 = cpu_to_le32(rw->dsm);
	sqe->cdw3 = cpu_to_le32((u32)(rw->ref_tag >> 32));
	sqe->cdw14 = cpu_to_le32((u32)rw->ref_tag);
	sqe->cdw15 = cpu_to_le32(rw->app_tag);
}

void nvmeq_cmd_flush(struct nvmeq_sqe *sqe, u32 nsid)
{
	cmd_begin(sqe, NVMEQ_NVM_FLUSH, nsid);
}

void nvmeq_cmd_dsm(struct nvmeq_sqe *sqe, u32 nsid, u32 ranges, u32 attributes)
{
	cmd_begin(sqe, NVMEQ_NVM_DSM, nsid);
	sqe->cdw10 = cpu_to_le32((ranges - 1) & 0xff);
	sqe->cdw11 = cpu_to_le32(attributes);
}

/* The length of a range is 1's based (NVM Figure 32), unlike nearly all else. */
void nvmeq_cmd_dsm_range(struct nvmeq_dsm_range *r, u64 slba, u32 blocks)
{
	r->cattr = cpu_to_le32(0);
	r->nlb = cpu_to_le32(blocks);
	r->slba = cpu_to_le64(slba);
}

/* Action 2:0, IEKEY 3, then RTYPE 15:8 or CPTPL 31:30. */
void nvmeq_cmd_resv_register(struct nvmeq_sqe *sqe, u32 nsid, u8 action, bool ignore_key,
			     u8 persist)
{
	u32 dw10 = (action & 0x7U) | (persist & 0x3U) << 30;

	if (ignore_key)
		dw10 |= (u32)NVMEQ_RESV_IGNORE_KEY;
	cmd_begin(sqe, NVMEQ_NVM_RESV_REGISTER, nsid);
	sqe->cdw10 = cpu_to_le32(dw10);
}

void nvmeq_cmd_resv_acquire(struct nvmeq_sqe *sqe, u32 nsid, u8 action, u8 type)
{
	cmd_begin(sqe, NVMEQ_NVM_RESV_ACQUIRE, nsid);
	sqe->cdw10 = cpu_to_le32((action & 0x7U) | (u32)type << 8);
}

void nvmeq_cmd_resv_release(struct nvmeq_sqe *sqe, u32 nsid, u8 action, u8 type)
{
	cmd_begin(sqe, NVMEQ_NVM_RESV_RELEASE, nsid);
	sqe->cdw10 = cpu_to_le32((action & 0x7U) | (u32)type << 8);
}

void nvmeq_cmd_resv_report(struct nvmeq_sqe *sqe, u32 nsid, u32 bytes, bool extended)
{
	cmd_begin(sqe, NVMEQ_NVM_RESV_REPORT, nsid);
	sqe->cdw10 = cpu_to_le32(bytes / 4 - 1);
	sqe->cdw11 = cpu_to_le32(extended ? 1 : 0);
}

void nvmeq_cmd_resv_keys(struct nvmeq_resv_keys *k, u64 crkey, u64 second)
{
	k->crkey = cpu_to_le64(crkey);
	k->second = cpu_to_le64(second);
}
