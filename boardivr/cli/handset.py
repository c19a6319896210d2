"""A telephone worked by keys that come one at a time, from a terminal or a pipe."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from boardivr.hal import CallEnded
from boardivr.hal.loopback import Telephone
from boardivr.hal.loopback.scroll import Scroll
from boardivr.hal.types import KEYS

LOOK = 0.05  # seconds between two looks at the keys

KEYS_HELP = "keys 0-9 * # A-D, h hangs up, c calls again, s says a line of words, q quits"

END = ""  # no more keys will come


class Handset:
    """:param keys: characters as they are typed, :data:`END` behind the last one"""

    def __init__(
        self, telephone: Telephone, keys: queue.Queue[str], write: Callable[[str], None]
    ) -> None:
        self._telephone = telephone
        self._keys = keys
        self._write = write
        self._is_over = False  # no more keys
        self._quits = False
        self._words: str | None = None  # what is being typed to be said

    def use(self, number: str, ani: str | None, *, show_keys: bool = False) -> None:
        """Call, and do what the keys say, until q; without more keys, until the call's end."""
        telephone = self._telephone
        telephone.listen_for_tones()
        telephone.call(number, ani)
        scroll = Scroll(self._write, telephone.clock.now(), show_keys=show_keys)
        while not self._quits and not (self._is_over and not self._is_on_a_call()):
            self._wait_for_news()
            scroll.show(telephone.log)
            with suppress(CallEnded, queue.Empty):
                self._take(self._keys.get_nowait(), number, ani)
        telephone.hang_up()
        scroll.show(telephone.log)
        scroll.end()

    def _wait_for_news(self) -> None:
        known = len(self._telephone.log)
        self._telephone.wait_until(lambda: len(self._telephone.log) > known, LOOK)

    def _take(self, key: str, number: str, ani: str | None) -> None:
        telephone = self._telephone
        if self._words is not None:
            self._type(key)
        elif key == END:
            self._is_over = True
        elif key == "q":
            self._quits = True
        elif key == "h":
            telephone.hang_up()
        elif key == "c" and telephone.station.is_free:
            telephone.call(number, ani)
        elif key == ",":
            telephone.listen(1.0)
        elif key == "s":
            self._words = ""
        elif (pressed := key.upper()) in KEYS and telephone.is_answered:
            telephone.press(pressed, is_secret=True)

    def _type(self, key: str) -> None:
        """Take a letter of what is to be said; the end of the line says it."""
        from boardivr.speech.samples import caller_says

        words, self._words = self._words or "", None
        if key not in ("\n", END):
            self._words = words + key
        elif words.strip() and self._telephone.is_answered:
            self._telephone.say(caller_says(words.strip()))
        self._is_over = self._is_over or key == END

    def _is_on_a_call(self) -> bool:
        return self._telephone.station.call is not None and not self._telephone.is_released


@contextmanager
def keys_typed() -> Iterator[queue.Queue[str]]:
    """Give what is typed, a character at a time; the terminal is as it was afterwards."""
    keys: queue.Queue[str] = queue.Queue()

    def read() -> None:
        while character := sys.stdin.read(1):
            keys.put(character)
        keys.put(END)

    with _raw_terminal():
        threading.Thread(target=read, name="keys", daemon=True).start()
        yield keys


@contextmanager
def _raw_terminal() -> Iterator[None]:
    """Have keys come at once and unseen, while the block runs."""
    if not sys.stdin.isatty():
        yield
        return
    import termios
    import tty

    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
