"""Models and dictionaries that operators drop in."""

from __future__ import annotations

from pathlib import Path

import pytest

from boardivr.speech.errors import ModelError, WordError
from boardivr.speech.lexicon import Lexicon
from boardivr.speech.model import FILES, Models, read_model

ENGLISH = """\
account AH K AW N T
balance B AE L AH N S
balance(2) B AE L AH N T S
bank B AE NG K
card K AA R D
head HH EH D
phone F OW N
"""
CHINESE = "余额\tv vv e\n余\tv vv\n额\te\n查询\tch a x vn\n转\tzh uan\n账\tzh ang\n"


def folder(path: Path, upper: str = "-upperf 4000") -> Path:
    """Make a folder that looks like a model."""
    path.mkdir(parents=True)
    for name in FILES:
        (path / name).write_text(upper)
    (path / "sendump").write_text("")
    (path / "words.dic").write_text(ENGLISH)
    return path


def test_a_model(tmp_path: Path) -> None:
    """A folder by the language's name is its model; its filters tell the sampling rate."""
    narrow, wide = folder(tmp_path / "zh-CN"), folder(tmp_path / "de", "-upperf 6855.4976")

    assert Models(tmp_path).find("zh-CN").rate == 8000
    assert Models(tmp_path).find("de").rate == 16000
    assert Models(tmp_path, {"fr": narrow}).find("fr-FR").folder == narrow
    assert {"zh-CN", "de", "en"} <= set(Models(tmp_path).languages())
    assert read_model(wide).dictionary.name == "words.dic"


def test_english_is_there(tmp_path: Path) -> None:
    """English comes with the wheel."""
    pytest.importorskip("pocketsphinx")

    assert Models(tmp_path).find("en-US").rate == 16000


def test_what_is_no_model(tmp_path: Path) -> None:
    """A folder that isn't a model is named, with all that is missing."""
    broken = folder(tmp_path / "zh-CN")
    (broken / "mdef").unlink()
    (broken / "sendump").unlink()
    (broken / "words.dic").unlink()

    with pytest.raises(ModelError, match=r"zh-CN.*mdef, sendump or mixture_weights, a dictionary"):
        Models(tmp_path).find("zh-CN")
    with pytest.raises(ModelError, match="expected a folder"):
        read_model(tmp_path / "none")
    with pytest.raises(ModelError, match=f"no speech model for 'fi': expected one in {tmp_path}"):
        Models(tmp_path).find("fi")
    with pytest.raises(ModelError, match="-upperf"):
        read_model(folder(tmp_path / "odd", "nothing"))


@pytest.mark.parametrize(
    ("word", "spoken"),
    [
        ("balance", ("B AE L AH N S", "B AE L AH N T S")),
        ("bankcard", ("B AE NG K K AA R D",)),
        ("headphones", ("HH EH D F OW N Z",)),
        ("card's", ("K AA R D Z",)),
    ],
)
def test_pronunciations(tmp_path: Path, word: str, spoken: tuple[str, ...]) -> None:
    """What isn't in the dictionary is put together from what is."""
    path = tmp_path / "words.dict"
    path.write_text(ENGLISH)

    assert Lexicon(path, "en").of([word])[word] == spoken


def test_chinese_is_cut_into_words(tmp_path: Path) -> None:
    """A Chinese phrase is cut into the longest words that are known."""
    path = tmp_path / "words.dic"
    path.write_text(CHINESE, "utf-8")
    lexicon = Lexicon(path, "zh-CN")

    assert lexicon.of(["余额查询", "转账"]) == {
        "余额查询": ("v vv e ch a x vn",),
        "转账": ("zh uan zh ang",),
    }


def test_unknown_words(tmp_path: Path) -> None:
    """Words that nobody can pronounce are named, all of them."""
    path = tmp_path / "words.dict"
    path.write_text(ENGLISH)

    with pytest.raises(WordError, match="'qwrt', 'xyzzy'") as caught:
        Lexicon(path, "en").of(["xyzzy", "card", "qwrt"])
    assert caught.value.words == ("qwrt", "xyzzy")
