/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scsi_row.h - a SCSI command as a row of a table: what is sent, how it ends
 *
 * For commands that are few NVMe commands with known bytes. A row is run by a
 * rig, which stands for everybody else: it lends guarded memory that begins as
 * garbage, follows the steps, answers each NVMe command with the next status of
 * the row, and checks what is true of every command. There is no disk behind
 * it; data towards the host comes from a function of the test.
 */
#ifndef NVMEQ_TEST_SCSI_ROW_H
#define NVMEQ_TEST_SCSI_ROW_H

#include <nvmeq/scsi.h>

#define SCSI_ROW_CMDS	6

/* One NVMe command; @queue 0 ends the list. */
struct scsi_row_cmd {
	char queue;		/* 'a' admin, 'i' I/O */
	u8 opcode;
	u32 nsid;
	u32 cdw10;
	u32 cdw11;
	u32 bytes;		/* of data */
};

/* A field pointer: into the CDB (5/24/00) or the parameter list, by what the sense is. */
#define AT(byte, bit)	(0x80000000u | (u32)(byte) << 8 | (bit))
#define AT_BYTE(byte)	(0xc0000000u | (u32)(byte) << 8)

/**
 * struct scsi_row - a command and its end
 * @desc: of the row
 * @cdb: command, as long as its opcode says
 * @out_bytes: length of the data-out
 * @in_bytes: room for data-in
 * @sense: code it ends with; 0 GOOD
 * @at: AT() or AT_BYTE(); 0: not looked at
 * @moved: bytes of the transfer that were used
 * @sent: all commands, in order
 * @status: how they are answered
 * @out: data-out, @out_bytes of it; zeroes behind its end
 */
struct scsi_row {
	const char *desc;
	u8 cdb[16];
	u32 out_bytes;
	u32 in_bytes;
	u32 sense;
	u32 at;
	u32 moved;
	struct scsi_row_cmd sent[SCSI_ROW_CMDS + 1];
	u16 status[SCSI_ROW_CMDS];
	u8 out[32];
};

#define SCSI_RIG_CMDS	64
#define SCSI_RIG_DATA	32

/**
 * struct scsi_rig - the other side
 * @f: facts
 * @state: of the namespace; handed to each command, and taken back
 * @give: data of a command towards the host, what it does not write stays as it was; or NULL
 * @in: data-in of the last row, 0xee where nothing came
 * @end: how that ended
 * @nr: commands sent
 * @cmd: they
 * @data: the beginning of what each gave the controller
 * @waits: WAIT steps
 * @detached_at: commands sent before the caller was let go; -1 it was not
 */
struct scsi_rig {
	const struct nvmeq_scsi_facts *f;
	struct nvmeq_scsi_state state;
	void (*give)(struct scsi_rig *rig, const struct nvmeq_scsi_cmd *cmd, u8 *data);
	u8 *in;
	struct nvmeq_scsi_out end;
	u32 nr;
	struct nvmeq_scsi_cmd cmd[SCSI_RIG_CMDS];
	u8 data[SCSI_RIG_CMDS][SCSI_RIG_DATA];
	u32 waits;
	int detached_at;
};

void scsi_rig_init(struct scsi_rig *rig, const struct nvmeq_scsi_facts *f);
void scsi_rig_free(struct scsi_rig *rig);

/* Runs the row and compares; what came back stays in the rig until the next row. */
void scsi_row_check(struct scsi_rig *rig, const struct scsi_row *row);
void scsi_rows_check(struct scsi_rig *rig, const struct scsi_row *row, size_t n);

#endif /* NVMEQ_TEST_SCSI_ROW_H */
