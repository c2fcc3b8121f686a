// SPDX-License-Identifier: GPL-2.0-only
/*
 * queue.c - queue pairs: ring memory, cursors, creation on the controller
 *
 * What runs through a pair is block/io_path.c; which interrupt belongs to it is
 * irq.c. The rings of all pairs are made when the controller is first brought
 * up and kept over resets; they go back only against proof that the controller
 * stopped (struct nvmeq_stopped), because it may write a completion at any
 * moment before.
 */
#include <linux/dma-mapping.h>
#include <nvmeq/cmd.h>
#include "admin.h"
#include "ctrl.h"
#include "params.h"
#include "queue.h"

static size_t sq_bytes(const struct nvmeq_queue *q)
{
	return (size_t)q->entries * sizeof(struct nvmeq_sqe);
}

static size_t cq_bytes(const struct nvmeq_queue *q)
{
	return (size_t)q->entries * sizeof(struct nvmeq_cqe);
}

/* dma_alloc_coherent() takes the node from the device; lend it the queue's for the call. */
static void *ring_alloc(struct device *dev, size_t bytes, dma_addr_t *dma, int node)
{
	int home = dev_to_node(dev);
	void *ring;

	if (node != NUMA_NO_NODE)
		set_dev_node(dev, node);
	ring = dma_alloc_coherent(dev, bytes, dma, GFP_KERNEL);
	set_dev_node(dev, home);
	return ring;
}

int nvmeq_queue_alloc(struct nvmeq_queue *q, u16 entries, int node)
{
	struct device *dev = &q->ctrl->pdev->dev;

	q->dev = dev;
	q->entries = entries;
	q->node = node;
	q->sqes = ring_alloc(dev, sq_bytes(q), &q->sq_dma, node);
	if (!q->sqes)
		return -ENOMEM;
	q->cqes = ring_alloc(dev, cq_bytes(q), &q->cq_dma, node);
	if (!q->cqes)
		goto err_free_sq;
	return 0;

err_free_sq:
	dma_free_coherent(dev, sq_bytes(q), q->sqes, q->sq_dma);
	q->sqes = NULL;
	return -ENOMEM;
}

void nvmeq_queue_init(struct nvmeq_queue *q)
{
	struct nvmeq_ctrl *ctrl = q->ctrl;
	struct nvmeq_dptr_facts facts = {
		.page_shift = ctrl->page_shift,
		.dword_aligned = true,
		.sgl_supported = ctrl->facts.sgl,
		.sgl_dword = ctrl->facts.sgl_dword,
		.admin = !q->qid,
		.use = nvmeq_param_value(NVMEQ_PARAM_SGL),
	};

	nvmeq_sq_init(&q->sq, q->entries);
	nvmeq_cq_init(&q->cq, q->entries);
	q->sq_doorbell = (nvmeq_doorbell)(ctrl->bar + nvmeq_doorbell_sq(&ctrl->cap, q->qid));
	q->cq_doorbell = (nvmeq_doorbell)(ctrl->bar + nvmeq_doorbell_cq(&ctrl->cap, q->qid));
	nvmeq_dptr_single_prepare(&facts, &q->single);
	/* Old entries must not carry the phase of the first lap. */
	memset(q->cqes, 0, cq_bytes(q));
	/* The counters go on; whatever was in flight has been taken back. */
	WRITE_ONCE(q->completed, q->submitted);
}

void nvmeq_queue_set_tags(struct nvmeq_queue *q, struct blk_mq_tags *tags)
{
	unsigned long flags;

	spin_lock_irqsave(&q->cq_lock, flags);
	q->tags = tags;
	spin_unlock_irqrestore(&q->cq_lock, flags);
}

void nvmeq_queues_bind_tags(struct nvmeq_ctrl *ctrl, bool bind)
{
	u16 have = bind ? ctrl->io_set.nr_hw_queues : 0;
	u16 qid;

	for (qid = 1; qid < ctrl->nr_queues; qid++)
		nvmeq_queue_set_tags(&ctrl->queues[qid],
				     qid <= have ? ctrl->io_set.tags[qid - 1] : NULL);
}

void nvmeq_queue_free(struct nvmeq_queue *q, struct nvmeq_stopped stopped)
{
	struct device *dev = &q->ctrl->pdev->dev;

	if (WARN_ON_ONCE(stopped.ctrl != q->ctrl) || !q->sqes)
		return;
	dma_free_coherent(dev, cq_bytes(q), q->cqes, q->cq_dma);
	dma_free_coherent(dev, sq_bytes(q), q->sqes, q->sq_dma);
	q->cqes = NULL;
	q->sqes = NULL;
}

int nvmeq_queue_create(struct nvmeq_queue *q)
{
	struct nvmeq_ctrl *ctrl = q->ctrl;
	struct nvmeq_sqe sqe;
	int err;

	nvmeq_cmd_create_cq(&sqe, q->qid, q->entries, q->cq_dma, q->vector);
	err = nvmeq_admin_exec(ctrl, &sqe, NULL, 0, NULL);
	if (err)
		return err;
	nvmeq_cmd_create_sq(&sqe, q->qid, q->entries, q->sq_dma, NVMEQ_SQ_PRIO_MEDIUM);
	err = nvmeq_admin_exec(ctrl, &sqe, NULL, 0, NULL);
	/* Only after a refusal: a controller that does not answer will not answer this either. */
	if (err > 0) {
		nvmeq_cmd_delete_cq(&sqe, q->qid);
		nvmeq_admin_exec(ctrl, &sqe, NULL, 0, NULL);
	}
	return err;
}

void nvmeq_queue_delete(struct nvmeq_queue *q)
{
	struct nvmeq_sqe sqe;

	nvmeq_cmd_delete_sq(&sqe, q->qid);
	if (nvmeq_admin_exec(q->ctrl, &sqe, NULL, 0, NULL))
		return;
	nvmeq_cmd_delete_cq(&sqe, q->qid);
	nvmeq_admin_exec(q->ctrl, &sqe, NULL, 0, NULL);
}
