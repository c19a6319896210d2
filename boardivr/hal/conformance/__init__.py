"""What every driver must do. Subclass, give ``rig``, run with pytest.

Cases are skipped by :class:`Feature`, never by a board's name. Times are given
0.25 s of room, so that the same suite runs on real boards wired back to back.
"""

from __future__ import annotations

from boardivr.hal.conformance.answering import AnsweringCases
from boardivr.hal.conformance.dialling import DiallingCases
from boardivr.hal.conformance.ending import EndingCases
from boardivr.hal.conformance.fax import FaxCases
from boardivr.hal.conformance.keys import KeyCases
from boardivr.hal.conformance.leaks import LeakCases
from boardivr.hal.conformance.playing import PlayingCases
from boardivr.hal.conformance.recording import RecordingCases
from boardivr.hal.conformance.rig import FarEnd, FaxFarEnd, Rig
from boardivr.hal.conformance.routing import RoutingCases
from boardivr.hal.conformance.speech import SpeechCases


class ChannelConformance(
    AnsweringCases,
    PlayingCases,
    KeyCases,
    RecordingCases,
    EndingCases,
    DiallingCases,
    RoutingCases,
    SpeechCases,
    FaxCases,
    LeakCases,
):
    """The suite. A subclass gives the fixture ``rig``, and closes it again."""


__all__ = ["ChannelConformance", "FarEnd", "FaxFarEnd", "Rig"]
