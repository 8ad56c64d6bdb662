"""Runs of a command, and what they come to in a table."""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Run(NamedTuple):
    """One run of a command: wall time in seconds, peak memory in MiB, and seconds of the processor."""

    seconds: float
    memory: float
    processor: float = 0.0


class Input(NamedTuple):
    """A tree to time, the framework of Checkov's for it, and what we do with it: `check`, and on a commit `hook`."""

    name: str
    tree: Path
    framework: str = "terraform"
    commands: tuple[str, ...] = ("check",)


class Row(NamedTuple):
    """One line of the table. The runs of another tool are empty when it was not asked for."""

    name: str
    ours: tuple[Run, ...]
    checkov: tuple[Run, ...] = ()
    trivy: tuple[Run, ...] = ()
    floor: tuple[Run, ...] = ()


def run(command: Sequence[str], cwd: Path, **variables: str) -> Run:
    """Run to the end and measure, with `variables` in the environment.

    Exit codes 0, 1 and 2 are answers; anything else is an error. Memory is that of the largest process.
    """
    started = time.perf_counter()
    environment = {**os.environ, **variables}
    process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1, 2}:
        sys.exit(f"{command[0]} ended with {process.returncode} in {cwd}")
    return Run(seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)


def in_turn(commands: Sequence[Sequence[str]], tree: Path, runs: int) -> list[tuple[Run, ...]]:
    """The runs of each command on one tree: one after the other, in changing order."""
    results: list[list[Run]] = [[] for _ in commands]
    run(commands[0], tree)  # warms the file cache for all
    for number in range(runs):
        steps = list(zip(commands, results, strict=True))
        for command, found in steps if number % 2 else reversed(steps):
            found.append(run(command, tree))
    return [tuple(found) for found in results]


def median(runs: Sequence[Run]) -> Run:
    """The median of each figure."""
    return Run(*(statistics.median(figures) for figures in zip(*runs, strict=True)))


def ratio(above: Sequence[Run], below: Sequence[Run]) -> float:
    """How many times longer the one takes than the other: the median over the pairs."""
    return statistics.median(a.seconds / b.seconds for a, b in zip(above, below, strict=True))


def exponent(first: tuple[int, float], last: tuple[int, float], start: float) -> float:
    """By which power of the number of files the time grows, less the time of a start that every run has.

    `first` and `last` are numbers of files with their seconds.
    """
    (few, short), (many, long) = first, last
    return math.log((long - start) / (short - start)) / math.log(many / few)


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table; Trivy and the floor have a column if there is a figure for it."""
    trivy, floor = any(row.trivy for row in rows), any(row.floor for row in rows)
    heads = ["input", "aiposture", "Checkov", "times faster", "memory (aiposture / Checkov)"]
    heads += ["Trivy"] * trivy + ["listing and reading alone", "times that"] * floor
    lines = [heads, ["---"] * len(heads)]
    lines += [[*_cells(row), *_trivy(row) * trivy, *_floor(row) * floor] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines).replace(" --- ", "---")


def _cells(row: Row) -> list[str]:
    ours = median(row.ours)
    if not row.checkov:
        return [row.name, f"{ours.seconds:.2f} s", "-", "-", f"{ours.memory:.0f} MiB / -"]
    theirs = median(row.checkov)
    memory = f"{ours.memory:.0f} / {theirs.memory:.0f} MiB"
    return [row.name, f"{ours.seconds:.2f} s", f"{theirs.seconds:.1f} s", f"{ratio(row.checkov, row.ours):.0f}", memory]


def _trivy(row: Row) -> list[str]:
    return [f"{median(row.trivy).seconds:.2f} s" if row.trivy else "-"]


def _floor(row: Row) -> list[str]:
    if not row.floor:
        return ["-", "-"]
    return [f"{median(row.floor).seconds:.3f} s", f"{ratio(row.ours, row.floor):.1f}"]
