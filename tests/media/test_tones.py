"""The countries' tone plans."""

from __future__ import annotations

from math import inf

import pytest

from boardivr.media.tones import CallerIdStandard, Disconnect, countries, plan


@pytest.mark.parametrize("country", countries())
def test_plan_has_what_every_line_needs(country: str) -> None:
    """Every plan has the tones of a call, at levels that a line carries, and can be sent."""
    tones = plan(country)

    names = [tone.name for tone in tones.tones]
    assert len(names) == len(set(names))
    assert {"dial", "ringback", "busy", "congestion", "sit", "call_waiting", "beep"} <= set(names)
    for tone in tones.tones:
        assert 1 <= len(tone.steps) <= 8
        for step in tone.steps:
            assert 1 <= len(step.sines) <= 4
            assert step.on > 0
            assert step.off >= 0
            assert all(300 < hz < 3400 and -25 <= level <= -9 for hz, level in step.sines)
    assert len(tones.ring) % 2 == 0
    assert tones.caller_id


def test_china() -> None:
    """China: 450 Hz for everything, told apart by cadence; the far end's end is a busy tone."""
    cn = plan("CN")

    assert all(tone.frequencies == (450.0,) for tone in cn.heard if tone.name != "sit")
    assert cn.tone("dial").is_continuous
    assert cn.tone("ringback").cadence == (1.0, 4.0)
    assert cn.tone("busy").cadence == (0.35, 0.35)
    assert cn.tone("congestion").cadence == (0.7, 0.7)
    assert cn.ring == (1.0, 4.0)
    assert cn.caller_id == (CallerIdStandard.BELLCORE, CallerIdStandard.DTMF)
    assert cn.disconnect is Disconnect.BUSY_TONE


def test_great_britain_rings_twice() -> None:
    """Great Britain: two rings in three seconds, in the tone as in the bell."""
    gb = plan("gb")

    assert gb.tone("ringback").frequencies == (400.0, 450.0)
    assert gb.tone("ringback").cadence == gb.ring == (0.4, 0.2, 0.4, 2.0)


def test_successive_tone() -> None:
    """SIT is three sounds one after the other, and no cadence."""
    sit = plan("de").tone("sit")

    assert sit.is_successive
    assert sit.frequencies == (950.0, 1400.0, 1800.0)
    assert sit.cadence == ()
    assert not sit.is_continuous


def test_beep_sounds_once() -> None:
    """The beep before a recording is not repeated; dial tone never ends."""
    assert not plan("us").tone("beep").repeats
    assert plan("us").tone("dial").steps[0].on == inf


def test_unknown_country_lists_the_known() -> None:
    """An unknown plan's error says which there are."""
    with pytest.raises(ValueError, match="no tone plan 'xx'; known are cn, de, gb, us"):
        plan("xx")


def test_unknown_tone_lists_the_known() -> None:
    """An unknown tone's error says which the plan has."""
    with pytest.raises(KeyError, match="no tone 'hold' in plan 'cn'; it has dial, ringback"):
        plan("cn").tone("hold")
