# SPDX-License-Identifier: GPL-2.0-only
"""Writes the kernel's initramfs format (cpio, newc), device nodes included,
without needing root for them.  Not compressed: copying is faster than
unpacking on an emulated processor."""

import os
import stat


class Archive:
    """Collects entries; bytes() gives the finished archive."""

    def __init__(self):
        self.parts = []
        self.inode = 0
        self.seen = set()

    def _entry(self, name, mode, data=b"", rdev=(0, 0)):
        self.inode += 1
        encoded = name.encode() + b"\0"
        fields = (self.inode, mode, 0, 0, 1, 0, len(data), 0, 0, rdev[0], rdev[1],
                  len(encoded), 0)
        header = b"070701" + b"".join(b"%08X" % field for field in fields)
        for part in (header + encoded, data):
            self.parts.append(part + b"\0" * (-len(part) % 4))

    def folder(self, name):
        """A folder and those above it."""
        if name and name not in self.seen:
            self.folder(os.path.dirname(name))
            self.seen.add(name)
            self._entry(name, stat.S_IFDIR | 0o755)

    def data(self, name, data, mode=0o644):
        """A file with the given content."""
        self.folder(os.path.dirname(name))
        self._entry(name, stat.S_IFREG | mode, data if isinstance(data, bytes) else data.encode())

    def file(self, name, source, mode=None):
        """A copy of a file."""
        with open(source, "rb") as src:
            content = src.read()
        self.data(name, content, mode or stat.S_IMODE(os.stat(source).st_mode))

    def link(self, name, target):
        """A symbolic link."""
        self.folder(os.path.dirname(name))
        self._entry(name, stat.S_IFLNK | 0o777, target.encode())

    def device(self, name, major, minor):
        """A character device node."""
        self.folder(os.path.dirname(name))
        self._entry(name, stat.S_IFCHR | 0o600, rdev=(major, minor))

    def bytes(self):
        """The archive."""
        self._entry("TRAILER!!!", 0)
        return b"".join(self.parts)
