// SPDX-License-Identifier: GPL-2.0-only
/*
 * pm.c - sleep of the system: suspend to RAM or to idle, hibernation
 *
 * Going to sleep is a reset that is held: the controller answers what it has, is
 * told that power may go (Base 3.6.1) and stops; I/O waits. Waking up lets the
 * reset go on, which brings back queues, settings and the write cache as they were
 * and looks for namespaces that changed. Nobody waits for it but those who want I/O.
 *
 * It is the same for every kind of sleep. A controller that could stay powered in
 * an idle state of its own would wake up faster; whether the platform keeps its
 * power then is not known here, and a lost cache is the price of a wrong guess.
 *
 * The callbacks run under the device lock of the function, as probe and remove do.
 */
#include <linux/pci.h>
#include <linux/pm.h>
#include "ctrl.h"
#include "pcierr.h"
#include "pm.h"
#include "reset.h"

static int __maybe_unused pm_sleep(struct device *dev)
{
	struct nvmeq_ctrl *ctrl = dev_get_drvdata(dev);

	if (!ctrl)
		return 0;
	/* One that is dead has nothing to lose: it must not keep the system awake. */
	nvmeq_reset_hold(ctrl, NVMEQ_STOP_SHUTDOWN);
	/* Held by PCI error recovery before: that is not tried while the system sleeps. */
	nvmeq_pcierr_calm(ctrl);
	return 0;
}

static int __maybe_unused pm_wake(struct device *dev)
{
	struct nvmeq_ctrl *ctrl = dev_get_drvdata(dev);

	if (ctrl)
		nvmeq_reset_go_on(ctrl);
	return 0;
}

const struct dev_pm_ops nvmeq_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(pm_sleep, pm_wake)
};
