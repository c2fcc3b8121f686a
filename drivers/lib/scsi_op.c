// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_op.c - the table of SCSI commands
 *
 * One table says of each command, or service action, what its CDB looks like,
 * who may send it, when it is offered and what carries it out. Decoding, the
 * permission check, REPORT SUPPORTED OPERATION CODES and the documentation
 * walk it, so a command that has a row is everywhere and one that has none is
 * nowhere. To add a command is to add a decoder (or use one), a row and a
 * plan.
 *
 * Rows are sorted by opcode, then service action. Permissions are those of
 * a disk; the kernel's own table also lets strangers send what on a CD drive
 * would be harmless.
 */
#include <nvmeq/scsi_plan.h>
#include <nvmeq/spec_id.h>

#define OP_ACTION_MASK	0x1f

/* --- when a command is offered --- */

static bool offers_format(const struct nvmeq_scsi_facts *f)
{
	return f->oacs & NVMEQ_OACS_FORMAT;
}

static bool offers_firmware(const struct nvmeq_scsi_facts *f)
{
	return f->oacs & NVMEQ_OACS_FIRMWARE;
}

static bool offers_security(const struct nvmeq_scsi_facts *f)
{
	return f->oacs & NVMEQ_OACS_SECURITY;
}

static bool offers_lba_status(const struct nvmeq_scsi_facts *f)
{
	return f->oacs & NVMEQ_OACS_LBA_STATUS;
}

static bool offers_reserve(const struct nvmeq_scsi_facts *f)
{
	return f->reservations;
}

static bool offers_compare_write(const struct nvmeq_scsi_facts *f)
{
	return nvmeq_scsi_compare_write_max(f);
}

static bool offers_overwrite(const struct nvmeq_scsi_facts *f)
{
	return f->sanicap & NVMEQ_SANICAP_OVERWRITE;
}

static bool offers_block_erase(const struct nvmeq_scsi_facts *f)
{
	return f->sanicap & NVMEQ_SANICAP_BLOCK;
}

static bool offers_crypto_erase(const struct nvmeq_scsi_facts *f)
{
	return f->sanicap & NVMEQ_SANICAP_CRYPTO;
}

static bool offers_sanitize(const struct nvmeq_scsi_facts *f)
{
	return f->sanicap & (NVMEQ_SANICAP_OVERWRITE | NVMEQ_SANICAP_BLOCK | NVMEQ_SANICAP_CRYPTO);
}

/* --- the table --- */

#define NONE	NVMEQ_SCSI_NO_ACTION
#define READER	NVMEQ_SCSI_READER
#define WRITER	NVMEQ_SCSI_WRITER
#define ROOT	NVMEQ_SCSI_ROOT
#define READS	(NVMEQ_SCSI_OP_MEDIUM | NVMEQ_SCSI_OP_RANGE)
#define WRITES	(READS | NVMEQ_SCSI_OP_WRITES)

static const struct nvmeq_scsi_op op_rows[] = {
	{
		.name = "TEST UNIT READY",
		.opcode = 0x00, .action = NONE, .cdb_bytes = 6, .perm = READER,
		.flags = NVMEQ_SCSI_OP_MEDIUM, .work = 512,
		.usage = { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 },
		.plan = nvmeq_scsi_plan_ready,
	},
	{
		.name = "REQUEST SENSE",
		.opcode = 0x03, .action = NONE, .cdb_bytes = 6, .perm = READER,
		.work = 4096, .resp = 64,
		.usage = { 0x03, 0x01, 0x00, 0x00, 0xff, 0x00 },
		.decode = nvmeq_scsi_cdb_request_sense, .plan = nvmeq_scsi_plan_request_sense,
	},
	{
		.name = "FORMAT UNIT",
		.opcode = 0x04, .action = NONE, .cdb_bytes = 6, .perm = ROOT,
		.flags = NVMEQ_SCSI_OP_EXCLUSIVE | NVMEQ_SCSI_OP_WRITES, .work = 512,
		.usage = { 0x04, 0xff, 0x00, 0x00, 0x00, 0x00 },
		.offered = offers_format, .decode = nvmeq_scsi_cdb_format,
		.plan = nvmeq_scsi_plan_format,
	},
	{
		.name = "READ(6)",
		.opcode = 0x08, .action = NONE, .cdb_bytes = 6, .perm = READER,
		.flags = READS,
		.usage = { 0x08, 0x1f, 0xff, 0xff, 0xff, 0x00 },
		.decode = nvmeq_scsi_cdb_rw6, .plan = nvmeq_scsi_plan_read,
	},
	{
		.name = "WRITE(6)",
		.opcode = 0x0a, .action = NONE, .cdb_bytes = 6, .perm = WRITER,
		.flags = WRITES,
		.usage = { 0x0a, 0x1f, 0xff, 0xff, 0xff, 0x00 },
		.decode = nvmeq_scsi_cdb_rw6, .plan = nvmeq_scsi_plan_write,
	},
	{
		.name = "INQUIRY",
		.opcode = 0x12, .action = NONE, .cdb_bytes = 6, .perm = READER,
		.flags = NVMEQ_SCSI_OP_STRICT, .resp = 1024,
		.usage = { 0x12, 0x01, 0xff, 0xff, 0xff, 0x00 },
		.decode = nvmeq_scsi_cdb_inquiry, .plan = nvmeq_scsi_plan_inquiry,
	},
	{
		.name = "MODE SELECT(6)",
		.opcode = 0x15, .action = NONE, .cdb_bytes = 6, .perm = ROOT,
		.work = 4096,
		.usage = { 0x15, 0x11, 0x00, 0x00, 0xff, 0x00 },
		.decode = nvmeq_scsi_cdb_mode_select, .plan = nvmeq_scsi_plan_mode_select,
	},
	{
		.name = "MODE SENSE(6)",
		.opcode = 0x1a, .action = NONE, .cdb_bytes = 6, .perm = READER,
		.resp = 1024,
		.usage = { 0x1a, 0x08, 0xff, 0xff, 0xff, 0x00 },
		.decode = nvmeq_scsi_cdb_mode_sense, .plan = nvmeq_scsi_plan_mode_sense,
	},
	{
		.name = "START STOP UNIT",
		.opcode = 0x1b, .action = NONE, .cdb_bytes = 6, .perm = ROOT,
		.usage = { 0x1b, 0x01, 0x00, 0x0f, 0xf7, 0x00 },
		.decode = nvmeq_scsi_cdb_start_stop, .plan = nvmeq_scsi_plan_start_stop,
	},
	{
		.name = "READ CAPACITY(10)",
		.opcode = 0x25, .action = NONE, .cdb_bytes = 10, .perm = READER,
		.flags = NVMEQ_SCSI_OP_MEDIUM, .resp = 8,
		.usage = { 0x25, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 },
		.decode = nvmeq_scsi_cdb_capacity10, .plan = nvmeq_scsi_plan_capacity10,
	},
	{
		.name = "READ(10)",
		.opcode = 0x28, .action = NONE, .cdb_bytes = 10, .perm = READER,
		.flags = READS,
		.usage = { 0x28, 0xf8, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff, 0x00 },
		.decode = nvmeq_scsi_cdb_rw, .plan = nvmeq_scsi_plan_read,
	},
	{
		.name = "WRITE(10)",
		.opcode = 0x2a, .action = NONE, .cdb_bytes = 10, .perm = WRITER,
		.flags = WRITES,
		.usage = { 0x2a, 0xf8, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff, 0x00 },
		.decode = nvmeq_scsi_cdb_rw, .plan = nvmeq_scsi_plan_write,
	},
	{
		.name = "WRITE AND VERIFY(10)",
		.opcode = 0x2e, .action = NONE, .cdb_bytes = 10, .perm = WRITER,
		.flags = WRITES | NVMEQ_SCSI_OP_VERIFY,
		.usage = { 0x2e, 0xf6, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff, 0x00 },
		.decode = nvmeq_scsi_cdb_verify, .plan = nvmeq_scsi_plan_write_verify,
	},
	{
		.name = "VERIFY(10)",
		.opcode = 0x2f, .action = NONE, .cdb_bytes = 10, .perm = READER,
		.flags = READS | NVMEQ_SCSI_OP_VERIFY,
		.usage = { 0x2f, 0xf6, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff, 0x00 },
		.decode = nvmeq_scsi_cdb_verify, .plan = nvmeq_scsi_plan_verify,
	},
	{
		.name = "SYNCHRONIZE CACHE(10)",
		.opcode = 0x35, .action = NONE, .cdb_bytes = 10, .perm = WRITER,
		.flags = READS,
		.usage = { 0x35, 0x02, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff, 0x00 },
		.decode = nvmeq_scsi_cdb_sync, .plan = nvmeq_scsi_plan_sync,
	},
	{
		.name = "WRITE BUFFER",
		.opcode = 0x3b, .action = NONE, .cdb_bytes = 10, .perm = ROOT,
		.usage = { 0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00 },
		.offered = offers_firmware, .decode = nvmeq_scsi_cdb_write_buffer,
		.plan = nvmeq_scsi_plan_write_buffer,
	},
	{
		.name = "WRITE SAME(10)",
		.opcode = 0x41, .action = NONE, .cdb_bytes = 10, .perm = WRITER,
		.flags = WRITES | NVMEQ_SCSI_OP_SAME,
		.usage = { 0x41, 0xf8, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff, 0x00 },
		.decode = nvmeq_scsi_cdb_write_same, .plan = nvmeq_scsi_plan_write_same,
	},
	{
		.name = "UNMAP",
		.opcode = 0x42, .action = NONE, .cdb_bytes = 10, .perm = WRITER,
		.flags = NVMEQ_SCSI_OP_MEDIUM | NVMEQ_SCSI_OP_WRITES, .work = 12288,
		.usage = { 0x42, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0x00 },
		.offered = nvmeq_scsi_can_unmap, .decode = nvmeq_scsi_cdb_unmap,
		.plan = nvmeq_scsi_plan_unmap,
	},
	{
		.name = "SANITIZE, overwrite",
		.opcode = 0x48, .action = 0x01, .cdb_bytes = 10, .perm = ROOT,
		.flags = NVMEQ_SCSI_OP_EXCLUSIVE | NVMEQ_SCSI_OP_WRITES, .work = 512,
		.usage = { 0x48, 0xe1, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0x00 },
		.offered = offers_overwrite, .decode = nvmeq_scsi_cdb_sanitize,
		.plan = nvmeq_scsi_plan_sanitize,
	},
	{
		.name = "SANITIZE, block erase",
		.opcode = 0x48, .action = 0x02, .cdb_bytes = 10, .perm = ROOT,
		.flags = NVMEQ_SCSI_OP_EXCLUSIVE | NVMEQ_SCSI_OP_WRITES, .work = 512,
		.usage = { 0x48, 0xe2, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0x00 },
		.offered = offers_block_erase, .decode = nvmeq_scsi_cdb_sanitize,
		.plan = nvmeq_scsi_plan_sanitize,
	},
	{
		.name = "SANITIZE, cryptographic erase",
		.opcode = 0x48, .action = 0x03, .cdb_bytes = 10, .perm = ROOT,
		.flags = NVMEQ_SCSI_OP_EXCLUSIVE | NVMEQ_SCSI_OP_WRITES, .work = 512,
		.usage = { 0x48, 0xe3, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0x00 },
		.offered = offers_crypto_erase, .decode = nvmeq_scsi_cdb_sanitize,
		.plan = nvmeq_scsi_plan_sanitize,
	},
	{
		.name = "SANITIZE, exit failure mode",
		.opcode = 0x48, .action = 0x1f, .cdb_bytes = 10, .perm = ROOT,
		.work = 512,
		.usage = { 0x48, 0xff, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0x00 },
		.offered = offers_sanitize, .decode = nvmeq_scsi_cdb_sanitize,
		.plan = nvmeq_scsi_plan_sanitize,
	},
	{
		.name = "LOG SENSE",
		.opcode = 0x4d, .action = NONE, .cdb_bytes = 10, .perm = READER,
		.work = 4096, .resp = 4096,
		.usage = { 0x4d, 0x03, 0xff, 0xff, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00 },
		.decode = nvmeq_scsi_cdb_log_sense, .plan = nvmeq_scsi_plan_log,
	},
	{
		.name = "MODE SELECT(10)",
		.opcode = 0x55, .action = NONE, .cdb_bytes = 10, .perm = ROOT,
		.work = 4096,
		.usage = { 0x55, 0x11, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0x00 },
		.decode = nvmeq_scsi_cdb_mode_select, .plan = nvmeq_scsi_plan_mode_select,
	},
	{
		.name = "MODE SENSE(10)",
		.opcode = 0x5a, .action = NONE, .cdb_bytes = 10, .perm = READER,
		.resp = 1024,
		.usage = { 0x5a, 0x18, 0xff, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff, 0x00 },
		.decode = nvmeq_scsi_cdb_mode_sense, .plan = nvmeq_scsi_plan_mode_sense,
	},
	{
		.name = "PERSISTENT RESERVE IN, READ KEYS",
		.opcode = 0x5e, .action = 0x00, .cdb_bytes = 10, .perm = READER,
		.work = 16384, .resp = 32768,
		.usage = { 0x5e, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0x00 },
		.offered = offers_reserve, .decode = nvmeq_scsi_cdb_reserve_in,
		.plan = nvmeq_scsi_plan_reserve_in,
	},
	{
		.name = "PERSISTENT RESERVE IN, READ RESERVATION",
		.opcode = 0x5e, .action = 0x01, .cdb_bytes = 10, .perm = READER,
		.work = 16384, .resp = 32768,
		.usage = { 0x5e, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0x00 },
		.offered = offers_reserve, .decode = nvmeq_scsi_cdb_reserve_in,
		.plan = nvmeq_scsi_plan_reserve_in,
	},
	{
		.name = "PERSISTENT RESERVE IN, REPORT CAPABILITIES",
		.opcode = 0x5e, .action = 0x02, .cdb_bytes = 10, .perm = READER,
		.work = 16384, .resp = 32768,
		.usage = { 0x5e, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0x00 },
		.offered = offers_reserve, .decode = nvmeq_scsi_cdb_reserve_in,
		.plan = nvmeq_scsi_plan_reserve_in,
	},
	{
		.name = "PERSISTENT RESERVE IN, READ FULL STATUS",
		.opcode = 0x5e, .action = 0x03, .cdb_bytes = 10, .perm = READER,
		.work = 16384, .resp = 32768,
		.usage = { 0x5e, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0x00 },
		.offered = offers_reserve, .decode = nvmeq_scsi_cdb_reserve_in,
		.plan = nvmeq_scsi_plan_reserve_in,
	},
	{
		.name = "PERSISTENT RESERVE OUT, REGISTER",
		.opcode = 0x5f, .action = 0x00, .cdb_bytes = 10, .perm = ROOT,
		.work = 16384,
		.usage = { 0x5f, 0x00, 0xff, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00 },
		.offered = offers_reserve, .decode = nvmeq_scsi_cdb_reserve_out,
		.plan = nvmeq_scsi_plan_reserve_out,
	},
	{
		.name = "PERSISTENT RESERVE OUT, RESERVE",
		.opcode = 0x5f, .action = 0x01, .cdb_bytes = 10, .perm = ROOT,
		.work = 16384,
		.usage = { 0x5f, 0x01, 0xff, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00 },
		.offered = offers_reserve, .decode = nvmeq_scsi_cdb_reserve_out,
		.plan = nvmeq_scsi_plan_reserve_out,
	},
	{
		.name = "PERSISTENT RESERVE OUT, RELEASE",
		.opcode = 0x5f, .action = 0x02, .cdb_bytes = 10, .perm = ROOT,
		.work = 16384,
		.usage = { 0x5f, 0x02, 0xff, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00 },
		.offered = offers_reserve, .decode = nvmeq_scsi_cdb_reserve_out,
		.plan = nvmeq_scsi_plan_reserve_out,
	},
	{
		.name = "PERSISTENT RESERVE OUT, CLEAR",
		.opcode = 0x5f, .action = 0x03, .cdb_bytes = 10, .perm = ROOT,
		.work = 16384,
		.usage = { 0x5f, 0x03, 0xff, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00 },
		.offered = offers_reserve, .decode = nvmeq_scsi_cdb_reserve_out,
		.plan = nvmeq_scsi_plan_reserve_out,
	},
	{
		.name = "PERSISTENT RESERVE OUT, PREEMPT",
		.opcode = 0x5f, .action = 0x04, .cdb_bytes = 10, .perm = ROOT,
		.work = 16384,
		.usage = { 0x5f, 0x04, 0xff, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00 },
		.offered = offers_reserve, .decode = nvmeq_scsi_cdb_reserve_out,
		.plan = nvmeq_scsi_plan_reserve_out,
	},
	{
		.name = "PERSISTENT RESERVE OUT, PREEMPT AND ABORT",
		.opcode = 0x5f, .action = 0x05, .cdb_bytes = 10, .perm = ROOT,
		.work = 16384,
		.usage = { 0x5f, 0x05, 0xff, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00 },
		.offered = offers_reserve, .decode = nvmeq_scsi_cdb_reserve_out,
		.plan = nvmeq_scsi_plan_reserve_out,
	},
	{
		.name = "PERSISTENT RESERVE OUT, REGISTER AND IGNORE EXISTING KEY",
		.opcode = 0x5f, .action = 0x06, .cdb_bytes = 10, .perm = ROOT,
		.work = 16384,
		.usage = { 0x5f, 0x06, 0xff, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00 },
		.offered = offers_reserve, .decode = nvmeq_scsi_cdb_reserve_out,
		.plan = nvmeq_scsi_plan_reserve_out,
	},
	{
		.name = "READ(16)",
		.opcode = 0x88, .action = NONE, .cdb_bytes = 16, .perm = READER,
		.flags = READS,
		.usage = { 0x88, 0xf8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.decode = nvmeq_scsi_cdb_rw, .plan = nvmeq_scsi_plan_read,
	},
	{
		.name = "COMPARE AND WRITE",
		.opcode = 0x89, .action = NONE, .cdb_bytes = 16, .perm = WRITER,
		.flags = WRITES,
		.usage = { 0x89, 0xf8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0x00, 0x00, 0x00, 0xff, 0x00, 0x00 },
		.offered = offers_compare_write, .decode = nvmeq_scsi_cdb_compare_write,
		.plan = nvmeq_scsi_plan_compare_write,
	},
	{
		.name = "WRITE(16)",
		.opcode = 0x8a, .action = NONE, .cdb_bytes = 16, .perm = WRITER,
		.flags = WRITES,
		.usage = { 0x8a, 0xf8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.decode = nvmeq_scsi_cdb_rw, .plan = nvmeq_scsi_plan_write,
	},
	{
		.name = "WRITE AND VERIFY(16)",
		.opcode = 0x8e, .action = NONE, .cdb_bytes = 16, .perm = WRITER,
		.flags = WRITES | NVMEQ_SCSI_OP_VERIFY,
		.usage = { 0x8e, 0xf6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.decode = nvmeq_scsi_cdb_verify, .plan = nvmeq_scsi_plan_write_verify,
	},
	{
		.name = "VERIFY(16)",
		.opcode = 0x8f, .action = NONE, .cdb_bytes = 16, .perm = READER,
		.flags = READS | NVMEQ_SCSI_OP_VERIFY,
		.usage = { 0x8f, 0xf6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.decode = nvmeq_scsi_cdb_verify, .plan = nvmeq_scsi_plan_verify,
	},
	{
		.name = "SYNCHRONIZE CACHE(16)",
		.opcode = 0x91, .action = NONE, .cdb_bytes = 16, .perm = WRITER,
		.flags = READS,
		.usage = { 0x91, 0x02, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.decode = nvmeq_scsi_cdb_sync, .plan = nvmeq_scsi_plan_sync,
	},
	{
		.name = "WRITE SAME(16)",
		.opcode = 0x93, .action = NONE, .cdb_bytes = 16, .perm = WRITER,
		.flags = WRITES | NVMEQ_SCSI_OP_SAME,
		.usage = { 0x93, 0xf9, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.decode = nvmeq_scsi_cdb_write_same, .plan = nvmeq_scsi_plan_write_same,
	},
	{
		.name = "READ CAPACITY(16)",
		.opcode = 0x9e, .action = 0x10, .cdb_bytes = 16, .perm = READER,
		.flags = NVMEQ_SCSI_OP_MEDIUM, .resp = 32,
		.usage = { 0x9e, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			   0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.decode = nvmeq_scsi_cdb_capacity16, .plan = nvmeq_scsi_plan_capacity16,
	},
	{
		.name = "GET LBA STATUS",
		.opcode = 0x9e, .action = 0x12, .cdb_bytes = 16, .perm = READER,
		.flags = READS, .work = 4096, .resp = 8192,
		.usage = { 0x9e, 0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.offered = offers_lba_status, .decode = nvmeq_scsi_cdb_lba_status,
		.plan = nvmeq_scsi_plan_lba_status,
	},
	{
		.name = "REPORT LUNS",
		.opcode = 0xa0, .action = NONE, .cdb_bytes = 12, .perm = READER,
		.resp = 32768,
		.usage = { 0xa0, 0x00, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.decode = nvmeq_scsi_cdb_report_luns, .plan = nvmeq_scsi_plan_luns,
	},
	{
		.name = "SECURITY PROTOCOL IN",
		.opcode = 0xa2, .action = NONE, .cdb_bytes = 12, .perm = ROOT,
		.usage = { 0xa2, 0xff, 0xff, 0xff, 0x80, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.offered = offers_security, .decode = nvmeq_scsi_cdb_security_in,
		.plan = nvmeq_scsi_plan_security_in,
	},
	{
		.name = "REPORT SUPPORTED OPERATION CODES",
		.opcode = 0xa3, .action = 0x0c, .cdb_bytes = 12, .perm = READER,
		.resp = 4096,
		.usage = { 0xa3, 0x0c, 0x87, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.decode = nvmeq_scsi_cdb_opcodes, .plan = nvmeq_scsi_plan_opcodes,
	},
	{
		.name = "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
		.opcode = 0xa3, .action = 0x0d, .cdb_bytes = 12, .perm = READER,
		.resp = 64,
		.usage = { 0xa3, 0x0d, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.decode = nvmeq_scsi_cdb_tmfs, .plan = nvmeq_scsi_plan_tmfs,
	},
	{
		.name = "READ(12)",
		.opcode = 0xa8, .action = NONE, .cdb_bytes = 12, .perm = READER,
		.flags = READS,
		.usage = { 0xa8, 0xf8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.decode = nvmeq_scsi_cdb_rw, .plan = nvmeq_scsi_plan_read,
	},
	{
		.name = "WRITE(12)",
		.opcode = 0xaa, .action = NONE, .cdb_bytes = 12, .perm = WRITER,
		.flags = WRITES,
		.usage = { 0xaa, 0xf8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.decode = nvmeq_scsi_cdb_rw, .plan = nvmeq_scsi_plan_write,
	},
	{
		.name = "WRITE AND VERIFY(12)",
		.opcode = 0xae, .action = NONE, .cdb_bytes = 12, .perm = WRITER,
		.flags = WRITES | NVMEQ_SCSI_OP_VERIFY,
		.usage = { 0xae, 0xf6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.decode = nvmeq_scsi_cdb_verify, .plan = nvmeq_scsi_plan_write_verify,
	},
	{
		.name = "VERIFY(12)",
		.opcode = 0xaf, .action = NONE, .cdb_bytes = 12, .perm = READER,
		.flags = READS | NVMEQ_SCSI_OP_VERIFY,
		.usage = { 0xaf, 0xf6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.decode = nvmeq_scsi_cdb_verify, .plan = nvmeq_scsi_plan_verify,
	},
	{
		.name = "SECURITY PROTOCOL OUT",
		.opcode = 0xb5, .action = NONE, .cdb_bytes = 12, .perm = ROOT,
		.usage = { 0xb5, 0xff, 0xff, 0xff, 0x80, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.offered = offers_security, .decode = nvmeq_scsi_cdb_security_out,
		.plan = nvmeq_scsi_plan_security_out,
	},
};

/* --- looking up --- */

const struct nvmeq_scsi_op *nvmeq_scsi_op_row(unsigned int i)
{
	return i < ARRAY_SIZE(op_rows) ? &op_rows[i] : NULL;
}

/* Rows of one opcode stand together; NULL behind them. */
static const struct nvmeq_scsi_op *op_first(u8 opcode)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(op_rows) && op_rows[i].opcode <= opcode; i++)
		if (op_rows[i].opcode == opcode)
			return &op_rows[i];
	return NULL;
}

static const struct nvmeq_scsi_op *op_next(const struct nvmeq_scsi_op *op)
{
	const struct nvmeq_scsi_op *next = op + 1;

	return next < op_rows + ARRAY_SIZE(op_rows) && next->opcode == op->opcode ? next : NULL;
}

const struct nvmeq_scsi_op *nvmeq_scsi_op_find(u8 opcode, u16 action)
{
	const struct nvmeq_scsi_op *op;

	for (op = op_first(opcode); op; op = op_next(op))
		if (op->action == action)
			return op;
	return NULL;
}

bool nvmeq_scsi_op_offered(const struct nvmeq_scsi_op *op, const struct nvmeq_scsi_facts *f)
{
	return !op->offered || op->offered(f);
}

bool nvmeq_scsi_op_has_actions(u8 opcode, const struct nvmeq_scsi_facts *f)
{
	const struct nvmeq_scsi_op *op;

	for (op = op_first(opcode); op; op = op_next(op))
		if (op->action != NVMEQ_SCSI_NO_ACTION && nvmeq_scsi_op_offered(op, f))
			return true;
	return false;
}

static u16 op_action(const struct nvmeq_scsi_op *first, u8 byte1)
{
	return first->action == NVMEQ_SCSI_NO_ACTION ? NVMEQ_SCSI_NO_ACTION :
						       byte1 & OP_ACTION_MASK;
}

const struct nvmeq_scsi_op *nvmeq_scsi_op_of(u8 opcode, u8 byte1)
{
	const struct nvmeq_scsi_op *first = op_first(opcode);

	return first ? nvmeq_scsi_op_find(opcode, op_action(first, byte1)) : NULL;
}

/* A service action without a row needs what the strictest of its opcode needs. */
static u8 op_perm(const u8 *cdb, size_t len)
{
	const struct nvmeq_scsi_op *first = len ? op_first(cdb[0]) : NULL, *op;
	u8 perm = READER;

	if (!first)
		return ROOT;
	op = nvmeq_scsi_op_of(cdb[0], len > 1 ? cdb[1] : 0);
	if (op)
		return op->perm;
	for (op = first; op; op = op_next(op))
		perm = max_t(u8, perm, op->perm);
	return perm;
}

bool nvmeq_scsi_permitted(const u8 *cdb, size_t len, const struct nvmeq_scsi_caller *who)
{
	if (who->partition)
		return false;
	if (who->privileged)
		return true;
	switch (op_perm(cdb, len)) {
	case READER:
		return true;
	case WRITER:
		return who->writable;
	default:
		return false;
	}
}
