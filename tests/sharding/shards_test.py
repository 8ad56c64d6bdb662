"""Shards and their merge: the reports of all parts give the bytes of one scan."""

from __future__ import annotations

import contextlib
import io
import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aiposture import cli
from aiposture.discover import Unit
from aiposture.sharding.joints import Named, joined
from aiposture.sharding.shards import Part, parse
from aiposture.usage import UsageError

ROOT = Path(__file__).resolve().parents[2]
GROUPS = "/subscriptions/0/resourceGroups"

ACCOUNT = """
resource "azurerm_cognitive_account" "a" {{
  name                          = "{name}"
  resource_group_name           = "{group}"
  kind                          = "OpenAI"
  local_auth_enabled            = {keys}
  public_network_access_enabled = true{skip}
}}
"""
ENDPOINT = """
resource "azurerm_private_endpoint" "e" {{
  name = "e"
  private_service_connection {{
    name                           = "c"
    private_connection_resource_id = "{groups}/{group}/providers/Microsoft.CognitiveServices/accounts/{name}"
    subresource_names              = ["account"]
    is_manual_connection           = false
  }}
}}
"""
CONSUMER = """
data "azurerm_cognitive_account" "d" {{
  name                = "{name}"
  resource_group_name = "{group}"
}}
resource "azurerm_key_vault_secret" "s" {{
  # {mark}
  name  = "s"
  value = data.azurerm_cognitive_account.d.primary_access_key
}}
"""
PERIMETER = """
resource "azurerm_network_security_perimeter_association" "p" {{
  name                                  = "p"
  access_mode                           = "Enforced"
  network_security_perimeter_profile_id = "/perimeters/one/profiles/{profile}"
  resource_id                           = "{groups}/{group}/providers/Microsoft.CognitiveServices/accounts/{name}"
}}
"""
RULE = """
resource "azurerm_network_security_perimeter_access_rule" "r" {{
  name                                  = "r"
  direction                             = "Inbound"
  network_security_perimeter_profile_id = "/perimeters/one/profiles/{profile}"
  address_prefixes                      = ["{prefix}"]
}}
"""
MODULE = 'module "shared" {{\n  source = "../shared"\n  keys   = {keys}\n}}\n'
SHARED = """
variable "keys" { default = false }
resource "azurerm_search_service" "s" {
  # aiposture:ignore[AIS401] accepted
  name                         = "shared"
  local_authentication_enabled = var.keys
}
"""
TEMPLATE = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
}
PIECES = (ACCOUNT, ENDPOINT, CONSUMER, PERIMETER, RULE, MODULE)
MARKS = ("checkov:skip=AIS402:known", "aiposture:ignore[AIS402, AIS999] known", "nothing")


def repository(root: Path, seed: int) -> None:
    """Modules that mean each other's accounts by name, share a module, suppress here and there, and break."""
    chance = random.Random(seed)
    (root / "shared").mkdir(parents=True)
    (root / "shared/main.tf").write_text(SHARED)
    names = [f"account-{number}" for number in range(chance.randint(1, 4))]
    for number in range(chance.randint(2, 8)):
        values = {
            "name": chance.choice(names),
            "group": chance.choice(("one", "two")),
            "groups": GROUPS,
            "keys": chance.choice(("true", "false")),
            "skip": chance.choice(("", " # aiposture:ignore[AIS201] public on purpose")),
            "mark": chance.choice(MARKS),
            "profile": chance.choice(("x", "y")),
            "prefix": chance.choice(("10.0.0.0/8", "0.0.0.0/0")),
        }
        directory = root / f"m{number}"
        directory.mkdir()
        for piece in chance.sample(range(len(PIECES)), chance.randint(1, 2)):
            (directory / f"{piece}.tf").write_text(PIECES[piece].format(**values))
        if chance.random() < 0.15:
            (directory / "broken.tf").write_text('resource "azurerm_cognitive_account" "x" {\n  name = \n')
    for number in range(chance.randint(0, 3)):
        linked = {"mode": "Incremental", "templateLink": {"relativePath": f"t{chance.randint(0, 3)}.json"}}
        deployment = {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d"}
        account = {"type": "Microsoft.CognitiveServices/accounts", "apiVersion": "2024-10-01", "name": names[0]}
        resources = [
            {**deployment, "properties": linked},
            {**account, "kind": "OpenAI", "properties": {"disableLocalAuth": False}},
        ]
        chosen = chance.sample(resources, k=chance.randint(1, 2))
        (root / f"t{number}.json").write_text(json.dumps({**TEMPLATE, "resources": chosen}, indent=1))
    (root / "main.bicep").write_text("resource a 'Microsoft.CognitiveServices/accounts@2024-10-01' existing = {}\n")
    (root / "other.bicep").write_text("resource a 'Microsoft.Search/searchServices@2024-10-01' existing = {}\n")


def run(*arguments: str | Path) -> int:
    with contextlib.redirect_stderr(io.StringIO()) as told:
        status = cli.main([str(one) for one in arguments])
    assert "Traceback" not in told.getvalue()
    return status


def split(code: Path, out: Path, count: int, *options: str) -> list[Path]:
    """The reports of all shards."""
    reports = [out / f"shard{number}" for number in range(1, count + 1)]
    for number, report in enumerate(reports, start=1):
        run("check", code, "--no-config", "--output-file", report, "--shard", f"{number}/{count}", *options)
    return reports


def assert_same(code: Path, out: Path, count: int, *options: str, judging: tuple[str, ...] = ()) -> None:
    """Shards, merged in whatever order, are one scan."""
    whole = run("check", code, "--no-config", "--output-file", out / "whole", *options, *judging)
    reports = split(code, out, count, *options, *judging)
    given = ("--source", code, "--no-config", "--output-file", out / "merged")
    merged = run("merge", *reversed(reports), *given, *judging)
    assert (out / "merged").read_bytes() == (out / "whole").read_bytes()
    assert merged == whole


@pytest.fixture(autouse=True)
def _no_compiler(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Without one, the two Bicep files of each repository are one error, and it is the same on all machines."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.delenv("AIPOSTURE_BICEP", raising=False)


@given(seed=st.integers(0, 2**32), count=st.integers(1, 4), form=st.sampled_from(["json", "sarif"]))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_merged_shards_are_one_scan(tmp_path_factory: pytest.TempPathFactory, seed: int, count: int, form: str) -> None:
    code, out = tmp_path_factory.mktemp("code"), tmp_path_factory.mktemp("out")
    repository(code, seed)
    assert_same(code, out, count, "--format", form, "--show", "fail,unknown,pass")


@pytest.mark.parametrize(("form", "count"), [("json", 3), ("sarif", 2)])
def test_merged_shards_of_all_fixtures_are_one_scan(tmp_path: Path, form: str, count: int) -> None:
    assert_same(ROOT / "fixtures", tmp_path, count, "--format", form)


@pytest.mark.parametrize(
    ("options", "judging"),
    [(("--hide-suppressed",), ()), ((), ("--select", "AIS401,AIS402")), (("--show", "pass"), ())],
)
def test_merged_shards_keep_what_was_asked_for(tmp_path: Path, options, judging) -> None:
    repository(tmp_path / "code", 4)
    assert_same(tmp_path / "code", tmp_path, 3, "--format", "sarif", *options, judging=judging)


def linked(root: Path) -> Path:
    """An account in one module, and its endpoint in another: in two shards, if there are two."""
    values = {"name": "x", "group": "g", "groups": GROUPS, "keys": "true", "skip": ""}
    for name, text in (("a", ACCOUNT), ("b", ENDPOINT)):
        (root / name).mkdir(parents=True)
        (root / name / "main.tf").write_text(text.format(**values))
    return root


def test_a_link_across_shards_is_found_when_they_are_merged(tmp_path: Path) -> None:
    code = linked(tmp_path / "code")
    mode = ("--private-endpoint-mode", "azure-policy")
    reports = split(code, tmp_path, 2, "--format", "json", *mode)
    run("merge", *reports, "--source", code, "--output-file", tmp_path / "merged", *mode)

    def verdict(report: Path) -> str:
        results = json.loads(report.read_text())["results"]
        return next(each["verdict"] for each in results if each["control"] == "AIS101")

    assert verdict(reports[0]) == "fail"
    assert verdict(tmp_path / "merged") == "pass"


def test_a_link_across_shards_needs_the_code_and_the_options_that_were_judged(tmp_path: Path, capsys) -> None:
    code = linked(tmp_path / "code")
    reports = split(code, tmp_path, 2, "--format", "json")
    assert cli.main(["merge", *map(str, reports), "--source", str(code), "--private-endpoint-mode", "strict"]) == 2
    assert "give merge the options that the shards had" in capsys.readouterr().err
    (code / "a/main.tf").write_text(ACCOUNT.format(name="x", group="h", keys="false", skip="").replace("\n", "\n\n"))
    assert cli.main(["merge", *map(str, reports), "--source", str(code)]) == 2
    assert "the code is not what the shards have judged" in capsys.readouterr().err


def test_shards_without_links_are_merged_without_the_code(tmp_path: Path) -> None:
    code = tmp_path / "code"
    for number in range(4):
        (code / f"m{number}").mkdir(parents=True)
        text = ACCOUNT.format(name=f"n{number}", group="g", keys="true", skip="")
        (code / f"m{number}/main.tf").write_text(text)
    (tmp_path / "empty").mkdir()
    whole = run("check", code, "--format", "json", "--output-file", tmp_path / "whole")
    reports = split(code, tmp_path, 3, "--format", "json")
    merged = run("merge", *reports, "--source", tmp_path / "empty", "--output-file", tmp_path / "merged")
    assert (tmp_path / "merged").read_bytes() == (tmp_path / "whole").read_bytes()
    assert merged == whole == 1


@pytest.mark.parametrize(
    ("options", "status"), [((), 1), (("--fail-on", "critical"), 0), (("--exit-zero",), 0), (("--format", "sarif"), 2)]
)
def test_merge_exits_as_one_scan_does(tmp_path: Path, options: tuple[str, ...], status: int) -> None:
    reports = split(linked(tmp_path / "code"), tmp_path, 2, "--format", "json")
    out = ("--source", tmp_path / "code", "--output-file", tmp_path / "merged")
    assert run("merge", *reports, *out, *options) == status


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "/", "a/b", "1/0", "-1/3", "1/3/4", "²/3"])
def test_what_is_no_shard(text: str, tmp_path: Path, capsys) -> None:
    with pytest.raises(UsageError, match="is no shard"):
        parse(text)
    assert cli.main(["check", str(tmp_path), f"--shard={text}"]) == 2
    assert "is no shard" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "message"),
    [("--baseline", "no baseline"), ("--write-baseline", "no baseline"), ("--diff-base", "no --diff-base")],
)
def test_a_shard_knows_of_no_earlier_scan(option: str, message: str, tmp_path: Path, capsys) -> None:
    assert cli.main(["check", str(tmp_path), "--shard", "1/2", option, "x"]) == 2
    assert f"--shard goes with {message}" in capsys.readouterr().err


def baseline_of(code: Path, path: Path, chance: random.Random) -> Path:
    """A baseline that lacks some findings, has some that are gone, and has some without fingerprints."""
    run("check", code, "--no-config", "--write-baseline", path, "--output-file", path.with_suffix(".txt"))
    document = json.loads(path.read_text())
    for file in document["failed_checks"]:
        for found in file["findings"]:
            for control in list(found["fingerprints"]):
                if chance.random() < 0.3:
                    del found["fingerprints"][control]
                elif chance.random() < 0.3:
                    found["check_ids"] = [one for one in found["check_ids"] if one != control]
            if chance.random() < 0.2:
                found["check_ids"].append(chance.choice(("AIS401", "AIS101")))
            if chance.random() < 0.2:
                found["resource"] += "-gone"
    path.write_text(json.dumps(document))
    return path


@given(seed=st.integers(0, 2**32), count=st.integers(1, 4), form=st.sampled_from(["json", "sarif"]))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_merged_shards_know_what_one_scan_knows(
    tmp_path_factory: pytest.TempPathFactory, seed: int, count: int, form: str
) -> None:
    code, out = tmp_path_factory.mktemp("code"), tmp_path_factory.mktemp("out")
    chance = random.Random(seed)
    repository(code, seed)
    for path in [*code.glob("m*/broken.tf"), *code.glob("*.bicep")]:  # an error hides what is stale
        if chance.random() < 0.9:
            path.unlink()
    known = ("--baseline", str(baseline_of(code, chance.choice((code, out)) / "known", chance)))
    show = chance.choice(("fail", "fail,unknown,pass"))
    shown = ("--format", form, "--show", show, "--min-severity", chance.choice(("info", "high")))
    whole = run("check", code, "--no-config", "--output-file", out / "whole", *shown, *known)
    reports = split(code, out, count, *shown)
    merged = run("merge", *reports, "--source", code, "--no-config", "--output-file", out / "merged", *known)
    assert (out / "merged").read_bytes() == (out / "whole").read_bytes()
    assert merged == whole


def test_the_baseline_of_the_configuration_is_for_the_merge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = linked(tmp_path / "code")
    monkeypatch.chdir(code)
    run("check", "--write-baseline", "known", "--output-file", tmp_path / "first")
    (code / "aiposture.toml").write_text('baseline = "known"\n')
    for number in (1, 2):
        assert (
            run("check", f"--shard={number}/2", "--format=json", "--output-file", tmp_path / f"s{number}") == number % 2
        )
    assert run("merge", tmp_path / "s1", tmp_path / "s2", "--output-file", tmp_path / "merged") == 0
    assert run("check", "--format=json", "--output-file", tmp_path / "whole") == 0
    assert (tmp_path / "merged").read_bytes() == (tmp_path / "whole").read_bytes()


@pytest.mark.parametrize("total", [1, 2, 3, 7, 30])
def test_every_unit_is_in_one_shard(total: int) -> None:
    units = sorted(Unit(dialect, f"{number}") for number in range(9) for dialect in ("terraform", "bicep"))
    dealt = [unit for number in range(1, total + 1) for unit in Part(number, total).of(units)]
    assert sorted(dealt) == units


class TestReportsThatDoNotFit:
    @pytest.fixture
    def reports(self, tmp_path: Path) -> list[Path]:
        return split(linked(tmp_path / "code"), tmp_path, 3, "--format", "json")

    def complaint(self, capsys, *reports: Path) -> str:
        assert cli.main(["merge", *map(str, reports), "--source", str(reports[0].parent)]) == 2
        error = capsys.readouterr().err
        assert "Traceback" not in error
        return error

    def test_a_missing_one(self, reports, capsys) -> None:
        assert "shard 2/3 is missing" in self.complaint(capsys, reports[0], reports[2])

    def test_one_twice(self, reports, capsys) -> None:
        assert "shard 1/3 is there more than once" in self.complaint(capsys, *reports, reports[0])

    def test_one_that_is_no_shard(self, reports, capsys, tmp_path) -> None:
        run("check", tmp_path / "code", "--format", "json", "--output-file", tmp_path / "whole")
        assert "is no report of a shard" in self.complaint(capsys, *reports, tmp_path / "whole")

    def test_one_that_is_not_there(self, reports, capsys, tmp_path) -> None:
        assert "cannot be read" in self.complaint(capsys, *reports, tmp_path / "absent")

    @pytest.mark.parametrize(
        "text", ["", "{", "[]", "{}", '{"version": 1}', '{"version": "2.1.0", "runs": []}', "[" * 9999]
    )
    def test_one_that_is_no_report(self, text, reports, capsys, tmp_path) -> None:
        (tmp_path / "odd").write_text(text)
        assert "report" in self.complaint(capsys, tmp_path / "odd", *reports)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda one: one["tool"].update(version="0.0.1"), "is of aiposture"),
            (lambda one: one["shard"].update(count=4), "another number of shards"),
            (lambda one: one["shard"].update(paths=["infra"]), "other paths"),
            (lambda one: one["shard"].update(settings="0"), "other options"),
            (lambda one: one["summary"].update(files_skipped={"x": 1}), "is of other code"),
            (lambda one: one["shard"].pop("results"), "damaged"),
            (lambda one: one["shard"].update(results=["[]"]), "damaged"),
            (lambda one: one["shard"].update(names=["0"]), "damaged"),
            (lambda one: one["shard"].update(number="x"), "damaged"),
            (lambda one: one["summary"].update(controls=[]), "damaged"),
        ],
    )
    def test_one_that_was_made_otherwise(self, change, message, reports, capsys) -> None:
        document = json.loads(reports[1].read_text())
        change(document)
        reports[1].write_text(json.dumps(document))
        assert message in self.complaint(capsys, *reports)

    def test_formats_are_not_mixed(self, reports, capsys, tmp_path) -> None:
        run("check", tmp_path / "code", "--format", "sarif", "--shard", "3/3", "--output-file", reports[2])
        assert "is json, and" in self.complaint(capsys, *reports)


def test_only_units_with_a_link_across_shards_are_judged_again() -> None:
    def named(shard: int, path: str, *, asks: bool, name: str) -> Named:
        return Named(shard, Unit("terraform", path), asks, ("accounts", name))

    found = [
        named(1, "a", asks=True, name="x"), named(2, "b", asks=False, name="x"),
        named(2, "b", asks=True, name="y"), named(2, "c", asks=False, name="y"),
        named(1, "d", asks=True, name="z"), named(1, "e", asks=False, name="z"),
        named(1, "f", asks=True, name="nowhere"), named(2, "g", asks=True, name="nowhere"),
        named(1, "h", asks=False, name="twice"), named(2, "i", asks=False, name="twice"),
    ]  # fmt: skip
    assert joined(found) == {1: [Unit("terraform", "a")], 2: [Unit("terraform", "b"), Unit("terraform", "c")]}
