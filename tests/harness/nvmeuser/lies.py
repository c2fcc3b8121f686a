# SPDX-License-Identifier: GPL-2.0-only
"""What the controller does wrong because a test asked for it.

Each lie is a small piece of state here, a verb in VERBS, and one question asked at
the place where the truth would be told.  Lies survive resets of the controller;
`truth` ends them all.
"""

import math
import sys
import time

from nvmeuser.spec import Refused

ANY = "any"
NEIGHBOUR = b"another host"
TICK = 0.0002                           # of a storm: the finest that is worth waiting for


class Lies:
    """The lies that are being told; the controller asks."""

    def __init__(self, controller):
        self.controller = controller
        self.swallowing = {}            # vector or ANY -> interrupts still to swallow
        self.storms = {}                # vector -> (per second, told so far, since)
        self.grant = None               # I/O queues granted, whatever is asked
        self.refused = set()            # ("cq" or "sq", qid) whose creation fails

    # Asked by the controller

    def swallows(self, vector):
        """Shall this interrupt not be sent?"""
        for key in (vector, ANY):
            left = self.swallowing.get(key, 0)
            if left:
                self.swallowing[key] = left - 1
                return True
        return False

    def any(self):
        """Is there any lie?"""
        return bool(any(self.swallowing.values()) or self.storms or self.refused or
                    self.grant is not None)

    def refuses(self, kind, qid):
        """Shall this queue not be created?"""
        return (kind, qid) in self.refused

    # Asked for by tests

    def swallow(self, vector, count):
        """swallow VECTOR|any once|COUNT|all|none: interrupts that are not sent"""
        words = {"once": 1, "all": math.inf, "none": 0}
        key = ANY if vector == ANY else int(vector)
        self.swallowing[key] = words[count] if count in words else int(count)

    def storm(self, vector, rate):
        """storm VECTOR RATE|off: interrupts without a cause, so many in a second"""
        number, per_second = int(vector), 0 if rate == "off" else float(rate)
        if not per_second:
            self.storms.pop(number, None)
            return
        idle = not self.storms
        self.storms[number] = (per_second, 0, time.monotonic())
        if idle:
            self._storm_goes_on()

    def _storm_goes_on(self):
        now = time.monotonic()
        for vector, (rate, told, since) in self.storms.items():
            if (now - since) * rate > told:
                self.controller.interrupt_for_nothing(vector)
                # What was too fast for us is not made up for.
                self.storms[vector] = (rate, max(told + 1, int((now - since) * rate)), since)
        if self.storms:
            pause = max(TICK, 1 / max(rate for rate, _, _ in self.storms.values()))
            self.controller.loop.at(now + pause, self._storm_goes_on)

    def interrupt(self, vector, count="1"):
        """interrupt VECTOR [COUNT]: some without a cause, now"""
        for _ in range(int(count)):
            self.controller.interrupt_for_nothing(int(vector))

    def grant_queues(self, count):
        """grant COUNT|all: I/O queue pairs granted when next asked"""
        self.grant = None if count == "all" else int(count)

    def refuse(self, kind, qid=None):
        """refuse cq|sq QID, refuse none: creations that fail"""
        if kind == "none":
            self.refused.clear()
        elif kind in ("cq", "sq"):
            self.refused.add((kind, int(qid)))
        else:
            raise ValueError(f"refuse {kind}")

    # Not lies: what others do, and how long things take

    def neighbour(self, nsid, what, key, kind="0"):
        """neighbour NSID register|acquire|preempt|release|clear KEY [TYPE|VICTIM]: another host"""
        there = self.controller.disks[int(nsid)].reservations
        number, more = int(key, 0), int(kind, 0)
        try:
            if what == "register":
                there.register(NEIGHBOUR, 0, 0, 0, number)
            elif what == "acquire":
                there.acquire(NEIGHBOUR, 0, more, number, 0)
            elif what == "preempt":
                there.acquire(NEIGHBOUR, 1, 1, number, more)
            elif what in ("release", "clear"):
                there.release(NEIGHBOUR, what == "clear", more, number)
            else:
                raise ValueError(what)
        except Refused as refusal:
            raise ValueError(f"status {refusal.status:#x}") from refusal

    def sanitize_takes(self, readings):
        """sanitize-takes N: readings of the log until the next one is over"""
        self.controller.sanitize.takes = int(readings)

    # For the tests of the harness itself

    def complain(self, *words):
        """complain WORD...: as if the driver had done something wrong"""
        self.controller.complain(" ".join(words))

    def die(self):
        """die: end in the middle of everything"""
        sys.exit("told to die")

    def truth(self):
        """truth: no more lies"""
        self.swallowing.clear()
        self.storms.clear()
        self.refused.clear()
        self.grant = None
        self.controller.sanitize.takes = 0
        for disk in self.controller.disks.values():
            disk.reservations.leave(NEIGHBOUR)


VERBS = {"swallow": Lies.swallow, "storm": Lies.storm, "interrupt": Lies.interrupt,
         "grant": Lies.grant_queues, "refuse": Lies.refuse, "truth": Lies.truth,
         "neighbour": Lies.neighbour, "sanitize-takes": Lies.sanitize_takes,
         "complain": Lies.complain, "die": Lies.die}
