"""What follows from the event: the base to compare with, and whether results can be uploaded."""

from __future__ import annotations

import event
import pytest

BASE, HEAD, MERGED_INTO, MERGE = "b" * 40, "a" * 40, "c" * 40, "d" * 40
OURS = {"repo": {"full_name": "owner/repo"}}
FORK = {"repo": {"full_name": "stranger/repo"}}


def pull_request(base=OURS, head=OURS, name="pull_request"):
    return event.Event(name, {"pull_request": {"base": {"sha": BASE, **base}, "head": {"sha": HEAD, **head}}})


def commits(*line: str):
    """A git that knows HEAD and its parents."""
    return lambda *arguments: " ".join(line) if arguments[0] == "rev-list" else None


@pytest.mark.parametrize(
    ("started_by", "git", "expected"),
    [
        pytest.param(event.Event("push", {}), commits(HEAD, BASE), None, id="push"),
        pytest.param(event.Event("push", {"pull_request": "text"}), commits(HEAD, BASE), None, id="odd payload"),
        pytest.param(event.Event("merge_group", {"merge_group": {"base_sha": BASE}}), commits(HEAD), BASE, id="queue"),
        pytest.param(event.Event("merge_group", {"merge_group": {"base_sha": "-x"}}), commits(HEAD), None, id="no sha"),
        pytest.param(pull_request(), commits(MERGE, MERGED_INTO, HEAD), MERGED_INTO, id="GitHub's merge"),
        pytest.param(pull_request(), commits(MERGE), BASE, id="GitHub's merge, shallow"),
        pytest.param(pull_request(), commits(HEAD, MERGED_INTO), BASE, id="head checked out"),
        pytest.param(pull_request(), commits(HEAD, MERGED_INTO, MERGE), BASE, id="head is a merge of its own"),
        pytest.param(pull_request(), lambda *_: None, BASE, id="no git"),
    ],
)
def test_base(started_by, git, expected) -> None:
    assert event.base(started_by, git) == expected


@pytest.mark.parametrize(
    ("started_by", "obstacle"),
    [
        pytest.param(event.Event("push", {}), None, id="push"),
        pytest.param(pull_request(), None, id="own branch"),
        pytest.param(pull_request(head=FORK), "fork", id="fork"),
        pytest.param(pull_request(head={"repo": None}), "fork", id="deleted fork"),
        pytest.param(pull_request(name="pull_request_target"), "base branch", id="pull_request_target"),
        pytest.param(event.Event("workflow_run", {}), "base branch", id="workflow_run"),
    ],
)
def test_upload_obstacle(started_by, obstacle) -> None:
    said = event.upload_obstacle(started_by)
    assert said is None if obstacle is None else obstacle in (said or "")


def test_the_payload_is_read(tmp_path) -> None:
    path = tmp_path / "event.json"
    path.write_text('{"pull_request": {"base": {"sha": "x"}}}')
    read = event.read({"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(path)})
    assert (read.name, read.pull_request) == ("pull_request", {"base": {"sha": "x"}})
    assert event.read({}) == event.Event("", {})
