from __future__ import annotations

import time

import pytest

from aiposture import globs


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("examples/*", "examples"),
        ("examples/*", "lab/examples/a.tf"),
        ("infra/*.tf", "infra/deep/main.tf"),
        ("infra/*/main.tf", "infra/a/b/main.tf"),
        ("infra/?", "infra/ab"),
        ("/main.tf", "infra/main.tf"),
        ("./main.tf", "infra/main.tf"),
        ("a/**/b", "a/c"),
        ("Infra", "infra/main.tf"),
        ("main", "main.tf"),
        ("[!a]/x", "a/x"),
    ],
)
def test_must_not_match(pattern, path):
    assert not globs.matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        pytest.param("examples", "examples/a/b.tf", id="a directory has all below it"),
        pytest.param("examples/", "examples/a/b.tf", id="a slash at the end"),
        pytest.param("examples", "lab/examples/a.tf", id="a name at any depth"),
        pytest.param("*.json", "a/b/azuredeploy.json", id="a pattern for names at any depth"),
        pytest.param("examples/*", "examples/deep/main.tf", id="what a star matches is a directory"),
        pytest.param("infra/*.tf", "infra/main.tf", id="a star"),
        pytest.param("infra/**", "infra/a/b/main.tf", id="everything below"),
        pytest.param("infra/**/main.tf", "infra/main.tf", id="no directory between"),
        pytest.param("infra/**/main.tf", "infra/a/b/main.tf", id="two directories between"),
        pytest.param("**/test/**", "test/main.tf", id="at the top"),
        pytest.param("**/test/**", "a/b/test/c/main.tf", id="deep"),
        pytest.param("a/**/**/b", "a/b", id="a run of double stars"),
        pytest.param("/main.tf", "main.tf", id="at the top only"),
        pytest.param("./main.tf", "main.tf", id="from here"),
        pytest.param("app/[[]slug]/*", "app/[slug]/main.tf", id="brackets in a name"),
        pytest.param("env/[ab].tf", "env/a.tf", id="a set"),
        pytest.param(".", "anything/at.all", id="this directory"),
    ],
)
def test_matches(pattern, path):
    assert globs.matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "directory", "root", "expected"),
    [
        ("infra/*.tf", "/r", "/r", ("infra/*.tf",)),
        ("legacy", "/r", "/r", ("**/legacy",)),
        ("/main.tf", "/r", "/r", ("/main.tf",)),
        ("*.tf", "/r/infra", "/r", ("infra/**/*.tf",)),
        ("/main.tf", "/r/infra", "/r", ("infra/main.tf",)),
        ("x/*", "/r/[slug]", "/r", ("[[]slug]/x/*",)),
        ("infra/old/*", "/r", "/r/infra", ("old/*",)),
        ("infra/main.tf", "/r", "/r/infra", ("/main.tf",)),
        ("infra", "/r", "/r/infra", ("**", "**/infra")),
        ("apps/old/*", "/r", "/r/infra", ()),
        ("**/old/*", "/r", "/r/infra", ("**/old/*",)),
        ("anything", "/elsewhere", "/r", ()),
    ],
)
def test_patterns_as_seen_from_another_directory(pattern, directory, root, expected):
    assert globs.rebase(pattern, directory, root) == expected


@pytest.mark.parametrize(
    "path", ["infra/main.tf", "infra/old/main.tf", "main.tf", "old/x", "[slug]/x/y", "infra/a/x.tf"]
)
@pytest.mark.parametrize("pattern", ["infra", "old", "*.tf", "/main.tf", "infra/**/*.tf", "**", "*/x", "x/*"])
@pytest.mark.parametrize("directory", ["/r", "/r/infra", "/r/[slug]"])
def test_a_rebased_pattern_means_the_same(pattern, path, directory):
    seen = globs.seen_from(directory, "/r", path)
    expected = seen is not None and globs.matches(pattern, seen)
    assert any(globs.matches(one, path) for one in globs.rebase(pattern, directory, "/r")) == expected


@pytest.mark.parametrize("path", ["main.tf", "old/main.tf", "infra/x"])
@pytest.mark.parametrize("pattern", ["infra", "old", "*.tf", "/infra/main.tf", "infra/**/*.tf", "*/old", "**/old/*"])
def test_a_pattern_from_above_the_root_means_the_same(pattern, path):
    expected = globs.matches(pattern, f"infra/{path}")
    assert any(globs.matches(one, path) for one in globs.rebase(pattern, "/r", "/r/infra")) == expected


@pytest.mark.parametrize(
    ("directory", "root", "path", "expected"),
    [
        ("", "", "a/b", "a/b"),
        ("/r/infra", "/r", "infra/main.tf", "main.tf"),
        ("/r/infra", "/r", "infrastructure/main.tf", None),
        ("/r", "/r/infra", "main.tf", "infra/main.tf"),
        ("/r", "/r/infra", "../other/main.tf", "other/main.tf"),
        ("/r", "/r", "../other/main.tf", "../other/main.tf"),
    ],
)
def test_paths_as_seen_from_another_directory(directory, root, path, expected):
    assert globs.seen_from(directory, root, path) == expected


def test_a_hostile_pattern_takes_no_time():
    started = time.perf_counter()
    assert not globs.matches("/".join(["**", "*a*a*a*a*b"] * 50), "/".join(["a" * 100] * 200))
    assert time.perf_counter() - started < 5
