"""The one file that Checkov loads from this directory: it finds the package and lets it register its checks.

Checkov goes on without a file that it cannot load, and ends with exit status 0, which would mean that nothing
fails. So what goes wrong here becomes a failure in the report of every framework that Checkov then runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parents[1]
FRAMEWORKS = ("terraform", "terraform_json", "arm", "bicep", "cloudformation")
TITLE = "Ensure aiposture can judge all code that mentions AI services"
INSTALL = "pip install aiposture, into the Python environment that Checkov runs in"


def load() -> None:
    """Import the package, from the checkout around this file when it is not installed."""
    if find_spec("aiposture") is None and (HOME / "src").is_dir():
        sys.path.append(str(HOME / "src"))
    if find_spec("aiposture") is not None and find_spec("aiposture.checks") is None:
        import aiposture  # noqa: PLC0415 - it can be imported only now

        aiposture.__path__.append(str(HOME))
    import aiposture.checks  # noqa: PLC0415 - importing it registers the checks


def refuse(reason: str) -> None:
    """Let each framework report a failure, `reason`, since it runs without our checks."""
    from checkov.common.checks_infra.registry import get_graph_checks_registry  # noqa: PLC0415 - only on a failure

    for framework in FRAMEWORKS:
        registry = get_graph_checks_registry(framework)
        registry.run_checks = _failing(registry.run_checks, reason)


def _failing(run_graph_checks: Callable[..., Any], reason: str) -> Callable[..., Any]:
    """Graph checks come last, and the report is with one of the callers; Checkov has no other way in."""
    from checkov.common.models.enums import CheckResult  # noqa: PLC0415 - only on a failure
    from checkov.common.output.record import Record  # noqa: PLC0415
    from checkov.common.output.report import Report  # noqa: PLC0415

    def run_checks(*given: Any, **named: Any) -> Any:
        results = run_graph_checks(*given, **named)
        frame = sys._getframe(1)  # noqa: SLF001 - the only way to the callers
        while not isinstance(frame.f_locals.get("report"), Report):
            if frame.f_back is None:
                raise RuntimeError(reason)
            frame = frame.f_back
        answer = {"result": CheckResult.FAILED, "evaluated_keys": [], "message": reason}
        lines = [(1, f"{reason}\n")]
        here = str(Path(__file__))
        frame.f_locals["report"].add_record(
            Record("AIS000", TITLE, answer, lines, f"/{Path(here).name}", [1, 1], "aiposture", None, __name__, here)
        )
        return results

    return run_checks


try:
    load()
except Exception as error:  # noqa: BLE001 - whatever it is, Checkov would swallow it
    problem = f"aiposture: the AIS checks cannot be loaded ({type(error).__name__}: {error}); {INSTALL}"
    print(problem, file=sys.stderr)  # noqa: T201 - Checkov's own log has no room for a plain sentence
    refuse(problem)
