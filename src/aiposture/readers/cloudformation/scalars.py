"""What a word without quotes means in YAML 1.1, as the tools of CloudFormation read it.

Left as text: timestamps (the `Version` of a policy), numbers in base 60 (`22:22`), numbers that are not finite.
"""

from __future__ import annotations

import re

from aiposture.model.values import Scalar

_MAX_DIGITS = 300
_TRUE = frozenset({"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})
_FALSE = frozenset({"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_MAY_BE_NUMBER = frozenset("0123456789-+.")
_INTEGER = re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?", re.ASCII)


def resolve(word: str) -> Scalar:
    """The data of a plain scalar."""
    if word in _NULL:
        return None
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    if word[0] not in _MAY_BE_NUMBER or len(word) > _MAX_DIGITS:
        return word
    if _INTEGER.fullmatch(word):
        return _integer(word)
    return number(word.replace("_", "")) if _FLOAT.fullmatch(word) else word


def _integer(word: str) -> Scalar:
    digits = word.replace("_", "").lower()
    bare = digits.lstrip("+-")
    base = {"0b": 2, "0x": 16}.get(bare[:2], 8 if bare.startswith("0") and bare != "0" else 10)
    try:
        return int(digits, base)
    except ValueError:  # underscores and nothing else behind the prefix
        return word


def number(text: str) -> Scalar:
    """A decimal number; the text itself if no number that we can hold."""
    if len(text) > _MAX_DIGITS:
        return text
    try:
        return int(text)
    except ValueError:
        data = float(text)
    return data if abs(data) != float("inf") else text
