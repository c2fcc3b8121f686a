// SPDX-License-Identifier: GPL-2.0-only
/*
 * pci.c - the PCI function: probe, remove, shutdown
 *
 * Probe builds the parts in the order in which they need each other and the
 * teardown is its mirror image; between the two stands the one rule about
 * memory: nothing that the controller could write to is given back without the
 * token of nvmeq_ctrl_stop(). What NVMe does with the function is ctrl.c.
 */
#include <linux/blk-mq.h>
#include <linux/dma-mapping.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <nvmeq/compat/blk.h>
#include <nvmeq/compat/dev.h>
#include "admin.h"
#include "attend.h"
#include "class.h"
#include "ctrl.h"
#include "frontend.h"
#include "irq.h"
#include "ns.h"
#include "params.h"
#include "pci.h"
#include "pcierr.h"
#include "pm.h"
#include "pool.h"
#include "queue_info.h"
#include "reset.h"
#include "settings.h"

/* --- the controller as an object --- */

static void ctrl_release(struct device *dev)
{
	struct nvmeq_ctrl *ctrl = nvmeq_dev_to_ctrl(dev);

	/* Destroyed long ago; open files may have asked it until now and been refused. */
	if (ctrl->admin_q)
		blk_put_queue(ctrl->admin_q);
	if (ctrl->instance >= 0)
		nvmeq_instance_put(ctrl->instance);
	pci_dev_put(ctrl->pdev);
	kfree(ctrl->queues);
	kfree(ctrl);
}

static void scan_work(struct work_struct *work)
{
	nvmeq_ns_scan(container_of(work, struct nvmeq_ctrl, scan_work));
}

static struct nvmeq_ctrl *ctrl_alloc(struct pci_dev *pdev)
{
	struct nvmeq_ctrl *ctrl = kzalloc_node(sizeof(*ctrl), GFP_KERNEL, dev_to_node(&pdev->dev));
	int err;

	if (!ctrl)
		return ERR_PTR(-ENOMEM);
	ctrl->pdev = pci_dev_get(pdev);
	device_initialize(&ctrl->dev);
	ctrl->dev.class = nvmeq_class;
	ctrl->dev.parent = &pdev->dev;
	ctrl->dev.groups = nvmeq_ctrl_attr_groups;
	ctrl->dev.release = ctrl_release;
	spin_lock_init(&ctrl->state_lock);
	init_waitqueue_head(&ctrl->state_wq);
	init_waitqueue_head(&ctrl->poll_wq);
	mutex_init(&ctrl->reset_mutex);
	mutex_init(&ctrl->fused_mutex);
	mutex_init(&ctrl->halt_mutex);
	mutex_init(&ctrl->irq_mutex);
	mutex_init(&ctrl->ns_mutex);
	mutex_init(&ctrl->scan_mutex);
	mutex_init(&ctrl->settings_mutex);
	INIT_LIST_HEAD(&ctrl->namespaces);
	INIT_WORK(&ctrl->reset_work, nvmeq_reset_work);
	INIT_WORK(&ctrl->scan_work, scan_work);
	INIT_WORK(&ctrl->kill_work, nvmeq_ctrl_kill_work);
	nvmeq_pcierr_init(ctrl);
	nvmeq_settings_init(ctrl);
	ctrl->irq_budget = nvmeq_param_value(NVMEQ_PARAM_IRQ_BUDGET);
	ctrl->instance = nvmeq_instance_get();
	err = ctrl->instance < 0 ? ctrl->instance :
	      dev_set_name(&ctrl->dev, "nvme%d", ctrl->instance);
	if (err) {
		put_device(&ctrl->dev);
		return ERR_PTR(err);
	}
	return ctrl;
}

/* --- registers and queues --- */

/* Pairs of each type for every CPU: how many there are may be changed later. */
static u16 pci_want_queues(void)
{
	return min_t(u32, 1 + NVMEQ_QUEUE_TYPES * num_possible_cpus(), U16_MAX);
}

/* Map the registers and as many doorbells as the wanted queues have, or the BAR holds. */
static int pci_map_bar(struct nvmeq_ctrl *ctrl)
{
	resource_size_t have = pci_resource_len(ctrl->pdev, 0);
	u16 queues = pci_want_queues();
	resource_size_t need;
	u64 cap;
	int err;

	if (have < NVMEQ_REG_DOORBELLS + 16) {
		dev_err(&ctrl->dev, "BAR 0 has %pa bytes, too few for a controller\n", &have);
		return -ENODEV;
	}
	ctrl->bar = ioremap(pci_resource_start(ctrl->pdev, 0), NVMEQ_REG_DOORBELLS + 16);
	if (!ctrl->bar)
		return -ENOMEM;
	cap = (u64)readl(ctrl->bar + NVMEQ_REG_CAP + 4) << 32 | readl(ctrl->bar + NVMEQ_REG_CAP);
	err = nvmeq_cap_decode(cap, &ctrl->cap);
	iounmap(ctrl->bar);
	ctrl->bar = NULL;
	if (err) {
		dev_err(&ctrl->dev, "capabilities %016llx make no sense (%d)\n", cap, err);
		return err;
	}
	do {
		need = nvmeq_doorbell_cq(&ctrl->cap, queues - 1) + sizeof(u32);
	} while (need > have && --queues > 1);
	if (need > have) {
		dev_err(&ctrl->dev, "BAR 0 has %pa bytes, no room for I/O doorbells\n", &have);
		return -ENODEV;
	}
	ctrl->bar_bytes = max_t(resource_size_t, need, NVMEQ_REG_DOORBELLS);
	ctrl->bar = ioremap(pci_resource_start(ctrl->pdev, 0), ctrl->bar_bytes);
	ctrl->nr_queues = queues;
	return ctrl->bar ? 0 : -ENOMEM;
}

static int pci_alloc_queues(struct nvmeq_ctrl *ctrl)
{
	u16 i;

	ctrl->queues = kcalloc_node(ctrl->nr_queues, sizeof(*ctrl->queues), GFP_KERNEL,
				    dev_to_node(&ctrl->pdev->dev));
	if (!ctrl->queues)
		return -ENOMEM;
	for (i = 0; i < ctrl->nr_queues; i++) {
		spin_lock_init(&ctrl->queues[i].sq_lock);
		spin_lock_init(&ctrl->queues[i].cq_lock);
		ctrl->queues[i].ctrl = ctrl;
		ctrl->queues[i].qid = i;
		ctrl->queues[i].vector = -1;
		ctrl->queues[i].node = NUMA_NO_NODE;
	}
	return 0;
}

static int pci_enable(struct nvmeq_ctrl *ctrl)
{
	struct pci_dev *pdev = ctrl->pdev;
	int err, shift;

	err = pci_enable_device_mem(pdev);
	if (err)
		return err;
	err = pci_request_mem_regions(pdev, "nvmeq");
	if (err)
		goto err_disable;
	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (err)
		err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(32));
	if (err)
		goto err_regions;
	err = pci_map_bar(ctrl);
	if (err)
		goto err_regions;
	shift = nvmeq_page_shift(&ctrl->cap, PAGE_SHIFT);
	if (shift < 0) {
		dev_err(&ctrl->dev, "smallest memory page %u KiB is not supported\n",
			1U << (ctrl->cap.page_shift_min - 10));
		err = -EOPNOTSUPP;
		goto err_unmap;
	}
	ctrl->page_shift = shift;
	dma_set_max_seg_size(&pdev->dev, UINT_MAX);
	dma_set_min_align_mask(&pdev->dev, BIT(shift) - 1);
	return 0;

err_unmap:
	iounmap(ctrl->bar);
err_regions:
	pci_release_mem_regions(pdev);
err_disable:
	pci_disable_device(pdev);
	return err;
}

static void pci_disable(struct nvmeq_ctrl *ctrl)
{
	iounmap(ctrl->bar);
	pci_release_mem_regions(ctrl->pdev);
	pci_disable_device(ctrl->pdev);
}

/* --- block layer side of the queues --- */

static int pci_init_admin_set(struct nvmeq_ctrl *ctrl)
{
	struct blk_mq_tag_set *set = &ctrl->admin_set;
	/* CAP.MQES speaks of I/O queues; AQA takes up to 4096. */
	u32 entries = nvmeq_param_value(NVMEQ_PARAM_ADMIN_QUEUE_DEPTH);
	struct nvmeq_limits limits = {
		.logical_bytes = 512, .physical_bytes = 512, .io_min_bytes = 512,
		.max_transfer_sect512 = NVMEQ_MAX_TRANSFER_BYTES >> 9,
		.max_segments = NVMEQ_MAX_SEGMENTS,
		.discard_granularity_bytes = 512,
		.virt_boundary = BIT(ctrl->page_shift) - 1,
	};
	struct request_queue *q;
	int err;

	err = nvmeq_queue_alloc(&ctrl->queues[0], entries, dev_to_node(&ctrl->pdev->dev));
	if (err)
		return err;
	set->ops = nvmeq_datapath.admin_ops;
	set->nr_hw_queues = 1;
	set->queue_depth = entries - 1;
	set->reserved_tags = NVMEQ_ADMIN_RESERVED;
	set->timeout = msecs_to_jiffies(nvmeq_param_value(NVMEQ_PARAM_ADMIN_TIMEOUT_MS));
	set->numa_node = dev_to_node(&ctrl->pdev->dev);
	set->cmd_size = sizeof(struct nvmeq_cmd);
	set->flags = BLK_MQ_F_NO_SCHED;
	set->driver_data = ctrl;
	err = blk_mq_alloc_tag_set(set);
	if (err)
		goto err_free_ring;
	nvmeq_queue_set_tags(&ctrl->queues[0], set->tags[0]);
	q = nvmeq_alloc_queue(set, NULL);
	if (IS_ERR(q)) {
		err = PTR_ERR(q);
		goto err_free_set;
	}
	err = nvmeq_limits_apply(q, &limits, nvmeq_dma_max_sect512(ctrl->pdev));
	if (err)
		goto err_free_queue;
	ctrl->admin_q = q;
	return 0;

err_free_queue:
	blk_mq_destroy_queue(q);
	blk_put_queue(q);
err_free_set:
	blk_mq_free_tag_set(set);
err_free_ring:
	/* Never told to the controller: nothing to stop. */
	nvmeq_queue_free(&ctrl->queues[0], (struct nvmeq_stopped){ .ctrl = ctrl });
	return err;
}

static int pci_init_io_set(struct nvmeq_ctrl *ctrl)
{
	struct blk_mq_tag_set *set = &ctrl->io_set;
	int err;

	set->ops = nvmeq_datapath.io_ops;
	set->nr_hw_queues = ctrl->io_queues;
	set->nr_maps = HCTX_MAX_TYPES;
	set->queue_depth = ctrl->queues[1].entries - 1;
	set->timeout = msecs_to_jiffies(nvmeq_param_value(NVMEQ_PARAM_IO_TIMEOUT_MS));
	set->numa_node = dev_to_node(&ctrl->pdev->dev);
	set->cmd_size = sizeof(struct nvmeq_cmd);
	set->flags = NVMEQ_MQ_FLAGS;
	set->driver_data = ctrl;
	err = blk_mq_alloc_tag_set(set);
	if (err)
		return err;
	ctrl->io_set_ready = true;
	nvmeq_queues_bind_tags(ctrl, true);
	return 0;
}

/* --- probe --- */

static int pci_start(struct nvmeq_ctrl *ctrl)
{
	int err;

	mutex_lock(&ctrl->reset_mutex);
	nvmeq_ctrl_set_state(ctrl, NVMEQ_STATE_CONNECTING);
	err = nvmeq_ctrl_start(ctrl);
	if (!err)
		err = pci_init_io_set(ctrl);
	if (err)
		nvmeq_ctrl_kill_locked(ctrl, "bring-up failed");
	mutex_unlock(&ctrl->reset_mutex);
	return err;
}

/* Everything behind nvmeq_ctrl_stop(): the mirror image of probe up to pci_start(). */
static void pci_teardown(struct nvmeq_ctrl *ctrl, struct nvmeq_stopped stopped)
{
	u16 i;

	if (ctrl->io_set_ready)
		blk_mq_free_tag_set(&ctrl->io_set);
	/* Ends the last timeout handler, and with it the last who could schedule a kill or scan. */
	blk_mq_destroy_queue(ctrl->admin_q);
	cancel_work_sync(&ctrl->kill_work);
	cancel_work_sync(&ctrl->scan_work);
	blk_mq_free_tag_set(&ctrl->admin_set);
	nvmeq_attend_stop(ctrl);
	for (i = 0; i < ctrl->nr_queues; i++)
		nvmeq_queue_free(&ctrl->queues[i], stopped);
	nvmeq_pools_exit(ctrl);
	pci_disable(ctrl);
}

static struct nvmeq_stopped pci_stop(struct nvmeq_ctrl *ctrl, enum nvmeq_stop how)
{
	struct nvmeq_stopped stopped;

	mutex_lock(&ctrl->reset_mutex);
	stopped = nvmeq_ctrl_stop(ctrl, how);
	nvmeq_ctrl_set_state(ctrl, NVMEQ_STATE_DEAD);
	nvmeq_ctrl_unquiesce_admin(ctrl);
	nvmeq_ctrl_unquiesce_io(ctrl);
	mutex_unlock(&ctrl->reset_mutex);
	return stopped;
}

/* From here on nobody schedules a reset; the one that may be running or held is waited for. */
static void pci_no_more_resets(struct nvmeq_ctrl *ctrl)
{
	spin_lock_irq(&ctrl->state_lock);
	ctrl->removing = true;
	spin_unlock_irq(&ctrl->state_lock);
	/* One that is held would keep its I/O waiting, and us for that. */
	nvmeq_pcierr_end(ctrl);
	flush_work(&ctrl->reset_work);
	/* It may have been held once more while it ran. */
	nvmeq_pcierr_end(ctrl);
	flush_work(&ctrl->reset_work);
}

/* LIVE once, a reset or a scan that somebody asked for may have made namespaces. */
static void pci_end_live(struct nvmeq_ctrl *ctrl)
{
	pci_no_more_resets(ctrl);
	/* A scan that runs sees the state change and ends early. */
	nvmeq_ctrl_set_state(ctrl, NVMEQ_STATE_DELETING);
	cancel_work_sync(&ctrl->scan_work);
	nvmeq_ns_remove_all(ctrl);
}

static int pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct nvmeq_ctrl *ctrl;
	int err;

	ctrl = ctrl_alloc(pdev);
	if (IS_ERR(ctrl))
		return PTR_ERR(ctrl);
	err = pci_enable(ctrl);
	if (err)
		goto err_put;
	err = pci_alloc_queues(ctrl);
	if (err)
		goto err_disable;
	err = nvmeq_pools_init(ctrl);
	if (err)
		goto err_disable;
	err = nvmeq_attend_start(ctrl);
	if (err)
		goto err_pools;
	err = pci_init_admin_set(ctrl);
	if (err)
		goto err_attend;
	err = pci_start(ctrl);
	if (err)
		goto err_stop;
	/* From here on a command that times out may schedule a reset. */
	pci_set_drvdata(pdev, ctrl);
	nvmeq_ctrl_set_state(ctrl, NVMEQ_STATE_LIVE);
	err = nvmeq_cdev_add(ctrl);
	if (err)
		goto err_live;
	err = nvmeq_subsys_join(ctrl);
	if (err)
		goto err_cdev;
	nvmeq_queue_info_add(ctrl);
	nvmeq_fault_add(ctrl);
	dev_info(&ctrl->dev, "%s, serial %s, firmware %s, at %s: %u I/O queues of %u, %s\n",
		 ctrl->facts.model, ctrl->facts.serial, ctrl->facts.firmware, pci_name(pdev),
		 ctrl->io_queues, ctrl->queues[1].entries, nvmeq_irq_mode_name(ctrl->plan.mode));
	/* Wait: who loaded the module wants to find the disks. */
	queue_work(nvmeq_wq, &ctrl->scan_work);
	flush_work(&ctrl->scan_work);
	return 0;

err_cdev:
	pci_end_live(ctrl);
	nvmeq_cdev_del(ctrl);
err_live:
	pci_end_live(ctrl);
err_stop:
	pci_set_drvdata(pdev, NULL);
	pci_teardown(ctrl, pci_stop(ctrl, NVMEQ_STOP_NOW));
	goto err_put;
err_attend:
	nvmeq_attend_stop(ctrl);
err_pools:
	nvmeq_pools_exit(ctrl);
err_disable:
	pci_disable(ctrl);
err_put:
	put_device(&ctrl->dev);
	return err;
}

/* --- remove --- */

static void pci_delete_io_queues(struct nvmeq_ctrl *ctrl)
{
	u16 qid;

	for (qid = ctrl->io_queues; qid; qid--)
		if (nvmeq_ctrl_state(ctrl) == NVMEQ_STATE_DELETING)
			nvmeq_queue_delete(&ctrl->queues[qid]);
}

static void pci_remove(struct pci_dev *pdev)
{
	struct nvmeq_ctrl *ctrl = pci_get_drvdata(pdev);

	nvmeq_queue_info_del(ctrl);
	pci_no_more_resets(ctrl);
	/* What is gone cannot flush: fail everything at once instead of by timeouts. */
	if (!nvmeq_ctrl_present(ctrl))
		nvmeq_ctrl_kill(ctrl, "the device was removed");
	pci_end_live(ctrl);
	pci_delete_io_queues(ctrl);
	nvmeq_subsys_leave(ctrl);
	/* The parent of the disks' devices goes after them; it has refused opens for some time. */
	nvmeq_cdev_del(ctrl);
	pci_set_drvdata(pdev, NULL);
	pci_teardown(ctrl, pci_stop(ctrl, NVMEQ_STOP_SHUTDOWN));
	put_device(&ctrl->dev);
}

/* Reboot and power-off: the caches must be safe; the memory goes with the system. */
static void pci_shutdown(struct pci_dev *pdev)
{
	struct nvmeq_ctrl *ctrl = pci_get_drvdata(pdev);

	if (!ctrl)
		return;
	pci_no_more_resets(ctrl);
	nvmeq_ctrl_set_state(ctrl, NVMEQ_STATE_DELETING);
	pci_stop(ctrl, NVMEQ_STOP_SHUTDOWN);
}

static const struct pci_device_id pci_ids[] = {
	{ PCI_DEVICE_CLASS(PCI_CLASS_STORAGE_EXPRESS, 0xffffff) },
	{ }
};
MODULE_DEVICE_TABLE(pci, pci_ids);

struct pci_driver nvmeq_pci_driver = {
	.name = "nvmeq",
	.id_table = pci_ids,
	.probe = pci_probe,
	.remove = pci_remove,
	.shutdown = pci_shutdown,
	.err_handler = &nvmeq_pcierr_handlers,
	.driver = {
		.probe_type = PROBE_PREFER_ASYNCHRONOUS,
		.pm = pm_sleep_ptr(&nvmeq_pm_ops),
	},
};
