# SPDX-License-Identifier: GPL-2.0-only
"""Controllers that are served by a process of ours (tests/harness/nvmeuser)."""

import json
import os
import socket
import subprocess
import sys

from vmlib.paths import HARNESS

ANSWER_SECONDS = 60


def _listening(path):
    if os.path.exists(path):
        os.unlink(path)
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(path)
    sock.listen(4)
    return sock


class UserController:
    """One such process: started for one start of the emulator, outlives it so
    that it can be asked what happened, and must not end by itself."""

    def __init__(self, name, arguments, sockets, log):
        self.name = name
        self.log = log
        self.control = os.path.join(sockets, f"{name}.ctl")
        with _listening(device_socket(sockets, name)) as device, \
                _listening(self.control) as control, open(log, "ab") as words:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "nvmeuser", "--device", str(device.fileno()),
                 "--control", str(control.fileno()), *arguments],
                cwd=HARNESS, stdin=subprocess.PIPE, stdout=words, stderr=words,
                pass_fds=(device.fileno(), control.fileno()))

    def request(self, text):
        """One line of nvmeuser/control.py; the line that answers it."""
        try:
            with socket.socket(socket.AF_UNIX) as sock:
                sock.settimeout(ANSWER_SECONDS)
                sock.connect(self.control)
                sock.sendall(text.encode() + b"\n")
                with sock.makefile("r") as answer:
                    return answer.readline().rstrip("\n") or f"error {self.name} hung up"
        except OSError as error:
            return f"error {self.name}: {error}"

    def complaints(self):
        """What it has against the driver since that was asked last."""
        kind, _, text = self.request("complaints").partition(" ")
        return [f"{self.name}: {line}" for line in json.loads(text)] if kind == "ok" else []

    def death(self):
        """None while it lives; else a text about its end."""
        code = self.process.poll()
        if code is None:
            return None
        with open(self.log, encoding="utf-8", errors="replace") as words:
            last = words.read().strip().splitlines()[-12:]
        return "\n".join([f"controller {self.name}: its process ended with {code}"] + last)

    def stop(self):
        """End it."""
        self.process.stdin.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def device_socket(sockets, name):
    """Where the emulator finds a controller."""
    return os.path.join(sockets, f"{name}.dev")
