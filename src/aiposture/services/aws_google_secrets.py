"""Secrets of AI workloads: which values are secrets, and which of those stand in the code.

A secret is in the code if its text is: as a literal, or as the default of a variable or parameter. Text that names
a place where a secret is kept (a dynamic reference, an ARN, a parameter's path, a secret version) is none, and
neither is what only another resource or the one who deploys can know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from aiposture.model import Data, Fact, FactValue, Origin, Resource, Unknown, Value
from aiposture.services.aws_google_cells import member, objects

_MIN_SECRET = 8
_MAX_DEPTH = 16
_MAX_ARMS = 64
_WITHHELD = "(NoEcho)"

_EXACT = frozenset(
    {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS"}
)
_ENDINGS = (
    "_API_KEY", "_APIKEY", "_ACCESS_KEY", "_SECRET_KEY", "_CLIENT_SECRET", "_PASSWORD", "_TOKEN",
    "_BEARER_TOKEN_BEDROCK",
)  # fmt: skip
_NAMES_OF_THEIR_OWN = frozenset({"API_KEY", "APIKEY", "CLIENT_SECRET", "ACCESS_TOKEN", "AUTH_TOKEN"})

# Keys of AI services, by the names that their client libraries read. Nothing else is called so.
AI_KEYS = frozenset(
    {
        "AWS_BEARER_TOKEN_BEDROCK", "OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_KEY", "ANTHROPIC_API_KEY",
        "GEMINI_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY", "COHERE_API_KEY", "MISTRAL_API_KEY", "HUGGINGFACE_API_KEY",
        "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN", "GROQ_API_KEY", "PINECONE_API_KEY", "TOGETHER_API_KEY",
        "DEEPSEEK_API_KEY",
    }
)  # fmt: skip

_PLACES = (
    "{{resolve:", "arn:", "projects/", "secret://", "ssm:", "sm://", "gs://", "https://", "http://", "/",
    "$session", "$context.", "$(",
)  # fmt: skip


def is_secret_name(name: str) -> bool:
    """Whether a variable called `name` holds a secret, going by how such variables are called."""
    upper = name.upper()
    return upper in _EXACT or upper in AI_KEYS or upper in _NAMES_OF_THEIR_OWN or upper.endswith(_ENDINGS)


def environment(*paths: str, named: Callable[[str], bool] = is_secret_name) -> Callable[[Resource], tuple[Fact, ...]]:
    """Read the secrets among the variables of environments: maps, or lists of objects with a name and a value."""

    def read(resource: Resource) -> tuple[Fact, ...]:
        return tuple(
            _fact(f"{path}.{variable}", value, _looks_like_a_secret)
            for path in paths
            for each in _below(resource.properties, path)
            for variable, value in _variables(each)
            if named(variable) and _is_stated(value)
        )

    return read


def credentials(*paths: str) -> Callable[[Resource], tuple[Fact, ...]]:
    """Read the secrets at `paths`, each a property that is made for one."""

    def read(resource: Resource) -> tuple[Fact, ...]:
        return tuple(
            _fact(path, value, _is_secret)
            for path in paths
            for value in _below(resource.properties, path)
            if _is_stated(value)
        )

    return read


def _below(root: Value, path: str) -> tuple[Value, ...]:
    """All values at `path`: lists on the way, of blocks or of objects, are passed through member by member."""
    values: tuple[Value, ...] = (root,)
    for part in path.split("."):
        below = (member(each, part) for value in values for each in objects(value))
        values = tuple(value for value in below if value is not None)
    return values


def _variables(value: Value) -> Iterator[tuple[str, Value]]:
    if isinstance(value.data, Mapping):
        yield from value.data.items()
        return
    for pair in value.items():
        name, text = member(pair, "name", "Name"), member(pair, "value", "Value")
        if name is not None and isinstance(name.data, str) and text is not None:
            yield name.data, text


def _is_stated(value: Value) -> bool:
    """An empty text, as placeholders have it, is no secret."""
    return value.data is not None and value.data != ""


def _fact(name: str, value: Value, test: Callable[[str], bool]) -> Fact:
    texts = (arm.data for arm in _arms(value))
    possible: tuple[FactValue, ...] = tuple(dict.fromkeys(_stands_here(text, test) for text in texts))
    if isinstance(value.data, Unknown) and value.data.reason.endswith(_WITHHELD) and _has_default(value):
        # The text stands in the template, and its reader keeps it secret, so that nobody sees if it is a real one.
        possible = ()
    decided = possible[0] if len(possible) == 1 else Unknown(name, "depends on a value that is not known")
    default = next((step for step in value.trail if step.kind == "variable default"), None)
    return Fact(
        value=decided,
        origin=Origin.STATED if len(possible) == 1 else Origin.UNRESOLVED,
        property=name,
        location=value.location,
        possible=possible,
        expression=value.data.expression if isinstance(value.data, Unknown) else None,
        trail=value.trail,
        note=f"the default of {default.name}" if default is not None and decided is True else None,
    )


def _stands_here(data: Data, test: Callable[[str], bool]) -> FactValue:
    """Whether the secret's text stands in the code; `echoed` if it is shown to those who see the deployment."""
    if isinstance(data, Unknown):
        return "echoed" if data.echoed else False
    return isinstance(data, str) and test(data.strip())


def _has_default(value: Value) -> bool:
    return any(step.kind == "variable default" for step in value.trail)


def _arms(value: Value, depth: int = 0) -> tuple[Value, ...]:
    """What the value can be; what can be anything is given from outside, and stands for itself."""
    data = value.data
    if not isinstance(data, Unknown) or not data.alternatives or depth > _MAX_DEPTH:
        return (value,)
    return tuple(arm for each in data.alternatives for arm in _arms(each, depth + 1))[:_MAX_ARMS]


def _is_secret(text: str) -> bool:
    """Whether a text is the secret itself, and not the name of where it is."""
    return text != "" and not text.startswith(_PLACES) and "$session" not in text


def _looks_like_a_secret(text: str) -> bool:
    """Whether the text of a variable can be a secret: such variables also hold words, paths and placeholders."""
    return len(text) >= _MIN_SECRET and _is_secret(text) and not any(char.isspace() for char in text)
