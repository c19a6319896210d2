from __future__ import annotations

from boardivr.hal.loopback.scroll import Scroll
from boardivr.hal.loopback.telephone import Heard
from boardivr.hal.loopback.transcript import lines


def test_words_appear_as_they_begin() -> None:
    """Clips in a row go on in one line; a cut is marked when something else happens."""
    written: list[str] = []
    scroll = Scroll(written.append, start=0.0)
    log = [Heard(at=1.0, what="heard", text="Hello,")]
    scroll.show(log)
    first = "".join(written)
    log[0].is_whole, log[0].seconds = True, 0.5
    log.append(Heard(at=1.5, what="heard", text="press one"))
    scroll.show(log)
    log[1].seconds = 0.1
    log.append(Heard(at=1.7, what="pressed", text="1", is_secret=True))
    scroll.show(log)
    scroll.end()

    assert first == "    1.00  hears   Hello,"
    assert "".join(written).splitlines() == [
        "    1.00  hears   Hello, press one …",
        "    1.70  presses •",
    ]


def test_it_ends_as_the_transcript() -> None:
    """What has scrolled by at the end is the transcript, whichever way it came."""
    log = [
        Heard(at=0.0, what="called", text="95588"),
        Heard(at=1.0, what="heard", text="您好", seconds=1.0, is_whole=True),
        Heard(at=2.0, what="heard", name="pause:0.5", seconds=0.5, is_whole=True),
        Heard(at=2.5, what="heard", text="再见", seconds=0.2),
        Heard(at=2.7, what="hung up"),
    ]
    written: list[str] = []
    scroll = Scroll(written.append, start=0.0)
    for n in range(len(log) + 1):
        scroll.show(log[:n])
    scroll.end()

    assert "".join(written).splitlines() == lines(log)
