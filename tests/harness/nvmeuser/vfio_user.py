# SPDX-License-Identifier: GPL-2.0-only
"""The vfio-user protocol, server side (docs/interop/vfio-user.rst of QEMU).

A message is a header and a payload; file descriptors come beside it.  Messages
that are answered are answered in order, before the next one is looked at.
"""

import array
import json
import os
import socket
import struct

from nvmeuser import irq, pci

HEADER = struct.Struct("<HHIII")        # id, command, size, flags, error
REGION = struct.Struct("<QII")          # offset, region, count
REPLY, ERROR, NO_REPLY = 1, 0x20, 0x10
EINVAL, EOPNOTSUPP = 22, 95
BAR0, CONFIG = 0, 7
REGIONS, INTERRUPTS = 9, 5
READ_WRITE = 3
DMA_WRITABLE, UNMAP_ALL = 2, 2
IRQ_EVENTFD, IRQ_MASKABLE, IRQ_AUTOMASKED, IRQ_NORESIZE = 1, 2, 4, 8
SET_NONE, SET_EVENTFD, SET_MASK, SET_UNMASK, SET_TRIGGER = 1, 4, 8, 0x10, 0x20
LARGEST = 1 << 20                       # data of one message
CAPABILITIES = {"max_msg_fds": 16, "max_data_xfer_size": LARGEST, "pgsizes": 4096,
                "max_dma_maps": 65535}


class ProtocolError(Exception):
    """A request that is answered with an error number."""

    def __init__(self, number=EINVAL):
        super().__init__(os.strerror(number))
        self.number = number


class Server:
    """One emulator's connection.  `device` has read(), write(), reset(), memory,
    config, interrupts; see controller.py."""

    def __init__(self, loop, sock, device):
        self.loop = loop
        self.sock = sock
        self.device = device
        self.pending = bytearray()
        self.files = []             # came with the message under way
        self.commands = {1: self._version, 2: self._dma_map, 3: self._dma_unmap,
                         4: self._device_info, 5: self._region_info, 7: self._irq_info,
                         8: self._set_irqs, 9: self._region_read, 10: self._region_write,
                         13: self._reset}
        loop.watch(sock, self._readable)

    def _readable(self):
        data, beside, _, _ = self.sock.recvmsg(1 << 16, socket.CMSG_SPACE(4 * 64))
        if not data:
            self.device.complaints.log("the emulator is gone")
            self.loop.unwatch(self.sock)
            return
        files = array.array("i")
        for level, kind, content in beside:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                files.frombytes(content[:len(content) // 4 * 4])
        self.pending += data
        messages = list(self._messages())
        for number, message in enumerate(messages, 1):
            # The kernel ends a read behind the message that files came with.
            self.files = list(files) if number == len(messages) else []
            self._message(*message)

    def _messages(self):
        """Whole messages of what was received."""
        while len(self.pending) >= HEADER.size:
            ident, command, size, flags, _ = HEADER.unpack_from(self.pending)
            if not HEADER.size <= size <= LARGEST + 64:
                raise ConnectionError(f"a message of {size} bytes")
            if len(self.pending) < size:
                return
            yield ident, command, flags, bytes(self.pending[HEADER.size:size])
            del self.pending[:size]

    def _message(self, ident, command, flags, payload):
        handler = self.commands.get(command)
        try:
            if not handler:
                raise ProtocolError(EOPNOTSUPP)
            answer, error = handler(payload), 0
        except ProtocolError as problem:
            answer, error = b"", problem.number
        if not flags & NO_REPLY:
            self.sock.sendall(HEADER.pack(ident, command, HEADER.size + len(answer),
                                          REPLY | (ERROR if error else 0), error) + answer)

    @staticmethod
    def _version(payload):
        major = struct.unpack_from("<H", payload)[0]
        if major != 0:
            raise ProtocolError
        return struct.pack("<HH", 0, 0) + json.dumps({"capabilities": CAPABILITIES}).encode() + b"\0"

    def _dma_map(self, payload):
        _, flags, offset, address, size = struct.unpack("<IIQQQ", payload)
        file = self.files.pop(0) if self.files else None
        self.device.memory.map(address, size, file, offset, bool(flags & DMA_WRITABLE))
        if file is not None:
            os.close(file)
        return b""

    def _dma_unmap(self, payload):
        _, flags, address, size = struct.unpack("<IIQQ", payload[:24])
        if flags & UNMAP_ALL:
            self.device.memory.unmap_all()
        else:
            self.device.memory.unmap(address, size)
        return payload

    @staticmethod
    def _device_info(_payload):
        pci_device, can_reset = 2, 1
        return struct.pack("<IIII", 16, pci_device | can_reset, REGIONS, INTERRUPTS)

    def _region_size(self, region):
        if region == BAR0:
            return self.device.bar_size
        if region == CONFIG:
            return pci.SIZE
        if region == pci.MSIX_BAR and "msix" in self.device.config.offer:
            return 2 * self.device.config.pba_offset()
        return 0

    def _region_info(self, payload):
        region = struct.unpack_from("<III", payload)[2]
        size = self._region_size(region)
        return struct.pack("<IIIIQQ", 32, READ_WRITE if size else 0, region, 0, size, 0)

    def _irq_info(self, payload):
        index = struct.unpack_from("<III", payload)[2]
        kind = next((kind for kind, number in irq.INDEX.items() if number == index), None)
        count = self.device.config.offer.get(kind, 0)
        flags = IRQ_EVENTFD | (IRQ_MASKABLE | IRQ_AUTOMASKED if kind == "intx" else IRQ_NORESIZE)
        return struct.pack("<IIII", 16, flags if count else 0, index, count)

    def _set_irqs(self, payload):
        _, flags, index, start, count = struct.unpack_from("<IIIII", payload)
        lines = self.device.interrupts
        if index not in irq.INDEX.values():
            raise ProtocolError
        if flags & SET_TRIGGER and flags & SET_EVENTFD:
            for vector in range(start, start + count):
                lines.connect(index, vector, self.files.pop(0) if self.files else None)
        elif flags & SET_TRIGGER and flags & SET_NONE and not count:
            lines.disconnect(index)
        elif index == irq.INTX and flags & SET_UNMASK:
            if flags & SET_EVENTFD:
                lines.unmask_by(self.files.pop(0) if self.files else None)
            else:
                lines.unmask()
        elif index == irq.INTX and flags & SET_MASK:
            lines.mask()
        else:
            raise ProtocolError(EOPNOTSUPP)
        return b""

    def _region_read(self, payload):
        offset, region, count = REGION.unpack(payload)
        if count > LARGEST:
            raise ProtocolError
        if region == BAR0:
            data = self.device.read(offset, count)
        elif region == CONFIG:
            data = self.device.config.read(offset, count)
        else:
            data = bytes(count)
        return payload + data

    def _region_write(self, payload):
        offset, region, _ = REGION.unpack_from(payload)
        if region == BAR0:
            self.device.write(offset, payload[REGION.size:])
        elif region == CONFIG:
            self.device.config.write(offset, payload[REGION.size:])
        return payload[:REGION.size]

    def _reset(self, _payload):
        self.device.reset("the emulator resets the device")
        return b""
