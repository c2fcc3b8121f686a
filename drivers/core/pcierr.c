// SPDX-License-Identifier: GPL-2.0-only
/*
 * pcierr.c - errors of the PCI link, and resets of the function by others
 *
 * Both are a reset of the controller that is held for some time, because somebody
 * else has the function (Documentation/PCI/pci-error-recovery.rst of the kernel):
 *
 *	error detected, frozen	held: commands are taken back, no register counts
 *	slot reset		its configuration is restored, the reset goes on
 *	error, not frozen	nothing: what got lost is found by the timeouts
 *	lost for good		given up
 *
 *	function level reset: prepare	held, after the controller answered what it had
 *	                      done	the reset goes on
 *
 * When recovery fails, the PCI core tells nobody; see nvmeq_pcierr_patience().
 * Callbacks run under the device lock of the function, as probe and remove do.
 */
#include <linux/jiffies.h>
#include <linux/workqueue.h>
#include "ctrl.h"
#include "pcierr.h"
#include "reset.h"

/* Downtime of a link reset is bounded by a second (PCIe 6.6.1), hot resets nest. */
#define PCIERR_PATIENCE_MS	10000

static void patience_work(struct work_struct *work)
{
	struct nvmeq_ctrl *ctrl = container_of(to_delayed_work(work), struct nvmeq_ctrl,
					       patience_work);

	if (!READ_ONCE(ctrl->held))
		return;
	dev_warn(&ctrl->dev, "PCI error recovery does not come to an end; trying without\n");
	nvmeq_reset_go_on(ctrl);
}

void nvmeq_pcierr_init(struct nvmeq_ctrl *ctrl)
{
	INIT_DELAYED_WORK(&ctrl->patience_work, patience_work);
}

void nvmeq_pcierr_patience(struct nvmeq_ctrl *ctrl)
{
	queue_delayed_work(nvmeq_reset_wq, &ctrl->patience_work,
			   msecs_to_jiffies(PCIERR_PATIENCE_MS));
}

void nvmeq_pcierr_calm(struct nvmeq_ctrl *ctrl)
{
	cancel_delayed_work_sync(&ctrl->patience_work);
}

void nvmeq_pcierr_end(struct nvmeq_ctrl *ctrl)
{
	nvmeq_pcierr_calm(ctrl);
	nvmeq_reset_go_on(ctrl);
}

/* --- errors --- */

static pci_ers_result_t pcierr_detected(struct pci_dev *pdev, pci_channel_state_t state)
{
	struct nvmeq_ctrl *ctrl = pci_get_drvdata(pdev);

	if (!ctrl)
		return PCI_ERS_RESULT_NONE;
	switch (state) {
	case pci_channel_io_normal:
		dev_warn(&ctrl->dev, "PCI error, recovered by the link\n");
		return PCI_ERS_RESULT_CAN_RECOVER;
	case pci_channel_io_frozen:
		dev_warn(&ctrl->dev, "PCI error, the link is reset; I/O waits\n");
		if (!nvmeq_reset_hold(ctrl, NVMEQ_STOP_NOW))
			nvmeq_pcierr_patience(ctrl);
		return PCI_ERS_RESULT_NEED_RESET;
	default:
		nvmeq_ctrl_kill(ctrl, "the PCI link is lost");
		return PCI_ERS_RESULT_DISCONNECT;
	}
}

static pci_ers_result_t pcierr_slot_reset(struct pci_dev *pdev)
{
	struct nvmeq_ctrl *ctrl = pci_get_drvdata(pdev);

	pci_restore_state(pdev);
	if (!ctrl)
		return PCI_ERS_RESULT_NONE;
	nvmeq_pcierr_end(ctrl);
	return PCI_ERS_RESULT_RECOVERED;
}

/* Recovery is over when the disk is. */
static void pcierr_resume(struct pci_dev *pdev)
{
	struct nvmeq_ctrl *ctrl = pci_get_drvdata(pdev);

	if (ctrl)
		flush_work(&ctrl->reset_work);
}

/* --- resets by others (sysfs `reset`, virtual machines) --- */

static void pcierr_reset_prepare(struct pci_dev *pdev)
{
	struct nvmeq_ctrl *ctrl = pci_get_drvdata(pdev);

	if (ctrl)
		nvmeq_reset_hold(ctrl, NVMEQ_STOP_PLANNED);
}

static void pcierr_reset_done(struct pci_dev *pdev)
{
	struct nvmeq_ctrl *ctrl = pci_get_drvdata(pdev);

	if (!ctrl)
		return;
	nvmeq_reset_go_on(ctrl);
	flush_work(&ctrl->reset_work);
}

const struct pci_error_handlers nvmeq_pcierr_handlers = {
	.error_detected = pcierr_detected,
	.slot_reset = pcierr_slot_reset,
	.resume = pcierr_resume,
	.reset_prepare = pcierr_reset_prepare,
	.reset_done = pcierr_reset_done,
};
