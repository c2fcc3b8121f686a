#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
check-layers.py - the include graph against the table of Documentation/layers.rst

    L0  include/nvmeq/*.h, include/uapi    <nvmeq/...> only; base.h alone asks
                                           for the kernel
    L1  drivers/lib                        <nvmeq/...> only
    L2  include/nvmeq/compat, drivers/crc  L0, kernel, generated features
    L3  drivers/core                       L0, L2, kernel, L3
    L4  drivers/block, scsi, char          L0, L2, L3, kernel, own folder
        tests/unit, tests/fuzz             L0, L1, own folders, C library

One TAP test per rule; below a failing one, a line "# file:line: what" for each
offender. Exit status 0 when all hold, 1 when one does not, 2 for wrong use.

Reads text, not compiler output: comments and strings are blanked first, all
branches of #if count. It does not know what a macro expands to, so a computed
include (#include MACRO) is refused.
"""

import argparse
import os
import re
import sys
import tempfile
from collections import namedtuple

MAX_LINES = 700
FEATURES = "nvmeq-kernel-features.h"
L4 = ("block", "scsi", "char")
SCANNED = ("include", "drivers", "tests/unit", "tests/fuzz", "tests/kmod", "scripts/probes")
SKIPPED_DIRS = {"build", ".git", ".cache", "corpus", "__pycache__"}
SOURCE = (".c", ".h", ".S")

# Headers of drivers/core in the order in which they may build on each other,
# and those that only forward-declare.
CORE_ORDER = ("cmd_ctx.h", "queue.h", "ctrl.h", "ns.h")
CORE_ALONE = ("frontend.h", "irq.h", "admin.h", "eh.h", "reset.h")

# quoted: "x.h" True, <x.h> False, a macro None; target: path in the tree or None
Include = namedtuple("Include", "line spelled quoted target")


# --- reading -----------------------------------------------------------------

def blank_comments(text, strings):
    """Comments (and, if asked, string contents) become spaces; lines stay lines."""
    out = []
    i, n = 0, len(text)
    while i < n:
        two = text[i:i + 2]
        if two == "/*":
            end = text.find("*/", i + 2)
            end = n if end < 0 else end + 2
            out.append(re.sub(r"[^\n]", " ", text[i:end]))
            i = end
        elif two == "//":
            end = text.find("\n", i)
            end = n if end < 0 else end
            out.append(" " * (end - i))
            i = end
        elif text[i] in "\"'":
            quote, j = text[i], i + 1
            while j < n and text[j] not in (quote, "\n"):
                j += 2 if text[j] == "\\" else 1
            j = min(j + 1, n)
            body = text[i:j]
            out.append(re.sub(r"[^\n]", " ", body) if strings else body)
            i = j
        else:
            out.append(text[i])
            i += 1
    return "".join(out)


class Tree:
    """Every source file of the project and what it includes."""

    def __init__(self, root):
        self.root = root
        self.files = {}
        for top in SCANNED:
            for path, dirs, names in os.walk(os.path.join(root, top)):
                dirs[:] = sorted(d for d in dirs if d not in SKIPPED_DIRS)
                for name in sorted(names):
                    # what kbuild writes (x.mod.c) and what editors leave is not source
                    if name.endswith(SOURCE) and not name.endswith(".mod.c") \
                            and not name.startswith("."):
                        full = os.path.join(path, name)
                        self.read(os.path.relpath(full, root), full)
        self.includes = {f: self.parse(f) for f in self.files}

    def read(self, rel, full):
        with open(full, encoding="utf-8", errors="replace") as f:
            self.files[rel] = f.read()

    def lines(self, rel, strings=True):
        return enumerate(blank_comments(self.files[rel], strings).split("\n"), 1)

    def parse(self, rel):
        found = []
        for number, line in self.lines(rel, strings=False):
            m = re.match(r"\s*#\s*include(?:_next)?\s*(.*)", line)
            if not m:
                continue
            m2 = re.match(r'(?:"([^"]+)"|<([^>]+)>)', m.group(1))
            if not m2:
                found.append(Include(number, m.group(1).strip(), None, None))
                continue
            quoted = m2.group(1) is not None
            spelled = m2.group(1) or m2.group(2)
            found.append(Include(number, spelled, quoted, self.resolve(rel, spelled, quoted)))
        return found

    def resolve(self, rel, spelled, quoted):
        """Path in the tree that an include means, or None for a header from outside."""
        here = os.path.dirname(rel)
        if quoted:
            roots = [here, "", "include", "drivers", "drivers/core", "drivers/lib"]
        else:
            roots = ["include", "include/uapi", ""]
        if rel.startswith("tests/"):
            roots += ["tests/unit", "tests/unit/shim", "tests/unit/model", "tests", "tests/fuzz"]
        for r in roots:
            path = os.path.normpath(os.path.join(r, spelled))
            if path in self.files:
                return path
        return None


def layer(path):
    """(number, folder) of a file, (None, folder) when the table does not speak of it."""
    if path.startswith("include/nvmeq/compat/"):
        return 2, "compat"
    if path.startswith(("include/nvmeq/", "include/uapi/")):
        return 0, "include"
    if path.startswith("drivers/lib/"):
        return 1, "lib"
    if path.startswith("drivers/crc/"):
        return 2, "crc"
    if path.startswith("drivers/core/"):
        return 3, "core"
    for folder in L4:
        if path.startswith("drivers/%s/" % folder):
            return 4, folder
    if path.startswith("drivers/"):
        return None, "drivers"
    return None, os.path.dirname(path)


def each_include(tree):
    for path, incs in sorted(tree.includes.items()):
        for inc in incs:
            yield path, inc


# --- the rules: each yields (file, line, what) -------------------------------

def rule_placed(tree):
    """every file of drivers/ and include/ is in a folder of the table"""
    for path in sorted(tree.files):
        if path.startswith(("drivers/", "include/")) and layer(path)[0] is None:
            yield path, 1, "folder belongs to no layer"


def rule_resolved(tree):
    """every include of the project's own names a file of the tree"""
    for path, inc in each_include(tree):
        if inc.target is None and (inc.quoted or inc.spelled.startswith("nvmeq/")) \
                and os.path.basename(inc.spelled) != FEATURES:
            yield path, inc.line, "%s is not in the tree" % inc.spelled
        elif inc.quoted is None:
            yield path, inc.line, "computed include: %s" % inc.spelled


def rule_upward(tree):
    """no include points to a higher layer"""
    for path, inc in each_include(tree):
        mine = layer(path)[0]
        theirs = layer(inc.target)[0] if inc.target else None
        if mine is not None and theirs is not None and theirs > mine:
            yield path, inc.line, "L%d includes %s of L%d" % (mine, inc.target, theirs)


def rule_l4(tree):
    """block, scsi and char never include each other"""
    for path, inc in each_include(tree):
        mine, folder = layer(path)
        if mine == 4 and inc.target:
            theirs, other = layer(inc.target)
            if theirs == 4 and other != folder:
                yield path, inc.line, "%s includes %s" % (folder, inc.target)


def rule_cycle(tree):
    """the include graph has no cycle"""
    state, stack, seen = {}, [], set()

    def visit(path):
        state[path] = "open"
        stack.append(path)
        for inc in tree.includes[path]:
            if inc.target is None:
                continue
            if state.get(inc.target) == "open":
                loop = stack[stack.index(inc.target):] + [inc.target]
                if frozenset(loop) not in seen:
                    seen.add(frozenset(loop))
                    yield path, inc.line, "cycle: " + " -> ".join(loop)
            elif inc.target not in state:
                yield from visit(inc.target)
        stack.pop()
        state[path] = "done"

    for path in sorted(tree.files):
        if path not in state:
            yield from visit(path)


def rule_l0(tree):
    """include/nvmeq/*.h includes only <nvmeq/...>, base.h excepted"""
    for path, inc in each_include(tree):
        if layer(path) != (0, "include") or path == "include/nvmeq/base.h":
            continue
        if inc.target and layer(inc.target)[0] is not None:
            if inc.quoted:
                yield path, inc.line, 'write <nvmeq/...> instead of "%s"' % inc.spelled
            continue
        if path.startswith("include/uapi/") and inc.spelled in (
                "linux/types.h", "linux/ioctl.h", "linux/nvme_ioctl.h", "scsi/sg.h"):
            continue
        yield path, inc.line, "L0 includes %s" % inc.spelled


def rule_lib(tree):
    """drivers/lib includes only <nvmeq/...>, and not compat"""
    for path, inc in each_include(tree):
        if layer(path)[0] != 1:
            continue
        if inc.quoted or not re.match(r"nvmeq/[^/]+\.h$", inc.spelled):
            yield path, inc.line, "lib includes %s" % inc.spelled


def rule_tests(tree):
    """tests/unit and tests/fuzz include nothing of the kernel side"""
    for path, inc in each_include(tree):
        if not path.startswith(("tests/unit/", "tests/fuzz/")):
            continue
        if inc.target:
            theirs = layer(inc.target)[0]
            if theirs is not None and theirs > 1 and layer(inc.target)[1] != "crc":
                yield path, inc.line, "test includes %s of L%d" % (inc.target, theirs)
        elif re.match(r"(linux|asm|asm-generic|generated)/", inc.spelled):
            yield path, inc.line, "test includes %s" % inc.spelled


def rule_core_order(tree):
    """headers of drivers/core build on each other in one order"""
    for path, inc in each_include(tree):
        name = os.path.basename(path)
        if os.path.dirname(path) != "drivers/core" or not inc.target \
                or layer(inc.target)[0] != 3:
            continue
        other = os.path.basename(inc.target)
        if name in CORE_ALONE:
            yield path, inc.line, "%s forward-declares, it includes no header of core" % name
        elif name == "trace.h" and other != "cmd_ctx.h":
            yield path, inc.line, "trace.h may include cmd_ctx.h only, not %s" % other
        elif name in CORE_ORDER and other in CORE_ORDER \
                and CORE_ORDER.index(other) >= CORE_ORDER.index(name):
            yield path, inc.line, "%s comes before %s" % (name, other)


def rule_versions(tree):
    """HAVE_* and kernel versions are asked for in include/nvmeq/compat only"""
    word = re.compile(r"\b(?:NVMEQ_)?HAVE_[A-Z0-9_]+|\bLINUX_VERSION_CODE\b|\bKERNEL_VERSION\b")
    for path in sorted(tree.files):
        if path.startswith(("include/nvmeq/compat/", "scripts/probes/", "tests/")):
            continue
        for number, line in tree.lines(path):
            for m in word.finditer(line):
                yield path, number, m.group(0)
        for inc in tree.includes[path]:
            if os.path.basename(inc.spelled) == FEATURES:
                yield path, inc.line, FEATURES


def rule_one_ifdef(tree):
    """only include/nvmeq/base.h asks for __KERNEL__"""
    for path in sorted(tree.files):
        if path == "include/nvmeq/base.h" or path.startswith("tests/"):
            continue
        for number, line in tree.lines(path):
            if re.match(r"\s*#\s*(if|ifdef|ifndef|elif)\b.*\b__KERNEL__\b", line):
                yield path, number, line.strip()


def rule_no_nvme_h(tree):
    """nobody includes <linux/nvme.h>"""
    for path, inc in each_include(tree):
        if inc.spelled == "linux/nvme.h":
            yield path, inc.line, "own wire structs are in <nvmeq/spec_*.h>"


def rule_size(tree):
    """no file of drivers/ has more than 700 lines"""
    for path in sorted(tree.files):
        if path.startswith("drivers/"):
            lines = tree.files[path].count("\n")
            if lines > MAX_LINES:
                yield path, MAX_LINES + 1, "%d lines" % lines


RULES = (rule_placed, rule_resolved, rule_upward, rule_l4, rule_cycle, rule_l0, rule_lib,
         rule_tests, rule_core_order, rule_versions, rule_one_ifdef, rule_no_nvme_h, rule_size)


def rule_name(rule):
    return rule.__name__[len("rule_"):]


# --- output ------------------------------------------------------------------

def tap_plan(count):
    print("TAP version 13")
    print("1..%d" % count)


def tap(number, ok, name, notes=()):
    print("%s %d - %s" % ("ok" if ok else "not ok", number, name))
    for note in notes:
        print("# %s" % note)


def check(root):
    tree = Tree(root)
    if not any(p.startswith("include/nvmeq/") for p in tree.files):
        print("check-layers.py: %s holds no include/nvmeq" % root, file=sys.stderr)
        return 2
    tap_plan(len(RULES))
    bad = 0
    for number, rule in enumerate(RULES, 1):
        hits = list(rule(tree))
        bad += bool(hits)
        tap(number, not hits, "layers: " + rule.__doc__, ["%s:%d: %s" % h for h in hits])
    return 1 if bad else 0


# --- self-test ---------------------------------------------------------------

# A tree in which everything is in order, near misses included.
CLEAN = {
    "include/nvmeq/base.h": "#ifdef __KERNEL__\n#include <linux/types.h>\n#else\n"
                            "#include <stdint.h>\n#endif\n",
    "include/nvmeq/a.h": "#include <nvmeq/base.h>\n/* LINUX_VERSION_CODE, #ifdef __KERNEL__ */\n",
    "include/nvmeq/b.h": "#include <nvmeq/a.h>\n",
    "include/uapi/nvmeq/u.h": "#include <linux/types.h>\n",
    "include/nvmeq/compat/blk.h": "#include <linux/blk-mq.h>\n#include \"" + FEATURES + "\"\n"
                                  "#ifdef HAVE_X\n#endif\n#if LINUX_VERSION_CODE\n#endif\n",
    "drivers/lib/a.c": "#include <nvmeq/b.h>\nconst char *s = \"HAVE_STRING\"; /* HAVE_NOTE */\n",
    "drivers/crc/glue.c": "#include <linux/module.h>\n#include <nvmeq/a.h>\n",
    "drivers/core/cmd_ctx.h": "#include <nvmeq/a.h>\n",
    "drivers/core/queue.h": "#include \"cmd_ctx.h\"\n",
    "drivers/core/ctrl.h": "#include <nvmeq/compat/blk.h>\n#include \"queue.h\"\n",
    "drivers/core/ns.h": "#include \"ctrl.h\"\n",
    "drivers/core/irq.h": "#include <linux/types.h>\nstruct nvmeq_ctrl;\n",
    "drivers/core/trace.h": "#include \"cmd_ctx.h\"\n#include <trace/define_trace.h>\n",
    "drivers/core/main.c": "#include \"ns.h\"\nint x = CONFIG_HAVE_NOTHING;\n" + "\n" * 698,
    "drivers/block/disk.h": "#include <linux/blkdev.h>\n",
    "drivers/block/disk.c": "#include \"disk.h\"\n#include \"../core/ns.h\"\n",
    "drivers/char/cdev.c": "#include \"core/ctrl.h\"\n",
    "drivers/core/nvmeq.mod.c": "#include \"made-by-kbuild.h\"\n",
    "tests/unit/a_test.c": "#include <cmocka.h>\n#include <nvmeq/b.h>\n#include \"model/m.h\"\n",
    "tests/unit/model/m.h": "#include <nvmeq/a.h>\n",
    "tests/fuzz/f.c": "#include <nvmeq/b.h>\n",
    "scripts/probes/p.c": "#include <linux/version.h>\nint v = LINUX_VERSION_CODE;\n",
}

# what is added or replaced; the rule that must object; file, line
BROKEN = (
    ("folder outside the table", {"drivers/misc/x.c": "\n"}, "placed", "drivers/misc/x.c", 1),
    ("file straight in drivers/", {"drivers/x.c": "\n"}, "placed", "drivers/x.c", 1),
    ("own header that is not there", {"drivers/core/x.c": "\n#include \"none.h\"\n"},
     "resolved", "drivers/core/x.c", 2),
    ("<nvmeq/...> that is not there", {"drivers/lib/x.c": "#include <nvmeq/none.h>\n"},
     "resolved", "drivers/lib/x.c", 1),
    ("computed include", {"drivers/core/x.c": "#define H <linux/fs.h>\n#include H\n"},
     "resolved", "drivers/core/x.c", 2),
    ("core includes block", {"drivers/core/x.c": "#include \"../block/disk.h\"\n"},
     "upward", "drivers/core/x.c", 1),
    ("compat includes core", {"include/nvmeq/compat/x.h": "\n#include \"core/ctrl.h\"\n"},
     "upward", "include/nvmeq/compat/x.h", 2),
    ("crc includes core", {"drivers/crc/x.c": "#include \"../core/ctrl.h\"\n"},
     "upward", "drivers/crc/x.c", 1),
    ("L0 includes compat", {"include/nvmeq/b.h": "#include <nvmeq/compat/blk.h>\n"},
     "upward", "include/nvmeq/b.h", 1),
    ("char includes block", {"drivers/char/x.c": "#include \"../block/disk.h\"\n"},
     "l4", "drivers/char/x.c", 1),
    ("char includes block by a root path", {"drivers/char/x.c": "#include \"block/disk.h\"\n"},
     "l4", "drivers/char/x.c", 1),
    ("cycle of two", {"include/nvmeq/a.h": "#include <nvmeq/b.h>\n"},
     "cycle", "include/nvmeq/b.h", 1),
    ("header includes itself", {"drivers/block/disk.h": "#include \"disk.h\"\n"},
     "cycle", "drivers/block/disk.h", 1),
    ("L0 includes the kernel", {"include/nvmeq/b.h": "#include <linux/slab.h>\n"},
     "l0", "include/nvmeq/b.h", 1),
    ("L0 includes the C library", {"include/nvmeq/b.h": "\n\n#include <string.h>\n"},
     "l0", "include/nvmeq/b.h", 3),
    ("L0 include in quotes", {"include/nvmeq/b.h": "#include \"a.h\"\n"},
     "l0", "include/nvmeq/b.h", 1),
    ("uapi includes more than types", {"include/uapi/nvmeq/u.h": "#include <linux/fs.h>\n"},
     "l0", "include/uapi/nvmeq/u.h", 1),
    ("lib includes the kernel", {"drivers/lib/x.c": "#include <linux/slab.h>\n"},
     "lib", "drivers/lib/x.c", 1),
    ("lib includes compat", {"drivers/lib/x.c": "#include <nvmeq/compat/blk.h>\n"},
     "lib", "drivers/lib/x.c", 1),
    ("lib has a private header", {"drivers/lib/x.c": "#include \"x.h\"\n",
                                  "drivers/lib/x.h": "\n"},
     "lib", "drivers/lib/x.c", 1),
    ("unit test includes core", {"tests/unit/x_test.c": "#include \"core/ctrl.h\"\n"},
     "tests", "tests/unit/x_test.c", 1),
    ("fuzzer includes the kernel", {"tests/fuzz/x.c": "#include <linux/types.h>\n"},
     "tests", "tests/fuzz/x.c", 1),
    ("queue.h includes ctrl.h", {"drivers/core/queue.h": "#include \"ctrl.h\"\n",
                                 "drivers/core/ctrl.h": "\n"},
     "core_order", "drivers/core/queue.h", 1),
    ("irq.h includes queue.h", {"drivers/core/irq.h": "\n#include \"queue.h\"\n"},
     "core_order", "drivers/core/irq.h", 2),
    ("trace.h includes ctrl.h", {"drivers/core/trace.h": "#include \"ctrl.h\"\n"},
     "core_order", "drivers/core/trace.h", 1),
    ("HAVE_ in core", {"drivers/core/x.c": "\n#ifdef HAVE_X\n#endif\n"},
     "versions", "drivers/core/x.c", 2),
    ("NVMEQ_HAVE_ in block", {"drivers/block/x.c": "#if NVMEQ_HAVE_X\n#endif\n"},
     "versions", "drivers/block/x.c", 1),
    ("LINUX_VERSION_CODE in char", {"drivers/char/x.c": "#if LINUX_VERSION_CODE > 1\n#endif\n"},
     "versions", "drivers/char/x.c", 1),
    ("KERNEL_VERSION in L0", {"include/nvmeq/b.h": "int v = KERNEL_VERSION(6, 1, 0);\n"},
     "versions", "include/nvmeq/b.h", 1),
    ("feature header in core", {"drivers/core/x.c": "#include \"%s\"\n" % FEATURES},
     "versions", "drivers/core/x.c", 1),
    ("__KERNEL__ in lib", {"drivers/lib/x.c": "#ifdef __KERNEL__\n#endif\n"},
     "one_ifdef", "drivers/lib/x.c", 1),
    ("__KERNEL__ with defined()", {"include/nvmeq/b.h": "\n#if defined(__KERNEL__)\n#endif\n"},
     "one_ifdef", "include/nvmeq/b.h", 2),
    ("<linux/nvme.h> in core", {"drivers/core/x.c": "#include <linux/nvme.h>\n"},
     "no_nvme_h", "drivers/core/x.c", 1),
    ("<linux/nvme.h> behind a comment", {"drivers/core/x.c": "/* a\n*/ # include <linux/nvme.h>\n"},
     "no_nvme_h", "drivers/core/x.c", 2),
    ("701 lines", {"drivers/core/x.c": "\n" * 701}, "size", "drivers/core/x.c", 701),
)


def build(root, files):
    for rel, text in files.items():
        full = os.path.join(root, rel)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as f:
            f.write(text)


def objections(files):
    """{rule name: [(file, line, what)]} for a made-up tree, rules without hits left out."""
    with tempfile.TemporaryDirectory(prefix="check-layers-") as root:
        build(root, files)
        tree = Tree(root)
        hits = {rule_name(r): list(r(tree)) for r in RULES}
    return {name: found for name, found in hits.items() if found}


def self_test():
    tap_plan(2 + len(BROKEN))
    got = objections(CLEAN)
    bad = bool(got)
    tap(1, not got, "layers-self-test: a tree in order passes", [str(got)] if got else [])
    untested = {rule_name(r) for r in RULES} - {b[2] for b in BROKEN}
    bad |= bool(untested)
    tap(2, not untested, "layers-self-test: every rule has a case that breaks it",
        sorted(untested))
    for number, (name, change, rule, path, line) in enumerate(BROKEN, 3):
        got = objections({**CLEAN, **change})
        ok = (path, line) in [(h[0], h[1]) for h in got.get(rule, [])]
        bad |= not ok
        tap(number, ok, "layers-self-test: %s is found" % name,
            [] if ok else ["wanted %s at %s:%d, got %s" % (rule, path, line, got)])
    return 1 if bad else 0


def main():
    p = argparse.ArgumentParser(description="check the include graph against the layers (TAP)")
    p.add_argument("--root", default=os.path.join(os.path.dirname(__file__), ".."),
                   help="tree to check (default: the one of this script)")
    p.add_argument("--self-test", action="store_true", help="check the checker on made-up trees")
    args = p.parse_args()
    if args.self_test:
        return self_test()
    return check(os.path.normpath(args.root))


if __name__ == "__main__":
    sys.exit(main())
