// SPDX-License-Identifier: GPL-2.0-only
/*
 * status_test.c - the status table walked, and every 16-bit value looked up
 */
#include <nvmeq/status.h>

#include "support/test.h"

static unsigned int rows(void)
{
	unsigned int n = 0;

	while (nvmeq_status_row(n))
		n++;
	return n;
}

static void table_is_sorted_unique_and_named(void)
{
	unsigned int i, n = rows();

	HOLDS("it has at least the base codes", n > 60);
	for (i = 0; i < n; i++) {
		const struct nvmeq_status_info *r = nvmeq_status_row(i);
		const char *text = desc("row %u, code %#x", i, r->code);

		HOLDS(text, r->name && *r->name);
		HOLDS(text, r->code <= NVMEQ_STATUS_CODE_MASK);
		HOLDS(text, r->class < NVMEQ_CLASS_COUNT);
		if (i)
			HOLDS(text, nvmeq_status_row(i - 1)->code < r->code);
		WANT(text, r->class == NVMEQ_CLASS_OK, r->code == 0);
	}
	HOLDS("beyond the end", !nvmeq_status_row(n + 1));
	HOLDS("far beyond the end", !nvmeq_status_row(~0u));
}

static void table_rows_are_found_by_their_code(void)
{
	unsigned int i, high, n = rows();

	for (i = 0; i < n; i++) {
		const struct nvmeq_status_info *r = nvmeq_status_row(i);

		/* CRD, M, DNR and the bit above must not matter. */
		for (high = 0; high < 32; high++)
			WANT(desc("code %#x, bits %#x", r->code, high << 11),
			     nvmeq_status_info((u16)(r->code | high << 11)) == r, true);
	}
}

static void every_value_has_a_row(void)
{
	unsigned int i, n = rows();
	u32 v;

	for (v = 0; v <= 0xffff && test_misses() < 5; v++) {
		const struct nvmeq_status_info *r = nvmeq_status_info((u16)v);
		bool known = false;

		if (!HOLDS(desc("status %#x", v), r))
			return;
		HOLDS(desc("status %#x", v), r->name && *r->name);
		HOLDS(desc("status %#x", v), r->class < NVMEQ_CLASS_COUNT);
		if (v > NVMEQ_STATUS_CODE_MASK)
			continue;
		for (i = 0; i < n; i++)
			known |= nvmeq_status_row(i)->code == v;
		/* What nobody knows is an error that says of which type it is. */
		if (!known) {
			HOLDS(desc("status %#x", v), r->class != NVMEQ_CLASS_OK);
			WANT(desc("status %#x", v), r->code >> 8, v >> 8);
			WANT(desc("status %#x", v), nvmeq_status_info((u16)(v ^ 1)) == r ||
			     nvmeq_status_info((u16)(v ^ 1))->code == (v ^ 1), true);
		}
	}
}

/*
 * Class and name of codes whose meaning the specification settles. A retry may
 * help where the same command can succeed a moment later; what lasts for
 * minutes is not such a case, and a medium that will not recover sets DNR.
 */
static void meanings(void)
{
	static const struct {
		u16 code;
		u8 class;
		bool retry;
		const char *part;	/* of the name, any case */
	} row[] = {
		{ 0x000, NVMEQ_CLASS_OK, false, "success" },
		{ 0x001, NVMEQ_CLASS_NOTSUPP, false, "opcode" },
		{ 0x002, NVMEQ_CLASS_COUNT, false, "field" },
		{ 0x003, NVMEQ_CLASS_COUNT, true, "conflict" },
		{ 0x004, NVMEQ_CLASS_COUNT, true, "transfer" },
		{ 0x005, NVMEQ_CLASS_COUNT, true, "power loss" },
		{ 0x006, NVMEQ_CLASS_COUNT, true, "internal" },
		{ 0x007, NVMEQ_CLASS_COUNT, true, "abort" },
		{ 0x008, NVMEQ_CLASS_COUNT, true, "delet" },
		{ 0x00b, NVMEQ_CLASS_COUNT, false, "namespace" },
		{ 0x00c, NVMEQ_CLASS_COUNT, false, "sequence" },
		{ 0x00d, NVMEQ_CLASS_COUNT, false, "sgl" },
		{ 0x013, NVMEQ_CLASS_COUNT, false, "prp" },
		{ 0x01c, NVMEQ_CLASS_COUNT, false, "sanitize" },
		{ 0x01d, NVMEQ_CLASS_COUNT, false, "sanitize" },
		{ 0x020, NVMEQ_CLASS_COUNT, false, "write protected" },
		{ 0x021, NVMEQ_CLASS_COUNT, true, "interrupted" },
		{ 0x080, NVMEQ_CLASS_COUNT, false, "range" },
		{ 0x081, NVMEQ_CLASS_NOSPC, false, "capacity" },
		{ 0x082, NVMEQ_CLASS_COUNT, true, "not ready" },
		{ 0x083, NVMEQ_CLASS_RESERVED, false, "reservation" },
		{ 0x084, NVMEQ_CLASS_COUNT, true, "format" },
		{ 0x100, NVMEQ_CLASS_COUNT, false, "completion queue" },
		{ 0x101, NVMEQ_CLASS_COUNT, false, "queue" },
		{ 0x103, NVMEQ_CLASS_COUNT, true, "abort" },
		{ 0x105, NVMEQ_CLASS_COUNT, false, "event" },
		{ 0x106, NVMEQ_CLASS_COUNT, false, "slot" },
		{ 0x107, NVMEQ_CLASS_COUNT, false, "image" },
		{ 0x108, NVMEQ_CLASS_COUNT, false, "vector" },
		{ 0x109, NVMEQ_CLASS_COUNT, false, "log" },
		{ 0x10a, NVMEQ_CLASS_COUNT, false, "format" },
		{ 0x10b, NVMEQ_CLASS_COUNT, false, "reset" },
		{ 0x10c, NVMEQ_CLASS_COUNT, false, "queue" },
		{ 0x115, NVMEQ_CLASS_COUNT, false, "capacity" },
		{ 0x118, NVMEQ_CLASS_COUNT, false, "attached" },
		{ 0x11d, NVMEQ_CLASS_COUNT, false, "self" },
		{ 0x180, NVMEQ_CLASS_COUNT, false, "attributes" },
		{ 0x181, NVMEQ_CLASS_COUNT, false, "protection" },
		{ 0x182, NVMEQ_CLASS_COUNT, false, "read only" },
		{ 0x280, NVMEQ_CLASS_MEDIUM, true, "write fault" },
		{ 0x281, NVMEQ_CLASS_MEDIUM, true, "unrecovered" },
		{ 0x282, NVMEQ_CLASS_PROTECTION, false, "guard" },
		{ 0x283, NVMEQ_CLASS_PROTECTION, false, "application" },
		{ 0x284, NVMEQ_CLASS_PROTECTION, false, "reference" },
		{ 0x285, NVMEQ_CLASS_COUNT, false, "compare" },
		{ 0x286, NVMEQ_CLASS_COUNT, false, "access" },
		{ 0x287, NVMEQ_CLASS_MEDIUM, false, "unwritten" },
		{ 0x300, NVMEQ_CLASS_COUNT, true, "path" },
		{ 0x370, NVMEQ_CLASS_TRANSPORT, true, "host" },
		{ 0x371, NVMEQ_CLASS_TRANSPORT, true, "abort" },
	};
	unsigned int i;
	char low[128];
	size_t k;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		const struct nvmeq_status_info *r = nvmeq_status_info(row[i].code);
		const char *text = desc("%#x, %s (%s)", row[i].code, row[i].part, r->name);

		WANT(text, r->code, row[i].code);
		WANT(text, r->retry, row[i].retry);
		if (row[i].class != NVMEQ_CLASS_COUNT)
			WANT(text, r->class, row[i].class);
		for (k = 0; r->name[k] && k < sizeof(low) - 1; k++)
			low[k] = r->name[k] >= 'A' && r->name[k] <= 'Z' ? r->name[k] | 0x20 :
				 r->name[k];
		low[k] = 0;
		for (k = 0; low[k]; k++)
			if (low[k] == '-')
				low[k] = ' ';
		HOLDS(text, strstr(low, row[i].part));
	}
}

static void errno_is_negative_except_for_success(void)
{
	u32 v;

	for (v = 0; v <= 0xffff && test_misses() < 5; v++) {
		int e = nvmeq_status_errno((u16)v);

		if ((v & NVMEQ_STATUS_CODE_MASK) == 0)
			WANT(desc("status %#x", v), e, 0);
		else
			HOLDS(desc("status %#x", v), e < 0 && e > -4096);
		WANT(desc("status %#x", v), e, nvmeq_status_errno(v & NVMEQ_STATUS_CODE_MASK));
	}
}

static void retry_only_where_everybody_agrees(void)
{
	static const struct {
		const char *desc;
		u16 status;
		unsigned int retries, max;
		bool noretry;
		enum nvmeq_dispose want;
	} row[] = {
		{ "success", 0x000, 0, 5, false, NVMEQ_DISPOSE_END },
		{ "not ready, first time", 0x082, 0, 5, false, NVMEQ_DISPOSE_RETRY },
		{ "not ready, last time", 0x082, 4, 5, false, NVMEQ_DISPOSE_RETRY },
		{ "not ready, limit reached", 0x082, 5, 5, false, NVMEQ_DISPOSE_END },
		{ "not ready, limit passed", 0x082, 6, 5, false, NVMEQ_DISPOSE_END },
		{ "not ready, no retries at all", 0x082, 0, 0, false, NVMEQ_DISPOSE_END },
		{ "not ready, do not retry", 0x4082, 0, 5, false, NVMEQ_DISPOSE_END },
		{ "not ready, submitter retries", 0x082, 0, 5, true, NVMEQ_DISPOSE_END },
		{ "not ready with CRD and more", 0x3882, 0, 5, false, NVMEQ_DISPOSE_RETRY },
		{ "invalid opcode", 0x001, 0, 5, false, NVMEQ_DISPOSE_END },
		{ "internal path error", 0x300, 0, 5, false, NVMEQ_DISPOSE_RETRY },
	};
	unsigned int i, retries, k;
	u32 v;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		WANT(row[i].desc, nvmeq_status_dispose(row[i].status, row[i].retries, row[i].max,
						       row[i].noretry), row[i].want);
	for (v = 0; v <= 0x7fff && test_misses() < 5; v++)
		for (retries = 0; retries < 4; retries++)
			for (k = 0; k < 2; k++) {
				bool want = nvmeq_status_info((u16)v)->retry && !(v & 0x4000) &&
					    retries < 3 && !k;

				WANT(desc("status %#x, %u of 3, %u", v, retries, k),
				     nvmeq_status_dispose((u16)v, retries, 3, k) ==
				     NVMEQ_DISPOSE_RETRY, want);
			}
}

static void delay_is_the_one_that_crd_selects(void)
{
	static const u32 crdt[3] = { 100, 20000, 6553500 };
	u32 v;

	for (v = 0; v <= 0x7fff; v++) {
		u32 crd = v >> 11 & 3;

		WANT(desc("status %#x", v), nvmeq_status_delay_ms((u16)v, crdt),
		     crd ? crdt[crd - 1] : 0);
	}
}

static void opcodes_have_names(void)
{
	static const struct {
		bool admin;
		u8 op;
		const char *part;
	} row[] = {
		{ true, 0x00, "delet" }, { true, 0x01, "creat" }, { true, 0x02, "log" },
		{ true, 0x04, "delet" }, { true, 0x05, "creat" }, { true, 0x06, "identify" },
		{ true, 0x08, "abort" }, { true, 0x09, "set" }, { true, 0x0a, "get" },
		{ true, 0x0c, "event" }, { true, 0x0d, "namespace" }, { true, 0x10, "firmware" },
		{ true, 0x11, "firmware" }, { true, 0x14, "self" }, { true, 0x15, "attach" },
		{ true, 0x7c, "doorbell" }, { true, 0x80, "format" }, { true, 0x84, "sanitize" },
		{ false, 0x00, "flush" }, { false, 0x01, "write" }, { false, 0x02, "read" },
		{ false, 0x04, "uncor" }, { false, 0x05, "compare" }, { false, 0x08, "zeroes" },
		{ false, 0x09, "dataset" }, { false, 0x0c, "verify" }, { false, 0x19, "copy" },
	};
	unsigned int i, k, op;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		const char *name = row[i].admin ? nvmeq_admin_op_name(row[i].op) :
				   nvmeq_nvm_op_name(row[i].op);
		char low[64] = "";

		for (k = 0; name[k] && k < sizeof(low) - 1; k++)
			low[k] = name[k] >= 'A' && name[k] <= 'Z' ? name[k] | 0x20 : name[k];
		HOLDS(desc("%s opcode %#x is \"%s\"", row[i].admin ? "admin" : "I/O", row[i].op,
			   name), strstr(low, row[i].part));
	}
	for (op = 0; op < 256; op++) {
		HOLDS(desc("admin opcode %#x", op), nvmeq_admin_op_name(op) &&
		      *nvmeq_admin_op_name(op));
		HOLDS(desc("I/O opcode %#x", op), nvmeq_nvm_op_name(op) && *nvmeq_nvm_op_name(op));
	}
	WANT_STR("no such admin opcode", nvmeq_admin_op_name(0x7b), "unknown");
	WANT_STR("no such I/O opcode", nvmeq_nvm_op_name(0x7b), "unknown");
}

static const struct CMUnitTest tests[] = {
	TEST(table_is_sorted_unique_and_named),
	TEST(table_rows_are_found_by_their_code),
	TEST(every_value_has_a_row),
	TEST(meanings),
	TEST(errno_is_negative_except_for_success),
	TEST(retry_only_where_everybody_agrees),
	TEST(delay_is_the_one_that_crd_selects),
	TEST(opcodes_have_names),
};

TEST_MAIN("status", tests)
