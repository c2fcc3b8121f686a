// SPDX-License-Identifier: GPL-2.0-only
/*
 * count.c - a plugin of the emulator that counts the kernel instructions which
 * a guest executes
 *
 * Every translated block of kernel code has a counter, which the translated code
 * itself increases: no call, and no instruction is missed. When the guest executes
 * the mark (tests/guest/src/perfmark.c), what was executed since the mark before
 * is written to a file, one line per instruction:
 *
 *	ADDRESS COUNT [L] [T=TARGET] [W=WRITES]
 *
 * L: it locks; T: it calls, or jumps far, to TARGET; W: so many of its writes went to
 * a device's registers (looked at in modules only). tests/perf/perflib folds that
 * to functions.
 *
 * With one virtual CPU the counts are exact, with several an increment is lost
 * now and then. An instruction repeated by REP counts as often as it repeats. A
 * fault in the middle of a block counts the block twice.
 *
 *	-plugin count.so,out=PREFIX	writes PREFIX.0, PREFIX.1, ...
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include "qemu_plugin.h"
#include "x86.h"

#define KERNEL_FROM	(1ULL << 63)
#define MODULES_FROM	0xffffffffc0000000ULL

struct insn {
	uint64_t addr;
	uint64_t target;
	uint64_t writes;	/* since the last mark */
	bool locks;
};

struct block {
	struct block *next;
	uint64_t count;		/* since the emulator was started */
	uint64_t told;		/* its value at the last mark */
	size_t nr_insns;
	struct insn insns[];
};

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;	/* of everything below */
static struct block *blocks;
static const char *prefix = "counts";
static unsigned int marks;

static void tell(FILE *out, struct block *block)
{
	uint64_t count = block->count, since = count - block->told;

	block->told = count;
	for (size_t i = 0; since && i < block->nr_insns; i++) {
		struct insn *insn = &block->insns[i];

		fprintf(out, "%" PRIx64 " %" PRIu64, insn->addr, since);
		if (insn->locks)
			fputs(" L", out);
		if (insn->target)
			fprintf(out, " T=%" PRIx64, insn->target);
		if (insn->writes)
			fprintf(out, " W=%" PRIu64, insn->writes);
		insn->writes = 0;
		fputc('\n', out);
	}
}

static void mark_executed(unsigned int vcpu, void *unused)
{
	char path[4096];
	FILE *out;

	(void)vcpu;
	(void)unused;
	pthread_mutex_lock(&lock);
	snprintf(path, sizeof(path), "%s.%u", prefix, marks++);
	out = fopen(path, "w");
	if (!out) {
		perror(path);
		exit(1);
	}
	for (struct block *block = blocks; block; block = block->next)
		tell(out, block);
	if (fclose(out)) {
		perror(path);
		exit(1);
	}
	pthread_mutex_unlock(&lock);
}

static void memory_written(unsigned int vcpu, qemu_plugin_meminfo_t info, uint64_t vaddr,
			   void *insn)
{
	struct qemu_plugin_hwaddr *where = qemu_plugin_get_hwaddr(info, vaddr);

	(void)vcpu;
	if (where && qemu_plugin_hwaddr_is_io(where))
		__atomic_fetch_add(&((struct insn *)insn)->writes, 1, __ATOMIC_RELAXED);
}

static void watch_insn(struct insn *own, struct qemu_plugin_insn *insn)
{
	const uint8_t *code = qemu_plugin_insn_data(insn);
	size_t size = qemu_plugin_insn_size(insn);

	own->addr = qemu_plugin_insn_vaddr(insn);
	own->locks = x86_locks(code, size);
	own->target = x86_target(code, size, own->addr);
	if (own->addr >= MODULES_FROM)
		qemu_plugin_register_vcpu_mem_cb(insn, memory_written, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_W, own);
}

static void find_mark(struct qemu_plugin_tb *tb, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		if (x86_is_mark(qemu_plugin_insn_data(insn), qemu_plugin_insn_size(insn)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, mark_executed,
							       QEMU_PLUGIN_CB_NO_REGS, NULL);
	}
}

/* Translated anew, a block gets a second counter; the reader adds them up. */
static void block_translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);
	struct block *block;

	(void)id;
	if (qemu_plugin_tb_vaddr(tb) < KERNEL_FROM) {
		find_mark(tb, n);
		return;
	}
	block = calloc(1, sizeof(*block) + n * sizeof(block->insns[0]));
	if (!block)
		abort();
	block->nr_insns = n;
	for (size_t i = 0; i < n; i++)
		watch_insn(&block->insns[i], qemu_plugin_tb_get_insn(tb, i));
	qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64, &block->count, 1);
	pthread_mutex_lock(&lock);
	block->next = blocks;
	blocks = block;
	pthread_mutex_unlock(&lock);
}

__attribute__((visibility("default")))
int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++)
		if (!strncmp(argv[i], "out=", 4))
			prefix = strdup(argv[i] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, block_translated);
	return 0;
}
