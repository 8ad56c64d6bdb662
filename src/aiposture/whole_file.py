"""Files that are written as a whole or not at all: a killed process and a full disk leave no half of one."""

from __future__ import annotations

import os


def write(path: str, text: str) -> str | None:
    """Write `text` to `path`; what went wrong, as a sentence, if something did."""
    target = os.path.realpath(path)
    try:
        if os.path.exists(target) and not os.path.isfile(target):  # /dev/null, a pipe: nothing to replace
            with open(target, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
        else:
            _replace(target, text)
    except OSError as error:
        return f"{path!r} cannot be written: {error.strerror}"
    return None


def _replace(target: str, text: str) -> None:
    draft = f"{target}.{os.getpid()}.tmp"
    with open(draft, "x", encoding="utf-8", errors="backslashreplace") as file:
        try:
            file.write(text)
            file.flush()
            os.replace(draft, target)
        except BaseException:
            os.unlink(draft)
            raise
