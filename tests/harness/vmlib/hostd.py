# SPDX-License-Identifier: GPL-2.0-only
"""Serves the guest's `host …` requests (third serial port) through QMP.

One request per line, one answer per line: `ok JSON` or `error TEXT`.

    host qmp '{"execute": "query-status"}'
    host device_del ID | host device_add DRIVER key=value…
    host throttle GROUP iops-total=10 …       (no limits: full speed)
    host nsid-resize NODE BYTES
    host trace EVENT on|off
    host peek DISK OFFSET COUNT               bytes of a disk's image (nv0-ns1, …), in hex
    host poke DISK OFFSET HEX                 change them behind the guest's back
    host user ID REQUEST…                     a line for a controller that we serve

Only the commands below reach the emulator, so that a test cannot by accident
do something to the host.
"""

import json
import os
import re
import select
import socket
import threading
import time

ALLOWED = {"query-status", "query-block", "query-named-block-nodes", "query-pci", "qom-get",
           "qom-set", "qom-list", "device_add", "device_del", "block_resize", "stop", "cont",
           "human-monitor-command", "block_set_io_throttle", "trace-event-set-state",
           "inject-nmi", "system_reset", "blockdev-reopen", "query-chardev"}
ALLOWED_HMP = {"pcie_aer_inject_error", "info", "trace-event", "qemu-io"}


class Qmp:
    """A client of the emulator's control socket."""

    def __init__(self, path):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)
        self.stream = self.sock.makefile("rw")
        self.stream.readline()
        self.call({"execute": "qmp_capabilities"})

    def call(self, command):
        """Send one command; its reply."""
        self.stream.write(json.dumps(command) + "\n")
        self.stream.flush()
        while True:
            line = self.stream.readline()
            if not line:
                raise ConnectionError("the emulator is gone")
            reply = json.loads(line)
            if "return" in reply or "error" in reply:
                return reply


def command_for(words, text):
    """The QMP command that a request stands for."""
    verb, args = words[0], words[1:]
    if verb == "qmp":
        return json.loads(text.partition(" ")[2])
    if verb == "hmp":
        return {"execute": "human-monitor-command",
                "arguments": {"command-line": text.partition(" ")[2]}}
    if verb == "device_del":
        return {"execute": "device_del", "arguments": {"id": args[0]}}
    if verb == "device_add":
        return {"execute": "device_add",
                "arguments": {"driver": args[0], **dict(arg.split("=", 1) for arg in args[1:])}}
    if verb == "throttle":
        limits = {key: int(value) for key, value in (arg.split("=", 1) for arg in args[1:])}
        return {"execute": "qom-set",
                "arguments": {"path": f"/objects/{args[0]}", "property": "limits",
                              "value": limits or {"iops-total": 0}}}
    if verb == "resize":
        return {"execute": "block_resize",
                "arguments": {"node-name": args[0], "size": int(args[1])}}
    raise ValueError(f"unknown request {verb}")


def check(command):
    """Refuse what tests have no business with."""
    if command.get("execute") not in ALLOWED:
        raise ValueError(f"{command.get('execute')} is not allowed")
    if command["execute"] == "human-monitor-command":
        words = command["arguments"]["command-line"].split()
        if not words or words[0] not in ALLOWED_HMP:
            raise ValueError(f"monitor command {words[:1]} is not allowed")
    return command


class HostDaemon(threading.Thread):
    """Answers requests until stop() or the end of the emulator."""

    def __init__(self, folder, served, disks):
        super().__init__(daemon=True)
        self.folder = folder
        self.disks = disks          # folder of the disks' images
        self.served = served        # id -> UserController
        self.stopping = threading.Event()

    def stop(self):
        """End the thread."""
        self.stopping.set()
        self.join(timeout=5)

    def _connect(self, name):
        path = os.path.join(self.folder, name)
        while not self.stopping.is_set():
            try:
                if name == "qmp.sock":
                    return Qmp(path)
                sock = socket.socket(socket.AF_UNIX)
                sock.connect(path)
                return sock
            except OSError:
                time.sleep(0.05)
        return None

    def run(self):
        requests = self._connect("host.sock")
        qmp = self._connect("qmp.sock")
        pending = b""
        while requests and qmp and not self.stopping.is_set():
            if not select.select([requests], [], [], 0.2)[0]:
                continue
            try:
                data = requests.recv(4096)
                if not data:
                    break
                pending += data
                while b"\n" in pending:
                    line, _, pending = pending.partition(b"\n")
                    answer = self._answer(qmp, line.decode(errors="replace").strip())
                    requests.sendall(answer.encode() + b"\n")
            except OSError:
                break

    def _image(self, words):
        """`peek` and `poke`."""
        verb, disk, offset, what = words
        if not re.fullmatch(r"[a-z0-9]+-ns[0-9]+", disk):
            raise ValueError(f"no disk {disk}")
        with open(os.path.join(self.disks, f"{disk}.raw"), "r+b") as image:
            image.seek(int(offset))
            if verb == "peek":
                return image.read(int(what)).hex()
            image.write(bytes.fromhex(what))
            return ""

    def _answer(self, qmp, text):
        if not text:
            return "error empty request"
        try:
            if text.split()[0] == "user":
                _, name, request = text.split(None, 2)
                if name not in self.served:
                    return f"error this machine has no `user {name}`"
                return self.served[name].request(request)
            if text.split()[0] in ("peek", "poke"):
                return f"ok {self._image(text.split())}"
            reply = qmp.call(check(command_for(text.split(), text)))
        except (ValueError, IndexError, KeyError, OSError) as error:
            return f"error {error}"
        if "error" in reply:
            return f"error {reply['error'].get('desc')}"
        return f"ok {json.dumps(reply['return'])}"
