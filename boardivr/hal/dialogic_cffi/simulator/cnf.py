"""The newer conferencing board (``cnf_*``): parties are devices, and are routed by their slots.

Conferences and parties are opened and closed; a party that is in a conference hears the
others on its time slot, and says what it listens to.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from boardivr.hal.dialogic_cffi.simulator.conference import (
    MOST_PARTIES,
    Conferences,
    Party,
    Room,
)
from boardivr.hal.dialogic_cffi.simulator.connection import Connection
from boardivr.hal.dialogic_cffi.simulator.device import Handler, Refused
from boardivr.hal.dialogic_cffi.simulator.protocol import Cnf, Message, Op
from boardivr.hal.dialogic_cffi.simulator.values import value

if TYPE_CHECKING:
    from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware

NAME = "cnfB1"
MOST_CONFERENCES = 30
IDS = struct.Struct("<i")
DIGITS = "1234567890*#ABCD"
"""In the order of the bits of ECNF_DTMF_DIGIT."""

OFF_ONLY = {
    "board": ("ECNF_BRD_ATTR_TONE_CLAMPING",),
    "conference": ("ECNF_CONF_ATTR_TONE_CLAMPING", "ECNF_CONF_ATTR_NOTIFY"),
    "party": tuple(
        f"ECNF_PARTY_ATTR_{name}"
        for name in ("TARIFF_TONE", "COACH", "PUPIL", "AGC", "ECHO_CANCEL", "BROADCAST",
                     "TONE_CLAMPING")
    ),
}  # fmt: skip
"""Attributes of what isn't there: they are off, and can't be switched on."""


@dataclass(frozen=True)
class Asked:
    """A request: its connection, and the numbers that it came with; 0: none."""

    connection: Connection
    conference: int
    party: int
    attribute: int
    number: int
    parties: list[int]


class CnfBoard(Conferences):
    """The board; what its program opened is closed when the program is gone."""

    type = value("TYPE_R4_CNF_BOARD")
    unsupported = value("ECNF_UNSUPPORTED_FUNC")

    def __init__(self, firmware: Firmware, name: str) -> None:
        self._opened: dict[int, Party] = {}
        self._owners: dict[int, Connection] = {}  # by conference, and by minus the party
        self._tells_talkers = True
        super().__init__(firmware, name)

    def closed(self, connection: Connection, *, is_gone: bool = False) -> None:
        super().closed(connection, is_gone=is_gone)
        with self.lock:
            if connection not in self.listeners:
                for key in [key for key, owner in self._owners.items() if owner is connection]:
                    self._close(key)

    def serve(self, connection: Connection, message: Message, fds: list[int]) -> Message | None:
        verb, conference, party, attribute, number = message.numbers[:5]
        parties = [one for (one,) in IDS.iter_unpack(message.data)]
        asked = Asked(connection, conference, party, attribute, number, parties)
        return self._verbs[Cnf(verb)](self, asked)

    # opening and closing

    def _open_conference(self, asked: Asked) -> Message:
        number = _free(asked.number, self._rooms, MOST_CONFERENCES)
        self._rooms[number] = Room(self.firmware)
        self._owners[number] = asked.connection
        return _reply(number)

    def _open_party(self, asked: Asked) -> Message:
        number = _free(asked.number, self._opened, MOST_PARTIES)
        party = self._opened[number] = self._make_party((number, 0), None)
        self._owners[-number] = asked.connection
        self.watch(party, lambda key: self._pressed(party, key))
        return _reply(number)

    def _close_conference(self, asked: Asked) -> None:
        self._room(asked.conference)
        self._close(asked.conference)

    def _close_party(self, asked: Asked) -> None:
        self._party(asked.party)
        self._close(-asked.party)

    def _close(self, key: int) -> None:
        del self._owners[key]
        if key > 0:
            self._rooms.pop(key).mix.close()
            return
        party = self._opened.pop(-key)
        room = self._room_of(party)
        if room is not None:
            _leave(room[1], party)
        self.dismiss(party)

    def _clear(self) -> None:
        for key in list(self._owners):
            self._close(key)

    def _reset(self, asked: Asked) -> None:
        for key, owner in list(self._owners.items()):
            if owner is asked.connection:
                self._close(key)

    # who is in it

    def _bring_in(self, asked: Asked) -> None:
        room = self._room(asked.conference)
        parties = self._each(asked)
        if any(self._room_of(party) for party in parties):
            raise Refused(value("ECNF_INVALID_STATE"))
        for party in parties:
            room.parties.append(party)
            room.mix.join(party.port)

    def _take_out(self, asked: Asked) -> None:
        room = self._room(asked.conference)
        parties = self._each(asked)
        if not all(party in room.parties for party in parties):
            raise Refused(value("ECNF_INVALID_STATE"))
        for party in parties:
            _leave(room, party)

    def _each(self, asked: Asked) -> list[Party]:
        if len(set(asked.parties)) < len(asked.parties):
            raise Refused(value("ECNF_INVALID_PARM"))
        return [self._party(number) for number in asked.parties]

    def _list(self, asked: Asked) -> Message:
        return _parties(self._room(asked.conference).parties)

    def _talkers(self, asked: Asked) -> Message:
        rooms = [self._room(asked.conference)] if asked.conference else [*self._rooms.values()]
        return _parties([one for room in rooms for one in room.parties if one.is_talking])

    def _count(self, asked: Asked) -> Message:
        parties, rooms = len(self._opened), len(self._rooms)
        free = (MOST_PARTIES - parties, MOST_PARTIES, MOST_CONFERENCES - rooms, MOST_CONFERENCES)
        return _reply(*free)

    def _room(self, number: int) -> Room:
        room = self._rooms.get(number)
        if room is None:
            raise Refused(value("ECNF_INVALID_HANDLE"))
        return room

    def _party(self, number: int) -> Party:
        party = self._opened.get(number)
        if party is None:
            raise Refused(value("ECNF_INVALID_HANDLE"))
        return party

    def _room_of(self, party: Party) -> tuple[int, Room] | None:
        for number, room in self._rooms.items():
            if party in room.parties:
                return number, room
        return None

    # attributes

    def _set(self, asked: Asked) -> None:
        if asked.attribute == value("ECNF_CONF_ATTR_DTMF_MASK") and asked.conference:
            room = self._room(asked.conference)
            room.digit_mask = _masked(room.digit_mask, asked.number)
        elif asked.number not in (0, 1):
            raise Refused(value("ECNF_INVALID_PARM"))
        elif asked.attribute == value("ECNF_BRD_ATTR_ACTIVE_TALKER") and _level(asked) == "board":
            self._tells_talkers = bool(asked.number)
        elif not _is_off(asked):
            raise Refused(value("ECNF_INVALID_ATTR"))
        elif asked.number:
            raise Refused(value("ECNF_UNSUPPORTED_FUNC"))

    def _get(self, asked: Asked) -> Message:
        if asked.attribute == value("ECNF_CONF_ATTR_DTMF_MASK") and asked.conference:
            return _reply(self._room(asked.conference).digit_mask)
        if asked.attribute == value("ECNF_BRD_ATTR_ACTIVE_TALKER") and _level(asked) == "board":
            return _reply(int(self._tells_talkers))
        if not _is_off(asked):
            raise Refused(value("ECNF_INVALID_ATTR"))
        return _reply(0)

    # the bus

    def give_slot(self, connection: Connection, message: Message, fds: list[int]) -> Message:
        return _reply(self._party(message.numbers[2]).slot)

    def listen(self, connection: Connection, message: Message, fds: list[int]) -> None:
        party = self._party(message.numbers[2])
        source = self.firmware.bus.find(message.numbers[1])
        if message.numbers[1] != -1 and source is None:
            raise Refused(value("ECNF_INVALID_PARM"))
        party.source = source
        party.port.hear(source)

    # what happens

    def _pressed(self, party: Party, key: str) -> None:
        found = self._room_of(party)
        bit = 1 << DIGITS.index(key) if key in DIGITS else 0
        if found is not None and found[1].digit_mask & bit:
            self.tell(value("CNFEV_DTMF_DETECTED"), found[0], party.key[0], bit)

    def talked(self, party: Party) -> None:
        found = self._room_of(party)
        if found is not None and self._tells_talkers:
            talking = [one for one in found[1].parties if one.is_talking]
            self.tell(value("CNFEV_ACTIVE_TALKER"), found[0], data=_parties(talking).data)

    handlers: ClassVar[dict[int, Handler]] = {
        Op.CNF_ASK: serve, Op.SLOT: give_slot, Op.LISTEN: listen,
    }  # fmt: skip
    _verbs: ClassVar[dict[Cnf, Callable[[CnfBoard, Asked], Message | None]]] = {
        Cnf.OPEN_CONFERENCE: _open_conference, Cnf.CLOSE_CONFERENCE: _close_conference,
        Cnf.OPEN_PARTY: _open_party, Cnf.CLOSE_PARTY: _close_party, Cnf.ADD: _bring_in,
        Cnf.REMOVE: _take_out, Cnf.LIST: _list, Cnf.TALKERS: _talkers, Cnf.COUNT: _count,
        Cnf.SET: _set, Cnf.GET: _get, Cnf.RESET: _reset,
    }  # fmt: skip


def _free(wanted: int, taken: dict[int, Room] | dict[int, Party], most: int) -> int:
    """Return a number from 1 that nobody has: the wanted one, or the first."""
    free = [number for number in range(1, most + 1) if number not in taken]
    if wanted and wanted not in free:
        raise Refused(value("ECNF_INVALID_STATE" if wanted <= most else "ECNF_INVALID_NAME"))
    if not free:
        raise Refused(value("ECNF_FIRMWARE"))
    return wanted or free[0]


def _leave(room: Room, party: Party) -> None:
    room.parties.remove(party)
    room.mix.leave(party.port)


def _level(asked: Asked) -> str:
    return "party" if asked.party else "conference" if asked.conference else "board"


def _is_off(asked: Asked) -> bool:
    return asked.attribute in [value(name) for name in OFF_ONLY[_level(asked)]]


def _masked(mask: int, asked: int) -> int:
    """Return a mask of digits after an operation of ECNF_DTMF_MASK_OP on it."""
    digits = asked & 0xFFFF
    results = {
        value("ECNF_DTMF_MASK_OP_ADD"): mask | digits,
        value("ECNF_DTMF_MASK_OP_REMOVE"): mask & ~digits,
        value("ECNF_DTMF_MASK_OP_SET"): digits,
    }
    if asked == value("ECNF_DTMF_MASK_OP_CLEAR"):
        return 0
    if asked - digits not in results:
        raise Refused(value("ECNF_INVALID_PARM"))
    return results[asked - digits]


def _reply(*numbers: int) -> Message:
    return Message(op=Op.REPLY, numbers=(0, *numbers))


def _parties(parties: list[Party]) -> Message:
    data = b"".join(IDS.pack(party.key[0]) for party in parties)
    return Message(op=Op.REPLY, numbers=(0, len(parties)), data=data)
