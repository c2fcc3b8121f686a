# SPDX-License-Identifier: GPL-2.0-only
"""Submission and completion queues as the controller sees them.

The host may submit as far as the last head that a completion told it, and may
take what was posted; doorbells that claim more are refused with a reason.
"""

import struct

SQE, CQE = 64, 16
ENTRY = struct.Struct("<BBHIIIQQQIIIIII")
HEAD_OF_CQE = struct.Struct("<IIHHH")


class Command:
    """One fetched entry, decoded."""

    __slots__ = ("sq", "opcode", "flags", "cid", "nsid", "cdw2", "cdw3", "mptr", "prp1", "prp2",
                 "cdw10", "cdw11", "cdw12", "cdw13", "cdw14", "cdw15")

    def __init__(self, sq, entry):
        self.sq = sq
        (self.opcode, self.flags, self.cid, self.nsid, self.cdw2, self.cdw3, self.mptr,
         self.prp1, self.prp2, self.cdw10, self.cdw11, self.cdw12, self.cdw13, self.cdw14,
         self.cdw15) = ENTRY.unpack(entry)


class Ring:
    """Base, size and the view of its memory, which may move."""

    def __init__(self, memory, qid, base, size, entry):
        self.memory = memory
        self.qid = qid
        self.base = base
        self.size = size
        self.bytes = size * entry
        self.generation = None
        self.kept = None

    def view(self):
        """The ring's bytes; raises BadAddress."""
        if self.generation != self.memory.generation:
            self.kept = self.memory.view(self.base, self.bytes, write=True)
            self.generation = self.memory.generation
        return self.kept


class SubmissionQueue(Ring):
    """The host moves the tail, we move the head and tell it in completions."""

    def __init__(self, memory, qid, base, size, cq):
        super().__init__(memory, qid, base, size, SQE)
        self.cq = cq
        self.head = self.tail = 0
        self.told = 0               # the head that the host knows
        self.held = {}              # CIDs not answered yet
        self.doorbells = self.commands = 0

    def ring(self, tail):
        """A tail doorbell; returns what is wrong with it, or None."""
        if tail >= self.size:
            return f"tail {tail} in a queue of {self.size}"
        if tail == self.tail:
            return f"tail {tail} again"
        if (tail - self.tail) % self.size > self.size - 1 - (self.tail - self.told) % self.size:
            return f"tail {tail} overruns entries that were not fetched (head {self.told})"
        self.tail = tail
        self.doorbells += 1
        return None

    def fetch(self):
        """The next command."""
        at = self.head * SQE
        entry = self.view()[at:at + SQE]
        self.head = (self.head + 1) % self.size
        self.commands += 1
        return Command(self, entry)


class CompletionQueue(Ring):
    """We move the tail, the host moves the head."""

    def __init__(self, memory, qid, base, size, vector):
        super().__init__(memory, qid, base, size, CQE)
        self.vector = vector        # None: without interrupts
        self.head = self.tail = 0
        self.phase = 1
        self.users = set()          # submission queues
        self.doorbells = self.posted = 0

    def ring(self, head):
        """A head doorbell; returns what is wrong with it, or None."""
        if head >= self.size:
            return f"head {head} in a queue of {self.size}"
        if head == self.head:
            return f"head {head} again"
        if (head - self.head) % self.size > (self.tail - self.head) % self.size:
            return f"head {head} is beyond what was posted (from {self.head} to {self.tail})"
        self.head = head
        self.doorbells += 1
        return None

    def full(self):
        """Is there no room for another entry?"""
        return (self.tail + 1) % self.size == self.head

    def holds_entries(self):
        """Are there entries that the host has not taken?"""
        return self.tail != self.head

    def post(self, sq, cid, status, result):
        """Write one entry; the word with the phase last."""
        at = self.tail * CQE
        view = self.view()
        view[at:at + 14] = HEAD_OF_CQE.pack(result, 0, sq.head, sq.qid, cid)
        view[at + 14:at + 16] = (status << 1 | self.phase).to_bytes(2, "little")
        sq.told = sq.head
        self.posted += 1
        self.tail += 1
        if self.tail == self.size:
            self.tail = 0
            self.phase ^= 1
