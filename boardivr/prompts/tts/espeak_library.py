"""libespeak-ng called directly: speech and phonemes in memory.

A state machine without locks: it belongs to one thread of one process. The
functions and constants are those of speak_lib.h, libespeak-ng 1.51 and 1.52.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

from boardivr.prompts.tts import espeak

SYNCHRONOUS = 2  # espeak_AUDIO_OUTPUT: in the caller's thread, to a callback
DONT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT: an error is a code, not our end
UTF8 = 1
SSML = 0x10
END_PAUSE = 0x1000
RATE, PITCH = 1, 3  # espeak_PARAMETER
IPA, TIE = 0x02, 0x80  # phoneme modes; the tie's code goes into bits 8 to 23

_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_int16), ctypes.c_int, ctypes.c_void_p
)


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
    )


@dataclass(frozen=True)
class EspeakVoice:
    """:param identifier: ``gmw/en-US``; what the library takes it by
    :param language: ``en-us``
    """

    identifier: str
    language: str


class EspeakLibrary:
    """The library, started.

    :raises TtsUnavailable: it isn't installed
    :raises OSError: it can't be started, mostly for want of its data
    """

    def __init__(self) -> None:
        self._library = espeak.library()
        self._chunks: list[bytes] = []
        self._callback = _Callback(self._take)  # kept: the library calls it
        path = espeak.data_path()
        self.rate: int = self._library.espeak_Initialize(
            SYNCHRONOUS, 0, path.encode() if path else None, DONT_EXIT
        )
        if self.rate <= 0:
            raise OSError(f"libespeak-ng can't be started: expected a rate, found {self.rate}")
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p

    def voices(self) -> Iterator[EspeakVoice]:
        """Yield the voices that its data has."""
        for voice in self._library.espeak_ListVoices(None):
            if not voice:
                return
            # Each language is a byte of priority and a string.
            language = ctypes.string_at(voice[0].languages + 1)
            yield EspeakVoice(voice[0].identifier.decode(), language.decode())

    def set_voice(self, name: str) -> bool:
        """Take a voice by identifier, its last part, or language; return whether it's there."""
        for voice in self.voices():
            own = (voice.identifier, voice.identifier.split("/")[-1], voice.language)
            if name.lower() in map(str.lower, own):
                return bool(self._library.espeak_SetVoiceByName(voice.identifier.encode()) == 0)
        return False

    def speak(self, text: str, speed: int, pitch: int, *, is_ssml: bool = False) -> bytes:
        """Return samples, 16-bit linear.

        :raises OSError: it failed
        """
        self._chunks.clear()
        self._library.espeak_SetParameter(RATE, speed, 0)
        self._library.espeak_SetParameter(PITCH, pitch, 0)
        encoded = text.encode() + b"\0"
        flags = UTF8 | (SSML if is_ssml else 0)
        code = self._library.espeak_Synth(
            encoded, ctypes.c_size_t(len(encoded)), 0, 0, 0, flags, None, None
        )
        if code != 0:
            raise OSError(f"libespeak-ng: expected 0, found {code} [espeak_Synth]")
        self._library.espeak_Synchronize()
        return b"".join(self._chunks)

    def phonemes(self, text: str, tie: str = "^") -> str:
        """Return a clause in the International Phonetic Alphabet; its punctuation is dropped.

        :param tie: between the two signs of one sound: ``a^ɪ``
        """
        mode = IPA | TIE | ord(tie) << 8
        left = ctypes.c_char_p(text.encode())
        said = []
        while left.value:
            found = self._library.espeak_TextToPhonemes(ctypes.byref(left), UTF8, mode)
            said.append((found or b"").decode())
        return " ".join(said)

    def _take(self, samples: ctypes._Pointer[ctypes.c_int16], count: int, events: int) -> int:
        if samples and count:
            self._chunks.append(ctypes.string_at(samples, 2 * count))
        return 0
