"""Boards and channels, whatever hardware (or none) is behind them.

Everything above this package talks to lines through :class:`Channel` only.
"""

from boardivr.hal.board import Board
from boardivr.hal.channel import Channel
from boardivr.hal.errors import (
    BoardError,
    CallEnded,
    ChannelStateError,
    DriverUnavailable,
    Unsupported,
)
from boardivr.hal.types import (
    AnsweredBy,
    CallProgress,
    Clip,
    Compression,
    Digits,
    Encoding,
    FaxFrame,
    FaxOffer,
    FaxOutcome,
    FaxResult,
    FaxSettings,
    Feature,
    IncomingCall,
    LineKind,
    Modem,
    Outcome,
    Reason,
    Recording,
    Resolution,
    State,
    Termination,
    Utterance,
)

__all__ = [
    "AnsweredBy",
    "Board",
    "BoardError",
    "CallEnded",
    "CallProgress",
    "Channel",
    "ChannelStateError",
    "Clip",
    "Compression",
    "Digits",
    "DriverUnavailable",
    "Encoding",
    "FaxFrame",
    "FaxOffer",
    "FaxOutcome",
    "FaxResult",
    "FaxSettings",
    "Feature",
    "IncomingCall",
    "LineKind",
    "Modem",
    "Outcome",
    "Reason",
    "Recording",
    "Resolution",
    "State",
    "Termination",
    "Unsupported",
    "Utterance",
]
