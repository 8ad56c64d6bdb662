"""AWS and Google Cloud: CloudFormation fixtures say their verdicts, every row of the tables has some, traps are right.

The fixtures of Terraform are looked at by fixtures_test; a logical id of CloudFormation says its verdict in its
first word (`FailByDefault`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from aiposture import controls, services
from aiposture.model import Protection, Report
from aiposture.options import ScanOptions
from aiposture.scan import scan
from aiposture.services.awscc_names import in_awscc

FIXTURES = Path(__file__).parent.parent / "fixtures"
RULES = {rule.control.slug: rule for rule in controls.ALL}
TEMPLATES = sorted(FIXTURES.glob("*/cloudformation.yaml"))
TRAP_TEMPLATES = sorted(FIXTURES.glob("traps-aws/*/template.yaml"))

LOGICAL_ID = re.compile(r"^  (\w+):\n    Type: (AWS::\S+)$", re.MULTILINE)
LABEL = re.compile(r'^resource\s+"((?:aws|google)_\w+)"\s+"(\w+)"', re.MULTILINE)
WORD = re.compile(r"[A-Z][a-z]*")


@cache
def report(path: Path, *select: str) -> Report:
    return scan(ScanOptions(paths=(str(path),), select=select))


def verdicts(found: Report) -> dict[str, str]:
    table = defaultdict(set)
    for finding in found.findings:
        table[finding.resource.name].add(finding.verdict.value)
    return {name: " ".join(sorted(each)) for name, each in table.items()}


def stated(name: str) -> str | None:
    word = (WORD.match(name) or [name.partition("_")[0]])[0].lower()
    return word if word in {"pass", "fail", "unknown"} else None


@pytest.mark.parametrize("template", TEMPLATES, ids=[path.parent.name for path in TEMPLATES])
def test_templates_are_judged_as_stated(template: Path) -> None:
    found = report(template, RULES[template.parent.name].control.id)
    here = {finding.resource.name for finding in found.findings if finding.resource.location.path.endswith(".yaml")}
    labels = {name: stated(name) for name, _ in LOGICAL_ID.findall(template.read_text())}

    assert {name: each for name, each in verdicts(found).items() if name in here} == {
        name: each for name, each in labels.items() if each is not None
    }
    assert found.errors == ()


OF_GOOGLE_ALONE = {"notebook-downloads"}
"""SageMaker has no switch for it."""


def test_every_new_idea_has_fixtures_of_both_dialects() -> None:
    slugs = set(RULES) - {"any-source-rules", "key-consumers"} - OF_GOOGLE_ALONE

    assert {path.parent.name for path in TEMPLATES} == slugs
    assert {slug for slug in slugs if list((FIXTURES / slug).glob("aws.tf")) or slug == "managed-identity"} == slugs


NEWEST = (1, 58)


@cache
def version(linter: str) -> tuple[int, ...]:
    said = subprocess.run([linter, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(number) for number in re.findall(r"\d+", said)[:2])


ALL_TEMPLATES = [*TEMPLATES, *TRAP_TEMPLATES]


@pytest.mark.parametrize("template", ALL_TEMPLATES, ids=[path.parent.name for path in ALL_TEMPLATES])
def test_templates_are_valid(template: Path) -> None:
    linter = shutil.which("cfn-lint", path=str(Path(os.environ.get("AIPOSTURE_CFNLINT_PYTHON", sys.executable)).parent))
    if linter is None or version(linter) < NEWEST:
        pytest.skip(f"cfn-lint {'.'.join(map(str, NEWEST))} is not installed: older ones do not know these types")
    command = [linter, "--format", "parseable", str(template)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    errors = [line for line in done.stdout.splitlines() if re.search(r":E\d{4}:", line)]

    assert errors == []


# What a facet's control is, and where a verdict cannot be had, why.
SLUGS = {
    "private_network": "private-endpoints",
    "image_pull": "model-images",
    "public_access": "restricted-endpoints",
    "isolation": "network-isolation",
    "principals": "named-principals",
    "root_access": "notebook-root-access",
    "identity": "managed-identity",
    "secrets": "plaintext-secrets",
    "rights": "scoped-rights",
    "key_auth": "identity-based-auth",
    "callers": "identity-based-auth",
    **{facet: rule.control.slug for rule in controls.ALL for facet in rule.reads if facet in get_args(Protection)},
}

BY_TYPE = {"aws_qbusiness_application"}
"""What the provider makes is an application of IAM Identity Center, and can only pass."""

SECRETS = {
    "AWS::BedrockAgentCore::OAuth2CredentialProvider",
    "aws_sagemaker_model",
    "google_agent_identity_auth_provider",
    "aws_sagemaker_model_package_group_policy",
}
"""What passes there is what passes at their neighbours."""


@cache
def fixtures(slug: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for file in (FIXTURES / slug).glob("*.tf"):
        for type_, name in LABEL.findall(file.read_text()):
            found[type_].add(stated(name) or "skip")
    template = FIXTURES / slug / "cloudformation.yaml"
    for name, type_ in LOGICAL_ID.findall(template.read_text()) if template.is_file() else ():
        found[type_].add(stated(name) or "skip")
    return found


BINDINGS = sorted(
    {
        (row.types, SLUGS[row.facet])
        for row in services.rows()
        if row.facet in SLUGS and row.types[0].startswith(("aws_", "AWS::", "google_"))
    }
)


def test_there_are_bindings_to_cover() -> None:
    assert len(BINDINGS) > 70


# Bindings without a fixture of their own: the same reader as a neighbour's, tried by hand in aws_google_test.
NEIGHBOURS = {
    "AWS::Serverless::Function",  # among the traps, where the whole template is SAM's
    "aws_bedrock_guardrail_resource_policy",
    "AWS::S3Vectors::VectorBucketPolicy",
    "AWS::SageMaker::DataQualityJobDefinition",
    "AWS::SageMaker::Cluster",
    "AWS::BedrockAgentCore::PaymentCredentialProvider",
    "AWS::BedrockAgentCore::Harness",
    "AWS::SageMaker::MonitoringSchedule",
    "aws_bedrockagentcore_harness",
    "aws_sagemaker_training_job",
    "aws_sagemaker_data_quality_job_definition",
    "AWS::SageMaker::ProcessingJob",
    "AWS::SageMaker::Model",
    "aws_iam_role_policy_attachments_exclusive",
    "aws_iam_policy_document",
    "aws_bedrock_model_invocation_job",
    "aws_apprunner_service",
    "google_colab_runtime_template",
    "google_vertex_ai_endpoint_with_model_garden_deployment",
}


CAN_ONLY_PASS = {
    ("google_org_policy_policy", "encryption-keys"),
    ("google_organization_policy", "encryption-keys"),
}
"""A list of services that does not name AI is about other services."""


@pytest.mark.parametrize(("types", "slug"), BINDINGS)
def test_binding_has_a_fixture_that_fails_and_one_that_does_not(types: tuple[str, ...], slug: str) -> None:
    found = {verdict for type_ in types for verdict in fixtures(slug)[type_]}
    if types[0] in BY_TYPE:
        assert slug != "identity-based-auth" or found == {"pass"}
    elif types[0] not in NEIGHBOURS and (types[0], slug) not in CAN_ONLY_PASS:
        assert "fail" in found or "unknown" in found
        assert types[0] in SECRETS or found & {"pass", "skip", "unknown"}


# Without policies and a key, and with a role that both have and that stands elsewhere.
GATEWAY = {"AIS206": "fail", "AIS210": "pass", "AIS305": "fail", "AIS307": "unknown", "AIS501": "fail"}
TRAPS = {
    "awscc": {
        "awscc_bedrockagentcore_gateway.anonymous": {**GATEWAY, "AIS401": "fail"},
        "awscc_bedrockagentcore_gateway.audience": {**GATEWAY, "AIS401": "pass"},
        "awscc_bedrockagentcore_o_auth_2_credential_provider.literal": {"AIS302": "fail"},
        "awscc_sagemaker_domain.by_default": {"AIS201": "fail", "AIS404": "fail", "AIS501": "fail"},
    },
    "policy-documents": {
        "data.aws_iam_policy_document.wildcard": {"AIS303": "fail"},
        "data.aws_iam_policy_document.named": {"AIS303": "pass"},
        "data.aws_iam_policy_document.denied": {"AIS403": "pass"},
        "data.aws_iam_policy_document.trust": {"AIS306": "fail"},
        "data.aws_iam_policy_document.all_but_one": {"AIS303": "fail"},
    },
    "admin-role": {
        f"aws_sagemaker_notebook_instance.{name}": {"AIS307": verdict}
        for name, verdict in {
            "admin": "fail",
            "limited": "pass",
            "elsewhere": "unknown",
            "looked_up": "unknown",
        }.items()
    },
    "metadata-version": {"AsANumber": {"AIS209": "pass"}, "AsText": {"AIS209": "pass"}},
    "conditional-key": {"Agent": {"AIS501": "fail"}},
    "looked-up-policies": {
        "aws_iam_role_policy_attachment.by_name": {"AIS303": "fail"},
        "aws_iam_role_policy_attachment.by_arn": {"AIS303": "fail"},
        "aws_iam_role_policy_attachment.in_a_loop[0]": {"AIS303": "fail"},
        "aws_iam_role.listed": {"AIS303": "fail"},
        "aws_sagemaker_notebook_instance.admin": {"AIS307": "fail"},
        "aws_sagemaker_notebook_instance.reader": {"AIS307": "pass"},
        "aws_sagemaker_notebook_instance.theirs": {"AIS307": "unknown"},
    },
    "choice-of-properties": {
        "WholeProperties": {"AIS208": "pass", "AIS501": "fail", "AIS802": "pass"},
        "WithoutServersSomewhere": {"AIS208": "pass", "AIS501": "fail", "AIS802": "fail"},
        "OneCaseHasAKey": {"AIS208": "pass", "AIS501": "unknown", "AIS802": "pass"},
        "ConditionalStatement": {"AIS303": "fail pass"},
    },
    "notebook-in-a-plan": {
        "aws_sagemaker_notebook_instance.filled_in": {"AIS201": "fail", "AIS205": "fail"},
        "aws_sagemaker_notebook_instance.closed": {"AIS201": "pass", "AIS205": "pass"},
    },
    "endpoint-in-a-module": {
        "aws_lambda_function.chat": {"AIS103": "pass"},
        "aws_lambda_function.agent": {"AIS103": "fail"},
        "aws_lambda_function.endpoint_looked_up": {"AIS103": "pass"},
    },
    "spelled-arns": {
        "aws_iam_role_policy_attachment.formatted": {"AIS303": "fail"},
        "aws_iam_role_policy_attachment.interpolated": {"AIS303": "fail"},
        "aws_sagemaker_notebook_instance.studio": {"AIS307": "pass"},
    },
    "matching-conditions": {
        **{
            name: {"AIS401": verdict, "AIS501": "fail"}
            for name, verdict in {
                "SameCondition": "pass",
                "OppositeCondition": "pass",
                "OneParameter": "pass",
                "AnotherStage": "unknown",
                "WrongWayRound": "fail",
            }.items()
        },
        "GuardedByItsKey": {"AIS501": "pass"},
        "NotGuarded": {"AIS501": "unknown"},
    },
    "split-stacks": {"aws_iam_role_policy.chat": {"AIS303": "pass"}},
    "serverless-policies": {
        name: {"AIS303": verdict}
        for name, verdict in {
            "EveryModel": "fail",
            "OneModel": "pass",
            "FullAccess": "fail",
            "EveryIndex": "fail",
        }.items()
    },
    "filled-elsewhere": {
        **{name: {"AIS101": "pass"} for name in ("Imported", "OfAType", "Stored", "NotBlank", "Either", "OneOfAList")},
        **{name: {"AIS101": "unknown"} for name in ("PerhapsNone", "PerhapsBlank", "PerhapsOneOfAList")},
    },
    "role-by-name": {
        f"aws_sagemaker_notebook_instance.{name}": {"AIS307": verdict}
        for name, verdict in {
            "limited": "pass",
            "admin": "fail",
            "twin": "pass",
            "other_twin": "unknown",
        }.items()
    },
    "role-without-user": {
        "Admin": {"AIS306": "pass", "AIS307": "fail"},
        "Limited": {"AIS306": "pass"},
        "Elsewhere": {"AIS306": "pass"},
    },
}


ONLY = {
    "admin-role": ("AIS307",),
    "metadata-version": ("AIS209",),
    "conditional-key": ("AIS501",),
    "filled-elsewhere": ("AIS101",),
    "role-by-name": ("AIS307",),
    "matching-conditions": ("AIS401", "AIS501"),
    "looked-up-policies": ("AIS303", "AIS307"),
    "spelled-arns": ("AIS303", "AIS307"),
    "notebook-in-a-plan": ("AIS201", "AIS205"),
    "endpoint-in-a-module": ("AIS103",),
    "choice-of-properties": ("AIS208", "AIS303", "AIS501", "AIS802"),
}
"""What a trap is about, where its services have much else."""


def test_no_trap_is_forgotten() -> None:
    assert {path.name for path in (FIXTURES / "traps-aws").iterdir()} == set(TRAPS)


@pytest.mark.parametrize("trap", TRAPS)
def test_traps(trap: str) -> None:
    found = report(FIXTURES / "traps-aws" / trap, *ONLY.get(trap, ()))
    table: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for finding in found.findings:
        table[finding.resource.address][finding.control.id].add(finding.verdict.value)
    said = {
        address: {control: " ".join(sorted(each)) for control, each in verdicts.items()}
        for address, verdicts in table.items()
    }

    assert said == TRAPS[trap]
    assert (found.errors, found.notices) == ((), ())


def test_findings_about_awscc_speak_its_words() -> None:
    found = report(FIXTURES / "traps-aws" / "awscc", "AIS401")
    said = {each.resource.name: (each.resource.shown_type, each.message.split("`")[1]) for each in found.findings}

    assert said["anonymous"] == ("awscc_bedrockagentcore_gateway", "authorizer_type")


# AWS Security Hub, AI Security Best Practices v1.0.0: what decides each control, in every dialect that can say it.
SECURITY_HUB = {
    **{f"BedrockAgentCore.{number}": "AIS101" for number in (1, 5, 7)},
    "BedrockAgentCore.2": "AIS401",
    "SageMaker.1": "AIS201",
    "SageMaker.2": "AIS101",
    "SageMaker.3": "AIS205",
    "SageMaker.4": "AIS802",
    "SageMaker.8": "AIS701",
    **{f"SageMaker.{number}": "AIS203" for number in (5, 11, 12, 14, 20, 25)},
    **{f"SageMaker.{number}": "AIS102" for number in (16, 19)},
    **{f"SageMaker.{number}": "AIS502" for number in (9, 10, 13, 15, 22)},
    **{f"SageMaker.{number}": "AIS501" for number in (17, 18, 21, 23, 24)},
    **{f"BedrockAgentCore.{number}": "AIS501" for number in (3, 4)},
    "Bedrock.1": "AIS501",
    "BedrockAgentCore.6": "AIS801",
}

NOT_THERE = "the provider has no such resource"
NOT_ALL_TYPES = "of the five kinds of jobs the provider has those that monitor data quality, and training jobs"
# Per control: the types that decide it in CloudFormation (and so in awscc), and in Terraform's own provider.
DECIDED_BY: dict[str, tuple[str, str]] = {
    "Bedrock.1": ("AWS::Bedrock::DataSource", "aws_bedrockagent_data_source"),
    "BedrockAgentCore.1": ("AWS::BedrockAgentCore::Runtime", "aws_bedrockagentcore_agent_runtime"),
    "BedrockAgentCore.2": ("AWS::BedrockAgentCore::Gateway", "aws_bedrockagentcore_gateway"),
    "BedrockAgentCore.3": ("AWS::BedrockAgentCore::Memory", "aws_bedrockagentcore_memory"),
    "BedrockAgentCore.4": ("AWS::BedrockAgentCore::Gateway", "aws_bedrockagentcore_gateway"),
    "BedrockAgentCore.5": ("AWS::BedrockAgentCore::BrowserCustom", "aws_bedrockagentcore_browser"),
    "BedrockAgentCore.6": ("AWS::BedrockAgentCore::BrowserCustom", "aws_bedrockagentcore_browser"),
    "BedrockAgentCore.7": ("AWS::BedrockAgentCore::CodeInterpreterCustom", "aws_bedrockagentcore_code_interpreter"),
    **{
        f"SageMaker.{number}": ("AWS::SageMaker::NotebookInstance", "aws_sagemaker_notebook_instance")
        for number in (1, 2, 3, 8, 21)
    },
    "SageMaker.4": ("AWS::SageMaker::EndpointConfig", "aws_sagemaker_endpoint_configuration"),
    **{f"SageMaker.{number}": ("AWS::SageMaker::Model", "aws_sagemaker_model") for number in (5, 16, 19)},
    **{
        f"SageMaker.{number}": ("AWS::SageMaker::DataQualityJobDefinition", "aws_sagemaker_data_quality_job_definition")
        for number in (9, 11)
    },
    **{
        f"SageMaker.{number}": ("AWS::SageMaker::ModelExplainabilityJobDefinition", NOT_ALL_TYPES)
        for number in (10, 12)
    },
    **{f"SageMaker.{number}": ("AWS::SageMaker::ModelBiasJobDefinition", NOT_ALL_TYPES) for number in (15, 14)},
    **{f"SageMaker.{number}": ("AWS::SageMaker::ModelQualityJobDefinition", NOT_ALL_TYPES) for number in (13, 20)},
    **{f"SageMaker.{number}": ("AWS::SageMaker::MonitoringSchedule", NOT_ALL_TYPES) for number in (22, 25)},
    **{f"SageMaker.{number}": ("AWS::SageMaker::FeatureGroup", "aws_sagemaker_feature_group") for number in (17, 18)},
    **{f"SageMaker.{number}": ("AWS::SageMaker::InferenceExperiment", NOT_THERE) for number in (23, 24)},
}


def test_controls_of_security_hub() -> None:
    aliases = {alias: rule.control.id for rule in controls.ALL for alias in rule.control.aliases}

    assert len(SECURITY_HUB) == 31
    assert {name: aliases.get(name) for name in SECURITY_HUB} == SECURITY_HUB
    assert DECIDED_BY.keys() == SECURITY_HUB.keys()


@pytest.mark.parametrize(("name", "dialect"), [(name, dialect) for name in DECIDED_BY for dialect in (0, 1)])
def test_controls_of_security_hub_are_decided_in_each_dialect(name: str, dialect: int) -> None:
    type_ = DECIDED_BY[name][dialect]
    reads = next(rule.reads for rule in controls.ALL if rule.control.id == SECURITY_HUB[name])
    facets = {row.facet for row in services.rows() if type_ in row.types}

    assert " " in type_ or facets & set(reads)


# What awscc 1.x has no resource for: the type is not one that Cloud Control can make.
NOT_IN_AWSCC = {"AWS::SageMaker::NotebookInstance", "AWS::SageMaker::EndpointConfig"}


@pytest.mark.parametrize("name", DECIDED_BY)
def test_controls_of_security_hub_are_decided_in_awscc(name: str) -> None:
    type_ = DECIDED_BY[name][0]

    assert type_ in NOT_IN_AWSCC or services.wanted(in_awscc(type_))
