"""Audio that isn't there yet: how long texts begin to play before they are spoken whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from boardivr.hal.types import Clip


@dataclass(frozen=True)
class Later:
    """A clip that takes its time.

    :param make: makes it; may be called in any thread, and raises as
        :meth:`boardivr.prompts.library.PromptLibrary.clip` does
    """

    make: Callable[[], Clip]


Sound = Clip | Later
