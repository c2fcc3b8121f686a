# SPDX-License-Identifier: GPL-2.0-only
"""Reservations of a namespace: who is registered, who holds it, who has to stay away.

Hosts are byte strings, their identifiers.  The commands of the guest come from nvm.py;
what other hosts do is told by tests (lies.py), as there is nobody else here.
"""

import struct

from nvmeuser.spec import Refused, Status

CAPABILITIES = 0x7F                     # RESCAP: every type, and persistence
WRITE_EXCLUSIVE, EXCLUSIVE = 1, 2       # for others than the holder
ALL_REGISTRANTS = 5                     # and 6: everybody who is registered holds it
# RTYPE -> (conflicts with reads too, registrants are as good as the holder)
TYPES = {1: (False, False), 2: (True, False), 3: (False, True), 4: (True, True),
         5: (False, True), 6: (True, True)}
REGISTER, UNREGISTER, REPLACE = 0, 1, 2
ACQUIRE, PREEMPT, PREEMPT_AND_ABORT = 0, 1, 2
RELEASE, CLEAR = 0, 1


def _conflict():
    return Refused(Status.RESERVATION_CONFLICT)


class Reservations:
    """Those of one namespace."""

    def __init__(self):
        self.generation = 0
        self.keys = {}                  # host -> key
        self.kind = 0                   # RTYPE, 0 none
        self.owner = None               # who acquired it
        self.persists = False

    # Questions

    def holds(self, host):
        """Is this host a holder?"""
        if self.kind >= ALL_REGISTRANTS:
            return host in self.keys
        return bool(self.kind) and host == self.owner

    def check(self, host, writes):
        """Raises Refused when this host may not read, or write, now."""
        reads_too, registrants = TYPES.get(self.kind, (False, True))
        welcome = self.holds(host) or (registrants and host in self.keys)
        if self.kind and not welcome and (writes or reads_too):
            raise _conflict()

    def report(self, extended):
        """Reservation Status, with identifiers of 64 or of 128 bits."""
        data = struct.pack("<IBHBBB", self.generation, self.kind, len(self.keys), 0, 0,
                           self.persists).ljust(64 if extended else 24, b"\0")
        for host, key in self.keys.items():
            start = struct.pack("<HB5x", 1, self.holds(host))
            if extended:
                data += (start + key.to_bytes(8, "little") + host.ljust(16, b"\0")).ljust(64, b"\0")
            else:
                data += start + host[:8].ljust(8, b"\0") + key.to_bytes(8, "little")
        return data

    # Commands

    def register(self, host, action, ignore, key, new_key):
        """Reservation Register."""
        known = self.keys.get(host)
        if action == REGISTER and known not in (None, new_key):
            raise _conflict()
        if action in (UNREGISTER, REPLACE) and (known is None or not (ignore or known == key)):
            raise _conflict()
        if action > REPLACE or (action != UNREGISTER and not new_key):
            raise Refused(Status.INVALID_FIELD)
        self.generation = self.generation + 1 & 0xFFFFFFFF
        if action == UNREGISTER:
            self._forget(host)
        else:
            self.keys[host] = new_key

    def acquire(self, host, action, kind, key, victim):
        """Reservation Acquire."""
        self._demand(host, key)
        if kind not in TYPES or action > PREEMPT_AND_ABORT:
            raise Refused(Status.INVALID_FIELD)
        if action != ACQUIRE:
            self._preempt(host, kind, victim)
        elif self.kind and not (self.holds(host) and self.kind == kind):
            raise _conflict()
        else:
            self.kind, self.owner = kind, host

    def _preempt(self, host, kind, victim):
        everybody = self.kind >= ALL_REGISTRANTS and not victim
        takes = everybody or (self.kind and self.kind < ALL_REGISTRANTS and
                              self.keys[self.owner] == victim)
        if not victim and not everybody:
            raise Refused(Status.INVALID_FIELD)
        victims = [other for other, key in self.keys.items() if everybody or key == victim]
        if not victims:
            raise _conflict()
        for other in victims:
            if other != host:
                self._forget(other)
        if takes:
            self.kind, self.owner = kind, host
        self.generation = self.generation + 1 & 0xFFFFFFFF

    def release(self, host, action, kind, key):
        """Reservation Release."""
        self._demand(host, key)
        if action == CLEAR:
            self.keys.clear()
            self.kind, self.owner = 0, None
            self.generation = self.generation + 1 & 0xFFFFFFFF
        elif action != RELEASE:
            raise Refused(Status.INVALID_FIELD)
        elif self.holds(host):
            if kind != self.kind:
                raise Refused(Status.INVALID_FIELD)
            self.kind, self.owner = 0, None

    def leave(self, host):
        """A host is gone for good; what tests end with."""
        if host in self.keys:
            self._forget(host)

    def _demand(self, host, key):
        if host not in self.keys or self.keys[host] != key:
            raise _conflict()

    def _forget(self, host):
        del self.keys[host]
        alone = self.kind >= ALL_REGISTRANTS and not self.keys
        if alone or (self.kind and self.kind < ALL_REGISTRANTS and host == self.owner):
            self.kind, self.owner = 0, None
