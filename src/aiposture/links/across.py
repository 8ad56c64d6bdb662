"""Names by which one unit can mean something in another one: who gives them, and who asks for them.

A link within a unit needs none of this. It is kept for a scan that sees only some of the units: what is asked for
here may be given elsewhere.
"""

from typing import NamedTuple


class Name(NamedTuple):
    """A name as one unit has it: the type of what it names, in lower case, and the text."""

    unit: str
    type: str
    text: str


class Names:
    """All names that units ask for beyond themselves, and all that they give."""

    def __init__(self) -> None:
        """Nothing is asked or given yet."""
        self.asked: set[Name] = set()
        self.given: set[Name] = set()
