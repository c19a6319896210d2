"""How a fax terminal misbehaves, for tests of those who have to do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Facsimile control fields as spandsp has them (T.30, 5.3.6; its bits are the other way round)
_KINDS = {
    "DIS": 0x80, "DCS": 0x82, "CFR": 0x84, "FTT": 0x44, "MCF": 0x8C, "RTN": 0x4C, "RTP": 0xCC,
    "PIN": 0x2C, "PIP": 0xAC, "RNR": 0xEC, "PPR": 0xBC, "DCN": 0xFA, "CRP": 0x1A, "EOP": 0x2E,
    "MPS": 0x4E, "EOM": 0x8E, "PPS": 0xBE,
}  # fmt: skip
ALWAYS = -1


@dataclass(frozen=True, kw_only=True)
class FaxFaults:
    """What is wrong with a terminal; a plain ``FaxFaults()`` is a sound one.

    :param instead_of: frames of this kind are sent as ``says``: a page that is refused is
        ``instead_of="MCF", says="RTN"``, a line that doesn't train ``"CFR"``, ``"FTT"``
    :param says_after: after so many good ones
    :param says_times: so many; ``ALWAYS``
    :param misses: frames of this kind aren't heard, so the terminal says its own again
    :param mute_in: it is silent from this phase on, A to E, after ``mute_after`` pages
    :param deaf_in: it hears nothing from this phase on, after ``deaf_after`` pages
    :param has_no_paper: it says that it can take nothing
    :param paper: it takes so many pages with ECM, then isn't ready for ever (RNR)
    :param is_slow: 2400 bit/s is all that it takes
    """

    instead_of: str = ""
    says: str = ""
    says_after: int = 0
    says_times: int = 1
    misses: str = ""
    misses_after: int = 0
    misses_times: int = 1
    mute_in: str = ""
    mute_after: int = 0
    deaf_in: str = ""
    deaf_after: int = 0
    has_no_paper: bool = False
    paper: int | None = None
    is_slow: bool = False


SOUND = FaxFaults()


def struct_of(faults: FaxFaults) -> dict[str, Any]:
    """Return the engine's ``bi_fax_faults``."""
    return {
        "instead_of": _KINDS.get(faults.instead_of, 0),
        "says": _KINDS.get(faults.says, 0),
        "says_after": faults.says_after,
        "says_times": faults.says_times,
        "misses": _KINDS.get(faults.misses, 0),
        "misses_after": faults.misses_after,
        "misses_times": faults.misses_times,
        "mute_in": ord(faults.mute_in or "\0"),
        "mute_after": faults.mute_after,
        "deaf_in": ord(faults.deaf_in or "\0"),
        "deaf_after": faults.deaf_after,
        "no_paper": faults.has_no_paper,
        "not_ready_after": -1 if faults.paper is None else faults.paper,
        "is_slow": faults.is_slow,
    }
