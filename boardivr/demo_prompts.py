"""The demo's second part: a speaker records two of the bank's prompts by telephone.

Real audio on a loopback board. She speaks with the voice that is shipped; at the second
prompt she says the wrong words first, hears it, and says it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from boardivr.flows.loader import load_flow
from boardivr.hal import CallEnded
from boardivr.hal.loopback import Heard, Telephone, open_board
from boardivr.hal.types import Clip
from boardivr.prompts.booth import AGAIN, KEEP, WORDS, Booth, Session, Task
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.pieces import PromptRef
from boardivr.prompts.problems import PromptProblem
from boardivr.prompts.recorded import folders_of
from boardivr.prompts.tts.casting import cast
from boardivr.settings import Settings

LANGUAGE = "en"
PROMPTS = ("welcome", "how_can_we_help")
SPEAKER = "Anna"
STUDIO = "9001"
TONE = 1.5  # seconds until the tone is over
URL = f"loopback:?lines=1&number={STUDIO}&time="


@dataclass(frozen=True, kw_only=True)
class RecordingDemo:
    """:param log: what the speaker heard and did
    :param problems: what a check of all prompts found afterwards
    :param checked: prompts in all languages
    """

    session: Session
    log: Sequence[Heard]
    problems: Sequence[PromptProblem]
    checked: int


def record_prompts(settings: Settings, *, is_real_time: bool = False) -> RecordingDemo:
    """Have a speaker record prompts into the library of the demo's bank."""
    flow = load_flow(settings.flows / "bank.yaml")
    folders = folders_of(str(flow.name), flow.path, settings.home)
    board = open_board(URL + ("real" if is_real_time else "virtual"))
    with cast(settings.voices) as engine, board:
        library = PromptLibrary(
            flow.prompt_sources(), engine, settings.home / "prompts",
            default_language=flow.language.default, folders=folders,
        )  # fmt: skip
        phone = board.telephone("200", SPEAKER)
        tasks = [Task(prompt=id, language=LANGUAGE, text=_text(library, id)) for id in PROMPTS]
        takes = [library.clip(PromptRef(id), LANGUAGE) for id in PROMPTS]
        thread = board.clock.spawn(lambda: _speak(phone, tasks, takes), SPEAKER)
        channel = board.channels[0]
        channel.wait_for_call()
        channel.answer()
        booth = Booth(
            channel, library, folders[0],
            language=LANGUAGE, who=SPEAKER, wall=board.clock.wall,
        )  # fmt: skip
        session = booth.run(tasks)
        channel.hang_up()
        board.clock.join(thread)
        cells = library.matrix([str(tag) for tag in flow.language.all])
    problems = [problem for cell in cells for problem in cell.problems]
    return RecordingDemo(session=session, log=phone.log, problems=problems, checked=len(cells))


def _text(library: PromptLibrary, id: str) -> str:
    return library.words(PromptRef(id), LANGUAGE)


def _speak(phone: Telephone, tasks: Sequence[Task], takes: Sequence[Clip]) -> None:
    """Say what she is told to; the last prompt only at the second time."""
    with suppress(CallEnded):
        phone.call(STUDIO)
        phone.wait_for_answer()
        for task, take in zip(tasks, takes, strict=True):
            if task is tasks[-1]:
                _take(phone, task, takes[0])  # the wrong words: she says them again
                phone.hear(WORDS[LANGUAGE]["choose"])
                phone.press(AGAIN)
            _take(phone, task, take)
            phone.hear("take")
            phone.listen(take.seconds)
            phone.press(KEEP)
        phone.wait_for_end()


def _take(phone: Telephone, task: Task, take: Clip) -> None:
    phone.hear(task.text)
    phone.press("#")
    phone.listen(TONE)
    phone.say(take)
    phone.listen(take.seconds + 0.3)
    phone.press("#")
