"""The tone of a fax that calls (CNG), defined on the board like a tone of the user's.

ITU-T T.30, 4.3.3.1: 1100 Hz within 38 Hz, half a second on and three off. A DE_TONEON
event of its number tells it; so long a pause isn't waited for.
"""

from __future__ import annotations

from typing import Any

from boardivr.hal.dialogic_cffi.names import C
from boardivr.hal.dialogic_cffi.voice import Voice

NUMBER = 150
"""Of the tone; 101 to 115 and 250 on are the board's own."""


def listen(api: Any, voice: Voice) -> bool:
    """Have a channel listen for it; False where the board won't."""
    if api.dx_bldst(NUMBER, 1100, 38, C.TN_LEADING) == -1:
        return False
    return int(api.dx_addtone(voice.handle, 0, 0)) != -1
