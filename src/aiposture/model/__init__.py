"""The vocabulary of aiposture. Imports nothing of the rest of the package."""

from aiposture.model.finding import (
    Category,
    Control,
    Finding,
    Judgement,
    Mapping,
    Notice,
    Related,
    Report,
    Severity,
    Suppression,
    Verdict,
)
from aiposture.model.resource import Dialect, Mode, Provider, Reading, Resource
from aiposture.model.service import (
    AIService,
    Fact,
    FactValue,
    Identity,
    KeyUse,
    Network,
    Origin,
    Perimeter,
    PrivateEndpoint,
    PublicAccess,
    SinkKind,
)
from aiposture.model.source import Call, Comment, Location, NotAnalysed, SourceError, Step, StepKind
from aiposture.model.values import Data, Reference, Scalar, Unknown, Value

__all__ = [
    "AIService", "Call", "Category", "Comment", "Control", "Data", "Dialect", "Fact", "FactValue", "Finding",
    "Identity", "Judgement", "KeyUse", "Location", "Mapping", "Mode", "Network", "NotAnalysed", "Notice", "Origin",
    "Perimeter", "PrivateEndpoint", "Provider", "PublicAccess", "Reading", "Reference", "Related", "Report",
    "Resource", "Scalar", "Severity", "SinkKind", "SourceError", "Step", "StepKind", "Suppression", "Unknown",
    "Value", "Verdict",
]
