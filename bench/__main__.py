"""Run benchmarks, print each as a table, and write all of them as one JSON file.

Each runs in a process of its own, so that one's memory and threads don't show
in another's figures.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    """Return the benchmarks that there are, in order."""
    return sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))


def run(name: str) -> dict[str, object] | None:
    """Run one benchmark in a process of its own; None if it failed."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "result.json")
        command = [sys.executable, "-m", "bench", "--inside", name, "--json", str(out)]
        if subprocess.run(command, check=False).returncode != 0 or not out.exists():
            return None
        result: dict[str, object] = json.loads(out.read_text(encoding="utf-8"))
        return result


def run_inside(name: str, out: Path) -> None:
    """Run one benchmark in this process and write what it gave."""
    figures = importlib.import_module(f"bench.{name}").main()
    out.write_text(json.dumps(figures, default=str), encoding="utf-8")


def rows(figures: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield names and figures, nested ones with a dotted name."""
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from rows(value, f"{prefix}{name}.")
        elif isinstance(value, float):
            yield prefix + name, f"{value:,.3f}" if abs(value) < 100 else f"{value:,.0f}"
        elif isinstance(value, int) and not isinstance(value, bool):
            yield prefix + name, f"{value:,}"
        else:
            yield prefix + name, str(value)


def table(name: str, figures: Mapping[str, object]) -> str:
    """Return one benchmark's figures as lines of text."""
    lines = list(rows(figures))
    width = max((len(line[0]) for line in lines), default=0)
    body = [f"  {left:<{width}}  {right:>16}" for left, right in lines]
    return "\n".join([name, *body])


def machine() -> dict[str, object]:
    """Return what the figures were measured on."""
    return {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line names; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(names())}")
    parser.add_argument("--json", type=Path, default=Path("bench-out", "bench.json"))
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.inside:
        run_inside(options.inside, options.json)
        return 0
    unknown = set(options.names) - set(names())
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    return run_all(options.names or names(), options.json)


def run_all(chosen: Sequence[str], out: Path) -> int:
    """Run the chosen benchmarks one after the other; 1 if any failed."""
    results: dict[str, object] = {"machine": machine()}
    failed = []
    for name in chosen:
        began = time.perf_counter()
        figures = run(name)
        if figures is None:
            failed.append(name)
            continue
        print(table(name, figures))
        print(f"  ({time.perf_counter() - began:.1f} s)\n", flush=True)
        results[name] = figures
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(results, indent=2, ensure_ascii=False), encoding="utf-8")
    print(f"written to {out}")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
