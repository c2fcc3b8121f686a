// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench.c - how fast the tiers of the guard CRC are, beside others
 *
 * One process, one CPU. For each shape and operation every candidate is called once a
 * round, in an order that rotates from round to round: warm call, then timed call. A
 * ratio is the median over the rounds of peer's time by candidate's time in the same
 * round, so that what the machine does meanwhile meets both alike. Speeds are those of
 * the best tenth of the rounds.
 *
 * Candidates: every tier that this CPU has, built as the module builds it; every CRC
 * that Intel's ISA-L exports, loaded at run time if it is there (best ISA-L: whichever
 * is fastest on the shape); a table look-up for each byte, which is what kernels do
 * without assembly; slicing by 8; as bounds, memcpy() and a loop that only reads.
 *
 * Before anything is timed, every candidate is compared with the definition.
 *
 *	bench [OUT.tsv]		table on stdout, one line per measurement in OUT.tsv
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <immintrin.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../../../drivers/crc/crc_tier.h"
#include "../../../drivers/crc/job.h"
#include "../../unit/support/crc_host.h"

struct nvmeq_crc_consts nvmeq_crc_consts;

#define SET_BYTES	(128U << 20)
#define MAX_ROUNDS	201
#define MAX_CANDIDATES	24

enum op { GUARDS, GENERATE, VERIFY, COPY, OPS };
static const char *const op_names[OPS] = { "guards", "generate", "verify", "copy" };

static const struct shape {
	const char *name;
	u32 blocks, bytes;
	u32 rounds;
	u32 repeat;	/* calls in one timing */
} shapes[] = {
	{ "1x512", 1, 512, 201, 64 },
	{ "8x512", 8, 512, 201, 16 },
	{ "64x512", 64, 512, 201, 2 },
	{ "256x512", 256, 512, 201, 1 },
	{ "1024x512", 1024, 512, 101, 1 },
	{ "1x4096", 1, 4096, 201, 16 },
	{ "4x4096", 4, 4096, 201, 4 },
	{ "32x4096", 32, 4096, 201, 1 },
	{ "256x4096", 256, 4096, 101, 1 },
	{ "16M/512", (16 << 20) / 512, 512, 61, 1 },
	{ "16M/4096", (16 << 20) / 4096, 4096, 61, 1 },
	{ "128M/512", SET_BYTES / 512, 512, 31, 1 },
	{ "128M/4096", SET_BYTES / 4096, 4096, 31, 1 },
};
#define LARGE	(4U << 20)	/* from here on the slow ones are left out */

static u8 *data, *copy, *tuples;
static __be16 *guards;
static const struct nvmeq_dif dif = {
	.type = NVMEQ_DIF_TYPE1, .check = NVMEQ_DIF_CHECK_ALL, .app = 0x1234, .app_mask = 0xffff,
	.ref = 1000,
};

/* --- candidates --- */

enum kind { TIER, PEER, BOUND };

struct candidate {
	const char *name;
	enum kind kind;
	bool slow, isal;
	enum nvmeq_crc_tier tier;
	u16 (*crc)(u16 seed, const u8 *p, u64 len);
	u16 (*crc_copy)(u16 seed, u8 *to, u8 *from, u64 len);
	void (*bound)(u64 len);
};

static struct candidate candidates[MAX_CANDIDATES];
static u32 nr_candidates;

static u16 table[8][256];

static void tables_init(void)
{
	u32 b, k;

	for (b = 0; b < 256; b++) {
		u8 bytes[8] = { (u8)b };

		for (k = 0; k < 8; k++)
			table[k][b] = nvmeq_crc_bitwise(0, bytes, k + 1);
	}
}

static u16 crc_bytewise(u16 crc, const u8 *p, u64 len)
{
	while (len--)
		crc = (u16)(crc << 8) ^ table[0][(crc >> 8) ^ *p++];
	return crc;
}

static u16 crc_slice8(u16 crc, const u8 *p, u64 len)
{
	for (; len >= 8; len -= 8, p += 8)
		crc = table[7][p[0] ^ crc >> 8] ^ table[6][p[1] ^ (crc & 0xff)] ^
		      table[5][p[2]] ^ table[4][p[3]] ^ table[3][p[4]] ^ table[2][p[5]] ^
		      table[1][p[6]] ^ table[0][p[7]];
	return crc_bytewise(crc, p, len);
}

static void bound_memcpy(u64 len)
{
	memcpy(copy, data, len);
}

__attribute__((target("avx2"))) static void bound_read_ymm(u64 len)
{
	__m256i a = _mm256_setzero_si256(), b = a, c = a, d = a;
	u64 i;

	for (i = 0; i < len; i += 128) {
		a ^= _mm256_loadu_si256((void *)(data + i));
		b ^= _mm256_loadu_si256((void *)(data + i + 32));
		c ^= _mm256_loadu_si256((void *)(data + i + 64));
		d ^= _mm256_loadu_si256((void *)(data + i + 96));
	}
	a ^= b ^ c ^ d;
	asm volatile("" : : "x"(a));
}

__attribute__((target("avx512f"))) static void bound_read_zmm(u64 len)
{
	__m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
	u64 i;

	for (i = 0; i < len; i += 256) {
		a ^= _mm512_loadu_si512(data + i);
		b ^= _mm512_loadu_si512(data + i + 64);
		c ^= _mm512_loadu_si512(data + i + 128);
		d ^= _mm512_loadu_si512(data + i + 192);
	}
	a ^= b ^ c ^ d;
	asm volatile("" : : "v"(a));
}

static struct candidate *add(const char *name, enum kind kind)
{
	struct candidate *c = &candidates[nr_candidates++];

	if (nr_candidates > MAX_CANDIDATES)
		abort();
	c->name = name;
	c->kind = kind;
	return c;
}

static void add_isal(void)
{
	static const char *const crcs[] = { "crc16_t10dif", "crc16_t10dif_01", "crc16_t10dif_02",
					    "crc16_t10dif_by16_10", "crc16_t10dif_avx2" };
	static const char *const copies[] = { "crc16_t10dif_copy", "crc16_t10dif_copy_by4",
					      "crc16_t10dif_copy_by4_02" };
	static const char *const names[] = { "ISA-L dispatched", "ISA-L _01 (SSE)",
					     "ISA-L _02 (AVX)", "ISA-L _by16_10", "ISA-L _avx2",
					     "ISA-L copy", "ISA-L copy_by4", "ISA-L copy_by4_02" };
	void *lib = dlopen("libisal.so.2", RTLD_NOW);
	u32 i;

	if (!lib) {
		printf("ISA-L is not here (%s): nothing to compare with\n", dlerror());
		return;
	}
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		bool copies_too = i >= ARRAY_SIZE(crcs);
		void *f = dlsym(lib, copies_too ? copies[i - ARRAY_SIZE(crcs)] : crcs[i]);
		struct candidate *c;

		if (!f || (strstr(names[i], "by16") && !crc_host_usable(NVMEQ_CRC_GFNI_AVX512)) ||
		    (strstr(names[i], "avx2") && !crc_host_usable(NVMEQ_CRC_VPCLMUL)))
			continue;
		c = add(names[i], PEER);
		c->isal = true;
		if (copies_too)
			c->crc_copy = (u16 (*)(u16, u8 *, u8 *, u64))f;
		else
			c->crc = (u16 (*)(u16, const u8 *, u64))f;
	}
}

static void candidates_init(void)
{
	struct candidate *c;
	int tier;

	for (tier = 0; tier < NVMEQ_CRC_TIERS; tier++) {
		if (!crc_host_usable(tier))
			continue;
		c = add(nvmeq_crc_tier_name(tier), TIER);
		c->tier = tier;
		c->slow = tier == NVMEQ_CRC_SCALAR;
	}
	add_isal();
	c = add("bytewise table", PEER);
	c->crc = crc_bytewise;
	c->slow = true;
	c = add("slice-by-8", PEER);
	c->crc = crc_slice8;
	c->slow = true;
	add("memcpy", BOUND)->bound = bound_memcpy;
	add("read loop", BOUND)->bound = __builtin_cpu_supports("avx512f") ? bound_read_zmm :
								      bound_read_ymm;
}

/* Does it take part? */
static bool takes(const struct candidate *c, enum op op, const struct shape *s)
{
	if (c->slow && (u64)s->blocks * s->bytes >= LARGE)
		return false;
	if (c->kind == BOUND)
		return op == COPY ? c->bound == bound_memcpy :
		       op == GUARDS && c->bound != bound_memcpy;
	if (c->crc_copy)
		return op == COPY;
	return true;
}

/* --- the work --- */

/* What a caller has in its request. */
static struct nvmeq_crc_run run;

static void run_set(enum op op, const struct shape *s)
{
	run = (struct nvmeq_crc_run) {
		.data = data, .block_bytes = s->bytes, .data_stride = s->bytes,
		.blocks = s->blocks, .tuples = tuples, .tuple_stride = 8,
		.copy = op == COPY ? copy : NULL, .copy_stride = s->bytes,
	};
}

static void tier_does(const struct candidate *c, enum op op, const struct shape *s)
{
	struct nvmeq_dif_error bad;

	if (op == GENERATE)
		nvmeq_crc_tier_generate(c->tier, &run, 0, s->blocks, &dif);
	else if (op != VERIFY)
		nvmeq_crc_tier_guards(c->tier, &run, 0, s->blocks, guards);
	else if (!nvmeq_crc_tier_verify(c->tier, &run, 0, s->blocks, &dif, &bad))
		abort();
}

/* Peers have a function for one block; tuples are made of a batch of guards, as in tiers. */
static void peer_guards(const struct candidate *c, enum op op, const struct shape *s, u32 first,
			u32 n, __be16 *to)
{
	u32 i;

	for (i = first; i < first + n; i++) {
		const u8 *p = data + (size_t)i * s->bytes;
		u8 *target = copy + (size_t)i * s->bytes;
		u16 crc;

		if (op == COPY && c->crc_copy) {
			crc = c->crc_copy(0, target, (u8 *)p, s->bytes);
		} else {
			if (op == COPY)
				p = memcpy(target, p, s->bytes);
			crc = c->crc(0, p, s->bytes);
		}
		*to++ = cpu_to_be16(crc);
	}
}

static void peer_does(const struct candidate *c, enum op op, const struct shape *s)
{
	__be16 some[NVMEQ_CRC_BATCH];
	struct nvmeq_dif_error bad;
	u32 i, n;

	if (op == GUARDS || op == COPY) {
		peer_guards(c, op, s, 0, s->blocks, guards);
		return;
	}
	for (i = 0; i < s->blocks; i += n) {
		u8 *t = tuples + 8 * (size_t)i;

		n = min(s->blocks - i, NVMEQ_CRC_BATCH);
		peer_guards(c, op, s, i, n, some);
		if (op == GENERATE)
			nvmeq_dif_generate(&dif, some, i, n, t, 8);
		else if (!nvmeq_dif_verify(&dif, some, i, n, t, 8, &bad))
			abort();
	}
}

static void does(const struct candidate *c, enum op op, const struct shape *s)
{
	if (c->kind == BOUND)
		c->bound((u64)s->blocks * s->bytes);
	else if (c->kind == TIER)
		tier_does(c, op, s);
	else
		peer_does(c, op, s);
}

/* --- agreement --- */

static __be16 *right;	/* guards of the shape at hand */

static bool agrees(const struct candidate *c, enum op op, const struct shape *s)
{
	struct nvmeq_dif_error bad;

	memset(guards, 0xee, (size_t)s->blocks * 2);
	if (op != VERIFY)
		memset(tuples, 0xee, (size_t)s->blocks * 8);
	if (op == COPY)
		memset(copy, 0xee, (size_t)s->blocks * s->bytes);
	does(c, op, s);
	if (c->kind == BOUND || op == VERIFY)	/* verifying ends the process if it fails */
		return true;
	if (op == GENERATE)
		return nvmeq_dif_verify(&dif, right, 0, s->blocks, tuples, 8, &bad);
	return !memcmp(guards, right, (size_t)s->blocks * 2) &&
	       (op != COPY || !memcmp(copy, data, (size_t)s->blocks * s->bytes));
}

static void definition(const struct shape *s)
{
	u32 i;

	/* The definition for a thousand blocks; beyond, what was compared with it there. */
	for (i = 0; i < s->blocks; i++) {
		const u8 *p = data + (size_t)i * s->bytes;

		right[i] = cpu_to_be16(i < 1024 ? nvmeq_crc_bitwise(0, p, s->bytes) :
				       nvmeq_crc_scalar(0, p, s->bytes));
	}
}

/* --- timing --- */

static double seconds_per_tick;
static double times[MAX_CANDIDATES][MAX_ROUNDS];

static u64 ticks(void)
{
	u64 t;

	_mm_lfence();
	t = __rdtsc();
	_mm_lfence();
	return t;
}

static void calibrate(void)
{
	struct timespec a, b;
	u64 t = ticks();

	clock_gettime(CLOCK_MONOTONIC, &a);
	do
		clock_gettime(CLOCK_MONOTONIC, &b);
	while ((b.tv_sec - a.tv_sec) * 1000000000L + b.tv_nsec - a.tv_nsec < 200000000L);
	seconds_per_tick = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) * 1e-9;
	seconds_per_tick /= (double)(ticks() - t);
}

static double timed(const struct candidate *c, enum op op, const struct shape *s)
{
	u32 i;
	u64 t;

	if (__builtin_cpu_supports("avx"))
		asm volatile("vzeroupper" : : : "memory");
	if ((u64)s->blocks * s->bytes < LARGE)
		does(c, op, s);
	t = ticks();
	for (i = 0; i < s->repeat; i++)
		does(c, op, s);
	return (double)(ticks() - t) * seconds_per_tick / s->repeat;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double quantile(const double *v, u32 n, double q)
{
	double sorted[MAX_ROUNDS];

	memcpy(sorted, v, n * sizeof(*v));
	qsort(sorted, n, sizeof(*sorted), by_value);
	return sorted[(u32)(q * (n - 1) + 0.5)];
}

/* --- results --- */

struct spread {
	double low, median, high;
};

static struct spread ratio(u32 peer, u32 mine, u32 rounds)
{
	double v[MAX_ROUNDS];
	u32 i;

	for (i = 0; i < rounds; i++)
		v[i] = times[peer][i] / times[mine][i];
	return (struct spread){ quantile(v, rounds, 0.1), quantile(v, rounds, 0.5),
				quantile(v, rounds, 0.9) };
}

/* The fastest of ISA-L; -1 without one. */
static int best_isal(const bool *in, u32 rounds)
{
	int best = -1;
	u32 i;

	for (i = 0; i < nr_candidates; i++)
		if (in[i] && candidates[i].isal &&
		    (best < 0 || quantile(times[i], rounds, 0.5) < quantile(times[best], rounds, 0.5)))
			best = (int)i;
	return best;
}

static void show(enum op op, const struct shape *s, const bool *in, FILE *tsv)
{
	double bytes = (double)s->blocks * s->bytes;
	int best = best_isal(in, s->rounds);
	u32 i;

	printf("\n%s %s%s%s\n", op_names[op], s->name, best < 0 ? "" : "; best ISA-L: ",
	       best < 0 ? "" : candidates[best].name);
	printf("  %-18s %8s %8s   %s\n", "", "GB/s", "median", "by best ISA-L (10..90 %)");
	for (i = 0; i < nr_candidates; i++) {
		struct spread r = { 0 };
		double top, mid;

		if (!in[i])
			continue;
		top = bytes / quantile(times[i], s->rounds, 0.1) / 1e9;
		mid = bytes / quantile(times[i], s->rounds, 0.5) / 1e9;
		printf("  %-18s %8.1f %8.1f", candidates[i].name, top, mid);
		if (best >= 0) {
			r = ratio((u32)best, i, s->rounds);
			printf("   %5.2f (%.2f..%.2f)", r.median, r.low, r.high);
		}
		printf("\n");
		if (tsv)
			fprintf(tsv, "%s\t%s\t%s\t%.2f\t%.2f\t%.3f\t%.3f\t%.3f\t%.9g\n", op_names[op],
				s->name, candidates[i].name, top, mid, r.low, r.median, r.high,
				quantile(times[i], s->rounds, 0.5));
	}
}

static void measure(enum op op, const struct shape *s, FILE *tsv)
{
	bool in[MAX_CANDIDATES];
	u32 i, k, round;

	run_set(op, s);
	for (i = 0; i < nr_candidates; i++) {
		in[i] = takes(&candidates[i], op, s);
		if (in[i] && !agrees(&candidates[i], op, s)) {
			printf("%s: wrong at %s %s\n", candidates[i].name, op_names[op], s->name);
			exit(1);
		}
	}
	for (round = 0; round < s->rounds; round++)
		for (k = 0; k < nr_candidates; k++) {
			i = (k + round) % nr_candidates;
			if (in[i])
				times[i][round] = timed(&candidates[i], op, s);
		}
	show(op, s, in, tsv);
	fflush(stdout);
}

static void *huge(size_t bytes)
{
	size_t page = 2U << 20;
	u8 *p = mmap(NULL, bytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		abort();
	p += page - (uintptr_t)p % page;
	madvise(p, bytes, MADV_HUGEPAGE);
	memset(p, 1, bytes);
	return p;
}

static void pin(void)
{
	long cpu = sysconf(_SC_NPROCESSORS_ONLN) - 1;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int main(int argc, char **argv)
{
	FILE *tsv = argc > 1 ? fopen(argv[1], "w") : NULL;
	u64 random = 1;
	u32 i, op;

	if (argc > 1 && !tsv) {
		perror(argv[1]);
		return 1;
	}
	__builtin_cpu_init();
	pin();
	nvmeq_crc_consts_init(&nvmeq_crc_consts);
	tables_init();
	data = huge(SET_BYTES);
	copy = huge(SET_BYTES);
	tuples = huge(SET_BYTES / 512 * 8);
	guards = huge(SET_BYTES / 512 * 2);
	right = huge(SET_BYTES / 512 * 2);
	for (i = 0; i < SET_BYTES; i += 8) {
		random = random * 6364136223846793005ULL + 1442695040888963407ULL;
		memcpy(data + i, &random, 8);
	}
	candidates_init();
	calibrate();
	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		if (argc > 2 && !strstr(argv[2], shapes[i].name))
			continue;
		definition(&shapes[i]);
		for (op = 0; op < OPS; op++)
			measure(op, &shapes[i], tsv);
	}
	return tsv && fclose(tsv) ? 1 : 0;
}
