#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# perf_test.sh - what `make bench` makes of the plugin's counts, and what the plugin
# makes of an instruction's bytes (TAP)
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec python3 "$here/perf_arithmetic.py"
