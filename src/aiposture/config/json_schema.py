"""The JSON Schema of the configuration, made of the table of keys."""

from __future__ import annotations

import json
from typing import Any

from aiposture.config.keys import ALLOW, KEYS, Key

Json = dict[str, Any]

_TEXT: Json = {"type": "string", "minLength": 1}
_TEXTS: Json = {"type": "array", "items": _TEXT}


def schema() -> str:
    """The text of `config.schema.json`: the keys of aiposture.toml, which are those of [tool.aiposture], too."""
    document = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://aiposture.github.io/aiposture/config.schema.json",
        "title": "Configuration of aiposture",
        "description": "aiposture.toml, or the table [tool.aiposture] of pyproject.toml.",
        **_table(KEYS),
    }
    return json.dumps(document, indent=2) + "\n"


def _table(keys: tuple[Key, ...]) -> Json:
    required = [key.name for key in keys if key.required]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            key.name: {"description": key.description, **_value(key), **({"minItems": 1} if key.filled else {})}
            for key in keys
        },
        **({"required": required} if required else {}),
    }


def _value(key: Key) -> Json:
    if key.kind == "allowances":
        return {"type": "array", "items": _table(ALLOW)}
    choice = {"enum": list(key.choices)}
    shapes: dict[str, Json] = {
        "controls": _TEXTS,
        "globs": _TEXTS,
        "files": _TEXTS,
        "file": _TEXT,
        "choice": choice,
        "choices": {"type": "array", "items": choice},
        "flag": {"type": "boolean"},
        "severities": {"type": "object", "additionalProperties": choice},
        "controls by glob": {"type": "object", "additionalProperties": _TEXTS},
        "glob": _TEXT,
        "address": _TEXT,
        "text": {"type": "string", "pattern": "\\S"},
        "date": {"type": "string", "format": "date"},
    }
    return shapes[key.kind]
