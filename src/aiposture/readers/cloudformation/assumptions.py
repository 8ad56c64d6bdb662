"""What is taken for granted while a part of a template is evaluated: the arm of an Fn::If, a resource that exists."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from aiposture.model import Unknown, Value
from aiposture.readers.cloudformation.values import plain_text


class Assumptions(NamedTuple):
    """Conditions that hold or do not; texts that parameters have (`equal`), and such that they do not (`unequal`).

    A condition that compares a parameter with a text says something about the parameter, too.
    """

    conditions: Mapping[str, bool] = MappingProxyType({})
    equal: Mapping[str, str] = MappingProxyType({})
    unequal: Mapping[str, frozenset[str]] = MappingProxyType({})

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for assumptions that are."""
        return tuple(tuple(sorted(each.items())) for each in (self.conditions, self.equal)) + tuple(
            (name, tuple(sorted(texts))) for name, texts in sorted(self.unequal.items())
        )

    def joined(self, other: "Assumptions") -> "Assumptions":
        """Both together; where they contradict each other, what `other` says."""
        unequal = dict(self.unequal)
        for name, texts in other.unequal.items():
            unequal[name] = unequal.get(name, frozenset()) | texts
        return Assumptions({**self.conditions, **other.conditions}, {**self.equal, **other.equal}, unequal)

    def without(self, condition: str) -> "Assumptions":
        """The same, but for one condition."""
        return self._replace(conditions={name: each for name, each in self.conditions.items() if name != condition})

    def about(self, parameter: str, value: Value) -> Value:
        """The value of a parameter, as far as it is narrowed here."""
        data = value.data
        if not isinstance(data, Unknown):
            return value
        text, others = self.equal.get(parameter), self.unequal.get(parameter, frozenset())
        if data.alternatives:
            return _among(value, data, text, others)
        # A text that is not shown to everybody stays what it is: secret, or the name of what is stored elsewhere.
        if text is not None and (data.echoed or not text):
            return value.with_data(text)
        return value.with_data(data.replace(filled=True)) if "" in others else value


NOTHING = Assumptions()


def _among(value: Value, data: Unknown, text: str | None, others: frozenset[str]) -> Value:
    def possible(arm: Value) -> bool:
        if isinstance(arm.data, (Unknown, tuple, Mapping)):
            return True
        return plain_text(arm.data) not in others and text in {None, plain_text(arm.data)}

    arms = tuple(arm for arm in data.alternatives if possible(arm))
    if len(arms) == 1:
        return value.with_data(arms[0].data)
    return value.with_data(data.replace(alternatives=arms)) if arms else value
