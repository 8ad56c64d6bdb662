"""Which Bicep files are deployed for their own sake although another file deploys them, too.

A test calls a template with arguments of its own, and a template with a parameter file is called with those values:
what such a caller passes says nothing about the other deployment, so both are judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aiposture.discover.graph import Module
from aiposture.files import Tree

_TESTS = (".test.bicep", ".test.bicepparam")
_TEST_DIRECTORIES = frozenset({"test", "tests", "e2e"})
_PARAMETER_FILES = (".parameters.json", ".parameters.jsonc")


def own_entries(tree: Tree, modules: Mapping[str, Module]) -> frozenset[str]:
    """The .bicep files of `modules` that only tests call, or that have a JSON parameter file beside them.

    A template whose .bicepparam file of the same stem is there is deployed through that one.
    """
    callers: dict[str, set[str]] = {}
    for name, module in modules.items():
        for callee in module.calls & modules.keys() - {name}:
            callers.setdefault(callee, set()).add(name)
    return frozenset(_own_entries(tree, callers))


def _own_entries(tree: Tree, callers: Mapping[str, set[str]]) -> Iterator[str]:
    for path, names in callers.items():
        stem, _, suffix = path.rpartition(".")
        if suffix.lower() != "bicep" or f"{stem}.bicepparam" in names:
            continue
        # What a test keeps beside itself to be deployed before it is a part of that test.
        only_tests = not _is_test(path) and all(_is_test(name) for name in names)
        if only_tests or _has_parameter_file(tree, stem):
            yield path


def _is_test(path: str) -> bool:
    *directories, name = path.lower().split("/")
    return name.endswith(_TESTS) or not _TEST_DIRECTORIES.isdisjoint(directories)


def _has_parameter_file(tree: Tree, stem: str) -> bool:
    directory, _, name = stem.rpartition("/")
    wanted = {f"{name.lower()}{suffix}" for suffix in _PARAMETER_FILES}
    return any(each.lower() in wanted for each in tree.names(directory))
