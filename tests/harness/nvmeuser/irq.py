# SPDX-License-Identifier: GPL-2.0-only
"""Interrupts: a message per vector, or one line that all queues share.

A message is sent when entries were posted.  The line is asserted while any queue
with interrupts holds entries that the host has not taken; having told the
emulator so, we wait until it says that the guest has seen it (`automasked`).

The emulator takes the line back when the guest accesses a register, and only then.
A doorbell that takes the last entry must therefore be dealt with before that, and
what the emulator has been told and not seen be retracted: or the line would stay
asserted for no reason.  vmlib/machine.py asks it to wait for its writes.
"""

import collections
import os
import struct

INTX, MSI, MSIX = 0, 1, 2               # numbers of the protocol
INDEX = {"intx": INTX, "msi": MSI, "msix": MSIX}
ONE = struct.pack("<Q", 1)


class Interrupts:
    """Who is to be told, and who is not told because of a lie."""

    def __init__(self, config, lies, loop):
        self.config = config
        self.lies = lies
        self.loop = loop
        self.files = {INTX: {}, MSI: {}, MSIX: {}}      # vector -> eventfd
        self.unmask_file = None
        self.level = False
        self.automasked = False
        self.sent = collections.Counter()               # by vector
        self.swallowed = collections.Counter()

    def connect(self, index, vector, file):
        """The emulator names (or with None, takes back) a vector's eventfd."""
        old = self.files[index].pop(vector, None)
        if old is not None:
            os.close(old)
        if file is not None:
            os.set_blocking(file, False)
            self.files[index][vector] = file

    def disconnect(self, index):
        """All vectors of a kind are gone."""
        for vector in list(self.files[index]):
            self.connect(index, vector, None)
        if index == INTX:
            self.automasked = False
            self.unmask_by(None)

    def unmask_by(self, file):
        """An eventfd by which the line is unmasked (KVM), or none."""
        if self.unmask_file is not None:
            self.loop.unwatch(self.unmask_file)
            os.close(self.unmask_file)
        self.unmask_file = file
        if file is not None:
            self.loop.watch(file, self._unmask_event)

    def _unmask_event(self):
        os.read(self.unmask_file, 8)
        self.unmask()

    def message(self, kind, vector):
        """Entries were posted to a queue of this vector."""
        if self.lies.swallows(vector):
            self.swallowed[vector] += 1
        else:
            self._signal(INDEX[kind], vector)

    def line(self, level):
        """Are there entries that the host has not taken?"""
        self.level = level
        if not level:
            self._retract()
        if not level or self.automasked or not self.files[INTX]:
            return
        if self.lies.swallows(0):
            self.swallowed[0] += 1
            return
        self.automasked = True
        self._signal(INTX, 0)

    def _retract(self):
        """The reason is gone; if the emulator has not looked yet, nothing was said."""
        if self.automasked and self.files[INTX]:
            try:
                os.read(self.files[INTX][0], 8)
            except BlockingIOError:
                return
            self.automasked = False
            self.sent[0] -= 1

    def mask(self):
        """The emulator wants the line to be quiet."""
        self.automasked = True

    def unmask(self):
        """The guest has seen the line; tell again if there is still a reason."""
        self.automasked = False
        self.line(self.level)

    def extra(self, vector):
        """An interrupt without a cause."""
        kind = self.config.interrupt_kind()
        if kind == "intx" and not self.automasked:
            self.automasked = True
            self._signal(INTX, 0)
        elif kind in ("msi", "msix"):
            self._signal(INDEX[kind], vector)

    def _signal(self, index, vector):
        file = self.files[index].get(vector)
        if file is not None:
            self.sent[vector] += 1
            os.write(file, ONE)
