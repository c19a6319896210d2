"""``dialogic:sim``: a board on the simulated libraries, with an exchange behind it.

The firmware runs in this process, so that who opens the board has its telephones too;
the libraries reach it over a socket, as any program's do.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence

from boardivr.clock import Clock
from boardivr.hal.dialogic_cffi.board import DialogicBoard
from boardivr.hal.dialogic_cffi.options import Options
from boardivr.hal.dialogic_cffi.simulator.build import build
from boardivr.hal.dialogic_cffi.simulator.clock import FastClock
from boardivr.hal.dialogic_cffi.simulator.ears import Ears, HearingTelephone
from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware
from boardivr.hal.dialogic_cffi.simulator.layout import Layout, read_layout
from boardivr.hal.dialogic_cffi.simulator.line import Line
from boardivr.hal.dialogic_cffi.sound import Converted
from boardivr.hal.loopback.exchange import Exchange
from boardivr.hal.loopback.telephone import Telephone
from boardivr.hal.types import Clip

SOCKET = "BOARDIVR_DIALOGIC"
"""The environment's name for the firmware's socket; the simulated library reads it."""

KINDS = {
    "fxo": "{v}",
    "e1": ":N_dtiB{b}T{t}:P_isdn:V_{v}",
    "ip": ":P_SIP:N_iptB1T{n}:M_ipmB1C{n}:V_{v}",
}
LINES = 4


def with_defaults(options: Options) -> tuple[Options, Layout]:
    """Return what the driver opens, and the boards that are simulated for it.

    ``kind=fxo|e1|ip`` stands for a device string; all other words are the exchange's.
    """
    words = dict(part.partition("=")[::2] for part in options.simulator.split("&") if part)
    kind = words.pop("kind", "fxo")
    if options.device == "{v}" and kind in KINDS:
        options = dataclasses.replace(options, device=KINDS[kind])
    lines = options.lines or LINES
    options = dataclasses.replace(options, lines=lines)
    words.setdefault("country", options.country)
    words.setdefault("disconnect", options.disconnect.value)
    counts = {"analog": 0, "spans": 0, "ip": 0}
    if ":N_dti" in options.device:
        counts["spans"] = -(-lines // 30)
    elif ":N_ipt" in options.device:
        counts["ip"] = lines
    else:
        counts["analog"] = lines
    text = "&".join(f"{word}={value}" for word, value in words.items())
    return options, read_layout(text, **counts)


class SimulatedBoard(DialogicBoard):
    """Its exchange takes telephones: see :class:`boardivr.hal.loopback.Telephone`."""

    def __init__(self, options: Options) -> None:
        options, layout = with_defaults(options)
        options = dataclasses.replace(options, libraries=str(build().lib))
        self.firmware = Firmware(layout)
        self.ears = Ears()
        os.environ[SOCKET] = str(self.firmware.path)
        try:
            super().__init__(options)
        except BaseException:
            self.firmware.close()
            raise
        self._law = Converted(layout.options.law)
        for channel in self.channels:
            channel.voice.on_clips = self._learn

    def _learn(self, clips: Sequence[Clip]) -> None:
        for clip in clips:
            self.ears.learn(self._law.in_law(clip).data, clip)

    def new_clock(self) -> Clock:
        speed = self.firmware.layout.speed
        return super().new_clock() if speed == 1 else FastClock(speed)

    @property
    def exchange(self) -> Exchange:
        return self.firmware.exchange

    @property
    def lines(self) -> Sequence[Line]:
        """The exchange's ends of the lines."""
        return self.firmware.lines

    def telephone(self, number: str = "", name: str = "") -> Telephone:
        """Return a new telephone on the exchange; it knows again what the lines play."""
        return HearingTelephone(self.firmware.exchange, number, name, self.ears)

    def close(self) -> None:
        super().close()
        self.firmware.close()
