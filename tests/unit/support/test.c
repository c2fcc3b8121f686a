// SPDX-License-Identifier: GPL-2.0-only
/*
 * test.c - row checks, random numbers and guarded buffers of the unit tests
 *
 * Output goes to stdout as TAP diagnostics ("# ..."), so that it stays with
 * the result line it belongs to.
 */
#include <inttypes.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <sanitizer/asan_interface.h>

#include "test.h"

#define MISSES_SHOWN	25

static unsigned int misses;

void test_begin(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
}

void test_run(void **state)
{
	void (*body)(void) = (void (*)(void))*state;

	misses = 0;
	body();
	if (misses > MISSES_SHOWN)
		printf("# ... and %u more\n", misses - MISSES_SHOWN);
	if (misses)
		fail();
}

unsigned int test_misses(void)
{
	return misses;
}

void test_skip(const char *why)
{
	printf("# skip: %s\n", why);
	skip();
}

static bool miss_shown(const char *file, int line, const char *text)
{
	if (++misses > MISSES_SHOWN)
		return false;
	printf("# %s:%d: [%s] ", file, line, text);
	return true;
}

bool want_num(const char *file, int line, const char *text, const char *what, u64 got, u64 want)
{
	if (got == want)
		return true;
	if (miss_shown(file, line, text))
		printf("%s is %" PRId64 " (%#" PRIx64 "), want %" PRId64 " (%#" PRIx64 ")\n",
		       what, (s64)got, got, (s64)want, want);
	return false;
}

bool want_true(const char *file, int line, const char *text, const char *what, bool ok)
{
	if (!ok && miss_shown(file, line, text))
		printf("does not hold: %s\n", what);
	return ok;
}

bool want_str(const char *file, int line, const char *text, const char *what,
	      const char *got, const char *want)
{
	if (got == want || (got && want && !strcmp(got, want)))
		return true;
	if (miss_shown(file, line, text))
		printf("%s is \"%s\", want \"%s\"\n", what, got ? got : "(null)",
		       want ? want : "(null)");
	return false;
}

bool want_mem(const char *file, int line, const char *text, const char *what,
	      const void *got, const void *want, size_t len)
{
	const u8 *g = got, *w = want;
	size_t i;

	for (i = 0; i < len && g[i] == w[i]; i++)
		;
	if (i == len)
		return true;
	if (miss_shown(file, line, text))
		printf("%s byte %zu is %02x, want %02x\n", what, i, g[i], w[i]);
	return false;
}

const char *desc(const char *fmt, ...)
{
	static char ring[8][256];
	static unsigned int next;
	char *buf = ring[next++ % ARRAY_SIZE(ring)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(ring[0]), fmt, ap);
	va_end(ap);
	return buf;
}

struct rng test_rng(void)
{
	const char *given = getenv("SEED");
	struct rng r;

	if (given)
		r.s = strtoull(given, NULL, 0);
	else
		r.s = ((u64)time(NULL) << 16 ^ (u64)getpid()) & 0xffffffffULL;
	printf("# SEED=%" PRIu64 "\n", r.s);
	return r;
}

/* splitmix64: every seed is good, also 0 */
u64 rnd64(struct rng *r)
{
	u64 z = r->s += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

void rnd_bytes(struct rng *r, void *p, size_t n)
{
	u8 *bytes = p;

	while (n--)
		*bytes++ = (u8)rnd64(r);
}

u32 rnd(struct rng *r, u32 n)
{
	return (u32)(rnd64(r) % n);
}

u32 rnd_in(struct rng *r, u32 lo, u32 hi)
{
	return lo + (u32)(rnd64(r) % ((u64)hi - lo + 1));
}

bool one_in(struct rng *r, u32 n)
{
	return rnd(r, n) == 0;
}

/* In front of the pages of a guarded buffer: what guard_free() unmaps. */
struct guard {
	size_t mapped;
	size_t slack;
	size_t len;
};

static struct guard *guard_of(void *p)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	return (struct guard *)(((uintptr_t)p & ~(page - 1)) - page);
}

void *guard_alloc(size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t body = len ? (len + page - 1) / page * page : page;
	size_t slack = (0 - len) & 7;
	struct guard *g;
	u8 *map, *p;

	map = mmap(NULL, body + 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		   -1, 0);
	if (map == MAP_FAILED || mprotect(map + page + body, page, PROT_NONE))
		abort();
	p = map + page + body - slack - len;
	/* An empty buffer begins where the guard does; its header is found all the same. */
	if (len == 0)
		p = map + page;
	/* More than a page: the header must be on the page before the buffer's. */
	g = (struct guard *)(((uintptr_t)p & ~(uintptr_t)(page - 1)) - page);
	g->mapped = body + 2 * page;
	g->slack = slack;
	g->len = len;
	memset(p, 0xa5, len);
	if (len == 0)
		ASAN_POISON_MEMORY_REGION(p, page);
	else
		ASAN_POISON_MEMORY_REGION(p + len, slack);
	return p;
}

void *guard_copy(const void *src, size_t len)
{
	void *p = guard_alloc(len);

	if (len)
		memcpy(p, src, len);
	return p;
}

void guard_free(void *p)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct guard *g;

	if (!p)
		return;
	g = guard_of(p);
	ASAN_UNPOISON_MEMORY_REGION(p, g->len ? g->len + g->slack : page);
	munmap(g, g->mapped);
}

const char *top_path(const char *below)
{
	static char path[512];
	const char *top = getenv("NVMEQ_TOP");

	snprintf(path, sizeof(path), "%s/%s", top ? top : "../..", below);
	return path;
}
