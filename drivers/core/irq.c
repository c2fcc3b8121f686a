// SPDX-License-Identifier: GPL-2.0-only
/*
 * irq.c - carries out an interrupt plan: vectors, handlers, affinity, polling
 *
 * What to try and how to share is decided by lib/irqplan.c; here the kernel is
 * asked. One handler is registered per queue, so that queues which share a
 * vector are each asked in turn by the interrupt core, and a queue's handler
 * never runs twice at once.
 *
 * The last rung needs no interrupt: a thread looks at the completion queues
 * while commands are in flight and sleeps while there are none.
 *
 * irq_mutex keeps attaching and detaching apart from those who look at a queue
 * beside its interrupt (the timeout handler, the polling thread). It is the
 * innermost mutex; completing requests under it takes no other lock of ours.
 */
#include <linux/blk-mq.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <nvmeq/compat/dev.h>
#include "ctrl.h"
#include "frontend.h"
#include "irq.h"
#include "params.h"

/* Between two fruitless looks of the polling thread: the order of a fast SSD's service time. */
#define IRQ_POLL_PAUSE_US_MIN	20
#define IRQ_POLL_PAUSE_US_MAX	50

static unsigned int irq_pci_flags(enum nvmeq_irq_mode mode)
{
	switch (mode) {
	case NVMEQ_IRQ_MSIX:
		return PCI_IRQ_MSIX;
	case NVMEQ_IRQ_MSI:
		return PCI_IRQ_MSI;
	default:
		return NVMEQ_PCI_IRQ_INTX;
	}
}

static int irq_alloc_mode(struct nvmeq_ctrl *ctrl, enum nvmeq_irq_mode mode, u16 io_queues)
{
	struct irq_affinity affinity = { .pre_vectors = 1 };	/* the admin queue's: any CPU */
	unsigned int flags = irq_pci_flags(mode);
	u32 want = nvmeq_irqplan_vectors(mode, io_queues);

	if (want > 1)
		return pci_alloc_irq_vectors_affinity(ctrl->pdev, 1, want,
						      flags | PCI_IRQ_AFFINITY, &affinity);
	return pci_alloc_irq_vectors(ctrl->pdev, 1, 1, flags);
}

static bool irq_any_busy(struct nvmeq_ctrl *ctrl)
{
	unsigned int i;

	for (i = 0; i <= ctrl->plan.io_queues; i++)
		if (READ_ONCE(ctrl->queues[i].irq_requested) && nvmeq_queue_busy(&ctrl->queues[i]))
			return true;
	return false;
}

static int irq_poll_thread(void *data)
{
	struct nvmeq_ctrl *ctrl = data;
	unsigned int i, found;

	while (!kthread_should_stop()) {
		wait_event_interruptible(ctrl->poll_wq,
					 kthread_should_stop() || irq_any_busy(ctrl));
		found = 0;
		mutex_lock(&ctrl->irq_mutex);
		for (i = 0; i <= ctrl->plan.io_queues; i++)
			if (ctrl->queues[i].irq_requested)
				found += nvmeq_datapath.reap(&ctrl->queues[i]);
		mutex_unlock(&ctrl->irq_mutex);
		if (found)
			cond_resched();
		else
			usleep_range(IRQ_POLL_PAUSE_US_MIN, IRQ_POLL_PAUSE_US_MAX);
	}
	return 0;
}

static int irq_start_poller(struct nvmeq_ctrl *ctrl)
{
	struct task_struct *t;

	t = kthread_run(irq_poll_thread, ctrl, "nvmeq_poll/%d", ctrl->instance);
	if (IS_ERR(t))
		return PTR_ERR(t);
	ctrl->poller = t;
	return 0;
}

void nvmeq_irq_kick(struct nvmeq_ctrl *ctrl)
{
	/* wq_has_sleeper() orders the counter of the new command before the look at the sleeper. */
	if (wq_has_sleeper(&ctrl->poll_wq))
		wake_up(&ctrl->poll_wq);
}

int nvmeq_irq_alloc(struct nvmeq_ctrl *ctrl, u16 io_queues)
{
	enum nvmeq_irq_mode want = nvmeq_param_value(NVMEQ_PARAM_IRQ_MODE);
	enum nvmeq_irq_mode ladder[4];
	unsigned int i, rungs;
	int got = -EINVAL;

	rungs = nvmeq_irqplan_ladder(want, ladder);
	for (i = 0; i < rungs; i++) {
		if (ladder[i] == NVMEQ_IRQ_POLL) {
			nvmeq_irqplan_make(NVMEQ_IRQ_POLL, 0, io_queues, &ctrl->plan);
			return irq_start_poller(ctrl);
		}
		got = irq_alloc_mode(ctrl, ladder[i], io_queues);
		if (got > 0)
			return nvmeq_irqplan_make(ladder[i], got, io_queues, &ctrl->plan);
	}
	dev_err(&ctrl->dev, "irq_mode=%s is not available here (%d)\n", nvmeq_irq_mode_name(want),
		got);
	return got < 0 ? got : -EIO;
}

void nvmeq_irq_free(struct nvmeq_ctrl *ctrl)
{
	if (ctrl->poller) {
		kthread_stop(ctrl->poller);
		ctrl->poller = NULL;
	} else if (ctrl->plan.vectors) {
		pci_free_irq_vectors(ctrl->pdev);
	}
	ctrl->plan.vectors = 0;
}

static bool irq_vector_shared(const struct nvmeq_ctrl *ctrl, int vector)
{
	if (ctrl->plan.mode == NVMEQ_IRQ_INTX || ctrl->plan.admin_shared)
		return true;
	return vector > 0 && ctrl->plan.io_queues > ctrl->plan.vectors - 1;
}

int nvmeq_irq_attach(struct nvmeq_queue *q)
{
	struct nvmeq_ctrl *ctrl = q->ctrl;
	int err = 0;

	snprintf(q->irq_name, sizeof(q->irq_name), "nvme%dq%u", ctrl->instance, q->qid);
	mutex_lock(&ctrl->irq_mutex);
	if (q->vector >= 0)
		err = request_irq(pci_irq_vector(ctrl->pdev, q->vector), nvmeq_datapath.irq,
				  irq_vector_shared(ctrl, q->vector) ? IRQF_SHARED : 0,
				  q->irq_name, q);
	q->polled = q->vector < 0;
	if (!err)
		WRITE_ONCE(q->irq_requested, true);
	mutex_unlock(&ctrl->irq_mutex);
	return err;
}

void nvmeq_irq_detach(struct nvmeq_queue *q)
{
	struct nvmeq_ctrl *ctrl = q->ctrl;

	mutex_lock(&ctrl->irq_mutex);
	if (q->irq_requested) {
		WRITE_ONCE(q->irq_requested, false);
		if (q->vector >= 0)
			free_irq(pci_irq_vector(ctrl->pdev, q->vector), q);
	}
	mutex_unlock(&ctrl->irq_mutex);
}

unsigned int nvmeq_irq_reap(struct nvmeq_queue *q)
{
	struct nvmeq_ctrl *ctrl = q->ctrl;
	unsigned int found = 0;

	mutex_lock(&ctrl->irq_mutex);
	if (q->irq_requested && q->vector < 0) {
		found = nvmeq_datapath.reap(q);
	} else if (q->irq_requested) {
		int irq = pci_irq_vector(ctrl->pdev, q->vector);

		disable_irq(irq);
		found = nvmeq_datapath.reap(q);
		enable_irq(irq);
	}
	mutex_unlock(&ctrl->irq_mutex);
	return found;
}

/*
 * Queues that share a vector split the CPUs that the vector is spread over. A
 * CPU whose vector serves queues first..last gets one of them in turn.
 */
static bool irq_map_by_affinity(struct nvmeq_ctrl *ctrl, struct blk_mq_queue_map *map)
{
	unsigned int first = 1, last, cpu, turn;

	while (first <= map->nr_queues) {
		int vector = nvmeq_irqplan_vector(&ctrl->plan, first);
		const struct cpumask *mask;

		for (last = first; last < map->nr_queues; last++)
			if (nvmeq_irqplan_vector(&ctrl->plan, last + 1) != vector)
				break;
		mask = vector < 0 ? NULL : pci_irq_get_affinity(ctrl->pdev, vector);
		if (!mask || ctrl->plan.vectors < 2)
			return false;
		turn = 0;
		for_each_cpu(cpu, mask) {
			map->mq_map[cpu] = map->queue_offset + first - 1 + turn;
			turn = (turn + 1) % (last - first + 1);
		}
		first = last + 1;
	}
	return true;
}

void nvmeq_irq_map_queues(struct nvmeq_ctrl *ctrl, struct blk_mq_queue_map *map)
{
	/* A CPU that no vector names falls back on the generic spread. */
	blk_mq_map_queues(map);
	if (map->nr_queues == ctrl->plan.io_queues)
		irq_map_by_affinity(ctrl, map);
}

int nvmeq_irq_node(struct nvmeq_ctrl *ctrl, u16 qid)
{
	struct blk_mq_queue_map map = { .nr_queues = ctrl->plan.io_queues };
	int node = NUMA_NO_NODE;
	unsigned int cpu;

	map.mq_map = kcalloc(nr_cpu_ids, sizeof(*map.mq_map), GFP_KERNEL);
	if (!map.mq_map)
		return node;
	nvmeq_irq_map_queues(ctrl, &map);
	for_each_possible_cpu(cpu) {
		if (map.mq_map[cpu] == qid - 1) {
			node = cpu_to_node(cpu);
			break;
		}
	}
	kfree(map.mq_map);
	return node;
}
