// SPDX-License-Identifier: GPL-2.0-only
/*
 * param.c - the load parameters: one table of names, ranges and meanings
 *
 * core/params.c registers each row with the kernel and hands the text of a
 * write to nvmeq_param_parse(); the value is stored there, nothing is here.
 * Documentation/parameters.rst is checked against the table by a test.
 *
 * A bad value is refused, never clipped: insmod fails with a message that has
 * the range, instead of a driver that runs with something else than was asked.
 * Numbers are decimal or 0x; a leading 0 does not mean octal, a sign or a
 * space is an error. The only character that may follow is the newline that
 * echo adds.
 *
 * For a parameter with words, min and max are the first and last index, so
 * that consumers may bound either sort alike.
 */
#include <nvmeq/attend.h>
#include <nvmeq/crc.h>
#include <nvmeq/dptr.h>
#include <nvmeq/host_id.h>
#include <nvmeq/irqplan.h>
#include <nvmeq/param.h>
#include <nvmeq/prot.h>
#include <nvmeq/ring.h>

#define PARAM_DAY_MS	86400000U

static const char *const param_sgl_words[] = {
	[NVMEQ_SGL_OFF]		= "off",
	[NVMEQ_SGL_AUTO]	= "auto",
	[NVMEQ_SGL_ALWAYS]	= "always",
	NULL
};

static const char *const param_host_id_words[] = {
	[NVMEQ_HOST_ID_MACHINE]	= "machine",
	[NVMEQ_HOST_ID_NONE]	= "none",
	NULL
};

static const struct nvmeq_param param_rows[NVMEQ_PARAM_COUNT] = {
	[NVMEQ_PARAM_IO_QUEUES] = {
		.name = "io_queues",
		.min = 1, .max = 1024, .step = 1, .def = 0, .zero = "one per CPU",
		.doc = "I/O queue pairs per controller",
	},
	[NVMEQ_PARAM_IO_QUEUE_DEPTH] = {
		.name = "io_queue_depth",
		.min = NVMEQ_QUEUE_ENTRIES_MIN, .max = NVMEQ_QUEUE_ENTRIES_MAX, .step = 1,
		.def = 1024,
		.doc = "entries of each I/O queue; one less can be in flight",
	},
	[NVMEQ_PARAM_ADMIN_QUEUE_DEPTH] = {
		.name = "admin_queue_depth",
		.min = 8, .max = NVMEQ_QUEUE_ENTRIES_MAX, .step = 1, .def = 32,
		.doc = "entries of the admin queue; one less can be in flight",
	},
	[NVMEQ_PARAM_MAX_TRANSFER_KB] = {
		.name = "max_transfer_kb",
		.min = 4, .max = NVMEQ_MAX_TRANSFER_BYTES >> 10, .step = 4, .def = 4096,
		.doc = "largest transfer of one command in KiB, where the controller allows it",
	},
	[NVMEQ_PARAM_MAX_NAMESPACES] = {
		.name = "max_namespaces",
		.min = 1, .max = 65535, .step = 1, .def = 1024,
		.doc = "namespaces per controller that are looked at",
	},
	[NVMEQ_PARAM_IO_TIMEOUT_MS] = {
		.name = "io_timeout_ms",
		.min = 100, .max = PARAM_DAY_MS, .step = 1, .def = 30000,
		.doc = "milliseconds that an I/O command may take",
	},
	[NVMEQ_PARAM_ADMIN_TIMEOUT_MS] = {
		.name = "admin_timeout_ms",
		.min = 100, .max = PARAM_DAY_MS, .step = 1, .def = 60000,
		.doc = "milliseconds that an admin command may take",
	},
	[NVMEQ_PARAM_IRQ_MODE] = {
		.name = "irq_mode",
		.min = NVMEQ_IRQ_AUTO, .max = NVMEQ_IRQ_MODES - 1, .step = 1,
		.def = NVMEQ_IRQ_AUTO, .words = nvmeq_irq_mode_words,
		.doc = "interrupt kind; auto takes the best that works",
	},
	[NVMEQ_PARAM_IRQ_AFFINITY] = {
		.name = "irq_affinity",
		.min = NVMEQ_AFFINITY_MANAGED, .max = NVMEQ_AFFINITY_USER, .step = 1,
		.def = NVMEQ_AFFINITY_MANAGED, .words = nvmeq_irq_affinity_words,
		.doc = "who says which CPUs a vector interrupts: the kernel, or /proc/irq",
	},
	[NVMEQ_PARAM_WRITE_QUEUES] = {
		.name = "write_queues",
		.min = 1, .max = 1024, .step = 1, .def = 0, .zero = "none",
		.doc = "I/O queue pairs only for what is not a read",
	},
	[NVMEQ_PARAM_POLL_QUEUES] = {
		.name = "poll_queues",
		.min = 1, .max = 1024, .step = 1, .def = 0, .zero = "none",
		.doc = "I/O queue pairs without interrupts, for polled I/O",
	},
	[NVMEQ_PARAM_COALESCE_TIME_US] = {
		.name = "coalesce_time_us",
		.min = 100, .max = NVMEQ_COALESCE_TIME_US_MAX, .step = 100, .def = 0,
		.zero = "no delay",
		.doc = "microseconds that the controller may hold an interrupt back",
	},
	[NVMEQ_PARAM_COALESCE_ENTRIES] = {
		.name = "coalesce_entries",
		.min = 1, .max = NVMEQ_COALESCE_ENTRIES_MAX, .step = 1, .def = 0,
		.zero = "off",
		.doc = "completions that one interrupt may announce together",
	},
	[NVMEQ_PARAM_IRQ_BUDGET] = {
		.name = "irq_budget",
		.min = 16, .max = 1000000, .step = 1, .def = NVMEQ_STORM_BUDGET_DEF,
		.doc = "interrupts and completions of a queue in 4 ms before it is polled",
	},
	[NVMEQ_PARAM_SGL] = {
		.name = "sgl",
		.min = NVMEQ_SGL_OFF, .max = NVMEQ_SGL_ALWAYS, .step = 1,
		.def = NVMEQ_SGL_AUTO, .words = param_sgl_words,
		.doc = "use of scatter gather lists, where the controller takes them",
	},
	[NVMEQ_PARAM_HOST_ID] = {
		.name = "hostid",
		.min = NVMEQ_HOST_ID_MACHINE, .max = NVMEQ_HOST_ID_NONE, .step = 1,
		.def = NVMEQ_HOST_ID_MACHINE, .words = param_host_id_words, .uuid = true,
		.doc = "host identifier for controllers with reservations: the machine's or this",
	},
	[NVMEQ_PARAM_CRC] = {
		.name = "crc",
		.min = 0, .max = NVMEQ_CRC_TIERS, .step = 1,
		.def = 0, .words = nvmeq_crc_words,
		.doc = "how guards are computed; auto takes the fastest way that works",
	},
	[NVMEQ_PARAM_PI] = {
		.name = "pi",
		.min = NVMEQ_PI_HOST, .max = NVMEQ_PI_OFF, .step = 1,
		.def = NVMEQ_PI_HOST, .words = nvmeq_pi_words,
		.doc = "who makes and checks protection information, where the format has it",
	},
	[NVMEQ_PARAM_PI_APP_MASK] = {
		.name = "pi_app_mask",
		.min = 1, .max = 65535, .step = 1, .def = 65535, .zero = "any tag will do",
		.doc = "bits of application tags that have to be 0 in what is read",
	},
};

static_assert(NVMEQ_QUEUE_ENTRIES_MAX == 4096, "queue depths fit command identifiers and AQA");
static_assert(NVMEQ_STORM_TICK_MS == 4, "the text of irq_budget");
static_assert(ARRAY_SIZE(param_sgl_words) == NVMEQ_SGL_ALWAYS + 2, "a word per SGL use");

static_assert(ARRAY_SIZE(param_host_id_words) == NVMEQ_HOST_ID_GIVEN + 1, "then the UUID");

const struct nvmeq_param *nvmeq_param(enum nvmeq_param_id id)
{
	return (unsigned int)id < NVMEQ_PARAM_COUNT ? &param_rows[id] : NULL;
}

/* Does the text end at @p, the newline that echo adds aside? */
static bool param_end(const char *p)
{
	return !*p || (p[0] == '\n' && !p[1]);
}

int nvmeq_param_word(const char *const *words, const char *text)
{
	int i;

	if (!text)
		return -EINVAL;
	for (i = 0; words[i]; i++) {
		size_t len = strlen(words[i]);

		if (!strncmp(text, words[i], len) && param_end(text + len))
			return i;
	}
	return -EINVAL;
}

/* More than any base for what is no digit. */
static unsigned int param_digit(char c)
{
	return (unsigned int)hex_to_bin((unsigned char)c);
}

static int param_number(const char *p, u32 *out)
{
	unsigned int base = 10;
	u64 value = 0;

	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
		base = 16;
		p += 2;
	}
	if (param_digit(*p) >= base)
		return -EINVAL;
	for (; param_digit(*p) < base; p++) {
		value = value * base + param_digit(*p);
		if (value > 0xffffffffU)
			return -EINVAL;
	}
	if (!param_end(p))
		return -EINVAL;
	*out = (u32)value;
	return 0;
}

static bool param_in_range(const struct nvmeq_param *row, u32 value)
{
	if (!value && row->zero)
		return true;
	return value >= row->min && value <= row->max && value % row->step == 0;
}

static int param_parse_word(const struct nvmeq_param *row, const char *text, u32 *out)
{
	u8 id[NVMEQ_HOST_ID_BYTES];
	int index = nvmeq_param_word(row->words, text);

	if (index < 0 && row->uuid && !nvmeq_host_id_parse(text, id))
		index = (int)row->max + 1;
	if (index < 0)
		return index;
	*out = (u32)index;
	return 0;
}

int nvmeq_param_parse(enum nvmeq_param_id id, const char *text, u32 *out)
{
	const struct nvmeq_param *row = nvmeq_param(id);
	u32 value;
	int err;

	if (!row || !text)
		return -EINVAL;
	if (row->words)
		return param_parse_word(row, text, out);
	err = param_number(text, &value);
	if (err)
		return err;
	if (!param_in_range(row, value))
		return -EINVAL;
	*out = value;
	return 0;
}

/* Where the next piece goes, and how much of @size is left there. */
static size_t param_advance(size_t used, int printed, size_t size)
{
	used += printed > 0 ? (size_t)printed : 0;
	return min_t(size_t, used, size - 1);
}

static size_t param_print_words(const struct nvmeq_param *row, char *buf, size_t size)
{
	size_t used = 0;
	int i;

	for (i = 0; row->words[i]; i++)
		used = param_advance(used, snprintf(buf + used, size - used, "%s%s",
						    i ? ", " : "", row->words[i]), size);
	if (row->uuid)
		used = param_advance(used, snprintf(buf + used, size - used, ", a UUID"), size);
	return used;
}

static size_t param_print_numbers(const struct nvmeq_param *row, char *buf, size_t size)
{
	size_t used = 0;

	if (row->zero)
		used = param_advance(used, snprintf(buf, size, "0 (%s) or ", row->zero), size);
	used = param_advance(used, snprintf(buf + used, size - used, "%u..%u",
					    row->min, row->max), size);
	if (row->step > 1)
		used = param_advance(used, snprintf(buf + used, size - used, " in steps of %u",
						    row->step), size);
	return used;
}

int nvmeq_param_range(enum nvmeq_param_id id, char *buf, size_t size)
{
	const struct nvmeq_param *row = nvmeq_param(id);

	if (!row || !size)
		return -EINVAL;
	buf[0] = '\0';
	if (row->words)
		return (int)param_print_words(row, buf, size);
	return (int)param_print_numbers(row, buf, size);
}
