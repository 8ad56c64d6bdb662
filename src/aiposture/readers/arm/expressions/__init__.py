"""ARM's template expressions: text to values."""

from aiposture.readers.arm.expressions.budget import Budget, BudgetError
from aiposture.readers.arm.expressions.evaluate import evaluate, evaluate_all
from aiposture.readers.arm.expressions.scope import FACTS, Named, ResourceName, Scope, UserFunction

__all__ = [
    "FACTS",
    "Budget",
    "BudgetError",
    "Named",
    "ResourceName",
    "Scope",
    "UserFunction",
    "evaluate",
    "evaluate_all",
]
