# SPDX-License-Identifier: GPL-2.0-only
"""Which modules are a driver."""

MODULES = {"nvmeq": {"nvmeq"}, "intree": {"nvme", "nvme_core"}}
