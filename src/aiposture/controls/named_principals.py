"""Open an AI service to those whom a policy names, and to nobody else.

## What it checks

That no policy lets everybody in: the data access policy of an OpenSearch Serverless collection, the resource policy
of a model, a guardrail, a knowledge base, a model package group, a vector bucket or an AgentCore runtime, a grant on
a resource of Vertex AI, Workbench or Vertex AI Search, a grant of an AI role on a project, a grant on the bucket or the
dataset that an index, a feature group or a feature view of the same code reads; also where a whole policy is
set from the data source `google_iam_policy`. Nor may everybody who edits the project open a Workbench notebook: its
metadata `proxy-mode` says who may, and so does the organization policy `ainotebooks.accessMode` for all of them.

## Why it matters

`Principal: "*"` is every account of AWS, `allUsers` is every machine on earth. The network may still keep some of
them out, but who is in has all the rights that the policy gives: to read what models are grounded on, to call them
at your cost, to change what they answer.

## How to fix

Name the accounts, roles or service accounts that need access. Where a policy of AWS must have a wildcard, narrow it
by a condition: `aws:SourceVpce`, `aws:PrincipalOrgID`, `aws:SourceAccount`.

## Verdicts

- pass: principals are named, or a condition narrows the wildcard (`principals_named`).
- fail: everybody is let in (`principals_anyone`), or everybody with any Google account (`principals_any_account`);
  medium: every editor of the project (`principals_project_editors`); low: the organization policy allows every way to
  open notebooks (`principals_any_mode`).
- unknown: the policy is not decided by the code; or it is the policy of an AgentCore runtime or gateway, where
  callers with a token are no principals of IAM, so that a wildcard can be needed.
- not applicable: no policy of an AI service.

## References

- Well-Architected Generative AI Lens, GENSEC01-BP01 and GENSEC01-BP03
- https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-data-access.html
- https://cloud.google.com/iam/docs/principals-overview#all-users
- terraform-google-enterprise-genai VAI-CO-4.1
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls._combine import by_value
from aiposture.controls._options import Options
from aiposture.controls._wording import missing, says
from aiposture.model import AIService, Control, Fact, FactValue, Judgement, Mapping, Severity, Verdict

CONTROL = Control(
    id="AIS204",
    slug="named-principals",
    title="Open AI Services to Named Principals Only",
    severity=Severity.HIGH,
    category="identity",
    summary="No policy lets everybody use the service.",
    fix="Name the principals that need access, or narrow the wildcard by a condition.",
    doc=__doc__ or "",
    mappings=(
        Mapping("AWS Generative AI Lens", "GENSEC01-BP01", sourced=True, source="Well-Architected"),
        Mapping("MITRE ATLAS", "AML.T0012", sourced=False),
    ),
)

_SAID = {
    "anyone": "lets everybody in",
    "any-account": "lets everybody in who has any Google account",
    "project-editors": "lets everybody in who may edit the project",
    "any-mode": "can be opened in every mode, that of all editors of the project too",
}
_SEVERITIES = {"project-editors": Severity.MEDIUM, "any-mode": Severity.LOW}


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Judge every statement or member: fail those that let everybody in."""
    del options
    return tuple(_of(service, fact) for fact in service.principals)


def _of(service: AIService, fact: Fact) -> Judgement:
    return by_value(fact, lambda value: _judgement(service, fact, value), lambda: _unknown(service, fact))


def _judgement(service: AIService, fact: Fact, value: FactValue) -> Judgement:
    word = str(value)
    if word == "named":
        message = f"{service.title} names those whom it lets in"
        return Judgement(Verdict.PASS, "principals_named", message, fact)
    reason = f"principals_{word.replace('-', '_')}"
    message = f"{service.title} {_SAID[word]}: {says(fact)}"
    return Judgement(Verdict.FAIL, reason, message, fact, severity=_SEVERITIES.get(word))


def _unknown(service: AIService, fact: Fact) -> Judgement:
    message = f"Cannot tell whom {service.title} lets in: {missing(fact)}"
    return Judgement(Verdict.UNKNOWN, "unresolved_value", message, fact)
