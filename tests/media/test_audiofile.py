"""Audio files of every kind that operators have, and of kinds they shouldn't have."""

from __future__ import annotations

import contextlib
import logging
import os
import struct
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boardivr.errors import BoardIVRError
from boardivr.hal.types import Encoding
from boardivr.media import audiofile, g711, riff
from boardivr.media.audiofile import AudioFileError, read_clip, read_samples, write_wav
from boardivr.media.oki import decode_oki, encode_oki

GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")


def sine(rate: int = 8000, seconds: float = 0.5, hz: float = 440, peak: float = 8000):
    time = np.arange(int(rate * seconds)) / rate
    return np.rint(peak * np.sin(2 * np.pi * hz * time)).astype(np.int16)


def wav(data: bytes, *, kind=1, channels=1, rate=8000, bits=16, before=b"", size=None) -> bytes:
    align = channels * bits // 8
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * align, align, bits)
    size = len(data) if size is None else size
    body = b"fmt " + struct.pack("<I", 16) + form + before + b"data" + struct.pack("<I", size)
    return b"RIFF" + struct.pack("<I", 4 + len(body) + len(data)) + b"WAVE" + body + data


@pytest.fixture
def file(tmp_path):
    def make(content: bytes, name: str = "a.wav"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return make


def hz_of(samples, rate: int = 8000) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * rate / len(samples)


def rms(samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples.astype(float)))))


@pytest.mark.parametrize("encoding", list(Encoding))
def test_what_is_written_is_read(tmp_path, encoding):
    """A clip that was written as WAV comes back byte for byte."""
    data = g711.encode(sine(), encoding)

    write_wav(tmp_path / "beep.wav", data, encoding)
    clip = read_clip(tmp_path / "beep.wav", text="beep")

    assert (clip.data, clip.encoding, clip.name, clip.text) == (data, encoding, "beep", "beep")


@pytest.mark.parametrize(
    ("bits", "pack"),
    [
        (8, lambda s: ((s >> 8) + 128).astype(np.uint8).tobytes()),
        (16, lambda s: s.astype("<i2").tobytes()),
        (24, lambda s: (s.astype("<i4") << 8).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()),
        (32, lambda s: (s.astype("<i4") << 16).tobytes()),
    ],
)
def test_linear_of_every_width(file, bits, pack):
    """Linear samples of 8, 16, 24 and 32 bits have the same values on the 16-bit scale."""
    samples = sine()

    read, rate = read_samples(file(wav(pack(samples), bits=bits)))

    assert rate == 8000
    assert np.abs(read.astype(int) - samples).max() < (256 if bits == 8 else 1)


@pytest.mark.parametrize("bits", [32, 64])
def test_float(file, bits):
    """Float samples are read on their scale of one, cut where they pass it."""
    values = np.array([0.0, 0.5, -1.0, 2.0, np.nan, -np.inf], dtype=f"<f{bits // 8}")

    read, _ = read_samples(file(wav(values.tobytes(), kind=3, bits=bits)))

    assert read.tolist() == [0, 16384, -32768, 32767, 0, -32768]


@pytest.mark.parametrize(("kind", "encoding"), [(6, Encoding.ALAW), (7, Encoding.ULAW)])
def test_g711_is_taken_as_it_is(file, kind, encoding):
    """A-law and mu-law at 8 kHz aren't converted."""
    data = g711.encode(sine(), encoding)

    clip = read_clip(file(wav(data, kind=kind, bits=8)))

    assert (clip.encoding, clip.data) == (encoding, data)
    assert clip.seconds == 0.5


@pytest.mark.parametrize("rate", [6000, 11025, 16000, 22050, 44100, 48000])
def test_any_rate_becomes_8_khz(file, rate):
    """A tone of 440 Hz keeps its pitch, level and length at 8 kHz."""
    clip = read_clip(file(wav(sine(rate).tobytes(), rate=rate)))
    samples = g711.decode(clip.data, clip.encoding)

    assert abs(clip.seconds - 0.5) < 0.001
    assert abs(hz_of(samples) - 440) < 4
    assert abs(rms(samples[400:-400]) / rms(sine()) - 1) < 0.02


def test_nothing_above_4_khz_folds_down(file):
    """A tone that 8 kHz can't carry is gone, not heard as another one."""
    clip = read_clip(file(wav(sine(44100, hz=5000).tobytes(), rate=44100)))

    assert rms(g711.decode(clip.data, clip.encoding)[400:-400]) < 10


def test_stereo_is_mixed_down(file):
    """Both channels are heard, at half their level each."""
    left, right = sine(), np.zeros_like(sine())
    both = np.stack([left, right], axis=1).tobytes()

    read, _ = read_samples(file(wav(both, channels=2)))

    assert np.abs(read - left / 2).max() <= 0.5


@pytest.mark.parametrize(("sub", "bits"), [(1, 16), (6, 8), (7, 8)])
def test_extensible(file, sub, bits):
    """WAVE_FORMAT_EXTENSIBLE is what its sub-format says."""
    form = struct.pack("<HHIIHH", 0xFFFE, 1, 8000, 8000 * bits // 8, bits // 8, bits)
    form += struct.pack("<HHIH", 22, bits, 4, sub) + GUID_TAIL
    data = bytes(range(200))
    body = b"fmt " + struct.pack("<I", 40) + form + b"data" + struct.pack("<I", 200) + data

    clip = read_clip(file(b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body))

    assert clip.encoding is {1: Encoding.LINEAR, 6: Encoding.ALAW, 7: Encoding.ULAW}[sub]
    assert clip.data == data


def test_other_chunks_are_passed_over(file):
    """A LIST chunk of odd length before the data changes nothing."""
    read, _ = read_samples(file(wav(b"\1\0\2\0", before=b"LIST\3\0\0\0abc\0")))

    assert read.tolist() == [1, 2]


def test_vox(file):
    """A VOX file's tone is heard as it was coded."""
    clip = read_clip(file(encode_oki(sine()), "a.vox"))
    samples = g711.decode(clip.data, clip.encoding)

    error = samples[100:].astype(float) - sine()[100:]
    assert rms(sine()) / rms(error) > 10  # 20 dB: what 4 bits give
    assert clip.seconds == 0.5


def test_vox_codes():
    """Dialogic's ADPCM, sample by sample: the step grows with 7 and shrinks with 0."""
    # 16/8 + 16 + 8 + 4 = 30, step 16 -> 34 (eight on): 34//8 + 34 + 17 + 8 = 63 …
    assert decode_oki(b"\x77").tolist() == [30 << 4, 93 << 4]
    assert decode_oki(b"\x80").tolist() == [-2 << 4, 0]
    # A sine as spandsp's coder has it.
    tone = (8000 * np.sin(np.arange(40) * 0.3)).astype(np.int16)
    assert encode_oki(tone).hex() == "077760899abbcaa9813444323208abecbbba9813"


@given(st.binary(max_size=300))
def test_vox_of_anything(data):
    """Any bytes are ADPCM: two samples each, within 12 bits."""
    samples = decode_oki(data)

    assert len(samples) == 2 * len(data)
    assert all(value % 16 == 0 for value in samples.tolist())


@pytest.mark.parametrize(("name", "encoding"), [("a.al", Encoding.ALAW), ("a.UL", Encoding.ULAW)])
def test_raw(file, name, encoding):
    """Files without a header are told by their names."""
    clip = read_clip(file(b"\xd5" * 80, name))

    assert (clip.encoding, clip.data) == (encoding, b"\xd5" * 80)
    assert read_samples(file(b"\xd5" * 80, name))[1] == 8000


def test_a_mislabelled_wav(file):
    """A WAV file named .vox is read as what it is."""
    assert read_samples(file(wav(b"\1\0"), "a.vox"))[0].tolist() == [1]


@pytest.mark.parametrize("size", [1000, 0xFFFFFFFF])
def test_truncated(file, size, caplog):
    """A file that ends early gives what is there, and a warning."""
    path = file(wav(b"\1\0\2\0\3", size=size))

    with caplog.at_level(logging.WARNING):
        clip = read_clip(path)

    assert clip.data == b"\1\0\2\0"
    assert f"{path}: the file ends {size - 5} bytes before its header says" in caplog.text


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.wav", "expected audio, found an empty file"),
        (b"ID3\3mp3 data", "a.wav", "can't be decoded: "),
        (b"fLaC", "a.flac", "can't be decoded: "),
        (b"OggS" + bytes(40), "a.ogg", "can't be decoded: "),
        (b"\xff\xfb\x90\x00" * 9, "a.mp3", "can't be decoded: "),
        (b"RIFF\4\0\0\0AVI ", "a.wav", "expected a RIFF/WAVE header"),
        (b"RIFF\4\0\0\0WAVE", "a.wav", "expected a 'data' chunk, found none"),
        (b"RIFF\4\0\0\0WAVEdata\2\0\0\0ab", "a.wav", "expected a 'fmt ' chunk before"),
        (b"RIFF\4\0\0\0WAVEfmt \2\0\0\0ab", "a.wav", "16 bytes or more, found 2"),
        (wav(b""), "a.wav", "expected audio, found 0 bytes"),
        (wav(b"a"), "a.wav", "expected audio, found 1 bytes"),
        (wav(b"abcd", kind=85), "a.wav", "found format 85 with 16 bits"),
        (wav(b"abcd", bits=0), "a.wav", "expected audio, found 4 bytes"),
        (wav(b"abcd", kind=6, bits=16), "a.wav", "found format 6 with 16 bits"),
        (wav(b"abcd", rate=1), "a.wav", "expected 2000 to 384000 samples a second, found 1"),
        (wav(b"abcd", channels=0), "a.wav", "expected 1 to 32 channels, found 0"),
        (wav(b"\1\0", rate=48000), "a.wav", "found less than one sample at 8 kHz"),
        (wav(b"abcd", kind=0xFFFE), "a.wav", "expected a 'fmt ' chunk with a wave sub-format"),
        (b"abcd", "a.ogg", "expected WAV, FLAC, Ogg or MP3, or a name in .vox, .al or .ul"),
    ],
)
def test_unreadable(file, content, name, words):
    """The message says which file, what was expected and what was found."""
    path = file(content, name)

    with pytest.raises(AudioFileError, match=words) as caught:
        read_clip(path)

    assert str(caught.value).startswith(f"{path}: ")
    assert isinstance(caught.value, BoardIVRError)
    assert isinstance(caught.value, ValueError)


def test_a_pipe_is_not_waited_for(tmp_path):
    """A pipe that nobody writes into is refused, instead of waiting for it."""
    os.mkfifo(tmp_path / "a.wav")

    with pytest.raises(AudioFileError, match=r"a\.wav: expected a file, found a device or a pipe"):
        read_clip(tmp_path / "a.wav")


def test_missing_file(tmp_path):
    """A file that isn't there, and a directory, are named with the system's reason."""
    with pytest.raises(AudioFileError, match=r"none\.wav: can't be read: No such file"):
        read_clip(tmp_path / "none.wav")
    with pytest.raises(AudioFileError, match="can't be read: Is a directory"):
        read_samples(tmp_path)


def test_too_big(file, monkeypatch):
    """A file beyond the limit is refused before it fills the memory."""
    monkeypatch.setattr(audiofile, "MAX_BYTES", 10)

    with pytest.raises(AudioFileError, match="expected at most 10 bytes, found more"):
        read_clip(file(wav(b"abcd")))


def test_cannot_write(tmp_path):
    """A folder that isn't there is an error of one line, and leaves nothing behind."""
    with pytest.raises(AudioFileError, match="can't be written: No such file"):
        write_wav(tmp_path / "no" / "a.wav", b"", Encoding.ALAW)
    (tmp_path / "folder").mkdir()
    with pytest.raises(AudioFileError, match="can't be written"):
        write_wav(tmp_path / "folder", b"", Encoding.ALAW)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


FUZZ = settings(
    max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@FUZZ
@given(content=st.binary(max_size=400), name=st.sampled_from(["a.wav", "a.vox", "a.al", "a.mp3"]))
def test_random_bytes(tmp_path, content, name):
    """Any bytes at all are audio or an AudioFileError."""
    path = tmp_path / name
    path.write_bytes(content)

    with contextlib.suppress(AudioFileError):
        assert read_clip(path).data


@FUZZ
@given(
    data=st.binary(max_size=64),
    header=st.tuples(
        st.sampled_from([1, 3, 6, 7, 2, 0xFFFE]) | st.integers(0, 65535),
        st.integers(0, 3) | st.integers(0, 65535),
        st.sampled_from([8000, 22050]) | st.integers(0, 2**32 - 1),
        st.integers(0, 9) | st.integers(0, 65535),
        st.sampled_from([0, 4, 8, 12, 16, 24, 32, 64]) | st.integers(0, 65535),
    ),
    size=st.integers(0, 70) | st.integers(0, 2**32 - 1),
)
def test_random_headers(tmp_path, data, header, size):
    """A WAV header of any content leads to audio or to an AudioFileError."""
    kind, channels, rate, align, bits = header
    form = struct.pack("<HHIIHH", kind, channels, rate, 0, align, bits)
    path = tmp_path / "a.wav"
    path.write_bytes(
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + form + b"data" + struct.pack("<I", size) + data
    )

    with contextlib.suppress(AudioFileError):
        assert read_clip(path).data


@given(st.binary(min_size=1, max_size=99), st.sampled_from([(1, 16), (6, 8), (7, 8)]))
def test_header_round_trip(data, form):
    """What build_wave says, parse_wave reads."""
    kind, bits = form

    wave = riff.parse_wave(riff.build_wave(data, kind=kind, bits=bits, rate=8000))

    assert wave == riff.Wave(format=kind, channels=1, rate=8000, bits=bits, data=data)


def test_importing_is_cheap():
    """Neither numpy nor soxr is loaded until a file is read."""
    code = (
        "import sys, boardivr.media.audiofile, boardivr.media.g711, boardivr.media.oki;"
        "sys.exit(bool({'numpy', 'soxr'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
