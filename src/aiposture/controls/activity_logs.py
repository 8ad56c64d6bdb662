"""Write down what AI services are asked and what they do.

## What it checks

That sessions of an AgentCore browser are recorded to a bucket, and that the log of model invocations of Bedrock,
where the code configures it, delivers text, embeddings, images and videos. On Google Cloud, that an agent of Dialogflow
CX logs its conversations to Cloud Logging, by the switch's new name or its old one.

Logs of knowledge bases, AgentCore gateways and memories are delivered by resources of their own, which may stand
anywhere; those of Azure AI services, AI Search and Machine Learning workspaces by diagnostic settings, which Azure
Policy may make. Where the code delivers the logs of one, that it does so for the others of its kind is checked, too.

## Why it matters

After an incident the question is what was asked and what was answered. Neither CloudTrail nor metrics tell. A log
without one kind of data is blind to whoever uses that one.

## How to fix

Turn the recording on and give it a bucket. Leave all kinds of data in the log on: that is their default.

## Verdicts

- pass: everything is recorded (`activity_logged`).
- fail: nothing is (`activity_not_logged`), or a kind of data is left out (`activity_partly_logged`). Conversations of
  Dialogflow CX that are not logged (`conversations_not_logged`), and a service that was left out where the logs of
  others of its kind are delivered (`logs_not_delivered`), are low.
- unknown: the switches are not decided by the code.
- not applicable: the service has no log of its own, or nothing here delivers any. CloudFormation cannot configure the
  log of invocations.

## References

- AWS Security Hub BedrockAgentCore.6
- Well-Architected Generative AI Lens, GENSEC01-BP04 and GENSEC03-BP01
- Azure Policy 1b4d1c4e-934c-4703-944c-27c82c06bebb and afe0c3be-ba3b-4544-ba52-0c99672a8ad6: a diagnostic setting
  with a log; where none is seen they fail, which code alone cannot say
- https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
- https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/browser-session-recording.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS801",
    slug="activity-logs",
    title="Log What AI Services Do",
    severity=Severity.MEDIUM,
    category="logging",
    summary="What the service does is recorded.",
    fix="Turn the recording on, with a place to go to, and leave no kind of data out.",
    doc=__doc__ or "",
    aliases=("BedrockAgentCore.6", "CKV2_GCP_30"),
    mappings=(
        Mapping("AWS Security Hub", "BedrockAgentCore.6", sourced=True, source="AI Security Best Practices v1.0.0"),
        Mapping("AWS Generative AI Lens", "GENSEC01-BP04", sourced=True, source="Well-Architected"),
        Mapping("AWS Generative AI Lens", "GENSEC03-BP01", sourced=True, source="Well-Architected"),
    ),
)

FIXES: dict[str, str] = {
    "recording": "Add `recording` with `enabled = true` and an `s3_location`.",
    "recordingconfig": "Set `RecordingConfig` with `Enabled: true` and an `S3Location`.",
    "enable_stackdriver_logging": "Set `enable_stackdriver_logging = true` in `advanced_settings.logging_settings`.",
    "logging_config": "Leave `text_data_delivery_enabled` and its siblings at true, which is their default.",
}

_WORDS = Words(
    has="logs what it does",
    reason="activity_logged",
    lacks=Lack("does not log what it does", "activity_not_logged"),
    between={
        "none-attached": Lack("does not deliver its logs", "logs_not_delivered", Severity.LOW),
        "no-conversations": Lack("does not log its conversations", "conversations_not_logged", Severity.LOW),
        "partly": Lack("logs only a part of what it does", "activity_partly_logged"),
    },
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a browser that is not recorded, as Security Hub BedrockAgentCore.6 does, and a log with gaps."""
    del options
    return _protection.judge(service, "activity_log", _WORDS, FIXES)
