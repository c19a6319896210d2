"""`Termination` as a board's termination parameter table, and why an operation ended.

Times are whole tenths of a second, or hundredths (TF_10MS) where those are too coarse,
always rounded up. What no table can say is left to the caller (see ``first_digit``).

Voice API Library Reference, "DV_TPT" and table 16; ATDX_TERMMSK().
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from boardivr.hal.dialogic_cffi.names import C
from boardivr.hal.types import KEYS, Reason, Termination

LONGEST = 65535  # units of a time
BUFFER = 31  # keys that a board keeps

KEY_BITS = {
    key: getattr(C, f"DM_{ {'*': 'S', '#': 'P'}.get(key, key) }") for key in KEYS
}  # fmt: skip

REASONS = {
    C.TM_MAXDTMF: Reason.MAX_DIGITS,
    C.TM_MAXSIL: Reason.MAX_SILENCE,
    C.TM_MAXNOSIL: Reason.MAX_NON_SILENCE,
    C.TM_IDDTIME: Reason.INTER_DIGIT,
    C.TM_MAXTIME: Reason.MAX_TIME,
    C.TM_DIGIT: Reason.DIGIT,
    C.TM_USRSTOP: Reason.STOPPED,
    C.TM_EOD: Reason.END_OF_DATA,
}


@dataclass(frozen=True, kw_only=True)
class Condition:
    """An entry of the table."""

    number: int
    length: int
    flags: int


def conditions(until: Termination, *, has_key: bool = False) -> list[Condition]:
    """Return the entries for everything but ``first_digit``.

    :param has_key: a key has come already: the time between keys runs at once
    :raises ValueError: a key that isn't one
    """
    found: list[Condition] = []
    if until.max_digits is not None:
        length = min(max(until.max_digits, 1), BUFFER)
        found.append(Condition(number=C.DX_MAXDTMF, length=length, flags=C.TF_MAXDTMF))
    if until.digits:
        found.append(Condition(number=C.DX_DIGMASK, length=mask(until.digits), flags=C.TF_DIGMASK))
    for number, seconds, flags in (
        (C.DX_MAXTIME, until.max_time, C.TF_MAXTIME),
        (C.DX_IDDTIME, until.inter_digit, C.TF_FIRST if has_key else C.TF_IDDTIME),
        (C.DX_MAXSIL, until.max_silence, C.TF_MAXSIL),
        (C.DX_MAXNOSIL, until.max_non_silence, C.TF_MAXNOSIL),
    ):
        if seconds is not None:
            length, unit = units(seconds)
            found.append(Condition(number=number, length=length, flags=flags | unit))
    return found


def units(seconds: float) -> tuple[int, int]:
    """Return a time as a table has it, and the flag of its unit; at least one unit.

    :raises ValueError: longer than a table can say (109 minutes)
    """
    tenths = math.ceil(seconds * 10 - 1e-6)
    hundredths = math.ceil(seconds * 100 - 1e-6)
    if hundredths != tenths * 10 and hundredths <= LONGEST:
        return max(1, hundredths), C.TF_10MS
    if tenths > LONGEST:
        raise ValueError(f"expected at most {LONGEST / 10} s, found {seconds}")
    return max(1, tenths), 0


def mask(keys: str) -> int:
    """Return the bits of keys.

    :raises ValueError: a key that isn't one
    """
    if bad := set(keys) - set(KEYS):
        raise ValueError(f"expected keys of {KEYS}, found {sorted(bad)}")
    bits = 0
    for key in keys:
        bits |= KEY_BITS[key]
    return bits


def build(api: Any, entries: Sequence[Condition]) -> Any:
    """Return the table in memory, or NULL for no condition. Keep it while the operation runs."""
    if not entries:
        return api.null
    table = api.new("DV_TPT[]", len(entries))
    for one, entry in zip(table, entries, strict=True):
        one.tp_type = C.IO_CONT
        one.tp_termno = entry.number
        one.tp_length = entry.length
        one.tp_flags = entry.flags
    table[len(entries) - 1].tp_type = C.IO_EOT
    return table


def reason(bits: int) -> Reason:
    """Return why an operation ended; no reason at all where only the line ended it."""
    found = Reason(0)
    for bit, why in REASONS.items():
        if bits & bit:
            found |= why
    return found
