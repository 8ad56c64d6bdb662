"""Messages quote the code: what they quote of secrets is masked, too.

A message of ours names the property that it speaks of. An error can be in anybody's words, a parser's or a compiler's:
what is a secret on its line is sought in it.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import partial

from aiposture.model import Finding, Report, SourceError
from aiposture.output.mask import MASK, is_secret_name, masked_line, without_literals
from aiposture.output.style import ReadLines

_ABOUT_SECRETS = frozenset({"key-consumers", "plaintext-secrets"})
# How messages quote: the property and the expression. A cut one has no end.
_QUOTED = partial(re.compile, r"`(?P<name>[^`]+)` is `(?P<text>[^`]+)`")
_SHORTEST = 4  # characters; to mask what is shorter would take words away


def without_secrets(report: Report, read_lines: ReadLines) -> Report:
    """`report` with the mask for the secrets that its messages quote. What it quotes of files is masked there."""
    masked = {error: error_without_secrets(error, read_lines) for error in report.errors}
    shard = report.shard
    if shard is not None and any(error != same for error, same in masked.items()):
        errors: Counter[SourceError] = Counter()
        for error, times in shard.errors.items():
            errors[masked.get(error, error)] += times
        shard = shard._replace(errors=errors)
    findings = tuple(map(_without_secrets, report.findings))
    return report._replace(findings=findings, errors=tuple(dict.fromkeys(masked.values())), shard=shard)


def error_without_secrets(error: SourceError, read_lines: ReadLines) -> SourceError:
    """`error` with the mask for what is a secret on its line of the code."""
    lines = read_lines(error.path)
    if lines is None or not 1 <= error.line <= len(lines):
        return error
    line = masked_line(lines, error.line - 1, (0, len(lines[error.line - 1])))
    message = error.message
    for start, end in line.secrets:
        secret = line.text[start:end].strip("\"'")
        # A message can quote less than all of a line: then what it has of the secret stands at the end of the quote.
        part = next((secret[:size] for size in range(len(secret), _SHORTEST - 1, -1) if secret[:size] in message), "")
        message = message.replace(part, MASK) if part else message
    return error if message == error.message else error._replace(message=message)


def is_about_secrets(finding: Finding) -> bool:
    """Whether a finding's property is a secret: by its name, or because its control is about nothing else."""
    because = finding.because
    return finding.control.slug in _ABOUT_SECRETS or (because is not None and is_secret_name(because.property))


def _without_secrets(finding: Finding) -> Finding:
    def masked(found: re.Match[str]) -> str:
        is_one = is_about_secrets(finding) or is_secret_name(found["name"])
        return f"`{found['name']}` is `{without_literals(found['text'])}`" if is_one else found[0]

    message = _QUOTED().sub(masked, finding.message)
    return finding if message == finding.message else finding._replace(message=message)
