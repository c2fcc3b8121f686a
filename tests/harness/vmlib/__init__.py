# SPDX-License-Identifier: GPL-2.0-only
"""Parts of the guest test harness; the program is tests/harness/vm-run."""
