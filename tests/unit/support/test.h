/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * test.h - what every unit test of drivers/lib shares
 *
 * Tests are plain void functions run by cmocka. Checks do not stop at the
 * first miss: each prints what it saw under the row's description, and the
 * test fails at its end. That way one run shows all rows that are wrong.
 */
#ifndef NVMEQ_TEST_H
#define NVMEQ_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <nvmeq/base.h>

/* A test by the name of its function, which states the invariant. */
#define TEST(f)		{ .name = #f, .test_func = test_run, .initial_state = (void *)(f) }

#define TEST_MAIN(group, tests)						\
	int main(int argc, char **argv)					\
	{								\
		(void)argc;						\
		(void)argv;						\
		test_begin();						\
		return cmocka_run_group_tests_name(group, tests, NULL, NULL); \
	}

void test_begin(void);
void test_run(void **state);

/* One number against its expectation, under the row's description. */
#define WANT(desc, got, want) \
	want_num(__FILE__, __LINE__, desc, #got, (u64)(got), (u64)(want))
/* A condition that must hold. */
#define HOLDS(desc, cond) \
	want_true(__FILE__, __LINE__, desc, #cond, !!(cond))
/* Strings, bytes. */
#define WANT_STR(desc, got, want) \
	want_str(__FILE__, __LINE__, desc, #got, got, want)
#define WANT_MEM(desc, got, want, len) \
	want_mem(__FILE__, __LINE__, desc, #got, got, want, len)

bool want_num(const char *file, int line, const char *desc, const char *what, u64 got, u64 want);
bool want_true(const char *file, int line, const char *desc, const char *what, bool ok);
bool want_str(const char *file, int line, const char *desc, const char *what,
	      const char *got, const char *want);
bool want_mem(const char *file, int line, const char *desc, const char *what,
	      const void *got, const void *want, size_t len);

/* How many checks of the running test have failed: lets a random loop stop early. */
unsigned int test_misses(void);
/* Ends the running test as skipped; the reason appears in the report. */
void test_skip(const char *why);

/* A description made on the spot; one of a few rotating buffers. */
const char *desc(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Seeded random numbers. The seed is printed by each test that asks for it;
 * SEED=n in the environment repeats a run.
 */
struct rng {
	u64 s;
};

struct rng test_rng(void);
u64 rnd64(struct rng *r);
/* 0..n-1 */
u32 rnd(struct rng *r, u32 n);
/* lo..hi */
u32 rnd_in(struct rng *r, u32 lo, u32 hi);
bool one_in(struct rng *r, u32 n);
void rnd_bytes(struct rng *r, void *p, size_t n);

/*
 * A buffer that faults when it is overrun: it ends at a page that may not be
 * touched. Where alignment leaves bytes before that page they are poisoned for
 * ASan. The start is 8-byte aligned. Freed by guard_free().
 */
void *guard_alloc(size_t len);
void *guard_copy(const void *src, size_t len);
void guard_free(void *p);

/* A path below the top of the project, which the Makefile passes in NVMEQ_TOP. */
const char *top_path(const char *below);

#endif /* NVMEQ_TEST_H */
