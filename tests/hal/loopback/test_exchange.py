"""Numbers, the hunt group, timeslots, causes, and what a caller hears."""

from __future__ import annotations

from functools import partial

import pytest

from boardivr.hal import Clip, Encoding, LineKind, Outcome, State
from boardivr.hal.causes import outcome_of
from boardivr.hal.errors import BoardError
from boardivr.hal.loopback import LoopbackBoard, Telephone
from boardivr.media.tones import plan
from tests.hal.loopback.conftest import Open

BEAT = Clip(data=(b"\x00\x20" * 8 + b"\x00\xe0" * 8) * 1000, encoding=Encoding.LINEAR, name="beat")
COUNTRIES = ["cn", "us", "gb", "de"]


def answer(board: LoopbackBoard, line: int) -> None:
    channel = board.channels[line]
    assert channel.wait_for_call(timeout=20.0) is not None
    channel.answer()


def ringing(board: LoopbackBoard) -> list[int]:
    return [n for n, channel in enumerate(board.channels) if channel.station.is_ringing]


# the hunt group


def test_hunt_group_takes_the_first_free_line(board_of: Open) -> None:
    """Calls to the group's number ring lines in order; one that is free again is taken first."""
    board = board_of("lines=3")
    callers = [board.telephone() for _ in range(4)]
    rang = []
    for caller in callers[:3]:
        caller.call("95588")
        rang.append(ringing(board))
    callers[1].hang_up()
    callers[3].call("95588")

    assert rang == [[0], [0, 1], [0, 1, 2]]
    assert ringing(board) == [0, 1, 2]


def test_hunt_group_is_busy(board_of: Open) -> None:
    """When no line is free the caller is told, by message and by busy tone."""
    board = board_of("lines=1")
    board.telephone().call("95588")
    late = board.telephone()
    late.listen_for_tones()

    late.call("95588")

    assert late.wait_for_answer(5.0) is False
    late.clock.sleep(3.0)
    late.look()
    assert (late.cause, [e.text for e in late.log if e.what == "tone"]) == (17, ["busy"])


def test_a_line_has_its_own_number(board_of: Open) -> None:
    """Each line is also reached by the group's number and its index."""
    board = board_of("lines=12&number=7000")

    board.telephone().call("700011")

    assert ringing(board) == [10]


def test_a_number_is_given_once(board_of: Open) -> None:
    """Two telephones can't have one number, nor one that of a line."""
    board = board_of("lines=1")
    board.telephone("7001")

    for number in ("7001", "95588", "9558801"):
        with pytest.raises(BoardError, match=f"{number} .* is taken"):
            board.telephone(number)


def test_a_telephone_makes_one_call(board_of: Open) -> None:
    """Calling during a call is refused; the call goes on."""
    board = board_of("lines=2")
    caller = board.telephone()
    caller.call("95588")

    with pytest.raises(BoardError, match="in a call already"):
        caller.call("95588")
    assert ringing(board) == [0]


# E1


def test_spans_have_thirty_timeslots(board_of: Open) -> None:
    """E1 lines are named by span and slot; slots 0 and 16 carry no call."""
    names = [channel.name for channel in board_of("lines=62&kind=e1").channels]

    assert names[0] == "loopback-e1-1-1"
    assert names[14:16] == ["loopback-e1-1-15", "loopback-e1-1-17"]
    assert names[29:31] == ["loopback-e1-1-31", "loopback-e1-2-1"]
    assert names[-1] == "loopback-e1-3-2"


def test_e1_call_data(board_of: Open) -> None:
    """A call on E1 brings who calls and which number, the group's or the line's."""
    board = board_of("lines=2&kind=e1")
    board.telephone("7001").call("95588")
    board.telephone().call("9558802", ani="013800138000")

    calls = [channel.wait_for_call(timeout=1.0) for channel in board.channels]

    assert [(c.ani, c.dnis) for c in calls if c] == [
        ("7001", "95588"), ("013800138000", "9558802"),
    ]  # fmt: skip


@pytest.mark.parametrize("cause", [1, 17, 21, 34, 127])
def test_reject_cause_reaches_the_caller(board_of: Open, cause: int) -> None:
    """The caller of a refused call is told the cause that the line gave."""
    board = board_of("lines=1&kind=e1")
    caller = board.telephone()
    caller.call("95588")
    board.channels[0].wait_for_call(timeout=1.0)

    board.channels[0].reject(cause)

    assert caller.wait_for_answer(1.0) is False
    assert caller.cause == cause


def test_every_cause_has_an_outcome() -> None:
    """No cause that a network may send is an error, and none of them is a connection."""
    outcomes = {outcome_of(cause) for cause in range(1, 128)}

    assert outcomes.isdisjoint({Outcome.CONNECTED, Outcome.STOPPED, Outcome.GLARE})


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        (1, Outcome.INTERCEPT), (17, Outcome.BUSY), (18, Outcome.NO_ANSWER),
        (21, Outcome.REJECTED), (22, Outcome.INTERCEPT), (34, Outcome.CONGESTION),
        (42, Outcome.CONGESTION), (127, Outcome.REJECTED),
    ],
)  # fmt: skip
def test_release_causes(board_of: Open, cause: int, outcome: Outcome) -> None:
    """A line on E1 that dials is told why it failed, with the cause."""
    board = board_of("lines=1&kind=e1")
    board.exchange.treat("22", plan("cn").tone("busy"), cause)

    progress = board.channels[0].dial("22")

    assert (progress.outcome, progress.cause) == (outcome, cause)
    assert board.channels[0].state is State.ON_HOOK


# caller ID


@pytest.mark.parametrize(
    ("options", "rings"),
    [
        ("country=cn", 1), ("country=us", 1), ("country=gb", 1), ("country=de", 1),
        ("country=cn&caller_id=dtmf", 1), ("country=cn&caller_id=v23", 1),
    ],
)  # fmt: skip
@pytest.mark.parametrize("number", ["02161234567", "8", "0123456789012345"])
def test_caller_id(board_of: Open, options: str, rings: int, number: str) -> None:
    """Analog lines tell who calls, in each country's way, before the second ring."""
    board = board_of(f"lines=1&{options}")
    board.telephone().call("95588", ani=number)

    call = board.channels[0].wait_for_call(timeout=20.0)

    assert call is not None
    assert (call.ani, call.rings) == (number, rings)


def test_british_caller_id_comes_before_the_bell(board_of: Open) -> None:
    """In Great Britain the bell waits for the message."""
    board = board_of("lines=1&country=gb")
    board.telephone().call("95588", ani="02079460000")

    call = board.channels[0].wait_for_call(timeout=20.0)

    assert call is not None
    assert board.clock.now() == pytest.approx(2.0, abs=0.05)


@pytest.mark.parametrize("country", COUNTRIES)
def test_caller_id_withheld(board_of: Open, country: str) -> None:
    """A message without a number is a call from nobody, told as soon as it has come."""
    board = board_of(f"lines=1&country={country}")
    board.telephone().call("95588")

    call = board.channels[0].wait_for_call(timeout=20.0)

    assert call is not None
    assert (call.ani, call.rings) == (None, 1)


def test_no_caller_id(board_of: Open) -> None:
    """A line without caller ID is answered at the first ring, and says that it has none."""
    board = board_of("lines=1&caller_id=no")
    board.telephone().call("95588", ani="02161234567")

    call = board.channels[0].wait_for_call(timeout=20.0)

    assert call is not None
    assert (call.ani, call.rings, board.clock.now()) == (None, 1, 0.0)


# ringing, and what a caller hears


@pytest.mark.parametrize(("country", "cycle"), [("cn", 5.0), ("us", 6.0), ("gb", 3.0), ("de", 5.0)])
def test_ring_cadence(board_of: Open, country: str, cycle: float) -> None:
    """A bell rings once in each of the country's ring cycles, until the caller gives up."""
    board = board_of(f"lines=1&country={country}&caller_id=no")
    bell, caller = board.telephone("7001"), board.telephone()
    caller.call("7001")
    bell.listen(3.5 * cycle)
    caller.hang_up()
    bell.listen(3 * cycle)

    assert [e.at for e in bell.log if e.what == "rang"] == pytest.approx(
        [0, cycle, 2 * cycle, 3 * cycle]
    )


def test_rings_are_counted(board_of: Open) -> None:
    """A line that is to let three rings pass is offered the call at the third."""
    board = board_of("lines=1&caller_id=no")
    board.telephone().call("95588")

    call = board.channels[0].wait_for_call(rings=3, timeout=20.0)

    assert call is not None
    assert (call.rings, board.clock.now()) == (3, 10.0)


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize(
    ("number", "heard"),
    [("7001", "ringback"), ("22", "busy"), ("23", "congestion"), ("404", "intercept")],
)
def test_caller_hears_what_becomes_of_it(
    board_of: Open, country: str, number: str, heard: str
) -> None:
    """Ringback, busy, congestion and SIT reach the caller's ear as the country's tones."""
    board = board_of(f"lines=1&country={country}")
    board.telephone("7001")
    board.exchange.treat("22", plan(country).tone("busy"), 17)
    board.exchange.treat("23", plan(country).tone("congestion"), 34)
    caller = board.telephone()
    caller.listen_for_tones()

    caller.call(number)
    board.clock.sleep(8.0)
    caller.look()

    assert [e.text for e in caller.log if e.what == "tone"] == [heard]


# how a call's end is told


def test_loop_current_drop(board_of: Open) -> None:
    """Where the exchange breaks the loop, a line knows of the end within half a second."""
    board = board_of("lines=1&disconnect=drop")
    caller = connected(board)
    caller.hang_up()
    start = board.clock.now()

    assert board.channels[0].wait_for_hang_up(timeout=5.0)
    assert board.clock.now() - start < 0.5


@pytest.mark.parametrize("country", COUNTRIES)
def test_busy_tone_disconnect(board_of: Open, country: str) -> None:
    """Where nothing but busy tone tells of the end, a line hears it within 3 s."""
    board = board_of(f"lines=1&disconnect=tone&country={country}")
    caller = connected(board)
    caller.hang_up()
    start = board.clock.now()

    assert board.channels[0].wait_for_hang_up(timeout=5.0)
    assert 0.5 < board.clock.now() - start < 3.0


def test_speech_is_no_busy_tone(board_of: Open) -> None:
    """A voice on a line that ends by busy tone doesn't end it."""
    from boardivr.hal.loopback.farends import babble

    board = board_of("lines=1&disconnect=tone")
    caller = connected(board)
    thread = board.clock.spawn(partial(caller.say, babble(20.0)), "caller")

    assert board.channels[0].wait_for_hang_up(timeout=20.0) is False
    board.clock.join(thread)


@pytest.mark.parametrize("kind", list(LineKind))
def test_line_hangs_up(board_of: Open, kind: LineKind) -> None:
    """The caller is told when the line ends the call, and both are free again."""
    board = board_of(f"lines=1&kind={kind.value}")
    caller = connected(board)

    board.channels[0].hang_up()

    assert caller.wait_for_end(2.0)
    assert caller.cause == 16
    caller.hang_up()
    assert caller.station.is_free
    assert board.channels[0].station.is_free


def connected(board: LoopbackBoard) -> Telephone:
    """Return a telephone in conversation with line 0."""
    caller = board.telephone()
    caller.call("95588")
    answer(board, 0)
    assert caller.wait_for_answer(5.0)
    return caller
