# SPDX-License-Identifier: GPL-2.0-only
"""Interrupts held back until several completions are there or a time is over:
Interrupt Coalescing and Interrupt Vector Configuration (Base 5.27.1.6 and .7).

Only messages of I/O queues are: the line tells of every entry.
"""

import collections
import time

from nvmeuser.spec import Feature

UNIT = 0.0001                           # of the aggregation time
AT_ONCE = 0x10000                       # "coalescing disable" of a vector


class Coalescing:
    """Counts per vector; `features` is read anew at each entry.  `announce(vector)`
    is called when a time is over."""

    def __init__(self, loop, announce):
        self.loop = loop
        self.announce = announce
        self.posted = collections.Counter()     # vector -> entries not announced
        self.deadlines = {}                     # vector -> when they will be

    def forget(self):
        """Nothing is held back any more, and nothing will be announced."""
        self.posted.clear()
        self.deadlines.clear()

    def add(self, cq):
        """An entry was posted."""
        if cq.qid:
            self.posted[cq.vector] += 1

    def holds_back(self, features, vector):
        """May this vector's interrupt wait?  When not, all its entries count as told."""
        threshold = (features[Feature.COALESCING] & 0xFF) + 1
        pause = (features[Feature.COALESCING] >> 8) * UNIT
        at_once = features[Feature.VECTOR].get(vector, 0) & AT_ONCE
        if at_once or not pause or self.posted[vector] >= threshold:
            self._told(vector)
            return False
        if vector not in self.deadlines:
            moment = time.monotonic() + pause
            self.deadlines[vector] = moment
            self.loop.at(moment, lambda: self._time_is_over(vector, moment))
        return True

    def _told(self, vector):
        self.posted.pop(vector, None)
        self.deadlines.pop(vector, None)

    def _time_is_over(self, vector, moment):
        if self.deadlines.get(vector) == moment:
            self._told(vector)
            self.announce(vector)
