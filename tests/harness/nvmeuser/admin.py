# SPDX-License-Identifier: GPL-2.0-only
"""Admin commands.

Faults in creating and deleting queues are the driver's, as nobody else may send
these commands; all other refusals can be a passthrough caller's.
"""

import struct

from nvmeuser import identify, nvm, prp, sanitize
from nvmeuser.queues import CompletionQueue, SubmissionQueue
from nvmeuser.spec import HELD, PAGE, Feature, Refused, Status

CONTIGUOUS, INTERRUPTS = 1, 2
ENTRY_SIZES = 0x460000                  # CC.IOSQES 64 bytes, CC.IOCQES 16 bytes
LOGS = {1: 64, 2: 512, 3: 512, 4: 4096, 5: 4096}    # log page -> its size
ABORT_NOT_DONE = 1


# Queues

def _new_queue(ctrl, command, kind, there):
    """Checks that both kinds of queue have in common; (qid, base, entries)."""
    qid, entries = command.cdw10 & 0xFFFF, (command.cdw10 >> 16) + 1
    if not 0 < qid <= ctrl.queues_granted or qid in there:
        raise Refused(Status.INVALID_QID, f"creates {kind} {qid} of {ctrl.queues_granted} granted"
                                          f"{', which is there already' if qid in there else ''}")
    if not 2 <= entries <= ctrl.options.entries:
        raise Refused(Status.INVALID_QUEUE_SIZE, f"{kind} {qid} of {entries} entries")
    if not command.cdw11 & CONTIGUOUS or command.prp1 % PAGE:
        raise Refused(Status.INVALID_FIELD, f"{kind} {qid} is not contiguous or not aligned")
    if ctrl.cc & 0xFF0000 != ENTRY_SIZES:
        raise Refused(Status.INVALID_FIELD, f"CC {ctrl.cc:#x} has other sizes of entries")
    if ctrl.lies.refuses(kind.lower(), qid):
        raise Refused(Status.INTERNAL_ERROR)
    return qid, command.prp1, entries


def _vector(ctrl, command, qid):
    """The vector of a new completion queue; None: without interrupts."""
    vector = command.cdw11 >> 16
    if not command.cdw11 & INTERRUPTS:
        return None
    if vector >= ctrl.config.vectors():
        raise Refused(Status.INVALID_VECTOR, f"CQ {qid} asks for vector {vector}")
    return vector


def _create_cq(ctrl, command):
    qid, base, entries = _new_queue(ctrl, command, "CQ", ctrl.cqs)
    cq = CompletionQueue(ctrl.memory, qid, base, entries, _vector(ctrl, command, qid))
    cq.view()
    ctrl.cqs[qid] = cq
    return 0


def _create_sq(ctrl, command):
    qid, base, entries = _new_queue(ctrl, command, "SQ", ctrl.sqs)
    cqid = command.cdw11 >> 16
    if not cqid or cqid not in ctrl.cqs:
        raise Refused(Status.INVALID_CQ, f"SQ {qid} names CQ {cqid}")
    sq = SubmissionQueue(ctrl.memory, qid, base, entries, cqid)
    sq.view()
    ctrl.sqs[qid] = sq
    ctrl.cqs[cqid].users.add(qid)
    return 0


def _delete_sq(ctrl, command):
    qid = command.cdw10 & 0xFFFF
    if not qid or qid not in ctrl.sqs:
        raise Refused(Status.INVALID_QID, f"deletes SQ {qid}, which is not there")
    sq = ctrl.sqs.pop(qid)
    ctrl.cqs[sq.cq].users.discard(qid)
    return 0


def _delete_cq(ctrl, command):
    qid = command.cdw10 & 0xFFFF
    if not qid or qid not in ctrl.cqs:
        raise Refused(Status.INVALID_QID, f"deletes CQ {qid}, which is not there")
    if ctrl.cqs[qid].users:
        raise Refused(Status.INVALID_QUEUE_DELETION, f"deletes CQ {qid} before its SQ")
    del ctrl.cqs[qid]
    return 0


# Features

def default_features(options):
    """Values of all features after a reset; that of VECTOR has one per vector."""
    return {Feature.ARBITRATION: 0, Feature.POWER: 0, Feature.TEMPERATURE: 0x157,
            Feature.ERROR_RECOVERY: 0, Feature.WRITE_CACHE: options.vwc, Feature.QUEUES: 0,
            Feature.COALESCING: 0, Feature.VECTOR: {}, Feature.ATOMICITY: 0, Feature.EVENTS: 0,
            **({Feature.HOST_ID: bytes(options.hostids)} if options.optional else {})}


def _set_queues(ctrl, value):
    submission, completion = (value & 0xFFFF) + 1, (value >> 16) + 1
    if len(ctrl.sqs) > 1 or len(ctrl.cqs) > 1:
        raise Refused(Status.SEQUENCE_ERROR, "asks for queues when there are I/O queues")
    if 0x10000 in (submission, completion):
        raise Refused(Status.INVALID_FIELD)
    limit = ctrl.options.queues if ctrl.lies.grant is None else ctrl.lies.grant
    ctrl.queues_granted = min(limit, max(submission, completion))
    granted = ctrl.queues_granted - 1
    ctrl.features[Feature.QUEUES] = granted | granted << 16
    return ctrl.features[Feature.QUEUES]


def _set_vector(ctrl, value):
    vector = value & 0xFFFF
    if vector >= ctrl.config.vectors():
        raise Refused(Status.INVALID_FIELD)
    if not any(cq.qid and cq.vector == vector for cq in ctrl.cqs.values()):
        raise Refused(Status.INVALID_FIELD, f"configures vector {vector}, which no I/O queue has")
    ctrl.features[Feature.VECTOR][vector] = value & 0x1FFFF
    return 0


def _set_host_id(ctrl, command):
    length = ctrl.options.hostids
    if (command.cdw11 & 1) != (length == 16):
        raise Refused(Status.INVALID_FIELD)
    if any(ctrl.features[Feature.HOST_ID]):
        raise Refused(Status.SEQUENCE_ERROR)
    ctrl.features[Feature.HOST_ID] = prp.get(ctrl.memory, command, length)
    return 0


def _set_features(ctrl, command):
    fid, value = command.cdw10 & 0xFF, command.cdw11
    if command.cdw10 >> 31:
        raise Refused(Status.NOT_SAVEABLE)
    if fid not in ctrl.features:
        raise Refused(Status.INVALID_FIELD)
    if fid == Feature.QUEUES:
        return _set_queues(ctrl, value)
    if fid == Feature.VECTOR:
        return _set_vector(ctrl, value)
    if fid == Feature.HOST_ID:
        return _set_host_id(ctrl, command)
    ctrl.features[fid] = value & 0xFFFF if fid == Feature.COALESCING else value
    return 0


def _get_features(ctrl, command):
    fid, select = command.cdw10 & 0xFF, command.cdw10 >> 8 & 7
    known = ctrl.features if select == 0 else default_features(ctrl.options)
    if fid not in known or select > 2:
        raise Refused(Status.INVALID_FIELD)
    if fid == Feature.VECTOR:
        vector = command.cdw11 & 0xFFFF
        return known[fid].get(vector, vector)
    if fid == Feature.HOST_ID:
        prp.put(ctrl.memory, command, known[fid])
        return 0
    return known[fid]


# The rest

def _identify(ctrl, command):
    prp.put(ctrl.memory, command, identify.data_for(ctrl, command))
    return 0


def _log_page(ctrl, command):
    page = command.cdw10 & 0xFF
    size = 512 if page == sanitize.LOG and ctrl.options.optional else LOGS.get(page)
    length = ((command.cdw10 >> 16 | (command.cdw11 & 0xFFFF) << 16) + 1) * 4
    offset = command.cdw12 | command.cdw13 << 32
    if not size:
        raise Refused(Status.INVALID_LOG_PAGE)
    if offset > size or offset % 4 or length > 1 << 20:
        raise Refused(Status.INVALID_FIELD)
    data = bytearray(size)
    if page == 2:
        struct.pack_into("<BHBBB", data, 0, 0, 300, 100, 10, 0)     # 300 K, all spares there
    if page == sanitize.LOG:
        data[:] = ctrl.sanitize.log()
    if page == 5:
        for table, base in ((HANDLERS, 0), (nvm.HANDLERS, 1024)):
            for opcode in table:
                struct.pack_into("<I", data, base + 4 * opcode, 1)  # supported
    prp.put(ctrl.memory, command, bytes(data[offset:offset + length]).ljust(length, b"\0"))
    return 0


def _abort(ctrl, command):
    sqid, cid = command.cdw10 & 0xFFFF, command.cdw10 >> 16
    sq = ctrl.sqs.get(sqid)
    if sq is None or cid not in sq.held:
        return ABORT_NOT_DONE
    ctrl.complete(sq, cid, Status.ABORT_REQUESTED)
    return 0


def _event_request(_ctrl, command):
    if len(command.sq.held) >= identify.AER_LIMIT:
        raise Refused(Status.AER_LIMIT, "more event requests than Identify allows")
    return HELD


def _firmware_download(ctrl, command):
    nvm.optional(ctrl)
    length = 4 * (command.cdw10 + 1)
    if length > PAGE << ctrl.options.mdts:
        raise Refused(Status.INVALID_FIELD)
    ctrl.firmware.download(4 * command.cdw11, prp.get(ctrl.memory, command, length))
    return 0


def _firmware_commit(ctrl, command):
    nvm.optional(ctrl)
    ctrl.firmware.commit(command.cdw10 & 7, command.cdw10 >> 3 & 7)
    return 0


def _sanitize(ctrl, command):
    nvm.optional(ctrl)
    return ctrl.sanitize.start(ctrl, command)


HANDLERS = {0x00: _delete_sq, 0x01: _create_sq, 0x02: _log_page, 0x04: _delete_cq,
            0x05: _create_cq, 0x06: _identify, 0x08: _abort, 0x09: _set_features,
            0x0A: _get_features, 0x0C: _event_request, 0x10: _firmware_commit,
            0x11: _firmware_download, 0x84: _sanitize}
