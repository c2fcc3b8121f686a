/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scsi.h - SCSI commands in terms of NVMe commands: the side that runs them
 *
 * A command becomes a task, and the task says step by step what to do:
 *
 *	nvmeq_scsi_decode(cdb, len, facts, &req);
 *	scratch = allocate(nvmeq_scsi_scratch_bytes(&req, facts));
 *	nvmeq_scsi_begin(&task, &req, facts, &state, &mem);
 *	while ((step = nvmeq_scsi_next(&task))->act != NVMEQ_SCSI_DONE)
 *		do what step->act says, then
 *		nvmeq_scsi_answer(&task, &answer) after SEND,
 *		nvmeq_scsi_resume(&task) after the others;
 *	copy task.out to the caller
 *
 * Nothing here allocates, sleeps or touches the caller's memory. Between two
 * steps a task may be dropped, or ended by nvmeq_scsi_cancel(). The number of
 * steps is bounded by the lengths that were checked at the beginning; only
 * NVMEQ_SCSI_WAIT, which polls a long operation, is not.
 */
#ifndef NVMEQ_SCSI_H
#define NVMEQ_SCSI_H

#include <nvmeq/buf.h>
#include <nvmeq/scsi_facts.h>
#include <nvmeq/scsi_sense.h>
#include <nvmeq/spec_cmd.h>

#define NVMEQ_SCSI_CDB_MAX	16
#define NVMEQ_SCSI_NO_ACTION	0xffff	/* the opcode has no service actions */
#define NVMEQ_SCSI_BULK_BYTES	(128U << 10)

struct nvmeq_scsi_req;
struct nvmeq_scsi_task;

/* --- the table of commands --- */

/* Who may send it. */
enum nvmeq_scsi_perm {
	NVMEQ_SCSI_READER,	/* whoever could open the node */
	NVMEQ_SCSI_WRITER,	/* opened for writing */
	NVMEQ_SCSI_ROOT,	/* CAP_SYS_RAWIO */
};

#define NVMEQ_SCSI_OP_MEDIUM	BIT(0)	/* needs blocks that can be addressed */
#define NVMEQ_SCSI_OP_RANGE	BIT(1)	/* lba and blocks must be on the disk */
#define NVMEQ_SCSI_OP_WRITES	BIT(2)	/* changes blocks: refused on a read-only disk */
#define NVMEQ_SCSI_OP_EXCLUSIVE	BIT(3)	/* nobody else may hold the disk meanwhile (format) */
#define NVMEQ_SCSI_OP_SAME	BIT(4)	/* work area for the block of a WRITE SAME, as is needed */
#define NVMEQ_SCSI_OP_VERIFY	BIT(5)	/* the same for BYTCHK */
#define NVMEQ_SCSI_OP_STRICT	BIT(6)	/* reserved bits of byte 1 must be 0 */

/**
 * struct nvmeq_scsi_op - a row: one opcode, or one service action of it
 * @name: as the standard has it
 * @opcode: first byte of the CDB
 * @perm: enum nvmeq_scsi_perm
 * @cdb_bytes: 6, 10, 12 or 16
 * @flags: NVMEQ_SCSI_OP_...
 * @action: service action, or NVMEQ_SCSI_NO_ACTION
 * @work: bytes of scratch for data of the caller or the controller, multiple of 512; 0 with
 *	NVMEQ_SCSI_OP_SAME and NVMEQ_SCSI_OP_VERIFY, where the command's length tells
 * @resp: bytes of scratch for the response
 * @usage: bits of the CDB that are looked at (REPORT SUPPORTED OPERATION CODES)
 * @offered: this controller and namespace can do it; NULL: always
 * @decode: fields to @req; false when one is illegal, with req->refusal set
 * @plan: first step of the task
 */
struct nvmeq_scsi_op {
	const char *name;
	u8 opcode;
	u8 perm;
	u8 cdb_bytes;
	u8 flags;
	u16 action;
	u16 work;
	u16 resp;
	u8 usage[NVMEQ_SCSI_CDB_MAX];
	bool (*offered)(const struct nvmeq_scsi_facts *f);
	bool (*decode)(const u8 *cdb, struct nvmeq_scsi_req *req);
	void (*plan)(struct nvmeq_scsi_task *t);
};

/* Rows in the order of opcode and service action; NULL beyond the end. */
const struct nvmeq_scsi_op *nvmeq_scsi_op_row(unsigned int i);
/* The row of an opcode and service action (NVMEQ_SCSI_NO_ACTION), offered or not; or NULL. */
const struct nvmeq_scsi_op *nvmeq_scsi_op_find(u8 opcode, u16 action);
/* The row that a CDB with these first two bytes means; or NULL. */
const struct nvmeq_scsi_op *nvmeq_scsi_op_of(u8 opcode, u8 byte1);
bool nvmeq_scsi_op_offered(const struct nvmeq_scsi_op *op, const struct nvmeq_scsi_facts *f);
/* Does any offered row of the opcode have service actions? */
bool nvmeq_scsi_op_has_actions(u8 opcode, const struct nvmeq_scsi_facts *f);

/**
 * struct nvmeq_scsi_caller - who sends a command
 * @privileged: has CAP_SYS_RAWIO
 * @writable: the node was opened for writing
 * @partition: it is a partition's
 */
struct nvmeq_scsi_caller {
	bool privileged;
	bool writable;
	bool partition;
};

/**
 * nvmeq_scsi_permitted() - may the caller send this?
 * @cdb: command
 * @len: bytes of it, 0 possible
 * @who: caller
 *
 * Opcodes that have no row are left to the privileged, who are then told that
 * they are not supported. A partition's descriptor reaches nothing: commands
 * name blocks of the whole disk.
 */
bool nvmeq_scsi_permitted(const u8 *cdb, size_t len, const struct nvmeq_scsi_caller *who);

/* --- the decoded command --- */

/**
 * struct nvmeq_scsi_req - a CDB in host order
 * @op: its row; NULL when there is none that is offered
 * @refusal: why it is illegal; code 0 when it is not
 * @cdb: the bytes, zeroes behind those that were given
 * @lba: first block
 * @blocks: number of them; READ and WRITE(6) with 0 say 256 here already
 * @alloc_bytes: allocation length
 * @list_bytes: parameter list length
 * @protect: RDPROTECT, WRPROTECT or VRPROTECT
 * @bytchk: BYTCHK of VERIFY and WRITE AND VERIFY
 * @fua: force unit access
 * @immed: return before the end
 * @unmap: UNMAP of WRITE SAME
 * @no_data: NDOB of WRITE SAME(16)
 *
 * The members below belong to the commands they are named after; the others
 * do not set them.
 */
struct nvmeq_scsi_req {
	const struct nvmeq_scsi_op *op;
	struct nvmeq_sense refusal;
	u8 cdb[NVMEQ_SCSI_CDB_MAX];
	u64 lba;
	u32 blocks;
	u32 alloc_bytes;
	u32 list_bytes;
	u8 protect;
	u8 bytchk;
	bool fua;
	bool immed;
	bool unmap;
	bool no_data;
	/* private: one command's each */
	union {
		struct { bool evpd; u8 page; } inquiry;
		struct { bool no_blocks, long_lba; u8 control, page, subpage; } mode_sense;
		struct { bool page_format, save; } mode_select;
		struct { u8 control, page, subpage; u16 parameter; } log;
		struct { u8 select; } luns;
		struct { bool descriptor; } request_sense;
		struct { u8 protocol; u16 specific; } security;
		struct { u8 condition, modifier; bool no_flush, start; } power;
		struct { u8 mode, specific, id; u32 offset; } buffer;
		struct { u8 pi, defects; bool data, long_list, complete; } format;
		struct { u8 scope, type; } reserve;
		struct { bool timeouts; u8 option, opcode; u16 action; } opcodes;
		struct { bool ause; } sanitize;
	};
};

/**
 * nvmeq_scsi_decode() - CDB to request
 * @cdb: command
 * @len: bytes of it; more than the opcode has are ignored
 * @f: facts
 * @req: result, wholly written
 *
 * Illegal commands are decoded too, to req->refusal: the task of such a
 * request is done at once.
 */
void nvmeq_scsi_decode(const u8 *cdb, size_t len, const struct nvmeq_scsi_facts *f,
		       struct nvmeq_scsi_req *req);

/* Scratch memory that the task will need, 0 possible. Zeroing it is not needed. */
u32 nvmeq_scsi_scratch_bytes(const struct nvmeq_scsi_req *req, const struct nvmeq_scsi_facts *f);

/* --- steps --- */

/* Where the data of an NVMe command is. */
enum nvmeq_scsi_where {
	NVMEQ_SCSI_NOWHERE,	/* the command has none */
	NVMEQ_SCSI_CALLER,	/* bytes @at.. of the caller's transfer */
	NVMEQ_SCSI_SCRATCH,	/* bytes @at.. of the scratch memory; @at is a multiple of 512 */
};

/* What goes through the metadata pointer. */
enum nvmeq_scsi_meta {
	NVMEQ_SCSI_META_NONE,
	NVMEQ_SCSI_META_SPARE,	/* a buffer nobody looks at: zeroes to the controller, dropped */
	NVMEQ_SCSI_META_INLINE,	/* the caller has 8 bytes behind each block; @bytes counts both */
};

/**
 * struct nvmeq_scsi_data - data of one NVMe command
 * @where: enum nvmeq_scsi_where
 * @meta: enum nvmeq_scsi_meta
 * @at: first byte there
 * @bytes: what the controller moves (with META_INLINE: and the metadata)
 * @present: of these, how many the caller's transfer has room for, from @at on. Less than
 *	@bytes only towards the caller: read into memory of the driver's own, copy that many
 * @meta_bytes: length of the metadata buffer
 *
 * The direction is told by the opcode (NVMEQ_OP_DATA_OUT()).
 */
struct nvmeq_scsi_data {
	u8 where;
	u8 meta;
	u32 at;
	u32 bytes;
	u32 present;
	u32 meta_bytes;
};

/**
 * struct nvmeq_scsi_cmd - one NVMe command
 * @sqe: without identifier, pointers and PSDT; with FUSE
 * @admin: for the admin queue
 * @once: must not be sent again by the driver when it failed
 * @data: its data
 */
struct nvmeq_scsi_cmd {
	struct nvmeq_sqe sqe;
	bool admin;
	bool once;
	struct nvmeq_scsi_data data;
};

enum nvmeq_scsi_act {
	NVMEQ_SCSI_NOTHING,	/* private: never returned by nvmeq_scsi_next() */
	NVMEQ_SCSI_SEND,	/* cmd[0]; if fused also cmd[1], right behind it in the ring */
	NVMEQ_SCSI_NEED,	/* copy bytes from "from" of the data-out to "to" of scratch */
	NVMEQ_SCSI_WAIT,	/* sleep @wait_ms */
	NVMEQ_SCSI_DETACH,	/* the caller gets GOOD now, the task goes on without one */
	NVMEQ_SCSI_DONE,	/* see struct nvmeq_scsi_out */
};

/**
 * struct nvmeq_scsi_step - what to do next
 * @act: enum nvmeq_scsi_act
 * @fused: two commands
 * @cmd: of SEND
 * @from: of NEED
 * @to: of NEED
 * @bytes: of NEED
 * @wait_ms: of WAIT
 */
struct nvmeq_scsi_step {
	u8 act;
	bool fused;
	struct nvmeq_scsi_cmd cmd[2];
	u32 from;
	u32 to;
	u32 bytes;
	u32 wait_ms;
};

/**
 * struct nvmeq_scsi_answer - completion of a SEND
 * @status: of cmd[0], without the phase bit
 * @fused_status: of cmd[1]
 * @result: dwords 0 and 1 of cmd[0]'s completion
 */
struct nvmeq_scsi_answer {
	u16 status;
	u16 fused_status;
	u64 result;
};

/* What the kernel side has to do after the command, however it ended. */
#define NVMEQ_SCSI_AFTER_CACHE	BIT(0)	/* ask for the write cache and tell the block layer */
#define NVMEQ_SCSI_AFTER_STATE	BIT(1)	/* take nvmeq_scsi_task.state back */

/* What kept a command from getting through; the values of sg_io_hdr.host_status. */
enum nvmeq_scsi_host {
	NVMEQ_SCSI_HOST_OK		= 0x00,
	NVMEQ_SCSI_HOST_NO_CONNECT	= 0x01,	/* controller gone or given up */
	NVMEQ_SCSI_HOST_TIME_OUT	= 0x03,
	NVMEQ_SCSI_HOST_ABORT		= 0x05,
	NVMEQ_SCSI_HOST_ERROR		= 0x07,
	NVMEQ_SCSI_HOST_RESET		= 0x08,	/* a controller reset took it away */
};

/**
 * struct nvmeq_scsi_out - how it ended
 * @sense: status byte in its code (NVMEQ_SENSE_SAM()), and what else there is to say
 * @host: enum nvmeq_scsi_host
 * @after: NVMEQ_SCSI_AFTER_...
 * @resp_at: response in scratch
 * @resp_bytes: of it, to be copied to the start of the caller's data-in
 * @moved: bytes of the caller's transfer that were used, the response included; the
 *	residual is the transfer length less this
 */
struct nvmeq_scsi_out {
	struct nvmeq_sense sense;
	u16 host;
	u32 after;
	u32 resp_at;
	u32 resp_bytes;
	u32 moved;
};

/* --- the task --- */

/**
 * struct nvmeq_scsi_mem - what is lent to a task
 * @in_bytes: the caller takes that much, 0 when its transfer goes the other way
 * @out_bytes: the caller gives that much
 * @scratch: aligned to 8 bytes; the controller reads and writes it
 * @scratch_bytes: at least nvmeq_scsi_scratch_bytes()
 */
struct nvmeq_scsi_mem {
	u32 in_bytes;
	u32 out_bytes;
	void *scratch;
	u32 scratch_bytes;
};

typedef void (*nvmeq_scsi_then)(struct nvmeq_scsi_task *t);

/* Private to drivers/lib/scsi_rw.c: a walk over blocks, command by command. */
struct nvmeq_scsi_walk {
	u64 lba;		/* next block */
	u64 end;		/* behind the last one */
	u64 bad_end;		/* an error is known to be before this block; 0 none is known */
	u32 at;			/* its data in the caller's transfer or in scratch */
	u32 unit;		/* bytes of data per block, with protection */
	u32 max;		/* blocks of one command */
	u32 n;			/* blocks of the command under way */
	u32 flags;		/* dword 12: FUA, DEAC, PRINFO */
	u8 opcode;
	u8 where;
	bool repeat;		/* the same data for every command: @at stays */
	nvmeq_scsi_then check;	/* after each command, ends in nvmeq_scsi_walk_on(); or NULL */
	nvmeq_scsi_then done;
};

/**
 * struct nvmeq_scsi_task - one SCSI command on its way
 * @req: the request; must outlive the task, like @f
 * @f: facts
 * @state: copy of the namespace's state, see NVMEQ_SCSI_AFTER_STATE
 * @mem: what was lent
 * @resp: response; what is put here is the data-in of a command that ends GOOD
 * @list: parameter list in scratch, after nvmeq_scsi_need_list()
 * @list_bytes: its length
 * @out: how it ended, valid with NVMEQ_SCSI_DONE
 * @answer: to the last SEND
 * @step: under way
 * @then: called when it is over
 * @tolerant: @then sees errors of the last SEND too
 * @walk: over blocks
 */
struct nvmeq_scsi_task {
	const struct nvmeq_scsi_req *req;
	const struct nvmeq_scsi_facts *f;
	struct nvmeq_scsi_state state;
	struct nvmeq_scsi_mem mem;
	struct nvmeq_buf resp;
	const u8 *list;
	u32 list_bytes;
	struct nvmeq_scsi_out out;
	struct nvmeq_scsi_answer answer;
	struct nvmeq_scsi_step step;
	nvmeq_scsi_then then;
	bool tolerant;
	struct nvmeq_scsi_walk walk;
	/* private: variables of the commands that take more than one step */
	union {
		struct { u32 index, count; u64 lba, left; } unmap;
		struct { u32 at; } vars;
		struct {
			struct nvmeq_scsi_state next;
			u16 recovery_ms;
			bool wce, set_wce;
		} mode;
		struct { u16 warn_kelvin; } log;
	};
};

/**
 * nvmeq_scsi_begin() - start a task
 * @t: task, wholly written
 * @req: request
 * @f: facts
 * @state: state of the namespace, copied
 * @mem: memory, copied
 */
void nvmeq_scsi_begin(struct nvmeq_scsi_task *t, const struct nvmeq_scsi_req *req,
		      const struct nvmeq_scsi_facts *f, const struct nvmeq_scsi_state *state,
		      const struct nvmeq_scsi_mem *mem);

/* The step to take; the same again until it is answered. */
const struct nvmeq_scsi_step *nvmeq_scsi_next(struct nvmeq_scsi_task *t);
/* A SEND has completed, well or not. */
void nvmeq_scsi_answer(struct nvmeq_scsi_task *t, const struct nvmeq_scsi_answer *a);
/* A NEED, WAIT or DETACH has been done. */
void nvmeq_scsi_resume(struct nvmeq_scsi_task *t);
/* End it before its time, whatever it waits for; what was moved is kept. */
void nvmeq_scsi_cancel(struct nvmeq_scsi_task *t, enum nvmeq_scsi_host host);

/* Sense bytes of a task that is done, in the format that D_SENSE asks for; 0 when it has none. */
u32 nvmeq_scsi_sense_bytes(const struct nvmeq_scsi_task *t, void *buf, u32 len);

#endif /* NVMEQ_SCSI_H */
