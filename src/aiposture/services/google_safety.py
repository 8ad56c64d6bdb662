"""Model Armor: which attacks and data its templates stop, and whether its floor holds for Vertex AI."""

from __future__ import annotations

from aiposture.model import Fact, Resource, Unknown
from aiposture.services.aws_google_cells import at, objects, present, props, word
from aiposture.services.aws_protections import Protections, several
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import Cell, choice, flag

_FILTERS = "hashicorp/google documentation of google_model_armor_template; mapping is ours"
_FLOOR = "hashicorp/google documentation of google_model_armor_floorsetting; mapping is ours"

_ATTACKS = "filter_config.pi_and_jailbreak_filter_settings.filter_enforcement"
_PERSONAL = "filter_config.sdp_settings"
_PLATFORM = "ai_platform_floor_setting"
_ENFORCED = choice({"ENABLED": True, "DISABLED": False})
_ACTS = choice({"INSPECT_ONLY": False})
_OFF = False

_METADATA = "template_metadata.enforcement_type"
_STOPS = Cell(props(_ENFORCED, _ATTACKS), _OFF, _FILTERS)
_ONLY_LOOKS = Cell(props(_ACTS, _METADATA), _OFF, _FILTERS)


def _attacks(resource: Resource) -> tuple[Fact, ...]:
    """Whether the filter for attacks is on, and does more than look."""
    cell = _ONLY_LOOKS if word(resource, _METADATA) == "inspect_only" else _STOPS
    return (cell.read(resource),)


def _filters(attacks: Several) -> Protections:
    personal = (
        *props(choice({"ENABLED": True, "DISABLED": None}), f"{_PERSONAL}.basic_config.filter_enforcement"),
        *present(True, f"{_PERSONAL}.advanced_config.inspect_template"),  # noqa: FBT003 - a fact's value
    )
    return {
        "prompt_attack_filter": attacks,
        "personal_data_filter": several(Cell(personal, _OFF, _FILTERS)),
    }


def _is_for_models(resource: Resource) -> bool:
    """Whether the floor is one for Vertex AI; floors are for templates and for other services too."""
    listed = at(resource, "integrated_services")
    if at(resource, _PLATFORM) is not None:
        return True
    if listed is None or isinstance(listed.data, Unknown):
        return False
    return any(isinstance(each.data, Unknown) or each.data == "AI_PLATFORM" for each in objects(listed))


_BLOCKS = several(
    Cell(
        (
            *props(flag(true=None, false=False), "enable_floor_setting_enforcement"),
            *props(flag(true=True, false=None), f"{_PLATFORM}.inspect_and_block"),
        ),
        _OFF,
        _FLOOR,
    ),
    when=_is_for_models,
)

_OF_A_TEMPLATE = Several(_attacks, (_ATTACKS, _METADATA), _FILTERS, cells=(_STOPS, _ONLY_LOOKS))

SERVICES = (
    Service(
        "google-model-armor",
        "Model Armor template",
        (Binding(types=("google_model_armor_template",), protections=_filters(_OF_A_TEMPLATE)),),
    ),
    Service(
        "google-model-armor-floor",
        "Model Armor floor setting",
        (
            Binding(
                types=("google_model_armor_floorsetting",),
                protections={**_filters(several(_STOPS)), "guardrail": _BLOCKS},
            ),
        ),
    ),
)
