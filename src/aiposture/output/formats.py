"""The formats of a report, in the order in which the help lists them. A format is imported when it is first used."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple

from aiposture.model import Report
from aiposture.output.inert import inert, inert_lines
from aiposture.output.mask import without_keys, without_shapes
from aiposture.output.quoted import without_secrets
from aiposture.output.style import Style

_json = partial(inert, hash_sign="\\u0023")
_xml = partial(inert, hash_sign="&#35;")


class Format(NamedTuple):
    """Where a format is made, in a module with `render(report, style) -> str`, and what keeps it from giving orders."""

    module: str
    inert: Callable[[str], str]


FORMATS: Mapping[str, Format] = MappingProxyType({
    "text": Format("aiposture.output.text", inert_lines),
    "concise": Format("aiposture.output.concise", inert_lines),
    "json": Format("aiposture.output.json", _json),
    "sarif": Format("aiposture.output.sarif", _json),
    "junit": Format("aiposture.output.junit", _xml),
    "github": Format("aiposture.output.github", inert),
    "gitlab": Format("aiposture.output.gitlab", _json),
    "markdown": Format("aiposture.output.markdown", inert),
})  # fmt: skip

NAMES = tuple(FORMATS)
FOR_MACHINES = frozenset({"json", "sarif", "junit", "gitlab"})
"""Those in which a person who reads along does not see the scan's errors."""


def render(name: str, report: Report, style: Style) -> str:
    """`report` in the format `name`, one of NAMES. The same report gives the same text."""
    made_by = FORMATS[name]
    text: str = import_module(made_by.module).render(without_secrets(report, style.read_lines), style)
    if _quotes(report):
        text = without_keys(text, frozenset(finding.fingerprint for finding in report.findings))
    return made_by.inert(text)


def _quotes(report: Report) -> bool:
    """Whether a report can hold a word of the code or of the user, and not only numbers and words of ours."""
    return any((report.findings, report.errors, report.notices, report.not_analysed, report.shard, report.base))


def finished(name: str, text: str) -> str:
    """A text made of several of the format `name`, as it may be shown: without keys, and without commands."""
    return FORMATS[name].inert(without_shapes(text))
