"""From the judgements of all possible cases to one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiposture.model import AIService, Fact, FactValue, Judgement, Unknown, Verdict


def agree(judgements: Sequence[Judgement], otherwise: Callable[[], Judgement]) -> Judgement:
    """The judgement that all cases lead to, told by the case whose fact is decided; `otherwise` if they differ."""
    verdicts = {judgement.verdict for judgement in judgements}
    if len(verdicts) > 1:
        return otherwise()
    for judgement in judgements:
        if judgement.because is None or not isinstance(judgement.because.value, Unknown):
            return judgement
    return judgements[0] if verdicts != {Verdict.UNKNOWN} else otherwise()


def by_value(fact: Fact, judge: Callable[[FactValue], Judgement], otherwise: Callable[[], Judgement]) -> Judgement:
    """The judgement that all the values of a fact lead to; `otherwise` if they differ or can be anything."""
    judgements = [judge(value) for value in fact.possible if not isinstance(value, Unknown)]
    if not judgements or len(judgements) < len(fact.possible):
        return otherwise()
    return agree(judgements, otherwise)


def keys_are_on(service: AIService) -> bool:
    """Whether shared keys surely open the service."""
    return service.key_auth is not None and service.key_auth.value is True
