from __future__ import annotations

import pytest

from aiposture.model import Reference
from aiposture.readers.terraform_plan.addresses import Part, in_module, join, parse, split
from aiposture.readers.terraform_plan.instances import Instances
from aiposture.readers.terraform_plan.references import UNKNOWN, Configuration, Scope, argument, heads, is_unset


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("a", (Part("a"),)),
        ("a.b[0].id", (Part("a"), Part("b", 0), Part("id"))),
        ('a.b["x.y]"].id', (Part("a"), Part("b", "x.y]"), Part("id"))),
        (r'a["q\"]"]', (Part("a", r"q\"]"),)),
        ("a.b[each.key].id", (Part("a"), Part("b"))),
        ("[0]", ()),
    ],
)
def test_parse(text, parts):
    assert parse(text) == parts


@pytest.mark.parametrize(
    "address",
    [
        "azurerm_x.y",
        "azurerm_x.y[0]",
        'azurerm_x.y["k.l"]',
        'module.a["x"].module.b[1].data.azurerm_x.y',
        "module.a",
    ],
)
def test_split_and_join(address):
    calls, rest = split(address)
    assert in_module(calls, join(rest)) == address


@pytest.mark.parametrize(
    ("references", "expected"),
    [
        ([], ()),
        (["a.b.id", "a.b"], ("a.b.id",)),
        (["a.b[0].id", "a.b[0]", "a.b", "var.x.y", "var.x"], ("a.b[0].id", "var.x.y")),
        (["a.b", "a.bc"], ("a.b", "a.bc")),
        (["a.b.id", "a.b", "a.b.name", "a.b"], ("a.b.id", "a.b.name")),
    ],
)
def test_heads(references, expected):
    assert heads(references) == expected


def refs(*names):
    return {"references": list(names)}


CHILD = {
    "outputs": {
        "id": {"expression": refs("azurerm_x.this.id", "azurerm_x.this")},
        "both": {"expression": refs("azurerm_x.this.id", "azurerm_x.this", "azurerm_x.other.id", "azurerm_x.other")},
    },
    "module_calls": {"inner": {"expressions": {"target": refs("var.target")}, "module": {}}},
}
ROOT = {
    "module_calls": {
        "m": {
            "expressions": {"target": refs("azurerm_x.a.id", "azurerm_x.a"), "text": {"constant_value": 1}},
            "module": CHILD,
        },
        "many": {
            "expressions": {"target": refs("each.value")},
            "for_each_expression": refs("azurerm_x.a.id"),
            "module": CHILD,
        },
        "loop": {
            "expressions": {"target": refs("module.loop.out")},
            "module": {"outputs": {"out": {"expression": refs("var.target")}}},
        },
    },
}
MARKS = {
    "azurerm_x.a": {"id": True, "list": [{"id": True}]},
    "azurerm_x.n[0]": {"id": True},
    "azurerm_x.n[1]": {"id": True},
    "azurerm_x.one[0]": {"id": True},
    'azurerm_x.each["k"]': {"id": True},
    "module.m.azurerm_x.this": {"id": True},
    "module.m.azurerm_x.other": {"id": True},
    'module.many["a"].azurerm_x.this': {"id": True},
    'module.many["b"].azurerm_x.this': {"id": True},
}
CALLS = ["module.m", 'module.many["a"]', 'module.many["b"]', "module.m.module.inner"]
CONFIGURATION = Configuration(ROOT, Instances(MARKS, CALLS))


def found(*names, module="", key=None, for_each=()):
    calls, _ = split(module)
    scope = Scope(calls, CONFIGURATION.module(calls), key, for_each)
    unknown = CONFIGURATION.unknown(heads(names), scope)
    if isinstance(unknown, Reference):
        return ".".join(map(str, (unknown.address, *unknown.path)))
    return [f"{one.address}.{one.path[0]}" for one in unknown.references]


@pytest.mark.parametrize(
    ("names", "asker", "expected"),
    [
        pytest.param(["local.x"], {}, [], id="a local is not in a plan"),
        pytest.param(["local.x", "azurerm_x.a.id"], {}, ["azurerm_x.a.id"], id="a local besides"),
        pytest.param(["var.x"], {}, [], id="an input of the plan"),
        pytest.param(["data.azurerm_x.read.id"], {}, [], id="data that has been read"),
        pytest.param(["azurerm_x.a.name"], {}, [], id="known attribute"),
        pytest.param(["azurerm_x.a.id", "azurerm_x.n[0].id"], {}, ["azurerm_x.a.id", "azurerm_x.n[0].id"], id="two"),
        pytest.param(["azurerm_x.n", "each.key"], {}, "azurerm_x.n.id", id="several instances"),
        pytest.param(["module.loop.out"], {}, [], id="a loop"),
        pytest.param(["azurerm_x.a.id", "azurerm_x.a"], {}, "azurerm_x.a.id", id="plain"),
        pytest.param(
            ["azurerm_x.a.id", "azurerm_x.a.name", "var.x", "count.index"], {}, "azurerm_x.a.id", id="one cause"
        ),
        pytest.param(["azurerm_x.a.list[0].id"], {}, "azurerm_x.a.list.0.id", id="nested"),
        pytest.param(["azurerm_x.n[1].id", "azurerm_x.n[1]", "azurerm_x.n"], {}, "azurerm_x.n[1].id", id="index"),
        pytest.param(["azurerm_x.n", "count.index"], {"key": 1}, "azurerm_x.n[1].id", id="the same index"),
        pytest.param(["azurerm_x.one", "each.key"], {}, "azurerm_x.one[0].id", id="the only one"),
        pytest.param(["azurerm_x.each", "each.key"], {"key": "k"}, 'azurerm_x.each["k"].id', id="the same key"),
        pytest.param(["module.m.id", "module.m"], {}, "module.m.azurerm_x.this.id", id="output"),
        pytest.param(["module.m.both"], {}, ["module.m.azurerm_x.this.id", "module.m.azurerm_x.other.id"], id="both"),
        pytest.param(
            ['module.many["b"].id', 'module.many["b"]', "module.many"],
            {},
            'module.many["b"].azurerm_x.this.id',
            id="output of an instance",
        ),
        pytest.param(["var.target"], {"module": "module.m"}, "azurerm_x.a.id", id="argument"),
        pytest.param(["var.text"], {"module": "module.m"}, [], id="constant argument"),
        pytest.param(["var.target"], {"module": "module.m.module.inner"}, "azurerm_x.a.id", id="two modules down"),
        pytest.param(["var.target"], {"module": 'module.many["a"]'}, "azurerm_x.a.id", id="for_each of the call"),
        pytest.param(
            ["each.value.id", "each.value"], {"for_each": ("azurerm_x.a.id",)}, "azurerm_x.a.id", id="for_each"
        ),
        pytest.param(["module.gone.id", "nonsense", "", "[0]", "module"], {}, [], id="nonsense"),
    ],
)
def test_unknown(names, asker, expected):
    assert found(*names, **asker) == expected


def test_a_hidden_value_may_come_from_a_known_attribute():
    scope = Scope((), ROOT)
    unknown = CONFIGURATION.unknown(["azurerm_x.a.name"], scope, reason="sensitive in the plan")
    assert unknown == Reference("azurerm_x.a.name", UNKNOWN, address="azurerm_x.a", path=("name",))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("absent",), ()),
        (("name",), ()),
        (("id",), ("a.b.id",)),
        (("body", "properties", "x"), ("a.b.id", "a.c.id")),
        (("list", 1, "id"), ("a.d.id",)),
        (("list", 7, "id"), ()),
        (("list",), ("a.c.id", "a.d.id")),
        (("single", 0, "id"), ("a.e.id",)),
    ],
)
def test_argument(path, expected):
    block = {
        "expressions": {
            "name": {"constant_value": "x"},
            "id": refs("a.b.id", "a.b"),
            "body": refs("a.b.id", "a.b", "a.c.id", "a.c"),
            "list": [{"id": refs("a.c.id")}, {"id": refs("a.d.id", "a.d")}],
            "single": {"id": refs("a.e.id")},
        }
    }
    assert set(argument(block, *path)) == set(expected)


def test_what_refers_to_many_things_ends():
    outputs = {f"o{n}": {"expression": refs(*(f"module.w.o{m}" for m in range(100)))} for n in range(100)}
    root = {"module_calls": {"w": {"module": {"outputs": outputs}}}}
    unknown = Configuration(root, Instances({}, [])).unknown(["module.w.o1"], Scope((), root))
    assert unknown.references == ()


BLOCKS = {
    "name": {"constant_value": "a"},
    "tags": {"references": ["var.tags"]},
    "one": [{"size": {"references": ["var.size"]}, "inner": [{"on": {"constant_value": True}}]}],
    "two": [{"size": {"constant_value": 1}}, {}],
}


@pytest.mark.parametrize(
    ("path", "unset"),
    [
        (("other",), True),
        (("one", 0, "on"), True),
        (("one", 0, "inner", 0, "off"), True),
        (("two", 1, "size"), True),
        (("name",), False),
        (("one", 0, "size"), False),
        (("one", 0, "inner", 0, "on"), False),
        (("two", 0, "size"), False),
        (("tags", "owner"), False),  # in an argument that is an object
        (("name", "part"), False),
        (("other", 0, "on"), False),  # what is around it can be a dynamic block
        (("one", 0, "other", 0, "on"), False),
    ],
)
def test_is_unset(path, unset):
    assert is_unset({"expressions": BLOCKS}, *path) is unset
    assert is_unset({}, *path) is False


def test_a_plan_that_knows_nothing_of_a_resource_leaves_no_argument_out() -> None:
    """`after_unknown` can be true for all of it."""
    assert not is_unset({"expressions": {}})
