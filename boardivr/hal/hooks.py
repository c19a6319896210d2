"""What a driver writes: the hooks behind the verbs of :class:`boardivr.hal.channel.Channel`.

Each gets a checked call and never looks at ``state``. Those that go with a feature refuse
where the board hasn't it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from boardivr.clock import Clock
from boardivr.hal.errors import Unsupported
from boardivr.hal.types import (
    CallProgress,
    Clip,
    Digits,
    FaxOffer,
    FaxResult,
    FaxSettings,
    Feature,
    IncomingCall,
    LineKind,
    Reason,
    Recording,
    State,
    Termination,
    Utterance,
)

if TYPE_CHECKING:
    from boardivr.hal.channel import Channel


class Hooks(ABC):
    """A line as its driver has it."""

    kind: LineKind = LineKind.FXO
    features: Feature = Feature.VOICE
    number: str = ""  # by which it can be called, where the board knows

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self.clock = clock
        self.state = State.ON_HOOK

    @abstractmethod
    def _wait_for_call(self, rings: int, timeout: float | None) -> IncomingCall | None: ...
    @abstractmethod
    def _answer(self) -> None: ...
    @abstractmethod
    def _play(self, clips: Sequence[Clip], until: Termination) -> Reason: ...
    @abstractmethod
    def _record(self, path: Path, until: Termination, beep: bool) -> Recording: ...
    @abstractmethod
    def _get_digits(self, until: Termination) -> Digits: ...
    @abstractmethod
    def _clear_digits(self) -> None: ...
    @abstractmethod
    def _send_digits(self, keys: str) -> None: ...
    @abstractmethod
    def _hang_up(self) -> None:
        """Go on-hook and drop bridge, keys and everything of the call. Safe to repeat."""

    @abstractmethod
    def _stop(self) -> None: ...
    def _wake(self) -> None:
        """Drivers that can tell their waits apart end no other one, in whatever moment."""
        if self.state is State.ON_HOOK:
            self._stop()

    @abstractmethod
    def _is_lost(self) -> bool:
        """Return whether the far end has hung up (loop drop, busy tone, release)."""

    @abstractmethod
    def _wait_for_hang_up(self, timeout: float | None) -> bool: ...

    def _reject(self, cause: int) -> None:
        raise Unsupported(f"{self.name} can't reject a call")

    def _dial(self, number: str, timeout: float) -> CallProgress:
        raise Unsupported(f"{self.name} can't dial")

    def _get_utterance(self, until: Termination, longest: float) -> Utterance:
        raise Unsupported(f"{self.name} can't hear speech")

    def _flash(self, seconds: float) -> None:
        raise Unsupported(f"{self.name} can't flash the hook")

    def _bridge(self, other: Channel) -> None:
        raise Unsupported(f"{self.name} can't bridge")

    def _unbridge(self) -> None:
        raise Unsupported(f"{self.name} can't bridge")

    def _listen(self, other: Channel | None) -> None:
        raise Unsupported(f"{self.name} can't listen")

    def _conceal(self, on: bool) -> None:
        """Corresponds to dx_unlisten() of whoever hears this line."""
        if on and Feature.ROUTING in self.features:
            raise Unsupported(f"{self.name} can't keep a call from those who hear it")

    def _await_fax(self, on: bool) -> None:
        """Corresponds to dx_blddt() and dx_addtone(), for 1100 Hz."""
        raise Unsupported(f"{self.name} can't hear a calling fax")

    def _send_fax(
        self,
        path: Path,
        settings: FaxSettings,
        first_page: int,
        last_page: int | None,
        on_page: Callable[[int], None] | None,
    ) -> FaxResult:
        raise Unsupported(f"{self.name} can't send a fax")

    def _receive_fax(
        self,
        path: Path,
        settings: FaxSettings,
        offers: Sequence[FaxOffer],
        on_page: Callable[[int], None] | None,
    ) -> FaxResult:
        raise Unsupported(f"{self.name} can't receive a fax")

    def _close(self) -> None:
        """Release what the line holds; it is on-hook already."""

    # what the line can

    def _can(self, feature: Feature, what: str) -> None:
        if feature not in self.features:
            raise Unsupported(f"{self.name} ({self.kind.value}) can't {what}")

    def _can_hear(self, until: Termination) -> None:
        if until.needs_speech:
            self._can(Feature.SPEECH, "hear speech")
