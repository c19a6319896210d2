"""SSML-lite, and texts in two scripts."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.prompts.tts import markup
from boardivr.prompts.tts.markup import Span
from boardivr.prompts.tts.scripts import stretches

TAGS = ['<break time="300ms"/>', "<break/>", "<emphasis>", "</emphasis>", "</say-as>",
        '<say-as interpret-as="characters">']  # fmt: skip
marked = st.lists(st.one_of(st.sampled_from(TAGS), st.text("ab <>&余,"))).map("".join)


def test_spans():
    """Words keep their marks; a pause stands between them."""
    text = (
        'Please wait.<break time="800ms"/>Do <emphasis>not</emphasis>'
        ' say <say-as interpret-as="characters">AB</say-as>'
    )

    assert markup.spans(text) == [
        Span("Please wait."),
        Span("", pause=0.8),
        Span("Do "),
        Span("not", is_emphasised=True),
        Span(" say "),
        Span("AB", is_spelled=True),
    ]
    assert markup.plain(text) == "Please wait. Do not say AB"
    assert markup.marks(text) == {markup.PAUSE, markup.EMPHASIS, markup.SPELL}
    assert markup.mistakes(text) == []


def test_pauses():
    """Milliseconds or seconds; one that doesn't say is half a second, none is over ten."""
    pauses = [
        markup.spans(f"a{tag}b")[1].pause
        for tag in (
            '<break time="250ms"/>',
            '<break time="1.5s"/>',
            "<break/>",
            '<break time="90s"/>',
        )
    ]

    assert pauses == [0.25, 1.5, 0.5, 10.0]


@pytest.mark.parametrize("text", ["a < b", "<b>", "5<6>4", "press <1>", "<", "&amp;"])
def test_other_signs_are_signs(text):
    """What isn't one of our marks is text."""
    assert markup.spans(text) == [Span(text)]
    assert markup.mistakes(text) == []


@pytest.mark.parametrize(
    "text", ['<break time="long"/>', "<emphasis>never closed", "<prosody rate='fast'>x", "</speak>"]
)
def test_mistakes(text):
    """Half a mark, and marks of SSML that we don't have, are told."""
    assert len(markup.mistakes(text)) == 1


@given(marked)
def test_no_word_is_lost(text):
    """All words are in the spans, in order, whatever the marks; so they are in plain text."""
    words = "".join(span.text for span in markup.spans(text))

    assert words.split() == markup.plain(text).split() or "".join(words.split()) == "".join(
        markup.plain(text).split()
    )


@given(st.text("ab <>&\"'余"), st.floats(0.1, 9))
def test_ssml_is_well_formed(text, seconds):
    """Whatever signs a text has, what an engine gets is XML with just our marks in it."""
    document = markup.ssml(f'{text}<break time="{seconds:.1f}s"/><emphasis>{text}</emphasis>')

    root = ElementTree.fromstring(document)
    assert [child.tag for child in root] == ["break", "emphasis"]
    assert root[1].text in (text, None)


@pytest.mark.parametrize(
    ("text", "language", "cut"),
    [
        ("您的余额", "zh-CN", [("您的余额", "zh-CN")]),
        ("请下载 BoardIVR 应用", "zh-CN",
         [("请下载 ", "zh-CN"), ("BoardIVR", "en"), (" 应用", "zh-CN")]),
        ("请拨 95588 转 3", "zh-CN", [("请拨 95588 转 3", "zh-CN")]),
        ("请用AT&T卡，PIN六位", "zh-CN",
         [("请用", "zh-CN"), ("AT&T", "en"), ("卡，", "zh-CN"), ("PIN", "en"), ("六位", "zh-CN")]),
        ("Press 1 for 中文服务, please", "en",
         [("Press 1 for ", "en"), ("中文服务", "zh-CN"), (", please", "en")]),
        ("plain English", "en-GB", [("plain English", "en-GB")]),
    ],
)  # fmt: skip
def test_scripts(text, language, cut):
    """Each script goes to its language; digits stay with their sentence."""
    assert stretches(text, language) == cut


@given(st.text("ab1 ,&余额。"), st.sampled_from(["zh-CN", "en"]))
def test_stretches_are_the_text(text, language):
    """Nothing is lost or moved, and no two beside each other have one language."""
    cut = stretches(text, language)

    assert "".join(said for said, _ in cut) == text
    assert all(a[1] != b[1] for a, b in itertools.pairwise(cut))
