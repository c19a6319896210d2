from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.fax import fonts, layout, markdown, plaintext
from boardivr.fax.blocks import PageEnd, Paragraph, Rule, Table
from boardivr.fax.errors import DocumentError
from boardivr.fax.fonts import Face
from boardivr.fax.model import Options
from boardivr.fax.paper import Paper, Resolution
from boardivr.fax.wrap import NOT_FIRST, NOT_LAST, Run, width_of, wrap

FACE = Face(size=30)
LETTERS = st.text("abc 中文，。（）“”—1.23-/ ", min_size=0, max_size=120)


def lines_of(text: str, width: float) -> list[str]:
    return ["".join(run.text for run in line) for line in wrap([Run(text, FACE)], width)]


@settings(deadline=None)
@given(text=LETTERS, width=st.floats(60, 700))
def test_no_line_is_too_wide_and_no_letter_is_lost(text: str, width: float) -> None:
    """All that isn't a space is in the lines, in order, and each line fits."""
    lines = wrap([Run(text, FACE)], width)

    assert all(width_of(line) <= width + 1 for line in lines)
    joined = "".join(run.text for line in lines for run in line)
    assert "".join(joined.split()) == "".join(text.split())


def test_words_are_whole_and_chinese_is_broken_anywhere() -> None:
    """Latin words aren't broken; between Chinese characters there may be a line's end."""
    assert lines_of("hello world again", FACE.length("hello world") + 2) == ["hello world", "again"]
    assert lines_of("您的余额是", 3 * FACE.length("您") + 1) == ["您的余", "额是"]


def test_no_line_begins_with_a_closing_mark() -> None:
    """Closing marks stay with what they close, opening ones with what they open."""
    for width in range(3, 12):
        for line in lines_of("第一，第二（括号）。“引号”，完！", width * 31)[1:]:
            assert line[0] not in NOT_FIRST
        for line in lines_of("第一，第二（括号）。“引号”，完！", width * 31)[:-1]:
            assert line[-1] not in NOT_LAST


MARKDOWN = """\
# Title
Two lines
of **one** paragraph with `code` and [a link](http://x).

- first
  goes on
  - inside
2. second
> said
---
| a | b |
|---|--:|
| 1 | **2** |

```
if x:
    y
```
"""


def test_markdown_becomes_blocks() -> None:
    """Headings, paragraphs, lists, quotes, rules, tables and code are told apart."""
    title, words, first, inside, second, said, rule, table, *code = markdown.blocks(MARKDOWN)

    assert isinstance(title, Paragraph)
    assert title.spans[0].bold
    assert title.keep
    assert isinstance(words, Paragraph)
    assert "".join(span.text for span in words.spans) == (
        "Two lines of one paragraph with code and a link (http://x)."
    )
    assert [span.text for span in words.spans if span.bold] == ["one"]
    assert [span.text for span in words.spans if span.mono] == ["code"]
    marks = [(item.marker, item.indent) for item in (first, inside, second)]  # type: ignore[union-attr]
    assert marks == [("•", 16), ("•", 32), ("2.", 16)]
    assert said == Paragraph(spans=markdown.spans("said"), indent=16)
    assert isinstance(rule, Rule)
    assert isinstance(table, Table)
    assert (len(table.rows), table.right) == (2, {1})
    assert table.rows[1][1][0].bold
    assert [block.spans[0].text for block in code] == ["if x:", "    y"]  # type: ignore[union-attr]


def test_marks_that_mean_nothing_are_text() -> None:
    """Stars and underlines within words, and HTML, are printed as they are."""
    assert markdown.spans("2 * 3 * 4, a_b_c, <b>x</b>")[0].text == "2 * 3 * 4, a_b_c, <b>x</b>"


@settings(deadline=None)
@given(text=st.text("#*-`|>[]() \n\t1.ab中_~:", max_size=200))
def test_any_markdown_has_blocks(text: str) -> None:
    """Whatever is written, it's read to its end."""
    for block in markdown.blocks(text):
        assert not isinstance(block, Table) or len({len(row) for row in block.rows}) == 1


def test_chinese_lines_are_joined_without_a_space() -> None:
    """A paragraph's lines are joined as its script does it."""
    (block,) = markdown.blocks("您的余额\n是一百元\nor so")

    assert isinstance(block, Paragraph)
    assert block.spans[0].text == "您的余额是一百元 or so"


def test_plain_text_with_columns_is_set_in_cells() -> None:
    """Text that has columns keeps them; a letter is set in proportional letters."""
    (table,) = plaintext.blocks("total      12.00")
    (words,) = plaintext.blocks("a letter")

    assert isinstance(table, Paragraph)
    assert isinstance(words, Paragraph)
    assert (table.spans[0].mono, words.spans[0].mono) == (True, False)


def test_a_form_feed_begins_a_page() -> None:
    """A form feed in a text is a page's end."""
    assert [type(block) for block in plaintext.blocks("a\fb")] == [Paragraph, PageEnd, Paragraph]


@pytest.mark.parametrize("resolution", Resolution)
@pytest.mark.parametrize("paper", Paper)
def test_a_long_text_fills_pages(paper: Paper, resolution: Resolution) -> None:
    """Pages have the paper's dots; every line of a text is on one of them, within its margins."""
    options = Options(paper=paper, resolution=resolution)
    blocks = list(plaintext.blocks("\n".join(f"line {number}" for number in range(120))))

    pages = list(layout.pages(blocks, options))

    assert len(pages) >= 2
    for page in pages:
        assert page.size == (paper.columns, paper.rows(resolution))
        left, top, right, bottom = page.point(lambda v: 255 - v).getbbox() or (0, 0, 0, 0)
        assert left >= 150
        assert right <= paper.columns - 150
        assert top >= 0.04 * page.height
        assert bottom <= 0.96 * page.height


def test_letters_that_no_font_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package, Chinese is refused with its name; with it, odd letters are boxes."""
    if fonts.family() is not None:
        assert plaintext.check_letters("价格 €5 é", "a.txt") == []
        assert "U+10FFFD" in plaintext.check_letters("\U0010fffd", "a.txt")[0]
    monkeypatch.setattr(fonts, "FAMILIES", ())
    for cache in (fonts.family, fonts.has, fonts._font, fonts._length):
        cache.cache_clear()
    try:
        assert plaintext.check_letters("plain ASCII: 100%", "a.txt") == []
        with pytest.raises(DocumentError, match=r"a\.txt: line 2: no font has 价 .*install"):
            plaintext.check_letters("x\n价", "a.txt")
    finally:
        monkeypatch.undo()
        for cache in (fonts.family, fonts.has, fonts._font, fonts._length):
            cache.cache_clear()


def test_a_text_without_end_is_refused() -> None:
    """A text of more letters than 500 pages hold is refused before it's set."""
    with pytest.raises(DocumentError, match="at most 2,000,000 letters, found 2,000,001"):
        plaintext.cleaned("a" * 2_000_001, "long.txt")
