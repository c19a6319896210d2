"""A board of software: a small exchange with lines, numbers and telephones, and real audio.

It makes everything run, and be tested, without hardware. Its DSP is the engine
of :mod:`boardivr.media`; its time is real, or virtual with ``time=virtual``.
"""

from boardivr.hal.loopback.board import LoopbackBoard, open_board
from boardivr.hal.loopback.faults import Fault
from boardivr.hal.loopback.telephone import Heard, Telephone

__all__ = ["Fault", "Heard", "LoopbackBoard", "Telephone", "open_board"]
