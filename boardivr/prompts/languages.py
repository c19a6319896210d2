"""Which language is played where the wanted one has nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


def code(tag: str) -> str:
    """Return a tag's language without its region: ``en`` of ``en-GB``."""
    return tag.split("-")[0].lower()


@dataclass(frozen=True)
class Fallback:
    """The declared chains: ``{"yue": ["zh-CN"]}``; the default language ends each.

    :param chains: by language tag
    """

    default: str = "zh-CN"
    chains: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def chain(self, wanted: str) -> tuple[str, ...]:
        """Return the wanted language and those that stand in for it, in order."""
        return (wanted, *self.chains.get(wanted, ()), self.default)

    def choose(self, wanted: str, there: Iterable[str]) -> str | None:
        """Return the first language of the wanted one's chain that is there.

        A tag also stands for its language in another region: ``en`` is there
        for ``en-GB``.
        """
        tags = list(there)
        for tag in self.chain(wanted):
            if tag in tags:
                return tag
            for other in tags:
                if code(other) == code(tag):
                    return other
        return None
