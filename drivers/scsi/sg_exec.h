/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sg_exec.h - run a SCSI command
 */
#ifndef NVMEQ_SCSI_SG_EXEC_H
#define NVMEQ_SCSI_SG_EXEC_H

struct nvmeq_sg_call;

/* Where neither the command nor SG_SET_TIMEOUT says another one. */
#define NVMEQ_SG_TIMEOUT_MS	60000

/**
 * nvmeq_sg_exec() - run a SCSI command to its end
 * @call: command; receives the outcome
 *
 * Context: the caller's task; sleeps.
 *
 * Return: 0 when there is an outcome, whatever it is; else a negative errno: -EFAULT, -ENOMEM,
 * -EINTR when the process was killed, -EBUSY when somebody holds a disk that the command needs
 * for itself.
 */
int nvmeq_sg_exec(struct nvmeq_sg_call *call);

#endif /* NVMEQ_SCSI_SG_EXEC_H */
