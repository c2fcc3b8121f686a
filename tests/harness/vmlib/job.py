# SPDX-License-Identifier: GPL-2.0-only
"""The job archive: the second part of the initramfs, made anew for each boot.

Holds init, the module under test, the tests with their library, the helper
programs of tests/guest/src, and the plan (which tests, in which order).
"""

import os
import shlex
import subprocess

from vmlib import cpio
from vmlib.paths import CACHE, GUEST_TESTS, HARNESS, HarnessError, ROOT, run


def _first_line(path):
    with open(path, encoding="utf-8") as source:
        return "".join(source.readline() for _ in range(2))


def helpers():
    """Compile tests/guest/src/*.c; paths of the programs.  A file that says
    `build: m32 m64` in its first lines is also built for 32 bit, as NAME32; one that
    says `build: shared` is a library, NAME.so, for programs of the guest to preload."""
    source_dir = os.path.join(GUEST_TESTS, "src")
    out_dir = os.path.join(CACHE, "build", "helpers")
    os.makedirs(out_dir, exist_ok=True)
    programs = []
    if not os.path.isdir(source_dir):
        return programs
    headers = [os.path.join(source_dir, name) for name in os.listdir(source_dir)
               if name.endswith(".h")]
    for name in sorted(os.listdir(source_dir)):
        if not name.endswith(".c"):
            continue
        source = os.path.join(source_dir, name)
        kinds = _first_line(source).partition("build:")[2]
        variants = [(name[:-2], ("-m64", "-static"))]
        if "m32" in kinds:
            variants.append((name[:-2] + "32", ("-m32", "-static")))
        if "shared" in kinds:
            variants = [(name[:-2] + ".so", ("-shared", "-fPIC"))]
        for program, flags in variants:
            target = os.path.join(out_dir, program)
            newest = max(os.path.getmtime(path) for path in [source] + headers)
            if not os.path.exists(target) or os.path.getmtime(target) < newest:
                # Two guests that start at once both build: the last one's is as good.
                mine = f"{target}.{os.getpid()}"
                run("gcc", *flags, "-O1", "-Wall", "-Wextra", "-pthread",
                    "-I", os.path.join(ROOT, "include", "uapi"), "-o", mine, source)
                os.rename(mine, target)
            programs.append(target)
    return programs


def build_module(series, *options):
    """Build nvmeq.ko for a kernel, with --test the test module; its path."""
    done = subprocess.run([os.path.join(ROOT, "scripts", "build-module"), *options, series],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise HarnessError(f"the module does not build for {series}:\n{done.stdout}")
    return done.stdout.split()[-1]


def _stripped(module):
    """The module without debug information, which the guest would only copy."""
    target = f"{module}.{os.getpid()}.stripped"
    run("strip", "-g", "-o", target, module)
    with open(target, "rb") as content:
        data = content.read()
    os.unlink(target)
    return data


def archive(mode, driver, modules, tests, settings, extra):
    """Bytes of the archive.  `modules` are the driver and the tests' own module, or
    None each; `settings` become shell variables of init; `extra` are more files, name
    to content."""
    module, test_module = modules
    job = cpio.Archive()
    job.file("job/init", os.path.join(HARNESS, "init"), 0o755)
    job.file("job/demo", os.path.join(HARNESS, "demo"), 0o755)
    for name, content in extra.items():
        job.data(f"job/{name}", content)
    job.file("job/lib.sh", os.path.join(GUEST_TESTS, "lib.sh"))
    for program in helpers():
        job.file(f"job/bin/{os.path.basename(program)}", program, 0o755)
    bind = os.path.join(ROOT, "scripts", "nvmeq-bind")
    if os.path.exists(bind):
        job.file("job/bin/nvmeq-bind", bind, 0o755)
    if module:
        job.data("job/nvmeq.ko", _stripped(module))
    if test_module:
        job.data("job/nvmeq_test.ko", _stripped(test_module))
    for number, test in enumerate(tests, 1):
        job.file(f"job/tests/{test.name}", test.path, 0o755)
        job.data(f"job/plan/{number:04}", test.plan())
    values = {"MODE": mode, "DRIVER": driver, **settings}
    job.data("job/config", "".join(f"{key}={shlex.quote(str(value))}\n"
                                   for key, value in values.items()))
    return job.bytes()
