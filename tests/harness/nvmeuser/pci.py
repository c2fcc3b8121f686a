# SPDX-License-Identifier: GPL-2.0-only
"""Configuration space: identity, command register, capabilities.

The emulator shows BARs, the MSI-X table and MSI's address by itself; what the
device must know is whether it may use memory, which kind of interrupt is on, and
when a function level reset is asked for.
"""

import struct

SIZE = 4096
VENDOR, DEVICE = 0x1234, 0x4E56         # nobody's, so that no driver knows a quirk of it
CLASS = 0x010802
COMMAND, STATUS, CAPABILITIES, INT_PIN = 0x04, 0x06, 0x34, 0x3D
COMMAND_MEMORY, COMMAND_MASTER, COMMAND_NO_INTX = 0x2, 0x4, 0x400
PM, MSI, EXPRESS, MSIX = 0x40, 0x50, 0x70, 0xB0     # where each capability sits

MSIX_BAR = 4
MSIX_ENTRY = 16


class Config:
    """The bytes, which of them can be written, and what they mean.

    `offer` says which interrupts there are: {"msix": vectors, "msi": vectors,
    "intx": 1}, any of them left out.
    """

    def __init__(self, offer):
        self.offer = offer
        self.data = bytearray(SIZE)
        self.mask = bytearray(SIZE)
        self.on_flr = lambda: None
        self._put(0, struct.pack("<HHHHI", VENDOR, DEVICE, 0, 0x10, CLASS << 8 | 1))
        self._put(0x10, struct.pack("<II", 0x4, 0))                 # BAR0: registers
        self._put(0x10 + 4 * MSIX_BAR, struct.pack("<II", 0x4, 0))  # both 64 bit
        self._put(0x2C, struct.pack("<HH", VENDOR, DEVICE))
        self._put(INT_PIN, bytes([1 if "intx" in offer else 0]))
        self._allow(COMMAND, struct.pack("<H", 0x0546))
        self._allow(0x0C, b"\xff")
        self._allow(0x3C, b"\xff")
        self._capabilities()

    def _put(self, where, data):
        self.data[where:where + len(data)] = data

    def _allow(self, where, mask):
        self.mask[where:where + len(mask)] = mask

    def _capabilities(self):
        found = [(PM, struct.pack("<BBHI", 0x01, 0, 3, 0), {4: b"\x03"})]
        if "msi" in self.offer:
            capable = (self.offer["msi"] - 1).bit_length()
            found.append((MSI, struct.pack("<BBHIIHH", 0x05, 0, 0x80 | capable << 1, 0, 0, 0, 0),
                          {2: b"\x71\x00\xfc\xff\xff\xff\xff\xff\xff\xff\xff\xff"}))
        # PCI Express endpoint, function level reset
        found.append((EXPRESS, struct.pack("<BBHIIIHH", 0x10, 0, 0x0002, 0x10008000, 0, 0x11, 0,
                                           0x11) + bytes(0x28), {8: b"\xff\x7f"}))
        if "msix" in self.offer:
            found.append((MSIX, struct.pack("<BBHII", 0x11, 0, self.offer["msix"] - 1, MSIX_BAR,
                                            self.pba_offset() | MSIX_BAR), {2: b"\x00\xc0"}))
        link = CAPABILITIES
        for where, data, writable in found:
            self._put(where, data)
            for offset, mask in writable.items():
                self._allow(where + offset, mask)
            self.data[link] = where
            link = where + 1

    def pba_offset(self):
        """Where the pending bits start in their BAR: behind the table."""
        return (self.offer.get("msix", 0) * MSIX_ENTRY + 0xFFF) & ~0xFFF

    def read(self, offset, length):
        """What the guest reads."""
        return bytes(self.data[offset:offset + length]).ljust(length, b"\0")

    def write(self, offset, data):
        """What the guest writes, as far as there is something to write."""
        for where, byte in enumerate(data, offset):
            if where < SIZE:
                mask = self.mask[where]
                self.data[where] = self.data[where] & ~mask | byte & mask
        flr = EXPRESS + 9
        if offset <= flr < offset + len(data) and data[flr - offset] & 0x80:
            self.on_flr()

    def reset(self):
        """What a function level reset does to it: all that can be written is 0."""
        for where, mask in enumerate(self.mask):
            if mask and where not in (0x0C, 0x3C):
                self.data[where] &= ~mask

    def _word(self, offset):
        return self.data[offset] | self.data[offset + 1] << 8

    def may_use_memory(self):
        """Is bus mastering on?"""
        return bool(self.data[COMMAND] & COMMAND_MASTER)

    def interrupt_kind(self):
        """The kind that the host has chosen: "msix", "msi", "intx" or None."""
        if "msix" in self.offer and self._word(MSIX + 2) & 0x8000:
            return "msix"
        if "msi" in self.offer and self._word(MSI + 2) & 1:
            return "msi"
        if "intx" in self.offer and not self._word(COMMAND) & COMMAND_NO_INTX:
            return "intx"
        return None

    def vectors(self):
        """How many the host lets us use of that kind."""
        kind = self.interrupt_kind()
        if kind == "msix":
            return self.offer["msix"]
        if kind == "msi":
            return min(self.offer["msi"], 1 << (self._word(MSI + 2) >> 4 & 7))
        return 1
