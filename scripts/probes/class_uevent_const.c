// SPDX-License-Identifier: GPL-2.0-only
/* since 6.3: callbacks of a class get a const device */
#include <linux/device.h>

static int probe_uevent(const struct device *dev, struct kobj_uevent_env *env)
{
	return 0;
}

struct class probe_class = { .dev_uevent = probe_uevent };
