# SPDX-License-Identifier: GPL-2.0-only
"""Firmware: images come in pieces, a commit makes one of them, a slot holds it.

An image is any number of bytes that begin with the eight of its revision.
"""

from nvmeuser.spec import Refused, Status

SLOTS = 3                               # the first is read-only
FRMW = 1 | SLOTS << 1 | 1 << 4          # and activation needs no reset
UNIT = 4096                             # FWUG
REPLACE, REPLACE_FOR_RESET, ACTIVATE_AT_RESET, REPLACE_NOW = range(4)   # commit actions


class Firmware:
    """What is loaded, what is in the slots, and which one runs."""

    def __init__(self):
        self.pieces = {}                # offset -> bytes
        self.slots = {1: b"1".ljust(8)}
        self.running = 1
        self.next = None                # slot from the next reset on
        self.downloads = 0

    def revision(self):
        """Of what runs."""
        return self.slots[self.running][:8]

    def reset(self):
        """The controller is reset."""
        self.pieces.clear()
        if self.next:
            self.running, self.next = self.next, None

    def download(self, offset, data):
        """Firmware Image Download."""
        if offset % UNIT:
            raise Refused(Status.INVALID_FIELD)
        if any(offset < at + len(piece) and at < offset + len(data)
               for at, piece in self.pieces.items()):
            raise Refused(Status.OVERLAPPING_RANGE)
        self.pieces[offset] = data
        self.downloads += 1

    def _image(self):
        image = b""
        for at in sorted(self.pieces):
            if at != len(image):
                raise Refused(Status.INVALID_IMAGE)
            image += self.pieces[at]
        if len(image) < 8:
            raise Refused(Status.INVALID_IMAGE)
        return image

    def commit(self, slot, action):
        """Firmware Commit; slot 0 leaves the choice to the controller."""
        slot = slot or SLOTS
        if slot > SLOTS:
            raise Refused(Status.INVALID_SLOT)
        if action > REPLACE_NOW:
            raise Refused(Status.INVALID_FIELD)
        if action != ACTIVATE_AT_RESET:
            if slot == 1:
                raise Refused(Status.INVALID_SLOT)
            self.slots[slot] = self._image()
            self.pieces.clear()
        if slot not in self.slots:
            raise Refused(Status.INVALID_IMAGE)
        if action == REPLACE_NOW:
            self.running, self.next = slot, None
        elif action != REPLACE:
            self.next = slot

    def statistics(self):
        """For tests."""
        return {"running": self.running, "next": self.next, "downloads": self.downloads,
                "slots": {str(slot): len(image) for slot, image in self.slots.items()}}
