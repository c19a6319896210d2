"""The fax machine at the far end of a line without audio."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from boardivr.clock import Clock
from boardivr.hal import Channel, FaxOffer, FaxOutcome, FaxResult, FaxSettings
from boardivr.hal.conformance.pages import write_pages

FAX_BEGINS, FAX_PAGE, FAX_PATIENCE = 12.0, 17.0, 60.0
"""Seconds until a fax's first page, for each page, and of waiting for a fax that doesn't begin."""


class FaxEnd(Channel):
    """A channel whose far end has a machine; pages come and go, in about their time.

    :ivar fax_pages: of the fax that is over
    """

    lost = False

    def __init__(self, name: str, clock: Clock) -> None:
        super().__init__(name, clock)
        self._awaits_fax = False
        self._machine: int | None = None  # pages that the far end's machine sends; 0: it takes
        self._good = 0
        self.fax_pages: int | None = None

    @property
    def is_fax_calling(self) -> bool:
        """Whether a calling machine's tone is heard that is waited for."""
        return self._awaits_fax and bool(self._machine)

    def advance(self, until: float) -> bool:
        """Let time pass to the next event, at most until then; tell whether there was one."""
        raise NotImplementedError

    def pass_until(self, until: float) -> None:
        """Let time pass until then."""
        raise NotImplementedError

    def ask(self) -> None:
        """Let the far end do what is due."""
        raise NotImplementedError

    def start_fax(self, pages: int, good: int | None = None) -> None:
        """The far end starts its machine: to send so many pages, or (0) to take some.

        :param good: it falls silent after so many
        """
        self._machine, self.fax_pages = pages, None
        self._good = pages if good is None else good

    def _await_fax(self, on: bool) -> None:
        self._awaits_fax = on

    def _receive_fax(
        self,
        path: Path,
        settings: FaxSettings,
        offers: Sequence[FaxOffer],
        on_page: Callable[[int], None] | None,
    ) -> FaxResult:
        pages = self._fax(lambda: bool(self._machine))
        received = min(pages or 0, self._good)
        if received:
            write_pages(path, received)
        return self._fax_over(pages, received=received)

    def _send_fax(
        self,
        path: Path,
        settings: FaxSettings,
        first_page: int,
        last_page: int | None,
        on_page: Callable[[int], None] | None,
    ) -> FaxResult:
        from boardivr.media.fax import count_pages

        pages = self._fax(lambda: self._machine == 0)
        if pages is not None:
            pages = count_pages(path)
        return self._fax_over(pages, confirmed=pages or 0)

    def _fax(self, is_ready: Callable[[], bool]) -> int | None:
        """Wait until the far end's machine is ready; return its pages, or None if it isn't."""
        limit = self.clock.now() + FAX_PATIENCE
        while not is_ready() and not self.lost and self.advance(limit):
            pass
        if not is_ready() or self.lost:
            return None
        self.pass_until(self.clock.now() + FAX_BEGINS)
        return self._machine

    def _fax_over(self, pages: int | None, *, received: int = 0, confirmed: int = 0) -> FaxResult:
        self.pass_until(self.clock.now() + FAX_PAGE * (pages or 0))
        self._machine, self.fax_pages = None, received or confirmed
        self.ask()
        is_whole = confirmed > 0 or (pages is not None and received == pages)
        outcome = FaxOutcome.OK if is_whole else FaxOutcome.PAGE if pages else FaxOutcome.NO_FAX
        return FaxResult(
            outcome=outcome, code=0, words=outcome.value, phase="E", pages_received=received,
            pages_confirmed=confirmed, pages_sent=confirmed, seconds=FAX_BEGINS,
        )  # fmt: skip
