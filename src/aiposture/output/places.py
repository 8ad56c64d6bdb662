"""The places of a finding, each with what it is there for."""

from collections.abc import Iterator
from typing import NamedTuple

from aiposture.model import Finding, Location
from aiposture.output import words
from aiposture.output.quoted import is_about_secrets


class Place(NamedTuple):
    """A stretch of source, and what to say about it. `secret` says that it gives the value of a secret."""

    location: Location
    label: str
    secret: bool = False


def primary(finding: Finding) -> Place:
    """The text that decides."""
    because = finding.because
    if because is None or because.location != finding.location:
        return Place(finding.location, "", is_about_secrets(finding) and finding.location != finding.resource.header)
    return Place(finding.location, words.label(because), is_about_secrets(finding))


def others(finding: Finding) -> Iterator[Place]:
    """Every other place that a reader of the finding should see, none of them twice."""
    seen = {finding.location}
    for place in [*_of_the_value(finding), *_related(finding), *_calls(finding)]:
        if place.location not in seen:
            seen.add(place.location)
            yield place


def flows(finding: Finding) -> Iterator[list[Place]]:
    """The way of the value from where it was written, and the way of the module calls from the outermost."""
    because = finding.because
    if because is not None and because.trail:
        yield [*reversed(_steps(finding)), Place(because.location, because.property, is_about_secrets(finding))]
    if finding.calls:
        yield [*_calls(finding), Place(finding.resource.header, finding.resource.address)]


def _of_the_value(finding: Finding) -> list[Place]:
    because = finding.because
    if because is None:
        return []
    return [Place(because.location, words.label(because), is_about_secrets(finding)), *_steps(finding)]


def _steps(finding: Finding) -> list[Place]:
    because = finding.because
    if because is None:
        return []
    secret = is_about_secrets(finding)
    return [Place(step.location, words.step_label(step), secret) for step in because.trail]


def _related(finding: Finding) -> list[Place]:
    return [Place(related.location, related.message) for related in finding.related]


def _calls(finding: Finding) -> list[Place]:
    return [Place(call.location, f"{call.name} is called here") for call in finding.calls]
