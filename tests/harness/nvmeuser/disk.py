# SPDX-License-Identifier: GPL-2.0-only
"""Namespaces: a file, or memory when there is none, and what it looks like."""

import mmap
import os

from nvmeuser.reservations import Reservations


class Disk:
    """The bytes of one namespace."""

    def __init__(self, nsid, size, block, path="", uuid="", eui64=""):
        self.nsid = nsid
        self.block = block
        self.blocks = size // block
        self.uuid = bytes.fromhex(uuid.replace("-", "")) or bytes(16)
        self.eui64 = bytes.fromhex(eui64.removeprefix("0x")) or bytes(8)
        if path:
            file = os.open(path, os.O_RDWR)
            self.mapped = mmap.mmap(file, size)
            os.close(file)
        else:
            self.mapped = mmap.mmap(-1, size)
        self.data = memoryview(self.mapped)
        self.reservations = Reservations()

    def clear(self, start, length):
        """Make a range zero; whole pages are given back where that is possible."""
        first = -start % mmap.PAGESIZE
        middle = max(0, length - first) // mmap.PAGESIZE * mmap.PAGESIZE
        if middle:
            try:
                self.mapped.madvise(mmap.MADV_REMOVE, start + first, middle)
            except OSError:
                self._write_zeroes(start + first, middle)
            self._write_zeroes(start, first)
            self._write_zeroes(start + first + middle, length - first - middle)
        else:
            self._write_zeroes(start, length)

    def _write_zeroes(self, start, length):
        self.data[start:start + length] = bytes(length)
