from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aiposture import git
from aiposture.files import Tree, UnreadableError
from aiposture.git import blobs, command
from aiposture.git.listing import Listing

pytestmark = pytest.mark.skipif(os.name == "nt", reason="hostile repositories are made with POSIX scripts and names")


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[user]\nname = n\nemail = n@example.com\n[init]\ndefaultBranch = main\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def run(root: Path, *arguments: str, given: str | None = None) -> str:
    ended = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True, input=given)
    return ended.stdout.strip()


def write(root: Path, files: dict[str, str | bytes]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository without a commit."""
    made = tmp_path / "repository"
    made.mkdir()
    run(made, "init", "--quiet")
    return made


def commit(root: Path, files: dict[str, str | bytes], message: str = "m") -> str:
    write(root, files)
    run(root, "add", "--all")
    run(root, "commit", "--quiet", "--allow-empty", "-m", message)
    return run(root, "rev-parse", "HEAD")


def contents(tree: Tree) -> dict[str, bytes]:
    found = {}
    for directory, names, errors in tree.walk("", lambda _: False):
        assert not errors
        for name in names:
            path = f"{directory}/{name}" if directory else name
            found[path] = tree.read_found(path)
    return found


# The index


def test_an_index_without_a_commit(root: Path) -> None:
    with git.index(str(root)) as empty:
        assert contents(empty) == {}
        assert list(empty.walk("", lambda _: False)) == [("", [], [])]
        assert empty.is_dir("")
    write(root, {"a.tf": "a", "b/c.tf": "c"})
    run(root, "add", "a.tf")
    with git.index(str(root)) as one:
        assert contents(one) == {"a.tf": b"a"}


def test_what_is_not_staged_is_not_there(root: Path) -> None:
    commit(root, {"kept.tf": "kept", "edited.tf": "old", "removed.tf": "removed", "unstaged-removal.tf": "there"})
    write(root, {"edited.tf": "staged"})
    run(root, "add", "edited.tf")
    write(root, {"edited.tf": "not staged", "untracked.tf": "new", "ignored.tf": "new"})
    run(root, "rm", "--quiet", "removed.tf")
    (root / "unstaged-removal.tf").unlink()
    with git.index(str(root)) as snapshot:
        assert contents(snapshot) == {"kept.tf": b"kept", "edited.tf": b"staged", "unstaged-removal.tf": b"there"}
        for path in ("untracked.tf", "removed.tf"):
            assert not snapshot.is_file(path)
            with pytest.raises(UnreadableError, match="is not in the index"):
                snapshot.read(path)


def test_a_file_that_git_is_told_to_hold_for_unchanged_is_what_is_staged(root: Path) -> None:
    commit(root, {"a.tf": "staged", "b.tf": "staged"})
    run(root, "update-index", "--assume-unchanged", "a.tf")
    run(root, "update-index", "--skip-worktree", "b.tf")
    write(root, {"a.tf": "edited", "b.tf": "edited"})
    with git.index(str(root)) as snapshot:
        assert contents(snapshot) == {"a.tf": b"staged", "b.tf": b"staged"}


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_what_lies_on_the_disk_as_it_is_staged_is_read_from_there(tmp_path: Path, algorithm: str) -> None:
    root = tmp_path / "r"
    run(tmp_path, "init", "--quiet", f"--object-format={algorithm}", "r")
    commit(root, {"a.tf": "a\r\n", "b.tf": "b", "c.tf": "c", "d.tf": "d"})
    (root / "d.tf").unlink()
    os.mkfifo(root / "d.tf")
    write(root, {"b.tf": "B"})
    os.utime(root / "b.tf", (0, 0))
    with git.index(str(root)) as snapshot:
        assert snapshot.read("a.tf") == b"a\r\n"
        assert snapshot.blobs._process is None  # git was not asked
        assert snapshot.read("b.tf") == b"b"
        assert snapshot.blobs._process is not None
        assert snapshot.read("d.tf") == b"d"


def test_a_file_that_is_only_meant_to_be_added_is_empty(root: Path) -> None:
    write(root, {"a.tf": "later"})
    run(root, "add", "--intent-to-add", "a.tf")
    with git.index(str(root)) as snapshot:
        assert contents(snapshot) == {"a.tf": b""}


def test_a_file_with_conflicts_cannot_be_read(root: Path) -> None:
    commit(root, {"a.tf": "base", "b.tf": "b"})
    run(root, "checkout", "--quiet", "-b", "other")
    commit(root, {"a.tf": "theirs"})
    run(root, "checkout", "--quiet", "main")
    commit(root, {"a.tf": "ours"})
    with pytest.raises(subprocess.CalledProcessError):
        run(root, "merge", "other")
    with git.index(str(root)) as snapshot:
        assert snapshot.names("") == ["a.tf", "b.tf"]
        assert snapshot.read("b.tf") == b"b"
        with pytest.raises(UnreadableError, match="conflicts of a merge"):
            snapshot.read("a.tf")


def test_another_index_that_the_environment_names(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(root, {"a.tf": "old"})
    write(root, {"a.tf": "new"})
    with monkeypatch.context() as context:
        context.setenv("GIT_INDEX_FILE", ".git/other")
        run(root, "read-tree", "HEAD")
        run(root, "add", "a.tf")
        with git.index(str(root)) as snapshot:
            assert contents(snapshot) == {"a.tf": b"new"}
    with git.index(str(root)) as snapshot:
        assert contents(snapshot) == {"a.tf": b"old"}


def test_the_repository_of_a_hook_is_not_taken_for_ours(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(root, {"a.tf": "ours"})
    other = tmp_path / "other"
    other.mkdir()
    run(other, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    with git.index(str(root)) as snapshot:
        assert contents(snapshot) == {"a.tf": b"ours"}


def test_a_linked_working_tree_has_an_index_of_its_own(root: Path, tmp_path: Path) -> None:
    commit(root, {"a.tf": "a"})
    linked = tmp_path / "linked"
    run(root, "worktree", "add", "--quiet", str(linked))
    write(linked, {"b.tf": "b"})
    run(linked, "add", "b.tf")
    with git.index(str(linked)) as snapshot:
        assert contents(snapshot) == {"a.tf": b"a", "b.tf": b"b"}


def test_a_directory_below_the_top(root: Path) -> None:
    head = commit(root, {"a.tf": "a", "below/b.tf": "b", "below/c/d.tf": "d"})
    below = str(root / "below")
    with git.index(below) as index, git.revision(below, head) as revision:
        assert contents(index) == contents(revision) == {"b.tf": b"b", "c/d.tf": b"d"}
    assert git.show(below, head, "b.tf") == b"b"


def test_the_top_of_a_repository(root: Path, tmp_path: Path) -> None:
    commit(root, {"a/b/c.tf": "a"})
    run(root, "worktree", "add", "--quiet", str(tmp_path / "linked"))
    assert git.root(str(root)) == git.root(str(root / "a/b")) == str(root)
    assert git.root(str(tmp_path / "linked/a")) == str(tmp_path / "linked")
    assert git.root(str(tmp_path)) is None


# As a tree


def test_it_is_a_tree_as_on_the_disk(root: Path) -> None:
    files = {"z.tf": "z", "a/b/c.tf": "c", "a.tf": "a", "a-b/x.tf": "x", "a/b.tf": "b", "node_modules/n/n.tf": "n"}
    head = commit(root, {**files, "name with \n and ü.tf": "odd", ".terraform/modules/modules.json": "{}"})
    disk = Tree(root)
    leave_out = "a/b".__eq__
    with git.index(str(root)) as index, git.revision(str(root), head) as revision:
        for tree in (index, revision):
            assert list(tree.walk("", leave_out)) == list(disk.walk("", leave_out))
            assert list(tree.walk("a", lambda _: False)) == list(disk.walk("a", lambda _: False))
            for path in ("", "a", "a/b", "a.tf", "node_modules/n", ".terraform/modules/modules.json", "none", "../x"):
                assert (tree.is_file(path), tree.is_dir(path), tree.names(path)) == (
                    disk.is_file(path), disk.is_dir(path), disk.names(path),
                )  # fmt: skip
            assert tree.read(".terraform/modules/modules.json") == b"{}"


def test_a_walk_from_nowhere_says_so(root: Path) -> None:
    with git.index(str(root)) as snapshot:
        [(_, names, [error])] = snapshot.walk("none", lambda _: False)
    assert names == []
    assert str(error) == "none: is not in the index"


def test_a_file_of_the_user_outside_of_the_repository_is_read_from_the_disk(root: Path, tmp_path: Path) -> None:
    (tmp_path / "prod.tfvars").write_text("x = 1")
    with git.index(str(root)) as snapshot:
        tree = snapshot.with_extra({"../prod.tfvars": str(tmp_path / "prod.tfvars")})
        assert tree.read("../prod.tfvars") == b"x = 1"
        assert tree.is_file("../prod.tfvars")


def test_links_lead_to_what_the_snapshot_has(root: Path) -> None:
    write(root, {"common/versions.tf": "v", "untracked.tf": "new", "m/main.tf": "m"})
    for name, target in {
        "a/versions.tf": "../common/versions.tf",
        "a/twice.tf": "versions.tf",
        "a/directory": "../m",
        "a/untracked.tf": "../untracked.tf",
        "a/out.tf": "../../secret.tf",
        "a/absolute.tf": "/etc/hostname",
        "a/loop.tf": "loop.tf",
    }.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).symlink_to(target)
    run(root, "add", "a", "common", "m")
    with git.index(str(root)) as snapshot:
        assert snapshot.read("a/versions.tf") == snapshot.read("a/twice.tf") == b"v"
        assert snapshot.read("a/directory/main.tf") == b"m"
        assert snapshot.is_dir("a/directory")
        assert snapshot.names("a/directory") == ["main.tf"]
        assert snapshot.names("a") == Tree(root).names("a")
        for name in ("untracked", "out", "absolute", "loop"):
            assert not snapshot.is_file(f"a/{name}.tf")
            with pytest.raises(UnreadableError):
                snapshot.read(f"a/{name}.tf")


def test_a_submodule_is_passed_over_and_can_be_called(root: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    run(library, "init", "--quiet")
    commit(library, {"m/main.tf": "m"})
    run(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library), "lib")
    with git.index(str(root)) as snapshot:
        assert contents(snapshot).keys() == {".gitmodules"}
        assert snapshot.is_dir("lib/m")
        assert snapshot.names("lib/m") == ["main.tf"]
        assert snapshot.read("lib/m/main.tf") == b"m"
        assert not snapshot.is_file("lib")


def test_a_huge_blob_is_refused_and_the_next_one_is_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(root, {"big.tf": "x" * 3_000_000, "small.tf": "y"})
    write(root, {"big.tf": "", "small.tf": ""})
    monkeypatch.setattr("aiposture.git.snapshot.MAX_BYTES", 1024)
    with git.index(str(root)) as snapshot:
        with pytest.raises(UnreadableError, match="is larger than"):
            snapshot.read("big.tf")
        assert snapshot.read("small.tf") == b"y"


# Revisions


def test_a_revision_holds_what_it_held(root: Path) -> None:
    first = commit(root, {"a.tf": "1", "gone.tf": "there"})
    run(root, "tag", "--annotate", "v1", "-m", "v1")
    (root / "gone.tf").unlink()
    commit(root, {"a.tf": "2"})
    for name in (first, first[:10], "v1", "HEAD~1", "main^"):
        with git.revision(str(root), name) as snapshot:
            assert contents(snapshot) == {"a.tf": b"1", "gone.tf": b"there"}
            assert snapshot.source.startswith(f"revision {first[:12]}")
    with pytest.raises(UnreadableError, match=f"is not in revision {first[:12]} \\(v1\\)"):
        git.revision(str(root), "v1").read("none.tf")


def test_a_file_of_a_revision(root: Path) -> None:
    first = commit(root, {"d/a.toml": b"x\r\n\xff"})
    (root / "link").symlink_to("d/a.toml")
    commit(root, {"d/a.toml": "new"})
    assert git.show(str(root), first, "d/a.toml") == b"x\r\n\xff"
    assert git.show(str(root), "HEAD", "d/a.toml") == b"new"
    for path in ("none", "d", "link", "*", "d/*.toml"):
        assert git.show(str(root), "HEAD", path) is None


def test_where_two_branches_have_parted(root: Path) -> None:
    base = commit(root, {"a.tf": "1"})
    run(root, "checkout", "--quiet", "-b", "feature")
    commit(root, {"b.tf": "1"})
    run(root, "checkout", "--quiet", "main")
    commit(root, {"a.tf": "2"})
    run(root, "checkout", "--quiet", "feature")
    assert git.merge_base(str(root), "main") == base


# What goes wrong, in words


def refused(function: object, *arguments: str) -> str:
    assert callable(function)
    with pytest.raises(git.GitError) as raised:
        function(*arguments)
    return str(raised.value)


def look(root: str) -> None:
    with git.index(root) as snapshot:
        snapshot.names("")


@pytest.mark.parametrize("rev", ["", "-h", "--output=x", "a\nb", "a\0b"])
def test_what_is_no_revision_never_reaches_git(root: Path, rev: str) -> None:
    assert "is no revision" in refused(git.revision, str(root), rev)
    assert not (root / "x").exists()


def test_a_directory_without_a_repository(tmp_path: Path) -> None:
    for function, *more in ((look,), (git.revision, "HEAD"), (git.merge_base, "main"), (git.show, "HEAD", "a")):
        assert refused(function, str(tmp_path), *more) == f"{str(tmp_path)!r} is in no git repository"


def test_no_such_directory(tmp_path: Path) -> None:
    assert "cannot be started in" in refused(look, str(tmp_path / "none"))


def test_a_repository_without_a_commit(root: Path) -> None:
    assert refused(git.revision, str(root), "HEAD") == "the repository has no commit yet"
    assert refused(git.revision, str(root), "main") == "git knows no revision 'main'"


def test_a_branch_that_only_the_remote_has(root: Path, tmp_path: Path) -> None:
    commit(root, {"a.tf": "a"})
    clone = tmp_path / "clone"
    run(tmp_path, "clone", "--quiet", str(root), str(clone))
    run(clone, "checkout", "--quiet", "--detach")
    run(clone, "branch", "--quiet", "-D", "main")
    assert "did you mean 'origin/main'?" in refused(git.revision, str(clone), "main")


def test_a_shallow_clone_says_how_to_get_more(root: Path, tmp_path: Path) -> None:
    first = commit(root, {"a.tf": "1"})
    commit(root, {"a.tf": "2"})
    clone = tmp_path / "clone"
    run(tmp_path, "clone", "--quiet", "--depth=1", f"file://{root}", str(clone))
    assert "`fetch-depth: 0`" in refused(git.revision, str(clone), first)
    commit(clone, {"b.tf": "1"})
    run(clone, "checkout", "--quiet", "--orphan", "alone")
    commit(clone, {"c.tf": "1"})
    assert "`fetch-depth: 0`" in refused(git.merge_base, str(clone), "main")


def test_branches_without_a_common_commit(root: Path) -> None:
    commit(root, {"a.tf": "1"})
    run(root, "checkout", "--quiet", "--orphan", "alone")
    commit(root, {"b.tf": "1"})
    assert refused(git.merge_base, str(root), "main") == "'main' and HEAD have no commit in common"


def test_no_git(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert refused(look, str(root)) == f"git is needed for this, and PATH names none outside of {str(root)!r}"


def test_an_object_that_is_lost(root: Path) -> None:
    commit(root, {"a.tf": "1", "b.tf": "2"})
    lost = run(root, "rev-parse", "HEAD:a.tf")
    (root / ".git/objects" / lost[:2] / lost[2:]).unlink()
    (root / "a.tf").unlink()
    with git.index(str(root)) as snapshot:
        with pytest.raises(UnreadableError, match=f"the object {lost} is not in this clone"):
            snapshot.read("a.tf")
        assert snapshot.read("b.tf") == b"2"


def test_a_repository_of_somebody_else(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert f"git config --global --add safe.directory {root}" in refused(look, str(root))


def test_git_that_ends_at_once(root: Path) -> None:
    commit(root, {"a.tf": "1"})
    (root / "a.tf").unlink()
    with git.index(str(root)) as snapshot:
        assert snapshot.read("a.tf") == b"1"
        process = snapshot.blobs._process
        assert process is not None
        process.kill()
        process.wait()
        with pytest.raises(UnreadableError, match="ended before"):
            snapshot.read("a.tf")
    with pytest.raises(UnreadableError, match="ended before"):
        snapshot.read("a.tf")


def test_git_that_never_answers_is_ended(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "programs"
    write(programs, {"git": "#!/bin/sh\nexec sleep 1000\n"})
    (programs / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    reader = blobs.Blobs(str(root), timeout=0.1)
    with pytest.raises(git.GitError, match="ended before"):
        reader.read("0" * 40, 1)
    reader.close()
    monkeypatch.setattr(command, "TIMEOUT", 0.1)
    assert "gave no answer within" in refused(look, str(root))


def test_git_lists_while_its_caller_goes_on_and_ends_with_the_snapshot(root: Path, tmp_path: Path) -> None:
    commit(root, {"a.tf": "1"})
    programs = tmp_path / "programs"
    write(programs, {"git": f"#!/bin/sh\ntouch {tmp_path / 'begun'}\nexec sleep 1000\n"})
    (programs / "git").chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
        with git.index(str(root)) as snapshot:
            deadline = time.monotonic() + 60
            while not (tmp_path / "begun").exists() and time.monotonic() < deadline:
                time.sleep(0.01)
    assert (tmp_path / "begun").exists()
    assert refused(lambda: snapshot.names("")).startswith("git ls-files failed")


# Hostile repositories


def test_git_is_never_taken_from_the_repository(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(root, {"bin/git": f"#!/bin/sh\ntouch {tmp_path}/marker\n", "git": f"#!/bin/sh\ntouch {tmp_path}/marker\n"})
    for program in ("bin/git", "git"):
        (root / program).chmod(0o755)
    (tmp_path / "way").symlink_to(root / "bin")
    monkeypatch.chdir(root)
    before = (str(root / "bin"), ".", "", "bin", str(tmp_path / "way"))
    monkeypatch.setenv("PATH", os.pathsep.join([*before, os.environ["PATH"]]))
    with git.index(str(root)) as snapshot:
        assert len(contents(snapshot)) == 2
    assert not (tmp_path / "marker").exists()


def test_nothing_that_the_repository_configures_is_run(root: Path, tmp_path: Path) -> None:
    script, marker = tmp_path / "script", tmp_path / "marker"
    script.write_text(f'#!/bin/sh\necho "$0 $*" >> {marker}\ncat\n')
    script.chmod(0o755)
    first = commit(root, {"a.tf": "a", "b.bicep": "b", "secret.tf": "s"})
    write(root, {".gitattributes": "* filter=evil diff=evil merge=evil\n"})
    run(root, "add", ".gitattributes")
    for key in (
        "core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "diff.evil.textconv",
        "diff.evil.command", "diff.external", "merge.evil.driver", "core.pager", "core.editor", "core.sshCommand",
        "core.askPass", "credential.helper", "remote.origin.uploadpack", "uploadpack.packObjectsHook", "pager.ls-files",
        "core.alternateRefsCommand", "core.gitProxy", "gpg.program", "sequence.editor", "trace2.eventTarget",
    ):  # fmt: skip
        run(root, "config", key, str(script))
    for alias in ("ls-files", "ls-tree", "cat-file", "rev-parse", "merge-base"):
        run(root, "config", f"alias.{alias}", f"!{script}")
    hooks = root / ".git/hooks"
    for hook in ("post-index-change", "post-checkout", "fsmonitor-watchman", "pre-commit", "reference-transaction"):
        (hooks / hook).write_bytes(script.read_bytes())
        (hooks / hook).chmod(0o755)
    run(root, "config", "core.hooksPath", str(hooks))
    # Partial clones fetch what they lack by commands of the remote.
    run(root, "config", "remote.origin.url", f"ext::{script}")
    run(root, "config", "remote.origin.promisor", "true")
    run(root, "config", "protocol.ext.allow", "always")
    run(root, "config", "extensions.partialClone", "origin")
    run(root, "config", "core.repositoryFormatVersion", "1")
    lost = run(root, "rev-parse", "HEAD:secret.tf")
    (root / ".git/objects" / lost[:2] / lost[2:]).unlink()
    (root / "secret.tf").unlink()
    write(root, {"a.tf": "edited"})
    marker.unlink(missing_ok=True)  # making the repository has run some of it, and so it would have been seen below
    with git.index(str(root)) as index, git.revision(str(root), "HEAD") as revision:
        for tree in (index, revision):
            assert tree.read("a.tf") == b"a"
            with pytest.raises(UnreadableError):
                tree.read("secret.tf")
    git.merge_base(str(root), "HEAD")
    git.show(str(root), first, "b.bicep")
    assert not marker.exists(), marker.read_text()
    subprocess.run(["git", "status"], cwd=root, check=False, capture_output=True)
    assert marker.exists()  # the trap is one


def test_a_replaced_object_changes_nothing(root: Path) -> None:
    commit(root, {"a.tf": "true"})
    other = run(root, "hash-object", "-w", "--stdin", given="false")
    run(root, "replace", run(root, "rev-parse", "HEAD:a.tf"), other)
    assert run(root, "cat-file", "blob", "HEAD:a.tf") == "false"
    with git.index(str(root)) as snapshot:
        assert snapshot.read("a.tf") == b"true"


@pytest.mark.parametrize("name", ["..", ".git", ".GIT", "."])
def test_a_forged_tree_leads_nowhere(root: Path, tmp_path: Path, name: str) -> None:
    blob = run(root, "hash-object", "-w", "--stdin", given="x")
    entry = b"100644 evil.tf\0" + bytes.fromhex(blob)
    inner = _tree(root, entry)
    top = _tree(root, f"40000 {name}\0".encode() + bytes.fromhex(inner))
    made = run(root, "commit-tree", top, "-m", "forged")
    with git.revision(str(root), made) as snapshot:
        assert contents(snapshot) == {}
    assert not list(tmp_path.glob("**/evil.tf"))


def _tree(root: Path, entries: bytes) -> str:
    ended = subprocess.run(
        ["git", "hash-object", "-t", "tree", "-w", "--literally", "--stdin"],
        cwd=root, check=True, capture_output=True, input=entries,
    )  # fmt: skip
    return ended.stdout.decode().strip()


# Listings


def test_a_listing_knows_its_directories() -> None:
    found = Listing.of((path, "100644", "1", False) for path in ("a", "b/c/d", "b/e", "b/c/f"))
    assert {path: (directory.names, directory.below) for path, directory in found.directories.items()} == {
        "": (["a"], {"b"}), "b": (["e"], {"c"}), "b/c": (["d", "f"], set()),
    }  # fmt: skip


def test_a_listing_leaves_out_what_git_would_not_write() -> None:
    forged = ("../x", "..", "/x", "a//x", "a/", "a/../x", "a/.git/x", ".GIT/x", "b/.", ".git", "")
    assert Listing.of((path, "100644", "1", False) for path in ("a/x", *forged)).files == {"a/x": "1"}


def test_the_start_is_fast() -> None:
    """The hook of every commit imports it."""
    heavy = "import sys, aiposture.git; print([m for m in ('tempfile', 'json', 'asyncio') if m in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", heavy], check=True, capture_output=True, text=True).stdout
    assert printed == "[]\n"
