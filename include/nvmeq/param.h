/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * param.h - the load parameters: one table of names, ranges and meanings
 *
 * core/params.c hands each value to nvmeq_param_parse(); Documentation/
 * parameters.rst is checked against the table by a test.
 */
#ifndef NVMEQ_PARAM_H
#define NVMEQ_PARAM_H

#include <nvmeq/base.h>

enum nvmeq_param_id {
	NVMEQ_PARAM_IO_QUEUES,
	NVMEQ_PARAM_IO_QUEUE_DEPTH,
	NVMEQ_PARAM_ADMIN_QUEUE_DEPTH,
	NVMEQ_PARAM_MAX_TRANSFER_KB,
	NVMEQ_PARAM_MAX_NAMESPACES,
	NVMEQ_PARAM_IO_TIMEOUT_MS,
	NVMEQ_PARAM_ADMIN_TIMEOUT_MS,
	NVMEQ_PARAM_IRQ_MODE,
	NVMEQ_PARAM_IRQ_AFFINITY,
	NVMEQ_PARAM_WRITE_QUEUES,
	NVMEQ_PARAM_POLL_QUEUES,
	NVMEQ_PARAM_COALESCE_TIME_US,
	NVMEQ_PARAM_COALESCE_ENTRIES,
	NVMEQ_PARAM_IRQ_BUDGET,
	NVMEQ_PARAM_SGL,
	NVMEQ_PARAM_HOST_ID,
	NVMEQ_PARAM_CRC,
	NVMEQ_PARAM_PI,
	NVMEQ_PARAM_PI_APP_MASK,
	NVMEQ_PARAM_COUNT
};

/**
 * struct nvmeq_param - a row
 * @name: as insmod knows it
 * @min: smallest value
 * @max: largest
 * @step: values are multiples of it, 1 any
 * @def: default
 * @zero: 0 is allowed although below @min, and means this ("no limit", ...); else NULL
 * @words: NULL for a number; else the words it takes, each the name of its index,
 *         ended by NULL; @min and @max are then the first and last index
 * @uuid: besides its words it takes a UUID, whose value is the number of words; the bytes
 *        are nvmeq_host_id_parse()'s
 * @doc: one sentence
 */
struct nvmeq_param {
	const char *name;
	u32 min;
	u32 max;
	u32 step;
	u32 def;
	const char *zero;
	const char *const *words;
	bool uuid;
	const char *doc;
};

const struct nvmeq_param *nvmeq_param(enum nvmeq_param_id id);

/**
 * nvmeq_param_parse() - check and convert a value
 * @id: parameter
 * @text: as given, decimal or 0x; a trailing newline is allowed
 * @out: receives the value, untouched on error
 *
 * Return: 0; -EINVAL for what is not a number, not one of the words, out of
 * range or not a multiple of the step.
 */
int nvmeq_param_parse(enum nvmeq_param_id id, const char *text, u32 *out);

/* Index in @words of @text, a trailing newline allowed; -EINVAL when it is none of them. */
int nvmeq_param_word(const char *const *words, const char *text);

/* Returns the length written, without the terminator; cut to @size, which is 1 or more.
 * "2..4095", "0 (no limit) or 4..8192 in steps of 4", "auto, msix, msi": for messages.
 */
int nvmeq_param_range(enum nvmeq_param_id id, char *buf, size_t size);

#endif /* NVMEQ_PARAM_H */
