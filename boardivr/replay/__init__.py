"""A traced call run again, with the same keys and host replies, to the first difference.

It runs the version that the record names: on the interpreter alone (:mod:`.fast`), or on a
virtual board with real audio and key tones (:mod:`.audio`). Keys that a trace must not have
(PINs, all but the last digits of cards) are made up; whether a PIN was right is as it was
in the call.
"""

from boardivr.replay.fast import replay
from boardivr.replay.tape import Difference, Replayed

__all__ = ["Difference", "Replayed", "replay"]
