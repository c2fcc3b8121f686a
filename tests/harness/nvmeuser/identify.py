# SPDX-License-Identifier: GPL-2.0-only
"""Identify data structures."""

import struct

from nvmeuser import firmware, reservations, sanitize
from nvmeuser.pci import VENDOR
from nvmeuser.spec import ALL_NAMESPACES, VERSION, Refused, Status

SIZE = 4096
AER_LIMIT = 4
ABORT_LIMIT = 4
WRITE_ZEROES_AND_DSM = 0x0C             # ONCS
COMPARE_AND_RESERVATIONS = 0x21
ATOMIC_BLOCKS = 16                      # of a fused Compare and Write


def _text(text, length):
    return text.encode().ljust(length)[:length]


def _controller(ctrl, _command):
    data = bytearray(SIZE)
    options = ctrl.options
    struct.pack_into("<HH", data, 0, VENDOR, VENDOR)
    data[4:24] = _text(options.serial, 20)
    data[24:64] = _text("nvmeq test controller", 40)
    data[64:72] = ctrl.firmware.revision()
    data[77] = options.mdts
    struct.pack_into("<HI", data, 78, 1, VERSION)
    data[111] = 1                                           # CNTRLTYPE: I/O controller
    data[258:260] = bytes([ABORT_LIMIT - 1, AER_LIMIT - 1])
    data[260] = 0x03                                        # FRMW: one slot, read-only
    data[512:514] = bytes([0x66, 0x44])                     # SQES, CQES
    struct.pack_into("<I", data, 516, max(ctrl.disks))
    struct.pack_into("<H", data, 520, WRITE_ZEROES_AND_DSM)
    if options.optional:
        data[96] = options.hostids == 16                    # CTRATT: long host identifiers
        data[256] = 0x04                                    # OACS: firmware
        data[260] = firmware.FRMW
        data[319] = firmware.UNIT // 4096                   # FWUG
        struct.pack_into("<I", data, 328, sanitize.CAPABILITIES)
        data[520] |= COMPARE_AND_RESERVATIONS
        data[522] = 1                                       # FUSES: Compare and Write
        struct.pack_into("<H", data, 532, ATOMIC_BLOCKS - 1)    # ACWU
    data[525] = options.vwc
    data[768:1024] = f"nqn.2014-08.org.nvmexpress:test:{options.serial}".encode().ljust(256, b"\0")
    return data


def _namespace(ctrl, command):
    disk = ctrl.disks.get(command.nsid)
    if not disk:
        if 0 < command.nsid <= max(ctrl.disks):
            return bytes(SIZE)          # inactive
        raise Refused(Status.INVALID_NAMESPACE)
    data = bytearray(SIZE)
    struct.pack_into("<QQQ", data, 0, disk.blocks, disk.blocks, disk.blocks)
    data[24] = 1                                            # NSFEAT: thin provisioning
    if ctrl.options.optional:
        data[31] = reservations.CAPABILITIES
    data[33] = 0x09                                         # DLFEAT: zeroes after deallocation
    data[120:128] = disk.eui64
    data[128:132] = bytes([0, 0, disk.block.bit_length() - 1, 0])
    return data


def _active(ctrl, command):
    if command.nsid >= ALL_NAMESPACES - 1:
        raise Refused(Status.INVALID_NAMESPACE)
    found = [nsid for nsid in sorted(ctrl.disks) if nsid > command.nsid][:SIZE // 4]
    return struct.pack(f"<{len(found)}I", *found).ljust(SIZE, b"\0")


def _descriptors(ctrl, command):
    disk = ctrl.disks.get(command.nsid)
    if not disk:
        raise Refused(Status.INVALID_NAMESPACE)
    data = b""
    for kind, value in ((1, disk.eui64), (3, disk.uuid)):
        if any(value):
            data += bytes([kind, len(value), 0, 0]) + value
    return data.ljust(SIZE, b"\0")


_STRUCTURES = {0: _namespace, 1: _controller, 2: _active, 3: _descriptors}


def data_for(ctrl, command):
    """The 4096 bytes that an Identify command asks for."""
    structure = _STRUCTURES.get(command.cdw10 & 0xFF)
    if not structure:
        raise Refused(Status.INVALID_FIELD)
    return structure(ctrl, command)
