/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reset.h - resetting a controller, and what to do when a command times out
 */
#ifndef NVMEQ_CORE_RESET_H
#define NVMEQ_CORE_RESET_H

#include <linux/blk-mq.h>

struct nvmeq_ctrl;
struct nvmeq_settings;
struct work_struct;

/* Resets have a queue of their own: what runs on the other may wait for one. */
extern struct workqueue_struct *nvmeq_wq;
extern struct workqueue_struct *nvmeq_reset_wq;

/**
 * nvmeq_reset_schedule() - reset soon
 * @ctrl: controller
 *
 * Context: any. Return: 0; -EBUSY when it is not LIVE (a reset that runs
 * already included), -ENODEV when it is going away or dead.
 */
int nvmeq_reset_schedule(struct nvmeq_ctrl *ctrl);

/* The same, and wait for the outcome: 0 when the controller is LIVE again. Task context. */
int nvmeq_reset_sync(struct nvmeq_ctrl *ctrl);

/**
 * nvmeq_reset_with() - reset, and come back with other settings
 * @ctrl: controller whose namespaces are frozen, under scan_mutex
 * @next: settings to try; the old ones are taken again when they fail
 *
 * Context: task, may sleep. Return: 0 when the controller is LIVE with the new
 * settings; -EINVAL or another error of the attempt when it goes on with the
 * old ones, -EIO when it was lost, -ENODEV when it is going away.
 */
int nvmeq_reset_with(struct nvmeq_ctrl *ctrl, const struct nvmeq_settings *next);

/* NVM subsystem reset (NSSR); -EOPNOTSUPP when the controller has none. */
int nvmeq_reset_subsystem(struct nvmeq_ctrl *ctrl);

void nvmeq_reset_work(struct work_struct *work);

/* blk-mq's timeout operation for both kinds of queue (eh.c). */
enum blk_eh_timer_return nvmeq_eh_timeout(struct request *rq);

#endif /* NVMEQ_CORE_RESET_H */
