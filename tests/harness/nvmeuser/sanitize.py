# SPDX-License-Identifier: GPL-2.0-only
"""Sanitize: all of it is erased, which takes until its log page was read often enough."""

import struct

from nvmeuser.spec import Refused, Status

CAPABILITIES = 2                        # SANICAP: block erase
EXIT_FAILURE, BLOCK_ERASE = 1, 2        # SANACT
DONE, IN_PROGRESS = 1, 2                # SSTAT
LOG = 0x81


class Sanitize:
    """What became of the last one."""

    def __init__(self):
        self.takes = 0                  # readings of the log until the next one is over
        self.left = 0
        self.command = None             # dword 10

    def running(self):
        """Is it under way?"""
        return bool(self.left)

    def start(self, ctrl, command):
        """The Sanitize command: returns at once."""
        if self.running():
            raise Refused(Status.SANITIZE_IN_PROGRESS)
        action = command.cdw10 & 7
        if action == EXIT_FAILURE:
            return 0                    # there is no failure to leave
        if action != BLOCK_ERASE:
            raise Refused(Status.INVALID_FIELD)
        for disk in ctrl.disks.values():
            disk.clear(0, disk.blocks * disk.block)
        self.command, self.left = command.cdw10, self.takes
        return 0

    def log(self):
        """Log page 81h."""
        progress, state = 0xFFFF, DONE if self.command is not None else 0
        if self.left:
            progress, state = 0x8000 // self.left, IN_PROGRESS
            self.left -= 1
        return struct.pack("<HHI", progress, state, self.command or 0).ljust(512, b"\0")
