# SPDX-License-Identifier: GPL-2.0-only
#
# Front door.  `make` builds nvmeq.ko; `make help` lists the rest.  The logic
# sits in scripts/ and tests/; kbuild reads Kbuild, not this file.

# The kernel to build for: KDIR, else the running kernel, else the newest
# installed headers.
running := /lib/modules/$(shell uname -r)/build
newest := $(lastword $(shell printf '%s\n' /usr/src/linux-headers-*-amd64 | sort -V))
KDIR ?= $(or $(wildcard $(running)),$(wildcard $(newest)))

MACHINE ?= default
KERNEL ?= 6.1
T ?=
PARAMS ?=
TIME ?= 60
RUNS ?= 10000000
J ?=
VM = tests/harness/vm-run --kernel $(KERNEL) --machine $(MACHINE) --params "$(PARAMS)"

all: features
	+$(MAKE) -C "$(KDIR)" M="$(CURDIR)" modules

features: have-kdir
	./scripts/probe-kernel.sh "$(KDIR)" "$(CURDIR)"

have-kdir:
	@test -n "$(KDIR)" || { echo "No kernel headers here. Say KDIR=/path/to/kernel/build," \
		"or 'make run' to fetch a kernel and boot it in an emulator." >&2; exit 1; }

help:
	@echo 'Build and install (for the kernel in KDIR)'
	@echo '  make [KDIR=dir]     build nvmeq.ko; W=1 and C=1 as in the kernel tree'
	@echo '  make install        install it below /lib/modules for KDIR (root)'
	@echo '  make clean          remove build products'
	@echo '  make distclean      also remove the cache (kernels, guest images, logs)'
	@echo
	@echo 'See and test it (in an emulator; needs no root once packages are installed)'
	@echo '  make run            boot a guest with an NVMe disk on nvmeq.ko, and show it work'
	@echo '  make check          everything: builds, checks, unit tests, guests'
	@echo '  make unit           unit tests on this machine'
	@echo '  make fuzz T=target TIME=60    fuzz one parser'
	@echo '  make fuzz-scsi RUNS=10000000  fuzz the SCSI commands, so many inputs each'
	@echo '  make vm T=suite[/test]        guest tests; MACHINE=profile KERNEL=6.1|6.12 PARAMS=...'
	@echo '  make vm-all         every guest test on every machine that it names'
	@echo '  make vm-shell       a shell in the guest'
	@echo '  make bench          what an I/O costs, beside the in-tree driver; KERNEL=, J=job,job'
	@echo '  make profile        the same per function, on one CPU'
	@echo '  make bench-crc      speed of the guard CRC on this machine, beside others'
	@echo
	@echo 'Look at the sources'
	@echo '  make style sparse layers docs'
	@echo
	@echo 'Machines: $(patsubst tests/harness/machines/%.conf,%,$(wildcard tests/harness/machines/*.conf))'

setup:
	@scripts/setup

run:
	@scripts/run-demo

check:
	@scripts/check

unit:
	@$(MAKE) --no-print-directory -C tests/unit check

fuzz:
	@$(MAKE) --no-print-directory -C tests/fuzz run T="$(T)" TIME="$(TIME)"

fuzz-scsi:
	@$(MAKE) --no-print-directory -C tests/fuzz runs RUNS="$(RUNS)" \
		T="scsi_cdb scsi_mode_select scsi_unmap scsi_format"

vm: setup
	@$(VM) $(T)

vm-shell: setup
	@$(VM) --shell

vm-all: setup
	@scripts/vm-matrix --tier full $(T)

bench: setup
	@tests/perf/bench --kernel $(KERNEL) --job "$(J)" --params "$(PARAMS)"

profile: setup
	@tests/perf/bench --kernel $(KERNEL) --job "$(J)" --params "$(PARAMS)" --cpus 1 --profile

bench-page:
	@tests/perf/bench --cached --write >/dev/null

bench-crc:
	@scripts/setup --bench
	@tests/perf/crc/run

docs:
	@scripts/check-docs

style:
	@scripts/check-style.sh

layers:
	@scripts/check-layers.py

sparse:
	@scripts/check-build --sparse $(KERNEL)

install modules_install: all
	+$(MAKE) -C "$(KDIR)" M="$(CURDIR)" modules_install

clean:
	@scripts/clean

distclean:
	@scripts/clean --all

.PHONY: all features have-kdir help setup run check unit fuzz fuzz-scsi vm vm-shell vm-all bench \
	profile bench-page bench-crc docs style layers sparse install modules_install clean distclean
