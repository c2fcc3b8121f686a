# SPDX-License-Identifier: GPL-2.0-only
"""What the driver did that the specification forbids.

Only what no passthrough caller can bring about is a complaint: queues, doorbells,
registers, data pointers.  A bad LBA or opcode is answered by a status code and is
the caller's affair.  vm-run asks after each test and lets it fail.
"""

import sys
import time

KEPT = 20


class Complaints:
    """Collects them; take() hands them over."""

    def __init__(self):
        self.began = time.monotonic()
        self.texts = []
        self.dropped = 0

    def add(self, text):
        """One more.  The log has them all."""
        self.log(f"complaint: {text}")
        if len(self.texts) < KEPT:
            self.texts.append(text)
        else:
            self.dropped += 1

    def log(self, text):
        """A line for the person who reads the log of this process."""
        print(f"[{time.monotonic() - self.began:9.4f}] {text}", file=sys.stderr, flush=True)

    def take(self):
        """Those since the last call."""
        texts = self.texts + ([f"and {self.dropped} more"] if self.dropped else [])
        self.texts, self.dropped = [], 0
        return texts
