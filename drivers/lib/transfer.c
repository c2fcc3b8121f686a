// SPDX-License-Identifier: GPL-2.0-only
/*
 * transfer.c - how many bytes a command moves
 *
 * A table per queue kind says where each opcode keeps its length: nowhere
 * (no data), a constant, a count of dwords or entries in some bits of a
 * dword. Counts on the wire are 0's based unless the row says bytes.
 *
 *	length = (field + zero_based) * unit
 *
 * Reads, writes and compares depend on the namespace: data and metadata share
 * the buffer in extended formats, and with PRACT the controller makes and
 * strips metadata that is nothing but protection information (NVM 5.2.2).
 */
#include <nvmeq/spec_id.h>
#include <nvmeq/transfer.h>

enum xfer_kind {
	XFER_UNKNOWN,
	XFER_NONE,
	XFER_FIXED,	/* @unit bytes */
	XFER_COUNT,	/* (@dword's low @bits, + 1) * @unit bytes */
	XFER_BYTES,	/* @dword is the length in bytes */
	XFER_LOG,	/* Get Log Page: NUMDL and NUMDU */
	XFER_NS_MGMT,	/* by SEL: create carries a page, delete nothing */
	XFER_COPY,	/* entries of the descriptor format in dword 12 */
	XFER_BLOCKS,	/* NLB of dword 12 in blocks of the namespace */
};

struct xfer_row {
	u8 kind;
	u8 dword;	/* 10..15 */
	u8 bits;
	u16 unit;
};

#define PRACT	BIT(29)

static const struct xfer_row xfer_admin[256] = {
	[NVMEQ_ADMIN_GET_LOG_PAGE]	= { XFER_LOG },
	[NVMEQ_ADMIN_IDENTIFY]		= { XFER_FIXED, .unit = NVMEQ_IDENTIFY_BYTES },
	[NVMEQ_ADMIN_ABORT]		= { XFER_NONE },
	[NVMEQ_ADMIN_NS_MGMT]		= { XFER_NS_MGMT },
	[NVMEQ_ADMIN_FW_COMMIT]		= { XFER_NONE },
	[NVMEQ_ADMIN_FW_DOWNLOAD]	= { XFER_COUNT, 10, 32, 4 },
	[NVMEQ_ADMIN_SELF_TEST]		= { XFER_NONE },
	[NVMEQ_ADMIN_NS_ATTACH]		= { XFER_FIXED, .unit = NVMEQ_IDENTIFY_BYTES },
	[NVMEQ_ADMIN_DIRECTIVE_SEND]	= { XFER_COUNT, 10, 32, 4 },
	[NVMEQ_ADMIN_DIRECTIVE_RECV]	= { XFER_COUNT, 10, 32, 4 },
	[NVMEQ_ADMIN_VIRT_MGMT]		= { XFER_NONE },
	[NVMEQ_ADMIN_CAPACITY_MGMT]	= { XFER_NONE },
	[NVMEQ_ADMIN_LOCKDOWN]		= { XFER_NONE },
	[NVMEQ_ADMIN_FORMAT_NVM]	= { XFER_NONE },
	[NVMEQ_ADMIN_SECURITY_SEND]	= { XFER_BYTES, 11 },
	[NVMEQ_ADMIN_SECURITY_RECV]	= { XFER_BYTES, 11 },
	[NVMEQ_ADMIN_SANITIZE]		= { XFER_NONE },
	[NVMEQ_ADMIN_GET_LBA_STATUS]	= { XFER_COUNT, 12, 32, 4 },
};

static const struct xfer_row xfer_nvm[256] = {
	[NVMEQ_NVM_FLUSH]		= { XFER_NONE },
	[NVMEQ_NVM_WRITE]		= { XFER_BLOCKS },
	[NVMEQ_NVM_READ]		= { XFER_BLOCKS },
	[NVMEQ_NVM_WRITE_UNCOR]		= { XFER_NONE },
	[NVMEQ_NVM_COMPARE]		= { XFER_BLOCKS },
	[NVMEQ_NVM_WRITE_ZEROES]	= { XFER_NONE },
	[NVMEQ_NVM_DSM]			= { XFER_COUNT, 10, 8, sizeof(struct nvmeq_dsm_range) },
	[NVMEQ_NVM_VERIFY]		= { XFER_NONE },
	[NVMEQ_NVM_RESV_REGISTER]	= { XFER_FIXED, .unit = 16 },
	[NVMEQ_NVM_RESV_REPORT]		= { XFER_COUNT, 10, 32, 4 },
	[NVMEQ_NVM_RESV_ACQUIRE]	= { XFER_FIXED, .unit = 16 },
	[NVMEQ_NVM_RESV_RELEASE]	= { XFER_FIXED, .unit = 8 },
	[NVMEQ_NVM_COPY]		= { XFER_COPY },
	[NVMEQ_NVM_ZONE_MGMT_RECV]	= { XFER_COUNT, 12, 32, 4 },
};

static u32 xfer_dword(const struct nvmeq_sqe *sqe, u8 dword)
{
	switch (dword) {
	case 10:
		return le32_to_cpu(sqe->cdw10);
	case 11:
		return le32_to_cpu(sqe->cdw11);
	default:
		return le32_to_cpu(sqe->cdw12);
	}
}

/* Base Figures 197, 198: 0's based dwords, low half in dword 10, high half in 11. */
static u64 xfer_log_bytes(const struct nvmeq_sqe *sqe)
{
	u32 numdl = le32_to_cpu(sqe->cdw10) >> 16;
	u32 numdu = le32_to_cpu(sqe->cdw11) & 0xffff;

	return ((u64)(numdu << 16 | numdl) + 1) * 4;
}

static struct nvmeq_transfer xfer_data(u64 bytes)
{
	return (struct nvmeq_transfer){ .known = true, .data_bytes = bytes };
}

/* NVM Figure 20: source range entries of 32 bytes in format 0, of 40 in format 1. */
static struct nvmeq_transfer xfer_copy(u32 cdw12)
{
	static const u8 entry_bytes[] = { 32, 40 };
	u32 format = (cdw12 >> 8) & 0xf;

	if (format >= ARRAY_SIZE(entry_bytes))
		return (struct nvmeq_transfer){ .known = false };
	return xfer_data(((u64)(cdw12 & 0xff) + 1) * entry_bytes[format]);
}

static struct nvmeq_transfer xfer_blocks(u32 cdw12, const struct nvmeq_ns_facts *ns)
{
	u64 blocks = (u64)(cdw12 & NVMEQ_RW_NLB_MASK) + 1;
	struct nvmeq_transfer t;
	u64 meta;

	if (!ns || !ns->block_shift)
		return (struct nvmeq_transfer){ .known = false };
	t = xfer_data(blocks << ns->block_shift);
	meta = blocks * ns->metadata_bytes;
	/* With nothing but the tuple in the metadata, PRACT keeps it inside the controller. */
	if (ns->pi_type && ns->metadata_bytes == ns->pi_bytes && (cdw12 & PRACT))
		return t;
	if (ns->extended)
		t.data_bytes += meta;
	else
		t.meta_bytes = meta;
	return t;
}

struct nvmeq_transfer nvmeq_transfer_of(bool admin, const struct nvmeq_sqe *sqe,
					const struct nvmeq_ns_facts *ns)
{
	const struct xfer_row *row = admin ? &xfer_admin[sqe->opcode] : &xfer_nvm[sqe->opcode];
	u32 value = xfer_dword(sqe, row->dword);

	/* Zoned namespaces speak the NVM command set too; what others mean is not known here. */
	if (!admin && ns && ns->csi != NVMEQ_CSI_NVM && ns->csi != NVMEQ_CSI_ZNS)
		return (struct nvmeq_transfer){ .known = false };
	switch (row->kind) {
	case XFER_NONE:
		return xfer_data(0);
	case XFER_FIXED:
		return xfer_data(row->unit);
	case XFER_COUNT:
		if (row->bits < 32)
			value &= (1U << row->bits) - 1;
		return xfer_data(((u64)value + 1) * row->unit);
	case XFER_BYTES:
		return xfer_data(value);
	case XFER_LOG:
		return xfer_data(xfer_log_bytes(sqe));
	case XFER_NS_MGMT:
		return xfer_data((le32_to_cpu(sqe->cdw10) & 0xf) ? 0 : NVMEQ_IDENTIFY_BYTES);
	case XFER_COPY:
		return xfer_copy(le32_to_cpu(sqe->cdw12));
	case XFER_BLOCKS:
		return xfer_blocks(le32_to_cpu(sqe->cdw12), ns);
	default:
		return (struct nvmeq_transfer){ .known = false };
	}
}
