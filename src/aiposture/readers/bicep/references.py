"""References to modules in registries: which module they mean, in whatever way it is written."""

import json
import re
from typing import Any, NamedTuple

from aiposture.files import Tree, UnreadableError

PUBLIC_HOST = "mcr.microsoft.com"
PUBLIC_ALIAS = "br/public"
_PUBLIC_PREFIX = "bicep/"
_VERIFIED = re.compile(r"(?:^|/)(avm/(?:res|ptn|utl)/.+)$")
# What does not end is taken to the end: to look for it again from the next character would take for ever.
_COMMENT = re.compile(r"""("[^"\\]*(?:\\.[^"\\]*)*(?:"|\Z))|//[^\r\n]*|/\*.*?(?:\*/|\Z)|,(?=\s*[}\]])""", re.DOTALL)
_MAX_DEPTH = 200
_LARGEST = 1024 * 1024  # bytes


class Reference(NamedTuple):
    """A module of a registry. `name` is how it is called here: `br/public:avm/res/...` for Azure Verified Modules,
    also for copies of them in other registries; else `br:host/path`, or `ts:...` for a template spec.
    """

    name: str
    tag: str | None
    host: str | None = None
    repository: str | None = None


def parse(target: str, configuration: dict[str, Any]) -> Reference:
    """The module that `target` means, with the aliases of the bicepconfig.json that applies."""
    prefix, _, rest = target.partition(":")
    if prefix.partition("/")[0] == "ts":
        name, _, release = rest.rpartition(":")
        return Reference(f"{prefix}:{name}", release or None)
    path, tag = _tag(rest)
    alias = prefix.partition("/")[2]
    if alias:
        registry, base = _alias(alias, configuration)
        if registry is None:
            return Reference(f"{prefix}:{path}", tag)
        path = f"{registry}/{base}/{path}" if base else f"{registry}/{path}"
    server, _, path = path.partition("/")
    return Reference(_name(server, path), tag, server, path)


def _tag(rest: str) -> tuple[str, str | None]:
    name, separator, digest = rest.partition("@")
    if separator:
        return name, digest
    directory, _, last = rest.rpartition("/")
    last, _, tag = last.partition(":")
    return (f"{directory}/{last}" if directory else last), tag or None


def _alias(alias: str, configuration: dict[str, Any]) -> tuple[str | None, str]:
    aliases = _object(_object(configuration.get("moduleAliases")).get("br"))
    stated = _object(aliases.get(alias))
    host, base = stated.get("registry"), stated.get("modulePath", "")
    if isinstance(host, str):
        return host, base.strip("/") if isinstance(base, str) else ""
    return (PUBLIC_HOST, _PUBLIC_PREFIX.rstrip("/")) if alias == "public" else (None, "")


def _name(host: str, path: str) -> str:
    verified = _VERIFIED.search(path)
    if verified is not None:
        return f"{PUBLIC_ALIAS}:{verified[1]}"
    if host == PUBLIC_HOST and path.startswith(_PUBLIC_PREFIX):
        return f"{PUBLIC_ALIAS}:{path.removeprefix(_PUBLIC_PREFIX)}"
    return f"br:{host}/{path}"


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def configuration(tree: Tree, directory: str) -> tuple[str | None, dict[str, Any]]:
    """The directory of the bicepconfig.json that applies in `directory`, and what it says; {} if it is no JSON."""
    while True:
        path = f"{directory}/bicepconfig.json" if directory else "bicepconfig.json"
        if tree.is_file(path):
            return directory, _read(tree, path)
        if not directory:
            return None, {}
        directory = directory.rpartition("/")[0]


def implicit_extensions(settings: dict[str, Any]) -> tuple[str, ...]:
    """The extensions that a configuration adds to every file."""
    stated = settings.get("implicitExtensions")
    return tuple(each for each in stated if isinstance(each, str)) if isinstance(stated, list) else ()


def _read(tree: Tree, path: str) -> dict[str, Any]:
    try:
        data = tree.read(path)
        if len(data) > _LARGEST:
            return {}
        text = data.decode("utf-8-sig", errors="replace")
        return _object(json.loads(_COMMENT.sub(lambda match: match[1] or "", text)))
    except (UnreadableError, ValueError, RecursionError):
        # What is wrong with it is the compiler's to say; it gets a configuration of ours.
        return {}
