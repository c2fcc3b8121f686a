# SPDX-License-Identifier: GPL-2.0-only
"""Guest memory, as the emulator lends it: ranges of files, mapped here."""

import mmap


class BadAddress(Exception):
    """The guest named an address where this device sees no memory."""

    def __init__(self, address, length):
        super().__init__(f"{length} bytes at {address:#x} are no memory of the guest")


class GuestMemory:
    """All ranges; `generation` changes with them, so that views can be kept."""

    def __init__(self):
        self.ranges = []            # (first, end, view of the bytes, may be written)
        self.generation = 0

    def map(self, address, size, file, offset, writable):
        """A range appears; without a file it is one that cannot be reached."""
        if file is None:
            return
        access = mmap.PROT_READ | (mmap.PROT_WRITE if writable else 0)
        mapped = mmap.mmap(file, size, mmap.MAP_SHARED, access, offset=offset)
        self.ranges.append((address, address + size, memoryview(mapped), writable))
        self.generation += 1

    def unmap(self, address, size):
        """All that lies in this range disappears."""
        self._keep(lambda first, end: first < address or end > address + size)

    def unmap_all(self):
        """Everything disappears."""
        self._keep(lambda first, end: False)

    def _keep(self, wanted):
        # What was mapped is given back when the last view of it is gone.
        self.ranges = [entry for entry in self.ranges if wanted(entry[0], entry[1])]
        self.generation += 1

    def view(self, address, length, write=False):
        """The bytes themselves; raises BadAddress."""
        for first, end, data, writable in self.ranges:
            if first <= address and address + length <= end and (writable or not write):
                return data[address - first:address - first + length]
        raise BadAddress(address, length)
