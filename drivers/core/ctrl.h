/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ctrl.h - the controller: one PCI function
 *
 * Lifetime: made by probe, anchored in @dev, freed by the release of @dev.
 * References: the PCI binding, every namespace, every open /dev/nvmeN.
 *
 * Locks, in the order in which they nest (Documentation/locking.rst):
 *
 *	settings_mutex  one change of settings at a time
 *	scan_mutex    one namespace scan at a time; held across admin commands, so
 *	              nothing on the way of a reset may take it
 *	reset_mutex   bring-up, stop, life of queues. Never wait for a queue to
 *	              drain or freeze under it: the timeout path takes it in order
 *	              to make the queue drain
 *	ns_mutex      the list of namespaces and whether their queues are quiesced
 *	sq_lock       per queue, submission
 *	cq_lock       per queue, completion; irq-safe. Nothing of ours is taken in it
 *	irq_mutex     who serves which queue: interrupt, thread or nobody; innermost
 *	              mutex, cq_lock is taken in it
 *	halt_mutex    halting the hardware, and taking commands back from it, so
 *	              that two who give up on a command do not both end it; innermost
 *	state_lock    @state, irq-safe
 */
#ifndef NVMEQ_CORE_CTRL_H
#define NVMEQ_CORE_CTRL_H

#include <linux/blk-mq.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/dmapool.h>
#include <linux/list.h>
#include <linux/mempool.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <nvmeq/ident.h>
#include <nvmeq/irqplan.h>
#include <nvmeq/regs.h>
#include <nvmeq/state.h>
#include "fault.h"
#include "queue.h"
#include "reset.h"

struct dentry;
struct nvmeq_subsys;
struct task_struct;

/**
 * struct nvmeq_pools - memory that commands borrow
 * @list_small: DMA pool, NVMEQ_LIST_SMALL_BYTES
 * @list_large: DMA pool, NVMEQ_LIST_LARGE_BYTES
 * @sg_small: scatterlists of NVMEQ_SG_SMALL entries
 * @sg_large: scatterlists of NVMEQ_MAX_SEGMENTS entries
 * @meta: memory for metadata, one piece for when there is no other
 * @ranges: pages for Dataset Management ranges
 */
struct nvmeq_pools {
	struct dma_pool *list_small;
	struct dma_pool *list_large;
	mempool_t *sg_small;
	mempool_t *sg_large;
	mempool_t *meta;
	mempool_t *ranges;
};

#define NVMEQ_SG_SMALL			16
#define NVMEQ_META_RESERVE_BYTES	65536

/**
 * struct nvmeq_settings - what may be changed while the controller runs
 * @irq_mode: enum nvmeq_irq_mode
 * @irq_affinity: enum nvmeq_irq_affinity
 * @io_queues: pairs with interrupts for reads or everything, 0 one per CPU
 * @write_queues: pairs for what is not a read
 * @poll_queues: pairs without interrupts
 * @coalesce_time_us: time for which an interrupt may be held back
 * @coalesce_entries: completions that one interrupt may announce
 *
 * Begins as the load parameters say; settings.c changes it.
 */
struct nvmeq_settings {
	u32 irq_mode;
	u32 irq_affinity;
	u32 io_queues;
	u32 write_queues;
	u32 poll_queues;
	u32 coalesce_time_us;
	u32 coalesce_entries;
};

/*
 * Admin tags that users cannot take: bring-up, a scan and a format may each
 * need one while every other tag is held by somebody who waits for them.
 */
#define NVMEQ_ADMIN_RESERVED	4

struct nvmeq_ctrl {
	struct device dev;		/* class device nvmeN; its release frees us */
	struct cdev cdev;
	int instance;
	struct nvmeq_subsys *subsys;	/* set once, when first identified */
	struct list_head subsys_entry;

	/* hardware: immutable after probe */
	struct pci_dev *pdev;
	u8 __iomem *bar;
	resource_size_t bar_bytes;
	struct nvmeq_cap cap;
	u8 page_shift;
	struct nvmeq_pools pools;

	/* facts: written under reset_mutex while not LIVE, read freely when LIVE */
	struct nvmeq_ctrl_facts facts;
	u32 version;
	bool identified;
	bool cache_off;			/* by a user (cache.c); READ_ONCE, any moment */
	bool named;			/* has a host identifier (host_id.c); under reset_mutex */

	/* state: state_lock; readers may use READ_ONCE and must bear it changing */
	spinlock_t state_lock;
	enum nvmeq_state state;
	wait_queue_head_t state_wq;

	/* life cycle: reset_mutex */
	struct mutex reset_mutex;
	struct work_struct reset_work;
	struct work_struct kill_work;	/* nvmeq_ctrl_kill() for those who may not wait for it */
	struct mutex fused_mutex;	/* one fused pair at a time; held across it, by nobody else */
	struct mutex halt_mutex;	/* innermost: halting, and taking commands back after it */
	bool removing;			/* under state_lock: no new reset may be scheduled */
	bool held;			/* the reset whose turn it is waits; taken by xchg() */
	bool deferred;			/* a reset failed during PCI recovery; reset work alone */
	struct delayed_work patience_work;	/* recovery does not come to an end (pcierr.c) */
	unsigned int resets;

	/* queues: array sized at probe, entries never move */
	struct nvmeq_queue *queues;
	u16 nr_queues;			/* entries of @queues, admin included */
	u16 io_queues;			/* created on the controller, reset_mutex */
	u16 granted;			/* I/O pairs that the controller has for us, 0 not known */
	struct nvmeq_irqplan plan;
	struct nvmeq_irqplan mapped;	/* the plan that the tag set is mapped to */
	struct nvmeq_settings settings;
	struct mutex settings_mutex;	/* one change at a time; outermost */
	const struct nvmeq_settings *proposed;	/* to be tried by the next reset, reset_mutex */
	int proposed_err;		/* what became of it, reset_mutex */

	/* attendants (attend.c): there from probe to remove */
	struct mutex irq_mutex;
	struct task_struct *poller;
	wait_queue_head_t poll_wq;
	bool poll_resync;		/* set under irq_mutex, taken by the polling thread */
	bool watching;			/* read by submitters */
	u32 irq_budget;			/* immutable */
	struct delayed_work watch_work;

	struct blk_mq_tag_set admin_set;
	struct blk_mq_tag_set io_set;
	bool io_set_ready;
	struct request_queue *admin_q;
	bool admin_quiesced;

	/* namespaces: ns_mutex */
	struct mutex ns_mutex;
	struct list_head namespaces;
	bool io_quiesced;
	struct mutex scan_mutex;
	struct dentry *debugfs;
	atomic_t faults[NVMEQ_FAULTS];	/* how often each is still to happen */
	struct work_struct scan_work;
	bool ns_limit_told;
};

static inline struct nvmeq_ctrl *nvmeq_dev_to_ctrl(struct device *dev)
{
	return container_of(dev, struct nvmeq_ctrl, dev);
}

/**
 * struct nvmeq_stopped - proof that the controller does no more DMA
 * @ctrl: the controller it is about
 *
 * Made by nvmeq_ctrl_stop() alone; functions that free what the controller
 * could write to take one, so that a wrong order does not compile.
 */
struct nvmeq_stopped {
	struct nvmeq_ctrl *ctrl;
};

/* --- state (ctrl.c) --- */

/**
 * nvmeq_ctrl_set_state() - go to another state if the table allows it
 * @ctrl: controller
 * @to: wanted
 *
 * Context: any. Return: true when the state is now @to through this call.
 */
bool nvmeq_ctrl_set_state(struct nvmeq_ctrl *ctrl, enum nvmeq_state to);

static inline enum nvmeq_state nvmeq_ctrl_state(const struct nvmeq_ctrl *ctrl)
{
	return READ_ONCE(ctrl->state);
}

/* --- registers (ctrl.c) --- */

u32 nvmeq_reg_read(struct nvmeq_ctrl *ctrl, enum nvmeq_reg reg);
void nvmeq_reg_write(struct nvmeq_ctrl *ctrl, enum nvmeq_reg reg, u32 value);

/* --- life cycle (ctrl.c) --- */

/**
 * nvmeq_ctrl_start() - bring the controller from stopped to serving commands
 * @ctrl: controller in state CONNECTING, stopped
 *
 * Enable, admin queue, interrupts, Identify, queue count, I/O queues. Leaves
 * the I/O queues of namespaces quiesced.
 *
 * Context: task, under reset_mutex.
 * Return: 0 or a negative errno; on error the caller stops the controller.
 */
int nvmeq_ctrl_start(struct nvmeq_ctrl *ctrl);

/**
 * nvmeq_ctrl_stop() - bring the controller to a standstill and take all commands back
 * @ctrl: controller in any state
 * @how: in what hurry (reset.h)
 *
 * Quiesces every queue, disables the controller, releases the interrupts,
 * reaps what the completion queues still hold, and completes everything else
 * as aborted by the host: block I/O is requeued unless the controller is DEAD,
 * passthrough ends in error. The queues stay quiesced.
 *
 * Context: task, may sleep, under reset_mutex. Bounded by CAP.TO and the
 * shutdown time.
 */
struct nvmeq_stopped nvmeq_ctrl_stop(struct nvmeq_ctrl *ctrl, enum nvmeq_stop how);

/**
 * nvmeq_ctrl_halt() - stop the hardware, touch nothing else
 * @ctrl: controller
 *
 * CC.EN = 0 and RDY = 0 observed; failing that, bus mastering is taken away,
 * so that the function can no longer write memory.
 *
 * Context: task, may sleep; takes halt_mutex only.
 */
void nvmeq_ctrl_halt(struct nvmeq_ctrl *ctrl);

/**
 * nvmeq_ctrl_kill() - give the controller up
 * @ctrl: controller
 * @why: for the message
 *
 * State DEAD, stopped, disks marked dead, every command ended in error, now
 * and from now on.
 *
 * Context: task, may sleep; nvmeq_ctrl_kill() takes reset_mutex, the _locked
 * form wants it held.
 */
void nvmeq_ctrl_kill(struct nvmeq_ctrl *ctrl, const char *why);
void nvmeq_ctrl_kill_locked(struct nvmeq_ctrl *ctrl, const char *why);

/* The same soon, for the timeout handler, which must not wait for reset_mutex. */
void nvmeq_ctrl_kill_schedule(struct nvmeq_ctrl *ctrl);
void nvmeq_ctrl_kill_work(struct work_struct *work);

/**
 * nvmeq_ctrl_take_back() - end one command as aborted by the host
 * @ctrl: controller
 * @rq: request of this controller, referenced; may have ended meanwhile
 *
 * The controller must have been halted and the queue reaped since, so that no
 * natural completion can race. Context: task; takes halt_mutex.
 */
void nvmeq_ctrl_take_back(struct nvmeq_ctrl *ctrl, struct request *rq);

/* Let the admin queue and the namespaces' queues run again after a stop. */
void nvmeq_ctrl_unquiesce_admin(struct nvmeq_ctrl *ctrl);
void nvmeq_ctrl_unquiesce_io(struct nvmeq_ctrl *ctrl);

/* Is the function still on the bus? All ones in CSTS also means no. */
bool nvmeq_ctrl_present(struct nvmeq_ctrl *ctrl);

#endif /* NVMEQ_CORE_CTRL_H */
