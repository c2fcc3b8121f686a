# SPDX-License-Identifier: GPL-2.0-only
"""An NVMe controller in an ordinary process, for the emulator to show to its guest.

The emulator's own device obeys the specification, always has MSI-X and never has
MSI.  This one has the interrupts that it is told to have, tells lies on request,
and is a strict judge of the driver.  It speaks vfio-user: the emulator forwards
accesses to registers and configuration space over a socket and lends guest memory
as file descriptors, interrupts go back through eventfds.

    vfio_user.py   the protocol: messages in, calls on the device, replies out
    memory.py      guest memory
    pci.py         configuration space
    irq.py         MSI-X, MSI, INTx, or none
    coalesce.py    interrupts that wait for more
    controller.py  registers, enabling, doorbells; runs commands
    queues.py      rings
    prp.py         data pointers
    admin.py nvm.py identify.py   commands
    disk.py        what is stored
    reservations.py   who may change it
    sanitize.py    erasing all of it
    firmware.py    images and slots
    lies.py        what is done wrong on purpose
    complaints.py  what the driver did wrong
    control.py     requests of tests, one per line
    loop.py        waiting

Everything happens in one thread, in the order of arrival: a command is finished
when the doorbell that announced it has been dealt with.  Nothing that the guest
does may raise an exception past controller.py; a traceback is a defect of ours
and fails the test that is running.
"""
