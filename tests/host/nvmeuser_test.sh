#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# nvmeuser_test.sh - the controller of tests/harness/nvmeuser without an emulator (TAP)
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec python3 "$here/nvmeuser_client.py"
