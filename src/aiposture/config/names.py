"""Names of controls in the configuration, as on the command line: ids, slugs, aliases, and beginnings of ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aiposture.usage import no_control

_SHORTEST_BEGINNING = 3


class Names:
    """Knows what names mean, from a mapping of every name to the id of its control."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._ids = {name.casefold(): control_id for name, control_id in names.items()}
        self._all = tuple(sorted(set(names.values())))

    def means(self, name: str) -> tuple[str, ...]:
        """The ids of the controls that `name` means; none if it means nothing."""
        wanted = name.strip().casefold()
        if wanted in self._ids:
            return (self._ids[wanted],)
        beginning = wanted.removesuffix("*")
        if len(beginning) < _SHORTEST_BEGINNING:
            return self._all if wanted == "*" else ()
        return tuple(one for one in self._all if one.casefold().startswith(beginning))

    def means_one(self, name: str) -> bool:
        """Whether `name` is the full name of a control."""
        return name.strip().casefold() in self._ids

    def ids(self, names: Iterable[str]) -> tuple[str, ...]:
        """The ids that `names` mean, each once and in order."""
        return tuple(sorted({one for name in names for one in self.means(name)}))

    def unknown(self, name: str) -> str:
        """What to say of a name that means nothing."""
        return no_control(name, self._ids)
