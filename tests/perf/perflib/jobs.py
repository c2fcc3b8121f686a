# SPDX-License-Identifier: GPL-2.0-only
"""What is measured: jobs for fio, the same for every driver."""

import dataclasses

URING = "--ioengine=io_uring"


@dataclasses.dataclass(frozen=True)
class Job:
    """One job; `short` and `long` are I/Os per processor of its two runs."""
    name: str
    title: str
    fio: str
    short: int = 1000
    long: int = 5000
    params: str = "-"       # of the driver
    nodes: str = "@1"
    cpus: tuple = (1,)      # machines that it runs on
    drivers: tuple = ("nvmeq", "intree")

    def line(self, cpus):
        """As tests/perf/guest reads it."""
        spread = [] if cpus == 1 else [
            f"--numjobs={cpus}", "--group_reporting", f"--cpus_allowed=0-{cpus - 1}",
            "--cpus_allowed_policy=split"]
        return " ".join([self.name, str(self.short), str(self.long), self.params,
                         f"--filename={self.nodes}", self.fio, *spread])

    def ios(self, cpus):
        """I/Os by which the runs differ."""
        return (self.long - self.short) * cpus


def _batched(depth, batch):
    return (f"--iodepth={depth} --iodepth_batch_submit={batch} "
            f"--iodepth_batch_complete_min={batch} --iodepth_batch_complete_max={batch}")


JOBS = (
    Job("randread-4k-qd1", "4 KiB randread QD1",
        f"{URING} --rw=randread --bs=4k --iodepth=1", cpus=(1, 4)),
    Job("randread-4k-qd32", "4 KiB randread QD32, batches of 16",
        f"{URING} --rw=randread --bs=4k {_batched(32, 16)}", 1600, 16000, cpus=(1, 4)),
    Job("randwrite-4k-qd1", "4 KiB randwrite QD1",
        f"{URING} --rw=randwrite --bs=4k --iodepth=1"),
    Job("randwrite-128k-qd4", "128 KiB randwrite QD4",
        f"{URING} --rw=randwrite --bs=128k --iodepth=4 --iomem=mmaphuge"),
    Job("scattered-128k-qd4", "the same, memory in single pages",
        f"{URING} --rw=randwrite --bs=128k --iodepth=4 --iomem=mmapshared:@scattered"),
    Job("randread-16k-qd8", "16 KiB randread QD8",
        f"{URING} --rw=randread --bs=16k --iodepth=8 --iomem=mmapshared:@scattered"),
    Job("pread-4k", "4 KiB pread, one at a time",
        "--ioengine=psync --rw=randread --bs=4k"),
    Job("two-ns-4k-qd32", "4 KiB randread QD32, batches of 16, two namespaces",
        f"{URING} --rw=randread --bs=4k {_batched(32, 16)}", 1600, 16000, nodes="@2"),
    Job("sgio-4k", "4 KiB read through SG_IO",
        "--ioengine=sg --rw=randread --bs=4k", drivers=("nvmeq",)),
    Job("polled-4k-qd1", "4 KiB randread QD1, polled",
        f"{URING} --hipri --rw=randread --bs=4k --iodepth=1", params="poll_queues=1"),
    *(Job(f"protected-{use}-4k-qd1", f"4 KiB randread QD1, protected, pi={use}",
          f"{URING} --rw=randread --bs=4k --iodepth=1 --size=32M", params=f"pi={use}",
          nodes="@protected", drivers=("nvmeq",)) for use in ("off", "controller", "host")),
)


def select(names, cpus, driver):
    """The jobs of a machine and a driver, all or those named; driver loads are few."""
    chosen = [job for job in JOBS if cpus in job.cpus and driver in job.drivers
              and (not names or job.name in names)]
    return sorted(chosen, key=lambda job: job.params)
