"""Tones that end a call on a line that tells it by nothing else, defined on the board.

Global tone detection: dx_blddtcad(), dx_bldstcad(), dx_addtone(); a DE_TONEON event of one
of these numbers says that the far end is gone.
"""

from __future__ import annotations

from typing import Any

from boardivr.hal.dialogic_cffi.progress import HZ_ROOM, TIME_ROOM
from boardivr.hal.dialogic_cffi.voice import Voice
from boardivr.media.tones import plan

FIRST_NUMBER = 151  # of the user's tones; 101 to 115 and 250 on are the board's own
NAMES = ("busy", "congestion")
CYCLES = 3  # heard so often, it isn't the end of somebody's sentence


def listen_for_goodbye(api: Any, voice: Voice, country: str) -> frozenset[int]:
    """Have a channel listen for a country's busy tones; return their numbers.

    :raises BoardError: the board has no room for them
    """
    numbers = []
    for number, name in enumerate(NAMES, FIRST_NUMBER):
        tone = plan(country).tone(name)
        on, off = (round(seconds * 100) for seconds in tone.cadence[:2])
        cadence = (on, _room(on), off, _room(off), CYCLES)
        first, *more = (round(hz) for hz in tone.frequencies[:2])
        if more:
            result = api.dx_blddtcad(number, first, HZ_ROOM, more[0], HZ_ROOM, *cadence)
            voice.check(result, "dx_blddtcad")
        else:
            voice.check(api.dx_bldstcad(number, first, HZ_ROOM, *cadence), "dx_bldstcad")
        voice.check(api.dx_addtone(voice.handle, 0, 0), "dx_addtone")
        numbers.append(number)
    return frozenset(numbers)


def _room(hundredths: int) -> int:
    return max(3, round(hundredths * TIME_ROOM))
