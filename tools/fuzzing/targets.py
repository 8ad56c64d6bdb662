"""All kinds of input. A target raises what its reader must not raise, and WrongError for what it must not say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from fuzzing import kept, readers
from fuzzing.expected import Files


class Target(NamedTuple):
    """`run` gives the input to one reader alone; `scanned` tells whether a whole scan can be made of it, too."""

    run: Callable[[Files], object]
    scanned: bool = True


TARGETS: Mapping[str, Target] = {
    "terraform": Target(readers.terraform_input),
    "terraform-json": Target(readers.terraform_input),
    "terraform-variables": Target(readers.variables_input),
    "terraform-plan": Target(readers.plan_input),
    "arm": Target(readers.arm_input),
    "arm-expressions": Target(readers.arm_expressions_input, scanned=False),
    "arm-parameters": Target(readers.arm_parameters_input),
    "bicep": Target(readers.bicep_input, scanned=False),
    "bicep-templates": Target(readers.bicep_templates_input, scanned=False),
    "bicepparam": Target(readers.bicep_input, scanned=False),
    "cloudformation": Target(readers.cloudformation_input),
    "cloudformation-json": Target(readers.cloudformation_input),
    "cloudformation-parameters": Target(readers.cloudformation_parameters_input),
    "configuration": Target(kept.configuration, scanned=False),
    "baseline": Target(kept.baseline, scanned=False),
    "suppressions": Target(kept.suppressions, scanned=False),
    "shards": Target(kept.shards, scanned=False),
    "cache": Target(kept.cache_entry, scanned=False),
}
