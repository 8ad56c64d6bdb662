"""Time aiposture against Checkov on the same inputs, in turn, and print a table.

    python benchmarks/run.py --checkov path/to/checkov --tree path/to/real/repository --tree arm:path/to/templates

Each round of runs is one after the other on the same machine, in changing order; the figures are medians. All runs of
aiposture are without its cache but for the rows that say so. Without --checkov only aiposture is timed. The Bicep row
needs a compiler: AIPOSTURE_BICEP, or bicep on PATH; its process is a child of ours, and memory is that of the larger.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from generate import generate
from generate_aws import generate_cloudformation
from generate_azure import generate_arm, generate_bicep
from measure import Input, Row, exponent, in_turn, median, run, table

FRAMEWORKS = ("terraform", "arm", "bicep", "cloudformation")
# What a scan cannot do without: to be told the files, and to read their bytes.
FLOOR = ["sh", "-c", "git ls-files -z | xargs -0 cat"]
OURS = {
    "check": ["check", "--no-cache", "--format", "json", "."],
    "check again, from the cache": ["check", "--format", "json", "."],
    "hook": ["hook", "--no-cache", "--format", "json"],
    "hook again, from the cache": ["hook", "--format", "json"],
}


def measure(given: Input, options: argparse.Namespace) -> Iterator[Row]:
    """Time all tools on one tree; a row for each thing that we do with it."""
    commands = [[options.aiposture, *OURS[each]] for each in given.commands]
    others = []
    if options.checkov:
        framework = ["--framework", given.framework]
        others.append([options.checkov, "-d", ".", *framework, "--quiet", "--skip-download"])
    if options.trivy:
        others.append([options.trivy, "config", "--quiet", "--skip-check-update", "."])
    floor = [FLOOR] if "hook" in given.commands else []
    for command in commands:
        run(command, given.tree)  # fills the cache where there is one
    results = in_turn([*commands, *floor, *others], given.tree, options.runs)
    ours, rest = results[: len(commands)], results[len(commands) :]
    floors = rest.pop(0) if floor else ()
    theirs = rest.pop(0) if options.checkov else ()
    for what, runs in zip(given.commands, ours, strict=True):
        name = given.name if what == "check" else f"{given.name}: {what}"
        yield Row(name, runs, theirs, rest[0] if options.trivy else (), floors)


def terraform(scratch: Path, sizes: Sequence[int]) -> Iterator[Input]:
    """Terraform of several sizes, with and without AI; the largest without is a repository, for the hook."""
    generate(scratch / "one", 1, 1.0)
    yield Input("one file", scratch / "one")
    for size in sizes:
        for share, name in ((0.02, f"{size:,} files, 2 % with AI"), (0.0, f"{size:,} files, no AI")):
            tree = scratch / f"{size}-{share}"
            generate(tree, size, share)
            commands = ("check",)
            if share:
                commands += ("check again, from the cache",)
            else:
                repository(tree)
                commands += ("hook", "hook again, from the cache")
            yield Input(name, tree, commands=commands)


def repository(tree: Path) -> None:
    """Make `tree` a git repository with everything in its index."""
    for command in (["git", "init", "--quiet"], ["git", "add", "--all"]):
        subprocess.run(command, cwd=tree, check=True)


def azure(scratch: Path) -> Iterator[Input]:
    """ARM templates, and Bicep entry points where there is a compiler for them."""
    for share, name in ((0.02, "130 ARM templates, 2 % with AI"), (0.0, "130 ARM templates, no AI")):
        tree = scratch / f"arm-{share}"
        generate_arm(tree, 130, share)
        yield Input(name, tree, "arm")
    if os.environ.get("AIPOSTURE_BICEP") or shutil.which("bicep"):
        generate_bicep(scratch / "bicep", 100)
        yield Input("100 Bicep entry points", scratch / "bicep", "bicep")


def aws(scratch: Path) -> Iterator[Input]:
    """CloudFormation templates."""
    for share, name in (
        (0.02, "300 CloudFormation templates, 2 % with AI"),
        (0.0, "300 CloudFormation templates, no AI"),
    ):
        tree = scratch / f"cloudformation-{share}"
        generate_cloudformation(tree, 300, share)
        yield Input(name, tree, "cloudformation")


def real(text: str) -> Input:
    """The tree that `--tree` names, with the framework before it if that is not Terraform."""
    framework, colon, path = text.partition(":")
    if not colon or framework not in FRAMEWORKS:
        framework, path = "terraform", text
    tree = Path(path).resolve()
    if not tree.is_dir():
        raise argparse.ArgumentTypeError(f"{path} is no directory")
    return Input(tree.name, tree, framework)


def growth(scratch: Path, sizes: Sequence[int], options: argparse.Namespace) -> Iterator[str]:
    """How our time grows with the number of files, without the time of a start."""
    (scratch / "start").mkdir()
    (scratch / "start" / "main.tf").write_text("locals {}\n")
    command = [options.aiposture, *OURS["check"]]
    start = median(in_turn([command], scratch / "start", max(options.runs, 5))[0]).seconds
    yield f"A start alone takes {start:.2f} s."
    seconds = []
    for size in sizes:
        tree = scratch / f"growth-{size}"
        generate(tree, size, 0.02)
        taken = median(in_turn([command], tree, options.runs)[0])
        seconds.append((size, taken.seconds))
        yield f"{size:,} files, 2 % with AI: {taken.seconds:.2f} s, {taken.memory:.0f} MiB."
    if len(seconds) > 1:
        power = exponent(seconds[0], seconds[-1], start)
        yield f"From {sizes[0]:,} to {sizes[-1]:,} files, less the start, the time grows with the power {power:.2f}."


def numbers(text: str) -> list[int]:
    """The numbers in a list with commas."""
    return [int(each) for each in text.split(",") if each.strip()]


def main(argv: Sequence[str] | None = None) -> int:
    """Make the inputs, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--aiposture", default=shutil.which("aiposture"), help="the command to time")
    parser.add_argument("--checkov", default=shutil.which("checkov"), help="the command to compare with")
    parser.add_argument("--trivy", default=shutil.which("trivy"), help="another command to compare with")
    parser.add_argument("--runs", type=int, default=3, help="rounds of runs an input")
    parser.add_argument("--sizes", type=numbers, default=[1000, 3000], help="numbers of generated files")
    parser.add_argument(
        "--growth", type=numbers, default=[1000, 3000, 10000, 30000], help="numbers of files for aiposture alone"
    )
    parser.add_argument(
        "--tree", type=real, action="append", default=[], metavar="[FRAMEWORK:]PATH", help="a real tree to time too"
    )
    parser.add_argument("--no-terraform", dest="terraform", action="store_false", help="leave generated Terraform out")
    parser.add_argument("--no-azure", dest="azure", action="store_false", help="leave ARM and Bicep out")
    parser.add_argument("--no-aws", dest="aws", action="store_false", help="leave CloudFormation out")
    options = parser.parse_args(argv)
    if not options.aiposture:
        sys.exit("aiposture is not installed; `pip install .` installs it")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        os.environ["XDG_CACHE_HOME"] = str(scratch / "cache")
        inputs = list(terraform(scratch, options.sizes)) if options.terraform else []
        inputs += azure(scratch) if options.azure else ()
        inputs += aws(scratch) if options.aws else ()
        for given in [*inputs, *options.tree]:
            rows += measure(given, options)
            print(given.name, "done", file=sys.stderr)
        print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
        print(table(rows), flush=True)
        for sentence in growth(scratch, options.growth, options):
            print(f"\n{sentence}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
