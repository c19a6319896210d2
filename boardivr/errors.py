"""What BoardIVR raises.

::

    BoardIVRError
     +-- SettingsError        a setting that can't be read or used
     +-- hal.errors.BoardError and hal.errors.CallEnded
     +-- flows.model.FlowError, store.StoreError, prompts.PromptError ...

Every one carries a message that says what, where, found and expected, so that
the command line can print it as one line.
"""

from __future__ import annotations


class BoardIVRError(Exception):
    """Anything that BoardIVR itself raises."""


class SettingsError(BoardIVRError):
    """A setting that can't be read, or has a value that can't be meant."""
