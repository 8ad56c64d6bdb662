"""Is this file a CloudFormation template? From its bytes, before anything is parsed."""

from __future__ import annotations

import json
import re

from aiposture.readers.cloudformation.document import MAX_BYTES
from aiposture.readers.cloudformation.source import SyntaxProblem, decode

_TYPES = (b"AWS::", b"Custom::", b"Alexa::")
_VERSION = b"AWSTemplateFormatVersion"
_SECTIONS = ("Resources", "AWSTemplateFormatVersion", "Transform")
_FIRST_KEY = re.compile(r"^( *)(?![#%\s]|---|\.\.\.)[^\n]", re.MULTILINE)


def is_template(data: bytes) -> bool:
    """Whether a file is a template: it names a type of AWS, and a template's section at its top.

    Passes over Kubernetes manifests, workflows, compose files, plans and all else that only mentions AWS or
    holds a template inside of a text. A broken file that is meant to be a template is one: its reader says why
    it cannot be read.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            data = decode(data).encode()
        except SyntaxProblem:
            return False
    if _VERSION not in data and not (b"Resources" in data and any(type_ in data for type_ in _TYPES)):
        return False
    if len(data) > MAX_BYTES:
        return _VERSION in data[:4096]
    text = data.decode(errors="replace").removeprefix("\ufeff")
    return _json_template(text) if text.lstrip().startswith("{") else _yaml_template(text)


def _json_template(text: str) -> bool:
    try:
        root = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        # Comments, YAML in braces, or a mistake: to be sure, the one who parses it has to say.
        return '"AWSTemplateFormatVersion"' in text or re.search(r"[{,\s]\"?Resources\"?\s*:", text) is not None
    return isinstance(root.get("Resources"), dict) or any(name in root for name in _SECTIONS[1:])


def _yaml_template(text: str) -> bool:
    first = _FIRST_KEY.search(text)
    if first is None:
        return False
    sections = "|".join(_SECTIONS)
    top = re.compile(rf"^{first[1]}(?:[&!]\S+ +)?[\"']?(?:{sections})[\"']?\s*:", re.MULTILINE)
    return top.search(text) is not None
