/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz.h - what the fuzz targets share: a check that is never compiled out,
 * and a reader that takes arguments off the front of the input
 */
#ifndef NVMEQ_FUZZ_H
#define NVMEQ_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include <nvmeq/base.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#define MUST(cond)							\
	do {								\
		if (!(cond)) {						\
			fprintf(stderr, "%s:%d: does not hold: %s\n",	\
				__FILE__, __LINE__, #cond);		\
			abort();					\
		}							\
	} while (0)

/* For checks that return the first sentence that does not hold. */
#define MUST_NULL(call)							\
	do {								\
		const char *wrong_ = (call);				\
									\
		if (wrong_) {						\
			fprintf(stderr, "%s:%d: does not hold: %s\n",	\
				__FILE__, __LINE__, wrong_);		\
			abort();					\
		}							\
	} while (0)

struct input {
	const u8 *p;
	size_t left;
};

/* Little-endian; zeroes once the input is used up. */
static inline u64 take(struct input *in, unsigned int bytes)
{
	u64 v = 0;
	unsigned int i;

	for (i = 0; i < bytes && in->left; i++, in->left--)
		v |= (u64)*in->p++ << (8 * i);
	return v;
}

/*
 * What is left, as a buffer of its own of just that length: reading behind it
 * is noticed, and it is aligned. Freed by the caller.
 */
static inline u8 *rest(const struct input *in, size_t *len)
{
	u8 *copy = malloc(in->left ? in->left : 1);

	if (in->left)
		memcpy(copy, in->p, in->left);
	*len = in->left;
	return copy;
}

/*
 * What is left as an Identify page: 4096 bytes, zeroes behind the input. Most
 * of a page does not matter, so inputs stay short.
 */
static inline u8 *page_of(const struct input *in)
{
	u8 *page = calloc(1, 4096);

	memcpy(page, in->p, in->left < 4096 ? in->left : 4096);
	return page;
}

#endif /* NVMEQ_FUZZ_H */
