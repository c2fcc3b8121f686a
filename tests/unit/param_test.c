// SPDX-License-Identifier: GPL-2.0-only
/*
 * param_test.c - the parameter table, each bound and beside it, and its page
 * in Documentation/parameters.rst
 */
#include <stdio.h>

#include <nvmeq/attend.h>
#include <nvmeq/crc.h>
#include <nvmeq/dptr.h>
#include <nvmeq/host_id.h>
#include <nvmeq/irqplan.h>
#include <nvmeq/param.h>
#include <nvmeq/prot.h>
#include <nvmeq/ring.h>

#include "support/test.h"

#define UNTOUCHED	0xdeadbeefu

static u32 nwords(const struct nvmeq_param *p)
{
	u32 n = 0;

	while (p->words && p->words[n])
		n++;
	return n;
}

static bool takes(const struct nvmeq_param *p, u64 v)
{
	if (p->zero && v == 0)
		return true;
	return v >= p->min && v <= p->max && v % (p->step ? p->step : 1) == 0;
}

static void want_parse(unsigned int id, const char *text, bool ok, u32 value)
{
	const char *what = desc("%s=\"%s\"", nvmeq_param(id)->name, text);
	u32 out = UNTOUCHED;

	WANT(what, nvmeq_param_parse(id, text, &out), ok ? 0 : -EINVAL);
	WANT(what, out, ok ? value : UNTOUCHED);
}

static void table_is_consistent(void)
{
	unsigned int id, k;

	for (id = 0; id < NVMEQ_PARAM_COUNT; id++) {
		const struct nvmeq_param *p = nvmeq_param(id);

		if (!HOLDS(desc("parameter %u", id), p && p->name && *p->name))
			continue;
		HOLDS(p->name, p->doc && strlen(p->doc) > 10);
		for (k = 0; k < id; k++)
			HOLDS(p->name, strcmp(p->name, nvmeq_param(k)->name));
		if (p->words) {
			HOLDS(p->name, nwords(p) >= 2);
			HOLDS(p->name, p->def < nwords(p));
			continue;
		}
		HOLDS(p->name, p->min <= p->max);
		HOLDS(p->name, p->step >= 1);
		HOLDS(p->name, p->min % p->step == 0 && p->max % p->step == 0);
		HOLDS(p->name, takes(p, p->def));
		if (p->zero)
			HOLDS(p->name, p->min > 0 && *p->zero);
	}
}

static void parameters_have_the_names_of_their_ids(void)
{
	static const char *const name[NVMEQ_PARAM_COUNT] = {
		[NVMEQ_PARAM_IO_QUEUES] = "io_queues",
		[NVMEQ_PARAM_IO_QUEUE_DEPTH] = "io_queue_depth",
		[NVMEQ_PARAM_ADMIN_QUEUE_DEPTH] = "admin_queue_depth",
		[NVMEQ_PARAM_MAX_TRANSFER_KB] = "max_transfer_kb",
		[NVMEQ_PARAM_MAX_NAMESPACES] = "max_namespaces",
		[NVMEQ_PARAM_IO_TIMEOUT_MS] = "io_timeout_ms",
		[NVMEQ_PARAM_ADMIN_TIMEOUT_MS] = "admin_timeout_ms",
		[NVMEQ_PARAM_IRQ_MODE] = "irq_mode",
		[NVMEQ_PARAM_IRQ_AFFINITY] = "irq_affinity",
		[NVMEQ_PARAM_WRITE_QUEUES] = "write_queues",
		[NVMEQ_PARAM_POLL_QUEUES] = "poll_queues",
		[NVMEQ_PARAM_COALESCE_TIME_US] = "coalesce_time_us",
		[NVMEQ_PARAM_COALESCE_ENTRIES] = "coalesce_entries",
		[NVMEQ_PARAM_IRQ_BUDGET] = "irq_budget",
		[NVMEQ_PARAM_SGL] = "sgl",
		[NVMEQ_PARAM_HOST_ID] = "hostid",
		[NVMEQ_PARAM_CRC] = "crc",
		[NVMEQ_PARAM_PI] = "pi",
		[NVMEQ_PARAM_PI_APP_MASK] = "pi_app_mask",
	};
	unsigned int id;

	for (id = 0; id < NVMEQ_PARAM_COUNT; id++)
		WANT_STR(name[id], nvmeq_param(id)->name, name[id]);
}

static void bounds_and_their_neighbours(void)
{
	unsigned int id, i;

	for (id = 0; id < NVMEQ_PARAM_COUNT; id++) {
		const struct nvmeq_param *p = nvmeq_param(id);
		u64 at[] = { 0, 1, 2, p->min, (u64)p->min + 1, (u64)p->min - 1, p->max,
			     (u64)p->max + 1, (u64)p->max - 1, p->def, (u64)p->min + p->step,
			     (u64)p->max + p->step, (u64)p->max - p->step, 0x7fffffff, 0x80000000,
			     0xffffffff, 0x100000000, (1ULL << 32) + p->def, (1ULL << 63) + p->def,
			     ~0ULL };

		if (p->words)
			continue;
		for (i = 0; i < ARRAY_SIZE(at); i++) {
			bool ok = takes(p, at[i]);

			want_parse(id, desc("%llu", (unsigned long long)at[i]), ok, (u32)at[i]);
			want_parse(id, desc("%llu\n", (unsigned long long)at[i]), ok, (u32)at[i]);
			want_parse(id, desc("0x%llx", (unsigned long long)at[i]), ok, (u32)at[i]);
			want_parse(id, desc("0x%llX\n", (unsigned long long)at[i]), ok,
				   (u32)at[i]);
		}
		/* 2^64 + the default, as decimal and as hex: must not come round. */
		want_parse(id, desc("18446744073709551616"), false, 0);
		want_parse(id, desc("1844674407370955%u", 1616 + p->def), false, 0);
		want_parse(id, desc("0x10000000%08x", p->def), false, 0);
		want_parse(id, desc("0x100000000%08x", p->def), false, 0);
		want_parse(id, desc("0x10000000000000000%08x", p->def), false, 0);
	}
}

static void what_is_not_a_number_is_refused(void)
{
	unsigned int id, i;

	for (id = 0; id < NVMEQ_PARAM_COUNT; id++) {
		u32 v = nvmeq_param(id)->def ? nvmeq_param(id)->def : nvmeq_param(id)->max;
		const char *no[] = {
			"", "\n", " ", "-", "+", "0x", "0x\n", "x", "abc", "0xg", "--1", "1 2",
			"-1", "-0", "1.5", "1e3", "\xff", "\x80\xff\n",
		};

		if (nvmeq_param(id)->words)
			continue;
		for (i = 0; i < ARRAY_SIZE(no); i++)
			want_parse(id, no[i], false, 0);
		want_parse(id, desc("%u", v), true, v);
		want_parse(id, desc("-%u", v), false, 0);
		want_parse(id, desc("%u\n\n", v), false, 0);
		want_parse(id, desc("%u \n", v), false, 0);
		want_parse(id, desc(" %u", v), false, 0);
		want_parse(id, desc("\n%u", v), false, 0);
		want_parse(id, desc("%ux", v), false, 0);
		want_parse(id, desc("%u,", v), false, 0);
		want_parse(id, desc("%uk", v), false, 0);
		want_parse(id, desc("0x%x0x", v), false, 0);
	}
}

static void words_are_taken_whole(void)
{
	unsigned int id;
	u32 i;

	for (id = 0; id < NVMEQ_PARAM_COUNT; id++) {
		const struct nvmeq_param *p = nvmeq_param(id);

		if (!p->words)
			continue;
		for (i = 0; i < nwords(p); i++) {
			const char *w = p->words[i];

			want_parse(id, w, true, i);
			want_parse(id, desc("%s\n", w), true, i);
			want_parse(id, desc("%s\n\n", w), false, 0);
			want_parse(id, desc("%s ", w), false, 0);
			want_parse(id, desc(" %s", w), false, 0);
			want_parse(id, desc("%sz", w), false, 0);
			want_parse(id, desc("%c%s", w[0] ^ 0x20, w + 1), false, 0);
			want_parse(id, desc("%u", i), false, 0);
		}
		want_parse(id, "", false, 0);
		want_parse(id, "\n", false, 0);
		want_parse(id, desc("%c", p->words[0][0]), false, 0);
	}
}

/* Words are indexes of these enums. */
static void words_are_those_of_the_enums(void)
{
	const struct nvmeq_param *p = nvmeq_param(NVMEQ_PARAM_IRQ_MODE);
	unsigned int i;

	WANT("irq_mode", nwords(p), NVMEQ_IRQ_MODES);
	for (i = 0; i < NVMEQ_IRQ_MODES; i++)
		WANT_STR("irq_mode", p->words[i], nvmeq_irq_mode_name(i));
	WANT("irq_mode", p->def, NVMEQ_IRQ_AUTO);
	p = nvmeq_param(NVMEQ_PARAM_IRQ_AFFINITY);
	WANT("irq_affinity", nwords(p), 2);
	WANT_STR("irq_affinity", p->words[NVMEQ_AFFINITY_MANAGED], "managed");
	WANT_STR("irq_affinity", p->words[NVMEQ_AFFINITY_USER], "user");
	WANT("irq_affinity", p->def, NVMEQ_AFFINITY_MANAGED);
	p = nvmeq_param(NVMEQ_PARAM_SGL);
	WANT("sgl", nwords(p), 3);
	WANT_STR("sgl", p->words[NVMEQ_SGL_OFF], "off");
	WANT_STR("sgl", p->words[NVMEQ_SGL_AUTO], "auto");
	p = nvmeq_param(NVMEQ_PARAM_HOST_ID);
	WANT("hostid", nwords(p), 2);
	WANT_STR("hostid", p->words[NVMEQ_HOST_ID_MACHINE], "machine");
	WANT_STR("hostid", p->words[NVMEQ_HOST_ID_NONE], "none");
	p = nvmeq_param(NVMEQ_PARAM_CRC);
	WANT("crc", nwords(p), 1 + NVMEQ_CRC_TIERS);
	WANT_STR("crc", p->words[0], "auto");
	WANT_STR("crc", p->words[1 + NVMEQ_CRC_SCALAR], "scalar");
	WANT("crc", p->def, 0);
	p = nvmeq_param(NVMEQ_PARAM_PI);
	WANT("pi", nwords(p), 3);
	WANT("pi", nwords(p), NVMEQ_PI_USES);
	WANT_STR("pi", p->words[NVMEQ_PI_HOST], "host");
	WANT_STR("pi", p->words[NVMEQ_PI_CONTROLLER], "controller");
	WANT_STR("pi", p->words[NVMEQ_PI_OFF], "off");
	WANT("pi", p->def, NVMEQ_PI_HOST);
}

/* One row takes a UUID, whose bytes host_id_test.c looks at; the others do not. */
static void a_uuid_is_a_host_identifier_and_nothing_else(void)
{
	static const char uuid[] = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
	unsigned int id;

	for (id = 0; id < NVMEQ_PARAM_COUNT; id++) {
		bool takes_one = id == NVMEQ_PARAM_HOST_ID;

		want_parse(id, uuid, takes_one, NVMEQ_HOST_ID_GIVEN);
		want_parse(id, desc("%s\n", uuid), takes_one, NVMEQ_HOST_ID_GIVEN);
		want_parse(id, desc("%s0", uuid), false, 0);
		want_parse(id, "00000000-0000-0000-0000-000000000000", false, 0);
	}
}

static void ranges_fit_what_they_set(void)
{
	HOLDS("a queue has no more entries than a CID has tags",
	      nvmeq_param(NVMEQ_PARAM_IO_QUEUE_DEPTH)->max <= NVMEQ_QUEUE_ENTRIES_MAX);
	HOLDS("nor the admin queue",
	      nvmeq_param(NVMEQ_PARAM_ADMIN_QUEUE_DEPTH)->max <= NVMEQ_QUEUE_ENTRIES_MAX);
	HOLDS("no smaller than a ring", nvmeq_param(NVMEQ_PARAM_IO_QUEUE_DEPTH)->min >= 2);
	HOLDS("no smaller than a ring", nvmeq_param(NVMEQ_PARAM_ADMIN_QUEUE_DEPTH)->min >= 2);
	HOLDS("a transfer has lists",
	      nvmeq_param(NVMEQ_PARAM_MAX_TRANSFER_KB)->max <= NVMEQ_MAX_TRANSFER_BYTES >> 10);
	WANT("limits.h wants multiples of 4096",
	     nvmeq_param(NVMEQ_PARAM_MAX_TRANSFER_KB)->step % 4, 0);
	HOLDS("milliseconds fit a signed int",
	      nvmeq_param(NVMEQ_PARAM_IO_TIMEOUT_MS)->max <= 0x7fffffff);
	HOLDS("milliseconds fit a signed int",
	      nvmeq_param(NVMEQ_PARAM_ADMIN_TIMEOUT_MS)->max <= 0x7fffffff);
}

/* Coalescing as the figure of Feature 08h has it: 255 times 100 us, 256 entries. */
static void ranges_of_interrupts_fit_the_wire(void)
{
	const struct nvmeq_param *time = nvmeq_param(NVMEQ_PARAM_COALESCE_TIME_US);
	const struct nvmeq_param *entries = nvmeq_param(NVMEQ_PARAM_COALESCE_ENTRIES);
	const struct nvmeq_param *budget = nvmeq_param(NVMEQ_PARAM_IRQ_BUDGET);
	static const unsigned int pairs[] = { NVMEQ_PARAM_IO_QUEUES, NVMEQ_PARAM_WRITE_QUEUES,
					      NVMEQ_PARAM_POLL_QUEUES };
	unsigned int i, sum = 0;

	WANT("time", time->max, 25500);
	WANT("time", time->step, 100);
	WANT("entries", entries->max, 256);
	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		const struct nvmeq_param *p = nvmeq_param(pairs[i]);

		WANT(p->name, p->max, 1024);
		WANT(p->name, p->def, 0);
		HOLDS(p->name, p->zero);
		sum += p->max;
	}
	HOLDS("queues have 16-bit numbers", sum <= 65535);
	HOLDS("every interrupt and completion counts", !budget->zero && budget->min > 1);
	HOLDS("a full run of the handler is within the budget", budget->def > NVMEQ_STORM_RUN);
}

/* A mask of the 16 bits of an application tag; none of them is a word of its own. */
static void mask_of_application_tags_has_16_bits(void)
{
	const struct nvmeq_param *p = nvmeq_param(NVMEQ_PARAM_PI_APP_MASK);

	WANT("mask", p->min, 1);
	WANT("mask", p->max, 65535);
	WANT("mask", p->step, 1);
	WANT("mask", p->def, 65535);
	WANT_STR("mask", p->zero, "any tag will do");
	want_parse(NVMEQ_PARAM_PI_APP_MASK, "0xff00", true, 0xff00);
	want_parse(NVMEQ_PARAM_PI_APP_MASK, "0x10000", false, 0);
}

static void range_texts_hold_the_bounds(void)
{
	unsigned int id;
	size_t size;

	for (id = 0; id < NVMEQ_PARAM_COUNT; id++) {
		const struct nvmeq_param *p = nvmeq_param(id);
		char whole[256], *cut;
		int len, ret;
		u32 i;

		memset(whole, 'X', sizeof(whole));
		len = nvmeq_param_range(id, whole, sizeof(whole));
		if (!WANT(p->name, len, strlen(whole)))
			continue;
		if (p->words) {
			for (i = 0; i < nwords(p); i++)
				HOLDS(p->name, strstr(whole, p->words[i]));
		} else {
			HOLDS(p->name, strstr(whole, desc("%u..%u", p->min, p->max)));
			WANT(p->name, strstr(whole, "steps of") != NULL, p->step > 1);
			WANT(p->name, strstr(whole, "0 (") != NULL, p->zero != NULL);
			if (p->zero)
				HOLDS(p->name, strstr(whole, p->zero));
		}
		/* Cut to any size it stays within the buffer and terminated. */
		for (size = 1; size <= (size_t)len + 1; size++) {
			cut = guard_alloc(size);
			ret = nvmeq_param_range(id, cut, size);
			HOLDS(p->name, memchr(cut, 0, size));
			HOLDS(p->name, ret >= 0);
			HOLDS(p->name, !strncmp(cut, whole, strlen(cut)));
			guard_free(cut);
		}
	}
}

static char *read_whole(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t n;

	if (!f)
		return NULL;
	text = calloc(1, 1 << 20);
	n = fread(text, 1, (1 << 20) - 1, f);
	text[n] = 0;
	fclose(f);
	return text;
}

/* White space of any kind and amount becomes one blank. */
static void collapse(char *s)
{
	char *start = s, *to = s;

	for (; *s; s++) {
		if (*s != ' ' && *s != '\n' && *s != '\t')
			*to++ = *s;
		else if (to > start && to[-1] != ' ')
			*to++ = ' ';
	}
	*to = 0;
}

/* The page has a table with a row per parameter: name, range, default, meaning. */
static void documentation_lists_every_parameter(void)
{
	char *text = read_whole(top_path("Documentation/parameters.rst"));
	unsigned int id;

	if (!text) {
		test_skip("Documentation/parameters.rst is not there");
		return;
	}
	collapse(text);
	for (id = 0; id < NVMEQ_PARAM_COUNT; id++) {
		const struct nvmeq_param *p = nvmeq_param(id);
		char range[256], row[512];

		nvmeq_param_range(id, range, sizeof(range));
		if (p->words)
			snprintf(row, sizeof(row), "* - ``%s`` - %s - %s - ", p->name, range,
				 p->words[p->def]);
		else
			snprintf(row, sizeof(row), "* - ``%s`` - %s - %u - ", p->name, range,
				 p->def);
		HOLDS(desc("no row \"%s\"", row), strstr(text, row));
	}
	free(text);
}

static const struct CMUnitTest tests[] = {
	TEST(table_is_consistent),
	TEST(parameters_have_the_names_of_their_ids),
	TEST(bounds_and_their_neighbours),
	TEST(what_is_not_a_number_is_refused),
	TEST(words_are_taken_whole),
	TEST(words_are_those_of_the_enums),
	TEST(a_uuid_is_a_host_identifier_and_nothing_else),
	TEST(ranges_fit_what_they_set),
	TEST(ranges_of_interrupts_fit_the_wire),
	TEST(mask_of_application_tags_has_16_bits),
	TEST(range_texts_hold_the_bounds),
	TEST(documentation_lists_every_parameter),
};

TEST_MAIN("param", tests)
