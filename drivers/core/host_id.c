// SPDX-License-Identifier: GPL-2.0-only
/*
 * host_id.c - telling controllers who their host is
 *
 * Reservations belong to hosts, and a controller that was not told who its host
 * is takes no commands about them. An identifier, once set, cannot be changed until
 * the next reset: one that is there already stays, and will do.
 *
 * The same UUID for all controllers: several that lead to one namespace are then
 * one host's, as they should be.
 */
#include <linux/dmi.h>
#include <linux/slab.h>
#include <nvmeq/cmd.h>
#include <nvmeq/host_id.h>
#include <nvmeq/spec_id.h>
#include <nvmeq/status.h>
#include "admin.h"
#include "ctrl.h"
#include "host_id.h"
#include "params.h"

#define HOST_ID_LONG	BIT(0)	/* EXHID in dword 11 (Base Figure 394) */

/* Return: false when there is none. */
static bool host_id_get(u8 *id)
{
	switch (nvmeq_param_value(NVMEQ_PARAM_HOST_ID)) {
	case NVMEQ_HOST_ID_GIVEN:
		memcpy(id, nvmeq_param_host_id(), NVMEQ_HOST_ID_BYTES);
		return true;
	case NVMEQ_HOST_ID_MACHINE:
		return !nvmeq_host_id_parse(dmi_get_system_info(DMI_PRODUCT_UUID), id);
	default:
		return false;
	}
}

/* Has somebody named it before us? */
static int host_id_there(struct nvmeq_ctrl *ctrl, u8 *buf, u32 bytes)
{
	struct nvmeq_sqe sqe;
	int err;

	memset(buf, 0, bytes);
	nvmeq_cmd_get_features(&sqe, NVMEQ_FEAT_HOST_ID, 0, 0,
			       ctrl->facts.long_host_id ? HOST_ID_LONG : 0);
	err = nvmeq_admin_exec(ctrl, &sqe, buf, bytes, NULL);
	ctrl->named = !err && memchr_inv(buf, 0, bytes);
	return min(err, 0);
}

static int host_id_send(struct nvmeq_ctrl *ctrl, const u8 *id, u8 *buf)
{
	bool whole = ctrl->facts.long_host_id;
	u32 bytes = whole ? NVMEQ_HOST_ID_BYTES : NVMEQ_HOST_ID_SHORT_BYTES;
	struct nvmeq_sqe sqe;
	int err;

	if (whole)
		memcpy(buf, id, NVMEQ_HOST_ID_BYTES);
	else
		nvmeq_host_id_shorten(id, buf);
	nvmeq_cmd_set_features(&sqe, NVMEQ_FEAT_HOST_ID, 0, whole ? HOST_ID_LONG : 0, 0);
	err = nvmeq_admin_exec(ctrl, &sqe, buf, bytes, NULL);
	ctrl->named = !err;
	if (err <= 0)
		return err;
	dev_warn(&ctrl->dev, "takes no host identifier: %s\n", nvmeq_status_info(err)->name);
	return host_id_there(ctrl, buf, bytes);
}

int nvmeq_host_id_set(struct nvmeq_ctrl *ctrl)
{
	u8 id[NVMEQ_HOST_ID_BYTES], *buf;
	int err;

	ctrl->named = false;
	if (!(ctrl->facts.oncs & NVMEQ_ONCS_RESERVATIONS) || !host_id_get(id))
		return 0;
	/* What is sent must not lie on the stack. */
	buf = kzalloc(NVMEQ_HOST_ID_BYTES, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	err = host_id_send(ctrl, id, buf);
	kfree(buf);
	return err;
}
