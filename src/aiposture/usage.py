"""What goes wrong before anything is read. It imports nothing, for every start passes here."""

from __future__ import annotations


class UsageError(Exception):
    """Something that the user asked for cannot be had, so that the scan cannot begin: a path that does not exist,
    a control that nobody knows, a configuration that is wrong. The text is one sentence for the user, or several lines.
    """
