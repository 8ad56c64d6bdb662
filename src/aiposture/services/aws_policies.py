"""Policies of AWS as properties of a table."""

from __future__ import annotations

from aiposture.aws_policies import document
from aiposture.model import Unknown, Value
from aiposture.services.table import Prop, arms


class PolicyProp(Prop):
    """A property that holds a policy; a text with holes is taken for what can be read around them."""

    def arms(self, value: Value) -> tuple[Value, ...]:
        """All that the policy can be; empty if nothing of it can be read."""
        data = value.data
        if isinstance(data, Unknown) and not data.alternatives:
            return () if document(value) is None else (value.with_data(data.expression),)
        return arms(value)
