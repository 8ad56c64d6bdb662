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
    Callers,
    Door,
    Fact,
    FactValue,
    Identity,
    KeyRole,
    KeyUse,
    Network,
    Origin,
    Perimeter,
    Principals,
    PrivateEndpoint,
    PrivateNetwork,
    PublicAccess,
    Rights,
    SinkKind,
)
from aiposture.model.source import Call, Comment, Location, NotAnalysed, SourceError, Step, StepKind
from aiposture.model.values import Data, Reference, Scalar, Unknown, Value

__all__ = [
    "AIService", "Call", "Callers", "Category", "Comment", "Control", "Data", "Dialect", "Door", "Fact", "FactValue",
    "Finding", "Identity", "Judgement", "KeyRole", "KeyUse", "Location", "Mapping", "Mode", "Network", "NotAnalysed",
    "Notice", "Origin", "Perimeter", "Principals", "PrivateEndpoint", "PrivateNetwork", "Provider", "PublicAccess",
    "Reading", "Reference", "Related", "Report", "Resource", "Rights", "Scalar", "Severity", "SinkKind",
    "SourceError", "Step", "StepKind", "Suppression", "Unknown", "Value", "Verdict",
]
