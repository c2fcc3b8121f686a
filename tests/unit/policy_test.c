// SPDX-License-Identifier: GPL-2.0-only
/*
 * policy_test.c - who may send what, over the whole space of opcodes
 *
 * The rules stand here as lists of what is allowed to whom; every opcode with
 * every sender is compared with them.
 */
#include <nvmeq/policy.h>

#include "support/test.h"

static bool in(const u8 *list, size_t n, u8 v)
{
	return memchr(list, v, n) != NULL;
}

#define IN(v, ...)	in((const u8[]){ __VA_ARGS__ }, sizeof((const u8[]){ __VA_ARGS__ }), v)

/* Would pull the ground from under the driver. */
static bool refused_to_all(const struct nvmeq_policy_facts *f)
{
	if (!f->admin)
		return false;
	/* Delete SQ, create SQ, delete CQ, create CQ, event request, keep alive, doorbell
	 * buffer, fabrics.
	 */
	if (IN(f->opcode, 0x00, 0x01, 0x04, 0x05, 0x0c, 0x18, 0x7c, 0x7f))
		return true;
	/* Set Features: number of queues, host memory buffer, keep alive timer. */
	return f->opcode == 0x09 && IN((u8)f->cdw10, 0x07, 0x0d, 0x0f);
}

static bool allowed_without_privilege(const struct nvmeq_policy_facts *f)
{
	if (f->partition)
		return false;
	if (f->admin)
		return f->opcode == 0x06 && IN((u8)f->cdw10, 0x00, 0x01, 0x05, 0x06, 0x08);
	/* Read, compare, verify. */
	if (IN(f->opcode, 0x02, 0x05, 0x0c))
		return true;
	/* Write, write zeroes, write uncorrectable, DSM, copy, flush. */
	return f->writable && IN(f->opcode, 0x01, 0x08, 0x04, 0x09, 0x19, 0x00);
}

static u32 effects(const struct nvmeq_policy_facts *f)
{
	if (!f->admin)
		return 0;
	switch (f->opcode) {
	case 0x80:	/* Format NVM */
	case 0x84:	/* Sanitize */
		return NVMEQ_EFFECT_FREEZE | NVMEQ_EFFECT_RESCAN;
	case 0x0d:	/* Namespace Management */
	case 0x15:	/* Namespace Attachment */
		return NVMEQ_EFFECT_RESCAN;
	case 0x10:	/* Firmware Commit */
		return NVMEQ_EFFECT_CTRL;
	default:
		return f->opcode >= 0xc0 ? NVMEQ_EFFECT_RESCAN : 0;
	}
}

static void check(const struct nvmeq_policy_facts *f)
{
	const char *text = desc("%s opcode %#04x, cdw10 %#x%s%s%s", f->admin ? "admin" : "I/O",
				f->opcode, f->cdw10, f->privileged ? ", privileged" : "",
				f->writable ? ", writable" : "", f->partition ? ", partition" : "");
	bool ok = !refused_to_all(f) && (f->privileged || allowed_without_privilege(f));
	struct nvmeq_policy p = nvmeq_policy_decide(f);

	if (!WANT(text, p.error, ok ? 0 : -EACCES))
		return;
	if (f->privileged)
		WANT(text, p.why != NULL, refused_to_all(f));
	if (ok) {
		WANT(text, p.effects, effects(f));
		HOLDS(text, !p.why);
	}
}

static void every_opcode_with_every_sender(void)
{
	static const u32 high[] = { 0, 0x100, 0x80000000, 0xffffff00 };
	unsigned int op, bits, low, i;

	for (op = 0; op < 256; op++)
		for (bits = 0; bits < 16 && test_misses() < 20; bits++)
			/* CNS and FID count only where the command has one. */
			for (low = 0; low < 256; low++)
				for (i = 0; i < ARRAY_SIZE(high); i++) {
					struct nvmeq_policy_facts f = {
						.admin = bits & 1,
						.opcode = (u8)op,
						.cdw10 = high[i] | low,
						.privileged = bits & 2,
						.writable = bits & 4,
						.partition = bits & 8,
					};

					check(&f);
				}
}

/* Single sentences, so that a failure of the whole says which one. */
static void sentences(void)
{
	static const struct {
		const char *desc;
		struct nvmeq_policy_facts f;
		int want;
	} row[] = {
		{ "anyone reads", { .opcode = 0x02 }, 0 },
		{ "a reader does not write", { .opcode = 0x01 }, -EACCES },
		{ "a writer writes", { .opcode = 0x01, .writable = true }, 0 },
		{ "a writer does not write through a partition",
		  { .opcode = 0x01, .writable = true, .partition = true }, -EACCES },
		{ "nobody reads through a partition", { .opcode = 0x02, .partition = true },
		  -EACCES },
		{ "root does", { .opcode = 0x02, .partition = true, .privileged = true }, 0 },
		{ "a writer does not reserve", { .opcode = 0x11, .writable = true }, -EACCES },
		{ "a writer sends no vendor command", { .opcode = 0x80, .writable = true },
		  -EACCES },
		{ "a writer does not format", { .admin = true, .opcode = 0x80, .writable = true },
		  -EACCES },
		{ "root formats", { .admin = true, .opcode = 0x80, .privileged = true }, 0 },
		{ "anyone identifies the controller",
		  { .admin = true, .opcode = 0x06, .cdw10 = 0x01 }, 0 },
		{ "not the lists", { .admin = true, .opcode = 0x06, .cdw10 = 0x02 }, -EACCES },
		{ "no log pages", { .admin = true, .opcode = 0x02, .cdw10 = 0x02 }, -EACCES },
		{ "root gets features of queues",
		  { .admin = true, .opcode = 0x0a, .cdw10 = 0x07, .privileged = true }, 0 },
		{ "not even root sets them",
		  { .admin = true, .opcode = 0x09, .cdw10 = 0x07, .privileged = true }, -EACCES },
		{ "nor with the save bit",
		  { .admin = true, .opcode = 0x09, .cdw10 = 0x80000007, .privileged = true },
		  -EACCES },
		{ "root sets the write cache",
		  { .admin = true, .opcode = 0x09, .cdw10 = 0x06, .privileged = true }, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		WANT(row[i].desc, nvmeq_policy_decide(&row[i].f).error, row[i].want);
}

static const struct CMUnitTest tests[] = {
	TEST(sentences),
	TEST(every_opcode_with_every_sender),
};

TEST_MAIN("policy", tests)
