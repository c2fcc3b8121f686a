# SPDX-License-Identifier: GPL-2.0-only
"""The controller: registers, enabling and shutdown, doorbells, running commands.

Commands are functions in admin.py and nvm.py, found by opcode: they return the
result for the completion, or HELD, or raise Refused.  Completions written during
one doorbell make one interrupt per vector, when all of them are there.
"""

import struct

from nvmeuser import admin, identify, irq, nvm, pci
from nvmeuser.coalesce import Coalescing
from nvmeuser.firmware import Firmware
from nvmeuser.lies import Lies
from nvmeuser.memory import BadAddress, GuestMemory
from nvmeuser.queues import CompletionQueue, SubmissionQueue
from nvmeuser.sanitize import Sanitize
from nvmeuser.spec import DO_NOT_RETRY, HELD, PAGE, VERSION, Feature, Refused, Status

CAP, VS, INTMS, INTMC, CC, CSTS, AQA, ASQ, ACQ = 0, 8, 0xC, 0x10, 0x14, 0x1C, 0x24, 0x28, 0x30
DOORBELLS = 0x1000
READY, FATAL, SHUT_DOWN = 1, 2, 8
FUSED_FIRST, FUSED_SECOND = 1, 2
READY_TIMEOUT = 40                      # CAP.TO, half seconds


class Controller:
    """One controller; `options` come from the command line."""

    def __init__(self, options, disks, loop, complaints):
        self.options = options
        self.disks = disks
        self.loop = loop
        self.complaints = complaints
        self.memory = GuestMemory()
        self.config = pci.Config(options.irq)
        self.config.on_flr = lambda: self.reset("function level reset")
        self.lies = Lies(self)
        self.sanitize = Sanitize()
        self.firmware = Firmware()
        self.interrupts = irq.Interrupts(self.config, self.lies, loop)
        self.coalescing = Coalescing(loop, self._announce_waiting)
        self.bar_size = DOORBELLS + (8 * (options.queues + 1) + PAGE - 1) // PAGE * PAGE
        self.bar_size = 1 << (self.bar_size - 1).bit_length()
        self.writes = {INTMS: self._mask, INTMC: self._unmask, CC: self._configure}
        self.registers = {AQA: 0, ASQ: 0, ASQ + 4: 0, ACQ: 0, ACQ + 4: 0}
        self.cc = self.csts = self.masked = 0
        self.enabled_times = 0
        self.queues_granted = 0
        self.features = {}
        self.sqs, self.cqs = {}, {}
        self.touched = set()            # completion queues with something new
        self._forget()

    def complain(self, text):
        """The driver did something that is forbidden."""
        self.complaints.add(text)

    # Registers

    def _capabilities(self):
        contiguous, nvm_commands = 1 << 16, 1 << 37
        return (self.options.entries - 1) | contiguous | READY_TIMEOUT << 24 | nvm_commands

    def read(self, offset, length):
        """The guest reads a register."""
        if length not in (4, 8) or offset % 4:
            self.complain(f"a read of {length} bytes at register {offset:#x}")
        values = {CAP: self._capabilities() & 0xFFFFFFFF, CAP + 4: self._capabilities() >> 32,
                  VS: VERSION, INTMS: self.masked, INTMC: self.masked, CC: self.cc,
                  CSTS: self.csts, **self.registers}
        aligned = offset & ~3
        words = [values.get(where, 0) for where in range(aligned, offset + length, 4)]
        data = struct.pack(f"<{len(words)}I", *words)
        return data[offset - aligned:offset - aligned + length]

    def write(self, offset, data):
        """The guest writes a register or rings a doorbell."""
        if offset >= DOORBELLS:
            self._doorbell(offset - DOORBELLS, data)
            return
        if len(data) not in (4, 8) or offset % 4:
            self.complain(f"a write of {len(data)} bytes at register {offset:#x}")
            return
        for where in range(0, len(data), 4):
            value = int.from_bytes(data[where:where + 4], "little")
            self._write_word(offset + where, value)

    def _write_word(self, offset, value):
        if offset in self.writes:
            self.writes[offset](value)
        elif offset not in self.registers:
            self.complain(f"a write of {value:#x} to register {offset:#x}, which is read-only")
        elif self.cc & 1:
            self.complain(f"register {offset:#x} is written while the controller is enabled")
        else:
            self.registers[offset] = value

    def _mask(self, bits):
        self._mask_is_allowed()
        self.masked |= bits
        self._update_line()

    def _unmask(self, bits):
        self._mask_is_allowed()
        freed = self.masked & bits
        self.masked &= ~bits
        if self.config.interrupt_kind() == "msi":
            self.touched.update(cq for cq in self.cqs.values() if cq.vector is not None and
                                freed >> cq.vector & 1 and cq.holds_entries())
        self._notify()

    def _mask_is_allowed(self):
        if self.config.interrupt_kind() == "msix":
            self.complain("INTMS or INTMC is written while MSI-X is on")

    # Enabling, disabling, shutdown

    def _configure(self, value):
        old, self.cc = self.cc, value
        if value & 1 and not old & 1:
            self._enable()
        elif old & 1 and not value & 1:
            self.complaints.log("disabled")
            self._forget()
        elif value & 1 and (value ^ old) & 0x3FF0:
            self.complain(f"CC changes from {old:#x} to {value:#x} while enabled")
        if value >> 14 & 3:
            self.csts = self.csts & ~0xC | SHUT_DOWN
        else:
            self.csts &= ~0xC

    def _enable(self):
        sizes = self.registers[AQA]
        bases = [self.registers[where] | self.registers[where + 4] << 32 for where in (ASQ, ACQ)]
        if self.cc >> 4 & 0x3FF:
            self._fatal(f"CC {self.cc:#x} asks for what CAP does not offer")
        elif not self.config.may_use_memory():
            self._fatal("enabled without bus mastering")
        elif not sizes & 0xFFF or not sizes >> 16 & 0xFFF or any(base % PAGE for base in bases):
            self._fatal(f"enabled with AQA {sizes:#x}, ASQ {bases[0]:#x}, ACQ {bases[1]:#x}")
        else:
            sq = SubmissionQueue(self.memory, 0, bases[0], (sizes & 0xFFF) + 1, 0)
            cq = CompletionQueue(self.memory, 0, bases[1], (sizes >> 16 & 0xFFF) + 1, 0)
            cq.users.add(0)
            self.sqs, self.cqs = {0: sq}, {0: cq}
            self.enabled_times += 1
            self.csts |= READY
            self.complaints.log(f"enabled, interrupts: {self.config.interrupt_kind()}")

    def _fatal(self, text):
        self.complain(text)
        self.csts |= FATAL

    def _forget(self):
        """What a disabled controller does not remember."""
        self.csts = 0
        self.masked = 0
        self.queues_granted = 0
        self.features = admin.default_features(self.options)
        self.sqs, self.cqs = {}, {}
        self.touched.clear()
        self.coalescing.forget()
        self.firmware.reset()
        self._update_line()

    def reset(self, why):
        """A reset from outside of the NVMe registers."""
        self.complaints.log(why)
        self.cc = 0
        for where in self.registers:
            self.registers[where] = 0
        self.config.reset()
        self._forget()

    # Doorbells

    def _doorbell(self, offset, data):
        number, odd = divmod(offset, 4)
        qid, completion = divmod(number, 2)
        if odd or len(data) != 4:
            self.complain(f"a write of {len(data)} bytes at doorbell offset {offset:#x}")
            return
        value = int.from_bytes(data, "little")
        queue = (self.cqs if completion else self.sqs).get(qid)
        name = f"{'CQ' if completion else 'SQ'} {qid}"
        wrong = self._why_not(queue, value)
        if wrong:
            self.complain(f"{name}: {wrong}")
            return
        if completion:
            self._run_waiting(qid)
            self._update_line()
        else:
            self._run(queue)
        self._notify()

    def _why_not(self, queue, value):
        if not self.csts & READY:
            return f"doorbell {value} while not ready"
        if self.csts & FATAL:
            return None
        if self.csts & SHUT_DOWN:
            return f"doorbell {value} after the shutdown"
        if not self.config.may_use_memory():
            return f"doorbell {value} without bus mastering"
        if queue is None:
            return f"doorbell {value}, but there is no such queue"
        return queue.ring(value)

    def _run_waiting(self, cqid):
        """Go on with queues that waited for room in this completion queue."""
        for qid in list(self.cqs[cqid].users):
            if qid in self.sqs:
                self._run(self.sqs[qid])

    def _run(self, sq):
        try:
            while sq.head != sq.tail and not self.csts & FATAL:
                if self.cqs[sq.cq].full():
                    self.complain(f"CQ {sq.cq} is full: more commands are under way than it holds")
                    return
                self._begin(sq, sq.fetch())
        except BadAddress as error:
            self._fatal(f"SQ {sq.qid} or its CQ: {error}")

    def _begin(self, sq, command):
        """A command alone, or with the one that it is fused to."""
        part = command.flags & 3
        if part and not (self.options.optional and sq.qid):
            self._finish(command, Status.INVALID_FIELD | DO_NOT_RETRY)
        elif part == FUSED_FIRST:
            self._execute_pair(command, sq.fetch() if sq.head != sq.tail else None)
        elif part:
            self.complain(f"SQ {sq.qid}: the second of a pair without the first")
            self._finish(command, Status.MISSING_FUSED | DO_NOT_RETRY)
        else:
            self._finish(command, *self._execute(command))

    def _execute_pair(self, first, second):
        """Compare and Write: nothing is written unless the comparison was good."""
        if second is None or second.flags & 3 != FUSED_SECOND:
            self.complain(f"SQ {first.sq.qid}: the second of a pair is not behind the first")
            self._finish(first, Status.MISSING_FUSED | DO_NOT_RETRY)
            if second is not None:
                self._begin(second.sq, second)
            return
        status = _pair_status(first, second)
        result = 0
        if not status:
            status, result = self._execute(first)
        self._finish(first, status, result)
        if status:
            self._finish(second, Status.FAILED_FUSED | DO_NOT_RETRY)
        else:
            self._finish(second, *self._execute(second))

    def _execute(self, command):
        """(status, result) of a command."""
        sq, status, result = command.sq, Status.SUCCESS, 0
        handlers = nvm.HANDLERS if sq.qid else admin.HANDLERS
        name = f"SQ {sq.qid}, opcode {command.opcode:#x}, CID {command.cid:#x}"
        try:
            if command.cid in sq.held:
                raise Refused(Status.CID_CONFLICT, "the CID is in use")
            if command.flags & 0xC0:
                raise Refused(Status.INVALID_FIELD, "SGLs, which are not supported")
            handler = handlers.get(command.opcode)
            if not handler:
                raise Refused(Status.INVALID_OPCODE)
            result = handler(self, command)
        except Refused as refusal:
            status = refusal.status | DO_NOT_RETRY
            if refusal.fault:
                self.complain(f"{name}: {refusal.fault}")
        except BadAddress as error:
            status = Status.TRANSFER_ERROR
            self.complain(f"{name}: {error}")
        return status, result

    def _finish(self, command, status, result=0):
        if result is HELD:
            command.sq.held[command.cid] = command
        else:
            self.complete(command.sq, command.cid, status, result)

    def complete(self, sq, cid, status, result=0):
        """Post a completion; the interrupt follows with _notify()."""
        sq.held.pop(cid, None)
        cq = self.cqs[sq.cq]
        cq.post(sq, cid, status, result)
        self.touched.add(cq)
        self.coalescing.add(cq)

    # Interrupts

    def _notify(self):
        """Announce what was posted."""
        kind = self.config.interrupt_kind()
        if kind in ("msi", "msix"):
            admin_vectors = {cq.vector for cq in self.touched if not cq.qid}
            for vector in {cq.vector for cq in self.touched if cq.vector is not None}:
                if vector in admin_vectors or \
                        not self.coalescing.holds_back(self.features, vector):
                    self._message(kind, vector)
        elif self.touched:
            self._update_line()
        self.touched.clear()

    def _message(self, kind, vector):
        if kind == "msix" or not self.masked >> vector & 1:
            self.interrupts.message(kind, vector)

    def interrupt_for_nothing(self, vector):
        """A lie; what the host has masked stays quiet all the same."""
        if self.config.interrupt_kind() == "msix" or not self.masked >> vector & 1:
            self.interrupts.extra(vector)

    def _announce_waiting(self, vector):
        """The time of coalescing is over; is anything still waiting?"""
        kind = self.config.interrupt_kind()
        if kind in ("msi", "msix") and any(cq.vector == vector and cq.holds_entries()
                                           for cq in self.cqs.values()):
            self._message(kind, vector)

    def _update_line(self):
        if self.config.interrupt_kind() == "intx":
            self.interrupts.line(not self.masked & 1 and any(
                cq.vector is not None and cq.holds_entries() for cq in self.cqs.values()))

    # For tests

    def statistics(self):
        """What happened, for `host user ID stats`."""
        return {
            "enabled": self.enabled_times,
            "interrupt_kind": self.config.interrupt_kind(),
            "queues": {str(qid): {"vector": cq.vector, "posted": cq.posted,
                                  "cq_doorbells": cq.doorbells}
                       for qid, cq in self.cqs.items()},
            "submissions": {str(qid): {"cq": sq.cq, "commands": sq.commands,
                                       "sq_doorbells": sq.doorbells, "held": len(sq.held)}
                            for qid, sq in self.sqs.items()},
            "lies": self.lies.any(),
            "interrupts": _by_vector(self.interrupts.sent),
            "swallowed": _by_vector(self.interrupts.swallowed),
            "features": {f"{fid:#x}": value for fid, value in self.features.items()
                         if isinstance(value, int)},
            "firmware": self.firmware.statistics(),
            "host_id": self.features.get(Feature.HOST_ID, b"").hex(),
        }


def _pair_status(first, second):
    """Why two commands are no Compare and Write of the same blocks; or 0."""
    same = all(getattr(first, name) == getattr(second, name)
               for name in ("nsid", "cdw10", "cdw11")) and \
        first.cdw12 & 0xFFFF == second.cdw12 & 0xFFFF
    if (first.opcode, second.opcode) != nvm.COMPARE_AND_WRITE or not same:
        return Status.INVALID_FIELD | DO_NOT_RETRY
    if (first.cdw12 & 0xFFFF) + 1 > identify.ATOMIC_BLOCKS:
        return Status.ATOMIC_EXCEEDED | DO_NOT_RETRY
    return 0


def _by_vector(counter):
    return {str(vector): count for vector, count in sorted(counter.items())}
