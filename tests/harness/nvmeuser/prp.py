# SPDX-License-Identifier: GPL-2.0-only
"""Physical region pages: the memory that a command names, as views of it."""

import struct

from nvmeuser.spec import PAGE, Refused, Status

ENTRY = 8


class BadPrp(Refused):
    """A data pointer that the driver must not make."""


def _entries(memory, pointer, pages):
    """Addresses from a list, which may go on in further pages."""
    if pointer % ENTRY:
        raise BadPrp(Status.PRP_OFFSET, f"a PRP list at {pointer:#x}")
    while True:
        room = (PAGE - pointer % PAGE) // ENTRY
        count = min(pages, room)
        found = struct.unpack(f"<{count}Q", memory.view(pointer, count * ENTRY))
        if pages <= room:
            yield from found
            return
        yield from found[:-1]
        pages -= count - 1
        pointer = found[-1]
        if pointer % PAGE:
            raise BadPrp(Status.PRP_OFFSET, f"a further PRP list at {pointer:#x}")


def _addresses(memory, command, length):
    """(address, bytes) of each page."""
    first = min(length, PAGE - command.prp1 % PAGE)
    if command.prp1 % 4:
        raise BadPrp(Status.PRP_OFFSET, f"PRP1 is {command.prp1:#x}")
    yield command.prp1, first
    left = length - first
    if not left:
        return
    pages = (left + PAGE - 1) // PAGE
    for address in (command.prp2,) if pages == 1 else _entries(memory, command.prp2, pages):
        if address % PAGE:
            raise BadPrp(Status.PRP_OFFSET, f"a page of data at {address:#x}")
        yield address, min(left, PAGE)
        left -= PAGE


def views(memory, command, length, write):
    """Views of `length` bytes; neighbours in memory are one view.  `write`: we
    write to them.  Raises BadPrp and BadAddress."""
    start = end = None
    for address, size in _addresses(memory, command, length):
        if address == end:
            end += size
            continue
        if start is not None:
            yield memory.view(start, end - start, write)
        start, end = address, address + size
    if start is not None:
        yield memory.view(start, end - start, write)


def put(memory, command, data):
    """Write data to where the command wants it."""
    at = 0
    for view in views(memory, command, len(data), True):
        view[:] = data[at:at + len(view)]
        at += len(view)


def get(memory, command, length):
    """Read data from where the command has it."""
    return b"".join(bytes(view) for view in views(memory, command, length, False))
