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
/* Per CPU: data that came in is compared with its tuples. */
extern struct workqueue_struct *nvmeq_verify_wq;

/* How much of a hurry a stop is in. */
enum nvmeq_stop {
	NVMEQ_STOP_NOW,		/* something is wrong: disable it */
	NVMEQ_STOP_PLANNED,	/* let it answer what it has first */
	NVMEQ_STOP_SHUTDOWN,	/* and tell it that power may go (CC.SHN) */
};

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

/**
 * nvmeq_reset_hold() - bring the controller to a standstill, for the time being
 * @ctrl: controller
 * @how: in what hurry, see nvmeq_ctrl_stop()
 *
 * Waits for a reset that runs, and takes the turn of the next one: the state is
 * RESETTING, users' commands wait, and nobody resets, until nvmeq_reset_go_on().
 *
 * Context: task, may sleep; under no lock of ours. Whoever holds has to see to it that
 * the hold ends: those who wait for I/O wait for that.
 * Return: 0; -EALREADY when somebody else holds it, whoever lets go first; -ENODEV when
 * the controller is dead or going away, and nothing is held.
 */
int nvmeq_reset_hold(struct nvmeq_ctrl *ctrl, enum nvmeq_stop how);

/* Let the reset that was held take its course; nothing when none is. Context: any. */
void nvmeq_reset_go_on(struct nvmeq_ctrl *ctrl);

/* NVM subsystem reset (NSSR); -EOPNOTSUPP when the controller has none. */
int nvmeq_reset_subsystem(struct nvmeq_ctrl *ctrl);

void nvmeq_reset_work(struct work_struct *work);

/* blk-mq's timeout operation for both kinds of queue (eh.c). */
enum blk_eh_timer_return nvmeq_eh_timeout(struct request *rq);

#endif /* NVMEQ_CORE_RESET_H */
