// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_random_test.c - commands of every opcode with random fields, lengths and
 * data, on disks of random abilities: no rule of NVMe is broken, nothing is
 * touched outside of what was lent, every command ends (model/scsi_ctrl.c)
 */
#include "fixtures/scsi_disks.h"
#include "model/scsi_ctrl.h"
#include "support/test.h"

#define COMMANDS	20000
#define PER_DISK	20

static struct scsi_ctrl ctrl;
static struct scsi_run run;
static struct nvmeq_scsi_facts facts;

/* One of the named disks, with less than it has, and with metadata in all ways. */
static void make_disk(struct rng *r)
{
	facts = *scsi_disks[rnd(r, ARRAY_SIZE(scsi_disks))].f;
	if (one_in(r, 3)) {
		facts.pi_type = (u8)rnd(r, 4);
		facts.metadata_bytes = facts.pi_type || one_in(r, 2) ? 8 : 0;
		facts.extended = facts.metadata_bytes && one_in(r, 2);
		facts.pi_transfer = one_in(r, 2);
	}
	if (one_in(r, 3))
		facts.verify_blocks = 0;
	if (one_in(r, 3))
		facts.write_zeroes_blocks = 0;
	if (one_in(r, 3))
		facts.dealloc_zero = false;
	if (one_in(r, 3))
		facts.unmap_range_blocks = 100;
	if (one_in(r, 3))
		facts.unmap_blocks = 150;
	if (one_in(r, 3))
		facts.oncs &= (u16)~1;
	facts.read_only = one_in(r, 8);
	scsi_ctrl_free(&ctrl);
	scsi_ctrl_init(&ctrl, &facts);
	ctrl.sanitize_waits = rnd(r, 3);
	ctrl.sanitize_fails = one_in(r, 4);
}

/* Small numbers more often than large ones. Counts stay below what would take for ever. */
static void make_cdb(struct rng *r)
{
	const struct nvmeq_scsi_op *op;
	u32 rows = 0;
	unsigned int i;

	while (nvmeq_scsi_op_row(rows))
		rows++;
	op = nvmeq_scsi_op_row(rnd(r, rows));
	memset(run.cdb, 0, sizeof(run.cdb));
	for (i = 0; i < op->cdb_bytes; i++)
		run.cdb[i] = one_in(r, 2) ? 0 : (u8)(one_in(r, 2) ? rnd(r, 16) : rnd64(r));
	run.cdb[0] = op->opcode;
	if (op->action != NVMEQ_SCSI_NO_ACTION)
		run.cdb[1] = (run.cdb[1] & 0xe0) | (u8)op->action;
	if (!one_in(r, 16))
		run.cdb[op->cdb_bytes - 1] = 0;
	if (op->cdb_bytes == 16)
		run.cdb[10] = run.cdb[11] = 0;
	if (op->cdb_bytes == 12)
		run.cdb[6] = run.cdb[7] = 0;
	for (i = 2; i < 8 && op->cdb_bytes == 16 && !one_in(r, 16); i++)
		run.cdb[i] = 0;
	run.cdb_len = one_in(r, 30) ? rnd(r, 17) : 16;
}

static void make_transfer(struct rng *r, u8 *data, u32 room)
{
	u32 bytes = one_in(r, 2) ? 512 * rnd(r, 64) : rnd(r, room);
	unsigned int i;

	run.in_bytes = one_in(r, 2) ? bytes : 0;
	run.out_bytes = run.in_bytes ? 0 : bytes;
	run.out = data;
	for (i = 0; i < 64; i++)
		data[i] = one_in(r, 2) ? 0 : (u8)rnd(r, 32);
}

static void no_command_breaks_a_rule(void)
{
	static u8 data[70000];
	struct rng r = test_rng();
	unsigned int i, good = 0;

	for (i = 0; i < COMMANDS && test_misses() < 5; i++) {
		const char *text;

		if (i % PER_DISK == 0)
			make_disk(&r);
		make_cdb(&r);
		make_transfer(&r, data, sizeof(data));
		if (one_in(&r, 10))
			scsi_ctrl_fail(&ctrl, one_in(&r, 2), (u8)rnd(&r, 12), 0,
				       (u16)rnd(&r, 0x300));
		scsi_ctrl_run(&ctrl, &run);
		text = desc("command %u, opcode %#x on %s", i, run.cdb[0], facts.model);
		WANT_STR(text, ctrl.wrong, NULL);
		HOLDS(text, !run.end.host);
		WANT(text, !!run.sense_bytes,
		     NVMEQ_SENSE_SAM(run.end.sense.code) == NVMEQ_SAM_CHECK_CONDITION);
		good += !run.end.sense.code;
		ctrl.wrong = NULL;
		ctrl.state.formatting = false;
		memset(ctrl.fail, 0, sizeof(ctrl.fail));
		scsi_ctrl_forget(&ctrl);
	}
	HOLDS("enough of them are carried out", test_misses() || good > COMMANDS / 10);
	HOLDS("not all are", good < COMMANDS);
}

static const struct CMUnitTest tests[] = {
	TEST(no_command_breaks_a_rule),
};

TEST_MAIN("scsi_random", tests)
