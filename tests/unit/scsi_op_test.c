// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_op_test.c - the table of commands: its order, who may send what, and
 * that a command is offered exactly where it works
 */
#include "model/scsi_cdbs.h"
#include "support/test.h"

static unsigned int rows(void)
{
	unsigned int n = 0;

	while (nvmeq_scsi_op_row(n))
		n++;
	return n;
}

/* 00-1F 6 bytes, 20-5F 10, 80-9F 16, A0-BF 12. */
static u8 bytes_of_group(u8 opcode)
{
	if (opcode < 0x20)
		return 6;
	if (opcode < 0x60)
		return 10;
	return opcode >= 0xa0 ? 12 : 16;
}

static void rows_are_sorted_and_whole(void)
{
	unsigned int i, k, n = rows();
	const u32 tells = NVMEQ_SCSI_OP_SAME | NVMEQ_SCSI_OP_VERIFY;

	WANT("as many as the standard's table", n, scsi_cdbs_nr);
	for (i = 0; i < n; i++) {
		const struct nvmeq_scsi_op *op = nvmeq_scsi_op_row(i), *before;
		const char *text = desc("row %u, %s", i, op->name);

		HOLDS(text, op->name && *op->name && op->plan);
		WANT(text, op->usage[0], op->opcode);
		WANT(text, op->cdb_bytes, bytes_of_group(op->opcode));
		for (k = op->cdb_bytes; k < 16; k++)
			WANT(text, op->usage[k], 0);
		/* The control byte: nothing but NACA is looked at, and that must be 0. */
		WANT(text, op->usage[op->cdb_bytes - 1], 0);
		WANT(text, op->work % 512, 0);
		HOLDS(text, op->resp % 8 == 0);
		HOLDS(text, op->perm <= NVMEQ_SCSI_ROOT);
		HOLDS(text, !(op->flags & tells) || !op->work);
		HOLDS(text, op->action == NVMEQ_SCSI_NO_ACTION || op->action < 0x20);
		if (op->flags & NVMEQ_SCSI_OP_RANGE)
			HOLDS(text, op->flags & NVMEQ_SCSI_OP_MEDIUM);
		for (k = 0; k < i; k++)
			HOLDS(text, strcmp(nvmeq_scsi_op_row(k)->name, op->name));
		if (!i)
			continue;
		before = nvmeq_scsi_op_row(i - 1);
		HOLDS(text, before->opcode < op->opcode ||
		      (before->opcode == op->opcode && before->action < op->action));
		/* An opcode has service actions or it has none. */
		if (before->opcode == op->opcode)
			HOLDS(text, before->action != NVMEQ_SCSI_NO_ACTION &&
			      op->action != NVMEQ_SCSI_NO_ACTION);
	}
	HOLDS("beyond the end", !nvmeq_scsi_op_row(n) && !nvmeq_scsi_op_row(n + 1) &&
	      !nvmeq_scsi_op_row(~0u));
}

static void rows_are_those_of_the_standard(void)
{
	unsigned int op, b1, action;

	for (op = 0; op < 256; op++)
		for (b1 = 0; b1 < 256; b1++) {
			const struct scsi_cdb_row *row = scsi_cdbs_find((u8)op, (u8)b1);
			const struct nvmeq_scsi_op *got = nvmeq_scsi_op_of((u8)op, (u8)b1);
			const char *text = desc("%02x %02x", op, b1);

			WANT(text, !got, !row);
			if (got && row) {
				WANT(text, got->opcode, row->opcode);
				WANT(text, got->action, row->action);
			}
		}
	for (op = 0; op < 256; op++)
		for (action = 0; action <= 0x20; action++) {
			u16 a = action == 0x20 ? NVMEQ_SCSI_NO_ACTION : (u16)action;
			const struct nvmeq_scsi_op *got = nvmeq_scsi_op_find((u8)op, a);
			const struct scsi_cdb_row *row = scsi_cdbs_find((u8)op, (u8)action);
			bool there = row && row->action == a;

			if (a == NVMEQ_SCSI_NO_ACTION)
				there = scsi_cdbs_find((u8)op, 0) &&
					scsi_cdbs_find((u8)op, 0)->action == a;
			WANT(desc("%02x/%x", op, a), !!got, there);
			if (got)
				WANT(desc("%02x/%x", op, a), got->action, a);
		}
}

/* One condition taken away at a time, and all at random. */
static void offered_where_the_controller_can(void)
{
	struct rng r = test_rng();
	struct nvmeq_scsi_facts f;
	unsigned int n, i;

	for (n = 0; n < 3000 && test_misses() < 10; n++) {
		scsi_cdbs_everything(&f);
		if (n >= 1) {
			f.oacs = (u16)rnd64(&r);
			f.oncs = (u16)rnd64(&r);
			f.sanicap = rnd(&r, 16);
			f.reservations = one_in(&r, 2);
			f.fused = !one_in(&r, 3);
			f.compare_write_blocks = rnd(&r, 3);
			f.unmap_ranges = (u16)rnd(&r, 3);
			f.metadata_bytes = one_in(&r, 3) ? 8 : 0;
			f.extended = f.metadata_bytes && one_in(&r, 2);
			f.pi_type = (u8)(one_in(&r, 2) ? 0 : rnd(&r, 4));
			f.block_shift = one_in(&r, 6) ? 0 : 9;
			f.blocks = one_in(&r, 6) ? 0 : 100;
			f.max_transfer_bytes = one_in(&r, 6) ? 256 : 4096;
		}
		for (i = 0; i < scsi_cdbs_nr; i++) {
			const struct scsi_cdb_row *row = &scsi_cdbs[i];
			const struct nvmeq_scsi_op *op = nvmeq_scsi_op_find(row->opcode,
									    row->action);
			const char *text = desc("%02x/%x, case %u", row->opcode, row->action, n);
			bool can = scsi_cdbs_met(&f, row->need), any = false;
			u8 cdb[16] = { row->opcode };
			struct nvmeq_scsi_req req;
			unsigned int k;

			if (!HOLDS(text, op))
				continue;
			WANT(text, nvmeq_scsi_op_offered(op, &f), can);
			for (k = 0; k < scsi_cdbs_nr; k++)
				any |= scsi_cdbs[k].opcode == row->opcode &&
				       scsi_cdbs[k].action != NVMEQ_SCSI_NO_ACTION &&
				       scsi_cdbs_met(&f, scsi_cdbs[k].need);
			WANT(text, nvmeq_scsi_op_has_actions(row->opcode, &f), any);
			/* What is announced and what is decoded agree. */
			if (row->action != NVMEQ_SCSI_NO_ACTION)
				cdb[1] = (u8)row->action;
			nvmeq_scsi_decode(cdb, sizeof(cdb), &f, &req);
			WANT(text, req.op == op, can);
		}
	}
	scsi_cdbs_everything(&f);
	WANT("no such opcode", nvmeq_scsi_op_has_actions(0x85, &f), false);
	WANT("without actions", nvmeq_scsi_op_has_actions(0x28, &f), false);
}

/* The reference's own table, section C.4. */
static const u8 readers[] = { 0x00, 0x03, 0x08, 0x12, 0x1a, 0x25, 0x28, 0x2f, 0x4d, 0x5a, 0x88,
			      0x8f, 0x9e, 0xa0, 0xa3, 0xa8, 0xaf, 0x5e };
static const u8 writers[] = { 0x0a, 0x2a, 0x2e, 0x35, 0x41, 0x8a, 0x8e, 0x91, 0x93, 0xaa, 0xae,
			      0x89, 0x42 };

static bool in(u8 opcode, const u8 *list, size_t n)
{
	while (n--)
		if (list[n] == opcode)
			return true;
	return false;
}

/*
 * Every opcode and every second byte, by everybody. The kernel's table lets a
 * reader without privileges send 42h (UNMAP), 48h (SANITIZE), A4h and 1Bh,
 * which are harmless on a CD drive; what was there before let only
 * CAP_SYS_ADMIN in, and partitions reach the whole disk (weakness 1).
 */
static void everybody_gets_what_the_table_says(void)
{
	unsigned int op, b1, who, len;

	for (who = 0; who < 8; who++)
		for (op = 0; op < 256; op++)
			for (b1 = 0; b1 < 256; b1++) {
				struct nvmeq_scsi_caller c = {
					.privileged = who & 1, .writable = who & 2,
					.partition = who & 4,
				};
				u8 cdb[16] = { (u8)op, (u8)b1 };
				bool want = c.privileged;

				want |= in((u8)op, readers, ARRAY_SIZE(readers));
				want |= c.writable && in((u8)op, writers, ARRAY_SIZE(writers));
				want &= !c.partition;
				for (len = b1 ? 2 : 1; len <= 16; len += 14)
					WANT(desc("%02x %02x of %u bytes, caller %u", op, b1, len,
						  who),
					     nvmeq_scsi_permitted(cdb, len, &c), want);
			}
}

static void no_command_is_for_the_privileged(void)
{
	struct nvmeq_scsi_caller c = { .writable = true };
	u8 *none = guard_alloc(0);

	WANT("nobody", nvmeq_scsi_permitted(none, 0, &c), false);
	c.privileged = true;
	WANT("root, who is told", nvmeq_scsi_permitted(none, 0, &c), true);
	c.partition = true;
	WANT("root on a partition", nvmeq_scsi_permitted(none, 0, &c), false);
	guard_free(none);
}

static void what_readers_may_send_changes_nothing(void)
{
	unsigned int i;

	for (i = 0; nvmeq_scsi_op_row(i); i++) {
		const struct nvmeq_scsi_op *op = nvmeq_scsi_op_row(i);

		if (op->perm == NVMEQ_SCSI_READER)
			HOLDS(op->name, !(op->flags & (NVMEQ_SCSI_OP_WRITES |
						       NVMEQ_SCSI_OP_EXCLUSIVE)));
	}
}

static const struct CMUnitTest tests[] = {
	TEST(rows_are_sorted_and_whole),
	TEST(rows_are_those_of_the_standard),
	TEST(offered_where_the_controller_can),
	TEST(everybody_gets_what_the_table_says),
	TEST(no_command_is_for_the_privileged),
	TEST(what_readers_may_send_changes_nothing),
};

TEST_MAIN("scsi_op", tests)
