"""Hook flash: hold, second call, return, transfer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import pytest

from boardivr.hal import CallEnded, Clip, Encoding, State, Termination
from boardivr.hal.loopback import LoopbackBoard, Telephone
from boardivr.hal.loopback.channel import LoopbackChannel
from boardivr.media.events import Kind
from boardivr.media.tonetables import ProgressTone
from tests.hal.loopback.conftest import Open

BEAT = Clip(data=(b"\x00\x20" * 8 + b"\x00\xe0" * 8) * 2000, encoding=Encoding.LINEAR, name="beat")
OPERATOR = "7001"
ONE_KEY = Termination(max_digits=1, max_time=1.0)


class Office:
    """A line in conversation with a customer, and an operator to transfer him to."""

    def __init__(self, board: LoopbackBoard) -> None:
        self.board = board
        self.clock = board.clock
        self.line: LoopbackChannel = board.channels[0]
        self.customer = board.telephone()
        self.operator = board.telephone(OPERATOR)
        self.customer.call("95588")
        assert self.line.wait_for_call(timeout=20.0)
        self.line.answer()
        self.customer.wait_for_answer(1.0)

    def consult(self) -> None:
        """Hold the customer, and have the operator's bell ring."""
        self.line.flash()
        self.line.send_digits(OPERATOR)
        assert self.operator.wait_for_ring(timeout=5.0)

    def hears(self, who: Telephone, speaker: Telephone) -> bool:
        """Whether what one says reaches the other."""
        thread = self.clock.spawn(partial(_say, speaker), "speaker")
        self.clock.sleep(0.1)
        level = who.level(0.5)
        self.clock.join(thread)
        return level > -20.0

    def is_quiet(self) -> bool:
        """Whether everybody is on-hook, and no circuit is in use."""
        self.clock.sleep(20.0)
        stations = [self.line.station, self.customer.station, self.operator.station]
        return all(s.is_free for s in stations) and self.board.exchange.circuits.in_use == 0


def _say(telephone: Telephone) -> None:
    with suppress(CallEnded):
        telephone.say(BEAT)


@pytest.fixture(params=["kind=fxo&disconnect=drop", "kind=fxo&country=gb"])
def office(request: pytest.FixtureRequest, board_of: Open) -> Iterator[Office]:
    office = Office(board_of(f"lines=1&{request.param}"))
    yield office
    for end in (office.line, office.customer, office.operator):
        end.hang_up()
    assert office.is_quiet()


def test_a_flash_holds_the_call(office: Office) -> None:
    """Held, the customer hears nothing, and isn't let go; the line gets dial tone."""
    office.line.port.detect_tones(office.board.exchange.plan)
    office.line.flash()

    tone = office.line.port.next_event(2.0)
    assert tone is not None
    assert (tone.kind, tone.a) == (Kind.TONE, ProgressTone.DIAL)
    assert office.customer.level(1.0) < -60.0
    assert not office.customer.is_released
    assert office.line.state is State.CONNECTED


def test_transfer_after_answer(office: Office) -> None:
    """The line talks to the operator, hangs up, and customer and operator are connected."""
    office.consult()
    assert office.operator.answer()

    office.line.hang_up()

    assert office.line.station.is_free
    assert office.hears(office.customer, office.operator)
    assert office.hears(office.operator, office.customer)


def test_blind_transfer(office: Office) -> None:
    """Hanging up while the operator's bell rings leaves the customer with ringback."""
    office.consult()

    office.line.hang_up()

    assert office.customer.level(6.0) > -25.0
    assert office.operator.wait_for_ring(timeout=10.0)
    assert office.operator.answer()
    assert office.hears(office.customer, office.operator)


def test_customer_gives_up_blind_transfer(office: Office) -> None:
    """A transferred customer who hangs up stops the operator's bell."""
    office.consult()
    office.line.hang_up()

    office.customer.hang_up()

    assert office.operator.station.is_free
    assert office.operator.answer() is False


def test_a_second_flash_returns(office: Office) -> None:
    """Flashing again ends the second call, and the customer is back."""
    office.consult()
    assert office.operator.answer()

    office.line.flash()

    assert office.operator.wait_for_end(1.0)
    office.line.play(BEAT)
    assert [e.name for e in office.customer.heard] == ["beat"]
    assert office.operator.heard == []


def test_return_from_a_busy_operator(office: Office) -> None:
    """A second call that can't be is left by a flash; the customer was never let go."""
    office.operator.call("404")
    office.line.flash()
    office.line.send_digits(OPERATOR)
    office.clock.sleep(1.0)

    office.line.flash()
    office.line.clear_digits()
    office.customer.press("5")

    assert office.line.get_digits(ONE_KEY).keys == "5"
    office.operator.hang_up()


def test_operator_hangs_up_first(office: Office) -> None:
    """When the second call ends by itself, the customer is still there behind a flash."""
    office.consult()
    assert office.operator.answer()
    office.operator.hang_up()
    office.clock.sleep(3.0)

    office.line.flash()

    office.customer.press("5")
    assert office.line.get_digits(ONE_KEY).keys == "5"


def test_customer_hangs_up_on_hold(office: Office) -> None:
    """A customer who gives up on hold is gone; the second call goes on."""
    office.consult()
    assert office.operator.answer()

    office.customer.hang_up()

    assert office.customer.station.is_free
    office.line.play(BEAT)
    assert [e.name for e in office.operator.heard] == ["beat"]


def test_hang_up_without_a_second_call(office: Office) -> None:
    """Hanging up on dial tone lets the customer go."""
    office.line.flash()

    office.line.hang_up()

    assert office.customer.wait_for_end(5.0)


def test_flash_on_hold(office: Office) -> None:
    """A flash by the one who is held does nothing."""
    office.line.flash()
    office.customer.flash()

    assert office.customer.station.held is None
    assert office.line.station.held is not None


def test_a_telephone_transfers(board_of: Open) -> None:
    """Telephones flash too: one who called a line hands it on to another telephone."""
    board = board_of("lines=1")
    caller, other = board.telephone(), board.telephone("7002")
    caller.call("95588")
    assert board.channels[0].wait_for_call(timeout=20.0)
    board.channels[0].answer()
    caller.wait_for_answer(1.0)
    caller.flash()
    caller.press("7002")
    assert other.wait_for_ring(5.0)
    caller.hang_up()

    assert other.answer()
    board.channels[0].play(BEAT)
    assert [e.name for e in other.heard] == ["beat"]
