// SPDX-License-Identifier: GPL-2.0-only
/*
 * status.c - what a completion status means to whom
 *
 * One table with a row per status code of the Base 2.0c, NVM, KV and ZNS
 * specifications, sorted by code. It is walked from the top: success is the
 * first row, and behind any other an error was reported, which is rare.
 *
 * How a class was chosen:
 *   NOTSUPP	the controller cannot do it. Invalid Field is among them, because
 *		that is how controllers refuse an optional command or flag, and
 *		the block layer then falls back (write zeroes to plain writes).
 *   TARGET	the command was wrong for this namespace or its state. LBA Out of
 *		Range is here and not under NOSPC: no deletion of files makes the
 *		address valid, and a read must never report "no space left".
 *   MEDIUM	the data is lost or was never there; compare failures too.
 *   TRANSPORT	the command did not fail, it did not get through.
 *   RESOURCE	busy now.
 *
 * How retry was chosen: true where the same command may succeed a moment later.
 * Media errors are among them as long as the controller does not set Do Not
 * Retry, which is its word that it has tried enough. States that last for
 * minutes or until somebody acts (sanitize, write protection) are not.
 *
 * How sense was chosen: by the SCSI Translation Reference where it has a row.
 * Its answer for the rest, ILLEGAL REQUEST without a reason, is kept for what
 * the host asked wrongly; what only this driver can have done wrong, and what
 * nobody knows, is an internal target failure. Commands that were aborted are
 * a CHECK CONDITION and not TASK ABORTED, which has no sense. An image that
 * was accepted and waits for a reset (10Bh, 110h to 112h) is GOOD; in answer to anything
 * else it is nonsense, and no success (lib/scsi_task.c).
 *
 * Vendor specific and unknown codes get the row of their status code type.
 */
#include <nvmeq/status.h>

/* CC(5, 20, 00) is CHECK CONDITION with the sense that is written 5/20/00. */
#define CC(key, asc, ascq)	NVMEQ_SENSE(0x##key, 0x##asc, 0x##ascq)
#define GOOD			NVMEQ_SENSE_GOOD
#define CONFLICT		NVMEQ_SENSE_CONFLICT

static const struct nvmeq_status_info status_rows[] = {
	/* Generic, Base Figure 94 */
	{ 0x000, NVMEQ_CLASS_OK, false, GOOD, "Successful Completion" },
	{ 0x001, NVMEQ_CLASS_NOTSUPP, false, CC(5, 20, 00), "Invalid Command Opcode" },
	{ 0x002, NVMEQ_CLASS_NOTSUPP, false, CC(5, 24, 00), "Invalid Field in Command" },
	{ 0x003, NVMEQ_CLASS_IOERR, true, CC(5, 00, 00), "Command ID Conflict" },
	{ 0x004, NVMEQ_CLASS_TRANSPORT, true, CC(3, 00, 00), "Data Transfer Error" },
	{ 0x005, NVMEQ_CLASS_TRANSPORT, true, CC(b, 0b, 08),
	  "Commands Aborted due to Power Loss Notification" },
	{ 0x006, NVMEQ_CLASS_IOERR, true, CC(4, 44, 00), "Internal Error" },
	{ 0x007, NVMEQ_CLASS_TRANSPORT, true, CC(b, 00, 00), "Command Abort Requested" },
	{ 0x008, NVMEQ_CLASS_TRANSPORT, true, CC(b, 00, 00), "Command Aborted due to SQ Deletion" },
	{ 0x009, NVMEQ_CLASS_IOERR, false, CC(b, 00, 00),
	  "Command Aborted due to Failed Fused Command" },
	{ 0x00a, NVMEQ_CLASS_IOERR, false, CC(b, 00, 00),
	  "Command Aborted due to Missing Fused Command" },
	{ 0x00b, NVMEQ_CLASS_TARGET, false, CC(5, 20, 09), "Invalid Namespace or Format" },
	{ 0x00c, NVMEQ_CLASS_IOERR, false, CC(5, 2c, 00), "Command Sequence Error" },
	{ 0x00d, NVMEQ_CLASS_TARGET, false, CC(4, 44, 00), "Invalid SGL Segment Descriptor" },
	{ 0x00e, NVMEQ_CLASS_TARGET, false, CC(4, 44, 00), "Invalid Number of SGL Descriptors" },
	{ 0x00f, NVMEQ_CLASS_TARGET, false, CC(4, 44, 00), "Data SGL Length Invalid" },
	{ 0x010, NVMEQ_CLASS_TARGET, false, CC(4, 44, 00), "Metadata SGL Length Invalid" },
	{ 0x011, NVMEQ_CLASS_TARGET, false, CC(4, 44, 00), "SGL Descriptor Type Invalid" },
	{ 0x012, NVMEQ_CLASS_TARGET, false, CC(4, 44, 00),
	  "Invalid Use of Controller Memory Buffer" },
	{ 0x013, NVMEQ_CLASS_TARGET, false, CC(4, 44, 00), "PRP Offset Invalid" },
	{ 0x014, NVMEQ_CLASS_TARGET, false, CC(5, 24, 00), "Atomic Write Unit Exceeded" },
	{ 0x015, NVMEQ_CLASS_TARGET, false, CC(5, 24, 00), "Operation Denied" },
	{ 0x016, NVMEQ_CLASS_TARGET, false, CC(4, 44, 00), "SGL Offset Invalid" },
	{ 0x018, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Host Identifier Inconsistent Format" },
	{ 0x019, NVMEQ_CLASS_TRANSPORT, true, CC(4, 44, 00), "Keep Alive Timer Expired" },
	{ 0x01a, NVMEQ_CLASS_TARGET, false, CC(4, 44, 00), "Keep Alive Timeout Invalid" },
	{ 0x01b, NVMEQ_CLASS_RESERVED, false, CC(b, 00, 00),
	  "Command Aborted due to Preempt and Abort" },
	{ 0x01c, NVMEQ_CLASS_IOERR, false, CC(3, 31, 03), "Sanitize Failed" },
	{ 0x01d, NVMEQ_CLASS_IOERR, false, CC(2, 04, 1b), "Sanitize In Progress" },
	{ 0x01e, NVMEQ_CLASS_TARGET, false, CC(4, 44, 00), "SGL Data Block Granularity Invalid" },
	{ 0x01f, NVMEQ_CLASS_TARGET, false, CC(4, 44, 00),
	  "Command Not Supported for Queue in CMB" },
	{ 0x020, NVMEQ_CLASS_TARGET, false, CC(7, 27, 00), "Namespace is Write Protected" },
	{ 0x021, NVMEQ_CLASS_RESOURCE, true, CC(b, 00, 00), "Command Interrupted" },
	{ 0x022, NVMEQ_CLASS_TRANSPORT, true, CC(b, 00, 00), "Transient Transport Error" },
	{ 0x023, NVMEQ_CLASS_TARGET, false, CC(5, 24, 00),
	  "Command Prohibited by Command and Feature Lockdown" },
	{ 0x024, NVMEQ_CLASS_RESOURCE, true, CC(2, 04, 01), "Admin Command Media Not Ready" },
	/* Generic, of the I/O command sets */
	{ 0x080, NVMEQ_CLASS_TARGET, false, CC(5, 21, 00), "LBA Out of Range" },
	{ 0x081, NVMEQ_CLASS_NOSPC, false, CC(3, 00, 00), "Capacity Exceeded" },
	{ 0x082, NVMEQ_CLASS_RESOURCE, true, CC(2, 04, 01), "Namespace Not Ready" },
	{ 0x083, NVMEQ_CLASS_RESERVED, false, CONFLICT, "Reservation Conflict" },
	{ 0x084, NVMEQ_CLASS_RESOURCE, true, CC(2, 04, 04), "Format In Progress" },
	{ 0x085, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Invalid Value Size" },
	{ 0x086, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Invalid Key Size" },
	{ 0x087, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "KV Key Does Not Exist" },
	{ 0x088, NVMEQ_CLASS_MEDIUM, false, CC(3, 11, 00), "Unrecovered Error" },
	{ 0x089, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Key Exists" },
	/* Command specific, Base Figure 95 */
	{ 0x100, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Completion Queue Invalid" },
	{ 0x101, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Invalid Queue Identifier" },
	{ 0x102, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Invalid Queue Size" },
	{ 0x103, NVMEQ_CLASS_RESOURCE, true, CC(5, 00, 00), "Abort Command Limit Exceeded" },
	{ 0x105, NVMEQ_CLASS_RESOURCE, false, CC(5, 00, 00),
	  "Asynchronous Event Request Limit Exceeded" },
	{ 0x106, NVMEQ_CLASS_TARGET, false, CC(5, 24, 00), "Invalid Firmware Slot" },
	{ 0x107, NVMEQ_CLASS_TARGET, false, CC(5, 26, 00), "Invalid Firmware Image" },
	{ 0x108, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Invalid Interrupt Vector" },
	{ 0x109, NVMEQ_CLASS_NOTSUPP, false, CC(5, 24, 00), "Invalid Log Page" },
	{ 0x10a, NVMEQ_CLASS_TARGET, false, CC(5, 31, 01), "Invalid Format" },
	{ 0x10b, NVMEQ_CLASS_TARGET, false, GOOD,
	  "Firmware Activation Requires Conventional Reset" },
	{ 0x10c, NVMEQ_CLASS_TARGET, false, CC(5, 26, 00), "Invalid Queue Deletion" },
	{ 0x10d, NVMEQ_CLASS_NOTSUPP, false, CC(5, 26, 00), "Feature Identifier Not Saveable" },
	{ 0x10e, NVMEQ_CLASS_NOTSUPP, false, CC(5, 26, 00), "Feature Not Changeable" },
	{ 0x10f, NVMEQ_CLASS_TARGET, false, CC(5, 26, 00), "Feature Not Namespace Specific" },
	{ 0x110, NVMEQ_CLASS_TARGET, false, GOOD,
	  "Firmware Activation Requires NVM Subsystem Reset" },
	{ 0x111, NVMEQ_CLASS_TARGET, false, GOOD,
	  "Firmware Activation Requires Controller Level Reset" },
	{ 0x112, NVMEQ_CLASS_TARGET, false, GOOD,
	  "Firmware Activation Requires Maximum Time Violation" },
	{ 0x113, NVMEQ_CLASS_TARGET, false, CC(5, 24, 00), "Firmware Activation Prohibited" },
	{ 0x114, NVMEQ_CLASS_TARGET, false, CC(5, 26, 00), "Overlapping Range" },
	{ 0x115, NVMEQ_CLASS_NOSPC, false, CC(5, 00, 00), "Namespace Insufficient Capacity" },
	{ 0x116, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Namespace Identifier Unavailable" },
	{ 0x118, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Namespace Already Attached" },
	{ 0x119, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Namespace Is Private" },
	{ 0x11a, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Namespace Not Attached" },
	{ 0x11b, NVMEQ_CLASS_NOTSUPP, false, CC(5, 00, 00), "Thin Provisioning Not Supported" },
	{ 0x11c, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Controller List Invalid" },
	{ 0x11d, NVMEQ_CLASS_RESOURCE, false, CC(2, 04, 09), "Device Self-test In Progress" },
	{ 0x11e, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Boot Partition Write Prohibited" },
	{ 0x11f, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Invalid Controller Identifier" },
	{ 0x120, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Invalid Secondary Controller State" },
	{ 0x121, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00),
	  "Invalid Number of Controller Resources" },
	{ 0x122, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Invalid Resource Identifier" },
	{ 0x123, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00),
	  "Sanitize Prohibited While Persistent Memory Region is Enabled" },
	{ 0x124, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "ANA Group Identifier Invalid" },
	{ 0x125, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "ANA Attach Failed" },
	{ 0x126, NVMEQ_CLASS_NOSPC, false, CC(5, 00, 00), "Insufficient Capacity" },
	{ 0x127, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Namespace Attachment Limit Exceeded" },
	{ 0x128, NVMEQ_CLASS_NOTSUPP, false, CC(5, 00, 00),
	  "Prohibition of Command Execution Not Supported" },
	{ 0x129, NVMEQ_CLASS_NOTSUPP, false, CC(5, 00, 00), "I/O Command Set Not Supported" },
	{ 0x12a, NVMEQ_CLASS_NOTSUPP, false, CC(5, 00, 00), "I/O Command Set Not Enabled" },
	{ 0x12b, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "I/O Command Set Combination Rejected" },
	{ 0x12c, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Invalid I/O Command Set" },
	{ 0x12d, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Identifier Unavailable" },
	/* Command specific, NVM command set */
	{ 0x180, NVMEQ_CLASS_NOTSUPP, false, CC(5, 24, 00), "Conflicting Attributes" },
	{ 0x181, NVMEQ_CLASS_PROTECTION, false, CC(5, 24, 00), "Invalid Protection Information" },
	{ 0x182, NVMEQ_CLASS_TARGET, false, CC(7, 27, 00), "Attempted Write to Read Only Range" },
	{ 0x183, NVMEQ_CLASS_TARGET, false, CC(5, 26, 00), "Command Size Limit Exceeded" },
	/* Command specific, Zoned Namespaces */
	{ 0x1b8, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Zoned Boundary Error" },
	{ 0x1b9, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Zone Is Full" },
	{ 0x1ba, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Zone Is Read Only" },
	{ 0x1bb, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Zone Is Offline" },
	{ 0x1bc, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Zone Invalid Write" },
	{ 0x1bd, NVMEQ_CLASS_RESOURCE, false, CC(5, 00, 00), "Too Many Active Zones" },
	{ 0x1be, NVMEQ_CLASS_RESOURCE, false, CC(5, 00, 00), "Too Many Open Zones" },
	{ 0x1bf, NVMEQ_CLASS_TARGET, false, CC(5, 00, 00), "Invalid Zone State Transition" },
	/* Media and data integrity, Base Figure 97 */
	{ 0x280, NVMEQ_CLASS_MEDIUM, true, CC(3, 03, 00), "Write Fault" },
	{ 0x281, NVMEQ_CLASS_MEDIUM, true, CC(3, 11, 00), "Unrecovered Read Error" },
	{ 0x282, NVMEQ_CLASS_PROTECTION, false, CC(b, 10, 01), "End-to-end Guard Check Error" },
	{ 0x283, NVMEQ_CLASS_PROTECTION, false, CC(b, 10, 02),
	  "End-to-end Application Tag Check Error" },
	{ 0x284, NVMEQ_CLASS_PROTECTION, false, CC(b, 10, 03),
	  "End-to-end Reference Tag Check Error" },
	{ 0x285, NVMEQ_CLASS_MEDIUM, false, CC(e, 1d, 00), "Compare Failure" },
	{ 0x286, NVMEQ_CLASS_TARGET, false, CC(7, 20, 02), "Access Denied" },
	{ 0x287, NVMEQ_CLASS_MEDIUM, false, CC(3, 11, 00),
	  "Deallocated or Unwritten Logical Block" },
	{ 0x288, NVMEQ_CLASS_PROTECTION, false, CC(b, 10, 00),
	  "End-to-End Storage Tag Check Error" },
	/* Path related, Base Figure 98 */
	{ 0x300, NVMEQ_CLASS_TRANSPORT, true, CC(b, 00, 00), "Internal Path Error" },
	{ 0x301, NVMEQ_CLASS_TRANSPORT, false, CC(2, 04, 0c), "Asymmetric Access Persistent Loss" },
	{ 0x302, NVMEQ_CLASS_TRANSPORT, true, CC(2, 04, 0c), "Asymmetric Access Inaccessible" },
	{ 0x303, NVMEQ_CLASS_RESOURCE, true, CC(2, 04, 0a), "Asymmetric Access Transition" },
	{ 0x360, NVMEQ_CLASS_TRANSPORT, true, CC(b, 00, 00), "Controller Pathing Error" },
	{ 0x370, NVMEQ_CLASS_TRANSPORT, true, CC(b, 00, 00), "Host Pathing Error" },
	{ 0x371, NVMEQ_CLASS_TRANSPORT, true, CC(b, 00, 00), "Command Aborted By Host" },
};

#define STATUS_SCT_COUNT	8

/* For codes that have no row; their own code is only the type. Not retried:
 * nothing is known about them.
 */
static const struct nvmeq_status_info status_unknown[STATUS_SCT_COUNT] = {
	[NVMEQ_SCT_GENERIC] = { 0x0ff, NVMEQ_CLASS_IOERR, false, CC(4, 44, 00),
				"Unknown Generic Status" },
	[NVMEQ_SCT_CMD]	    = { 0x1ff, NVMEQ_CLASS_IOERR, false, CC(4, 44, 00),
				"Unknown Command Specific Status" },
	[NVMEQ_SCT_MEDIA]   = { 0x2ff, NVMEQ_CLASS_MEDIUM, false, CC(3, 00, 00),
				"Unknown Media Error" },
	[NVMEQ_SCT_PATH]    = { 0x3ff, NVMEQ_CLASS_TRANSPORT, false, CC(b, 00, 00),
				"Unknown Path Related Status" },
	[4]		    = { 0x4ff, NVMEQ_CLASS_IOERR, false, CC(4, 44, 00),
				"Reserved Status Code Type 4h" },
	[5]		    = { 0x5ff, NVMEQ_CLASS_IOERR, false, CC(4, 44, 00),
				"Reserved Status Code Type 5h" },
	[6]		    = { 0x6ff, NVMEQ_CLASS_IOERR, false, CC(4, 44, 00),
				"Reserved Status Code Type 6h" },
	[NVMEQ_SCT_VENDOR]  = { 0x7ff, NVMEQ_CLASS_IOERR, false, CC(4, 44, 00), "Vendor Specific" },
};

/* The errno that the block layer would make of the class. */
static const int status_errnos[NVMEQ_CLASS_COUNT] = {
	[NVMEQ_CLASS_OK]		= 0,
	[NVMEQ_CLASS_IOERR]		= -EIO,
	[NVMEQ_CLASS_MEDIUM]		= -ENODATA,
	[NVMEQ_CLASS_PROTECTION]	= -EILSEQ,
	[NVMEQ_CLASS_NOTSUPP]		= -EOPNOTSUPP,
	[NVMEQ_CLASS_NOSPC]		= -ENOSPC,
	[NVMEQ_CLASS_TARGET]		= -EREMOTEIO,
	[NVMEQ_CLASS_RESERVED]		= -EBADE,
	[NVMEQ_CLASS_TRANSPORT]		= -ENOLINK,
	[NVMEQ_CLASS_TIMEOUT]		= -ETIMEDOUT,
	[NVMEQ_CLASS_RESOURCE]		= -EBUSY,
};

const struct nvmeq_status_info *nvmeq_status_info(u16 status)
{
	u16 code = status & NVMEQ_STATUS_CODE_MASK;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(status_rows) && status_rows[i].code <= code; i++)
		if (status_rows[i].code == code)
			return &status_rows[i];
	return &status_unknown[NVMEQ_STATUS_SCT(status)];
}

const struct nvmeq_status_info *nvmeq_status_row(unsigned int i)
{
	return i < ARRAY_SIZE(status_rows) ? &status_rows[i] : NULL;
}

int nvmeq_status_errno(u16 status)
{
	return status_errnos[nvmeq_status_info(status)->class];
}

enum nvmeq_dispose nvmeq_status_dispose(u16 status, unsigned int retries,
					unsigned int max_retries, bool noretry)
{
	if (noretry || retries >= max_retries || (status & NVMEQ_STATUS_DNR))
		return NVMEQ_DISPOSE_END;
	return nvmeq_status_info(status)->retry ? NVMEQ_DISPOSE_RETRY : NVMEQ_DISPOSE_END;
}

/* CRD 1..3 selects CRDT1..3, 0 asks for no delay (Base Figure 92). */
u32 nvmeq_status_delay_ms(u16 status, const u32 retry_delay_ms[3])
{
	u8 crd = NVMEQ_STATUS_CRD(status);

	return crd ? retry_delay_ms[crd - 1] : 0;
}

static const char *const status_admin_ops[256] = {
	[NVMEQ_ADMIN_DELETE_SQ]		= "Delete I/O Submission Queue",
	[NVMEQ_ADMIN_CREATE_SQ]		= "Create I/O Submission Queue",
	[NVMEQ_ADMIN_GET_LOG_PAGE]	= "Get Log Page",
	[NVMEQ_ADMIN_DELETE_CQ]		= "Delete I/O Completion Queue",
	[NVMEQ_ADMIN_CREATE_CQ]		= "Create I/O Completion Queue",
	[NVMEQ_ADMIN_IDENTIFY]		= "Identify",
	[NVMEQ_ADMIN_ABORT]		= "Abort",
	[NVMEQ_ADMIN_SET_FEATURES]	= "Set Features",
	[NVMEQ_ADMIN_GET_FEATURES]	= "Get Features",
	[NVMEQ_ADMIN_ASYNC_EVENT]	= "Asynchronous Event Request",
	[NVMEQ_ADMIN_NS_MGMT]		= "Namespace Management",
	[NVMEQ_ADMIN_FW_COMMIT]		= "Firmware Commit",
	[NVMEQ_ADMIN_FW_DOWNLOAD]	= "Firmware Image Download",
	[NVMEQ_ADMIN_SELF_TEST]		= "Device Self-test",
	[NVMEQ_ADMIN_NS_ATTACH]		= "Namespace Attachment",
	[NVMEQ_ADMIN_KEEP_ALIVE]	= "Keep Alive",
	[NVMEQ_ADMIN_DIRECTIVE_SEND]	= "Directive Send",
	[NVMEQ_ADMIN_DIRECTIVE_RECV]	= "Directive Receive",
	[NVMEQ_ADMIN_VIRT_MGMT]		= "Virtualization Management",
	[NVMEQ_ADMIN_MI_SEND]		= "NVMe-MI Send",
	[NVMEQ_ADMIN_MI_RECV]		= "NVMe-MI Receive",
	[NVMEQ_ADMIN_CAPACITY_MGMT]	= "Capacity Management",
	[NVMEQ_ADMIN_LOCKDOWN]		= "Lockdown",
	[NVMEQ_ADMIN_DBBUF_CONFIG]	= "Doorbell Buffer Config",
	[NVMEQ_ADMIN_FABRICS]		= "Fabrics Commands",
	[NVMEQ_ADMIN_FORMAT_NVM]	= "Format NVM",
	[NVMEQ_ADMIN_SECURITY_SEND]	= "Security Send",
	[NVMEQ_ADMIN_SECURITY_RECV]	= "Security Receive",
	[NVMEQ_ADMIN_SANITIZE]		= "Sanitize",
	[NVMEQ_ADMIN_GET_LBA_STATUS]	= "Get LBA Status",
};

static const char *const status_nvm_ops[256] = {
	[NVMEQ_NVM_FLUSH]		= "Flush",
	[NVMEQ_NVM_WRITE]		= "Write",
	[NVMEQ_NVM_READ]		= "Read",
	[NVMEQ_NVM_WRITE_UNCOR]		= "Write Uncorrectable",
	[NVMEQ_NVM_COMPARE]		= "Compare",
	[NVMEQ_NVM_WRITE_ZEROES]	= "Write Zeroes",
	[NVMEQ_NVM_DSM]			= "Dataset Management",
	[NVMEQ_NVM_VERIFY]		= "Verify",
	[NVMEQ_NVM_RESV_REGISTER]	= "Reservation Register",
	[NVMEQ_NVM_RESV_REPORT]		= "Reservation Report",
	[NVMEQ_NVM_RESV_ACQUIRE]	= "Reservation Acquire",
	[NVMEQ_NVM_RESV_RELEASE]	= "Reservation Release",
	[NVMEQ_NVM_COPY]		= "Copy",
	[NVMEQ_NVM_ZONE_MGMT_SEND]	= "Zone Management Send",
	[NVMEQ_NVM_ZONE_MGMT_RECV]	= "Zone Management Receive",
	[NVMEQ_NVM_ZONE_APPEND]		= "Zone Append",
};

const char *nvmeq_admin_op_name(u8 opcode)
{
	return status_admin_ops[opcode] ? status_admin_ops[opcode] : "unknown";
}

const char *nvmeq_nvm_op_name(u8 opcode)
{
	return status_nvm_ops[opcode] ? status_nvm_ops[opcode] : "unknown";
}
