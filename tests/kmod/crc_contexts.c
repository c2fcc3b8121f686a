// SPDX-License-Identifier: GPL-2.0-only
/*
 * crc_contexts.c - the guard CRC in task, softirq and hard interrupt at once
 *
 * On each CPU a thread computes, verifies and copies runs of blocks without a pause,
 * and two timers interrupt it to do the same, one in softirq and one in hard interrupt
 * context, so that each context meets the others in the middle of a section. Every
 * result is compared with guards that the definition gave beforehand.
 *
 * The test is over when insmod returns: 0 behind a line that counts, -EIO when a result
 * was wrong.
 *
 *	insmod nvmeq_test.ko tier=pclmul seconds=10
 *
 * Given a disk, it does the test of payload.c instead.
 */
#include <linux/cpu.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <nvmeq/crc.h>
#include "payload.h"
#ifdef CONFIG_X86
#include <asm/fpu/api.h>
#endif

#define BLOCKS		32
#define BYTES		512
#define PERIOD_NS	(3 * NSEC_PER_MSEC)

static char *tier = "auto";
module_param(tier, charp, 0444);
MODULE_PARM_DESC(tier, "as the driver's parameter crc");
static unsigned int seconds = 10;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "how long");

enum context { TASK, SOFTIRQ, HARDIRQ, CONTEXTS };

/* What a context of a CPU works on; nobody else does. */
struct worker {
	u8 data[BLOCKS * BYTES];
	u8 copy[BLOCKS * BYTES];
	struct nvmeq_dif_tuple tuples[BLOCKS];
	__be16 want[BLOCKS];
	u32 random;
	u32 most;		/* blocks at a time */
	u64 runs, no_registers, wrong;
};

struct cpu_test {
	struct worker *worker[CONTEXTS];
	struct hrtimer timer[CONTEXTS];
	struct task_struct *thread;
};

static DEFINE_PER_CPU(struct cpu_test, tests);

static const struct nvmeq_dif dif = {
	.type = NVMEQ_DIF_TYPE1, .check = NVMEQ_DIF_CHECK_ALL, .app = 0x1234, .app_mask = 0xffff,
	.ref = 0xfffffff0,
};

static u32 worker_random(struct worker *w, u32 n)
{
	w->random = w->random * 1664525 + 1013904223;
	return (w->random >> 8) % n;
}

static void worker_guards(struct worker *w, const struct nvmeq_crc_run *run, u32 first)
{
	__be16 guards[BLOCKS];

	memset(w->copy, 0, run->blocks * BYTES);
	nvmeq_crc_guards(run, guards);
	if (memcmp(guards, w->want + first, run->blocks * sizeof(*guards)))
		w->wrong++;
	if (memcmp(w->copy, run->data, run->blocks * BYTES))
		w->wrong++;
}

static void worker_verifies(struct worker *w, struct nvmeq_crc_run *run, u32 first)
{
	u32 at = worker_random(w, run->blocks);
	struct nvmeq_dif_error bad;

	memset(w->tuples, 0, sizeof(w->tuples));
	nvmeq_crc_generate(run, &dif);
	if (memcmp(&w->tuples[0].guard, &w->want[first], 2) ||
	    !nvmeq_crc_verify(run, &dif, &bad))
		w->wrong++;
	w->tuples[at].guard ^= (__force __be16)0x0100;
	if (nvmeq_crc_verify(run, &dif, &bad) || bad.block != at ||
	    bad.field != NVMEQ_DIF_GUARD || bad.expected != be16_to_cpu(w->want[first + at]))
		w->wrong++;
}

static void worker_does(struct worker *w)
{
	u32 n = 1 + worker_random(w, w->most), first = worker_random(w, BLOCKS + 1 - n);
	struct nvmeq_crc_run run = {
		.data = w->data + first * BYTES, .block_bytes = BYTES, .data_stride = BYTES,
		.blocks = n, .tuples = (u8 *)w->tuples, .tuple_stride = 8,
		.copy = w->copy, .copy_stride = BYTES,
	};

#ifdef CONFIG_X86
	if (!irq_fpu_usable())
		w->no_registers++;
#endif
	worker_guards(w, &run, first);
	run.copy = NULL;
	worker_verifies(w, &run, first);
	w->runs++;
}

static enum hrtimer_restart interrupt(struct hrtimer *timer)
{
	struct cpu_test *t = this_cpu_ptr(&tests);
	enum context c = timer == &t->timer[HARDIRQ] ? HARDIRQ : SOFTIRQ;

	if (c == HARDIRQ ? !in_hardirq() : !in_serving_softirq())
		t->worker[c]->wrong++;
	worker_does(t->worker[c]);
	hrtimer_forward_now(timer, ns_to_ktime(PERIOD_NS));
	return HRTIMER_RESTART;
}

static void timer_begin(struct cpu_test *t, enum context c, enum hrtimer_mode mode)
{
	hrtimer_init(&t->timer[c], CLOCK_MONOTONIC, mode);
	t->timer[c].function = interrupt;
	hrtimer_start(&t->timer[c], ns_to_ktime(PERIOD_NS), mode);
}

/* Bound to its CPU, and so are the timers that it starts. */
static int cpu_thread(void *arg)
{
	struct cpu_test *t = arg;

	timer_begin(t, SOFTIRQ, HRTIMER_MODE_REL_PINNED_SOFT);
	timer_begin(t, HARDIRQ, HRTIMER_MODE_REL_PINNED_HARD);
	while (!kthread_should_stop()) {
		worker_does(t->worker[TASK]);
		cond_resched();
	}
	hrtimer_cancel(&t->timer[SOFTIRQ]);
	hrtimer_cancel(&t->timer[HARDIRQ]);
	return 0;
}

static struct worker *worker_make(u32 most)
{
	struct worker *w = kzalloc(sizeof(*w), GFP_KERNEL);
	u32 i;

	if (!w)
		return NULL;
	get_random_bytes(w->data, sizeof(w->data));
	w->random = get_random_u32();
	w->most = most;
	for (i = 0; i < BLOCKS; i++)
		w->want[i] = cpu_to_be16(nvmeq_crc_bitwise(0, w->data + i * BYTES, BYTES));
	return w;
}

static int cpu_begin(unsigned int cpu)
{
	struct cpu_test *t = per_cpu_ptr(&tests, cpu);
	enum context c;

	for (c = 0; c < CONTEXTS; c++) {
		t->worker[c] = worker_make(c == TASK ? BLOCKS : 4);
		if (!t->worker[c])
			return -ENOMEM;
	}
	t->thread = kthread_create_on_cpu(cpu_thread, t, cpu, "nvmeq_crc/%u");
	if (IS_ERR(t->thread)) {
		int err = PTR_ERR(t->thread);

		t->thread = NULL;
		return err;
	}
	wake_up_process(t->thread);
	return 0;
}

/* The sum over all CPUs; stops and frees what there is. */
static bool all_end(void)
{
	static const char *const names[CONTEXTS] = { "task", "softirq", "hardirq" };
	u64 runs[CONTEXTS] = { 0 }, no_registers[CONTEXTS] = { 0 }, wrong = 0;
	unsigned int cpu;
	enum context c;

	for_each_possible_cpu(cpu) {
		struct cpu_test *t = per_cpu_ptr(&tests, cpu);

		if (t->thread)
			kthread_stop(t->thread);
		for (c = 0; c < CONTEXTS; c++) {
			if (!t->worker[c])
				continue;
			runs[c] += t->worker[c]->runs;
			no_registers[c] += t->worker[c]->no_registers;
			wrong += t->worker[c]->wrong;
			kfree(t->worker[c]);
		}
	}
	for (c = 0; c < CONTEXTS; c++)
		pr_info("nvmeq_test: %s: %llu runs, %llu without registers\n", names[c],
			runs[c], no_registers[c]);
	pr_info("nvmeq_test: %s, %u s: %llu wrong\n",
		nvmeq_crc_tier_name(nvmeq_crc_tier()), seconds, wrong);
	return !wrong;
}

static int __init test_init(void)
{
	unsigned int cpu;
	u32 word = 0;
	int err;

	while (nvmeq_crc_words[word] && strcmp(tier, nvmeq_crc_words[word]))
		word++;
	err = nvmeq_crc_init(word);
	if (err)
		return err;
	if (nvmeq_test_payload_wanted())
		return nvmeq_test_payload();
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		err = cpu_begin(cpu);
		if (err)
			break;
	}
	cpus_read_unlock();
	if (!err)
		schedule_timeout_interruptible(seconds * HZ);
	if (!all_end())
		err = -EIO;
	return err;
}

static void __exit test_exit(void)
{
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("tests of nvmeq that only a kernel can run");
MODULE_LICENSE("GPL");
