"""Long texts are parted where one would breathe."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from boardivr.prompts.tts.sentences import parts

TEXTS = st.text(alphabet="ab好的 ,。.!?;、:, \n", max_size=400)


def test_short_text_stays_whole() -> None:
    """What an engine takes at once isn't parted."""
    assert parts("One. Two. Three.") == ["One. Two. Three."]


def test_sentences() -> None:
    """A long text is parted after sentences, as many together as go."""
    assert parts("One two. Three four. Five.", 14) == ["One two.", "Three four.", "Five."]
    assert parts("您好。欢迎致电。请稍候。", 7) == ["您好。", "欢迎致电。", "请稍候。"]


def test_clauses_then_words_then_anywhere() -> None:
    """A sentence that is too long is parted at its commas, then between words, then anywhere."""
    assert parts("One two, three four, five", 12) == ["One two,", "three four,", "five"]
    assert parts("one two three", 8) == ["one two", "three"]
    assert parts("a" * 10, 4) == ["aaaa", "aaaa", "aa"]


@given(TEXTS, st.integers(1, 60))
def test_nothing_is_lost(text: str, longest: int) -> None:
    """Whatever the text: the parts are it, in order, none empty, none too long."""
    found = parts(text, longest)

    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(part.strip() and len(part) <= longest for part in found)
