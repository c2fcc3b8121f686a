# SPDX-License-Identifier: GPL-2.0-only
"""I/O commands."""

import struct

from nvmeuser import prp
from nvmeuser.spec import ALL_NAMESPACES, Refused, Status

DSM_DEALLOCATE = 4


def _disk(ctrl, command):
    disk = ctrl.disks.get(command.nsid)
    if not disk:
        raise Refused(Status.INVALID_NAMESPACE)
    return disk


def _range(disk, first, blocks):
    if first + blocks > disk.blocks:
        raise Refused(Status.LBA_RANGE)
    return first * disk.block, blocks * disk.block


def _transfer(ctrl, command):
    """(disk, first byte, bytes) of a read or write."""
    disk = _disk(ctrl, command)
    blocks = (command.cdw12 & 0xFFFF) + 1
    start, length = _range(disk, command.cdw10 | command.cdw11 << 32, blocks)
    if ctrl.options.mdts and length > 4096 << ctrl.options.mdts:
        raise Refused(Status.INVALID_FIELD)
    return disk, start, length


def _read(ctrl, command):
    disk, at, length = _transfer(ctrl, command)
    for view in prp.views(ctrl.memory, command, length, True):
        end = at + len(view)
        view[:] = disk.data[at:end]
        at = end
    return 0


def _write(ctrl, command):
    disk, at, length = _transfer(ctrl, command)
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


def _write_zeroes(ctrl, command):
    disk = _disk(ctrl, command)
    disk.clear(*_range(disk, command.cdw10 | command.cdw11 << 32, (command.cdw12 & 0xFFFF) + 1))
    return 0


def _manage(ctrl, command):
    """Dataset Management: up to 256 ranges of attributes, blocks, first LBA."""
    disk = _disk(ctrl, command)
    data = prp.get(ctrl.memory, command, 16 * ((command.cdw10 & 0xFF) + 1))
    ranges = [_range(disk, first, blocks) for _, blocks, first in struct.iter_unpack("<IIQ", data)]
    if command.cdw11 & DSM_DEALLOCATE:
        for start, length in ranges:
            disk.clear(start, length)
    return 0


HANDLERS = {0x00: _flush, 0x01: _write, 0x02: _read, 0x08: _write_zeroes, 0x09: _manage}
