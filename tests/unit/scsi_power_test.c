// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_power_test.c - START STOP UNIT: the table of SBC-3 5.25 by hand, for
 * controllers with few and many power states
 */
#include "support/scsi_row.h"
#include "support/test.h"

static struct nvmeq_scsi_facts facts;
static struct scsi_rig rig;

static void disk(void)
{
	facts = (struct nvmeq_scsi_facts) {
		.nsid = 3, .blocks = 1000, .block_shift = 9, .max_transfer_bytes = 65536,
		.vwc = true, .power_states = 5, .power_control = true,
	};
	scsi_rig_init(&rig, &facts);
}

#define FLUSH		{ 'i', 0x00, 3, 0, 0, 0 }
#define STATE(ps)	{ 'a', 0x09, 0, 0x02, ps, 0 }
#define BAD		.sense = NVMEQ_SENSE_CDB_FIELD
#define SSU(mod, b4)	{ 0x1b, 0, 0, mod, b4 }

static const struct scsi_row conditions[] = {
	{ "start", SSU(0, 0x01), .sent = { FLUSH, STATE(0) } },
	{ "stop", SSU(0, 0x00), .sent = { FLUSH, STATE(4) } },
	{ "stop without flush", SSU(0, 0x04), .sent = { STATE(4) } },
	{ "active", SSU(0, 0x10), .sent = { FLUSH, STATE(0) } },
	{ "active, START means nothing", SSU(0, 0x11), .sent = { FLUSH, STATE(0) } },
	{ "idle a", SSU(0, 0x20), .sent = { FLUSH, STATE(1) } },
	{ "idle b", SSU(1, 0x20), .sent = { FLUSH, STATE(2) } },
	{ "idle c", SSU(2, 0x20), .sent = { FLUSH, STATE(3) } },
	{ "idle c without flush", SSU(2, 0x24), .sent = { STATE(3) } },
	{ "standby z", SSU(0, 0x30), .sent = { FLUSH, STATE(2) } },
	{ "standby y", SSU(1, 0x30), .sent = { FLUSH, STATE(3) } },
	{ "standby y, START means nothing", SSU(1, 0x31), .sent = { FLUSH, STATE(3) } },
	{ "immediate, as sg_start has it", { 0x1b, 1, 0, 0, 1 }, .sent = { FLUSH, STATE(0) } },
	{ "byte 3 has four bits", SSU(0xf0, 0x10), .sent = { FLUSH, STATE(0) } },
};

/* Weakness 24: a condition that is refused was overwritten by what stood behind the check. */
static const struct scsi_row refused[] = {
	{ "modifier of start", SSU(1, 0x01), BAD, .at = AT(3, 3) },
	{ "modifier of stop", SSU(15, 0x00), BAD, .at = AT(3, 3) },
	{ "modifier of active", SSU(1, 0x10), BAD, .at = AT(3, 3) },
	{ "modifier of idle", SSU(3, 0x20), BAD, .at = AT(3, 3) },
	{ "modifier of standby", SSU(2, 0x30), BAD, .at = AT(3, 3) },
	{ "sleep", SSU(0, 0x50), BAD, .at = AT(4, 7) },
	{ "LU control", SSU(0, 0x70), BAD, .at = AT(4, 7) },
	{ "force idle", SSU(0, 0xa0), BAD, .at = AT(4, 7) },
	{ "force standby", SSU(0, 0xb0), BAD, .at = AT(4, 7) },
	{ "condition 4", SSU(0, 0x40), BAD, .at = AT(4, 7) },
	{ "condition F", SSU(0, 0xf1), BAD, .at = AT(4, 7) },
	{ "eject", SSU(0, 0x02), BAD, .at = AT(4, 1) },
};

static void each_condition_has_its_power_state(void)
{
	disk();
	scsi_rows_check(&rig, conditions, ARRAY_SIZE(conditions));
	scsi_rig_free(&rig);
}

static void what_is_refused_sends_nothing(void)
{
	disk();
	scsi_rows_check(&rig, refused, ARRAY_SIZE(refused));
	scsi_rig_free(&rig);
}

/* Weakness 24: NPSS - 1 was -1 on a controller with one state. */
static void states_are_clipped_to_those_that_exist(void)
{
	static const struct {
		u8 states;
		u8 stop, idle[3], standby[2];
	} row[] = {
		{ 2, 1, { 1, 1, 1 }, { 0, 0 } },
		{ 3, 2, { 1, 2, 2 }, { 0, 1 } },
		{ 4, 3, { 1, 2, 3 }, { 1, 2 } },
		{ 32, 31, { 1, 2, 3 }, { 29, 30 } },
		{ 255, 31, { 1, 2, 3 }, { 29, 30 } },	/* the field has 5 bits */
	};
	unsigned int i, m;

	disk();
	facts.vwc = false;
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct scsi_row stop = { desc("stop, %u states", row[i].states), SSU(0, 0),
					 .sent = { STATE(row[i].stop) } };

		facts.power_states = row[i].states;
		scsi_row_check(&rig, &stop);
		for (m = 0; m < 3; m++) {
			struct scsi_row idle = { desc("idle %u, %u states", m, row[i].states),
						 SSU((u8)m, 0x20),
						 .sent = { STATE(row[i].idle[m]) } };

			scsi_row_check(&rig, &idle);
		}
		for (m = 0; m < 2; m++) {
			struct scsi_row standby = { desc("standby %u, %u states", m,
							 row[i].states), SSU((u8)m, 0x30),
						    .sent = { STATE(row[i].standby[m]) } };

			scsi_row_check(&rig, &standby);
		}
	}
	scsi_rig_free(&rig);
}

static void without_power_to_control_it_is_a_flush(void)
{
	static const struct scsi_row row[] = {
		{ "stop", SSU(0, 0x00), .sent = { FLUSH } },
		{ "start", SSU(0, 0x01), .sent = { FLUSH } },
		{ "standby without flush", SSU(0, 0x34), /* nothing to do */ .moved = 0 },
		{ "refused all the same", SSU(0, 0x50), BAD, .at = AT(4, 7) },
	};
	static const struct scsi_row uncached = { "stop without a cache", SSU(0, 0), .moved = 0 };

	unsigned int states;

	disk();
	facts.power_control = false;
	scsi_rows_check(&rig, row, ARRAY_SIZE(row));
	/* Nor is there anything to control where there is one state; 0 counts as that. */
	facts.power_control = true;
	for (states = 0; states <= 1; states++) {
		facts.power_states = (u8)states;
		scsi_rows_check(&rig, row, ARRAY_SIZE(row));
	}
	facts.vwc = false;
	scsi_row_check(&rig, &uncached);
	scsi_rig_free(&rig);
}

static void failures_end_it(void)
{
	static const struct scsi_row row[] = {
		{ "flush fails", SSU(0, 0), .sense = NVMEQ_SENSE(0x3, 0x03, 0x00),
		  .sent = { FLUSH }, .status = { 0x4280 } },
		{ "state fails", SSU(0, 0), .sense = NVMEQ_SENSE(0x4, 0x44, 0x00),
		  .sent = { FLUSH, STATE(4) }, .status = { 0, 0x4006 } },
	};
	static const struct scsi_row formatting = { "while a format runs", SSU(0, 0),
						    .sense = NVMEQ_SENSE_FORMATTING };

	disk();
	scsi_rows_check(&rig, row, ARRAY_SIZE(row));
	rig.state.formatting = true;
	scsi_row_check(&rig, &formatting);
	scsi_rig_free(&rig);
}

static const struct CMUnitTest tests[] = {
	TEST(each_condition_has_its_power_state),
	TEST(what_is_refused_sends_nothing),
	TEST(states_are_clipped_to_those_that_exist),
	TEST(without_power_to_control_it_is_a_flush),
	TEST(failures_end_it),
};

TEST_MAIN("scsi_power", tests)
