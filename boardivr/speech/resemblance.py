"""How much the phones that were heard freely resemble those of a phrase.

A grammar finds its phrases in everything; the free pass over all phones knows nothing
of them. Where both agree, phone for phone or at least vowel for vowel, it was the phrase.
"""

from __future__ import annotations

from collections.abc import Sequence

GAP = 0.7
VOWEL_FOR_VOWEL = 0.4
SAME_MANNER = 0.5
OTHER_MANNER = 0.8
MANNERS = (
    frozenset(["P", "T", "K", "B", "D", "G"]),
    frozenset(["CH", "JH", "SH", "ZH", "S", "Z", "F", "V", "TH", "DH", "HH"]),
    frozenset(["M", "N", "NG"]),
    frozenset(["L", "R", "W", "Y"]),
)


def resemblance(phrase: Sequence[str], heard: Sequence[str]) -> float:
    """Return 1 for the same phones, about 0 for others: an edit distance by manner."""
    before = [GAP * j for j in range(len(heard) + 1)]
    for i, phone in enumerate(phrase, 1):
        row = [GAP * i]
        for j, other in enumerate(heard, 1):
            change = before[j - 1] + _cost(phone, other)
            row.append(min(change, before[j] + GAP, row[j - 1] + GAP))
        before = row
    return 1.0 - before[-1] / max(len(phrase), len(heard), 1)


def _cost(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if _is_vowel(one) or _is_vowel(other):
        return VOWEL_FOR_VOWEL if _is_vowel(one) and _is_vowel(other) else 1.0
    return SAME_MANNER if _manner(one) == _manner(other) else OTHER_MANNER


def _is_vowel(phone: str) -> bool:
    return phone[0] in "AEIOUaeiou"


def _manner(phone: str) -> int | None:
    return next((n for n, manner in enumerate(MANNERS) if phone in manner), None)
