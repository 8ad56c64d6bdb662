from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest

from aiposture import __version__, cli, output, printing, scan
from aiposture.files import Tree
from aiposture.model import (
    Control,
    Finding,
    Location,
    Report,
    Resource,
    Severity,
    SourceError,
    Value,
    Verdict,
)
from aiposture.output import formats
from aiposture.policy import Policy
from aiposture.progress import Bar
from aiposture.sharding.shards import Part

SOURCE = 'resource "t" "this" {\r\n  public = "ü"\r\n}\r\n'


@pytest.fixture
def report(tmp_path):
    (tmp_path / "main.tf").write_bytes(SOURCE.encode())
    block = Location("main.tf", 1, 1, 3, 2)
    header = Location("main.tf", 1, 1, 1, 20)
    resource = Resource("terraform", "managed", "t", "t", "this", "t.this", "", Value({}, block), block, header)
    control = Control("AIS201", "restricted-endpoints", "Title", Severity.MEDIUM, "identity", "s", "f", "# d")
    found = Finding(
        control=control, verdict=Verdict.FAIL, severity=Severity.MEDIUM, service="s", service_title="S",
        resource=resource, location=Location("main.tf", 2, 12, 2, 15), message="It is öffentlich", reason="r",
        fingerprint="f", fix="f",
    )  # fmt: skip
    return Report(
        findings=(found,), errors=(), not_analysed=(), notices=(), controls=(control,), not_applicable={"AIS201": 0},
        files_read=1, files_skipped={}, services=1, seconds=0.0, root=str(tmp_path),
    )  # fmt: skip


@pytest.fixture
def scanned(monkeypatch, report, tmp_path):
    """The options that the scan was called with; it finds `report`, or what `scanned.report` is set to."""

    class Scanned(list):
        report = None

    calls = Scanned()
    calls.report = report

    def fake(_tree, _paths, options, _progress, _only):
        calls.append(options)
        if isinstance(calls.report, BaseException):
            raise calls.report
        return calls.report

    monkeypatch.setattr(scan, "scan_tree", fake)
    monkeypatch.setattr(scan, "open_tree", lambda _paths: (Tree(tmp_path), [""]))
    return calls


@pytest.mark.parametrize("argv", [[], ["check"], ["."], ["--quiet"]])
def test_check_is_the_default_command(argv, scanned, capsys):
    assert cli.main(argv) == 1
    assert [each._replace(cache_folder=None) for each in scanned] == [scan.ScanOptions()]
    assert scanned[0].cache_folder is not None
    assert "medium[AIS201]" in capsys.readouterr().out


def test_every_option_reaches_the_scan(scanned):
    argv = [
        "check", "a", "--select", "AIS101, AIS201", "--select=AIS301", "b", "--ignore", "AIS401",
        "--var-file", "x.tfvars", "--var-file", "y.tfvars", "--use-environment", "--private-endpoint-mode", "psrule",
        "--exclude", "e*", "--no-inline-suppressions", "--no-cache", "--shard", "2/3", "c",
    ]  # fmt: skip
    cli.main(argv)
    assert scanned == [
        scan.ScanOptions(
            paths=("a", "b", "c"), select=("AIS101", "AIS201", "AIS301"), ignore=("AIS401",),
            var_files=("x.tfvars", "y.tfvars"), use_environment=True, private_endpoint_mode="psrule",
            exclude=("e*",), policy=Policy(inline=False), shard=Part(2, 3),
        )
    ]  # fmt: skip


def test_lists_do_not_leak_into_the_next_run(scanned):
    cli.main(["--select", "AIS101"])
    cli.main([])
    assert scanned[1].select == ()


@pytest.mark.parametrize(
    ("argv", "changes", "status"),
    [
        ([], {"findings": ()}, 0),
        (["--fail-on", "high"], {}, 0),
        (["--exit-zero"], {}, 0),
        ([], {}, 1),
        (["--fail-on", "medium"], {}, 1),
        (["--show", "pass"], {}, 1),
        ([], {"errors": (SourceError("a.tf", 1, "broken"),)}, 2),
        (["--exit-zero"], {"findings": (), "errors": (SourceError("a.tf", 1, "broken"),)}, 2),
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_exit_status(argv, changes, status, form, scanned, report, capsys):
    scanned.report = report._replace(**changes)
    result = cli.main(["--format", form, *argv])
    assert result == status
    told = capsys.readouterr()
    assert ("broken" in told.out + told.err) is (status == 2)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--format", "yaml"], "invalid choice"),
        (["--form", "text"], "unrecognized arguments"),
        (["--show", "fail,maybe"], "'maybe' is no list of verdicts: fail, unknown, pass"),
        (["--select", ""], "is no list of controls"),
        (["--fail-on", "bad"], "invalid choice"),
        (["rule"], "required: ID"),
        (["chekc"], "did you mean check?"),
        (["ruls"], "did you mean rules?"),
    ],
)
def test_a_wrong_command_line_exits_with_2(argv, message, scanned, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert cli.main(argv) == 2
    assert message in capsys.readouterr().err
    assert scanned == []


def test_a_directory_may_be_called_almost_like_a_command(scanned, monkeypatch, tmp_path):
    (tmp_path / "ruls").mkdir()
    monkeypatch.chdir(tmp_path)
    cli.main(["ruls"])
    assert scanned[0].paths == ("ruls",)


def test_usage_errors_of_the_scan_exit_with_2(scanned, capsys):
    scanned.report = scan.UsageError("there is no file 'x\x1b'")
    assert cli.main(["x"]) == 2
    assert capsys.readouterr().err == "aiposture: error: there is no file 'x\\x1b'\n"


def test_a_crash_is_never_taken_for_findings(scanned, capsys):
    scanned.report = RuntimeError("oops")
    assert cli.main([]) == 2
    assert "defect of aiposture" in capsys.readouterr().err


def test_an_interrupt_exits_with_130(scanned):
    scanned.report = KeyboardInterrupt()
    assert cli.main([]) == 130


def test_help_and_version(capsys):
    assert cli.main(["--help"]) == 0
    assert "examples:" in capsys.readouterr().out
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"aiposture {__version__}\n"


@pytest.mark.usefixtures("scanned")
def test_source_lines_are_read_from_the_root(capsys):
    cli.main([])
    assert '2 |   public = "ü"\n  |            ^^^\n' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "environment", "coloured"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "0"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--no-color"], {"FORCE_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
    ],
)
@pytest.mark.usefixtures("scanned")
def test_colour(argv, environment, coloured, capsys, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    cli.main(argv)
    assert ("\x1b[" in capsys.readouterr().out) is coloured


@pytest.mark.parametrize(("term", "coloured"), [("xterm", True), ("dumb", False)])
def test_a_terminal_has_colour(term, coloured, monkeypatch):
    monkeypatch.setenv("TERM", term)
    assert printing.colour(Terminal()) is coloured


@pytest.mark.usefixtures("scanned")
def test_output_file(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    target = tmp_path / "out.txt"
    target.write_text("old")
    assert cli.main(["--output-file", str(target)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("Failed: 1 finding (1 medium). The report is in ")
    assert "öffentlich" in target.read_text("utf-8")
    assert "\x1b[" not in target.read_text("utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["main.tf", "out.txt"]


@pytest.mark.usefixtures("scanned")
def test_output_file_keeps_the_permissions_that_a_new_file_has(tmp_path):
    (tmp_path / "other").touch()
    cli.main(["--format", "json", "--output-file", str(tmp_path / "out.json")])
    assert (tmp_path / "out.json").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.usefixtures("scanned")
def test_a_device_is_written_to_and_not_replaced():
    assert cli.main(["--output-file", os.devnull]) == 1
    assert not os.path.isfile(os.devnull)


@pytest.mark.usefixtures("scanned")
def test_a_file_that_cannot_be_written_exits_with_2(capsys, tmp_path):
    assert cli.main(["--exit-zero", "--output-file", str(tmp_path / "no" / "out.txt")]) == 2
    assert "cannot be written: No such file or directory" in capsys.readouterr().err


@pytest.mark.usefixtures("scanned")
def test_json_goes_to_standard_output_alone(capsys):
    cli.main(["--format", "json"])
    told = capsys.readouterr()
    assert json.loads(told.out)["version"] == 1
    assert told.err == ""


@pytest.mark.usefixtures("scanned")
def test_a_terminal_without_unicode_gets_escapes(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    cli.main([])
    assert b"It is \\xf6ffentlich" in raw.getvalue()


@pytest.mark.usefixtures("scanned")
def test_a_closed_pipe_is_no_error(monkeypatch):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert cli.main([]) == 1


@pytest.mark.parametrize("name", ["AIS401", "ais401", "identity-based-auth", "Azure.AI.DisableLocalAuth"])
def test_rule(name, capsys):
    assert cli.main(["rule", name]) == 0
    out = capsys.readouterr().out
    assert out.startswith("AIS401 Use identity-based authentication for Azure AI Service Accounts\n")


def test_an_unknown_rule_gets_a_suggestion(capsys):
    assert cli.main(["rule", "AIS410"]) == 2
    assert "did you mean AIS4" in capsys.readouterr().err


def test_rules(capsys):
    assert cli.main(["rules"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert cli.main(["rules", "--format", "json"]) == 0
    assert [control["id"] for control in json.loads(capsys.readouterr().out)] == listed
    assert {"AIS101", "AIS201", "AIS301", "AIS401"} <= set(listed)


def test_version_imports_next_to_nothing():
    code = "import sys; from aiposture import cli; cli.main(['--version']); print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    ours = {name for name in done.stdout.split() if name.startswith(("aiposture", "tree_sitter", "yaml"))}
    assert ours == {f"aiposture{name}" for name in ("", ".cli", ".arguments", ".output", ".printing", ".usage")}


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_every_format_of_the_help_is_made_somewhere():
    assert formats.NAMES == output.NAMES


def test_a_short_scan_has_no_progress_bar():
    stream = Terminal()
    bar = Bar(stream)
    bar(1, 2, "a")
    bar.close()
    assert stream.getvalue() == ""


def test_a_long_scan_has_one_that_goes_away(monkeypatch):
    monkeypatch.setattr("aiposture.progress._PATIENCE", 0.0)
    stream = Terminal()
    bar = Bar(stream)
    bar(1, 2, "modules/ü\x1b[2J")
    bar.close()
    assert stream.getvalue() == "\r\x1b[2K[############............] 1/2 modules/??[2J\r\x1b[2K"
