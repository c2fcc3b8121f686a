/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pcierr.h - errors of the PCI link, and resets of the function by others
 */
#ifndef NVMEQ_CORE_PCIERR_H
#define NVMEQ_CORE_PCIERR_H

#include <linux/pci.h>

struct nvmeq_ctrl;

extern const struct pci_error_handlers nvmeq_pcierr_handlers;

void nvmeq_pcierr_init(struct nvmeq_ctrl *ctrl);

/**
 * nvmeq_pcierr_patience() - a held reset goes on without the end of recovery, if need be
 * @ctrl: controller with a held reset
 *
 * The PCI core does not tell drivers that recovery failed. After ten seconds the reset
 * goes on: either the function is back, or the controller is given up. Context: any.
 */
void nvmeq_pcierr_patience(struct nvmeq_ctrl *ctrl);

/* No longer: somebody else will see to it. Task context. */
void nvmeq_pcierr_calm(struct nvmeq_ctrl *ctrl);

/* Recovery is over, or the controller goes: a held reset goes on now. Task context. */
void nvmeq_pcierr_end(struct nvmeq_ctrl *ctrl);

#endif /* NVMEQ_CORE_PCIERR_H */
