from __future__ import annotations

import datetime as dt
import importlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from aiposture import config, controls
from aiposture.config import Config, ConfigError
from aiposture.config.keys import ALLOW, KEYS, NOT_CONFIGURABLE
from aiposture.model import Severity

ROOT = Path(__file__).resolve().parents[1]
NAMES = {"AIS201": "AIS201", "AIS401": "AIS401", "AIS402": "AIS402", "identity-based-auth": "AIS401", "CKV_X": "AIS401"}
MANUAL = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```", MANUAL, re.MULTILINE | re.DOTALL)


def parse(text, path="/nowhere/aiposture.toml"):
    return config.parse(text.encode(), path, NAMES)


def problems(text, path="/nowhere/aiposture.toml"):
    """Without the path, which stands in front of each."""
    with pytest.raises(ConfigError) as caught:
        parse(text, path)
    name = os.path.basename(path)
    return [problem.partition(name)[2].removeprefix(":").strip() for problem in caught.value.problems]


# Finding


@pytest.fixture
def tree(tmp_path):
    """Makes files below a git repository."""

    def make(**files):
        (tmp_path / "repo/.git").mkdir(parents=True)
        (tmp_path / "repo/a/b").mkdir(parents=True)
        for name, text in files.items():
            (tmp_path / name.replace("__", "/").replace("_toml", ".toml")).write_text(text)
        return tmp_path

    return make


OURS = "[tool.aiposture]\n"


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"aiposture_toml": ""}, id="above the git root"),
        pytest.param({"repo__pyproject_toml": "[tool.ruff]\n"}, id="another pyproject"),
        pytest.param({"repo__pyproject_toml": '[project]\ndependencies = ["aiposture"]\n'}, id="a mention"),
        pytest.param({"repo__pyproject_toml": "# [tool.aiposture]\n"}, id="a comment"),
        pytest.param({"repo__pyproject_toml": "[tool.aiposture-other]\n"}, id="another tool"),
        pytest.param({"repo__pyproject_toml": "this is no TOML"}, id="a broken file that says nothing of us"),
    ],
)
def test_finds_nothing(tree, files):
    assert config.find(str(tree(**files) / "repo/a/b")) is None


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"repo__a__b__aiposture_toml": ""}, "repo/a/b/aiposture.toml", id="here"),
        pytest.param({"repo__aiposture_toml": ""}, "repo/aiposture.toml", id="at the git root"),
        pytest.param({"repo__pyproject_toml": OURS}, "repo/pyproject.toml", id="pyproject"),
        pytest.param({"repo__pyproject_toml": "[tool]\naiposture = {}\n"}, "repo/pyproject.toml", id="inline table"),
        pytest.param({"repo__pyproject_toml": "[ tool . 'aiposture' ]\n"}, "repo/pyproject.toml", id="spaced"),
        pytest.param({"repo__pyproject_toml": "[tool.aiposture.severity]\n"}, "repo/pyproject.toml", id="a part only"),
        pytest.param(
            {"repo__aiposture_toml": "", "repo__a__pyproject_toml": OURS}, "repo/a/pyproject.toml", id="the nearest"
        ),
        pytest.param(
            {"repo__aiposture_toml": "", "repo__a__pyproject_toml": "[project]\n"}, "repo/aiposture.toml",
            id="another pyproject is nearer",
        ),
        pytest.param({"repo__aiposture_toml": "", "repo__pyproject_toml": OURS}, "repo/aiposture.toml", id="both"),
    ],
)  # fmt: skip
def test_finds_the_nearest(tree, files, expected):
    root = tree(**files)
    assert config.find(str(root / "repo/a/b")) == str(root / expected)


def test_a_worktree_ends_the_search_too(tmp_path):
    (tmp_path / "aiposture.toml").touch()
    (tmp_path / "worktree").mkdir()
    (tmp_path / "worktree/.git").write_text("gitdir: elsewhere")
    assert config.find(str(tmp_path / "worktree")) is None


def test_without_a_repository_the_search_goes_on(tmp_path):
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "aiposture.toml").touch()
    assert config.find(str(tmp_path / "a/b")) == str(tmp_path / "aiposture.toml")


def test_a_linked_working_directory_is_where_it_really_is(tmp_path):
    (tmp_path / "repo/a/.git").mkdir(parents=True)
    (tmp_path / "repo/a/aiposture.toml").touch()
    (tmp_path / "link").symlink_to(tmp_path / "repo/a")
    assert config.find(str(tmp_path / "link")) == str(tmp_path / "repo/a/aiposture.toml")


def test_a_configuration_that_cannot_be_had_is_an_error(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "aiposture.toml").symlink_to("gone.toml")
    found = config.find(str(tmp_path))
    with pytest.raises(ConfigError, match="cannot be opened"):
        config.load(found, NAMES)
    (tmp_path / "aiposture.toml").unlink()
    os.mkfifo(tmp_path / "aiposture.toml")
    with pytest.raises(ConfigError, match="not a regular file"):
        config.load(config.find(str(tmp_path)), NAMES)


def test_a_broken_pyproject_that_mentions_us_is_an_error(tree):
    root = tree(repo__pyproject_toml="[tool.aiposture\n")
    with pytest.raises(ConfigError, match=r"pyproject\.toml:1: this is no valid TOML"):
        config.find(str(root / "repo"))


def test_finding_nothing_loads_nothing(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    code = (
        "import sys; from aiposture import config; assert config.find('.') is None; "
        "print([name for name in ('tomllib', 'tomli', 'difflib', 'aiposture.config.reader') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Reading


def test_an_empty_one_says_nothing():
    assert parse("") == Config("/nowhere/aiposture.toml", "/nowhere")
    assert parse("[project]\n", "/nowhere/pyproject.toml") == Config("/nowhere/pyproject.toml", "/nowhere")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('select = ["AIS401", "identity-based-auth", "ckv_x", "AIS4", "AIS2*"]',
         {"select": ("AIS401", "identity-based-auth", "ckv_x", "AIS4", "AIS2*")}),
        ('ignore = ["AIS402"]', {"ignore": ("AIS402",)}),
        ("ignore = []", {"ignore": ()}),
        ('exclude = ["examples", "**/*.json"]', {"exclude": ("examples", "**/*.json")}),
        ('var-files = ["env/prod.tfvars"]', {"var_files": ("/nowhere/env/prod.tfvars",)}),
        ('parameter-files = ["./a.json"]', {"parameter_files": ("/nowhere/a.json",)}),
        ('show = ["fail", "unknown"]', {"show": ("fail", "unknown")}),
        ('fail-on = "high"', {"fail_on": "high"}),
        ('private-endpoint-mode = "strict"', {"private_endpoint_mode": "strict"}),
        ('baseline = "known.json"', {"baseline": "/nowhere/known.json"}),
        ("inline-suppressions = false", {"inline_suppressions": False}),
        ("require-reason = true", {"require_reason": True}),
        ('severity.AIS401 = "low"', {"severities": {"AIS401": Severity.LOW}}),
        ('[severity]\nAIS401 = "low"\n"AIS4*" = "high"',
         {"severities": {"AIS401": Severity.LOW, "AIS402": Severity.HIGH}}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["aiposture.toml", "pyproject.toml"])
def test_values(name, text, expected):
    if name == "pyproject.toml":
        text = "[tool.aiposture]\n" + text.replace("[severity]", "[tool.aiposture.severity]")
    path = f"/nowhere/{name}"
    assert parse(text, path) == Config(path=path, directory="/nowhere", **expected)


def test_per_path_ignores():
    (ignore,) = parse('# why\n[per-path-ignores]\n"examples/**" = ["AIS4", "AIS201"]').per_path_ignores
    assert (ignore.glob, ignore.controls) == ("examples/**", ("AIS201", "AIS401", "AIS402"))
    assert (ignore.location.path, ignore.location.line) == ("/nowhere/aiposture.toml", 3)


def test_allowances():
    text = """
[[allow]]
controls = ["identity-based-auth"]
reason = "the old portal\\n  needs keys"

[[allow]]
controls = ["AIS201", "AIS4"]
resource = "module.chat.*"
path = "infra/**"
reason = "migration"
expires = 2027-03-31
"""
    one, two = parse(text).allowed
    assert one[:5] == (("AIS401",), "", "", "the old portal needs keys", None)
    assert two[:5] == (
        ("AIS201", "AIS401", "AIS402"), "module.chat.*", "infra/**", "migration", dt.date(2027, 3, 31),
    )  # fmt: skip
    assert [one.location.line, two.location.line] == [2, 6]


@pytest.mark.parametrize("data", [b"\xef\xbb\xbffail-on = 'high'\n", b"fail-on = 'high'\r\n"], ids=["mark", "CRLF"])
def test_files_of_windows(data):
    assert config.parse(data, "/nowhere/aiposture.toml", NAMES).fail_on == "high"


def test_a_quoted_date_is_a_date():
    text = '[[allow]]\ncontrols = ["AIS401"]\nreason = "r"\nexpires = "2027-03-31"'
    assert parse(text).allowed[0].expires == dt.date(2027, 3, 31)


# What is wrong


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('fail_on = "high"', "1: there is no key 'fail_on'; did you mean fail-on?"),
        ('\nselct = ["AIS401"]', "2: there is no key 'selct'; did you mean select?"),
        ("[severities]\n", "1: there is no key 'severities'; did you mean severity?"),
        ('[[allow]]\ncontrols = ["AIS401"]\nreason = "r"\nexpire = 2027-01-01',
         "4: there is no key 'expire'; did you mean expires?"),
        ("zzz = 1", "1: there is no key 'zzz'; there are select, ignore"),
        ('select = ["AIS4O1"]', "1: select: no control is called 'AIS4O1'; did you mean AIS401?"),
        ('select = ["zz"]', "1: select: no control is called 'zz'; aiposture rules lists the controls"),
        ('[severity]\nAIS4O1 = "high"', "2: severity.AIS4O1: no control is called 'AIS4O1'; did you mean AIS401?"),
        ('[per-path-ignores]\nx = ["nope"]', "2: per-path-ignores.x: no control is called 'nope'"),
        ('select = "AIS401"', '1: select has to be a list of strings, as in ["AIS401"]'),
        ("select = [1]", "1: select has to be a list of strings"),
        ("select = []", "1: select is empty"),
        ('select = [" "]', "1: select must not be empty"),
        ('exclude = "a"', '1: exclude has to be a list of strings, as in ["a"]'),
        ('fail-on = "severe"', "1: fail-on is 'severe', and has to be one of info, low, medium, high, critical"),
        ('fail-on = "High"', "1: fail-on is 'High', and has to be one of info, low, medium, high, critical; did you mean"),
        ("fail-on = 3", "1: fail-on is 3, and has to be one of"),
        ('show = ["fial"]', "1: show is 'fial', and has to be one of fail, unknown, pass; did you mean fail?"),
        ('show = "fail"', '1: show has to be a list of strings, as in ["fail"]'),
        ('private-endpoint-mode = "lax"', "1: private-endpoint-mode is 'lax', and has to be one of effective"),
        ("inline-suppressions = 0", "1: inline-suppressions has to be true or false"),
        ('require-reason = "yes"', "1: require-reason has to be true or false"),
        ('severity = "high"', "1: severity has to be a table"),
        ('[severity]\nAIS401 = "bad"', "2: severity.AIS401 is 'bad', and has to be one of info"),
        ("per-path-ignores = 1", "1: per-path-ignores has to be a table"),
        ('allow = "AIS401"', "1: allow has to be a list of tables"),
        ("allow = [1]", "1: allow.1 has to be a table of keys"),
        ('[[allow]]\nreason = "r"', "1: allow.1.controls is missing"),
        ('[[allow]]\ncontrols = ["AIS401"]', "1: allow.1.reason is missing"),
        ('[[allow]]\ncontrols = ["AIS401"]\nreason = ""', "3: allow.1.reason must not be empty"),
        ('[[allow]]\ncontrols = []\nreason = "r"', "2: allow.1.controls is empty"),
        ('[[allow]]\ncontrols = ["AIS401"]\nreason = "r"\nexpires = "soon"', "4: allow.1.expires has to be a date"),
        ('[[allow]]\ncontrols = ["AIS401"]\nreason = "r"\nexpires = 2027-01-01T00:00:00', "4: allow.1.expires has to be"),
        ('[[allow]]\ncontrols = ["AIS401"]\nreason = "r"\nexpires = "20270101"', "4: allow.1.expires has to be a date"),
        ('var-files = ["../x.tfvars"]', "1: var-files: '../x.tfvars' leads out of the directory of this file"),
        ('var-files = ["a/../../x.tfvars"]', "1: var-files: 'a/../../x.tfvars' leads out"),
        ('var-files = ["/etc/passwd"]', "1: var-files: '/etc/passwd' leads out"),
        ('var-files = ["a\\u0000b"]', "1: var-files: 'a\\x00b' leads out"),
        ("var-files = ['C:\\x.tfvars']", "1: var-files: 'C:\\\\x.tfvars': a path here is relative"),
        ('baseline = "C:/known.json"', "1: baseline: 'C:/known.json': a path here is relative"),
        ('baseline = "."', "1: baseline: '.' leads out"),
        ('exclude = ["../other"]', "1: exclude: '../other' leads out"),
        ("exclude = ['a\\b']", "1: exclude: 'a\\\\b' is no pattern for paths"),
        ('exclude = ["/"]', "1: exclude: '/' is no pattern"),
        ('bicep = "./tool"', "1: 'bicep' cannot be configured: a repository must not decide what is run or read"),
        ("restore = true", "1: 'restore' cannot be configured: a repository must not decide"),
        ("use-environment = true", "1: 'use-environment' cannot be configured: a repository must not decide"),
        ("exit-zero = true", "1: 'exit-zero' cannot be configured: it belongs to one run"),
        ("no-inline-suppressions = true", "1: 'no-inline-suppressions' cannot be configured: write inline-suppressions"),
        ("[tool.aiposture]\n", "'tool' cannot be configured: in aiposture.toml the keys stand at the top"),
        ("select = [\n", "this is no valid TOML"),
        ('select = ["AIS401"\nignore = 1', "2: this is no valid TOML"),
        ("a = 1\na = 2\n", "2: this is no valid TOML"),
        ("x = 2027-13-01", "1: this is no valid TOML"),
        (f"x = {'[' * 5000}", "is nested too deeply"),
        ("x = 1\n" + "a." * 100_000, "2: a key has more than 32 parts"),
        (f"x = {'9' * 5000}", "this is no valid TOML"),
    ],
)  # fmt: skip
def test_problems(text, expected):
    found = problems(text)
    assert len(found) == 1
    assert found[0].startswith(expected)


def test_a_pyproject_is_named_with_its_lines():
    text = "[project]\nname = 'x'\n\n[tool.aiposture]\nfail-on = 'zzz'\n"
    assert problems(text, "/nowhere/pyproject.toml") == [
        "5: fail-on is 'zzz', and has to be one of info, low, medium, high, critical"
    ]
    assert problems("tool.aiposture = 3", "/nowhere/pyproject.toml") == ["1: tool.aiposture has to be a table of keys"]


def test_all_problems_are_told_at_once():
    text = 'fail_on = "x"\nselect = 1\n[severity]\nAIS9 = "high"\nAIS401 = "x"\n'
    assert [problem.partition(":")[0] for problem in problems(text)] == ["1", "2", "4", "5"]


def test_not_too_many_of_them():
    found = problems("\n".join(f"key{number} = 1" for number in range(30_000)))
    assert len(found) == 21
    assert found[-1] == "there may be more problems"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('text = """\nfail-on = "x"\n"""\nfail-on = "y"', "fail-on is 'y'", id="a long string"),
        pytest.param(
            'allow = [{ controls = ["AIS401"], reason = 1 }]', "1: allow.1.reason", id="inline: what it is in"
        ),
    ],
)
def test_a_line_is_told_only_if_it_is_certain(text, expected):
    assert problems(text)[-1].startswith(expected)


def test_bytes_that_are_no_text():
    with pytest.raises(ConfigError, match=r"aiposture\.toml:2: this is no UTF-8"):
        config.parse(b"\n\xff", "/nowhere/aiposture.toml", NAMES)


def test_a_file_that_is_too_large(tmp_path):
    (tmp_path / "aiposture.toml").write_bytes(b"#" * 1024 * 1024 + b"\n")
    with pytest.raises(ConfigError, match="larger than 1024 KiB"):
        config.load(str(tmp_path / "aiposture.toml"), NAMES)


def test_paths_are_shown_from_where_the_user_is(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    (tmp_path / "aiposture.toml").write_text("x = 1")
    monkeypatch.chdir(tmp_path / "a")
    with pytest.raises(ConfigError, match=r"^\.\./aiposture\.toml:1: there is no key 'x'"):
        config.load(str(tmp_path / "aiposture.toml"), NAMES)


@pytest.mark.parametrize("text", ['var-files = ["link.tfvars"]', 'baseline = "link/known.json"'])
def test_a_link_does_not_lead_out_either(tmp_path, text):
    (tmp_path / "repo").mkdir()
    (tmp_path / "secret.tfvars").touch()
    (tmp_path / "repo/link.tfvars").symlink_to(tmp_path / "secret.tfvars")
    (tmp_path / "repo/link").symlink_to(tmp_path)
    (tmp_path / "repo/aiposture.toml").write_text(text)
    with pytest.raises(ConfigError, match="leads out of the directory of this file"):
        config.load(str(tmp_path / "repo/aiposture.toml"), NAMES)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(".".join(["a"] * 5_000) + " = 1", id="a long key"),
        pytest.param("x = " + '"' + "a" * 900_000 + '"', id="a long string"),
        pytest.param("[[allow]]\n" * 50_000, id="many tables"),
        pytest.param(f"{'a' * 900_000} = 1", id="a long name"),
        pytest.param(f'select = ["{"AIS" * 200_000}"]', id="a long name of a control"),
        pytest.param("a" + " " * 500_000 + "b", id="blanks"),
        pytest.param("[" + " " * 500_000, id="blanks in a header"),
    ],
)
def test_hostile_files_take_no_time(text):
    started = time.perf_counter()
    assert all(len(problem) < 500 for problem in problems(text))
    assert time.perf_counter() - started < 10


# What a scan gets of it


def test_the_policy_speaks_of_the_root_that_is_scanned(tmp_path):
    (tmp_path / "infra").mkdir()
    path = tmp_path / "infra/aiposture.toml"
    path.write_text(
        'require-reason = true\nexclude = ["old/*"]\n[[allow]]\ncontrols = ["AIS401"]\nreason = "r"\n'
        '[per-path-ignores]\nx = ["AIS201"]\n'
    )
    made = config.load(str(path), NAMES)
    policy = made.policy(str(tmp_path), whole=False, today=dt.date(2027, 1, 1))
    assert (policy.root, policy.directory) == (str(tmp_path), str(tmp_path / "infra"))
    assert (policy.require_reason, policy.inline, policy.whole) == (True, True, False)
    assert policy.today == dt.date(2027, 1, 1)
    assert [(one.location.path, one.location.line) for one in (*policy.allowed, *policy.per_path_ignores)] == [
        ("infra/aiposture.toml", 3), ("infra/aiposture.toml", 7),
    ]  # fmt: skip
    assert made.exclude_for(str(tmp_path)) == ("infra/old/*",)


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [("", True, True), ("", False, False), ("inline-suppressions = false", True, False)],
)
def test_the_command_line_and_the_file_can_both_forbid_comments(text, given, expected):
    assert parse(text).policy("/nowhere", inline=given).inline is expected


# The schema and the manual


def test_the_schema_is_what_the_table_says():
    shipped = (ROOT / "src/aiposture/config/config.schema.json").read_text(encoding="utf-8")
    assert shipped == config.schema(), "aiposture config-schema > src/aiposture/config/config.schema.json"


def plain(value):
    """As TOML tools give it to a JSON Schema: a date is a text."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(member) for member in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def valid(document):
    validator = jsonschema.Draft7Validator(json.loads(config.schema()), format_checker=jsonschema.FormatChecker())
    return validator.is_valid(plain(document))


def load_toml(text):
    return importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli").loads(text)


def test_the_schema_is_a_schema():
    jsonschema.Draft7Validator.check_schema(json.loads(config.schema()))


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_the_manual_has_right_examples(number):
    text = EXAMPLES[number]
    document = load_toml(text)
    is_project = "tool" in document
    made = config.parse(
        text.encode(), "/nowhere/pyproject.toml" if is_project else "/nowhere/aiposture.toml", controls.known_ids()
    )
    assert made != Config(made.path, made.directory), "the example says nothing"
    assert valid(document["tool"]["aiposture"] if is_project else document)


def test_the_manual_names_every_key():
    assert len(EXAMPLES) >= 5
    for key in (*KEYS, *ALLOW):
        assert f"`{key.name}`" in MANUAL
    for name in ("bicep", "restore", "use-environment"):
        assert name in NOT_CONFIGURABLE
        assert f"`{name}`" in MANUAL


@pytest.mark.parametrize(
    "text",
    [
        "fail_on = 'high'", "fail-on = 'severe'", "select = 'AIS401'", "select = []", "show = ['x']", "show = []",
        "require-reason = 1", "bicep = 'x'", "allow = [{ controls = ['AIS401'] }]", "allow = [{ reason = 'r' }]",
        "allow = [{ controls = [], reason = 'r' }]", "allow = [{ controls = ['AIS401'], reason = ' ' }]",
        "allow = [{ controls = ['AIS401'], reason = 'r', expires = 'soon' }]", "severity = { AIS401 = 'x' }",
        "per-path-ignores = { x = 'AIS401' }", "var-files = ['']", "exclude = 'a'",
    ],
)  # fmt: skip
def test_the_schema_and_the_reader_refuse_the_same(text):
    assert not valid(load_toml(text))
    assert problems(text)
