"""The one file that Checkov loads from this directory: it finds the package and lets it register its checks.

Checkov goes on without a file that it cannot load, and ends with exit status 0, which would mean that nothing
fails. So what goes wrong here is raised once more by every framework that Checkov then runs.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
FRAMEWORKS = ("terraform", "terraform_json", "arm", "bicep", "cloudformation")
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
    """Let each framework fail with `reason` instead of running without our checks."""
    from checkov.common.checks_infra.registry import get_graph_checks_registry  # noqa: PLC0415 - only on a failure

    def run_checks(*_: object, **__: object) -> None:
        raise RuntimeError(reason)

    for framework in FRAMEWORKS:
        get_graph_checks_registry(framework).run_checks = run_checks


try:
    load()
except Exception as error:  # noqa: BLE001 - whatever it is, Checkov would swallow it
    problem = f"aiposture: the AIS checks cannot be loaded ({type(error).__name__}: {error}); {INSTALL}"
    print(problem, file=sys.stderr)  # noqa: T201 - Checkov's own log has no room for a plain sentence
    refuse(problem)
