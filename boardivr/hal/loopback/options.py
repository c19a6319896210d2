"""What a loopback board's URL says: ``loopback:?lines=8&kind=fxo&country=cn``."""

from __future__ import annotations

import dataclasses
import difflib
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from boardivr.hal.errors import BoardError
from boardivr.hal.types import Encoding, LineKind
from boardivr.media.tones import CallerIdStandard, plan


class Disconnect(enum.Enum):
    """How an analog line tells that the far end has hung up."""

    DROP = "drop"  # the loop current goes away for a moment
    TONE = "tone"  # nothing but busy tone, as many lines in China do


@dataclass(frozen=True, kw_only=True)
class Options:
    """:param lines: how many; 30 a span on E1
    :param number: the hunt group's number; line n also has a number of its own,
        the group's with its two-digit index behind it
    :param law: what the lines carry; mu-law in the US where the URL says nothing
    :param caller_id: how analog lines send who calls: ``yes`` is the country's usual way,
        ``no`` not at all, else a way by its name
    :param is_virtual: virtual time (``time=virtual``)
    :param start: the wall clock at second 0
    :param telephones: room for so many far ends at once
    :param audiosocket: TCP port for far ends that are other programs; None: none, 0: any free one
    :param audiosocket_host: address that it listens on
    :param fax: numbers of fax machines that are there to be called, each with its manner
        (:data:`boardivr.hal.loopback.faxmachine.MANNERS`): ``7001,7002:v27ter``
    :param fax_folder: where they put what they take, a folder for each
    """

    lines: int = 4
    kind: LineKind = LineKind.FXO
    country: str = "cn"
    law: Encoding = Encoding.ALAW
    number: str = "95588"
    caller_id: str = "yes"
    disconnect: Disconnect = Disconnect.DROP
    is_virtual: bool = False
    start: datetime | None = None
    telephones: int = 0
    audiosocket: int | None = None
    audiosocket_host: str = "127.0.0.1"
    fax: Mapping[str, str] = field(default_factory=dict)
    fax_folder: str = ""

    @property
    def caller_id_standard(self) -> CallerIdStandard | None:
        """How an analog line says who calls; None: it doesn't."""
        if self.caller_id == "no":
            return None
        if self.caller_id == "yes":
            return plan(self.country).caller_id[0]
        return CallerIdStandard(self.caller_id)


def _caller_id(text: str) -> str:
    known = ["yes", "no", *CallerIdStandard]
    if text not in known:
        raise ValueError(f"expected one of {', '.join(known)}, found {text!r}")
    return text


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > 5:
        raise ValueError(f"expected a whole number, found {text!r}")
    return int(text)


def _time(text: str) -> bool:
    if text not in ("real", "virtual"):
        raise ValueError(f"expected real or virtual, found {text!r}")
    return text == "virtual"


def _start(text: str) -> datetime:
    start = datetime.fromisoformat(text)
    return start if start.tzinfo else start.replace(tzinfo=UTC)


def _port(text: str) -> int:
    port = _count(text)
    if port > 65_535:
        raise ValueError(f"expected a TCP port, 0 to 65535, found {port}")
    return port


def _country(text: str) -> str:
    return plan(text).country


def _number(text: str) -> str:
    if not text.isdecimal():
        raise ValueError(f"expected a telephone number, found {text!r}")
    return text


def _machines(text: str) -> dict[str, str]:
    found = {}
    for part in text.split(","):
        number, _, manner = part.partition(":")
        found[_number(number)] = manner
    return found


# name in the URL -> field, how it is read
WORDS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "lines": ("lines", _count),
    "kind": ("kind", LineKind),
    "country": ("country", _country),
    "law": ("law", Encoding),
    "number": ("number", _number),
    "caller_id": ("caller_id", _caller_id),
    "disconnect": ("disconnect", Disconnect),
    "time": ("is_virtual", _time),
    "start": ("start", _start),
    "telephones": ("telephones", _count),
    "audiosocket": ("audiosocket", _port),
    "audiosocket_host": ("audiosocket_host", str),
    "fax": ("fax", _machines),
    "fax_folder": ("fax_folder", str),
}


def read_options(url: str) -> Options:
    """Read a URL.

    :raises BoardError: a word that isn't known, or a value that can't be meant
    """
    values: dict[str, Any] = {}
    for word, text in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        if word not in WORDS:
            near = difflib.get_close_matches(word, WORDS, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(WORDS)}"
            raise BoardError(f"{url}: unknown option {word!r}; {hint}")
        name, read = WORDS[word]
        try:
            values[name] = read(text)
        except ValueError as error:
            raise BoardError(f"{url}: {word}: {error}") from None
    if values.get("country") == "us":
        values.setdefault("law", Encoding.ULAW)
    if values.get("fax") and not values.get("fax_folder"):
        raise BoardError(f"{url}: fax: expected a fax_folder for what the machines take")
    options = dataclasses.replace(Options(), **values)
    if not 1 <= options.lines <= 10000:
        raise BoardError(f"{url}: lines: expected 1 to 10000, found {options.lines}")
    return options
