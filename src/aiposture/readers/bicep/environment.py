"""Which values of a parameter file come from outside of the code, and so may be secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aiposture.readers.bicep.outline import Named, Outline

_READS = re.compile(r"\breadEnvironmentVariable\s*\(\s*'([^'$\\]*)'\s*(,?)")
_OUTSIDE = re.compile(r"\b(?:readEnvironmentVariable|getSecret|externalInput|readCliArg|readEnvVar)\b")


def environment_variables(outlines: Iterable[Outline]) -> frozenset[str]:
    """The environment variables without which these files do not compile."""
    return frozenset(
        name
        for one in outlines
        if one.path.endswith(".bicepparam")
        for name, default in _READS.findall(one.text)
        if name and not default
    )


def from_outside(file: Outline) -> frozenset[str]:
    """The parameters of a parameter file whose value hangs on the environment, a vault or the command line."""
    tainted = more = {one.name for one in file.named if _says(file, one, _OUTSIDE)}
    while more:
        mention = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(more)))})\b")
        more = {one.name for one in file.named if one.name not in tainted and _says(file, one, mention)}
        tainted = tainted | more
    return frozenset(one.name for one in file.named if one.kind == "param" and one.name in tainted)


def _says(file: Outline, named: Named, wanted: re.Pattern[str]) -> bool:
    return named.value is not None and wanted.search(file.text, named.value.start, named.value.end) is not None
