"""The contents in which nothing was found: the hook need not read them again, and says the same."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import aiposture
from aiposture import cli
from aiposture.cache.blanks import KeptBlanks
from aiposture.discover import tokens
from aiposture.git import Snapshot

AI = 'resource "azurerm_cognitive_account" "a" {\n  kind = "OpenAI"\n}\n'
ARM = {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "resources": []}
STACK = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Bucket:\n    Type: AWS::S3::Bucket\n"
BLANK = {
    "bucket.tf": 'resource "aws_s3_bucket" "b" {}\n',
    "net/main.bicep": "resource v 'Microsoft.Network/virtualNetworks@2024-01-01' = {\n  name: 'v'\n}\n",
    "net/template.json": json.dumps(ARM),
    "net/stack.yaml": STACK,
    "net/stack.json": json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}),
    "package.json": "{}\n",
    "compose.yml": "services: {}\n",
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    root = tmp_path / "root"
    root.mkdir()
    git(root, "init", "--quiet")
    monkeypatch.chdir(root)
    stage(root, BLANK)
    return root


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that discovery has read."""
    found: list[str] = []
    original = Snapshot.read_found

    def read_found(snapshot: Snapshot, path: str) -> bytes:
        found.append(path)
        return original(snapshot, path)

    monkeypatch.setattr(Snapshot, "read_found", read_found)
    return found


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


def stage(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    git(root, "add", "--all")


def hook(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = cli.main(["hook", "--format", "json", *arguments])
    return status, capsys.readouterr().out


def entry(root: Path) -> Path:
    (found,) = (path for path in (root.parent / "cache").rglob("*") if path.is_file())
    return found


@pytest.mark.usefixtures("root")
def test_what_says_nothing_is_read_once(read: list[str], capsys) -> None:
    first = hook(capsys)
    assert sorted(read) == sorted(BLANK)
    read.clear()
    assert hook(capsys) == first == hook(capsys, "--no-cache")
    assert sorted(read) == sorted(BLANK)  # by the one without the cache
    assert json.loads(first[1])["summary"]["files_skipped"] == {
        "no AI service in what they are deployed with": 5,
        "no infrastructure code of a known kind": 2,
    }


def test_what_comes_to_say_something_is_seen(root: Path, read: list[str], capsys) -> None:
    assert hook(capsys)[0] == 0
    read.clear()
    stage(root, {"bucket.tf": AI})
    assert hook(capsys)[0] == 1
    assert set(read) == {"bucket.tf"}
    read.clear()
    assert hook(capsys)[0] == 1
    assert set(read) == {"bucket.tf"}  # what says something is always read


def test_the_index_counts_and_not_the_disk(root: Path, capsys) -> None:
    stage(root, {"bucket.tf": AI})
    (root / "bucket.tf").write_text(BLANK["bucket.tf"])
    for _ in range(2):
        assert hook(capsys)[0] == 1
    git(root, "add", "--all")
    for _ in range(2):
        assert hook(capsys)[0] == 0


def test_a_content_is_known_for_one_kind_of_file(root: Path, read: list[str], capsys) -> None:
    """What is no JSON template can be one in YAML."""
    text = "deploymenttemplate.json cognitive"
    stage(root, {"a.yaml": text})
    hook(capsys)
    read.clear()
    stage(root, {"a.json": text, "b.yaml": text})
    hook(capsys)
    assert set(read) == {"a.json"}


@pytest.mark.parametrize("name", ["a.tf", "a.bicep", "a.json"])
def test_what_calls_another_file_says_something(root: Path, read: list[str], capsys, name: str) -> None:
    texts = {
        "a.tf": 'module "m" {\n  source = "./m"\n}\n',
        "a.bicep": "module m 'm.bicep' = {\n  name: 'm'\n}\n",
        "a.json": json.dumps({**ARM, "resources": [{"properties": {"templateLink": {"relativePath": "m.json"}}}]}),
    }
    stage(root, {name: texts[name], "m/main.tf": AI, "m.bicep": "", "m.json": json.dumps(ARM)})
    hook(capsys)
    read.clear()
    status = hook(capsys)[0]
    assert name in read
    assert status == (1 if name == "a.tf" else status)


def test_the_name_of_a_changed_file_is_sought_in_all_of_a_module(root: Path, capsys) -> None:
    stage(
        root, {"app/ai.tf": AI, "app/policy.tf": 'locals {\n  p = file("../other/p.json")\n}\n', "other/p.json": "{}"}
    )
    for _ in range(2):
        assert hook(capsys)[0] == 1
        assert hook(capsys, "--changed", "other/p.json")[0] == 1
        assert hook(capsys, "--changed", "bucket.tf")[0] == 0


def test_a_file_that_cannot_be_read_is_told_each_time(root: Path, capsys) -> None:
    git(root, "rm", "--quiet", "--cached", "bucket.tf")
    lost = "1" * 40
    git(root, "update-index", "--add", "--cacheinfo", f"100644,{lost},lost.tf")
    for _ in range(2):
        status, report = hook(capsys)
        assert status == 2
        assert [error["path"] for error in json.loads(report)["errors"]] == ["lost.tf"]


def test_without_the_cache_nothing_is_read_from_it_nor_written(root: Path, read: list[str], capsys) -> None:
    hook(capsys, "--no-cache")
    assert not (root.parent / "cache").exists()
    hook(capsys)
    read.clear()
    hook(capsys, "--no-cache")
    assert sorted(read) == sorted(BLANK)


def test_files_on_the_disk_are_always_read(root: Path) -> None:
    cli.main(["check", "."])
    assert not (root.parent / "cache").exists()


@pytest.mark.parametrize(
    "damage", [lambda _: b"", lambda data: data[:-1], lambda data: data.replace(b"terraform", b"terrafrom")]
)
def test_a_damaged_entry_is_made_again(root: Path, read: list[str], capsys, damage) -> None:
    first = hook(capsys)
    kept = entry(root)
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))
    read.clear()
    assert hook(capsys) == first
    assert sorted(read) == sorted(BLANK)
    assert kept.read_bytes() == whole


@pytest.mark.usefixtures("root")
def test_another_version_and_other_tokens_believe_nothing(read: list[str], capsys, monkeypatch) -> None:
    hook(capsys)
    with monkeypatch.context() as patch:
        patch.setattr(aiposture, "__version__", "99")
        read.clear()
        hook(capsys)
        assert sorted(read) == sorted(BLANK)
    monkeypatch.setattr("aiposture.scan.TOKENS", (*tokens.TOKENS, "aws_s3_bucket"))
    assert hook(capsys)[0] == 0
    assert "bucket.tf" in read


def test_a_folder_into_which_others_can_write_is_not_used(root: Path, read: list[str], capsys) -> None:
    hook(capsys)
    (root.parent / "cache" / "aiposture").chmod(0o777)
    read.clear()
    hook(capsys)
    assert sorted(read) == sorted(BLANK)


def test_what_is_no_longer_met_goes_when_it_outweighs_the_rest(tmp_path: Path) -> None:
    def met(*contents: str) -> frozenset[str]:
        kept = KeptBlanks(str(tmp_path), "/root", ())
        for content in contents:
            assert content in kept.blanks or kept.blanks.add(content) is None
        kept.keep()
        return KeptBlanks(str(tmp_path), "/root", ()).blanks.known

    assert met("a", "b") == {"a", "b"}
    assert met("a") == {"a", "b"}  # nothing new
    assert met("c") == {"a", "b", "c"}
    assert met("c", "d", "e", "f", "g") == {"a", "b", "c", "d", "e", "f", "g"}
    assert met("h") == {"h"}
