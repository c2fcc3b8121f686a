// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring_test.c - both rings against a simulated controller
 *
 * The host below is what the hot path does with ring.h and nothing more. The
 * controller is model/ctrl_sim.c, which stalls, reorders, loses and repeats
 * completions. Each command must complete exactly once.
 */
#include <nvmeq/ring.h>

#include "model/ctrl_sim.h"
#include "support/test.h"

static void cid_holds_tag_and_generation(void)
{
	unsigned int tag, gen;

	for (tag = 0; tag < 4096; tag++) {
		for (gen = 0; gen < 16; gen++) {
			u16 cid = nvmeq_cid(tag, (u8)gen);

			if (!WANT(desc("tag %u gen %u", tag, gen), cid, gen * 4096 + tag))
				return;
			WANT("tag", nvmeq_cid_tag(cid), tag);
			WANT("gen", nvmeq_cid_gen(cid), gen);
		}
	}
	WANT("generation wraps at 16", nvmeq_cid(5, 0x13), 0x3005);
	WANT("generation wraps at 16", nvmeq_cid(5, 0xff), 0xf005);
}

static void sq_slots_go_round(void)
{
	static const u16 sizes[] = { 2, 3, 4, 31, 64, 1023, 4096 };
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct nvmeq_sq_cursor sq;

		memset(&sq, 0xff, sizeof(sq));
		nvmeq_sq_init(&sq, sizes[i]);
		for (k = 0; k < 3u * sizes[i]; k++) {
			WANT(desc("ring of %u", sizes[i]), nvmeq_sq_push(&sq), k % sizes[i]);
			WANT(desc("ring of %u", sizes[i]), sq.tail, (k + 1) % sizes[i]);
		}
	}
}

static void sq_doorbell_is_due(void)
{
	static const struct {
		const char *desc;
		u16 entries, told;
		u16 pushed;
		bool last, want;
	} row[] = {
		{ "nothing new, more to come", 8, 0, 0, false, false },
		{ "nothing new, last", 8, 0, 0, true, false },
		{ "one of a batch", 8, 0, 1, false, false },
		{ "one, last", 8, 0, 1, true, true },
		{ "six of a batch", 8, 0, 6, false, false },
		{ "seven fill the ring", 8, 0, 7, false, true },
		{ "batch over the wrap", 8, 5, 4, false, false },
		{ "batch over the wrap, last", 8, 5, 4, true, true },
		{ "six over the wrap", 8, 5, 6, false, false },
		{ "seven over the wrap", 8, 5, 7, false, true },
		{ "batch ends at slot 0", 8, 5, 3, true, true },
		{ "told at the last slot", 8, 7, 7, false, true },
		{ "ring of two", 2, 0, 1, false, true },
		{ "ring of two, at 1", 2, 1, 1, false, true },
		{ "ring of two, nothing", 2, 1, 0, true, false },
		{ "largest ring", 4096, 4095, 4094, false, false },
		{ "largest ring full", 4096, 4095, 4095, false, true },
	};
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_sq_cursor sq;

		nvmeq_sq_init(&sq, row[i].entries);
		for (k = 0; k < row[i].told; k++) {
			nvmeq_sq_push(&sq);
			nvmeq_sq_told(&sq);
		}
		for (k = 0; k < row[i].pushed; k++)
			nvmeq_sq_push(&sq);
		WANT(row[i].desc, nvmeq_sq_due(&sq, row[i].last), row[i].want);
		WANT(row[i].desc, nvmeq_sq_told(&sq),
		     (row[i].told + row[i].pushed) % row[i].entries);
		WANT(row[i].desc, nvmeq_sq_due(&sq, true), false);
	}
}

static void cq_phase_turns_with_the_ring(void)
{
	static const u16 sizes[] = { 2, 3, 64, 4096 };
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct nvmeq_cq_cursor cq;

		memset(&cq, 0xff, sizeof(cq));
		nvmeq_cq_init(&cq, sizes[i]);
		for (k = 0; k < 5u * sizes[i]; k++) {
			unsigned int want = (k / sizes[i]) % 2 ? 0 : 1;
			const char *text = desc("ring of %u, entry %u", sizes[i], k);

			WANT(text, cq.head, k % sizes[i]);
			WANT(text, nvmeq_cq_new(&cq, (u16)want), true);
			WANT(text, nvmeq_cq_new(&cq, (u16)(want ^ 1)), false);
			WANT(text, nvmeq_cq_new(&cq, (u16)(want | 0xfffe)), true);
			WANT(text, nvmeq_cq_new(&cq, (u16)((want ^ 1) | 0xfffe)), false);
			nvmeq_cq_advance(&cq);
		}
	}
}

/* ---- a host and a controller ---- */

enum tag_is { FREE, FLYING };

struct host {
	struct nvmeq_sq_cursor sqc;
	struct nvmeq_cq_cursor cqc;
	struct nvmeq_sqe *sq;
	struct nvmeq_cqe *cq;
	u32 entries;
	u8 gen[4096];
	u8 tag[4096];
	u32 nfree;
	u32 next_seq;
	u32 untold;
	u64 submitted, completed, stale;
};

static u32 host_tag(struct host *h, struct rng *r)
{
	u32 t = rnd(r, h->entries - 1);

	while (h->tag[t] != FREE)
		t = (t + 1) % (h->entries - 1);
	return t;
}

/* Submits a batch; the doorbell is written when ring.h says so. */
static void host_submit(struct host *h, struct ctrl_sim *c, struct rng *r, u32 n)
{
	while (n--) {
		u32 t = host_tag(h, r);
		struct nvmeq_sqe *e = &h->sq[nvmeq_sq_push(&h->sqc)];

		h->tag[t] = FLYING;
		h->gen[t] = (h->gen[t] + 1) & 0xf;
		h->nfree--;
		memset(e, 0, sizeof(*e));
		e->cid = cpu_to_le16(nvmeq_cid(t, h->gen[t]));
		e->cdw10 = cpu_to_le32(h->next_seq++);
		h->untold++;
		h->submitted++;
		if (nvmeq_sq_due(&h->sqc, n == 0)) {
			u32 step = (h->sqc.tail + h->entries - c->sq_tail) % h->entries;

			WANT("doorbell tells all that is new", step, h->untold);
			ctrl_sim_tail(c, nvmeq_sq_told(&h->sqc));
			h->untold = 0;
		}
		HOLDS("a batch never looks like nothing",
		      h->untold == 0 || h->sqc.tail != h->sqc.rung);
	}
	WANT("nothing is left untold", h->untold, 0);
}

/* Reaps up to @max entries; a completion that is nobody's is counted. */
static void host_reap(struct host *h, struct ctrl_sim *c, u32 max)
{
	u32 n = 0;

	while (n < max) {
		const struct nvmeq_cqe *e = &h->cq[h->cqc.head];
		u16 cid = le16_to_cpu(e->cid);
		u32 t = nvmeq_cid_tag(cid);

		if (!nvmeq_cq_new(&h->cqc, le16_to_cpu(e->status)))
			break;
		nvmeq_cq_advance(&h->cqc);
		n++;
		if (t >= h->entries - 1 || h->tag[t] != FLYING || h->gen[t] != nvmeq_cid_gen(cid)) {
			h->stale++;
			continue;
		}
		h->tag[t] = FREE;
		h->nfree++;
		h->completed++;
	}
	if (n)
		ctrl_sim_head(c, h->cqc.head);
}

struct faults {
	const char *desc;
	u32 repeat;	/* one in n completions comes twice, 0 never */
	u32 late;	/* one in n is held back until its tag has been used again */
	bool in_order;
	bool stall;	/* the host reaps rarely, so that the ring fills */
};

static struct ctrl_sim sim;
static struct host host;

static void host_init(u32 entries)
{
	memset(&host, 0, sizeof(host));
	host.entries = entries;
	host.sq = guard_alloc(entries * sizeof(*host.sq));
	host.cq = guard_alloc(entries * sizeof(*host.cq));
	memset(host.cq, 0, entries * sizeof(*host.cq));
	host.nfree = entries - 1;
	nvmeq_sq_init(&host.sqc, (u16)entries);
	nvmeq_cq_init(&host.cqc, (u16)entries);
	ctrl_sim_init(&sim, host.sq, entries, host.cq, entries);
}

static void host_done(void)
{
	guard_free(host.sq);
	guard_free(host.cq);
}

/*
 * The host gives up on a command whose completion is held back, as it does
 * after an abort; the tag is free again and the completion comes when it likes.
 */
static void give_up(struct host *h, u16 cid)
{
	h->tag[nvmeq_cid_tag(cid)] = FREE;
	h->nfree++;
	h->completed++;
}

/*
 * Four bits of generation tell 15 lives of a tag apart, so a completion may
 * be late for that long and no longer. A step adds at most one life.
 */
static bool must_come_now(const struct host *h, u16 cid)
{
	return ((h->gen[nvmeq_cid_tag(cid)] - nvmeq_cid_gen(cid)) & 0xf) >= 13;
}

static u16 late_take(u16 *late, u32 *n, u32 index)
{
	u16 cid = late[index];

	--*n;
	memmove(&late[index], &late[index + 1], (*n - index) * sizeof(late[0]));
	return cid;
}

static void drive(u32 entries, const struct faults *f, struct rng *r, u32 steps)
{
	const char *text = desc("%s, ring of %u", f->desc, entries);
	u64 doubled = 0, late_sent = 0;
	u32 i, nlate = 0;
	u16 late[64];

	host_init(entries);
	for (i = 0; i < steps && !sim.wrong && test_misses() < 5; i++) {
		u32 k, n;

		if (host.nfree)
			host_submit(&host, &sim, r, 1 + rnd(r, one_in(r, 4) ? host.nfree :
							    min(host.nfree, 8u)));
		ctrl_sim_fetch(&sim, rnd(r, entries));
		n = rnd(r, sim.nheld + 1);
		for (k = 0; k < n && ctrl_sim_can_post(&sim); k++) {
			u16 cid;

			if (f->late && nlate < 64 && one_in(r, f->late)) {
				cid = ctrl_sim_take(&sim, rnd(r, sim.nheld));
				give_up(&host, cid);
				late[nlate++] = cid;
				continue;
			}
			cid = ctrl_sim_take(&sim, f->in_order ? 0 : rnd(r, sim.nheld));
			ctrl_sim_post(&sim, cid, 0);
			if (f->repeat && one_in(r, f->repeat) && ctrl_sim_post(&sim, cid, 0))
				doubled++;
		}
		while (nlate && one_in(r, 4) && ctrl_sim_can_post(&sim)) {
			ctrl_sim_post(&sim, late_take(late, &nlate, 0), 0);
			late_sent++;
		}
		if (!f->stall || one_in(r, 8) || !ctrl_sim_can_post(&sim))
			host_reap(&host, &sim, 1 + rnd(r, entries));
		for (k = 0; k < nlate; k++) {
			if (!must_come_now(&host, late[k]))
				continue;
			while (!ctrl_sim_can_post(&sim))
				host_reap(&host, &sim, entries);
			ctrl_sim_post(&sim, late_take(late, &nlate, k--), 0);
			late_sent++;
			host_reap(&host, &sim, entries);
		}
	}
	/* Let everything come in. */
	for (i = 0; i < 16 * entries && (sim.nheld || nlate || ctrl_sim_pending(&sim) ||
					 host.nfree < entries - 1); i++) {
		ctrl_sim_fetch(&sim, entries);
		while (nlate && ctrl_sim_can_post(&sim)) {
			ctrl_sim_post(&sim, late_take(late, &nlate, 0), 0);
			late_sent++;
		}
		while (sim.nheld && ctrl_sim_can_post(&sim))
			ctrl_sim_post(&sim, ctrl_sim_take(&sim, 0), 0);
		host_reap(&host, &sim, entries);
	}
	WANT_STR(text, sim.wrong ? sim.wrong : "nothing", "nothing");
	WANT(text, host.completed, host.submitted);
	WANT(text, host.nfree, entries - 1);
	WANT(text, host.stale, doubled + late_sent);
	WANT(text, host.next_seq, sim.fetched_seq);
	host_done();
}

static void every_command_completes_once(void)
{
	static const struct faults plain[] = {
		{ .desc = "in order", .in_order = true },
		{ .desc = "any order" },
		{ .desc = "host reaps late", .stall = true },
	};
	static const u32 sizes[] = { 2, 3, 4, 7, 32, 255, 1024, 4096 };
	struct rng r = test_rng();
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(plain); i++)
		for (k = 0; k < ARRAY_SIZE(sizes); k++)
			drive(sizes[k], &plain[i], &r, sizes[k] > 500 ? 300 : 3000);
}

/*
 * A completion that comes twice finds its tag free, or with a new generation;
 * so does one that comes after the host gave up on its command.
 */
static void doubled_and_late_completions_are_recognised(void)
{
	static const struct faults bad[] = {
		{ .desc = "doubled", .repeat = 5 },
		{ .desc = "late", .late = 7 },
		{ .desc = "both", .repeat = 9, .late = 9 },
	};
	static const u32 sizes[] = { 4, 16, 64, 255, 1024 };
	struct rng r = test_rng();
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		for (k = 0; k < ARRAY_SIZE(sizes); k++)
			drive(sizes[k], &bad[i], &r, 400);
}

/* A generation older by 1 to 15 is told apart on every tag; by 16 it is not. */
static void generations_tell_fifteen_lives_apart(void)
{
	unsigned int age, gen;

	for (gen = 0; gen < 16; gen++)
		for (age = 1; age <= 16; age++)
			WANT(desc("gen %u, %u lives later", gen, age),
			     nvmeq_cid(77, (u8)gen) == nvmeq_cid(77, (u8)(gen + age)), age == 16);
}

static void controller_that_is_never_told_sees_nothing(void)
{
	struct rng r = test_rng();

	host_init(8);
	nvmeq_sq_push(&host.sqc);
	ctrl_sim_fetch(&sim, 8);
	WANT("not told", sim.nheld, 0);
	host_done();

	/* The model must notice a host that breaks the rules. */
	host_init(8);
	ctrl_sim_tail(&sim, 8);
	HOLDS("tail beyond the ring", sim.wrong);
	host_done();
	host_init(8);
	ctrl_sim_tail(&sim, 0);
	HOLDS("tail repeats", sim.wrong);
	host_done();
	host_init(8);
	host_submit(&host, &sim, &r, 5);
	ctrl_sim_tail(&sim, 1);
	HOLDS("tail passes head", sim.wrong);
	host_done();
	host_init(8);
	ctrl_sim_head(&sim, 1);
	HOLDS("head passes tail", sim.wrong);
	host_done();
	host_init(8);
	host_submit(&host, &sim, &r, 2);
	host.sq[0].cdw10 = 7;
	ctrl_sim_fetch(&sim, 2);
	HOLDS("overwritten entry", sim.wrong);
	host_done();
}

static const struct CMUnitTest tests[] = {
	TEST(cid_holds_tag_and_generation),
	TEST(sq_slots_go_round),
	TEST(sq_doorbell_is_due),
	TEST(cq_phase_turns_with_the_ring),
	TEST(controller_that_is_never_told_sees_nothing),
	TEST(every_command_completes_once),
	TEST(doubled_and_late_completions_are_recognised),
	TEST(generations_tell_fifteen_lives_apart),
};

TEST_MAIN("ring", tests)
