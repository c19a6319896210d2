"""Conferences: a board's rooms, whose parties hear the sum of the others on slots of the bus.

A party listens to a time slot, and says what it should hear on a slot of its own; a
station is a party by its number, and is routed by itself.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from boardivr.hal.dialogic_cffi.simulator.bus import SAYS
from boardivr.hal.dialogic_cffi.simulator.connection import Connection
from boardivr.hal.dialogic_cffi.simulator.device import Device, Handler, Refused
from boardivr.hal.dialogic_cffi.simulator.ports import JOB, Slot, VoicePort
from boardivr.hal.dialogic_cffi.simulator.protocol import Message, Op
from boardivr.hal.dialogic_cffi.simulator.values import value
from boardivr.media.conference import Conference
from boardivr.media.events import Kind

if TYPE_CHECKING:
    from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware

PARTY = struct.Struct("<3i")
"""``MS_CDT``: slot or station, kind of it, attributes or the slot to listen to."""

MOST_PARTIES = 60
"""Of a board, in all of its conferences."""

TOLD = ("NULL", "RO", "DIG", "NOAGC", "ECHOXCLEN", "BROADCASTEN", "MODENULL", "PARTYTONECLAMP")
"""The attributes that can be given; coaching and tariff tones aren't there."""


class Verb(enum.IntEnum):
    """What is asked of conferences; the second number is the conference's id."""

    ESTABLISH = 1  # parties; reply: [0, id], parties
    ADD = 2  # a party; reply: the party
    REMOVE = 3
    DELETE = 4
    MONITOR = 5  # reply: [0, slot]
    UNMONITOR = 6
    LIST = 7  # reply: parties
    ATTRIBUTES = 8  # [set], a party; reply: the party
    DIGITS = 9  # [0 set, 1 add, 2 subtract, 3 ask; mask]; reply: [0, mask]
    COUNT = 10  # reply: [0, parties that there is room for]
    TALKERS = 11  # reply: parties
    CLEAR = 12


@dataclass(eq=False)
class Party:
    """:param key: slot or station, and which of them
    :param slot: what it should listen to
    """

    key: tuple[int, int]
    port: VoicePort
    slot: int
    source: Slot | None
    attributes: int = 0
    is_talking: bool = False
    is_gone: bool = False
    part: Callable[[], None] | None = None

    def set_attributes(self, attributes: int) -> None:
        self.attributes = attributes
        is_mute = attributes & (value("MSPA_RO") | value("MSPA_MODENULL"))
        self.port.hear(None if is_mute else self.source)

    def pack(self, third: int) -> bytes:
        return PARTY.pack(*self.key, third)


class Room:
    def __init__(self, firmware: Firmware) -> None:
        self.mix = Conference(firmware.engine)
        self.parties: list[Party] = []
        self.monitor: Party | None = None
        self.digit_mask = 0

    def find(self, key: tuple[int, int]) -> Party:
        for party in self.parties:
            if party.key == key:
                return party
        raise Refused(value("E_MSINVPTYNUM"))


class Conferences(Device):
    """A device that has conferences: a DSP of a conference board, or a station board."""

    type = value("TYPE_R4_DCB_DSP")
    unsupported = value("E_MSBADVAL")

    def __init__(self, firmware: Firmware, name: str) -> None:
        super().__init__(firmware, name)
        self._rooms: dict[int, Room] = {}
        self._last = 0

    def closed(self, connection: Connection, *, is_gone: bool = False) -> None:
        super().closed(connection, is_gone=is_gone)
        if not self.listeners:
            with self.lock:
                self._clear()

    # what is asked

    def confer(self, connection: Connection, message: Message, fds: list[int]) -> Message | None:
        verb, number, *more = message.numbers
        parties = [(one[:2], one[2]) for one in PARTY.iter_unpack(message.data)]
        if verb == Verb.ESTABLISH:
            return self._establish(parties)
        if verb == Verb.COUNT:
            return _reply(self._room_left())
        if verb == Verb.CLEAR:
            self._clear()
            return None
        room = self._rooms.get(number)
        if room is None:
            raise Refused(value("E_MSINVCNF"))
        return self._confer(Verb(verb), number, room, parties, more)

    def _confer(
        self,
        verb: Verb,
        number: int,
        room: Room,
        parties: list[tuple[tuple[int, int], int]],
        more: list[int],
    ) -> Message | None:
        if verb == Verb.ADD:
            key, attributes = parties[0]
            return _parties([self._add(room, number, key, attributes)])
        if verb == Verb.REMOVE:
            self._remove(room, room.find(parties[0][0]))
        elif verb == Verb.DELETE:
            self._delete(number)
        elif verb == Verb.MONITOR:
            return self._monitor(room)
        elif verb == Verb.UNMONITOR:
            self._unmonitor(room)
        elif verb == Verb.LIST:
            return _parties(room.parties, attributes=True)
        elif verb == Verb.TALKERS:
            return _parties([party for party in room.parties if party.is_talking], attributes=True)
        elif verb == Verb.ATTRIBUTES:
            party = room.find(parties[0][0])
            if more[0]:
                party.set_attributes(_checked(parties[0][1]))
            return _parties([party], attributes=True)
        elif verb == Verb.DIGITS:
            return _reply(self._set_digits(room, *more[:2]))
        return None

    def _establish(self, parties: list[tuple[tuple[int, int], int]]) -> Message:
        if not parties:
            raise Refused(value("E_MSINVPTYCNT"))
        self._last = number = self._last % value("MAXCONFID") + 1
        room = self._rooms[number] = Room(self.firmware)
        try:
            for key, attributes in parties:
                self._add(room, number, key, attributes)
        except Refused:
            self._delete(number)
            raise
        reply = _parties(room.parties)
        return Message(op=Op.REPLY, numbers=(0, number), data=reply.data)

    def _add(self, room: Room, number: int, key: tuple[int, int], attributes: int) -> Party:
        if any(key == party.key for other in self._rooms.values() for party in other.parties):
            raise Refused(value("E_MSTSASNCNF"))
        if not self._room_left():
            raise Refused(value("E_MSCNFFUL"))
        source = self.source_of(key)
        party = self._make_party(key, source)
        try:
            party.set_attributes(_checked(attributes))
        except Refused:
            self._drop(party)
            raise
        room.parties.append(party)
        room.mix.join(party.port)
        party.part = self.joined(party)
        self.watch(party, lambda key: self._pressed_in(room, number, party, key))
        return party

    def watch(self, party: Party, pressed: Callable[[str], None]) -> None:
        """Have a party's voice and keys told until it is dismissed."""
        party.port.detect_digits()
        party.port.detect_voice()
        party.port.subscribe(Kind.VOICE | Kind.KEY_BEGIN)
        self.firmware.clock.spawn(lambda: self._attend(party, pressed), f"{self.name} party")

    def source_of(self, key: tuple[int, int]) -> Slot:
        """Return what a party says.

        :raises Refused: there is no such slot
        """
        source = self.firmware.bus.find(key[0]) if key[1] == value("MSPN_TS") else None
        if source is None:
            raise Refused(value("E_MSINVTS"))
        return source

    def joined(self, party: Party) -> Callable[[], None] | None:
        """A party is in; return what is to be done when it leaves."""
        return None

    def _make_party(self, key: tuple[int, int], source: Slot | None) -> Party:
        port = self.firmware.lend_port()
        slot = self.firmware.bus.give(port.number, SAYS)
        return Party(key, port, slot, source)

    def _remove(self, room: Room, party: Party) -> None:
        room.parties.remove(party)
        room.mix.leave(party.port)
        if party.part is not None:
            party.part()
        self.dismiss(party)

    def dismiss(self, party: Party) -> None:
        party.is_gone = True
        party.port.signal(JOB)  # its thread gives the port back

    def _drop(self, party: Party) -> None:
        self.firmware.bus.take_back(party.slot)
        self.firmware.give_back(party.port)

    def _delete(self, number: int) -> None:
        room = self._rooms.pop(number)
        for party in list(room.parties):
            self._remove(room, party)
        self._unmonitor(room)
        room.mix.close()

    def _clear(self) -> None:
        for number in list(self._rooms):
            self._delete(number)

    def _monitor(self, room: Room) -> Message:
        if room.monitor is not None:
            raise Refused(value("E_MSMONEXT"))
        room.monitor = self._make_party((0, 0), None)
        room.mix.join(room.monitor.port)
        return _reply(room.monitor.slot)

    def _unmonitor(self, room: Room) -> None:
        if room.monitor is not None:
            room.mix.leave(room.monitor.port)
            self._drop(room.monitor)
            room.monitor = None

    def _room_left(self) -> int:
        return MOST_PARTIES - sum(len(room.parties) for room in self._rooms.values())

    def _set_digits(self, room: Room, action: int, mask: int) -> int:
        if action == value("CBA_SETMSK"):
            room.digit_mask = mask
        elif action == value("CBA_ADDMSK"):
            room.digit_mask |= mask
        elif action == value("CBA_SUBMSK"):
            room.digit_mask &= ~mask
        return room.digit_mask

    # what happens

    def talked(self, party: Party) -> None:
        """A party has begun to talk, or ended; the lock is held."""

    def _pressed_in(self, room: Room, number: int, party: Party, key: str) -> None:
        if room.digit_mask & _digit_bit(key):
            self.tell(DIGIT, number, *party.key, ord(key))

    def _attend(self, party: Party, pressed: Callable[[str], None]) -> None:
        """Watch a party until it leaves; a thread of its own."""
        while not party.is_gone:
            event = party.port.next_event(None)
            if event is None or party.is_gone:
                break
            with self.lock:
                if event.kind is Kind.VOICE:
                    party.is_talking = bool(event.a)
                    self.talked(party)
                elif event.kind is Kind.KEY_BEGIN:
                    pressed(chr(event.a))
        self._drop(party)

    handlers: ClassVar[dict[int, Handler]] = {Op.CONFER: confer}


class ConferenceBoard(Device):
    """The board above the DSPs; what it has is opened by their names."""

    type = value("TYPE_R4_DCB_BOARD")
    unsupported = value("E_MSBADVAL")

    @property
    def subdevices(self) -> int:
        return 1


DIGIT = value("DCBEV_DIGIT")


def _digit_bit(key: str) -> int:
    names = dict(zip("0123456789*#ABCD", _DIGITS, strict=True))
    return value(f"CBMM_{names[key]}")


_DIGITS = (
    "ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "STAR",
    "POUND", "A", "B", "C", "D",
)  # fmt: skip


def _checked(attributes: int) -> int:
    known = 0
    for name in TOLD:
        known |= value(f"MSPA_{name}")
    if attributes & ~known:
        raise Refused(value("E_MSINVPATTR"))
    return attributes


def _reply(number: int) -> Message:
    return Message(op=Op.REPLY, numbers=(0, number))


def _parties(parties: list[Party], *, attributes: bool = False) -> Message:
    data = b"".join(party.pack(party.attributes if attributes else party.slot) for party in parties)
    return Message(op=Op.REPLY, numbers=(0, len(parties)), data=data)
