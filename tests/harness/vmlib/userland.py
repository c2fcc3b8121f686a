# SPDX-License-Identifier: GPL-2.0-only
"""Builds what the guest boots into, cached by the content it depends on:

* root.ext4 - a read-only root: programs of the host with their libraries
  (tests/harness/guest-tools) and kernel modules (guest-modules);
* boot.cpio - the first stage: busybox, the few modules that reach root.ext4.

The job itself (module under test, tests) comes in a second archive, see job.py.
"""

import glob
import hashlib
import lzma
import os
import re
import shutil
import subprocess
import tempfile

from vmlib import cpio
from vmlib.paths import CACHE, HARNESS, HarnessError, note, replace_file, run

SEARCH = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"
# Found at run time by name, so that ldd cannot see them.
EXTRA_FILES = ("/usr/lib/*/libgcc_s.so.1", "/lib/*/libgcc_s.so.1", "/usr/lib/*/fio/*.so",
               "/etc/mke2fs.conf", "/lib/terminfo/[dlvx]/*", "/usr/share/terminfo/[dlvx]/*",
               "/var/lib/smartmontools/drivedb/drivedb.h")
# Programs that look at the name they are called by.
ALIASES = {"nvme": (), "lvm": ("pvcreate", "pvs", "vgcreate", "vgs", "vgchange", "vgremove",
                               "lvcreate", "lvs", "lvremove", "lvchange", "pvremove", "vgscan",
                               "pvscan", "lvextend", "lvconvert")}
CONFIG = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/sh\n",
    "etc/group": "root:x:0:\ndisk:x:6:\nnogroup:x:65534:\n",
    "etc/hostname": "guest\n",
    "etc/fstab": "",
    # No udev in the guest: LVM makes its own nodes.
    "etc/lvm/lvm.conf": """\
activation { udev_sync = 0 udev_rules = 0 monitoring = 0 }
devices { obtain_device_list_from_udev = 0 external_device_info_source = "none"
	use_devicesfile = 0 types = [ "nvme", 16, "blkext", 1024 ] }
global { use_lvmpolld = 0 locking_type = 1 }
backup { backup = 0 archive = 0 }
""",
}
FOLDERS = ("dev", "proc", "sys", "run", "tmp", "mnt", "root", "var/tmp", "var/lock", "job",
           "opt/nvmeq", "etc/nvme", "etc/lvm")


def words(path):
    """The words of a list file; comments are dropped."""
    with open(path, encoding="utf-8") as lines:
        return [line.split("#")[0].split() for line in lines if line.split("#")[0].strip()]


def wanted_tools():
    """Paths on the host of all programs that the guest gets."""
    found, missing = {}, []
    for line in words(os.path.join(HARNESS, "guest-tools")):
        for word in line:
            name = word.lstrip("?")
            path = shutil.which(name, path=SEARCH)
            if path:
                found[name] = path
            elif not word.startswith("?"):
                missing.append(name)
    if missing:
        raise HarnessError(f"the guest needs these programs: {' '.join(missing)}\n"
                           "scripts/setup installs the packages that hold them")
    return found


def libraries(path):
    """Shared libraries of a program, the loader included."""
    done = subprocess.run(["ldd", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, check=False)
    return re.findall(r"(/[^\s]+)\s+\(0x", done.stdout)


class ModuleTree:
    """The modules of one kernel and their dependencies."""

    def __init__(self, folder):
        self.folder = folder
        self.needs = {}
        self.path = {}
        with open(os.path.join(folder, "modules.dep"), encoding="ascii") as lines:
            for line in lines:
                module, _, needs = line.partition(":")
                self.needs[module] = needs.split()
                self.path[self.name(module)] = module
        with open(os.path.join(folder, "modules.builtin"), encoding="ascii") as lines:
            self.builtin = {self.name(line.strip()) for line in lines}

    @staticmethod
    def name(path):
        """Module name of a path."""
        return os.path.basename(path).split(".ko")[0].replace("-", "_")

    def closure(self, names):
        """Paths for `names`, dependencies first."""
        order = []
        for word in names:
            module = self.path.get(word.lstrip("?").replace("-", "_"))
            if not module:
                if word.startswith("?") or word.replace("-", "_") in self.builtin:
                    continue
                raise HarnessError(f"{self.folder} holds no module {word}")
            for path in list(reversed(self.needs[module])) + [module]:
                if path not in order:
                    order.append(path)
        return order

    def content(self, path):
        """Bytes of a module, unpacked."""
        full = os.path.join(self.folder, path)
        if path.endswith(".xz"):
            with lzma.open(full) as packed:
                return packed.read()
        with open(full, "rb") as plain:
            return plain.read()


def wanted_modules():
    """(boot modules, all modules) as named in guest-modules."""
    boot, every = [], []
    for line in words(os.path.join(HARNESS, "guest-modules")):
        if line[0] == "boot":
            line = line[1:]
            boot += line
        every += line
    return boot, every


def put_programs(root, tools):
    """Copy programs and libraries to the paths that they have on the host."""
    copy = set()
    for name, path in tools.items():
        real = os.path.realpath(path)
        copy.add(real)
        copy.update(libraries(real))
        for alias in (name,) + ALIASES.get(name, ()):
            if os.path.basename(real) != alias:
                os.symlink(real, os.path.join(root, "usr/bin", alias))
    for pattern in EXTRA_FILES:
        for path in glob.glob(pattern):
            copy.add(path)
            if path.endswith(".so"):
                copy.update(libraries(path))
    for path in sorted(copy):
        # The guest's /lib and /lib64 are links into /usr, as on the host.
        target = root + re.sub(r"^/(bin|sbin|lib|lib32|lib64)/", r"/usr/\1/", path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.islink(target):
            os.unlink(target)
        if not os.path.exists(target):
            shutil.copyfile(path, target)
            os.chmod(target, 0o755)
    applets = os.path.join(root, "usr/lib/busybox")
    os.makedirs(applets)
    for applet in run(tools["busybox"], "--list").split():
        os.symlink("/usr/bin/busybox", os.path.join(applets, applet))


def put_modules(root, tree, krel, every):
    """Copy modules, unpacked, and index them for modprobe."""
    folder = os.path.join(root, "usr/lib/modules", krel)
    for path in tree.closure(every):
        target = os.path.join(folder, path.removesuffix(".xz"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as out:
            out.write(tree.content(path))
    for index in ("modules.builtin", "modules.builtin.modinfo", "modules.order"):
        if os.path.exists(os.path.join(tree.folder, index)):
            shutil.copy(os.path.join(tree.folder, index), folder)
    run(shutil.which("depmod", path=SEARCH), "-b", os.path.join(root, "usr"), krel)


def build_root(image, tools, tree, krel, every):
    """Make the root file system image; needs no privilege."""
    with tempfile.TemporaryDirectory(dir=os.path.dirname(image)) as root:
        for folder in FOLDERS + ("usr/bin", "usr/lib", "usr/lib32", "usr/lib64"):
            os.makedirs(os.path.join(root, folder), exist_ok=True)
        for folder in ("bin", "sbin", "lib", "lib32", "lib64"):
            os.symlink(f"usr/{folder}", os.path.join(root, folder))
        os.symlink("bin", os.path.join(root, "usr/sbin"))
        os.symlink("../proc/self/mounts", os.path.join(root, "etc/mtab"))
        os.symlink("bash", os.path.join(root, "usr/bin/sh"))
        put_programs(root, tools)
        put_modules(root, tree, krel, every)
        for path, text in CONFIG.items():
            with open(os.path.join(root, path), "w", encoding="ascii") as out:
                out.write(text)
        size = int(run("du", "-sm", "--apparent-size", root).split()[0])
        run(shutil.which("mke2fs", path=SEARCH), "-q", "-F", "-t", "ext4", "-d", root,
            "-O", "^has_journal,^metadata_csum", "-m", "0", "-E", "root_owner=0:0",
            image, f"{size * 5 // 4 + 16}M")


def build_boot(tools, tree, boot):
    """The first-stage archive."""
    archive = cpio.Archive()
    for folder in ("dev", "proc", "root", "sys"):
        archive.folder(folder)
    archive.device("dev/console", 5, 1)
    archive.file("bin/busybox", os.path.realpath(tools["busybox"]), 0o755)
    archive.link("bin/sh", "busybox")
    archive.file("init", os.path.join(HARNESS, "init-stage1"), 0o755)
    order = tree.closure(boot)
    for path in order:
        archive.data(f"modules/{tree.name(path)}.ko", tree.content(path))
    archive.data("modules/order", "".join(f"{tree.name(path)}\n" for path in order))
    return archive.bytes()


def fingerprint(tools, krel):
    """Changes when anything that goes into the image changes."""
    digest = hashlib.sha256(krel.encode())
    for path in sorted(tools.values()):
        stat = os.stat(path)
        digest.update(f"{path} {stat.st_size} {int(stat.st_mtime)}\n".encode())
    for name in ("guest-tools", "guest-modules", "init-stage1", "vmlib/userland.py",
                 "vmlib/cpio.py"):
        with open(os.path.join(HARNESS, name), "rb") as source:
            digest.update(source.read())
    return digest.hexdigest()[:16]


def userland(series, kernel):
    """(root image, boot archive) for a kernel, built when needed."""
    tools = wanted_tools()
    base = os.path.join(CACHE, "guest", series)
    final = os.path.join(base, fingerprint(tools, kernel["KREL"]))
    if not os.path.isdir(final):
        note(f"# building the guest's userland for {kernel['KREL']}")
        os.makedirs(base, exist_ok=True)
        boot, every = wanted_modules()
        tree = ModuleTree(kernel["MODULES"])
        with tempfile.TemporaryDirectory(dir=base) as work:
            made = os.path.join(work, "made")
            os.makedirs(made)
            build_root(os.path.join(made, "root.ext4"), tools, tree, kernel["KREL"], every)
            replace_file(os.path.join(made, "boot.cpio"), build_boot(tools, tree, boot))
            try:
                os.rename(made, final)
            except OSError:
                if not os.path.isdir(final):    # else: another run was faster
                    raise
        forget_old(base, final)
    return os.path.join(final, "root.ext4"), os.path.join(final, "boot.cpio")


def forget_old(base, keep):
    """Drop images that nothing used for a day (a running guest may hold one)."""
    for entry in os.scandir(base):
        if entry.path != keep and entry.stat().st_mtime < os.stat(keep).st_mtime - 86400:
            shutil.rmtree(entry.path, ignore_errors=True)
