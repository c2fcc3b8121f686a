// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_security.c - SECURITY PROTOCOL IN and OUT
 *
 * One Security Receive or Security Send each, between the controller and the
 * caller's own memory. What is inside is the business of the two; nothing is
 * looked at, nor cut into pieces, since a protocol counts commands.
 *
 * Without data they differ: IN has nothing to ask for. OUT is sent, because
 * some protocols (freezing an ATA security state) are commands without data.
 */
#include <nvmeq/scsi_plan.h>

#define SECURITY_LENGTH_AT	6

static bool security_fits(struct nvmeq_scsi_task *t, u32 bytes)
{
	if (bytes <= t->f->max_transfer_bytes)
		return true;
	nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, SECURITY_LENGTH_AT, NVMEQ_SENSE_NO_BIT);
	return false;
}

/* The controller is asked for the allocation length, of which the caller may have less room. */
void nvmeq_scsi_plan_security_in(struct nvmeq_scsi_task *t)
{
	u32 bytes = t->req->alloc_bytes;

	if (!security_fits(t, bytes))
		return;
	if (!bytes || !t->mem.in_bytes) {
		nvmeq_scsi_good(t);
		return;
	}
	nvmeq_cmd_security_recv(nvmeq_scsi_sqe(t), t->req->security.protocol,
				t->req->security.specific, bytes);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_of_caller(t, 0, bytes, false), nvmeq_scsi_good);
}

void nvmeq_scsi_plan_security_out(struct nvmeq_scsi_task *t)
{
	u32 bytes = t->req->list_bytes;

	if (!security_fits(t, bytes))
		return;
	if (bytes > t->mem.out_bytes) {
		nvmeq_scsi_fail(t, NVMEQ_SENSE_LIST_LENGTH);
		return;
	}
	nvmeq_cmd_security_send(nvmeq_scsi_sqe(t), t->req->security.protocol,
				t->req->security.specific, bytes);
	nvmeq_scsi_send_admin(t, bytes ? nvmeq_scsi_of_caller(t, 0, bytes, true) :
			      nvmeq_scsi_no_data(), nvmeq_scsi_good);
}
