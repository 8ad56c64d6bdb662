"""Feeds broken inputs to every reader, and keeps what must not happen.

    python tools/fuzz.py --seconds 3600                 # random edits, all readers in turn
    python tools/fuzz.py --count 5000 --reader arm
    python tools/fuzz.py --atheris --seconds 3600       # guided by coverage; needs `pip install atheris`
    python tools/fuzz.py --repeat --seconds 600         # one small thing very often: does the time grow with the square?
    python tools/fuzz.py --replay fuzz-findings/x.json  # what a run has left behind

An input is a few files in memory, each a part of a fixture with some edits: tokens deleted, repeated, swapped, nested,
taken from another fixture, or replaced by what is known to hurt. What is wrong is an exception, output that is no JSON
or that holds a control character, a place outside of its file, or more seconds than `--limit`.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from fuzzing import edits

READERS = (
    "terraform", "terraform-json", "terraform-variables", "terraform-plan", "arm", "arm-expressions", "arm-parameters",
    "bicep", "bicep-templates", "bicepparam", "cloudformation", "cloudformation-json", "cloudformation-parameters",
    "configuration", "baseline", "suppressions", "shards", "cache",
)  # fmt: skip
MAX_MEMORY = 3 << 30
A_SCAN = 100  # one of so many inputs goes through a whole scan
_REPEATED = 40_000  # bytes
_WORTH_A_LOOK = 0.5  # seconds for them
_SLOW = 2.0  # seconds that are worth a word

Files = dict[str, bytes]


class HangError(BaseException):
    """The time for one input is over. No `except Exception` may catch it."""


def generate(reader: str, numbers: Iterator[int]) -> Files:
    """Files made of fixtures as `numbers`, each from 0 to 2**30, say."""
    from fuzzing.seeds import seeds

    pool = seeds(reader)
    files: Files = {}
    for _ in range(1 + (next(numbers) % 8 == 0)):
        seed = pool[next(numbers) % len(pool)]
        made = [(next(numbers), next(numbers), next(numbers), next(numbers)) for _ in range(1 + next(numbers) % 5)]
        files[seed.path] = edits.edited(pool, seed, made)
    return files


def check(reader: str, files: Mapping[str, bytes], *, scanned: bool = False) -> None:
    """Give the files to the reader, or let them be scanned. Raises what must not happen."""
    from fuzzing.expected import whole
    from fuzzing.targets import TARGETS

    target = TARGETS[reader]
    if scanned and target.scanned:
        whole(files)
    else:
        target.run(files)


def timed(reader: str, files: Mapping[str, bytes], limit: float, *, scanned: bool = False) -> float:
    """`check` with a limit in seconds of the processor; what it took. Raises HangError."""

    def over(*_: object) -> None:
        raise HangError(f"more than {limit:g} s")

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, limit)
    started = time.process_time()
    try:
        check(reader, files, scanned=scanned)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return time.process_time() - started


def main(argv: Sequence[str] | None = None) -> int:
    """Run till the time or the count is over. Returns 1 if something was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--count", type=int, default=10**12)
    parser.add_argument("--seed", type=int, default=None, help="repeats a run")
    parser.add_argument("--limit", type=float, default=20, help="seconds that one input may take")
    parser.add_argument("--reader", choices=READERS, action="append")
    parser.add_argument("--keep", default="fuzz-findings", help="directory for what is found, and for the counts")
    parser.add_argument("--replay", help="a file of that directory")
    parser.add_argument("--repeat", action="store_true", help="repeat one thing instead of editing")
    parser.add_argument("--atheris", action="store_true", help="let coverage choose the edits")
    given = parser.parse_args(argv)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))  # what wants too much fails, not the machine
    if given.replay:
        case = json.loads(Path(given.replay).read_text(encoding="utf-8"))
        files = {name: base64.b64decode(data) for name, data in case["files"].items()}
        print(f"{timed(case['reader'], files, given.limit, scanned=case['scanned']):.2f} s")
        return 0
    readers = given.reader or list(READERS)
    if given.atheris and len(readers) > 1:  # coverage means one reader's, and the library leaves the process at its end
        return _one_after_the_other(given, readers)
    run = Run(given.keep, given.limit)
    if given.repeat:
        return _repeating(given, readers, run)
    try:
        return _with_atheris(given, readers[0], run) if given.atheris else _at_random(given, readers, run)
    finally:
        run.write_counts()


class Run:
    """What is counted and kept of a run."""

    def __init__(self, directory: str, limit: float) -> None:
        """`directory` is made when there is something to put into it."""
        self.found: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.slowest = 0.0
        self._directory = Path(directory)
        self._limit = limit
        self._written = 0

    def one(self, reader: str, files: Files, *, scanned: bool) -> None:
        """Judge one input."""
        self.counts[reader] += 1
        try:
            seconds = timed(reader, files, self._limit, scanned=scanned)
        except (Exception, HangError) as error:  # noqa: BLE001 - it is kept and told
            self.keep(reader, files, error, scanned=scanned)
            return
        if seconds > max(self.slowest, _SLOW):
            self.write(f"{reader}-slow-{seconds:.0f}", reader, files, f"{seconds:.1f} s", scanned=scanned)
        self.slowest = max(self.slowest, seconds)
        if sum(self.counts.values()) - self._written >= 1000:
            self.write_counts()

    def write_counts(self) -> None:
        """Add the numbers of inputs to those of earlier runs."""
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"counts-{os.getpid()}.txt"
        path.write_text("".join(f"{reader} {times}\n" for reader, times in sorted(self.counts.items())))
        self._written = sum(self.counts.values())

    def keep(self, reader: str, files: Files, error: BaseException, *, scanned: bool) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        inner = [frame for frame in frames if "aiposture/" in frame.filename] or list(frames)
        place = f"{Path(inner[-1].filename).name}-{inner[-1].lineno}"
        kind = f"{reader}-{type(error).__name__}-{place}"
        if kind in self.found:
            return
        self.found.add(kind)
        self.write(kind, reader, files, "".join(traceback.format_exception(error)[-12:])[-4000:], scanned=scanned)
        print(f"{kind}: {str(error)[:200]!r}", flush=True)

    def write(self, kind: str, reader: str, files: Files, error: str, *, scanned: bool) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        held = {name: base64.b64encode(data).decode() for name, data in files.items()}
        case = {"reader": reader, "scanned": scanned, "error": error, "files": held}
        (self._directory / f"{kind}.json").write_text(json.dumps(case, indent=1))


def _at_random(given: argparse.Namespace, readers: Sequence[str], run: Run) -> int:
    start = random.SystemRandom().randrange(1 << 40) if given.seed is None else given.seed
    end = time.monotonic() + given.seconds
    began = time.monotonic()
    count = 0
    while count < given.count and time.monotonic() < end:
        chance = random.Random(start + count)
        reader = readers[count % len(readers)]
        files = generate(reader, iter(lambda chance=chance: chance.randrange(1 << 30), None))  # type: ignore[misc]
        count += 1
        run.one(reader, files, scanned=count // len(readers) % A_SCAN == 0)
    rate = count / max(time.monotonic() - began, 1e-9)
    told = f"{count} inputs from seed {start}, {rate:.0f} a second, slowest {run.slowest:.2f} s"
    print(f"{told}, {len(run.found)} kinds of defects", flush=True)
    return 1 if run.found else 0


def _repeating(given: argparse.Namespace, readers: Sequence[str], run: Run) -> int:
    """Tell of each input whose time more than trebles when it is twice as large."""
    from fuzzing.repeats import repeated
    from fuzzing.seeds import seeds

    start = random.SystemRandom().randrange(1 << 40) if given.seed is None else given.seed
    end = time.monotonic() + given.seconds
    count, told = 0, 0
    while count < given.count and time.monotonic() < end:
        reader, seed = readers[count % len(readers)], start + count
        count += 1

        def took(size: int, reader: str = reader, seed: int = seed) -> tuple[float, Files]:
            chance = random.Random(seed)
            files = dict([repeated(seeds(reader), iter(lambda: chance.randrange(1 << 30), None), size)])
            run.counts[reader] += 1
            try:
                return max(timed(reader, files, given.limit, scanned=scanned) for scanned in (False, True)), files
            except (Exception, HangError) as error:  # noqa: BLE001 - it is kept and told
                run.keep(reader, files, error, scanned=True)
                return given.limit, files

        once, _ = took(_REPEATED)
        if once < _WORTH_A_LOOK:
            continue
        twice, files = took(2 * _REPEATED)
        if twice > 3 * once or once > 10 * _WORTH_A_LOOK:
            told += 1
            run.write(
                f"{reader}-repeat-{seed}", reader, files, f"{once:.2f} s, twice as large {twice:.2f} s", scanned=True
            )
            print(f"{reader} {seed}: {once:.2f} s, twice as large {twice:.2f} s", flush=True)
    print(f"{count} inputs from seed {start}, {told} too slow", flush=True)
    return 1 if told or run.found else 0


def _one_after_the_other(given: argparse.Namespace, readers: Sequence[str]) -> int:
    status = 0
    for reader in readers:
        seconds = int(given.seconds / len(readers))
        command = [sys.executable, __file__, "--atheris", "--reader", reader, f"--seconds={seconds}"]
        result = subprocess.run([*command, f"--limit={given.limit}", "--keep", given.keep], check=False)
        status = max(status, result.returncode != 0)
    return status


def _with_atheris(given: argparse.Namespace, reader: str, run: Run) -> int:
    import atheris

    with atheris.instrument_imports(include=["aiposture"]):
        import fuzzing.targets  # noqa: F401 - with all that it imports
    from fuzzing.seeds import seeds

    seeds(reader)

    def one(data: bytes) -> None:
        words = [int.from_bytes(data[at : at + 3], "big") for at in range(0, len(data), 3)]

        def numbers() -> Iterator[int]:
            yield from words
            while True:
                yield 3

        run.one(reader, generate(reader, numbers()), scanned=run.counts[reader] % A_SCAN == 0)

    corpus = tempfile.mkdtemp()
    for number in range(200):
        Path(corpus, str(number)).write_bytes(random.Random(number).randbytes(90))
    try:
        atheris.Setup([sys.argv[0], f"-max_total_time={int(given.seconds)}", "-max_len=200", "-rss_limit_mb=6000",
                       f"-timeout={int(given.limit) + 30}", "-verbosity=0", corpus], one)  # fmt: skip
        atheris.Fuzz()
    finally:
        shutil.rmtree(corpus, ignore_errors=True)
    return 1 if run.found else 0


if __name__ == "__main__":
    raise SystemExit(main())
