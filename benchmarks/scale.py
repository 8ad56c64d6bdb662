"""Measure how aiposture scales: with the number of files, with the cache, and over shards. Prints the tables of docs/scale.md.

    python benchmarks/scale.py --sizes 1000,3000,10000,30000 --shards 2,4

CPU time (of the user and of the system) and peak memory are the medians of some runs: other work on the machine changes
them less than time on the clock.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from generate import generate
from measure import Run, exponent, median, run


class Bench:
    """Runs one command some times over, in a tree and with a cache of its own."""

    def __init__(self, command: str, scratch: Path, runs: int) -> None:
        self._command, self._scratch, self._runs = command, scratch, runs
        self._cache = scratch / "cache"

    def scan(self, tree: Path, *options: str | Path) -> Run:
        """A scan without the cache."""
        return self._repeat(tree, "check", "--no-cache", "--no-progress", *options)

    def cold(self, tree: Path) -> Run:
        """A scan that fills the cache."""
        runs = []
        for _ in range(self._runs):
            shutil.rmtree(self._cache, ignore_errors=True)
            runs.append(self._run(tree, "check"))
        return median(runs)

    def warm(self, tree: Path) -> Run:
        """A scan that finds all in the cache, after `cold`."""
        return self._repeat(tree, "check")

    def merged(self, tree: Path, count: int) -> tuple[Run, Run]:
        """The dearest shard of `count`, and their merge; it must give the bytes of one scan."""
        reports = [self._scratch / f"shard-{number}" for number in range(1, count + 1)]
        shards = [
            self.scan(tree, "--shard", f"{number}/{count}", "--output-file", report)
            for number, report in enumerate(reports, start=1)
        ]
        out = self._scratch / "merged"
        merge = self._repeat(tree, "merge", *reports, "--output-file", out)
        whole = self._scratch / "whole"
        self.scan(tree, "--output-file", whole)
        if out.read_bytes() != whole.read_bytes():
            sys.exit("merging gave another report than one scan")
        return max(shards, key=lambda one: one.processor), merge

    def _run(self, tree: Path, name: str, *options: str | Path) -> Run:
        report = () if "--output-file" in options else ("--output-file", self._scratch / "report")
        line = [self._command, name, "--format", "json", *report, *options]
        return run([str(part) for part in line], tree, XDG_CACHE_HOME=str(self._cache))

    def _repeat(self, tree: Path, name: str, *options: str | Path) -> Run:
        return median([self._run(tree, name, *options) for _ in range(self._runs)])


def main(argv: Sequence[str] | None = None) -> int:
    """Make the inputs, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--aiposture", default=shutil.which("aiposture"), help="the command to measure")
    parser.add_argument("--sizes", default="1000,3000,10000,30000", help="numbers of generated files")
    parser.add_argument("--shards", default="2,4", help="into how many parts the largest is split")
    parser.add_argument("--runs", type=int, default=3, help="runs a figure")
    options = parser.parse_args(argv)
    if not options.aiposture:
        sys.exit("aiposture is not installed; `pip install .` installs it")
    sizes = [int(text) for text in options.sizes.split(",")]
    rows: list[tuple[int, float]] = []
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| files | CPU | filling the cache | all in the cache | memory |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(options.aiposture, Path(scratch), options.runs)
        for size in sizes:
            tree = Path(scratch, f"{size}")
            generate(tree, size, 0.02)
            whole, cold, warm = bench.scan(tree), bench.cold(tree), bench.warm(tree)
            rows.append((size, whole.processor))
            seconds = " | ".join(f"{one.processor:.1f} s" for one in (whole, cold, warm))
            print(f"| {size:,} | {seconds} | {whole.memory:.0f} MiB |", flush=True)
        if len(rows) > 1:
            print(f"\nTime grows with the power {exponent(rows[0], rows[-1], 0):.2f} of the number of files.")
        print(f"\n| {size:,} files | CPU of a part | memory of a part | merge |\n|---|---|---|---|")
        print(f"| whole | {whole.processor:.1f} s | {whole.memory:.0f} MiB | |")
        for count in (int(text) for text in options.shards.split(",") if text):
            part, merge = bench.merged(tree, count)
            print(
                f"| {count} shards | {part.processor:.1f} s | {part.memory:.0f} MiB | {merge.processor:.1f} s |",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
