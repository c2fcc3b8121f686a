# SPDX-License-Identifier: GPL-2.0-only
"""I/O commands."""

import struct

from nvmeuser import prp
from nvmeuser.spec import ALL_NAMESPACES, Feature, Refused, Status

DSM_DEALLOCATE = 4


def _disk(ctrl, command):
    disk = ctrl.disks.get(command.nsid)
    if not disk:
        raise Refused(Status.INVALID_NAMESPACE)
    return disk


def _host(ctrl):
    return ctrl.features.get(Feature.HOST_ID, b"")


def _open(ctrl, command, writes):
    """The disk, for who may read it or write to it now."""
    disk = _disk(ctrl, command)
    if ctrl.sanitize.running():
        raise Refused(Status.SANITIZE_IN_PROGRESS)
    disk.reservations.check(_host(ctrl), writes)
    return disk


def _range(disk, first, blocks):
    if first + blocks > disk.blocks:
        raise Refused(Status.LBA_RANGE)
    return first * disk.block, blocks * disk.block


def _transfer(ctrl, command, writes):
    """(disk, first byte, bytes) of a read or write."""
    disk = _open(ctrl, command, writes)
    blocks = (command.cdw12 & 0xFFFF) + 1
    start, length = _range(disk, command.cdw10 | command.cdw11 << 32, blocks)
    if ctrl.options.mdts and length > 4096 << ctrl.options.mdts:
        raise Refused(Status.INVALID_FIELD)
    return disk, start, length


def _read(ctrl, command):
    disk, at, length = _transfer(ctrl, command, False)
    for view in prp.views(ctrl.memory, command, length, True):
        end = at + len(view)
        view[:] = disk.data[at:end]
        at = end
    return 0


def _write(ctrl, command):
    disk, at, length = _transfer(ctrl, command, True)
    for view in prp.views(ctrl.memory, command, length, False):
        end = at + len(view)
        disk.data[at:end] = view
        at = end
    return 0


def _flush(ctrl, command):
    # Nothing is cached here: the next start of the emulator sees all writes.
    if command.nsid != ALL_NAMESPACES:
        _disk(ctrl, command)
    return 0


def _compare(ctrl, command):
    optional(ctrl)
    disk, at, length = _transfer(ctrl, command, False)
    if prp.get(ctrl.memory, command, length) != disk.data[at:at + length]:
        raise Refused(Status.COMPARE_FAILURE)
    return 0


def _write_zeroes(ctrl, command):
    disk = _open(ctrl, command, True)
    disk.clear(*_range(disk, command.cdw10 | command.cdw11 << 32, (command.cdw12 & 0xFFFF) + 1))
    return 0


def _manage(ctrl, command):
    """Dataset Management: up to 256 ranges of attributes, blocks, first LBA."""
    disk = _open(ctrl, command, True)
    data = prp.get(ctrl.memory, command, 16 * ((command.cdw10 & 0xFF) + 1))
    ranges = [_range(disk, first, blocks) for _, blocks, first in struct.iter_unpack("<IIQ", data)]
    if command.cdw11 & DSM_DEALLOCATE:
        for start, length in ranges:
            disk.clear(start, length)
    return 0


# Reservations

def optional(ctrl):
    """Refuses a command that only a controller with options has."""
    if not ctrl.options.optional:
        raise Refused(Status.INVALID_OPCODE)


def _reservations(ctrl, command):
    """(those of the namespace, the host that asks)"""
    optional(ctrl)
    if not any(_host(ctrl)):
        raise Refused(Status.SEQUENCE_ERROR)    # nobody has said who the host is
    return _disk(ctrl, command).reservations, _host(ctrl)


def _keys(ctrl, command, count):
    return struct.unpack(f"<{count}Q", prp.get(ctrl.memory, command, 8 * count))


def _register(ctrl, command):
    there, host = _reservations(ctrl, command)
    there.register(host, command.cdw10 & 7, command.cdw10 >> 3 & 1, *_keys(ctrl, command, 2))
    if command.cdw10 >> 30 >= 2:
        there.persists = bool(command.cdw10 >> 30 & 1)
    return 0


def _acquire(ctrl, command):
    there, host = _reservations(ctrl, command)
    there.acquire(host, command.cdw10 & 7, command.cdw10 >> 8 & 0xFF, *_keys(ctrl, command, 2))
    return 0


def _release(ctrl, command):
    there, host = _reservations(ctrl, command)
    there.release(host, command.cdw10 & 7, command.cdw10 >> 8 & 0xFF, *_keys(ctrl, command, 1))
    return 0


def _report(ctrl, command):
    there, host = _reservations(ctrl, command)
    extended = command.cdw11 & 1
    if extended != (len(host) == 16):
        raise Refused(Status.HOST_ID_FORMAT)
    length = 4 * (command.cdw10 + 1)
    if length > 1 << 20:
        raise Refused(Status.INVALID_FIELD)
    prp.put(ctrl.memory, command, there.report(extended)[:length].ljust(length, b"\0"))
    return 0


HANDLERS = {0x00: _flush, 0x01: _write, 0x02: _read, 0x05: _compare, 0x08: _write_zeroes,
            0x09: _manage, 0x0D: _register, 0x0E: _report, 0x11: _acquire, 0x15: _release}
COMPARE_AND_WRITE = (0x05, 0x01)
