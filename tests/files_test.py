from __future__ import annotations

import ntpath
import os
import posixpath
from pathlib import Path, PureWindowsPath

import pytest

from aiposture.files import Tree, UnreadableError, join, within


@pytest.mark.parametrize(
    ("directory", "path", "expected"),
    [
        ("", "a.tf", "a.tf"),
        ("a/b", "../c", "a/c"),
        ("a", "..", ""),
        ("a", "./", "a"),
        ("", "..", None),
        ("a", "../../b", None),
        ("a", "/etc", None),
        ("a", "b\0c", None),
        ("a", "..b", "a/..b"),
    ],
)
def test_join_never_leaves_the_root(directory: str, path: str, expected: str | None) -> None:
    assert join(directory, path) == expected


def test_read_gives_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_bytes(b"a\r\n\xff")
    assert Tree(tmp_path).read("main.tf") == b"a\r\n\xff"
    assert Tree(tmp_path).read_found("main.tf") == b"a\r\n\xff"


def _outside(tree: Path) -> str:
    (tree.parent / "secret.tf").write_text("secret")
    return "../secret.tf"


def _link_out(tree: Path) -> str:
    (tree.parent / "secret.tf").write_text("secret")
    (tree / "link.tf").symlink_to(tree.parent / "secret.tf")
    return "link.tf"


def _loop(tree: Path) -> str:
    (tree / "loop.tf").symlink_to(tree / "loop.tf")
    return "loop.tf"


def _fifo(tree: Path) -> str:
    os.mkfifo(tree / "pipe.tf")
    return "pipe.tf"


def _directory(tree: Path) -> str:
    (tree / "directory.tf").mkdir()
    return "directory.tf"


@pytest.mark.parametrize("make", [_outside, _link_out, _loop, _fifo, _directory, lambda _tree: "absent.tf"])
@pytest.mark.parametrize("reader", ["read", "read_found"])
def test_what_is_no_file_of_the_tree_is_refused(tmp_path: Path, make: object, reader: str) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    path = make(tree)  # type: ignore[operator]
    with pytest.raises(UnreadableError) as refused:
        getattr(Tree(tree), reader)(path)
    assert refused.value.path == path


def test_a_link_inside_the_tree_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_text("a")
    (tmp_path / "b.tf").symlink_to("a.tf")
    assert Tree(tmp_path).read_found("b.tf") == b"a"


def test_walk_is_sorted_and_leaves_out_tools_and_linked_directories(tmp_path: Path) -> None:
    for path in ("b/x.tf", "a/y.tf", ".terraform/z.tf", "node_modules/n.tf", "left/out.tf"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / "linked").symlink_to("a")
    walked = list(Tree(tmp_path).walk("", lambda path: path == "left"))
    assert [(directory, names) for directory, names, _ in walked] == [
        ("", ["linked"]),
        ("a", ["y.tf"]),
        ("b", ["x.tf"]),
    ]


def test_walk_from_outside_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    ((_, names, errors),) = Tree(tmp_path / "tree").walk("..", lambda _: False)
    assert names == []
    assert [error.path for error in errors] == [".."]


def test_a_file_that_the_user_named_is_read_wherever_it_stands(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "prod.tfvars").write_bytes(b"a = 1")
    tree = Tree(tmp_path / "tree", {"../prod.tfvars": str(tmp_path / "prod.tfvars")})
    assert tree.read("../prod.tfvars") == b"a = 1"
    assert tree.is_file("../prod.tfvars")
    assert not Tree(tmp_path / "tree").is_file("../prod.tfvars")


@pytest.mark.parametrize(
    ("system", "path", "root", "expected"),
    [
        (posixpath, "/repo/infra/main.tf", "/repo", "infra/main.tf"),
        (posixpath, "/repo", "/repo", ""),
        (ntpath, r"C:\repo\infra\main.tf", r"C:\repo", "infra/main.tf"),
        (ntpath, r"c:\Repo\infra", r"C:\repo", "infra"),
        (ntpath, r"\\server\share\repo\a\b.bicep", r"\\server\share\repo", "a/b.bicep"),
        (ntpath, "C:/repo/a b/main.tf", r"C:\repo", "a b/main.tf"),
        (ntpath, r"C:\repo", r"C:\repo", ""),
    ],
)
def test_paths_of_each_system_become_paths_of_the_tree(system, path: str, root: str, expected: str) -> None:
    seen = within(path, root, system)
    assert seen == expected
    assert PureWindowsPath(seen).as_posix() == (seen or ".")
