"""Resources become findings: services are recognised and linked, and controls judge them."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from aiposture import aws_managed, controls, links, services
from aiposture.model import AIService, Control, Finding, Judgement, NotAnalysed, Resource


class Judged(NamedTuple):
    """The findings in order, and per control id the number of services that it does not concern, of how many."""

    findings: tuple[Finding, ...]
    not_applicable: dict[str, int]
    services: int


def judge(
    resources: Sequence[Resource],
    rules: Sequence[controls.Rule],
    options: controls.Options,
    names: links.Names | None = None,
    partial: AbstractSet[str] = frozenset(),
) -> Judged:
    """What `rules` say of the AI services among `resources`, which are all that the scan has read.

    To `names` is added by which names units can mean each other. Of the units in `partial` something was not read.
    """
    resources = aws_managed.follow(resources)
    present, absent = _recognise(resources)
    connected = [services.as_declared(each) for each in links.connect(present, resources, names, partial)]
    findings, not_applicable = _judge(connected, absent, rules, options)
    return Judged(tuple(findings), not_applicable, len(connected))


def unread_modules(resources: Iterable[Resource]) -> Iterator[NotAnalysed]:
    """The calls of remote modules that may hold AI services, and that nothing is known of."""
    reason = "a remote module whose code is not here and whose inputs are not in our tables"
    for resource in resources:
        if resource.mode == "module" and not services.wanted(resource.type) and services.may_hold_ai(resource.type):
            yield NotAnalysed(resource.declared_type, reason, resource.header)


def _recognise(resources: Iterable[Resource]) -> tuple[list[AIService], list[AIService]]:
    """The services that are there, and those that the code leaves out (`count = 0`)."""
    present: list[AIService] = []
    absent: list[AIService] = []
    for resource in resources:
        (absent if resource.exists is False else present).extend(services.recognise(resource))
    return present, absent


def _judge(
    present: Iterable[AIService], absent: Sequence[AIService], rules: Sequence[controls.Rule], options: controls.Options
) -> tuple[list[Finding], dict[str, int]]:
    """The findings, and per control the services that it does not concern (an absent one concerns none)."""
    findings: list[Finding] = []
    seen: Counter[str] = Counter()
    not_applicable = Counter({rule.id: len(absent) for rule in rules})
    for service in present:
        for rule in rules:
            judgements = rule.judge(service, options)
            not_applicable[rule.id] += not judgements
            for judgement in judgements:
                finding = _finding(rule.control, service, judgement)
                seen[finding.fingerprint] += 1
                if (number := seen[finding.fingerprint]) > 1:
                    finding = finding._replace(fingerprint=_fingerprint(finding.fingerprint, str(number)))
                findings.append(finding)
    return sorted(findings, key=_order), dict(not_applicable)


def _finding(control: Control, service: AIService, judgement: Judgement) -> Finding:
    resource = judgement.resource or service.resource
    because = judgement.because
    location = judgement.location or (because.location if because is not None else resource.header)
    return Finding(
        control=control,
        verdict=judgement.verdict,
        severity=control.severity if judgement.severity is None else judgement.severity,
        service=service.kind,
        service_title=service.title,
        resource=resource,
        location=location,
        message=judgement.message,
        reason=judgement.reason,
        fingerprint=_fingerprint(
            control.id,
            service.kind,  # a remote module can make several services
            resource.unit,
            resource.location.path,
            resource.address,
            "" if because is None else because.property,
            judgement.key,
        ),
        fix=judgement.fix or control.fix,
        because=because,
        related=judgement.related,
        calls=resource.calls,
    )


def _fingerprint(*parts: str) -> str:
    """A name for a finding that stays when lines move: no line is in it."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _order(finding: Finding) -> tuple[object, ...]:
    return (finding.location, finding.control.id, finding.resource.address, finding.resource.unit, finding.fingerprint)
