"""Telephones of simulated boards know again what is played to them."""

from __future__ import annotations

from boardivr.hal import Clip, Encoding, Reason, Termination
from boardivr.hal.dialogic_cffi.opening import conformance_rig
from boardivr.hal.dialogic_cffi.simulator.board import SimulatedBoard
from boardivr.hal.dialogic_cffi.simulator.ears import HearingTelephone, fingerprint


def voice(seed: int, seconds: float) -> Clip:
    """Return sound that no other clip has."""
    values = [(i * i * seed + i * 37) % 4001 * 4 - 8000 for i in range(int(8000 * seconds))]
    data = b"".join(value.to_bytes(2, "little", signed=True) for value in values)
    return Clip(data=data, encoding=Encoding.LINEAR, name=f"voice {seed}", text=f"words {seed}")


def test_words_are_heard() -> None:
    """Each clip is heard with its words, in order, and whether it was heard whole."""
    one, two = voice(3, 0.5), voice(7, 1.5)
    with conformance_rig("dialogic:sim?lines=2&kind=e1") as rig:
        assert isinstance(rig.board, SimulatedBoard)
        phone = rig.board.telephone("7005")
        assert isinstance(phone, HearingTelephone)
        phone.call(rig.numbers[0])
        line = rig.board.channels[0]
        assert line.wait_for_call(timeout=20.0) is not None
        line.answer()
        assert line.play(one, two, until=Termination(max_time=1.0)) == Reason.MAX_TIME
        assert line.play(one) == Reason.END_OF_DATA
        phone.hear("words 3")
        phone.hear("words 7")
        phone.hear("words 3")
        line.hang_up()
        phone.wait_for_end(5.0)
        phone.hang_up()

        heard = [(entry.text, entry.is_whole) for entry in phone.log if entry.what == "heard"]
        assert heard == [("words 3", True), ("words 7", False), ("words 3", True)]


def test_silence_tells_nothing() -> None:
    """Silence, or what is too short, is no clip's own."""
    assert fingerprint(b"\xd5" * 8000) is None
    assert fingerprint(bytes(range(256))) is None
