"""The fixtures, cut into parts that are small and still mean something: a block with what it refers to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from fuzzing.edits import Seed

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
RECORDED = ROOT / "tests/readers/bicep/recorded"

_LARGEST = 6_000
_MOST_PARTS = 12
_BLOCK = re.compile(rb"^(?=[a-z@])", re.MULTILINE)
_ROW = re.compile(rb"^(?=  [A-Za-z])", re.MULTILINE)
_WORD = re.compile(rb"\w+")
_DEFINES = re.compile(rb'\A(?:variable|module|output|locals|resource|data|param|var|func|type)\s+(?:"\w+"\s+)?"?(\w+)')


@cache
def seeds(name: str) -> tuple[Seed, ...]:
    """The seeds of a kind of input."""
    return tuple(_MAKERS[name]())


def _texts(*suffixes: str) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(FIXTURES.rglob("*")):
        if path.is_file() and path.name.lower().endswith(suffixes):
            yield path, path.read_bytes()


def _blocks(language: str, name: str, *suffixes: str) -> Iterator[Seed]:
    for _, data in _texts(*suffixes):
        for text in _with_what_they_mention(data):
            yield Seed.of(language, name, text)


def _with_what_they_mention(data: bytes) -> Iterator[bytes]:
    blocks = [block for block in _BLOCK.split(data) if block.strip()]
    by_name: dict[bytes, list[bytes]] = {}
    for block in blocks:
        named = _DEFINES.match(block)
        by_name.setdefault(named[1] if named else b"", []).append(block)
    locals_ = [block for block in blocks if block.startswith((b"locals", b"terraform", b"targetScope"))]
    for block in blocks:
        mentioned = [one for word in set(_WORD.findall(block)) for one in by_name.get(word, ()) if one is not block]
        text = b"".join(dict.fromkeys([*locals_, *sorted(mentioned)[:_MOST_PARTS], block]))
        if len(text) <= _LARGEST:
            yield text


def _documents(*suffixes: str) -> Iterator[tuple[Path, Any]]:
    for path, data in _texts(*suffixes):
        with suppress(ValueError):  # a fixture of broken JSON
            yield path, json.loads(data)


def _seed(language: str, name: str, document: Any) -> Seed:
    return Seed.of(language, name, json.dumps(document, indent=1).encode(), document)


def _arm() -> Iterator[Seed]:
    for path, document in _documents(".json", ".jsonc"):
        if isinstance(document, dict) and "deploymentTemplate" in str(document.get("$schema", "")):
            for part in _arm_parts(document):
                yield _seed("arm", path.name.lower(), part)


def _arm_parts(template: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A template for each resource, with the parameters and variables that it mentions."""
    rows = template.get("resources", [])
    for symbol, row in rows.items() if isinstance(rows, dict) else enumerate(rows):
        words = set(re.findall(r"\w+", json.dumps(row)))
        part = {name: value for name, value in template.items() if name not in ("resources", "outputs")}
        for section in ("variables", "parameters"):
            used = {name: value for name, value in template.get(section, {}).items() if name in words}
            words |= set(re.findall(r"\w+", json.dumps(used)))
            part[section] = used
        part["resources"] = {symbol: row} if isinstance(rows, dict) else [row]
        part["outputs"] = dict(list(template.get("outputs", {}).items())[:2])
        if len(json.dumps(part)) <= _LARGEST:
            yield part


def _cloudformation_yaml() -> Iterator[Seed]:
    for path, data in _texts(".yaml", ".yml"):
        before, mark, rest = data.partition(b"\nResources:\n")
        if not mark or b"AWS" not in rest:
            continue
        after = rest[found.start() :] if (found := re.search(rb"^(?=[A-Z])", rest, re.MULTILINE)) else b""
        for row in _ROW.split(rest[: len(rest) - len(after)]):
            text = before[:3000] + mark + row + after[:2000]
            if row.strip() and len(text) <= _LARGEST:
                yield Seed.of("cloudformation", path.name, text, _from_yaml(text))


def _from_yaml(text: bytes) -> Any:
    """A template as plain data, with the long names of functions."""
    import yaml

    class Loader(yaml.SafeLoader):
        pass

    def tagged(loader: Any, tag: str, node: Any) -> Any:
        if isinstance(node, yaml.ScalarNode):
            value = loader.construct_scalar(node)
        else:
            deep = loader.construct_mapping if isinstance(node, yaml.MappingNode) else loader.construct_sequence
            value = deep(node, deep=True)
        return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}

    Loader.add_multi_constructor("!", tagged)
    try:
        return json.loads(json.dumps(yaml.load(text, Loader), default=str))
    except (yaml.YAMLError, ValueError, TypeError):
        return None


def _cloudformation_json() -> Iterator[Seed]:
    for seed in seeds("cloudformation"):
        if isinstance(seed.data, dict):
            yield _seed("cloudformation", "t.json", seed.data)


def _plans() -> Iterator[Seed]:
    for path, plan in _documents(".json"):
        if isinstance(plan, dict) and "planned_values" in plan:
            for part in _plan_parts(plan):
                yield _seed("terraform-plan", path.name, part)


def _plan_parts(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A plan for each resource of the root module, and the whole if it is small."""
    if len(json.dumps(plan)) <= _LARGEST:
        yield plan
    for row in plan["planned_values"].get("root_module", {}).get("resources", []):
        address = row.get("address")
        configured = plan.get("configuration", {}).get("root_module", {})
        part = {
            **plan,
            "planned_values": {"root_module": {"resources": [row]}},
            "resource_changes": [one for one in plan.get("resource_changes", []) if one.get("address") == address],
            "prior_state": None,
            "configuration": {
                "provider_config": {},
                "root_module": {
                    "resources": [one for one in configured.get("resources", []) if one.get("address") == address],
                    "variables": configured.get("variables", {}),
                },
            },
        }
        if len(json.dumps(part)) <= _LARGEST:
            yield part


def _terraform_json() -> Iterator[Seed]:
    for path, document in _documents(".tf.json", ".tofu.json"):
        yield _seed("terraform", path.name, document)
    body = {"name": "a", "kind": "${var.k}", "count": "${local.n}", "network_acls": [{"default_action": "Deny"}]}
    yield _seed("terraform", "main.tf.json", {
        "variable": {"k": {"default": "OpenAI", "type": "string"}},
        "locals": {"n": 2, "m": "${[for x in range(3) : x]}"},
        "resource": {"azurerm_cognitive_account": {"a": body}},
        "module": {"m": {"source": "./m", "for_each": {"a": 1}}},
        "output": {"o": {"value": "${azurerm_cognitive_account.a[0].primary_access_key}"}},
    })  # fmt: skip


def _variables() -> Iterator[Seed]:
    for _, data in _texts(".tfvars"):
        yield Seed.of("terraform", "terraform.tfvars", data)
    yield Seed.of(
        "terraform", "terraform.tfvars", b'k = "OpenAI"\no = { a = [1, null], b = false }\nl = ["a", "b"]\nn = 3\n'
    )
    yield Seed.of("terraform", "a.auto.tfvars", b"o = {\n  a = <<-X\n    x\n  X\n  b = true ? 1 : 2\n}\nk = null # x\n")
    values = {"k": "OpenAI", "o": {"a": [1, None], "b": False}, "l": ["a", "b"], "n": 3}
    yield _seed("json", "terraform.tfvars.json", values)


def _arm_expressions() -> Iterator[Seed]:
    found: set[str] = set()
    for seed in seeds("arm"):
        found.update(re.findall(r'"(\[[^"\n]{3,300}\])"', b"".join(seed.tokens).decode()))
    cases = ROOT / "tests/readers/arm/expressions_cases.txt"
    for line in cases.read_text(encoding="utf-8").splitlines():
        found.update(re.findall(r"^(\[.{2,300}?\])(?:\s|$)", line))
    for expression in sorted(found):
        yield Seed.of("arm", "t.json", expression.encode())


def _arm_parameters() -> Iterator[Seed]:
    for _, document in _documents(".parameters.json", ".parameters.jsonc"):
        yield _seed("arm", "t.parameters.json", document)
    stated = {
        "k": {"value": "OpenAI"},
        "o": {"value": {"a": [1, "${X=1}"]}},
        "s": {"reference": {"keyVault": {"id": "/x"}, "secretName": "s"}},
    }
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"
    yield _seed("arm", "t.parameters.json", {"$schema": schema, "contentVersion": "1.0.0.0", "parameters": stated})
    yield _seed("arm", "t.parameters.json", {"k": {"value": "${KIND=OpenAI}"}, "n": {"value": "${N:-3}"}})


def _cloudformation_parameters() -> Iterator[Seed]:
    for document in (
        [{"ParameterKey": "K", "ParameterValue": "x"}, {"ParameterKey": "L", "UsePreviousValue": True}],
        {"Parameters": {"K": "x", "L": "a,b"}, "Tags": {}},
        {"K": "x", "N": 3},
    ):
        yield _seed("cloudformation", "t.parameters.json", document)


def _bicep() -> Iterator[Seed]:
    yield from _blocks("bicep", "main.bicep", ".bicep")


def _bicepparam() -> Iterator[Seed]:
    for _, data in _texts(".bicepparam"):
        yield Seed.of("bicep", "main.bicepparam", data)
    yield Seed.of(
        "bicep",
        "main.bicepparam",
        b"""using './main.bicep'
extends 'base.bicepparam'
import * as x from 'types.bicep'
var base = { a: 1 }
param kind = 'OpenAI'
param o = { ...base, b: [1, true, null], c: '${kind}x' }
param s = readEnvironmentVariable('KEY', '')
@description('x')
param v = az.getSecret('a', 'b', 'c', 'd')
param t = loadJsonContent('t.json').x
// checkov:skip=AIS401:x
""",
    )


def _templates() -> Iterator[Seed]:
    """What the compiler has made of fixtures, a resource each."""
    for path in sorted(RECORDED.glob("*.json")):
        template = json.loads(path.read_text(encoding="utf-8"))["template"]
        for part in _arm_parts(template) if template else ():
            yield _seed("arm", "t.json", part)


def _configurations() -> Iterator[Seed]:
    yield Seed.of(
        "toml",
        "aiposture.toml",
        b"""select = ["AIS401", "access-keys"]
ignore = ["AIS101"]
exclude = ["examples/**", "!/x", "**/*.json"]
fail-on = "high"
show = ["fail", "unknown"]
private-endpoint-mode = "strict"
var-files = ["prod.tfvars"]
parameter-files = []
baseline = ".aiposture.baseline"
inline-suppressions = true
require-reason = true
[severities]
AIS401 = "low"
[per-path-ignores]
"test/**" = ["AIS101"]
[[allow]]
controls = ["AIS401"]
resource = "azurerm_cognitive_account.*"
path = "a/**"
reason = "x"
expires = 2027-03-31
""",
    )
    yield Seed.of(
        "toml",
        "pyproject.toml",
        b'[project]\nname = "x"\n[tool.aiposture]\nselect = ["AIS401"]\n[tool.aiposture.severities]\nAIS101 = "high"\n',
    )


def _baselines() -> Iterator[Seed]:
    from aiposture import baseline
    from fuzzing.kept import report_of_fixtures

    whole = json.loads(baseline.render(report_of_fixtures().findings))
    for file in whole["failed_checks"]:
        for finding in file["findings"][:4]:
            yield _seed("json", "b.json", {**whole, "failed_checks": [{**file, "findings": [finding]}]})


def _comments() -> Iterator[Seed]:
    for text in (
        b"checkov:skip=AIS401:reason", b"aiposture:ignore[AIS401, AIS201] until=2027-03-31 reason", b"aiposture:ignore",
        b"checkov:skip=AIS401,CKV_AZURE_1:a:b", b"aiposture:ignore[access-keys]: x */", b"aiposture:ignore[AIS401] until=",
        b"# aiposture:ignore[AIS999] x", b"aiposture:ignore[] checkov:skip=AIS101", b"checkov:skip=AIS401:until=2020-01-01 old",
    ):  # fmt: skip
        yield Seed.of("terraform", "main.tf", text)


def _shards() -> Iterator[Seed]:
    from fuzzing.kept import reports_of_shards

    for form in ("json", "sarif"):
        for text in reports_of_shards(form):
            yield _seed("json", f"{form}.json", json.loads(text))


def _entries() -> Iterator[Seed]:
    from fuzzing.kept import cache_entries

    for text in cache_entries():
        yield Seed.of("json", "entry", text)


_MAKERS = {
    "terraform": lambda: _blocks("terraform", "main.tf", ".tf", ".tofu"),
    "terraform-json": _terraform_json,
    "terraform-variables": _variables,
    "terraform-plan": _plans,
    "arm": _arm,
    "arm-expressions": _arm_expressions,
    "arm-parameters": _arm_parameters,
    "bicep": _bicep,
    "bicep-templates": _templates,
    "bicepparam": _bicepparam,
    "cloudformation": _cloudformation_yaml,
    "cloudformation-json": _cloudformation_json,
    "cloudformation-parameters": _cloudformation_parameters,
    "configuration": _configurations,
    "baseline": _baselines,
    "suppressions": _comments,
    "shards": _shards,
    "cache": _entries,
}
