/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spec_cmd.h - submission and completion entries, opcodes, feature and log
 * identifiers, status codes (NVMe Base 2.0c sections 3.3.3, 5, 7; NVM Command
 * Set 1.0c section 3)
 *
 * Wire layouts only: little-endian, decoded at one place each.
 */
#ifndef NVMEQ_SPEC_CMD_H
#define NVMEQ_SPEC_CMD_H

#include <nvmeq/base.h>

/* SGL descriptor, Base section 4.1.2 */
struct nvmeq_sgl_desc {
	__le64 addr;
	__le32 length;
	u8 rsvd[3];
	u8 type;		/* bits 7:4 type, 3:0 sub type (0 = address) */
};
NVMEQ_ASSERT_SIZE(struct nvmeq_sgl_desc, 16);

enum {
	NVMEQ_SGL_DATA_BLOCK	= 0x00,
	NVMEQ_SGL_BIT_BUCKET	= 0x10,
	NVMEQ_SGL_SEGMENT	= 0x20,
	NVMEQ_SGL_LAST_SEGMENT	= 0x30,
};

/* DPTR of a command: two PRPs or one SGL descriptor. */
struct nvmeq_dptr {
	union {
		struct {
			__le64 prp1;
			__le64 prp2;
		};
		struct nvmeq_sgl_desc sgl;
	};
};
NVMEQ_ASSERT_SIZE(struct nvmeq_dptr, 16);

/* Submission queue entry, Base Figure 88 */
struct nvmeq_sqe {
	u8 opcode;
	u8 flags;		/* bits 1:0 FUSE, 7:6 PSDT */
	__le16 cid;
	__le32 nsid;
	__le32 cdw2;
	__le32 cdw3;
	__le64 mptr;
	struct nvmeq_dptr dptr;
	__le32 cdw10;
	__le32 cdw11;
	__le32 cdw12;
	__le32 cdw13;
	__le32 cdw14;
	__le32 cdw15;
};
NVMEQ_ASSERT_SIZE(struct nvmeq_sqe, 64);
NVMEQ_ASSERT_OFFSET(struct nvmeq_sqe, mptr, 16);
NVMEQ_ASSERT_OFFSET(struct nvmeq_sqe, dptr, 24);
NVMEQ_ASSERT_OFFSET(struct nvmeq_sqe, cdw10, 40);

enum {
	NVMEQ_SQE_FUSE_FIRST	= 0x01,
	NVMEQ_SQE_FUSE_SECOND	= 0x02,
	NVMEQ_SQE_FUSE_MASK	= 0x03,
	NVMEQ_SQE_PSDT_PRP	= 0x00,
	NVMEQ_SQE_PSDT_SGL	= 0x40,	/* data by SGL, MPTR is an address */
	NVMEQ_SQE_PSDT_SGL_META	= 0x80,	/* data by SGL, MPTR is an SGL segment */
	NVMEQ_SQE_PSDT_MASK	= 0xc0,
};

/* Completion queue entry, Base Figure 90 */
struct nvmeq_cqe {
	__le64 result;
	__le16 sq_head;
	__le16 sq_id;
	__le16 cid;
	__le16 status;		/* bit 0 phase, 15:1 status field */
};
NVMEQ_ASSERT_SIZE(struct nvmeq_cqe, 16);
NVMEQ_ASSERT_OFFSET(struct nvmeq_cqe, status, 14);

#define NVMEQ_CQE_PHASE		0x0001

#define NVMEQ_NSID_ALL		0xffffffffU

/* Admin opcodes, Base Figure 138 */
enum nvmeq_admin_op {
	NVMEQ_ADMIN_DELETE_SQ		= 0x00,
	NVMEQ_ADMIN_CREATE_SQ		= 0x01,
	NVMEQ_ADMIN_GET_LOG_PAGE	= 0x02,
	NVMEQ_ADMIN_DELETE_CQ		= 0x04,
	NVMEQ_ADMIN_CREATE_CQ		= 0x05,
	NVMEQ_ADMIN_IDENTIFY		= 0x06,
	NVMEQ_ADMIN_ABORT		= 0x08,
	NVMEQ_ADMIN_SET_FEATURES	= 0x09,
	NVMEQ_ADMIN_GET_FEATURES	= 0x0a,
	NVMEQ_ADMIN_ASYNC_EVENT		= 0x0c,
	NVMEQ_ADMIN_NS_MGMT		= 0x0d,
	NVMEQ_ADMIN_FW_COMMIT		= 0x10,
	NVMEQ_ADMIN_FW_DOWNLOAD		= 0x11,
	NVMEQ_ADMIN_SELF_TEST		= 0x14,
	NVMEQ_ADMIN_NS_ATTACH		= 0x15,
	NVMEQ_ADMIN_KEEP_ALIVE		= 0x18,
	NVMEQ_ADMIN_DIRECTIVE_SEND	= 0x19,
	NVMEQ_ADMIN_DIRECTIVE_RECV	= 0x1a,
	NVMEQ_ADMIN_VIRT_MGMT		= 0x1c,
	NVMEQ_ADMIN_MI_SEND		= 0x1d,
	NVMEQ_ADMIN_MI_RECV		= 0x1e,
	NVMEQ_ADMIN_CAPACITY_MGMT	= 0x20,
	NVMEQ_ADMIN_LOCKDOWN		= 0x24,
	NVMEQ_ADMIN_DBBUF_CONFIG	= 0x7c,
	NVMEQ_ADMIN_FABRICS		= 0x7f,
	NVMEQ_ADMIN_FORMAT_NVM		= 0x80,
	NVMEQ_ADMIN_SECURITY_SEND	= 0x81,
	NVMEQ_ADMIN_SECURITY_RECV	= 0x82,
	NVMEQ_ADMIN_SANITIZE		= 0x84,
	NVMEQ_ADMIN_GET_LBA_STATUS	= 0x86,
	NVMEQ_ADMIN_VENDOR_FIRST	= 0xc0,
};

/* I/O opcodes of the NVM command set, NVM Figure 15 */
enum nvmeq_nvm_op {
	NVMEQ_NVM_FLUSH			= 0x00,
	NVMEQ_NVM_WRITE			= 0x01,
	NVMEQ_NVM_READ			= 0x02,
	NVMEQ_NVM_WRITE_UNCOR		= 0x04,
	NVMEQ_NVM_COMPARE		= 0x05,
	NVMEQ_NVM_WRITE_ZEROES		= 0x08,
	NVMEQ_NVM_DSM			= 0x09,
	NVMEQ_NVM_VERIFY		= 0x0c,
	NVMEQ_NVM_RESV_REGISTER		= 0x0d,
	NVMEQ_NVM_RESV_REPORT		= 0x0e,
	NVMEQ_NVM_RESV_ACQUIRE		= 0x11,
	NVMEQ_NVM_RESV_RELEASE		= 0x15,
	NVMEQ_NVM_COPY			= 0x19,
	NVMEQ_NVM_ZONE_MGMT_SEND	= 0x79,
	NVMEQ_NVM_ZONE_MGMT_RECV	= 0x7a,
	NVMEQ_NVM_ZONE_APPEND		= 0x7d,
	NVMEQ_NVM_VENDOR_FIRST		= 0x80,
};

/* An opcode tells its transfer direction: bit 0 host to controller, bit 1 back. */
#define NVMEQ_OP_DATA_OUT(op)	((op) & 0x01)
#define NVMEQ_OP_DATA_IN(op)	((op) & 0x02)

/* Identify CNS values, Base Figure 273 */
enum nvmeq_cns {
	NVMEQ_CNS_NS			= 0x00,
	NVMEQ_CNS_CTRL			= 0x01,
	NVMEQ_CNS_ACTIVE_NS_LIST	= 0x02,
	NVMEQ_CNS_NS_DESC_LIST		= 0x03,
	NVMEQ_CNS_CSI_NS		= 0x05,
	NVMEQ_CNS_CSI_CTRL		= 0x06,
	NVMEQ_CNS_NS_INDEP		= 0x08,
	NVMEQ_CNS_ALLOC_NS_LIST		= 0x10,
	NVMEQ_CNS_ALLOC_NS		= 0x11,
};

enum nvmeq_csi { NVMEQ_CSI_NVM = 0, NVMEQ_CSI_KV = 1, NVMEQ_CSI_ZNS = 2 };

/* Feature identifiers, Base Figure 317 */
enum nvmeq_feature {
	NVMEQ_FEAT_ARBITRATION		= 0x01,
	NVMEQ_FEAT_POWER_MGMT		= 0x02,
	NVMEQ_FEAT_TEMP_THRESHOLD	= 0x04,
	NVMEQ_FEAT_ERROR_RECOVERY	= 0x05,
	NVMEQ_FEAT_VOLATILE_WC		= 0x06,
	NVMEQ_FEAT_NUM_QUEUES		= 0x07,
	NVMEQ_FEAT_IRQ_COALESCE		= 0x08,
	NVMEQ_FEAT_IRQ_CONFIG		= 0x09,
	NVMEQ_FEAT_ASYNC_EVENT		= 0x0b,
	NVMEQ_FEAT_APST			= 0x0c,
	NVMEQ_FEAT_HOST_MEM_BUF		= 0x0d,
	NVMEQ_FEAT_TIMESTAMP		= 0x0e,
	NVMEQ_FEAT_KATO			= 0x0f,
	NVMEQ_FEAT_HOST_BEHAVIOR	= 0x16,
	NVMEQ_FEAT_IOCS_PROFILE		= 0x19,
	NVMEQ_FEAT_HOST_ID		= 0x81,
	NVMEQ_FEAT_RESV_PERSIST		= 0x83,
	NVMEQ_FEAT_WRITE_PROTECT	= 0x84,
};

/* Log page identifiers, Base Figure 202 */
enum nvmeq_log {
	NVMEQ_LOG_ERROR			= 0x01,
	NVMEQ_LOG_SMART			= 0x02,
	NVMEQ_LOG_FW_SLOT		= 0x03,
	NVMEQ_LOG_CHANGED_NS		= 0x04,
	NVMEQ_LOG_EFFECTS		= 0x05,
	NVMEQ_LOG_SELF_TEST		= 0x06,
	NVMEQ_LOG_SANITIZE		= 0x81,
};

/* Get Log Page, dword 10: do not clear the event that the page belongs to (Base Figure 197). */
#define NVMEQ_LOG_RAE		BIT(15)

/* Create I/O CQ (Figures 155, 156) and SQ (Figures 159, 160), dword 11 */
#define NVMEQ_CQ_PHYS_CONTIG	BIT(0)
#define NVMEQ_CQ_IRQ_ENABLED	BIT(1)
#define NVMEQ_SQ_PHYS_CONTIG	BIT(0)
enum { NVMEQ_SQ_PRIO_URGENT = 0, NVMEQ_SQ_PRIO_HIGH = 1, NVMEQ_SQ_PRIO_MEDIUM = 2,
       NVMEQ_SQ_PRIO_LOW = 3 };

/* Read and Write, dword 12 (NVM Figure 42) */
#define NVMEQ_RW_NLB_MASK	0xffffU
#define NVMEQ_RW_DEAC		BIT(25)	/* Write Zeroes only */
#define NVMEQ_RW_PRINFO_SHIFT	26
#define NVMEQ_RW_FUA		BIT(30)
#define NVMEQ_RW_LR		BIT(31)
/* Read and Write, dword 13: dataset management hints */
#define NVMEQ_RW_DSM_FREQ_PREFETCH	0x7U	/* speculative read */

/* Dataset Management, dword 11 and range (NVM Figures 31, 32) */
#define NVMEQ_DSM_AD		BIT(2)
#define NVMEQ_DSM_MAX_RANGES	256

struct nvmeq_dsm_range {
	__le32 cattr;
	__le32 nlb;
	__le64 slba;
};
NVMEQ_ASSERT_SIZE(struct nvmeq_dsm_range, 16);

/* Keys of reservation commands (Base Figures 423, 427, 431); Release has the first only. */
struct nvmeq_resv_keys {
	__le64 crkey;
	__le64 second;		/* Register: new key; Acquire: key to preempt */
};
NVMEQ_ASSERT_SIZE(struct nvmeq_resv_keys, 16);

/* Actions, dword 10 bits 2:0, and bit 3 */
enum { NVMEQ_RESV_REGISTER = 0, NVMEQ_RESV_UNREGISTER = 1, NVMEQ_RESV_REPLACE = 2 };
enum { NVMEQ_RESV_ACQUIRE = 0, NVMEQ_RESV_PREEMPT = 1, NVMEQ_RESV_PREEMPT_ABORT = 2 };
enum { NVMEQ_RESV_RELEASE = 0, NVMEQ_RESV_CLEAR = 1 };
#define NVMEQ_RESV_IGNORE_KEY	BIT(3)
/* Register, dword 10 bits 31:30: change of "persist through power loss" */
enum { NVMEQ_RESV_PTPL_KEEP = 0, NVMEQ_RESV_PTPL_CLEAR = 2, NVMEQ_RESV_PTPL_SET = 3 };

/* Sanitize, dword 10 bits 2:0 (Base Figure 304) */
enum { NVMEQ_SANITIZE_EXIT_FAILURE = 1, NVMEQ_SANITIZE_BLOCK = 2, NVMEQ_SANITIZE_OVERWRITE = 3,
       NVMEQ_SANITIZE_CRYPTO = 4 };

/*
 * Status field of a CQE with the phase bit shifted out, Base Figure 91:
 * bits 7:0 SC, 10:8 SCT, 12:11 CRD, 13 M, 14 DNR.
 */
#define NVMEQ_STATUS(sct, sc)	((u16)((sct) << 8 | (sc)))
#define NVMEQ_STATUS_CODE_MASK	0x07ffU
#define NVMEQ_STATUS_SC(s)	((u8)((s) & 0xff))
#define NVMEQ_STATUS_SCT(s)	((u8)(((s) >> 8) & 0x7))
#define NVMEQ_STATUS_CRD(s)	((u8)(((s) >> 11) & 0x3))
#define NVMEQ_STATUS_MORE	BIT(13)
#define NVMEQ_STATUS_DNR	BIT(14)

enum { NVMEQ_SCT_GENERIC = 0, NVMEQ_SCT_CMD = 1, NVMEQ_SCT_MEDIA = 2, NVMEQ_SCT_PATH = 3,
       NVMEQ_SCT_VENDOR = 7 };

/* The codes that the driver itself names; lib/status.c has the whole table. */
enum nvmeq_status_code {
	NVMEQ_SC_SUCCESS		= 0x000,
	NVMEQ_SC_INVALID_OPCODE		= 0x001,
	NVMEQ_SC_INVALID_FIELD		= 0x002,
	NVMEQ_SC_CID_CONFLICT		= 0x003,
	NVMEQ_SC_DATA_TRANSFER		= 0x004,
	NVMEQ_SC_POWER_LOSS		= 0x005,
	NVMEQ_SC_INTERNAL		= 0x006,
	NVMEQ_SC_ABORT_REQUESTED	= 0x007,
	NVMEQ_SC_ABORT_SQ_DELETED	= 0x008,
	NVMEQ_SC_FAILED_FUSED		= 0x009,
	NVMEQ_SC_INVALID_NS		= 0x00b,
	NVMEQ_SC_HOST_ID_FORMAT		= 0x018,
	NVMEQ_SC_LBA_RANGE		= 0x080,
	NVMEQ_SC_CAP_EXCEEDED		= 0x081,
	NVMEQ_SC_NS_NOT_READY		= 0x082,
	NVMEQ_SC_RESV_CONFLICT		= 0x083,
	NVMEQ_SC_FW_MAX_TIME		= 0x112,
	NVMEQ_SC_COMPARE_FAILURE	= 0x285,
	NVMEQ_SC_PATH_INTERNAL		= 0x300,
	NVMEQ_SC_HOST_PATH_ERROR	= 0x370,
	NVMEQ_SC_HOST_ABORTED		= 0x371,	/* set by this driver, never by a device */
};

#endif /* NVMEQ_SPEC_CMD_H */
