"""Texts in two scripts: each stretch goes to the voice of its language.

A Chinese voice reads Latin letters badly or not at all, an English one no Chinese.
Digits and signs belong to what they stand beside, so numbers keep the language of
their sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from boardivr.prompts.languages import code

HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿々〇]")
LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
SCRIPTS = {"zh": HAN, "yue": HAN}  # the others' is Latin
STAND_IN = {"zh": "en", "yue": "en"}  # whose voice reads Latin letters, by the main language


def stretches(text: str, language: str) -> list[tuple[str, str]]:
    """Cut a text where its script changes.

    :param language: of the text; a tag
    :return: stretches with their languages; the text's own for all that it can read
    """
    own = code(language)
    is_chinese = SCRIPTS.get(own) is HAN
    foreign = LATIN if is_chinese else HAN
    if not foreign.search(text):
        return [(text, language)]
    other = STAND_IN.get(own, "zh-CN")
    return [
        (said, other if is_foreign else language)
        for is_foreign, said in _runs(text, foreign, HAN if is_chinese else LATIN)
    ]


def _runs(text: str, foreign: re.Pattern[str], own: re.Pattern[str]) -> Iterator[tuple[bool, str]]:
    """Signs between two foreign ones go with them: ``AT&T``; others stay outside."""
    kinds = [True if foreign.match(c) else False if own.match(c) else None for c in text]
    known = False
    for at, kind in enumerate(kinds):
        if kind is None:
            following = next((k for k in kinds[at:] if k is not None), False)
            kinds[at] = known and bool(following) and text[at] not in "，。,.;；！!？?、"
        else:
            known = kind
    for is_foreign, group in groupby(zip(kinds, text, strict=True), lambda pair: pair[0]):
        yield bool(is_foreign), "".join(sign for _, sign in group)
