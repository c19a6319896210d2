"""Engines that misbehave, found by entry points like any other; copied into a package of a test."""

import os
import struct
import sys
import time

from boardivr.prompts.tts.engine import Refused
from boardivr.prompts.tts.synthesiser import TtsVoice


def tone(seconds):
    return struct.pack("<hh", 9000, -9000) * int(seconds * 4000)


class Engine:
    about, licence, marks = "a test's", "none", frozenset()
    is_fast, keeps_voice = True, False

    def __init__(self, name):
        self.name = name

    def version(self):
        return "1"

    def voices(self):
        return [("any", "en")]

    def voice(self, language, name=None):
        return TtsVoice(name=name or "any")

    def speaker(self):
        return Speaker(self.name)


class Speaker:
    def __init__(self, name):
        self._way = getattr(self, name)
        self.first = None

    def speak(self, request):
        return self._way(request)

    def hang(self, request):
        time.sleep(60)

    def crash(self, request):
        os.abort()

    def exits(self, request):
        sys.exit(0)

    def prints(self, request):
        """Chatters where answers go, from Python and from below it; speaks well."""
        print("Audio saved, all is well")
        os.write(1, b"\0\0\0\4more")
        os.system("echo and more")
        return tone(len(request.text) * 0.06), 8000

    def mute(self, request):
        return b"\0\0" * 8000, 8000

    def nothing(self, request):
        return b"", 8000

    def short(self, request):
        return tone(0.01), 8000

    def endless(self, request):
        return tone(600), 8000

    def stuck(self, request):
        """Gives the first text's audio for all that come after."""
        self.first = self.first or tone(len(request.text) * 0.06)
        return self.first, 8000

    def raises(self, request):
        raise KeyError(request.text)

    def refuses(self, request):
        raise Refused("not today")

    def stereo(self, request):
        return tone(1) + b"\0", 8000


NAMES = [name for name in vars(Speaker) if not name.startswith("_") and name != "speak"]
for _name in NAMES:
    globals()[f"ENGINE_{_name}"] = Engine(_name)
BROKEN = object()
