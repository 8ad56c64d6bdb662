"""Who calls whom: modules, their closures, and the roots among them."""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple


class Module(NamedTuple):
    """Something that is deployed with what it calls: a directory of Terraform files, or a Bicep file.

    `mentions` says whether its text holds anything of ours, `files` how many files it is, and `named` whether it
    names a file that has changed.
    """

    calls: frozenset[str]
    mentions: bool
    files: int
    named: bool = False


class Roots(NamedTuple):
    """The roots that matter, the number of files that belong to none, and of those that only lack a change."""

    relevant: list[str]
    passed_over: int
    unconcerned: int = 0


def find_roots(
    modules: Mapping[str, Module],
    outside: Callable[[str], Module],
    own: AbstractSet[str] = frozenset(),
    changed: Callable[[str], bool] | None = None,
) -> Roots:
    """The modules that nobody calls and that mention something, themselves or through what they call.

    `outside` gives a module that is called from the scanned ones and is none of them. Those in `own` are roots even
    if somebody calls them. With `changed`, a root counts only if that holds for it or for what it calls.
    """
    called = {callee for name, module in modules.items() for callee in module.calls if callee != name}
    roots = [name for name in modules if name not in called or name in own]
    reached: set[str] = set()
    kept: set[str] = set()
    left: set[str] = set()
    relevant = []
    for root in [*roots, *sorted(called & modules.keys() - own)]:
        # A called module that no root reaches stands in a cycle of calls; it is read for its own sake.
        if root in reached and root not in own:
            continue
        if not (modules[root].calls or modules[root].mentions):  # as most are, it is alone and nothing of ours
            reached.add(root)
            continue
        closure = _closure(root, modules, outside)
        reached |= closure.keys()
        if not any(module.mentions for module in closure.values()):
            continue
        if changed is None or any(module.named or changed(name) for name, module in closure.items()):
            relevant.append(root)
            kept |= closure.keys()
        else:
            left |= closure.keys()
    passed_over = modules.keys() - kept - left
    return Roots(relevant, _files(modules, passed_over), _files(modules, left - kept))


def _files(modules: Mapping[str, Module], names: Iterable[str]) -> int:
    return sum(modules[name].files for name in names if name in modules)


def _closure(root: str, modules: Mapping[str, Module], outside: Callable[[str], Module]) -> dict[str, Module]:
    closure: dict[str, Module] = {}
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name not in closure:
            closure[name] = modules.get(name) or outside(name)
            waiting.extend(closure[name].calls - closure.keys())
    return closure
