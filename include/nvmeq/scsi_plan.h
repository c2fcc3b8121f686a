/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scsi_plan.h - for those who write the plan of a SCSI command
 *
 * A plan is a function that looks at t->req and t->f and ends with exactly one
 * of the calls below. Calls that take @then return at once; @then is called
 * when the step is over, and ends the same way. So the steps of a command
 * stand below each other in the file and there is no state number:
 *
 *	static void temperature_page(struct nvmeq_scsi_task *t)
 *	{
 *		const u8 *smart = nvmeq_scsi_work(t, 0);
 *		...put into &t->resp...
 *		nvmeq_scsi_good(t);
 *	}
 *
 *	void nvmeq_scsi_plan_log(struct nvmeq_scsi_task *t)
 *	{
 *		nvmeq_cmd_get_log(nvmeq_scsi_sqe(t), NVMEQ_LOG_SMART, NVMEQ_NSID_ALL, 512, 0);
 *		nvmeq_scsi_send_admin(t, nvmeq_scsi_in_work(0, 512), temperature_page);
 *	}
 *
 * An NVMe command that fails ends the task with the sense of its status;
 * nvmeq_scsi_tolerate() before the send gives the answer to @then instead.
 *
 * Scratch memory is two areas: work, nvmeq_scsi_work_bytes() long, for what
 * comes from the caller or the controller; behind it op->resp bytes under
 * t->resp, of which a command that ends GOOD gives the caller what was put,
 * cut by allocation and transfer length. A plan never asks what these are.
 */
#ifndef NVMEQ_SCSI_PLAN_H
#define NVMEQ_SCSI_PLAN_H

#include <nvmeq/cmd.h>
#include <nvmeq/scsi.h>

/* --- ends --- */

void nvmeq_scsi_good(struct nvmeq_scsi_task *t);
void nvmeq_scsi_fail(struct nvmeq_scsi_task *t, u32 code);
/* As nvmeq_sense_field(): @code NVMEQ_SENSE_CDB_FIELD or NVMEQ_SENSE_LIST_FIELD. */
void nvmeq_scsi_fail_field(struct nvmeq_scsi_task *t, u32 code, u16 byte, u8 bit);
void nvmeq_scsi_fail_sense(struct nvmeq_scsi_task *t, const struct nvmeq_sense *s);
/* By the status of an NVMe command; GOOD when that is what the status means. */
void nvmeq_scsi_fail_status(struct nvmeq_scsi_task *t, u16 status);

/* --- steps --- */

/* The entry to encode into before a send; already zero but for what was encoded. */
static inline struct nvmeq_sqe *nvmeq_scsi_sqe(struct nvmeq_scsi_task *t)
{
	return &t->step.cmd[0].sqe;
}

static inline struct nvmeq_scsi_data nvmeq_scsi_no_data(void)
{
	return (struct nvmeq_scsi_data) { .where = NVMEQ_SCSI_NOWHERE };
}

/* @at: from the start of the work area, a multiple of 512. */
static inline struct nvmeq_scsi_data nvmeq_scsi_in_work(u32 at, u32 bytes)
{
	return (struct nvmeq_scsi_data) {
		.where = NVMEQ_SCSI_SCRATCH, .at = at, .bytes = bytes, .present = bytes,
	};
}

/* Bytes of the caller's transfer; "present" tells how many of them it has room for. */
struct nvmeq_scsi_data nvmeq_scsi_of_caller(const struct nvmeq_scsi_task *t, u32 at, u32 bytes,
					    bool out);

/* Send what was encoded into nvmeq_scsi_sqe(). */
void nvmeq_scsi_send_admin(struct nvmeq_scsi_task *t, struct nvmeq_scsi_data data,
			   nvmeq_scsi_then then);
void nvmeq_scsi_send_io(struct nvmeq_scsi_task *t, struct nvmeq_scsi_data data,
			nvmeq_scsi_then then);
/* The next answer goes to the plan even if it is an error. */
void nvmeq_scsi_tolerate(struct nvmeq_scsi_task *t);
/* Did the last send end well? */
bool nvmeq_scsi_succeeded(const struct nvmeq_scsi_task *t);

/*
 * nvmeq_scsi_need_list() - fetch the parameter list to the start of the work area
 *
 * At most as long as req->list_bytes, the transfer and the work area are;
 * t->list and t->list_bytes tell. A length of 0 in the CDB ends the command
 * GOOD; a list of which nothing came is too short.
 */
void nvmeq_scsi_need_list(struct nvmeq_scsi_task *t, nvmeq_scsi_then then);
/* Fetch any part of the caller's data-out, which must have it, to @to of the work area. */
void nvmeq_scsi_need(struct nvmeq_scsi_task *t, u32 from, u32 to, u32 bytes,
		     nvmeq_scsi_then then);
void nvmeq_scsi_wait(struct nvmeq_scsi_task *t, u32 ms, nvmeq_scsi_then then);
/* The caller gets GOOD now; its data is out of reach from here on. */
void nvmeq_scsi_detach(struct nvmeq_scsi_task *t, nvmeq_scsi_then then);

/* Memory of the work area; NULL behind its end. */
void *nvmeq_scsi_work(const struct nvmeq_scsi_task *t, u32 at);
/* Bytes of it: op->work, or as many as the blocks of the command ask for. */
u32 nvmeq_scsi_work_bytes(const struct nvmeq_scsi_task *t);

/* --- walking over blocks (scsi_rw.c) --- */

/**
 * nvmeq_scsi_walk_begin() - one kind of command for every block of the request
 * @t: task; @t->walk is wholly written, the caller may then change it
 * @opcode: of enum nvmeq_nvm_op
 * @where: where the data is; NVMEQ_SCSI_SCRATCH: the start of the work area, every time
 * @done: when all are through
 *
 * Commands are as long as the controller takes them; a medium error is
 * narrowed down by halves to the block, which becomes the INFORMATION.
 * nvmeq_scsi_walk_go() sends the first one.
 */
void nvmeq_scsi_walk_begin(struct nvmeq_scsi_task *t, u8 opcode, u8 where, nvmeq_scsi_then done);
void nvmeq_scsi_walk_go(struct nvmeq_scsi_task *t);
/* The blocks of the last command are through; the next one. */
void nvmeq_scsi_walk_on(struct nvmeq_scsi_task *t);

/* PRINFO in dword 12 where the caller has no tuples: the controller makes and takes them away. */
u32 nvmeq_scsi_strip(const struct nvmeq_scsi_task *t, bool write);
/* PRINFO in dword 12 for req->protect; false when that is not allowed here, and the task has
 * failed.
 */
bool nvmeq_scsi_protect(struct nvmeq_scsi_task *t, bool write, u32 *flags);

/* --- decoders (scsi_cdb.c): fields to @req; false when one is illegal --- */

bool nvmeq_scsi_cdb_rw6(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_rw(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_verify(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_sync(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_compare_write(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_write_same(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_unmap(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_capacity10(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_capacity16(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_lba_status(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_request_sense(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_inquiry(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_mode_sense(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_mode_select(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_log_sense(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_report_luns(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_opcodes(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_tmfs(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_start_stop(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_format(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_sanitize(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_write_buffer(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_security_in(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_security_out(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_reserve_in(const u8 *cdb, struct nvmeq_scsi_req *req);
bool nvmeq_scsi_cdb_reserve_out(const u8 *cdb, struct nvmeq_scsi_req *req);

/* --- the plans, by file --- */

/* scsi_rw.c */
void nvmeq_scsi_plan_ready(struct nvmeq_scsi_task *t);
void nvmeq_scsi_plan_read(struct nvmeq_scsi_task *t);
void nvmeq_scsi_plan_write(struct nvmeq_scsi_task *t);
void nvmeq_scsi_plan_sync(struct nvmeq_scsi_task *t);
/* scsi_verify.c */
void nvmeq_scsi_plan_verify(struct nvmeq_scsi_task *t);
void nvmeq_scsi_plan_write_verify(struct nvmeq_scsi_task *t);
void nvmeq_scsi_plan_compare_write(struct nvmeq_scsi_task *t);
/* scsi_same.c */
void nvmeq_scsi_plan_write_same(struct nvmeq_scsi_task *t);
void nvmeq_scsi_plan_unmap(struct nvmeq_scsi_task *t);
/* scsi_inquiry.c */
void nvmeq_scsi_plan_inquiry(struct nvmeq_scsi_task *t);
/* scsi_mode.c */
void nvmeq_scsi_plan_mode_sense(struct nvmeq_scsi_task *t);
void nvmeq_scsi_plan_mode_select(struct nvmeq_scsi_task *t);
/* scsi_data.c */
void nvmeq_scsi_plan_capacity10(struct nvmeq_scsi_task *t);
void nvmeq_scsi_plan_capacity16(struct nvmeq_scsi_task *t);
void nvmeq_scsi_plan_luns(struct nvmeq_scsi_task *t);
void nvmeq_scsi_plan_lba_status(struct nvmeq_scsi_task *t);
void nvmeq_scsi_plan_opcodes(struct nvmeq_scsi_task *t);
void nvmeq_scsi_plan_tmfs(struct nvmeq_scsi_task *t);
/* scsi_log.c */
void nvmeq_scsi_plan_log(struct nvmeq_scsi_task *t);
void nvmeq_scsi_plan_request_sense(struct nvmeq_scsi_task *t);
/* scsi_format.c */
void nvmeq_scsi_plan_format(struct nvmeq_scsi_task *t);
void nvmeq_scsi_plan_sanitize(struct nvmeq_scsi_task *t);
/* scsi_buffer.c */
void nvmeq_scsi_plan_write_buffer(struct nvmeq_scsi_task *t);
/* scsi_power.c */
void nvmeq_scsi_plan_start_stop(struct nvmeq_scsi_task *t);
/* scsi_security.c */
void nvmeq_scsi_plan_security_in(struct nvmeq_scsi_task *t);
void nvmeq_scsi_plan_security_out(struct nvmeq_scsi_task *t);
/* scsi_reserve.c */
void nvmeq_scsi_plan_reserve_in(struct nvmeq_scsi_task *t);
void nvmeq_scsi_plan_reserve_out(struct nvmeq_scsi_task *t);

#endif /* NVMEQ_SCSI_PLAN_H */
