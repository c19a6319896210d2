"""Closing an engine whose threads were about to go on."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import gc
from boardivr.media.engine import Engine

for _ in range(20):
    engine = Engine(ports=4, is_virtual=True)
    woken = []
    threads = [
        engine.clock.spawn(lambda: engine.clock.wait(lambda: bool(woken)), f"waits {n}")
        for n in range(4)
    ]
    engine.clock.sleep(0.1)
    woken.append(True)
    engine.clock.notify()  # each is due now, and none has had its turn
    engine.close()
    for thread in threads:
        thread.join()
    del engine, threads, thread
    gc.collect()
print("done")
"""


def test_close_with_threads_that_are_due() -> None:
    """An engine that is freed after its threads doesn't touch what they left behind."""
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"MALLOC_PERTURB_": "165"},  # what is freed is overwritten
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (result.returncode, result.stdout.strip()) == (0, "done"), result.stderr
