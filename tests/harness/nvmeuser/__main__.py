# SPDX-License-Identifier: GPL-2.0-only
"""python3 -m nvmeuser: serve one controller to one emulator.

Sockets are handed over listening, by number, so that nobody has to wait for us.
The process ends when its standard input does, and not with the emulator: requests
are answered behind its end, too.
"""

import argparse
import os
import socket
import sys

from nvmeuser.complaints import Complaints
from nvmeuser.control import Control
from nvmeuser.controller import Controller
from nvmeuser.disk import Disk
from nvmeuser.loop import Loop
from nvmeuser.vfio_user import Server


def interrupts(text):
    """{"msix": 5} of "msix:5"; several with commas; {} of "none"."""
    limits = {"msix": 2048, "msi": 32, "intx": 1}
    offer = {}
    for word in text.split(",") if text != "none" else []:
        kind, _, count = word.partition(":")
        offer[kind] = int(count or 1)
        if not 1 <= offer[kind] <= limits[kind]:
            raise ValueError(text)
    if offer.get("msi", 1) & (offer.get("msi", 1) - 1):
        raise ValueError(f"{text}: MSI has a power of two")
    return offer


def namespace(text):
    """A disk of "nsid=1,size=1048576,block=512,path=…"."""
    fields = dict(field.split("=", 1) for field in text.split(","))
    numbers = {name: int(fields.pop(name)) for name in ("nsid", "size", "block")}
    return Disk(**numbers, **fields)


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(prog="nvmeuser", description="an NVMe controller for QEMU")
    parser.add_argument("--device", type=int, required=True, help="socket for the emulator")
    parser.add_argument("--control", type=int, required=True, help="socket for requests")
    parser.add_argument("--ns", type=namespace, action="append", required=True)
    parser.add_argument("--irq", type=interrupts, default={"msix": 16, "intx": 1},
                        help="msix:N, msi:N, intx; several with commas; or none")
    parser.add_argument("--serial", default="nvmeuser")
    parser.add_argument("--queues", type=int, default=64, help="I/O queue pairs at most")
    parser.add_argument("--entries", type=int, default=1024, help="of a queue, at most")
    parser.add_argument("--mdts", type=int, default=5)
    parser.add_argument("--vwc", type=int, default=1, help="volatile write cache")
    parser.add_argument("--optional", type=int, default=0,
                        help="with Compare, fused commands, reservations, firmware and Sanitize")
    parser.add_argument("--hostids", type=int, default=16, choices=(8, 16),
                        help="bytes of a host identifier")
    return parser.parse_args()


def main():
    """Accept the emulator, serve it."""
    options = arguments()
    loop, complaints = Loop(), Complaints()
    controller = Controller(options, {disk.nsid: disk for disk in options.ns}, loop, complaints)
    Control(loop, socket.socket(fileno=options.control), controller)
    listening = socket.socket(fileno=options.device)

    def connected():
        sock, _ = listening.accept()
        loop.unwatch(listening)
        Server(loop, sock, controller)

    def input_ended():
        if not os.read(0, 4096):
            loop.stop()

    loop.watch(listening, connected)
    loop.watch(sys.stdin, input_ended)
    loop.run()


if __name__ == "__main__":
    main()
