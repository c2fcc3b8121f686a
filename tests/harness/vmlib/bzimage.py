# SPDX-License-Identifier: GPL-2.0-only
"""Unpacks a kernel image.  The emulator can start a plain ELF kernel through
its PVH entry, which spares the guest the firmware's loader and the unpacking:
three of eight seconds."""

import lzma
import os
import struct
import subprocess

from vmlib.paths import replace_file


def _payload(image):
    """The packed kernel in a bzImage (Documentation/x86/boot.rst: setup_sects,
    payload_offset, payload_length)."""
    sectors = image[0x1F1] or 4
    offset, length = struct.unpack_from("<II", image, 0x248)
    start = (sectors + 1) * 512 + offset
    return image[start:start + length]


def _unpack(data):
    if data.startswith(b"\xfd7zXZ"):
        return lzma.LZMADecompressor().decompress(data)
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        done = subprocess.run(["zstd", "-dcq"], input=data, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False)
        return done.stdout
    return b""


def elf_kernel(vmlinuz):
    """Path of the unpacked kernel, or of the packed one when that cannot be."""
    target = f"{vmlinuz}.elf"
    if not os.path.exists(target):
        with open(vmlinuz, "rb") as packed:
            kernel = _unpack(_payload(packed.read()))
        if not kernel.startswith(b"\x7fELF") or b"Xen\0" not in kernel:
            return vmlinuz
        replace_file(target, kernel)
    return target
