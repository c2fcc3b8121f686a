# SPDX-License-Identifier: GPL-2.0-only
"""Machine profiles (tests/harness/machines/*.conf) and the emulator arguments
that they stand for.  default.conf explains the lines of a profile."""

import json
import os
import shlex
import uuid

from vmlib.paths import MACHINES, HarnessError
from vmlib.user import UserController, device_socket

UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
FIRST_SLOT = 3          # PCI slots: the root image sits on 2, controllers follow


def names():
    """All profiles."""
    return sorted(name[:-5] for name in os.listdir(MACHINES) if name.endswith(".conf"))


def size_of(text):
    """Bytes of a size such as 256M."""
    return int(text[:-1]) * UNITS[text[-1]] if text[-1] in UNITS else int(text)


def properties(items):
    """{'mdts': '2'} of ['mdts=2']."""
    return dict(item.split("=", 1) for item in items)


def identity(ctrl, nsid):
    """The UUID of a namespace: always the same."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{ctrl}-ns{nsid}")


class Machine:
    """One profile, read."""

    def __init__(self, name):
        self.name = name
        self.emulator = None        # the program, once it is known
        self.cpus = 1
        self.memory = "1G"
        self.append = []
        self.extra = []
        self.controllers = {}       # id -> properties
        self.served = set()         # those that a process of ours serves
        self.namespaces = {}        # (controller id, nsid) -> properties
        self._read(name)

    def _read(self, name):
        path = os.path.join(MACHINES, f"{name}.conf")
        if not os.path.exists(path):
            raise HarnessError(f"no machine {name}; there are: {' '.join(names())}")
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                line = line.strip()
                if line and not line.startswith("#"):
                    try:
                        self._line(*shlex.split(line))
                    except (TypeError, ValueError, KeyError) as error:
                        raise HarnessError(f"{path}:{number}: {error}: {line}") from error

    def _line(self, word, *args):
        if word == "base":
            self._read(*args)
        elif word == "cpus":
            self.cpus = int(args[0])
        elif word == "memory":
            self.memory = args[0]
        elif word == "append":
            self.append += args
        elif word == "qemu":
            self.extra += args
        elif word in ("ctrl", "user"):
            self.controllers.setdefault(args[0], {}).update(properties(args[1:]))
            if word == "user":
                self.served.add(args[0])
        elif word == "ns":
            key = (args[0], int(args[1]))
            self.namespaces.setdefault(key, {}).update(properties(args[2:]))
        elif word == "drop-ns":
            for key in [key for key in self.namespaces if key[0] == args[0]]:
                del self.namespaces[key]
        else:
            raise ValueError("unknown line")

    @staticmethod
    def _disk(folder, ctrl, nsid):
        return os.path.join(folder, f"{ctrl}-ns{nsid}.raw")

    def make_disks(self, folder):
        """Create the sparse disk files that are not there yet."""
        for (ctrl, nsid), props in self.namespaces.items():
            path = self._disk(folder, ctrl, nsid)
            if "backend" not in props and not os.path.exists(path):
                with open(path, "wb") as disk:
                    disk.truncate(size_of(props["size"]))

    def remove_disks(self, folder):
        """Remove them, so that the next start sees blank ones."""
        for ctrl, nsid in self.namespaces:
            path = self._disk(folder, ctrl, nsid)
            if os.path.exists(path):
                os.unlink(path)

    def arguments(self, folder, sockets):
        """Emulator arguments for processors, memory, controllers, namespaces."""
        args = ["-machine", "q35", "-smp", str(self.cpus), "-m", self.memory] + self.extra
        if self.served:
            args += ["-object", f"memory-backend-memfd,id=ram,size={self.memory},share=on",
                     "-machine", "memory-backend=ram"]
        throttles = sorted({props["throttle"] for props in self.namespaces.values()
                            if "throttle" in props})
        for group in throttles:
            args += ["-object", f"throttle-group,id={group}"]
        for slot, (ctrl, props) in enumerate(self.controllers.items(), FIRST_SLOT):
            own = dict(props)
            if ctrl in self.served:
                args += ["-device", self._served_device(ctrl, own.get("irq", "intx"), sockets,
                                                        f"0x{slot:x}")]
                continue
            if "bus" not in own:
                own.setdefault("addr", f"0x{slot:x}")
            args += ["-device", option("nvme", {"id": ctrl, **own})]
            for (owner, nsid), nsprops in self.namespaces.items():
                if owner == ctrl:
                    args += self._namespace(folder, ctrl, nsid, dict(nsprops))
        return args

    @staticmethod
    def _served_device(ctrl, irq, sockets, addr):
        where = {"type": "unix", "path": device_socket(sockets, ctrl)}
        # The default patience of 5 s with our process is short on a busy machine.
        return json.dumps({"driver": "vfio-user-pci", "id": ctrl, "addr": addr, "socket": where,
                           "x-msg-timeout": 60000,
                           # For the sake of INTx; see nvmeuser/irq.py.
                           "x-no-posted-writes": "intx" in irq})

    def start_served(self, folder, sockets):
        """Start the processes of our own controllers, before the emulator."""
        return {ctrl: UserController(ctrl, self._served_arguments(folder, ctrl), sockets,
                                     os.path.join(folder, f"{ctrl}.log"))
                for ctrl in self.controllers if ctrl in self.served}

    def _served_arguments(self, folder, ctrl):
        args = [f"--{key}={value}" for key, value in self.controllers[ctrl].items()]
        for (owner, nsid), props in self.namespaces.items():
            if owner == ctrl:
                name = identity(ctrl, nsid)
                fields = {"nsid": nsid, "size": size_of(props["size"]),
                          "block": props["logical_block_size"], "uuid": name,
                          "eui64": name.hex[:16], "path": self._disk(folder, ctrl, nsid)}
                args += ["--ns", ",".join(f"{key}={value}" for key, value in fields.items())]
        return args

    def _namespace(self, folder, ctrl, nsid, props):
        node = f"{ctrl}-ns{nsid}"
        disk = self._disk(folder, ctrl, nsid)
        size = size_of(props.pop("size"))
        group = props.pop("throttle", None)
        name = identity(ctrl, nsid)
        raw = f"{node}-raw" if group else node
        if props.pop("backend", "file") == "null":
            args = ["-blockdev", f"driver=null-co,node-name={raw},size={size},read-zeroes=on"]
        else:
            args = ["-blockdev", f"driver=raw,node-name={raw},discard=unmap,cache.no-flush=on,"
                                 f"file.driver=file,file.filename={disk},"
                                 "file.discard=unmap,file.cache.no-flush=on,file.locking=off"]
        if group:
            args += ["-blockdev", f"driver=throttle,node-name={node},throttle-group={group},"
                                  f"file={raw},discard=unmap"]
        if "logical_block_size" in props:
            props.setdefault("physical_block_size", props["logical_block_size"])
        props.setdefault("uuid", str(name))
        props.setdefault("eui64", "0x" + name.hex[:16])
        return args + ["-device", option("nvme-ns", {"id": f"{node}-dev", "bus": ctrl,
                                                     "nsid": str(nsid), "drive": node, **props})]


def option(name, props):
    """driver,key=value,..."""
    return ",".join([name] + [f"{key}={value}" for key, value in props.items()])
