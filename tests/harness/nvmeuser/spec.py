# SPDX-License-Identifier: GPL-2.0-only
"""Numbers of the NVMe base and NVM command set specifications."""

import enum

PAGE = 4096                             # CC.MPS is always 0 here
ALL_NAMESPACES = 0xFFFFFFFF
VERSION = 0x10400
HELD = object()                         # what a handler returns for "not finished yet"


class Status(enum.IntEnum):
    """Status code type << 8 | status code."""

    SUCCESS = 0x000
    INVALID_OPCODE = 0x001
    INVALID_FIELD = 0x002
    CID_CONFLICT = 0x003
    TRANSFER_ERROR = 0x004
    INTERNAL_ERROR = 0x006
    ABORT_REQUESTED = 0x007
    FAILED_FUSED = 0x009
    MISSING_FUSED = 0x00A
    INVALID_NAMESPACE = 0x00B
    SEQUENCE_ERROR = 0x00C
    PRP_OFFSET = 0x013
    ATOMIC_EXCEEDED = 0x014
    HOST_ID_FORMAT = 0x018
    SANITIZE_IN_PROGRESS = 0x01D
    LBA_RANGE = 0x080
    RESERVATION_CONFLICT = 0x083
    INVALID_CQ = 0x100
    INVALID_QID = 0x101
    INVALID_QUEUE_SIZE = 0x102
    AER_LIMIT = 0x105
    INVALID_SLOT = 0x106
    INVALID_IMAGE = 0x107
    INVALID_VECTOR = 0x108
    INVALID_LOG_PAGE = 0x109
    INVALID_QUEUE_DELETION = 0x10C
    NOT_SAVEABLE = 0x10D
    NOT_CHANGEABLE = 0x10E
    OVERLAPPING_RANGE = 0x114
    COMPARE_FAILURE = 0x285


DO_NOT_RETRY = 0x4000


class Refused(Exception):
    """A command that ends with a status; `fault` says why that is the driver's
    fault and no passthrough caller's, or is empty."""

    def __init__(self, status, fault=""):
        super().__init__(fault)
        self.status = status
        self.fault = fault


class Feature(enum.IntEnum):
    """Feature identifiers."""

    ARBITRATION = 0x01
    POWER = 0x02
    TEMPERATURE = 0x04
    ERROR_RECOVERY = 0x05
    WRITE_CACHE = 0x06
    QUEUES = 0x07
    COALESCING = 0x08
    VECTOR = 0x09
    ATOMICITY = 0x0A
    EVENTS = 0x0B
    HOST_ID = 0x81
