"""``play_back``: have a recorded message heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from boardivr.flows.evaluate import evaluate
from boardivr.flows.expressions import Given
from boardivr.flows.parts import Branch, Next
from boardivr.flows.playing import Playing
from boardivr.flows.run import Run
from boardivr.flows.values import FlowFault, kind_of


@dataclass(frozen=True, kw_only=True)
class PlayBack(Playing):
    """``- play_back: $message.file``: what `record` has taken, in this call or an earlier one.

    :param file: its name in the folder of recordings
    :param on_missing: where to go if it isn't there; else that is an error
    """

    kind: ClassVar[str] = "play_back"
    main: ClassVar[str] = "file"

    file: Given
    on_missing: Branch | None = None

    def perform(self, run: Run) -> Next | None:
        name = evaluate(self.file, run.scope())
        if not isinstance(name, str):
            raise FlowFault(f"{self.file.at}: expected a recording's name, found {kind_of(name)}")
        run.note(file=name)
        clip = run.message(name)
        if clip is None:
            run.note(missing=True)
            if self.on_missing is not None:
                return self.on_missing.next()
            raise FlowFault(f"there is no recording {name!r}")
        self.drop_keys(run)
        if clip.data:
            self.play(run, [clip])
        return None
