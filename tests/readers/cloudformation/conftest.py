"""How these tests write a template and read it."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from aiposture.files import Tree
from aiposture.model import Unknown
from aiposture.readers import cloudformation


@pytest.fixture
def reading(tmp_path):
    """`reading({"t.yaml": text})` reads the first of these files, with whatever `options` are given."""

    def run(files, *, wanted=lambda _type: True, **options):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        return cloudformation.read(Tree(tmp_path), next(iter(files)), wanted=wanted, **options)

    return run


@pytest.fixture
def property_of(reading):
    """`property_of(value, sections)` is the Value of a property written as `value` in a template with `sections`."""

    def run(value, sections="", name="t.yaml"):
        text = f"{dedent(sections)}\nResources:\n  Subject:\n    Type: AWS::Bedrock::Agent\n    Properties:\n      P:"
        value = dedent(value).strip("\n")
        text += f" {value}\n" if "\n" not in value else "\n" + indent(value, " " * 8) + "\n"
        found = reading({name: text})
        assert not found.errors
        return next(one for one in found.resources if one.name == "Subject").properties.get("P")

    return run


@pytest.fixture
def plain(property_of):
    """As `property_of`, but plain data, with `?expression` for an unknown and `A | B` for one of known arms."""
    return lambda *args: flat(property_of(*args))


def flat(value):
    """Plain data of a Value; unknowns as texts that tests can compare."""
    if value is None:
        return None
    data = value.data
    if isinstance(data, Unknown):
        if data.alternatives:
            return " | ".join(str(flat(arm)) for arm in data.alternatives)
        return f"?{data.expression}"
    if isinstance(data, tuple):
        return [flat(member) for member in data]
    if hasattr(data, "items"):
        return {name: flat(member) for name, member in data.items()}
    return data
