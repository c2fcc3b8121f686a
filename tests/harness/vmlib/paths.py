# SPDX-License-Identifier: GPL-2.0-only
"""Where things lie, and the small helpers that every part needs."""

import os
import subprocess
import sys

HARNESS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(os.path.dirname(HARNESS))
GUEST_TESTS = os.path.join(ROOT, "tests", "guest")
META_TESTS = os.path.join(HARNESS, "meta")
MACHINES = os.path.join(HARNESS, "machines")
CACHE = os.path.abspath(os.environ.get("NVMEQ_CACHE") or os.path.join(ROOT, ".cache"))


class HarnessError(Exception):
    """Something outside of the tests went wrong; the text is for a person."""


def note(text):
    """One progress line; results go to stdout, these to stderr."""
    print(text, file=sys.stderr, flush=True)


def run(*argv, **kwargs):
    """Run a command; its output appears only when it fails."""
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, **kwargs)
    if done.returncode:
        raise HarnessError(f"{' '.join(argv)} failed:\n{done.stdout}")
    return done.stdout


def replace_file(path, data):
    """Write a file so that a reader sees the old one or the new one, whole."""
    tmp = f"{path}.{os.getpid()}"
    with open(tmp, "wb" if isinstance(data, bytes) else "w") as out:
        out.write(data)
    os.rename(tmp, path)


def kernel(series):
    """The environment file of scripts/kernel-get as a dictionary."""
    get = os.path.join(ROOT, "scripts", "kernel-get")
    done = subprocess.run([get, series], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True, check=False)
    if done.returncode:
        raise HarnessError(f"no kernel {series}: see the messages above")
    with open(done.stdout.split()[-1], encoding="ascii") as env:
        return dict(line.strip().split("=", 1) for line in env if "=" in line)
