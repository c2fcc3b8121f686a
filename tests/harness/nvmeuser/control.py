# SPDX-License-Identifier: GPL-2.0-only
"""Requests of tests and of the harness: a line in, a line out (`ok JSON` or
`error TEXT`).  Besides the verbs of lies.py:

    stats         counters, queues, features
    complaints    what the driver did wrong since the last time this was asked
    help          all verbs
"""

import json
import socket

from nvmeuser import lies


class Control:
    """Serves any number of clients on a listening socket."""

    def __init__(self, loop, sock, controller):
        self.loop = loop
        self.sock = sock
        self.controller = controller
        self.pending = {}
        loop.watch(sock, self._accept)

    def _accept(self):
        client, _ = self.sock.accept()
        self.pending[client] = b""
        self.loop.watch(client, lambda: self._readable(client))

    def _readable(self, client):
        try:
            data = client.recv(4096)
        except OSError:
            data = b""
        if not data:
            self._close(client)
            return
        *lines, self.pending[client] = (self.pending[client] + data).split(b"\n")
        for line in lines:
            answer = self._answer(line.decode(errors="replace").split())
            try:
                client.sendall(answer.encode() + b"\n", socket.MSG_NOSIGNAL)
            except OSError:
                self._close(client)
                return

    def _close(self, client):
        self.loop.unwatch(client)
        del self.pending[client]
        client.close()

    def _answer(self, words):
        verb, args = words[0] if words else "", words[1:]
        controller = self.controller
        try:
            if verb == "complaints":
                reply = controller.complaints.take()
            elif verb == "stats":
                reply = controller.statistics()
            elif verb == "help":
                reply = [function.__doc__ for function in lies.VERBS.values()]
            elif verb in lies.VERBS:
                controller.complaints.log("told to " + " ".join(words))
                lies.VERBS[verb](controller.lies, *args)
                reply = {}
            else:
                return f"error no verb {verb}"
        except (TypeError, ValueError, KeyError) as error:
            return f"error {verb}: {error}"
        return f"ok {json.dumps(reply)}"
