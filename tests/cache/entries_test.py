"""The cache: the same bytes as without it, and nothing that changed is missed."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import aiposture
from aiposture.cache import store as cache
from aiposture.cache.codec import _CLASSES as _KINDS
from aiposture.cache.codec import NotWritableError, Open, decode, encode
from aiposture.cache.folder import cache_folder
from aiposture.cache.observed import Observed
from aiposture.discover import discover
from aiposture.discover.tokens import TOKENS
from aiposture.files import Tree
from aiposture.model import Location, Reading, Resource, SourceError, Value
from aiposture.options import ScanOptions
from aiposture.reading import Inputs, Readers
from aiposture.scan import scan
from aiposture.services import wanted

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
TEMPLATE = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "parameters": {"off": {"type": "bool", "defaultValue": True}},
    "resources": [
        {
            "type": "Microsoft.CognitiveServices/accounts",
            "apiVersion": "2024-10-01",
            "name": "a",
            "kind": "OpenAI",
            "properties": {"disableLocalAuth": "[parameters('off')]"},
        }
    ],
}
FILES = {
    "app/main.tf": 'variable "keys" { default = false }\nmodule "ai" {\n  source = "../ai"\n  keys = var.keys\n}\n',
    "ai/main.tf": 'variable "keys" {}\nresource "azurerm_cognitive_account" "a" {\n'
    '  kind = "OpenAI"\n  local_auth_enabled = var.keys\n}\n',
    "arm/main.json": json.dumps(TEMPLATE),
}
PARAMETERS = json.dumps({"parameters": {"off": {"value": False}}})
PLACE = Location("f", 1, 1, 1, 2)

posix = pytest.mark.skipif(os.name == "nt", reason="Windows keeps a user's folders to the user")


@pytest.fixture
def code(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "code" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "code"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The units that were evaluated, and not taken from the cache."""
    found: list[str] = []
    original = Readers._whole

    def whole(readers: Readers, unit):
        found.append(unit.path)
        return original(readers, unit)

    monkeypatch.setattr(Readers, "_whole", whole)
    return found


def verdicts(code: Path, folder: Path | None, **options) -> dict[str, str]:
    report = scan(ScanOptions(paths=(str(code),), select=("AIS401",), cache_folder=folder, **options))
    assert not report.errors
    return {finding.resource.unit: finding.verdict.value for finding in report.findings}


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _edit_module(code: Path) -> None:
    path = code / "ai/main.tf"
    path.write_text(path.read_text().replace("var.keys", "true"))


def _add(name: str, text: str) -> Callable[[Path], object]:
    return lambda code: (code / name).write_text(text)


def test_what_has_not_changed_is_not_evaluated_again(code, folder, evaluated) -> None:
    first = verdicts(code, folder)
    assert sorted(evaluated) == ["app", "arm/main.json"]
    evaluated.clear()
    assert verdicts(code, folder) == first == {"app": "pass", "arm/main.json": "pass"}
    assert evaluated == []


@pytest.mark.parametrize(
    ("change", "unit"),
    [
        (_edit_module, "app"),
        (_add("app/prod.auto.tfvars", "keys = true\n"), "app"),
        (_add("app/terraform.tfvars", "keys = true\n"), "app"),
        (_add("app/override.tf", 'variable "keys" { default = true }\n'), "app"),
        (_add("ai/override.tf", 'resource "azurerm_cognitive_account" "a" {\n  local_auth_enabled = true\n}\n'), "app"),
        (_add("arm/main.parameters.json", PARAMETERS), "arm/main.json"),
    ],
)
def test_a_change_is_seen(code, folder, evaluated, change, unit) -> None:
    before = verdicts(code, folder)
    evaluated.clear()
    change(code)
    assert verdicts(code, folder) == {**before, unit: "fail"}
    assert evaluated == [unit]


def test_a_change_of_what_two_units_share_is_seen_by_both(code, folder, evaluated) -> None:
    (code / "second").mkdir()
    (code / "second/main.tf").write_text(FILES["app/main.tf"])
    verdicts(code, folder)
    evaluated.clear()
    _edit_module(code)
    assert verdicts(code, folder) == {"app": "fail", "second": "fail", "arm/main.json": "pass"}
    assert evaluated == ["app", "second"]


def test_a_module_that_appears_is_seen(code, folder) -> None:
    (code / "ai").rename(code.parent / "gone")
    (code / "app/token.tf").write_text("# cognitive\n")
    options = ScanOptions(paths=(str(code),), cache_folder=folder)
    for _ in range(2):
        assert [error.message for error in scan(options).errors] == ["the module ../ai is not there"]
    (code.parent / "gone").rename(code / "ai")
    assert scan(options).errors == ()


@pytest.mark.parametrize(
    "options", [{"var_files": ("vars.tfvars",)}, {"parameter_files": ("p.json",)}, {"use_environment": True}]
)
def test_other_settings_are_other_entries(code, folder, evaluated, options, monkeypatch) -> None:
    monkeypatch.chdir(code)
    monkeypatch.setenv("TF_VAR_keys", "true")
    (code / "vars.tfvars").write_text("keys = true\n")
    (code / "p.json").write_text(PARAMETERS)
    verdicts(code, folder)
    evaluated.clear()
    assert "fail" in verdicts(code, folder, **options).values()
    assert evaluated
    assert set(verdicts(code, folder).values()) == {"pass"}


def test_another_version_is_another_cache(code, folder, evaluated, monkeypatch) -> None:
    verdicts(code, folder)
    evaluated.clear()
    monkeypatch.setattr(aiposture, "__version__", "99")
    verdicts(code, folder)
    assert evaluated


def _sealed(path: Path, text: bytes) -> bytes:
    """`text` as the entry at `path` with a checksum that is right."""
    return cache._checksum(path.parent.name + path.name, text) + b"\n" + text


@pytest.mark.parametrize(
    "damage",
    [
        lambda _, __: b"",
        lambda _, data: data[:-1],
        lambda _, data: data[1:],
        lambda _, data: data.replace(b"kind", b"kimd"),
        lambda _, data: b"\n\n" + data,
        lambda _, data: b"\x00" * len(data),
        lambda _, data: data + b" " * cache._LARGEST,
        lambda path, _: _sealed(path, b"[]\n[]"),
        lambda path, _: _sealed(path, b"{}\n[1,[99]]"),
        lambda path, _: _sealed(path, b'{"read": 1}\n[]'),
        lambda path, _: _sealed(path, b'{"odd": {"a": 1}}\n[]'),
        lambda path, _: _sealed(path, b"{}\n" + b"[" * 99999),
    ],
)
def test_a_damaged_entry_is_made_again(code, folder, evaluated, damage) -> None:
    first = verdicts(code, folder)
    for path in entries(folder):
        path.write_bytes(damage(path, path.read_bytes()))
    evaluated.clear()
    assert verdicts(code, folder) == first
    assert len(evaluated) == 2
    evaluated.clear()
    assert verdicts(code, folder) == first
    assert evaluated == []


def test_an_entry_is_believed_in_its_own_place_only(code, folder, evaluated) -> None:
    """Who can rename what is in the folder could else have clean code speak for other code."""
    _edit_module(code)
    first = verdicts(code, folder)
    assert sorted(first.values()) == ["fail", "pass"]
    one, other = entries(folder)
    swapped = one.with_name("swapped")
    one.rename(swapped)
    other.rename(one)
    swapped.rename(other)
    evaluated.clear()
    assert verdicts(code, folder) == first
    assert len(evaluated) == 2


@posix
def test_only_the_user_can_read_entries_and_only_theirs_are_believed(code, folder, evaluated) -> None:
    first = verdicts(code, folder)
    assert {stat.S_IMODE(path.stat().st_mode) for path in entries(folder)} == {0o600}

    def spoil_modes(path: Path) -> None:
        path.chmod(0o666)

    def spoil_owner(path: Path) -> None:
        os.chown(path, 12345, 12345)

    def spoil_links(path: Path) -> None:
        path.rename(path.with_name(f"{path.name}-real"))
        path.symlink_to(f"{path.name}-real")

    def spoil_kinds(path: Path) -> None:
        path.unlink()
        os.mkfifo(path, 0o600)

    for spoil in (spoil_modes, spoil_kinds, spoil_links, *([spoil_owner] if os.geteuid() == 0 else [])):
        for path in entries(folder):
            spoil(path)
        evaluated.clear()
        assert verdicts(code, folder) == first
        assert len(evaluated) == 2, spoil


def _open_to_all(folder: Path) -> None:
    folder.chmod(0o777)


def _open_to_the_group(folder: Path) -> None:
    folder.chmod(0o770)


def _open_above(folder: Path) -> None:
    folder.parent.chmod(0o777)


def _open_parts(folder: Path) -> None:
    for part in folder.iterdir():
        part.chmod(0o770)


def _linked_parts(folder: Path) -> None:
    for part in list(folder.iterdir()):
        part.rename(folder.parent / f"moved-{part.name}")
        part.symlink_to(folder.parent / f"moved-{part.name}")


@posix
@pytest.mark.parametrize("spoil", [_open_to_all, _open_to_the_group, _open_above, _open_parts, _linked_parts])
def test_a_folder_into_which_others_can_write_is_not_used(code, tmp_path, evaluated, spoil) -> None:
    folder = tmp_path / "own" / "aiposture"
    folder.parent.mkdir(mode=0o755)
    first = verdicts(code, folder)
    spoil(folder)
    evaluated.clear()
    assert verdicts(code, folder) == first
    assert len(evaluated) == 2


@posix
def test_a_folder_may_be_linked_and_may_be_below_one_of_all(code, tmp_path, evaluated) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    (shared / "real").mkdir(mode=0o755)
    (tmp_path / "link").symlink_to(shared / "real")
    verdicts(code, tmp_path / "link" / "aiposture")
    evaluated.clear()
    verdicts(code, tmp_path / "link" / "aiposture")
    assert evaluated == []


@pytest.mark.parametrize("place", ["", ".cache/aiposture"])
def test_a_folder_in_the_scanned_tree_is_not_used(code, evaluated, place) -> None:
    for _ in range(2):
        evaluated.clear()
        verdicts(code, code / place)
        assert len(evaluated) == 2
    assert not (code / ".cache").exists()


@pytest.mark.parametrize("blocked", ["a file", "no right"])
def test_a_folder_that_cannot_be_written_is_no_error(code, folder, blocked, monkeypatch) -> None:
    if blocked == "a file":
        folder.write_text("")
    else:

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "no")

        monkeypatch.setattr(os, "mkdir", refuse)
    assert verdicts(code, folder) == verdicts(code, None)


def test_what_has_a_defect_is_not_kept(code, folder, monkeypatch) -> None:
    def fail(*_: object) -> Reading:
        raise RuntimeError("no")

    with monkeypatch.context() as patch:
        patch.setattr(Readers, "_read", fail)
        assert len(scan(ScanOptions(paths=(str(code),), cache_folder=folder)).errors) == 2
    assert entries(folder) == []
    assert verdicts(code, folder)


def test_a_full_disk_is_no_error(code, folder, monkeypatch) -> None:
    def fail(descriptor: int, *_: object) -> None:
        os.close(descriptor)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", fail)
        assert verdicts(code, folder) == verdicts(code, None)
    assert entries(folder) == []


def test_an_interrupt_while_an_entry_is_written_is_not_lost(folder, monkeypatch) -> None:
    original = os.replace

    def interrupted(draft: str, path: str) -> None:
        original(draft, path)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cache.Store(str(folder)).put("ab", b"x")


def test_the_folder_keeps_within_its_bounds(code, folder, monkeypatch) -> None:
    monkeypatch.setattr(cache, "_PARTS", 1)
    monkeypatch.setattr(cache, "_MOST_BYTES", 3000)
    for number in range(40):
        (code / f"m{number}").mkdir()
        (code / f"m{number}/main.tf").write_text(FILES["ai/main.tf"])
    verdicts(code, folder)
    for part in folder.iterdir():
        assert 0 < sum(path.stat().st_size for path in part.iterdir()) <= 3000


def test_what_was_written_first_goes_first(tmp_path) -> None:
    for number, age in enumerate([5, 1, 4, 2, 3]):
        (tmp_path / f"{number}").write_bytes(b"x" * 10)
        os.utime(tmp_path / f"{number}", (1000 - age, 1000 - age))
    cache.shrink(tmp_path, 25)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "3"]


def test_drafts_of_scans_that_died_are_removed(tmp_path) -> None:
    for name in ("entry", "entry.17", "entry.18"):
        (tmp_path / name).write_bytes(b"x")
    for name in ("entry", "entry.17"):
        os.utime(tmp_path / name, (1, 1))
    cache.shrink(tmp_path, 1000)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["entry", "entry.18"]


def test_a_reading_that_is_too_large_is_not_kept(code, folder, monkeypatch) -> None:
    monkeypatch.setattr(cache, "_LARGEST", 10)
    verdicts(code, folder)
    assert entries(folder) == []


def test_scans_at_once_disturb_nobody(code, folder) -> None:
    command = [sys.executable, "-m", "aiposture", "check", "--format", "json", str(code)]
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder), "LOCALAPPDATA": str(folder)}
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) for _ in range(3)]
    first, *others = [process.communicate(timeout=60)[0] for process in running]
    assert others == [first, first]
    assert {process.returncode for process in running} == {1}
    assert len(entries(folder)) == 2


def test_a_reading_of_each_fixture_comes_back_as_it_is_to_others() -> None:
    tree = Tree(FIXTURES)
    found = discover(tree, [""], tokens=TOKENS)
    with Readers(tree, Inputs(), wanted) as readers:
        for unit in found.units:
            if unit.dialect == "bicep":
                continue
            reading = readers.read(unit)
            back = decode(encode(reading))
            assert encode(back) == encode(reading), unit
            assert [one.address for one in back.resources] == [one.address for one in reading.resources]
            assert (back.errors, back.files, back.comments) == (reading.errors, reading.files, reading.comments)


def reading_of(properties) -> Reading:
    value = Value(properties, PLACE)
    return Reading((Resource("arm", "managed", "t", "t", "n", "a", "u", value, PLACE, PLACE),))


@pytest.mark.parametrize("scalar", [None, True, False, 0, 1, 1.0, 0.0, -0.0, 10**30, "", "ü\udc80", "\0", ()])
def test_scalars_stay_what_they_are(scalar) -> None:
    back = decode(encode(reading_of({"a": Value(scalar, PLACE), "b": Value(1, PLACE), "c": Value(0, PLACE)})))
    found = back.resources[0].properties.data["a"].data
    assert (type(found), repr(found)) == (type(scalar), repr(scalar))


def test_an_object_that_answers_for_what_it_lacks_still_does() -> None:
    members = Open({"a": Value(1, PLACE)}, Value("otherwise", PLACE))
    back = decode(encode(reading_of(members))).resources[0].properties
    assert back.get("a") == Value(1, PLACE)
    assert back.get("missing") == Value("otherwise", PLACE)
    assert "missing" not in back.data


def test_what_is_shared_is_written_once() -> None:
    value = Value("x" * 1000, PLACE)
    for _ in range(40):
        value = Value((value, value), PLACE)
    assert len(encode(reading_of({"a": value}))) < 5000


@pytest.mark.parametrize(("data", "depth"), [(None, 100_000), (object(), 1)])
def test_what_cannot_be_written_is_refused(data, depth: int) -> None:
    value = Value(data, PLACE)
    for _ in range(depth):
        value = Value((value,), PLACE)
    with pytest.raises(NotWritableError):
        encode(reading_of({"a": value}))


@pytest.mark.parametrize("text", ["[]", "[1]", "[[0]]", "[[99]]", "[[-1]]", "{}", "", '["Reading"]', '["x",[9,0,0,0]]'])
def test_what_is_no_reading_is_refused(text: str) -> None:
    with pytest.raises((ValueError, TypeError, IndexError)):
        decode(text)


def test_notes_hold_as_long_as_the_answers_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_text("1")
    tree = Observed(Tree(tmp_path))
    _, notes = tree.noting(lambda: [tree.read("a.tf"), tree.names(""), tree.is_file("b.tf"), tree.is_dir("m")])
    assert set(notes) == {"read", "names", "is_file", "is_dir"}

    def holds() -> bool:
        return Observed(Tree(tmp_path)).holds(notes)

    assert holds()
    (tmp_path / "m").mkdir()
    assert not holds()
    (tmp_path / "m").rmdir()
    assert holds()
    (tmp_path / "a.tf").write_text("2")
    assert not holds()


@pytest.mark.parametrize(
    ("environment", "system", "expected"),
    [
        ({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "linux", "/x/aiposture"),
        ({"XDG_CACHE_HOME": "x", "HOME": "/h"}, "linux", "/h/.cache/aiposture"),
        ({"HOME": "/h"}, "darwin", "/h/Library/Caches/aiposture"),
        ({"LOCALAPPDATA": "/local", "HOME": "/h"}, "win32", "/local/aiposture/Cache"),
        ({"HOME": "h"}, "linux", None),
        ({"HOME": "/absent"}, "linux", None),
        ({}, "linux", None),
        ({}, "win32", None),
    ],
)
def test_where_the_cache_is(environment: dict[str, str], system: str, expected: str | None, monkeypatch) -> None:
    monkeypatch.setattr("os.path.isdir", lambda path: path != "/absent")
    assert cache_folder(environment, system) == expected


def test_an_error_is_kept_with_its_reading() -> None:
    reading = Reading(errors=(SourceError("a", 1, "b"),), files=frozenset({"b", "a"}))
    assert decode(encode(reading)) == reading


def test_a_set_holds_texts_alone() -> None:
    """Or else 60 lines of an entry would have a hash that takes for ever."""
    doubled = ["x", [len(_KINDS), 0], *([len(_KINDS), at, at] for at in range(1, 60)), [len(_KINDS) + 1, 60]]
    with pytest.raises(TypeError):
        decode(json.dumps(doubled))
