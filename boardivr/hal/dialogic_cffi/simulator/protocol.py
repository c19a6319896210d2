"""What library and firmware say to each other: fixed little-endian messages over a socket.

A message is a head and bytes that the operation knows. The library asks; the firmware
replies to each question at once, tells later what an operation came to (DONE), and what
happens on a device by itself (EVENT). ``dlg_ops.h`` is made from here.
"""

from __future__ import annotations

import enum
import struct
from dataclasses import dataclass

HEAD = struct.Struct("<IHHII8q")
"""Size of the whole, operation, 0, device, token, eight numbers."""

MOST = 1 << 16
"""Bytes of a message at most."""


class Op(enum.IntEnum):
    """Operations; the numbers in brackets are the head's eight."""

    REPLY = 1  # [0 or an error of the device's library, ...]
    DONE = 2  # what an operation came to
    EVENT = 3  # [kind, data, ...]: something happened on a device
    HELLO = 10  # reply: [0, simulated seconds per second]
    OPEN = 11  # name; reply: device, [0, type, parent's subdevices, law]
    CLOSE = 12
    BOARDS = 13  # [first]; reply: [0, the next page's first or 0], lines "NAME TYPE PARENT"
    HOOK = 20  # [state]; DONE: [state]
    PLAY = 21  # [beep], until, with a socket; DONE: [reason, samples]
    RECORD = 22  # [beep, most samples, sides of the call], until, with a socket; DONE as above
    COLLECT = 23  # until; DONE: [reason], keys
    STOP = 24
    DIAL = 25  # [analyse, CNG], DX_CAP, keys; DONE: [result, connection, error, tone, ...]
    TONE = 26  # [cycles], segments, until; DONE: [reason]
    DIGITS_COUNT = 27  # reply: [0, count]
    DIGITS_CLEAR = 28
    WATCH = 29  # [mask of DM_*]: what to tell by EVENT
    TONES = 30  # the user's tones, all of them
    ADJUST = 31  # [dB, percent]: volume and speed
    PAUSE = 32  # [on]
    CALLER_ID = 33  # reply: [0, kind], number NUL name NUL date NUL
    WINK = 34
    DIGIT_TYPES = 35  # [D_* mask, cyclic]
    DIGITS_ACT = 36  # [keys, as bits, that change what is played, and aren't kept]
    PROGRESS = 37  # the tones of call analysis that the program has changed
    SLOT = 40  # [side, 0, part]; reply: [0, time slot]
    LISTEN = 41  # [side, time slot, part]; -1: nothing
    CONFER = 42  # what is asked of conferences; see conference.py
    CNF_ASK = 46  # [Cnf, conference, party, attribute, number], parties; see cnf.py
    RING = 43  # [rings]: a station
    STATE = 44  # reply: [0, a station's hook]
    BITS = 45  # [set, bits]: signalling of a timeslot; reply: [0, DTSG_*]
    CALL = 50  # what Global Call asks of a line; see calls.py
    FAX_DOCUMENT = 60  # [DF_TIFF or DF_ASCII, first page, pages, 1: the first one], with a file
    FAX_SEND = 61  # words, as faxes.py has them; DONE: see there
    FAX_RECEIVE = 62  # the same, with a file to write


class Side(enum.IntEnum):
    """Which end of a device routing is about."""

    RESOURCE = 0  # voice, fax, conference party: what makes and hears sound
    LINE = 1  # the line's own interface


class Cnf(enum.IntEnum):
    """What is asked of the conferencing board of ``cnf_*``."""

    OPEN_CONFERENCE = 1  # number that is wanted, 0: any; reply: [0, conference]
    CLOSE_CONFERENCE = 2
    OPEN_PARTY = 3  # the same; reply: [0, party]
    CLOSE_PARTY = 4
    ADD = 5  # parties
    REMOVE = 6  # parties
    LIST = 7  # reply: parties
    TALKERS = 8  # of a conference, or all; reply: parties
    COUNT = 9  # reply: [0, free parties, most, free conferences, most]
    SET = 10
    GET = 11  # reply: [0, value]
    RESET = 12  # what the program opened is closed


@dataclass(frozen=True, kw_only=True)
class Message:
    op: int
    device: int = 0
    token: int = 0
    numbers: tuple[int, ...] = ()
    data: bytes = b""

    def pack(self) -> bytes:
        numbers = (*self.numbers, *(0,) * (8 - len(self.numbers)))
        size = HEAD.size + len(self.data)
        return HEAD.pack(size, self.op, 0, self.device, self.token, *numbers) + self.data


def unpack(head: bytes, data: bytes) -> Message:
    _, op, _, device, token, *numbers = HEAD.unpack(head)
    return Message(op=op, device=device, token=token, numbers=tuple(numbers), data=data)


UNTIL = struct.Struct("<14i")
"""Termination conditions, as ``struct dlg_until``; times in ms, -1: not watched."""


@dataclass(frozen=True, kw_only=True)
class Until:
    max_digits: int
    digit_mask: int
    max_time: int
    first_digit: int
    inter_digit: int
    max_silence: int
    initial_silence: int
    max_non_silence: int
    loop_off: int
    tone_on: int
    tone_off: int
    flags: int
    digit_type: int
    spare: int

    @classmethod
    def unpack(cls, data: bytes) -> Until:
        names = [name for name in cls.__dataclass_fields__]
        return cls(**dict(zip(names, UNTIL.unpack(data), strict=True)))


def header() -> str:
    """Return the operations for the library, in C."""
    lines = [f"    DLG_{op.name} = {op.value}," for op in Op]
    sides = [f"    DLG_SIDE_{side.name} = {side.value}," for side in Side]
    verbs = [f"    DLG_CNF_{verb.name} = {verb.value}," for verb in Cnf]
    return "\n".join([
        "enum dlg_op_code {", *lines, "};", "enum dlg_side {", *sides, "};",
        "enum dlg_cnf_verb {", *verbs, "};", "",
    ])  # fmt: skip
