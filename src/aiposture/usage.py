"""What goes wrong before anything is read. It imports nothing, for every start passes here."""

from __future__ import annotations

from collections.abc import Collection, Mapping


class UsageError(Exception):
    """Something that the user asked for cannot be had, so that the scan cannot begin: a path that does not exist,
    a control that nobody knows, a configuration that is wrong. The text is one sentence for the user, or several lines.
    """


def nearest(text: str, known: Collection[str]) -> str | None:
    """That of `known`, in lower case, which a misspelt `text` most likely meant; None if nothing is near."""
    import difflib  # noqa: PLC0415 - needed only to mend a typing error

    close = difflib.get_close_matches(text[:100].strip().casefold().replace("_", "-"), known, n=1)
    return close[0] if close else None


def no_control(name: str, ids: Mapping[str, str]) -> str:
    """What to say of a `name` that no control has; `ids` maps every name of a control to its id."""
    names = {known.casefold(): control_id for known, control_id in ids.items()}
    close = nearest(name, names)
    hint = f"did you mean {names[close]}?" if close else "aiposture rules lists the controls"
    return f"no control is called {name!r}; {hint}"
