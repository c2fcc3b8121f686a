/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * host_id.h - telling controllers who their host is
 */
#ifndef NVMEQ_CORE_HOST_ID_H
#define NVMEQ_CORE_HOST_ID_H

struct nvmeq_ctrl;

/**
 * nvmeq_host_id_set() - part of bring-up: Feature 81h, which a reset clears
 * @ctrl: controller, identified, its admin queue running; reset_mutex is held
 *
 * Only where there are reservations, and only if there is an identifier; ctrl->named
 * says whether the controller has one now.
 *
 * Return: 0, also when the controller refuses; < 0 when it does not answer.
 */
int nvmeq_host_id_set(struct nvmeq_ctrl *ctrl);

#endif /* NVMEQ_CORE_HOST_ID_H */
