"""Counting what callers get wrong: silence and keys that don't fit, each on its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from boardivr.flows.parts import Branch, HangUp, Next, Retry, Say
from boardivr.flows.run import Run

NO_INPUT_AFTER = 10.0  # the source documents' time: then the line is freed
NO_INPUT_TRIES = 1
NO_MATCH_TRIES = 3
BETWEEN_KEYS = 3.0


@dataclass
class Tries:
    """How often a caller has failed at one step or menu."""

    run: Run
    no_input: Retry | None = None
    no_match: Retry | None = None
    silent: int = field(default=0, init=False)
    unfit: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        defaults = self.run.flow.defaults
        self.no_input = (self.no_input or Retry()).or_else(defaults.no_input)
        self.no_match = (self.no_match or Retry()).or_else(defaults.no_match)

    @property
    def silence(self) -> float:
        """Seconds without a key that are no input."""
        written = self.no_input.after if self.no_input else None
        return self.run.seconds("no_input", NO_INPUT_AFTER if written is None else written)

    @property
    def between(self) -> float:
        written = self.run.flow.defaults.between_keys
        return self.run.seconds("between_keys", BETWEEN_KEYS if written is None else written)

    def was_silent(self) -> Next | None:
        """Count a silence; return where to go if it was one too many."""
        self.silent += 1
        return self._failed(self.no_input, self.silent, NO_INPUT_TRIES, "no_input")

    def did_not_fit(self) -> Next | None:
        """Count keys that don't fit, and drop what was typed ahead of the mistake."""
        self.unfit += 1
        self.run.channel.clear_digits()
        return self._failed(self.no_match, self.unfit, NO_MATCH_TRIES, "no_match")

    def fits(self) -> None:
        self.silent = self.unfit = 0

    def _failed(self, rule: Retry | None, count: int, usual: int, reason: str) -> Next | None:
        rule = rule or Retry()
        self.run.note(**{reason: count})
        if count >= (usual if rule.tries is None else rule.tries):
            return end_of(rule.then, reason)
        self.apologise(rule.words(count))
        return None

    def apologise(self, say: Say | None) -> None:
        self.run.speak(self.run.spoken(say))


def end_of(branch: Branch | None, reason: str) -> Next:
    """Return where a branch goes; hanging up keeps the reason."""
    if branch is None or branch.target == "hang_up":
        return HangUp(reason)
    return branch.next()
