"""Time aiposture against Checkov on the same inputs, in turn, and print a table.

    python benchmarks/run.py --checkov path/to/checkov [--tree path/to/real/repository]

Each pair of runs is one after the other on the same machine, in changing order; the figures are medians.
Without --checkov only aiposture is timed. The Bicep row needs a compiler: AIPOSTURE_BICEP, or bicep on PATH; its
process is a child of ours, and memory is that of the larger of the two.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from generate import generate
from generate_aws import generate_cloudformation
from generate_azure import generate_arm, generate_bicep


class Run(NamedTuple):
    """One run of a command: wall time in seconds, peak memory in MiB."""

    seconds: float
    memory: float


class Row(NamedTuple):
    """One line of the table. `checkov` is empty when it was not asked for."""

    name: str
    ours: tuple[Run, ...]
    checkov: tuple[Run, ...]


def run(command: Sequence[str], cwd: Path) -> Run:
    """Run to the end and measure. Exit codes 0 and 1 are answers; anything else is an error."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1, 2}:
        sys.exit(f"{command[0]} ended with {process.returncode} in {cwd}")
    return Run(seconds, usage.ru_maxrss / 1024)


class Input(NamedTuple):
    """A tree to time, and the framework of Checkov's for it."""

    name: str
    tree: Path
    framework: str = "terraform"


def measure(given: Input, ours: str, checkov: str | None, runs: int) -> Row:
    """Time both tools on one tree, in pairs."""
    name, tree, framework = given
    our_command = [ours, "check", "--format", "json", "."]
    their_command = [checkov or "", "-d", ".", "--framework", framework, "--quiet", "--skip-download"]
    our_runs, their_runs = [], []
    run(our_command, tree)  # warms the file cache for both
    for number in range(runs):
        steps = [(our_command, our_runs)] + ([(their_command, their_runs)] if checkov else [])
        for command, results in steps if number % 2 else reversed(steps):
            results.append(run(command, tree))
    return Row(name, tuple(our_runs), tuple(their_runs))


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [
        "| input | aiposture | Checkov | times faster | memory (aiposture / Checkov) |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        ours = statistics.median(one.seconds for one in row.ours)
        memory = statistics.median(one.memory for one in row.ours)
        if not row.checkov:
            lines.append(f"| {row.name} | {ours:.2f} s | - | - | {memory:.0f} MiB / - |")
            continue
        theirs = statistics.median(one.seconds for one in row.checkov)
        their_memory = statistics.median(one.memory for one in row.checkov)
        ratio = statistics.median(b.seconds / a.seconds for a, b in zip(row.ours, row.checkov, strict=True))
        lines.append(
            f"| {row.name} | {ours:.2f} s | {theirs:.1f} s | {ratio:.0f} | {memory:.0f} / {their_memory:.0f} MiB |"
        )
    return "\n".join(lines)


def azure(scratch: Path) -> list[Input]:
    """ARM templates, and Bicep entry points where there is a compiler for them."""
    inputs = []
    for share, name in ((0.02, "130 ARM templates, 2 % with AI"), (0.0, "130 ARM templates, no AI")):
        tree = scratch / f"arm-{share}"
        generate_arm(tree, 130, share)
        inputs.append(Input(name, tree, "arm"))
    if os.environ.get("AIPOSTURE_BICEP") or shutil.which("bicep"):
        generate_bicep(scratch / "bicep", 100)
        inputs.append(Input("100 Bicep entry points", scratch / "bicep", "bicep"))
    return inputs


def aws(scratch: Path) -> list[Input]:
    """CloudFormation templates."""
    inputs = []
    for share, name in (
        (0.02, "300 CloudFormation templates, 2 % with AI"),
        (0.0, "300 CloudFormation templates, no AI"),
    ):
        tree = scratch / f"cloudformation-{share}"
        generate_cloudformation(tree, 300, share)
        inputs.append(Input(name, tree, "cloudformation"))
    return inputs


def main(argv: Sequence[str] | None = None) -> int:
    """Make the inputs, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--aiposture", default=shutil.which("aiposture"), help="the command to time")
    parser.add_argument("--checkov", default=shutil.which("checkov"), help="the command to compare with")
    parser.add_argument("--runs", type=int, default=3, help="pairs of runs an input")
    parser.add_argument("--sizes", default="1000,3000", help="numbers of generated files")
    parser.add_argument("--tree", type=Path, action="append", default=[], help="a real tree to time too")
    parser.add_argument("--no-azure", dest="azure", action="store_false", help="leave ARM and Bicep out")
    parser.add_argument("--no-aws", dest="aws", action="store_false", help="leave CloudFormation out")
    options = parser.parse_args(argv)
    if not options.aiposture:
        sys.exit("aiposture is not installed; `pip install .` installs it")
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        single = Path(scratch, "one")
        generate(single, 1, 1.0)
        inputs = [Input("one file", single)]
        for size in (int(text) for text in options.sizes.split(",") if text.strip()):
            for share, name in ((0.02, f"{size:,} files, 2 % with AI"), (0.0, f"{size:,} files, no AI")):
                tree = Path(scratch, f"{size}-{share}")
                generate(tree, size, share)
                inputs.append(Input(name, tree))
        if options.azure:
            inputs += azure(Path(scratch))
        if options.aws:
            inputs += aws(Path(scratch))
        inputs += [Input(tree.resolve().name, tree.resolve()) for tree in options.tree]
        for given in inputs:
            rows.append(measure(given, options.aiposture, options.checkov, options.runs))
            print(rows[-1].name, "done", file=sys.stderr)
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(table(rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
