# SPDX-License-Identifier: GPL-2.0-only
"""The emulator: which accelerator works here, the command line, the process."""

import os
import shutil
import subprocess
import sys
import tempfile

from vmlib import bzimage, cpio
from vmlib.paths import CACHE, ROOT, HarnessError, note, replace_file

QEMU = "qemu-system-x86_64"
TCG = ["-accel", "tcg,thread=multi", "-cpu", "max"]
KVM = ["-accel", "kvm", "-cpu", "host"]
QUIET = ["-nodefaults", "-no-user-config", "-display", "none", "-nic", "none", "-vga", "none",
         "-no-reboot", "-rtc", "base=utc"]
# A panic reboots at once, and with -no-reboot that ends the emulator.  Limits of
# the kernel's own watchdogs are longer than usual: an emulated processor that
# the host does not schedule looks stuck.
APPEND = ["panic=-1", "printk.time=1", "log_buf_len=4M", "sysrq_always_enabled=1",
          "loglevel=7", "watchdog_thresh=30", "rcupdate.rcu_cpu_stall_timeout=60",
          "nmi_watchdog=0", "tsc=reliable", "mitigations=off", "random.trust_cpu=on",
          "rdinit=/init"]


def _kvm_boots(vmlinuz):
    """Does a stock kernel come up under KVM?  The device may open and still not
    be able to run one, so boot it for a few seconds."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return False
    probe = cpio.Archive()
    probe.device("dev/console", 5, 1)
    probe.data("init", "#!/bin/sh\nexec /bin/busybox poweroff -f\n", 0o755)
    for path in ("/usr/bin/busybox", "/bin/busybox"):
        if os.path.exists(path):
            probe.file("bin/busybox", path, 0o755)
            break
    probe.link("bin/sh", "busybox")
    with tempfile.NamedTemporaryFile(dir=CACHE) as initrd:
        initrd.write(probe.bytes())
        initrd.flush()
        try:
            done = subprocess.run(
                [QEMU, "-machine", "q35", "-m", "512M", *KVM, *QUIET, "-kernel", vmlinuz,
                 "-initrd", initrd.name, "-append", "quiet panic=-1"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                timeout=8, check=False)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


def accelerator(vmlinuz):
    """Arguments for the accelerator; the outcome of the probe is kept for as
    long as the machine is up.  NVMEQ_ACCEL=tcg|kvm decides without a probe."""
    forced = os.environ.get("NVMEQ_ACCEL")
    if forced:
        return KVM if forced == "kvm" else TCG
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as source:
        boot = source.read().strip()
    memory = os.path.join(CACHE, "accelerator")
    try:
        with open(memory, encoding="ascii") as source:
            known, name = source.read().split()
    except (OSError, ValueError):
        known, name = "", ""
    if known != boot:
        name = "kvm" if _kvm_boots(vmlinuz) else "tcg"
        note(f"# accelerator: {name}")
        replace_file(memory, f"{boot} {name}\n")
    return KVM if name == "kvm" else TCG


class Unavailable(HarnessError):
    """The emulator that a machine needs cannot be had; its tests are skipped."""


def emulator(machine):
    """The program to run: the machine's own emulator, or for controllers that we
    serve one that knows how to talk to them."""
    if not shutil.which(QEMU):
        raise HarnessError(f"{QEMU} is missing: run scripts/setup")
    if not machine.served:
        return QEMU
    done = subprocess.run([os.path.join(ROOT, "scripts", "qemu-get")], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    sys.stderr.write(done.stderr)
    if done.returncode:
        raise Unavailable((done.stderr.strip() or "scripts/qemu-get failed").splitlines()[-1])
    return done.stdout.split()[-1]


def command(machine, kernel, root_image, folder, sockets, interactive=False, append=()):
    """The command line.  `folder` holds disks and logs; `sockets` is another one
    because a socket's path must be short.  Serial ports: ttyS0 console, ttyS1 results, ttyS2
    requests of the guest to the host."""
    console = ["-chardev", "stdio,id=con,mux=on,signal=off,logfile=" + f"{folder}/console.log",
               "-mon", "con,mode=readline"] if interactive else \
              ["-chardev", f"file,id=con,path={folder}/console.log"]
    append = APPEND + ["console=ttyS0,115200"] + machine.append + list(append)
    if interactive:
        append.append("quiet")
    return [machine.emulator, *accelerator(kernel["VMLINUZ"]),
            *machine.arguments(folder, sockets), *QUIET, *console, "-serial", "chardev:con",
            "-chardev", f"file,id=res,path={folder}/results.log", "-serial", "chardev:res",
            "-chardev", f"socket,id=req,path={sockets}/host.sock,server=on,wait=off",
            "-device", "isa-serial,chardev=req,index=2,irq=5",
            "-qmp", f"unix:{sockets}/qmp.sock,server=on,wait=off",
            "-blockdev", "driver=raw,node-name=root,read-only=on,file.driver=file,"
                         f"file.filename={root_image},file.locking=off",
            "-device", "virtio-blk-pci,drive=root,addr=0x2",
            "-object", "rng-random,id=rng,filename=/dev/urandom",
            "-kernel", bzimage.elf_kernel(kernel["VMLINUZ"]), "-initrd", f"{folder}/initrd",
            "-append", " ".join(append)]
