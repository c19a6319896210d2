"""What a caller hears while a host works, on a board of software in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from boardivr.clock import Clock
from boardivr.flows.interpreter import Interpreter
from boardivr.flows.services import HostError, HostTimeout
from boardivr.hal import CallEnded
from boardivr.hal.loopback import Telephone, open_board
from tests.flows.conftest import FakeServices

FLOW = """
start: [ask]
steps:
  ask:
    - send: {host: core, txn: slow, while_waiting: {say: one_moment, after: 2s, every: 3s}}
      within: 30s
      on_timeout: [{play: too_late}, return]
      on_error: [{play: failed}, return]
    - play: answered
"""
PROMPTS = "one_moment answered failed too_late"  # a clip is 0.1 s a letter


@dataclass
class SlowHost(FakeServices):
    """It takes its time on the board's clock."""

    clock: Clock | None = None
    takes: float = 0.0
    fails: Exception | None = None
    done: list[float] = field(default_factory=list)

    def call(self, host, txn, data, within, key):
        assert self.clock is not None
        self.clock.sleep(self.takes)
        self.done.append(self.clock.now())
        if self.fails:
            raise self.fails
        return []


@pytest.fixture
def phoned(make_flow) -> Callable[..., tuple[Telephone, SlowHost, object]]:
    """Call the flow, with a host that takes so long; return what was heard, and how it ended."""

    def phone(takes, *, fails=None, hang_up_after=None):
        flow = make_flow(FLOW, PROMPTS)
        with open_board("loopback:?lines=1&number=1&time=virtual") as board:
            host = SlowHost(flow, clock=board.clock, takes=takes, fails=fails)
            telephone = board.telephone("2", "caller")
            ends: list[object] = []

            def call():
                telephone.call("1")
                telephone.wait_for_answer()
                with suppress(CallEnded):
                    telephone.wait_for_end(hang_up_after or 60.0)
                telephone.hang_up()

            thread = board.clock.spawn(call, "caller")
            channel = board.channels[0]
            channel.wait_for_call()
            channel.answer()
            try:
                ends.append(Interpreter(flow, channel, host).run().reason)
            except CallEnded:
                ends.append("hung up")
            channel.hang_up()
            board.clock.join(thread)
        return telephone, host, ends[0]

    return phone


def names(telephone: Telephone) -> list[str]:
    return [e.name.partition("@")[0] for e in telephone.log if e.what == "heard"]


def test_a_quick_host_is_not_talked_over(phoned):
    """An answer before the time: nothing is said."""
    telephone, _, end = phoned(1.9)

    assert (names(telephone), end) == (["answered"], "end")


def test_a_slow_host_is_bridged(phoned):
    """After two seconds, and three after that has ended, the caller hears that it goes on."""
    telephone, _, _ = phoned(7.5)

    said = [e for e in telephone.log if e.what == "heard"]
    assert names(telephone) == ["one_moment", "one_moment", "answered"]
    assert said[1].at - said[0].at == pytest.approx(4.0, abs=0.05)
    assert said[0].is_whole


@pytest.mark.parametrize(
    ("error", "branch"), [(HostTimeout("late"), "too_late"), (HostError("no"), "failed")]
)
def test_a_host_that_fails_meanwhile(phoned, error, branch):
    """What the host raised takes the author's branch, as without speech."""
    telephone, _, _ = phoned(3.5, fails=error)

    assert names(telephone) == ["one_moment", branch]


def test_hanging_up_meanwhile(phoned):
    """The call ends; the transaction is still done to its end, and no thread is left."""
    _, host, end = phoned(6.5, hang_up_after=2.5)

    assert end == "hung up"
    assert len(host.done) == 1
