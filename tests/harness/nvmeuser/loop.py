# SPDX-License-Identifier: GPL-2.0-only
"""Waits for sockets and for time."""

import heapq
import itertools
import selectors
import time


class Loop:
    """Calls back when a file is readable or a moment has come, until stop()."""

    def __init__(self):
        # select() and not epoll: its time limit is finer than a millisecond.
        self.selector = selectors.SelectSelector()
        self.timers = []
        self.order = itertools.count()
        self.ended = False

    def watch(self, source, callback):
        """Call back whenever `source` can be read."""
        self.selector.register(source, selectors.EVENT_READ, callback)

    def unwatch(self, source):
        """Stop that."""
        self.selector.unregister(source)

    def at(self, moment, callback):
        """Call back once, at a moment of time.monotonic()."""
        heapq.heappush(self.timers, (moment, next(self.order), callback))

    def stop(self):
        """Let run() return."""
        self.ended = True

    def run(self):
        """Serve."""
        while not self.ended:
            limit = None
            if self.timers:
                limit = max(0, self.timers[0][0] - time.monotonic())
            for key, _ in self.selector.select(limit):
                key.data()
            while self.timers and self.timers[0][0] <= time.monotonic():
                heapq.heappop(self.timers)[2]()
