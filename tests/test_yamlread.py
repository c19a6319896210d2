"""The YAML reader: typed values, all problems with their places, and nothing else ever raised."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr import yamlnodes
from boardivr.yamlnodes import parse
from boardivr.yamlread import (
    Keys,
    Mark,
    Name,
    ReadError,
    Seconds,
    Span,
    keys_of,
    near,
    read,
    read_text,
)


@dataclass(frozen=True, kw_only=True)
class Inner:
    name: Name
    at: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class Sample:
    title: str
    wait: Seconds | None = None
    count: int = 0
    amount: Decimal = Decimal(0)
    loud: bool = False
    digits: Span | None = None
    ends_on: Keys | None = None
    mode: Literal["more", "error"] = "more"
    parts: tuple[Inner, ...] = ()
    on: dict[Name, Inner] = field(default_factory=dict)
    only_if: str = field(default="", metadata={"key": "if"})


def sample(text: str) -> Sample:
    return read_text(text, "s.yaml", Sample)


def problems(text: str) -> list[str]:
    with pytest.raises(ReadError) as caught:
        sample(text)
    return [str(p) for p in caught.value.problems]


def test_reads_typed_values():
    """Types come from the dataclass: zeros stay, `on:` stays a key."""
    got = sample(
        "title: 0123\nwait: 500ms\ncount: 7\namount: 1.50\nloud: yes\ndigits: 16..19\n"
        "ends_on: '#'\nmode: error\nparts: [{name: a}]\non: {x: {name: b}}\nif: $a\n"
    )

    assert got == Sample(
        title="0123",
        wait=Seconds(0.5),
        count=7,
        amount=Decimal("1.50"),
        loud=True,
        digits=Span(16, 19),
        ends_on=Keys("#", Mark("s.yaml", 7, 10)),
        mode="error",
        parts=(Inner(name=Name("a", Mark("", 1, 1))),),
        on={Name("x", Mark("", 1, 1)): Inner(name=Name("b", Mark("", 1, 1)))},
        only_if="$a",
    )


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("10s", 10.0), ("500ms", 0.5), ("5min", 300.0), ("24h", 86400.0), ("1.5 s", 1.5)],
)
def test_reads_times(written, seconds):
    """A time has its unit written."""
    assert sample(f"title: a\nwait: {written}").wait == seconds


@pytest.mark.parametrize("written", ["10", "ten", "-1s", "1e9s", "99999999h", "10sec"])
def test_refuses_times(written):
    """A time without its unit, or that can't be meant, is named with examples."""
    [problem] = problems(f"title: a\nwait: {written}")

    assert problem == (
        "s.yaml:2:7: value: expected a time such as 10s, 500ms, 5min or 24h, found " + repr(written)
    )


@pytest.mark.parametrize("written", ["19..16", "..4", "a", "0", "1...3"])
def test_refuses_spans(written):
    """A count that no input could have is refused."""
    assert len(problems(f"title: a\ndigits: {written}")) == 1


def test_knows_where_values_stand():
    """Names and records carry their place."""
    got = sample("title: a\nparts:\n  - name: first\n  - {name: second}\n")

    assert got.parts[0].at == Mark("s.yaml", 3, 5)
    assert got.parts[1].name.at == Mark("s.yaml", 4, 12)


def test_tells_every_problem_at_once():
    """All problems come together, in the order of the file."""
    assert problems(
        "titel: a\nwait: soon\ncount: x\nparts: [{}, {name: 1}, 5]\n"
        "mode: mor\non: []\nloud: maybe\n"
    ) == [
        "s.yaml:1:1: missing-key: 'title' is missing",
        "s.yaml:1:1: unknown-key: unknown key 'titel'; did you mean 'title'?",
        "s.yaml:2:7: value: expected a time such as 10s, 500ms, 5min or 24h, found 'soon'",
        "s.yaml:3:8: value: expected a whole number, found 'x'",
        "s.yaml:4:9: missing-key: 'name' is missing",
        "s.yaml:4:20: value: expected a name, found '1'; a letter, then letters, digits, _ and -",
        "s.yaml:4:24: value: expected a mapping of name, found a value",
        "s.yaml:5:7: value: expected more or error, found 'mor'; did you mean 'more'?",
        "s.yaml:6:5: value: expected a mapping, found a list",
        "s.yaml:7:7: value: expected yes or no, found 'maybe'",
    ]


def test_refuses_a_key_twice():
    """A key given twice is a problem, not the last one's victory."""
    assert problems("title: a\ntitle: b\n") == [
        "s.yaml:2:1: duplicate-key: 'title' is already given on line 1"
    ]


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("title: [a", "s.yaml:2:1", ""),
        ("title: &x a\n", "s.yaml:1:8", "an anchor (&name) isn't taken here"),
        ("a: &x b\nc: *x\n", "s.yaml:2:4", "an alias (*name) isn't taken here"),
        ("title: !!python/object:os.system a", "s.yaml:1:8", "a tag (!name) isn't taken here"),
        ("title: a\n---\ntitle: b\n", "s.yaml:2:1", "a second document"),
        ("? [a]\n: b\n", "s.yaml:1:3", "a key must be one value"),
        ("", "s.yaml:1:1", "the file is empty"),
        ("title: a\nx: \x00", "s.yaml:2:4", "a character that YAML can't hold"),
        ("[" * 100 + "]" * 100, "s.yaml:1:41", "nested deeper than 40 levels"),
        ("- a\n" * 60_000, "s.yaml:50000:3", "more than 50000 values"),
        ("a" * 1_000_001, "s.yaml:1:1", "the file has 1000001 characters"),
        ("title:", "s.yaml:1:7", "expected text, found nothing"),
    ],
)
def test_refuses_wild_yaml(text, at, words):
    """What YAML can do beyond plain values is refused with its place."""
    [problem] = problems(text + ("\n" if text.startswith("title: [") else ""))

    assert problem.startswith(at)
    assert words in problem


def test_billion_laughs():
    """Lines that double each other stop at the first alias."""
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 40)]

    [problem] = problems("\n".join(lines))
    assert problem.startswith("s.yaml:2:")


def test_unreadable_files(tmp_path: Path):
    """A file that isn't there, or isn't UTF-8, is a problem like any other."""
    bad = tmp_path / "bad.yaml"
    bad.write_bytes(b"title: \xff")

    with pytest.raises(ReadError, match="isn't UTF-8: byte 7 is 0xff"):
        read(bad, Sample)
    with pytest.raises(ReadError, match="can't be read: No such file"):
        read(tmp_path / "none.yaml", Sample)


def test_near_lists_what_there_is():
    """Where nothing is near, the known words are listed."""
    assert near("zzz", ["play", "menu"]) == "there are play, menu"
    many = [f"s{number}" for number in range(99)]
    assert near("zzz", many).endswith("s15, ...")


def test_keys_are_as_written():
    """A field can be written under a word that Python keeps for itself."""
    assert "if" in keys_of(Sample)


@given(st.text(max_size=200))
def test_never_raises_anything_else(text):
    """Whatever the text is, it is read or refused with a place."""
    assert_places(lambda: sample(text))


@given(st.text(alphabet="ab:-[]{}&*!#|>'\"\n \t?%@,012", max_size=80))
def test_never_raises_on_yaml_like_text(text):
    """The same for text made of YAML's own signs."""
    assert_places(lambda: parse(text, "f"))


GOOD = "title: a\nwait: 10s\nparts:\n  - {name: b}\non:\n  x: {name: c}\n"


@given(st.integers(0, len(GOOD)), st.integers(0, 12), st.text(max_size=5))
def test_mutated_files(start, length, put):
    """A good file with a piece replaced is read or refused, nothing else."""
    assert_places(lambda: sample(GOOD[:start] + put + GOOD[start + length :]))


def assert_places(reading):
    found = ()
    try:
        reading()
    except ReadError as error:
        found = error.problems
    assert all(p.at.line >= 1 and p.at.column >= 1 and p.message for p in found)


def test_limits_are_stated():
    """The limits are the module's, so that documents can name them."""
    assert (yamlnodes.MAX_DEPTH, yamlnodes.MAX_NODES) == (40, 50_000)
