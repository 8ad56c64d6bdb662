"""The names of remote modules: one name for all ways to write a source, and whether it says AI."""

from __future__ import annotations

from itertools import pairwise

_SEPARATORS = "-_/."
_BICEP = ("br:", "br/", "ts:", "ts/")
_OF_ONE_TYPE = ("br/public:avm/res/", "br/public:avm/utl/")

# What names an AI service by itself.
WORDS = (
    "aifoundry",
    "aiml",
    "aisearch",
    "aiservices",
    "azureml",
    "azureopenai",
    "bedrock",
    "botservice",
    "cognitive",
    "cognitiveaccount",
    "cognitiveservice",
    "cognitiveservices",
    "foundry",
    "genai",
    "llm",
    "llms",
    "machinelearning",
    "machinelearningservices",
    "mlworkspace",
    "openai",
    "sagemaker",
    "searchservice",
    "searchservices",
    "vertex",
    "vertexai",
)
# What does so only together.
PHRASES = (
    ("ai", "agent"),
    ("ai", "agents"),
    ("ai", "foundry"),
    ("ai", "hub"),
    ("ai", "platform"),
    ("ai", "project"),
    ("ai", "search"),
    ("ai", "services"),
    ("ai", "studio"),
    ("bot", "service"),
    ("cognitive", "services"),
    ("gen", "ai"),
    ("generative", "ai"),
    ("machine", "learning"),
    ("ml", "workspace"),
    ("search", "service"),
    ("search", "services"),
    ("vertex", "ai"),
)


def mentions_ai(source: str) -> bool:
    """Whether a remote module's source names an AI service, word by word: `domain` has no `ai` in it."""
    plain = "".join(
        letter if letter.isalnum() else "-" if letter in _SEPARATORS else " " for letter in source.casefold()
    )
    return any(_names_ai(chunk.split("-")) for chunk in plain.split())


def may_hold_ai(source: str) -> bool:
    """Whether a remote module whose code is not here could hold an AI service.

    One of Terraform says it in its name, or it is left alone: a registry has thousands that are about other things.
    One of Bicep comes mostly from a registry of one's own and can hold anything. Only the resource modules of Azure
    Verified Modules make no more than the type in their name.
    """
    bicep = source.startswith(_BICEP) and not source.startswith(_OF_ONE_TYPE)
    return bicep or mentions_ai(source)


def _names_ai(tokens: list[str]) -> bool:
    return not set(WORDS).isdisjoint(tokens) or any(pair in PHRASES for pair in pairwise(tokens))


def spellings() -> tuple[str, ...]:
    """Lower-case substrings, one of which stands in every source that `mentions_ai`."""
    phrases = tuple(f"{first}{mark}{second}" for first, second in PHRASES for mark in _SEPARATORS)
    return WORDS + phrases


def canonical(source: str) -> str:
    """The registry name of a module's source, in lower case, without version: `azure/openai/azurerm`.

    Registry names with or without the public host, and GitHub addresses in every form that Terraform takes. A
    source of a submodule (`//modules/x`) keeps its path and so names no module that is known.
    """
    name = source.strip().casefold().partition("?")[0].removeprefix("git::")
    scheme, separator, rest = name.partition("://")
    name = rest if separator and scheme in {"https", "http", "ssh", "git"} else name
    name = name.removeprefix("git@").removeprefix("www.").replace("github.com:", "github.com/", 1)
    name = name.removeprefix("registry.terraform.io/").removeprefix("registry.opentofu.org/")
    if not name.startswith("github.com/"):
        return name
    owner, _, repository = name.removeprefix("github.com/").removesuffix("/").removesuffix(".git").partition("/")
    prefix, _, provider_and_name = repository.partition("-")
    provider, _, module = provider_and_name.partition("-")
    return f"{owner}/{module}/{provider}" if prefix == "terraform" and module else name
