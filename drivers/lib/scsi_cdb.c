// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_cdb.c - CDBs to requests
 *
 * The row of a command (lib/scsi_op.c) names its decoder. Decoders read a
 * zero-padded copy of the CDB, never the caller's bytes. They refuse what would
 * mean something else than what is done; other reserved bits are ignored,
 * because old programs put a logical unit number into byte 1.
 *
 * What is not offered looks like what does not exist: an opcode of which no
 * row is offered is an invalid opcode, a service action is an invalid field.
 * References: SPC-4 section 6, SBC-3 section 5.
 */
#include <nvmeq/scsi_plan.h>

#define CDB_NACA		BIT(2)	/* of the control byte */
#define CDB_SECURITY_MAX	0x01fffe00U
#define CDB_INC_512		0x80

/* --- helpers --- */

static bool cdb_refuse(struct nvmeq_scsi_req *req, u16 byte, u8 bit)
{
	nvmeq_sense_field(&req->refusal, NVMEQ_SENSE_CDB_FIELD, byte, bit);
	return false;
}

static void cdb_blocks(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	switch (req->op->cdb_bytes) {
	case 10:
		req->lba = nvmeq_get_be32(cdb + 2);
		req->blocks = nvmeq_get_be16(cdb + 7);
		break;
	case 12:
		req->lba = nvmeq_get_be32(cdb + 2);
		req->blocks = nvmeq_get_be32(cdb + 6);
		break;
	default:
		req->lba = nvmeq_get_be64(cdb + 2);
		req->blocks = nvmeq_get_be32(cdb + 10);
		break;
	}
}

/* --- blocks --- */

/* 21 bits of address; the three above them were a logical unit number. */
bool nvmeq_scsi_cdb_rw6(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->lba = nvmeq_get_be24(cdb + 1) & 0x1fffff;
	req->blocks = cdb[4] ? cdb[4] : 256;
	return true;
}

bool nvmeq_scsi_cdb_rw(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	cdb_blocks(cdb, req);
	req->protect = cdb[1] >> 5;
	req->fua = cdb[1] & BIT(3);
	return true;
}

bool nvmeq_scsi_cdb_verify(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	cdb_blocks(cdb, req);
	req->protect = cdb[1] >> 5;
	req->bytchk = cdb[1] >> 1 & 0x3;
	return req->bytchk == 2 ? cdb_refuse(req, 1, 2) : true;
}

bool nvmeq_scsi_cdb_sync(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	cdb_blocks(cdb, req);
	req->immed = cdb[1] & BIT(1);
	return true;
}

bool nvmeq_scsi_cdb_compare_write(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->lba = nvmeq_get_be64(cdb + 2);
	req->blocks = cdb[13];
	req->protect = cdb[1] >> 5;
	req->fua = cdb[1] & BIT(3);
	return true;
}

/* LBDATA and PBDATA of the 10 byte form ask for a block that is made up. */
bool nvmeq_scsi_cdb_write_same(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	cdb_blocks(cdb, req);
	req->protect = cdb[1] >> 5;
	req->unmap = cdb[1] & BIT(3);
	if (cdb[1] & BIT(4))
		return cdb_refuse(req, 1, 4);
	if (req->op->cdb_bytes == 16)
		req->no_data = cdb[1] & BIT(0);
	else if (cdb[1] & 0x06)
		return cdb_refuse(req, 1, 2);
	return true;
}

bool nvmeq_scsi_cdb_unmap(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->list_bytes = nvmeq_get_be16(cdb + 7);
	return cdb[1] & BIT(0) ? cdb_refuse(req, 1, 0) : true;
}

bool nvmeq_scsi_cdb_capacity10(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	(void)cdb;
	req->alloc_bytes = req->op->resp;
	return true;
}

bool nvmeq_scsi_cdb_capacity16(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->alloc_bytes = nvmeq_get_be32(cdb + 10);
	return true;
}

bool nvmeq_scsi_cdb_lba_status(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->lba = nvmeq_get_be64(cdb + 2);
	req->alloc_bytes = nvmeq_get_be32(cdb + 10);
	return true;
}

/* --- parameters --- */

bool nvmeq_scsi_cdb_request_sense(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->request_sense.descriptor = cdb[1] & BIT(0);
	req->alloc_bytes = cdb[4];
	return true;
}

bool nvmeq_scsi_cdb_inquiry(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->inquiry.evpd = cdb[1] & BIT(0);
	req->inquiry.page = cdb[2];
	req->alloc_bytes = nvmeq_get_be16(cdb + 3);
	if (!req->inquiry.evpd && req->inquiry.page)
		return cdb_refuse(req, 2, NVMEQ_SENSE_NO_BIT);
	return true;
}

bool nvmeq_scsi_cdb_mode_sense(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	bool wide = req->op->cdb_bytes == 10;

	req->mode_sense.no_blocks = cdb[1] & BIT(3);
	req->mode_sense.long_lba = wide && (cdb[1] & BIT(4));
	req->mode_sense.control = cdb[2] >> 6;
	req->mode_sense.page = cdb[2] & 0x3f;
	req->mode_sense.subpage = cdb[3];
	req->alloc_bytes = wide ? nvmeq_get_be16(cdb + 7) : cdb[4];
	return true;
}

bool nvmeq_scsi_cdb_mode_select(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->mode_select.page_format = cdb[1] & BIT(4);
	req->mode_select.save = cdb[1] & BIT(0);
	req->list_bytes = req->op->cdb_bytes == 10 ? nvmeq_get_be16(cdb + 7) : cdb[4];
	return req->mode_select.page_format ? true : cdb_refuse(req, 1, 4);
}

bool nvmeq_scsi_cdb_log_sense(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->log.control = cdb[2] >> 6;
	req->log.page = cdb[2] & 0x3f;
	req->log.subpage = cdb[3];
	req->log.parameter = nvmeq_get_be16(cdb + 5);
	req->alloc_bytes = nvmeq_get_be16(cdb + 7);
	if (cdb[1] & 0x03)
		return cdb_refuse(req, 1, cdb[1] & BIT(1) ? 1 : 0);
	return true;
}

bool nvmeq_scsi_cdb_report_luns(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->luns.select = cdb[2];
	req->alloc_bytes = nvmeq_get_be32(cdb + 6);
	return true;
}

bool nvmeq_scsi_cdb_opcodes(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->opcodes.timeouts = cdb[2] & BIT(7);
	req->opcodes.option = cdb[2] & 0x7;
	req->opcodes.opcode = cdb[3];
	req->opcodes.action = nvmeq_get_be16(cdb + 4);
	req->alloc_bytes = nvmeq_get_be32(cdb + 6);
	return true;
}

bool nvmeq_scsi_cdb_tmfs(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->alloc_bytes = nvmeq_get_be32(cdb + 6);
	return true;
}

/* --- the unit --- */

bool nvmeq_scsi_cdb_start_stop(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->power.condition = cdb[4] >> 4;
	req->power.modifier = cdb[3] & 0xf;
	req->power.no_flush = cdb[4] & BIT(2);
	req->power.start = cdb[4] & BIT(0);
	req->immed = cdb[1] & BIT(0);
	return cdb[4] & BIT(1) ? cdb_refuse(req, 4, 1) : true;
}

/* There is no length: a parameter list is the header, short or long. */
bool nvmeq_scsi_cdb_format(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->format.pi = cdb[1] >> 6;
	req->format.long_list = cdb[1] & BIT(5);
	req->format.data = cdb[1] & BIT(4);
	req->format.complete = cdb[1] & BIT(3);
	req->format.defects = cdb[1] & 0x7;
	if (req->format.data)
		req->list_bytes = req->format.long_list ? 8 : 4;
	return true;
}

bool nvmeq_scsi_cdb_sanitize(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->immed = cdb[1] & BIT(7);
	req->sanitize.ause = cdb[1] & BIT(5);
	req->list_bytes = nvmeq_get_be16(cdb + 7);
	return cdb[1] & BIT(6) ? cdb_refuse(req, 1, 6) : true;
}

bool nvmeq_scsi_cdb_write_buffer(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->buffer.mode = cdb[1] & 0x1f;
	req->buffer.specific = cdb[1] >> 5;
	req->buffer.id = cdb[2];
	req->buffer.offset = nvmeq_get_be24(cdb + 3);
	req->list_bytes = nvmeq_get_be24(cdb + 6);
	return true;
}

/* INC_512 counts the length in units of 512 bytes; either way it ends below 32 MiB. */
static bool cdb_security(const u8 *cdb, struct nvmeq_scsi_req *req, u32 *bytes)
{
	u64 length = nvmeq_get_be32(cdb + 6);

	req->security.protocol = cdb[1];
	req->security.specific = nvmeq_get_be16(cdb + 2);
	if (cdb[4] & CDB_INC_512)
		length *= 512;
	if (length > CDB_SECURITY_MAX)
		return cdb_refuse(req, 6, NVMEQ_SENSE_NO_BIT);
	*bytes = (u32)length;
	return true;
}

bool nvmeq_scsi_cdb_security_in(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	return cdb_security(cdb, req, &req->alloc_bytes);
}

bool nvmeq_scsi_cdb_security_out(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	return cdb_security(cdb, req, &req->list_bytes);
}

bool nvmeq_scsi_cdb_reserve_in(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->alloc_bytes = nvmeq_get_be16(cdb + 7);
	return true;
}

bool nvmeq_scsi_cdb_reserve_out(const u8 *cdb, struct nvmeq_scsi_req *req)
{
	req->reserve.scope = cdb[2] >> 4;
	req->reserve.type = cdb[2] & 0xf;
	req->list_bytes = nvmeq_get_be32(cdb + 5);
	return true;
}

/* --- decoding --- */

/* The offered row of a CDB; without one, req->refusal says why. */
static const struct nvmeq_scsi_op *cdb_row(const struct nvmeq_scsi_facts *f,
					   struct nvmeq_scsi_req *req)
{
	const struct nvmeq_scsi_op *op = nvmeq_scsi_op_of(req->cdb[0], req->cdb[1]);

	if (op && nvmeq_scsi_op_offered(op, f))
		return op;
	if (nvmeq_scsi_op_has_actions(req->cdb[0], f))
		cdb_refuse(req, 1, 4);
	else
		nvmeq_sense_set(&req->refusal, NVMEQ_SENSE_OPCODE);
	return NULL;
}

static u8 cdb_high_bit(u8 bits)
{
	u8 bit = 7;

	while (bit && !(bits & BIT(bit)))
		bit--;
	return bit;
}

static bool cdb_legal(const struct nvmeq_scsi_op *op, size_t len, struct nvmeq_scsi_req *req)
{
	u8 odd = req->cdb[1] & ~op->usage[1];

	if (len < op->cdb_bytes) {
		nvmeq_sense_set(&req->refusal, NVMEQ_SENSE_CDB_FIELD);
		return false;
	}
	if (req->cdb[op->cdb_bytes - 1] & CDB_NACA)
		return cdb_refuse(req, op->cdb_bytes - 1, 2);
	if ((op->flags & NVMEQ_SCSI_OP_STRICT) && odd)
		return cdb_refuse(req, 1, cdb_high_bit(odd));
	return true;
}

void nvmeq_scsi_decode(const u8 *cdb, size_t len, const struct nvmeq_scsi_facts *f,
		       struct nvmeq_scsi_req *req)
{
	const struct nvmeq_scsi_op *op;

	memset(req, 0, sizeof(*req));
	if (len)
		memcpy(req->cdb, cdb, min_t(size_t, len, sizeof(req->cdb)));
	op = cdb_row(f, req);
	if (!op)
		return;
	req->op = op;
	if (cdb_legal(op, len, req) && op->decode)
		op->decode(req->cdb, req);
}
