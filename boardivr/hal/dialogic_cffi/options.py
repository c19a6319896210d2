"""What a Dialogic board's URL says: ``dialogic:?device={v}&lines=4&country=cn``."""

from __future__ import annotations

import dataclasses
import difflib
import enum
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from boardivr.hal.dialogic_cffi import facts
from boardivr.hal.errors import BoardError
from boardivr.hal.types import Encoding
from boardivr.media.tones import plan


class Analysis(enum.Enum):
    """How much of an answer call progress analysis listens to."""

    MACHINES = "machines"  # voice, answering machines (PAMD), intercept tones
    VOICE = "voice"  # voice (PVD), intercept tones
    CADENCE = "cadence"  # ringback and busy only


class Disconnect(enum.Enum):
    """How an analog line tells that the far end has hung up."""

    DROP = "drop"  # the loop current goes away for a moment
    TONE = "tone"  # busy or congestion tone, in the country's cadence


class Accepting(enum.Enum):
    """When an offered call is told that it rings (gc_AcceptCall)."""

    OFFER = "offer"  # at once: the network's timers stop, and reject() comes after it
    ANSWER = "answer"  # with the answer: R2 can refuse with a cause only before


@dataclass(frozen=True, kw_only=True)
class Options:
    """:param device: the lines' device strings: one for each line, with ``{n}`` its number
        from 1 on, ``{v}`` its voice channel, ``{b}`` and ``{t}`` span and timeslot of 30 a
        span. Names that begin with a colon are Global Call's
    :param voice: the voice channels, where Global Call's string has none (``:V_``)
    :param first: number of the first line, from 1
    :param lines: how many; 0: as many voice channels as there are
    :param libraries: folder of the vendor's libraries; empty: the usual ones
    :param helper: ``auto``: a helper if the libraries' word size asks for it; ``no``; ``yes``:
        one under this interpreter; else the interpreter that it runs under
    :param long: what the structures have where the manual says long: ``long`` or ``int``
    :param caller_id: whether an analog line is asked who calls, after its second ring
    :param dial_tone: whether it is waited for before dialling
    :param cap: members of DX_CAP and their values, as they are
    :param is_simulated: the simulated library, with its exchange in this process's child
    """

    device: str = "{v}"
    voice: str = "{v}"
    first: int = 1
    lines: int = 0
    country: str = "cn"
    law: Encoding = Encoding.ALAW
    libraries: str = ""
    helper: str = "auto"
    long: str = "long"
    caller_id: bool = True
    disconnect: Disconnect = Disconnect.DROP
    analysis: Analysis = Analysis.MACHINES
    dial_tone: bool = True
    accepting: Accepting = Accepting.OFFER
    number: str = ""
    cap: Mapping[str, int] = field(default_factory=dict)
    is_simulated: bool = False
    simulator: str = ""

    @property
    def is_global_call(self) -> bool:
        return self.device.startswith(":")


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10000:
        raise ValueError(f"expected a number from 1 to 10000, found {text!r}")
    return int(text)


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(f"expected yes or no, found {text!r}")
    return text == "yes"


def _country(text: str) -> str:
    return plan(text).country


def _long(text: str) -> str:
    if text not in ("long", "int"):
        raise ValueError(f"expected long or int, found {text!r}")
    return text


def _law(text: str) -> Encoding:
    law = Encoding(text)
    if law is Encoding.LINEAR:
        raise ValueError("expected alaw or ulaw, found 'linear'")
    return law


def _device(text: str) -> str:
    known = {"n", "v", "b", "t"}
    found = set(re.findall(r"\{(\w*)\}", text))
    if found - known or text.count("{") != text.count("}"):
        raise ValueError(f"expected {{n}}, {{v}}, {{b}} or {{t}} in braces, found {text!r}")
    return text


# name in the URL -> field, how it is read
WORDS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "device": ("device", _device),
    "voice": ("voice", _device),
    "first": ("first", _count),
    "lines": ("lines", _count),
    "country": ("country", _country),
    "law": ("law", _law),
    "libraries": ("libraries", str),
    "helper": ("helper", str),
    "long": ("long", _long),
    "caller_id": ("caller_id", _yes),
    "disconnect": ("disconnect", Disconnect),
    "analysis": ("analysis", Analysis),
    "dial_tone": ("dial_tone", _yes),
    "accept": ("accepting", Accepting),
    "number": ("number", str),
}


def read_options(url: str) -> Options:
    """Read a URL.

    :raises BoardError: a word that isn't known, or a value that can't be meant
    """
    values: dict[str, Any] = {}
    cap: dict[str, int] = {}
    rest: list[tuple[str, str]] = []
    parts = urlsplit(url)
    for word, text in parse_qsl(parts.query, keep_blank_values=True):
        try:
            if word.startswith("ca_"):
                cap[_cap_member(word)] = _cap_value(text)
            elif word in WORDS:
                name, read = WORDS[word]
                values[name] = read(text)
            else:
                rest.append((word, text))
        except ValueError as error:
            raise BoardError(f"{url}: {word}: {error}") from None
    if values.get("country") == "us":
        values.setdefault("law", Encoding.ULAW)
    values["is_simulated"] = parts.path == "sim"
    if parts.path not in ("", "sim"):
        raise BoardError(f"{url}: expected dialogic: or dialogic:sim, found {parts.path!r}")
    if rest and not values["is_simulated"]:
        raise BoardError(_unknown(url, rest[0][0]))
    values["simulator"] = "&".join(f"{word}={text}" for word, text in rest)
    return dataclasses.replace(Options(), cap=cap, **values)


def _unknown(url: str, word: str) -> str:
    near = difflib.get_close_matches(word, WORDS, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(WORDS)}, ca_…"
    return f"{url}: unknown option {word!r}; {hint}"


def _cap_member(word: str) -> str:
    members = [member.name for member in facts.layouts()["DX_CAP"].members]
    if word not in members:
        near = difflib.get_close_matches(word, members, 1)
        hint = f"did you mean {near[0]!r}?" if near else "see DX_CAP in the manual"
        raise ValueError(f"no member of DX_CAP; {hint}")
    return word


def _cap_value(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,5}", text):
        raise ValueError(f"expected a number as DX_CAP has it, found {text!r}")
    return int(text)


SLOTS = 30  # of an E1 span, as Dialogic numbers them: dtiB1T1 to dtiB1T30


def voice_name(number: int) -> str:
    """Return a voice channel's name: four to a virtual board."""
    return f"dxxxB{(number - 1) // 4 + 1}C{(number - 1) % 4 + 1}"


def fill(template: str, number: int) -> str:
    """Return the device string of a line by its number, from 1 on."""
    span, slot = divmod(number - 1, SLOTS)
    return template.format(n=number, v=voice_name(number), b=span + 1, t=slot + 1)
