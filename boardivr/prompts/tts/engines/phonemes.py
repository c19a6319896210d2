"""Text to the phonemes that the Kokoro model was trained on.

English: libespeak-ng's, in the model's one-sign notation of affricates and
diphthongs. Mandarin: jieba finds the words, pypinyin their readings (the
package misaki), tones are arrows. Punctuation stays: it is the melody.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_AMERICAN = (
    ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"),
    ("o^ʊ", "O"), ("ə^l", "ᵊl"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ɚ", "əɹ"),
    ("ɐ", "ə"), ("ː", ""), ("r", "ɹ"), ("x", "k"), ("ɾ", "T"), ("ʔ", "t"), ("\u0303", ""),
)  # fmt: skip
_BRITISH = (
    ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"),
    ("e^ə", "ɛː"), ("ə^ʊ", "Q"), ("ə^l", "ᵊl"), ("iə", "ɪə"), ("ɚ", "əɹ"), ("ɐ", "ə"),
    ("r", "ɹ"), ("x", "k"), ("ɾ", "T"), ("ʔ", "t"), ("\u0303", ""),
)  # fmt: skip
"""What espeak-ng writes, and the model's signs for it; the longer ones first."""

_STOPS = re.compile(r"\s*([,.!?;:—…]+)(?=\s|$)\s*")
_SPACED = re.compile(r"\s*([,.!?;:，。！？；：、]+)\s*")
_HALF_DAY = re.compile(r"\b([ap])\.m\.(?=[^\w]|$)")
_WIDE = str.maketrans("，。！？；：、", ",.!?;:,")


def english(text: str, phonemes: Callable[[str], str], *, british: bool) -> str:
    """Return English as the model's phonemes.

    :param phonemes: of a clause, as :meth:`.espeak_library.EspeakLibrary.phonemes`
    """
    said = ""
    plain = _HALF_DAY.sub(lambda half: f"{half[1].upper()} M", text.translate(_WIDE))
    for part in _STOPS.split(plain):
        is_stop = bool(part) and not any(map(str.isalnum, part))
        said += f"{part} " if is_stop else _one_signed(phonemes(part), british) if part else ""
    return said.strip()


def _one_signed(clause: str, british: bool) -> str:
    for theirs, ours in _BRITISH if british else _AMERICAN:
        clause = clause.replace(theirs, ours)
    clause = re.sub(r"(\S)\u0329", r"ᵊ\1", clause)  # a syllable without a vowel
    return clause.replace("o", "ɔ").replace("^", "").replace("-", "")


class Mandarin:
    """Chinese characters to phonemes; loads its dictionary once.

    :raises ImportError: ``misaki[zh]`` isn't installed
    """

    def __init__(self) -> None:
        import logging

        import jieba
        from misaki.zh import ZHG2P

        jieba.setLogLevel(logging.WARNING)  # it tells on stderr what it loads
        self._convert = ZHG2P()

    def __call__(self, text: str) -> str:
        # Half-width stops too: misaki only spaces the wide ones.
        spaced = _SPACED.sub(lambda stop: stop[1].translate(_WIDE) + " ", text)
        return str(self._convert(spaced)[0]).strip()
