"""A call as it is heard, in a terminal: words appear as they begin."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from boardivr.hal.loopback.telephone import Heard
from boardivr.hal.loopback.transcript import continues, cut_mark, more_text, told


class Scroll:
    """Writes what is new in a telephone's log.

    :param write: takes text; a line goes on until its newline
    :param start: the clock's second that is told as 0
    """

    def __init__(
        self, write: Callable[[str], None], start: float, *, show_keys: bool = False
    ) -> None:
        self._write = write
        self._start = start
        self._show_keys = show_keys
        self._shown = 0
        self._text: str | None = None  # of the line that is open
        self._last: Heard | None = None  # the clip that is heard in it

    def show(self, log: Sequence[Heard]) -> None:
        """Write the entries that came since the last time."""
        for entry in log[self._shown :]:
            self._take(entry)
        self._shown = len(log)

    def end(self) -> None:
        """End the line that is open; words that weren't heard to their end get their mark."""
        if self._text is not None:
            cut = "" if self._last is None else cut_mark(self._last)
            self._write(f"{cut}\n")
        self._text = self._last = None

    def _take(self, entry: Heard) -> None:
        if self._text is not None and self._last is not None and continues(self._last, entry):
            more = more_text(self._text, entry)
            self._write(more)
            self._text += more
            self._last = entry
            return
        self.end()
        at = f"{entry.at - self._start:8.2f}  "
        if entry.what == "heard":
            self._text, self._last = more_text("", entry), entry
            self._write(f"{at}hears   {self._text}")
        else:
            self._write(f"{at}{told([entry], self._show_keys)}\n")
