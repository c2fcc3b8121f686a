# SPDX-License-Identifier: GPL-2.0-only
"""Plays emulator and driver for tests/harness/nvmeuser: what a controller must do is
done, what the driver must not do is complained of, a lie is told.  Prints TAP.

Memory of the "guest" is one file; commands are written by hand, one at a time.
"""

import array
import json
import mmap
import os
import select
import socket
import struct
import subprocess
import sys
import tempfile

HARNESS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "harness")
MEMORY = 1 << 20
ADMIN_SQ, ADMIN_CQ, SQ, CQ, DATA = 0x1000, 0x2000, 0x3000, 0x4000, 0x10000
DEPTH = 8
CAP, CC, CSTS, AQA, ASQ, ACQ, DOORBELLS = 0, 0x14, 0x1C, 0x24, 0x28, 0x30, 0x1000
ENABLE = 0x460001
BAR0, CONFIG = 0, 7
MSIX_CONTROL = 0xB2
INTERRUPTS = 2


class Guest:
    """A controller's process, and both ends that talk to it."""

    def __init__(self, folder):
        self.listening = []
        numbers = []
        for name in ("dev", "ctl"):
            sock = socket.socket(socket.AF_UNIX)
            sock.bind(os.path.join(folder, name))
            sock.listen(1)
            self.listening.append(sock)
            numbers.append(sock.fileno())
        disk = os.path.join(folder, "disk")
        with open(disk, "wb") as file:
            file.truncate(1 << 20)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nvmeuser", "--device", str(numbers[0]), "--control",
             str(numbers[1]), "--irq", "msix:2", "--optional", "1", "--ns",
             f"nsid=1,size={1 << 20},block=512,path={disk}"], cwd=HARNESS,
            stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, pass_fds=numbers)
        self.device, self.control = (self._connect(os.path.join(folder, name))
                                     for name in ("dev", "ctl"))
        file = os.memfd_create("guest")
        os.ftruncate(file, MEMORY)
        self.memory = mmap.mmap(file, MEMORY)
        self.events = [os.eventfd(0), os.eventfd(0)]
        self.told, self.heads, self.tails, self.phases = {}, {}, {}, {}
        self.message(1, struct.pack("<HH", 0, 0) + b"{}\0")
        self.message(2, struct.pack("<IIQQQ", 32, 3, 0, 0, MEMORY), [file])
        self.message(8, struct.pack("<IIIII", 20, 4 | 0x20, INTERRUPTS, 0, 2), self.events)
        self.write(CONFIG, 4, struct.pack("<H", 6))
        self.write(CONFIG, MSIX_CONTROL, struct.pack("<H", 0x8000))

    @staticmethod
    def _connect(path):
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(20)
        sock.connect(path)
        return sock

    def _receive(self, count):
        data = b""
        while len(data) < count:
            more = self.device.recv(count - len(data))
            if not more:
                raise ConnectionError("the controller hung up")
            data += more
        return data

    def message(self, command, payload, files=()):
        """One of the protocol's; what it is answered, or None for an error."""
        beside = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))] if files else []
        self.device.sendmsg([struct.pack("<HHIII", 7, command, 16 + len(payload), 0, 0), payload],
                            beside)
        _, _, size, flags, _ = struct.unpack("<HHIII", self._receive(16))
        answer = self._receive(size - 16)
        return None if flags & 0x20 else answer

    def write(self, region, offset, data):
        """To registers or configuration space."""
        return self.message(10, struct.pack("<QII", offset, region, len(data)) + data)

    def read(self, region, offset, count):
        """From there, as a number."""
        answer = self.message(9, struct.pack("<QII", offset, region, count))
        return int.from_bytes(answer[16:], "little")

    def register(self, offset, value):
        """Write one of 32 bits."""
        self.write(BAR0, offset, struct.pack("<I", value))

    def ask(self, text):
        """A request of a test; the answer, or None for an error."""
        self.control.sendall(text.encode() + b"\n")
        kind, _, answer = self.control.makefile().readline().partition(" ")
        return json.loads(answer) if kind == "ok" else None

    def enable(self):
        """Up to CSTS.RDY, with an admin queue."""
        self.memory[:DATA] = bytes(DATA)
        self.heads, self.tails, self.phases = {0: 0}, {0: 0}, {0: 1}
        self.register(AQA, DEPTH - 1 | DEPTH - 1 << 16)
        for offset, value in ((ASQ, ADMIN_SQ), (ACQ, ADMIN_CQ)):
            self.register(offset, value)
            self.register(offset + 4, 0)
        self.register(CC, ENABLE)
        return self.read(BAR0, CSTS, 4) & 1

    def add_queue(self):
        """Pair 1, vector 1; the status."""
        self.heads[1], self.tails[1], self.phases[1] = 0, 0, 1
        return (self.command(0, 0x09, cdw10=7, cdw11=0) or
                self.command(0, 0x05, prp1=CQ, cdw10=1 | DEPTH - 1 << 16, cdw11=3 | 1 << 16) or
                self.command(0, 0x01, prp1=SQ, cdw10=1 | DEPTH - 1 << 16, cdw11=1 | 1 << 16))

    def submit(self, qid, opcode, nsid=0, prp1=0, cdw10=0, cdw11=0, cdw12=0, fuse=0):
        """Write an entry and ring, unless it is the first of two; no look at the answer."""
        at = (SQ if qid else ADMIN_SQ) + 64 * self.tails[qid]
        self.memory[at:at + 64] = struct.pack(
            "<BBHIIIQQQIIIIII", opcode, fuse, 100 + self.tails[qid], nsid, 0, 0, 0, prp1, 0, cdw10,
            cdw11, cdw12, 0, 0, 0)
        self.tails[qid] = (self.tails[qid] + 1) % DEPTH
        if fuse != 1:
            self.register(DOORBELLS + 8 * qid, self.tails[qid])

    def collect(self, qid):
        """Take one completion; its status, or None when there is none."""
        at = (CQ if qid else ADMIN_CQ) + 16 * self.heads[qid]
        word = int.from_bytes(self.memory[at + 14:at + 16], "little")
        if word & 1 != self.phases[qid]:
            return None
        self.heads[qid] = (self.heads[qid] + 1) % DEPTH
        self.phases[qid] ^= self.heads[qid] == 0
        self.register(DOORBELLS + 8 * qid + 4, self.heads[qid])
        return word >> 1 & 0x7FF

    def command(self, qid, opcode, **fields):
        """Submit and collect."""
        self.submit(qid, opcode, **fields)
        return self.collect(qid)

    def pair(self, lba, old, new):
        """Compare and Write of one block that is filled with a byte; both statuses."""
        self.memory[DATA:DATA + 1024] = bytes([old]) * 512 + bytes([new]) * 512
        self.submit(1, 0x05, nsid=1, prp1=DATA, cdw10=lba, fuse=1)
        self.submit(1, 0x01, nsid=1, prp1=DATA + 512, cdw10=lba, fuse=2)
        return self.collect(1), self.collect(1)

    def reserve(self, opcode, cdw10, *keys):
        """A reservation command with its keys; the status."""
        self.memory[DATA:DATA + 8 * len(keys)] = struct.pack(f"<{len(keys)}Q", *keys)
        return self.command(1, opcode, nsid=1, prp1=DATA, cdw10=cdw10)

    def interrupts(self, vector, seconds=0.0):
        """How many came since the last call, after waiting for the first."""
        if not select.select([self.events[vector]], [], [], seconds)[0]:
            return 0
        return os.eventfd_read(self.events[vector])

    def stop(self):
        """The status with which the process ends when its input does."""
        self.process.stdin.close()
        return self.process.wait(timeout=20)

    def kill(self):
        """The status with which it ends when it is told to."""
        try:
            self.ask("die")
        except OSError:
            pass
        return self.process.wait(timeout=20)


def carries_data(guest):
    """a controller comes up, carries data over many laps of its rings, complains of nothing"""
    assert guest.enable() and guest.add_queue() == 0
    for number in range(3 * DEPTH):
        guest.memory[DATA:DATA + 512] = bytes([number + 1]) * 512
        assert guest.command(1, 0x01, nsid=1, prp1=DATA, cdw10=number) == 0
    for number in range(3 * DEPTH):
        assert guest.command(1, 0x02, nsid=1, prp1=DATA, cdw10=number) == 0
        assert guest.memory[DATA:DATA + 512] == bytes([number + 1]) * 512
    assert guest.interrupts(1) == 6 * DEPTH and guest.interrupts(0) > 0
    assert guest.ask("complaints") == []


def answers_bad_commands(guest):
    """a caller's bad command is a status and no complaint"""
    assert guest.command(1, 0x02, nsid=1, prp1=DATA, cdw10=1 << 20) == 0x80
    assert guest.command(1, 0x02, nsid=9, prp1=DATA) == 0x0B
    assert guest.command(1, 0x7F, nsid=1) == 0x01
    assert guest.command(0, 0x06, prp1=DATA, cdw10=0xEE) == 0x02
    assert guest.ask("complaints") == []


def complains(guest):
    """each thing that a driver must not do is complained of, once"""
    def head_doorbell():
        guest.register(DOORBELLS + 12, (guest.heads[1] + 1) % DEPTH)

    def unknown_doorbell():
        guest.register(DOORBELLS + 8 * 5, 1)

    def large_tail():
        guest.register(DOORBELLS + 8, DEPTH)

    def no_memory():
        assert guest.command(1, 0x02, nsid=1, prp1=MEMORY + DATA) == 0x04

    def read_only():
        guest.register(CAP, 1)

    def cq_first():
        assert guest.command(0, 0x04, cdw10=1) == 0x10C

    def aqa_while_enabled():
        guest.register(AQA, 0)

    def unknown_vector():
        assert guest.command(0, 0x05, prp1=CQ, cdw10=1 | 7 << 16, cdw11=3 | 2 << 16) != 0

    for violation in (head_doorbell, unknown_doorbell, large_tail, no_memory, read_only, cq_first,
                      aqa_while_enabled, unknown_vector):
        violation()
        found = guest.ask("complaints")
        assert len(found) == 1, f"{violation.__name__}: {found}"


def swallows(guest):
    """swallowed interrupts do not come, the others do"""
    guest.interrupts(1)
    guest.ask("swallow 1 once")
    for expected in (0, 1):
        assert guest.command(1, 0x00, nsid=1) == 0
        assert guest.interrupts(1) == expected
    guest.ask("swallow 1 all")
    assert guest.command(1, 0x00, nsid=1) == 0 and guest.interrupts(1) == 0
    guest.ask("truth")
    assert guest.command(1, 0x00, nsid=1) == 0 and guest.interrupts(1) == 1


def coalesces(guest):
    """completions are announced together when enough are there, or when it is time"""
    guest.interrupts(1)
    assert guest.command(0, 0x09, cdw10=8, cdw11=255 << 8 | 2) == 0
    for expected in (0, 0, 1):
        guest.submit(1, 0x00, nsid=1)
        assert guest.interrupts(1) == expected
    guest.submit(1, 0x00, nsid=1)
    assert guest.interrupts(1) == 0 and guest.interrupts(1, 5) == 1
    for _ in range(4):
        assert guest.collect(1) == 0
    assert guest.command(0, 0x09, cdw10=9, cdw11=1 | 1 << 16) == 0
    assert guest.command(1, 0x00, nsid=1) == 0 and guest.interrupts(1) == 1


def fuses(guest):
    """a Compare and Write is done in whole or not at all; half of one is complained of"""
    assert guest.pair(100, 0, 7) == (0, 0)
    assert guest.pair(100, 0, 8) == (0x285, 0x09)
    assert guest.pair(100, 7, 9) == (0, 0)
    assert guest.command(1, 0x05, nsid=1, prp1=DATA, cdw10=100) == 0x285
    assert guest.command(1, 0x05, nsid=1, prp1=DATA + 512, cdw10=100) == 0
    assert guest.ask("complaints") == []
    assert guest.command(1, 0x01, nsid=1, prp1=DATA, fuse=2) == 0x0A
    assert len(guest.ask("complaints")) == 1
    guest.submit(1, 0x05, nsid=1, prp1=DATA, fuse=1)
    assert guest.command(1, 0x00, nsid=1) == 0x0A and guest.collect(1) == 0
    assert len(guest.ask("complaints")) == 1


def reserves(guest):
    """reservations need a host identifier, and keep away who has to stay away"""
    write = {"nsid": 1, "prp1": DATA}
    assert guest.reserve(0x0D, 0, 0, 0x11) == 0x0C
    guest.memory[DATA:DATA + 16] = b"0123456789abcdef"
    assert guest.command(0, 0x09, prp1=DATA, cdw10=0x81) == 0x02
    assert guest.command(0, 0x09, prp1=DATA, cdw10=0x81, cdw11=1) == 0
    assert guest.ask("stats")["host_id"] == b"0123456789abcdef".hex()
    assert guest.reserve(0x0D, 0, 0, 0x11) == 0
    assert guest.reserve(0x11, 0x100, 0x12, 0) == 0x83          # another key
    assert guest.ask("neighbour 1 register 0x22") == {}
    assert guest.ask("neighbour 1 acquire 0x22 1") == {}        # Write Exclusive
    assert guest.command(1, 0x01, **write) == 0x83 and guest.command(1, 0x02, **write) == 0
    assert guest.reserve(0x11, 0x100, 0x11, 0) == 0x83
    assert guest.command(1, 0x0E, nsid=1, prp1=DATA, cdw10=3, cdw11=0) == 0x18
    assert guest.command(1, 0x0E, nsid=1, prp1=DATA, cdw10=63, cdw11=1) == 0
    assert struct.unpack_from("<IBH", guest.memory, DATA) == (2, 1, 2)
    assert struct.unpack_from("<HB5xQ16s", guest.memory, DATA + 64) == \
        (1, 0, 0x11, b"0123456789abcdef")
    assert guest.reserve(0x11, 0x201, 0x11, 0x22) == 0          # preempt: Exclusive Access
    assert guest.command(1, 0x01, **write) == 0
    assert guest.ask("neighbour 1 register 0x22") == {}
    assert guest.reserve(0x15, 0x100, 0x11) == 0x02             # not the type that is held
    assert guest.reserve(0x15, 0x200, 0x11) == 0
    assert guest.reserve(0x15, 0x001, 0x11) == 0                # clear
    assert guest.ask("neighbour 1 acquire 0x22 1") is None
    assert guest.ask("complaints") == []


def sanitizes(guest):
    """Sanitize erases, takes as long as it was told, and lets nobody in meanwhile"""
    assert guest.command(1, 0x01, nsid=1, prp1=DATA, cdw10=5) == 0
    guest.ask("sanitize-takes 1")
    assert guest.command(0, 0x84, cdw10=2) == 0
    assert guest.command(1, 0x02, nsid=1, prp1=DATA, cdw10=5) == 0x1D
    for state in (2, 1):
        assert guest.command(0, 0x02, nsid=0xFFFFFFFF, prp1=DATA, cdw10=0x81 | 127 << 16) == 0
        assert guest.memory[DATA + 2] == state
    assert guest.command(1, 0x02, nsid=1, prp1=DATA, cdw10=5) == 0
    assert guest.memory[DATA:DATA + 512] == bytes(512)


def grants_and_refuses(guest):
    """a reset forgets queues; fewer are granted and some refused on request"""
    guest.register(CC, 0)
    assert guest.read(BAR0, CSTS, 4) == 0
    guest.ask("refuse sq 1")
    assert guest.enable() and guest.add_queue() == 0x06
    guest.ask("truth")
    assert guest.command(0, 0x01, prp1=SQ, cdw10=1 | 7 << 16, cdw11=1 | 1 << 16) == 0
    assert list(guest.ask("stats")["submissions"]) == ["0", "1"]
    assert guest.ask("nonsense") is None
    assert guest.ask("complaints") == []


TESTS = (carries_data, answers_bad_commands, complains, swallows, coalesces, fuses,
         reserves, sanitizes, grants_and_refuses)


def main():
    """All of them, in this order, with one controller."""
    print(f"1..{len(TESTS) + 2}")
    results = []

    def result(good, name, reason=""):
        results.append(good)
        print(f"{'' if good else 'not '}ok {len(results)} - nvmeuser: {name}")
        if not good:
            print(f"# {reason}")

    with tempfile.TemporaryDirectory() as folder:
        guest = Guest(folder)
        for test in TESTS:
            try:
                test(guest)
                result(True, test.__doc__)
            except (AssertionError, OSError) as error:
                line = error.__traceback__.tb_next.tb_lineno
                result(False, test.__doc__, f"line {line}: {error}")
        result(guest.stop() == 0, "it ends with its input")
    with tempfile.TemporaryDirectory() as folder:
        result(Guest(folder).kill() != 0, "it ends when a test wants it to")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
