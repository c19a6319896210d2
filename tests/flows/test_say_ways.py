"""The ways in which a flow says values, from the file to the words."""

from __future__ import annotations

import datetime as dt

import pytest

from boardivr.flows.evaluate import Scope
from boardivr.flows.parts import SPOKEN, Say
from boardivr.flows.say import spoken
from boardivr.flows.values import FlowFault
from boardivr.prompts.say import words
from boardivr.yamlread import read_text

NOW = dt.datetime(2026, 11, 25, 14, 5, tzinfo=dt.UTC)
WAYS = {
    "{text: $name}": ("李雷", "李雷"),
    "{number: 10100.5}": ("一万零一百点五", "ten thousand one hundred point five"),
    "{ordinal: 3}": ("第三", "third"),
    "{digits: '0210'}": ("零二一零", "zero two one zero"),
    "{money: 10100.05}": ("一万零一百元零五分", "ten thousand one hundred yuan and five fen"),
    "{money: 2.50, currency: 'GBP'}": ("两英镑五十便士", "two pounds and fifty pence"),
    "{percent: 3.25}": ("百分之三点二五", "three point two five percent"),
    "{date: '2026-09-21'}": (
        "二零二六年九月二十一日",
        "September twenty-first, twenty twenty-six",
    ),
    "{time: '14:05'}": ("下午两点零五分", "two oh five p.m."),
    "{phone: '110'}": ("幺幺零", "one one zero"),
    "{phone: '110', yao: no}": ("一一零", "one one zero"),
    "{duration: 3605}": ("一小时零五秒", "one hour and five seconds"),
}


def said(text: str, language: str) -> str:
    say = read_text(text, "a.yaml", Say)
    scope = Scope(variables={"name": "李雷", "n": 1}, customer=None, now=NOW)
    ((tag, piece),) = spoken(say, scope, language)
    return words(piece, tag)


@pytest.mark.parametrize("text", WAYS)
def test_ways(text):
    """Each way of saying a value, in both languages."""
    assert (said(text, "zh-CN"), said(text, "en")) == WAYS[text]


def test_every_way_is_tried():
    """No way to say a value is without a case."""
    assert {text[1:].partition(":")[0] for text in WAYS} == set(SPOKEN)


@pytest.mark.parametrize("text", ["{ordinal: 2.5}", "{ordinal: $name}", "{money: $name}"])
def test_what_cannot_be_said_so(text):
    """A value of another kind is a fault of the flow, at its place."""
    with pytest.raises(FlowFault, match="can't be said as"):
        said(text, "en")
