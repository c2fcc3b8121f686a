/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scsi_ctrl.h - a controller with one namespace, under a SCSI command
 *
 * scsi_ctrl_run() does what the kernel side does with a task: it lends memory,
 * follows the steps and answers them, with a namespace in memory behind. Blocks
 * that nobody wrote read as zeroes, so the namespace may be of any size.
 *
 * It is written from the NVMe specifications alone and believes nothing: each
 * entry is checked against what Identify allowed (Base 2.0c section 5, NVM
 * Command Set 1.0c section 3), each buffer against the memory that was lent,
 * each length against what the command moves. The first rule that is broken
 * is kept in @wrong. Caller's buffers and scratch end at guard pages and begin
 * as garbage.
 */
#ifndef NVMEQ_MODEL_SCSI_CTRL_H
#define NVMEQ_MODEL_SCSI_CTRL_H

#include <nvmeq/scsi.h>

#define SCSI_CTRL_SENT		1024	/* commands that are remembered */
#define SCSI_CTRL_FAILS		8
#define SCSI_CTRL_BUCKETS	1024
#define SCSI_CTRL_KEEP		(1u << 20)	/* bytes of firmware or security data */
#define SCSI_CTRL_HOSTS		64

struct scsi_ctrl_sent {
	struct nvmeq_sqe sqe;
	bool admin;
	struct nvmeq_scsi_data data;
	u16 status;
};

struct scsi_ctrl_block;

/* Guarded memory that is used again. */
#define SCSI_CTRL_LENT		4

struct scsi_ctrl_lent {
	u8 *p[SCSI_CTRL_LENT];
	u32 bytes[SCSI_CTRL_LENT];
	u32 next;
};

/* One registered host of the namespace; index 0 is the host under test. */
struct scsi_ctrl_host {
	bool registered;
	bool holder;
	u64 key;
	u64 hostid;
};

struct scsi_ctrl {
	const struct nvmeq_scsi_facts *f;
	struct nvmeq_scsi_state state;		/* handed to each command, and taken back */
	const char *wrong;			/* first rule broken, or NULL */

	/* what it answers; free to change between commands */
	u32 feature[256];			/* current values */
	u32 feature_default[256];
	u8 smart[512];
	u8 sanitize_log[512];
	u8 self_test_log[564];
	u8 identify_ns[4096];
	u8 lba_status[4096];
	u32 sanitize_waits;			/* WAIT steps until a sanitize is over */
	bool sanitize_fails;
	bool has_bad_lba;			/* reading it is an unrecovered error */
	u64 bad_lba;
	bool has_bad_write;			/* writing it is a write fault */
	u64 bad_write;
	bool dsm_ignored;			/* deallocation leaves the data as it was */
	struct {
		bool set, admin;
		u8 opcode;
		u32 skip;
		u16 status;
	} fail[SCSI_CTRL_FAILS];

	/* what it keeps */
	struct scsi_ctrl_block *bucket[SCSI_CTRL_BUCKETS];
	u8 *kept;				/* firmware image, security data sent; or NULL */
	u32 kept_bytes;
	u8 security[4096];			/* what Security Receive gives */
	struct scsi_ctrl_host host[SCSI_CTRL_HOSTS];
	u8 rtype;				/* reservation type, 0 none */
	bool ptpl;
	u32 generation;
	u32 flushes;
	u32 waited_ms;

	/* private */
	const u8 *out;
	u8 *in;
	u32 out_bytes, in_bytes;
	u8 *scratch;
	u32 scratch_bytes, work_bytes;
	u64 result;

	/* what it was sent; last, because scsi_ctrl_init() leaves the array as it is */
	u32 nsent;				/* may exceed SCSI_CTRL_SENT */
	struct scsi_ctrl_sent sent[SCSI_CTRL_SENT];
};

/* @f must outlive the controller; the caller may change it between two commands. */
void scsi_ctrl_init(struct scsi_ctrl *c, const struct nvmeq_scsi_facts *f);
void scsi_ctrl_free(struct scsi_ctrl *c);

/* After @skip more commands of this opcode, one ends with @status and has no effect. Those that
 * fail by an earlier call do not count, so two calls with 0 let two commands fail.
 */
void scsi_ctrl_fail(struct scsi_ctrl *c, bool admin, u8 opcode, u32 skip, u16 status);

/* Blocks as the medium has them, without a command. */
void scsi_ctrl_peek(struct scsi_ctrl *c, u64 lba, u32 blocks, u8 *data);
void scsi_ctrl_poke(struct scsi_ctrl *c, u64 lba, u32 blocks, const u8 *data);
/* The 8 bytes of protection information that belong to a block; its guard is not a CRC. */
void scsi_ctrl_tuple(const struct nvmeq_scsi_facts *f, const u8 *data, u64 lba, u8 *tuple);

/* Commands of this opcode that were sent since the last scsi_ctrl_forget(). */
u32 scsi_ctrl_count(const struct scsi_ctrl *c, bool admin, u8 opcode);
void scsi_ctrl_forget(struct scsi_ctrl *c);

/**
 * struct scsi_run - one SCSI command, from beginning to end
 * @cdb: command
 * @cdb_len: bytes of it
 * @out: data-out, or NULL
 * @out_bytes: length of it
 * @in_bytes: room for data-in; not both
 * @cancel_at: instead of doing this step, counted from 1, the task is cancelled; 0 never
 * @cancel_host: what the task is told then
 *
 * Results:
 * @in: data-in, @in_bytes long and 0xee where nothing came; until the next run
 * @end: how it ended
 * @sense: sense bytes
 * @sense_bytes: their number
 * @steps: taken
 * @detached: GOOD went to the caller before the end
 */
struct scsi_run {
	u8 cdb[32];
	size_t cdb_len;
	const void *out;
	u32 out_bytes;
	u32 in_bytes;
	u32 cancel_at;
	enum nvmeq_scsi_host cancel_host;

	u8 *in;
	struct nvmeq_scsi_out end;
	u8 sense[64];
	u32 sense_bytes;
	u32 steps;
	bool detached;
	/* private */
	struct scsi_ctrl_lent lent;
};

void scsi_ctrl_run(struct scsi_ctrl *c, struct scsi_run *r);
/* Frees @in; a run may be used again without. */
void scsi_run_free(struct scsi_run *r);

#endif /* NVMEQ_MODEL_SCSI_CTRL_H */
