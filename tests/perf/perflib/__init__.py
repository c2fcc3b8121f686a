# SPDX-License-Identifier: GPL-2.0-only
"""Parts of tests/perf/bench."""
