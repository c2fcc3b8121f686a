// SPDX-License-Identifier: GPL-2.0-only
/*
 * irq.c - carries out an interrupt plan: vectors, handlers, affinity
 *
 * What to try and how to share is decided by lib/irqplan.c; here the kernel is
 * asked. One handler is registered per queue, so that queues which share a
 * vector are each asked in turn by the interrupt core. A queue whose interrupts
 * are no good leaves them, together with those that share its vector: the
 * handlers are taken away (which masks the vector) and the polling thread of
 * attend.c serves the queues, until they return.
 *
 * Handlers are freed and requested anew, not disabled and enabled: the interrupt
 * core of these kernels forgets that a managed interrupt was disabled when its
 * CPU goes offline and comes back.
 *
 * irq_mutex keeps attaching, detaching, leaving and returning apart. It is the
 * innermost mutex. What a queue's service is changes under it and cq_lock.
 */
#include <linux/blk-mq.h>
#include <linux/interrupt.h>
#include <linux/slab.h>
#include <nvmeq/compat/dev.h>
#include "ctrl.h"
#include "frontend.h"
#include "irq.h"
#include "settings.h"

/* --- vectors --- */

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

/* Each type's vectors must reach every CPU: the interrupt core spreads them set by set. */
static void irq_calc_sets(struct irq_affinity *affinity, unsigned int vectors)
{
	u16 sizes[NVMEQ_QUEUE_TYPES] = { 0 };

	if (vectors)
		nvmeq_irqplan_split(affinity->priv, vectors, sizes);
	affinity->set_size[0] = sizes[NVMEQ_QUEUE_DEFAULT];
	affinity->set_size[1] = sizes[NVMEQ_QUEUE_READ];
	affinity->nr_sets = sizes[NVMEQ_QUEUE_READ] ? 2 : 1;
}

static int irq_alloc_mode(struct nvmeq_ctrl *ctrl, enum nvmeq_irq_mode mode)
{
	struct irq_affinity affinity = {
		.pre_vectors = 1,	/* the admin queue's: any CPU */
		.calc_sets = irq_calc_sets,
		.priv = &ctrl->plan,
	};
	unsigned int flags = irq_pci_flags(mode);
	u32 want = nvmeq_irqplan_vectors(mode, &ctrl->plan);

	if (want > 1 && ctrl->settings.irq_affinity == NVMEQ_AFFINITY_MANAGED)
		return pci_alloc_irq_vectors_affinity(ctrl->pdev, 1, want,
						      flags | PCI_IRQ_AFFINITY, &affinity);
	return pci_alloc_irq_vectors(ctrl->pdev, 1, want, flags);
}

static void irq_assign(struct nvmeq_ctrl *ctrl)
{
	u16 qid;

	for (qid = 0; qid < ctrl->nr_queues; qid++) {
		struct nvmeq_queue *q = &ctrl->queues[qid];
		bool planned = qid <= ctrl->plan.io_queues;

		q->vector = planned ? nvmeq_irqplan_vector(&ctrl->plan, qid) : -1;
		q->type = qid && planned ? nvmeq_irqplan_type(&ctrl->plan, qid) :
					   NVMEQ_QUEUE_DEFAULT;
	}
}

int nvmeq_irq_alloc(struct nvmeq_ctrl *ctrl, u16 io_queues)
{
	enum nvmeq_irq_mode ladder[4];
	struct nvmeq_irq_want want;
	unsigned int i, rungs;
	int got = -EINVAL;

	nvmeq_settings_want(ctrl, &want);
	nvmeq_irqplan_share(&want, io_queues, &ctrl->plan);
	rungs = nvmeq_irqplan_ladder(ctrl->settings.irq_mode, ladder);
	for (i = 0; i < rungs; i++) {
		got = ladder[i] == NVMEQ_IRQ_POLL ? 0 : irq_alloc_mode(ctrl, ladder[i]);
		if (got < 0)
			continue;
		/* The admin queue always raises its interrupt: keep it off a line without handler. */
		if (ladder[i] == NVMEQ_IRQ_POLL)
			pci_intx(ctrl->pdev, 0);
		nvmeq_irqplan_make(&ctrl->plan, ladder[i], got);
		irq_assign(ctrl);
		return 0;
	}
	/* Each kind has its own error for "there is none"; to who asked they are one. */
	dev_err(&ctrl->dev, "irq_mode=%s is not available here (%d)\n",
		nvmeq_irq_mode_name(ctrl->settings.irq_mode), got);
	return -EINVAL;
}

void nvmeq_irq_free(struct nvmeq_ctrl *ctrl)
{
	if (ctrl->plan.vectors)
		pci_free_irq_vectors(ctrl->pdev);
	ctrl->plan.vectors = 0;
}

/* --- handlers --- */

static bool irq_vector_shared(const struct nvmeq_ctrl *ctrl, const struct nvmeq_queue *q)
{
	u16 qid;

	if (ctrl->plan.mode == NVMEQ_IRQ_INTX)
		return true;
	for (qid = 0; qid <= ctrl->plan.io_queues; qid++)
		if (qid != q->qid && ctrl->queues[qid].vector == q->vector)
			return true;
	return false;
}

u64 nvmeq_irq_vector_completed(const struct nvmeq_queue *q)
{
	const struct nvmeq_ctrl *ctrl = q->ctrl;
	u64 sum = 0;
	u16 qid;

	for (qid = 0; qid < ctrl->nr_queues; qid++)
		if (ctrl->queues[qid].vector == q->vector)
			sum += READ_ONCE(ctrl->queues[qid].completed);
	return sum;
}

static void irq_set_service(struct nvmeq_queue *q, enum nvmeq_service service)
{
	unsigned long flags;

	lockdep_assert_held(&q->ctrl->irq_mutex);
	spin_lock_irqsave(&q->cq_lock, flags);
	WRITE_ONCE(q->service, service);
	spin_unlock_irqrestore(&q->cq_lock, flags);
}

static int irq_request(struct nvmeq_queue *q)
{
	enum nvmeq_service before = q->service;
	struct nvmeq_ctrl *ctrl = q->ctrl;
	int err;

	/* First, because the handler does nothing for a queue that is not its own. */
	irq_set_service(q, NVMEQ_SERVICE_IRQ);
	err = request_irq(pci_irq_vector(ctrl->pdev, q->vector), nvmeq_datapath.irq,
			  irq_vector_shared(ctrl, q) ? IRQF_SHARED : 0, q->irq_name, q);
	if (err)
		irq_set_service(q, before);
	q->irq_requested = !err;
	return err;
}

static void irq_release(struct nvmeq_queue *q)
{
	if (q->irq_requested)
		free_irq(pci_irq_vector(q->ctrl->pdev, q->vector), q);
	q->irq_requested = false;
}

/*
 * Base 3.1.3.3: INTMS masks by vector, for INTx and MSI; with MSI-X these
 * registers are not to be touched, and the vector is masked with its handler.
 */
static void irq_mask_write(struct nvmeq_queue *q, enum nvmeq_reg reg)
{
	if (q->ctrl->plan.mode == NVMEQ_IRQ_INTX || q->ctrl->plan.mode == NVMEQ_IRQ_MSI)
		nvmeq_reg_write(q->ctrl, reg, BIT(q->vector));
}

/* A queue of the same vector that has left its interrupt, or is about to. */
static struct nvmeq_queue *irq_left(struct nvmeq_queue *q)
{
	u16 qid;

	for (qid = 0; qid < q->ctrl->nr_queues; qid++) {
		struct nvmeq_queue *p = &q->ctrl->queues[qid];

		if (p != q && p->vector == q->vector &&
		    (p->service == NVMEQ_SERVICE_THREAD || p->service == NVMEQ_SERVICE_STORM))
			return p;
	}
	return NULL;
}

/* Where the others of the vector are: a vector is masked for all of them or for none. */
static int irq_join(struct nvmeq_queue *q)
{
	struct nvmeq_queue *left = irq_left(q);
	int err;

	if (left && left->service == NVMEQ_SERVICE_STORM)
		nvmeq_irq_leave(left, NVMEQ_POLLED_STORM, jiffies);
	if (left) {
		q->polled_why = left->polled_why;
		q->poll_until = left->poll_until;
		irq_set_service(q, NVMEQ_SERVICE_THREAD);
		return 0;
	}
	err = irq_request(q);
	if (!err)
		irq_mask_write(q, NVMEQ_REG_INTMC);
	return err;
}

int nvmeq_irq_attach(struct nvmeq_queue *q)
{
	struct nvmeq_ctrl *ctrl = q->ctrl;
	int err = 0;

	snprintf(q->irq_name, sizeof(q->irq_name), "nvme%dq%u", ctrl->instance, q->qid);
	mutex_lock(&ctrl->irq_mutex);
	memset(&q->watch, 0, sizeof(q->watch));
	q->polled_why = NVMEQ_POLLED_MODE;
	if (q->vector >= 0)
		err = irq_join(q);
	else if (q->type == NVMEQ_QUEUE_POLL)
		irq_set_service(q, NVMEQ_SERVICE_CALLER);
	else
		irq_set_service(q, NVMEQ_SERVICE_THREAD);
	mutex_unlock(&ctrl->irq_mutex);
	return err;
}

void nvmeq_irq_detach(struct nvmeq_queue *q)
{
	mutex_lock(&q->ctrl->irq_mutex);
	irq_set_service(q, NVMEQ_SERVICE_NONE);
	irq_release(q);
	mutex_unlock(&q->ctrl->irq_mutex);
}

/* --- leaving the interrupt, and returning to it --- */

void nvmeq_irq_mask(struct nvmeq_queue *q)
{
	irq_mask_write(q, NVMEQ_REG_INTMS);
}

static void irq_leave_one(struct nvmeq_queue *q, enum nvmeq_polled_why why, unsigned long until)
{
	if (q->service != NVMEQ_SERVICE_IRQ && q->service != NVMEQ_SERVICE_STORM)
		return;
	irq_set_service(q, NVMEQ_SERVICE_THREAD);
	irq_release(q);
	q->polled_why = why;
	q->poll_until = until;
	q->mode_changes++;
}

void nvmeq_irq_leave(struct nvmeq_queue *q, enum nvmeq_polled_why why, unsigned long until)
{
	struct nvmeq_ctrl *ctrl = q->ctrl;
	u16 qid;

	lockdep_assert_held(&ctrl->irq_mutex);
	if (q->service != NVMEQ_SERVICE_IRQ && q->service != NVMEQ_SERVICE_STORM)
		return;
	nvmeq_irq_mask(q);
	for (qid = 0; qid < ctrl->nr_queues; qid++)
		if (ctrl->queues[qid].vector == q->vector)
			irq_leave_one(&ctrl->queues[qid], why, until);
}

/* Everybody of the vector gets the handler back, or nobody. */
static int irq_return_all(struct nvmeq_queue *q)
{
	struct nvmeq_ctrl *ctrl = q->ctrl;
	int err = 0;
	u16 qid;

	for (qid = 0; !err && qid < ctrl->nr_queues; qid++) {
		struct nvmeq_queue *p = &ctrl->queues[qid];

		if (p->vector == q->vector && p->service == NVMEQ_SERVICE_THREAD)
			err = irq_request(p);
		if (!err)
			p->mode_changes += p->vector == q->vector;
	}
	for (qid = 0; err && qid < ctrl->nr_queues; qid++)
		if (ctrl->queues[qid].vector == q->vector)
			irq_leave_one(&ctrl->queues[qid], NVMEQ_POLLED_LOST, jiffies);
	return err;
}

void nvmeq_irq_return(struct nvmeq_queue *q)
{
	struct nvmeq_ctrl *ctrl = q->ctrl;
	u16 qid;

	lockdep_assert_held(&ctrl->irq_mutex);
	if (irq_return_all(q)) {
		dev_warn(&ctrl->dev, "queue %u: no handler for its interrupt; polled from now on\n",
			 q->qid);
		for (qid = 0; qid < ctrl->nr_queues; qid++)
			if (ctrl->queues[qid].vector == q->vector)
				ctrl->queues[qid].polled_why = NVMEQ_POLLED_LOST;
		return;
	}
	irq_mask_write(q, NVMEQ_REG_INTMC);
	/* What came while the vector was masked may not be announced again. */
	for (qid = 0; qid < ctrl->nr_queues; qid++)
		if (ctrl->queues[qid].vector == q->vector)
			nvmeq_datapath.reap(&ctrl->queues[qid], NVMEQ_REAP_POLL);
}

/* --- CPUs and pairs --- */

/*
 * Queues that share a vector split the CPUs that the vector is spread over. A
 * CPU whose vector serves queues first..last gets one of them in turn.
 */
static void irq_map_by_affinity(struct nvmeq_ctrl *ctrl, struct blk_mq_queue_map *map, u16 first)
{
	u16 end = first + map->nr_queues, next;
	const struct cpumask *mask;
	unsigned int cpu, turn;

	for (; first < end; first = next) {
		int vector = ctrl->queues[first].vector;

		for (next = first + 1; next < end; next++)
			if (ctrl->queues[next].vector != vector)
				break;
		/* Vector 0 is the admin queue's, which may be on any CPU. */
		mask = vector > 0 ? pci_irq_get_affinity(ctrl->pdev, vector) : NULL;
		if (!mask)
			continue;
		turn = 0;
		for_each_cpu(cpu, mask) {
			map->mq_map[cpu] = first - 1 + turn;
			turn = (turn + 1) % (next - first);
		}
	}
}

static void irq_map_type(struct nvmeq_ctrl *ctrl, struct blk_mq_queue_map *map,
			 enum nvmeq_queue_type type)
{
	u16 first = nvmeq_irqplan_first(&ctrl->plan, type);

	map->nr_queues = ctrl->plan.pairs[type];
	map->queue_offset = first - 1;
	if (!map->nr_queues)
		return;
	/* A CPU that no vector names falls back on the generic spread. */
	blk_mq_map_queues(map);
	if (ctrl->settings.irq_affinity == NVMEQ_AFFINITY_MANAGED)
		irq_map_by_affinity(ctrl, map, first);
}

static_assert((int)NVMEQ_QUEUE_DEFAULT == (int)HCTX_TYPE_DEFAULT);
static_assert((int)NVMEQ_QUEUE_READ == (int)HCTX_TYPE_READ);
static_assert((int)NVMEQ_QUEUE_POLL == (int)HCTX_TYPE_POLL);
static_assert((int)NVMEQ_QUEUE_TYPES == (int)HCTX_MAX_TYPES);

void nvmeq_irq_map_queues(struct nvmeq_ctrl *ctrl, struct blk_mq_tag_set *set)
{
	unsigned int type;

	/* A tag set that could not follow the plan: one type for everything that has an attendant. */
	if (set->nr_maps < HCTX_MAX_TYPES || set->nr_hw_queues != ctrl->plan.io_queues) {
		for (type = 0; type < set->nr_maps; type++)
			set->map[type].nr_queues = 0;
		set->map[HCTX_TYPE_DEFAULT].nr_queues =
			min_t(unsigned int, set->nr_hw_queues,
			      nvmeq_irqplan_first(&ctrl->plan, NVMEQ_QUEUE_POLL) - 1);
		set->map[HCTX_TYPE_DEFAULT].queue_offset = 0;
		blk_mq_map_queues(&set->map[HCTX_TYPE_DEFAULT]);
		return;
	}
	for (type = 0; type < set->nr_maps; type++)
		irq_map_type(ctrl, &set->map[type], type);
	memcpy(&ctrl->mapped, &ctrl->plan, sizeof(ctrl->plan));
}

bool nvmeq_irq_mapped(const struct nvmeq_ctrl *ctrl)
{
	return ctrl->io_set.nr_hw_queues == ctrl->plan.io_queues &&
	       (ctrl->io_set.nr_maps < HCTX_MAX_TYPES ||
		!memcmp(&ctrl->mapped, &ctrl->plan, sizeof(ctrl->plan)));
}

int nvmeq_irq_node(struct nvmeq_ctrl *ctrl, u16 qid)
{
	struct blk_mq_queue_map map = { 0 };
	int node = NUMA_NO_NODE;
	unsigned int cpu;

	map.mq_map = kcalloc(nr_cpu_ids, sizeof(*map.mq_map), GFP_KERNEL);
	if (!map.mq_map)
		return node;
	irq_map_type(ctrl, &map, ctrl->queues[qid].type);
	for_each_possible_cpu(cpu) {
		if (map.mq_map[cpu] == qid - 1) {
			node = cpu_to_node(cpu);
			break;
		}
	}
	kfree(map.mq_map);
	return node;
}
