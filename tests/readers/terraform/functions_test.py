"""Terraform's functions against Terraform's documented behaviour, with unknowns, and within bounds."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiposture.model.source import Location, Step
from aiposture.model.values import Reference, Unknown, Value
from aiposture.readers.terraform.functions import FunctionError, JsonText, call, pure

HERE = Location("main.tf", 5, 1, 5, 40)
THERE = Location("variables.tf", 2, 13, 2, 17)

OPEN = Unknown("var.x", "variable x has no default")
REFERENCE = Reference("azurerm_subnet.a.id", "known after apply", address="azurerm_subnet.a", path=("id",))
SUBNETS = Reference("azurerm_vnet.a.subnet", "known after apply", address="azurerm_vnet.a", path=("subnet",))


def value(data: object, location: Location = THERE) -> Value:
    """Plain Python data as a Value, all of it at one place."""
    if isinstance(data, Value):
        return data
    if isinstance(data, Mapping):
        return Value({key: value(member, location) for key, member in data.items()}, location)
    if isinstance(data, list | tuple):
        return Value(tuple(value(member, location) for member in data), location)
    return Value(data, location)


def either(*arms: object) -> Unknown:
    """What an unknown condition with known arms gives."""
    return Unknown("c ? a : b", "variable c has no default", (), tuple(map(value, arms)))


def run(name: str, *args: object) -> Value:
    return call(name, [value(argument) for argument in args], HERE, f"{name}(...)")


def arms(result: Value) -> list[object]:
    assert isinstance(result.data, Unknown)
    return [arm.plain() for arm in result.data.alternatives]


REFUSED = [
    ("abs", ["x"]),
    ("abs", [None]),
    ("alltrue", [["yes"]]),
    ("anytrue", [[1]]),
    ("base64decode", ["%%%"]),
    ("base64decode", ["/w=="]),
    ("ceil", ["1_0"]),
    ("chunklist", [["a"], -1]),
    ("cidrhost", ["10.0.0.0/30", 4]),
    ("cidrhost", ["10.0.0.0", 1]),
    ("cidrhost", ["10.0.0.0/33", 1]),
    ("cidrnetmask", ["fd00::/64"]),
    ("cidrsubnet", ["10.0.0.0/30", 3, 0]),
    ("cidrsubnet", ["10.0.0.0/30", 1, 2]),
    ("cidrsubnets", ["10.0.0.0/30", 1, 1, 1]),
    ("cidrsubnets", ["10.0.0.0/30", 0]),
    ("coalesce", []),
    ("coalesce", [None, ""]),
    ("coalescelist", [[], []]),
    ("concat", [["a"], "b"]),
    ("concat", [["a"], None]),
    ("contains", ["abc", "a"]),
    ("csvdecode", [""]),
    ("csvdecode", ["a,a\n1,2"]),
    ("csvdecode", ["a,b\n1"]),
    ("element", [[], 0]),
    ("element", [["a"], 0.5]),
    ("flatten", ["a"]),
    ("format", ["%s"]),
    ("format", ["x", "y"]),
    ("format", ["%y", "y"]),
    ("format", ["%d", "y"]),
    ("format", ["%d", 1.5]),
    ("format", ["100%"]),
    ("format", ["%s", None]),
    ("format", ["%99999d", 1]),
    ("formatdate", ["YYYYY", "2018-01-02T23:12:01Z"]),
    ("formatdate", ["YYYY", "2018-01-02"]),
    ("formatdate", ["'", "2018-01-02T23:12:01Z"]),
    ("formatlist", ["%s-%s", ["a"], ["b", "c"]]),
    ("indent", [-1, "a"]),
    ("index", [["a"], "b"]),
    ("jsondecode", ["{"]),
    ("jsondecode", ["NaN"]),
    ("jsondecode", ["1e999"]),
    ("jsondecode", ["[" * 5000]),
    ("jsondecode", ["[" * 100 + "]" * 100]),
    ("keys", [["a"]]),
    ("length", [None]),
    ("length", [5]),
    ("log", [0, 10]),
    ("log", [10, 1]),
    ("lookup", [{"a": 1}, "b"]),
    ("lookup", [None, "b", 1]),
    ("matchkeys", [["a"], ["b", "c"], ["c"]]),
    ("max", []),
    ("merge", [["a"]]),
    ("one", [["a", "b"]]),
    ("parseint", ["12", 2]),
    ("parseint", ["", 10]),
    ("parseint", ["1", 63]),
    ("parseint", ["9" * 300, 10]),
    ("pow", [10, 10_000]),
    ("pow", [-1, 0.5]),
    ("range", [0, 5, -1]),
    ("range", [0, 5, 0]),
    ("range", [2000]),
    ("range", [10**150, 0.5, 0.25]),
    ("regex", ["a", "b"]),
    ("regex", ["(", "b"]),
    ("regex", [")", "b"]),
    ("regex", ["(?i", "b"]),
    ("regex", ["(?=b)", "b"]),
    ("regex", ["[a", "b"]),
    ("regex", ["[b-a]", "b"]),
    ("regex", ["*", "b"]),
    ("regex", ["a**", "b"]),
    ("regex", ["a{2}{3}", "b"]),
    ("regex", ["a{2,1}", "b"]),
    ("regex", ["a{1001}", "b"]),
    ("regex", ["\\", "b"]),
    ("regex", ["\\y", "y"]),
    ("regex", ["(?P<a>b)(c)", "bc"]),
    ("setproduct", [["a"]]),
    ("slice", [["a"], 0, 2]),
    ("sort", [["a", None]]),
    ("sum", [[]]),
    ("timeadd", ["2017-11-22T00:00:00Z", "10"]),
    ("timeadd", ["2017-13-22T00:00:00Z", "10m"]),
    ("tobool", ["yes"]),
    ("tobool", [1]),
    ("tolist", ["a"]),
    ("tomap", [["a"]]),
    ("tonumber", ["a"]),
    ("tonumber", [True]),
    ("tonumber", ["1e9999999999"]),
    ("tonumber", ["9" * 400]),
    ("tostring", [["a"]]),
    ("upper", []),
    ("upper", ["a", "b"]),
    ("urldecode", ["%ff"]),
    ("uuidv5", ["nonsense", "a"]),
    ("yamldecode", ["a: ["]),
    ("yamldecode", ["a: *b"]),
    ("yamldecode", ["[a]: b"]),
    ("yamldecode", ["!!python/object:os.system a"]),
    ("yamldecode", ["&a [*a]"]),
    ("yamldecode", [".nan"]),
    ("zipmap", [["a"], []]),
]


@pytest.mark.parametrize(("name", "args"), REFUSED)
def test_terraform_refuses(name: str, args: list[object]) -> None:
    with pytest.raises(FunctionError):
        run(name, *args)


RESULTS = [
    # strings
    ("basename", ["foo/bar.txt"], "bar.txt"),
    ("chomp", ["hello\r\n\n"], "hello"),
    ("dirname", ["foo/bar.txt"], "foo"),
    ("dirname", ["bar.txt"], "."),
    ("endswith", ["hello world", "world"], True),
    ("endswith", ["hello world", "hello"], False),
    ("format", ["Hello, %s!", "Ander"], "Hello, Ander!"),
    ("format", ["There are %d lights", 4], "There are 4 lights"),
    ("format", ["%%|%v|%v|%v|%#v", "a", True, [1, None], "b"], '%|a|true|[1,null]|"b"'),
    ("format", ["%5s|%-5s|%05d|%+d|%x|%X|%o|%b", "a", "b", 42, 7, 255, 255, 8, 5], "    a|b    |00042|+7|ff|FF|10|101"),
    ("format", ["%.2f %f %e %t %q", 3.14159, 1, 1500, "true", 'a"b'], '3.14 1.000000 1.500000e+3 true "a\\"b"'),
    ("format", ["%[2]s-%[1]s", "a", "b"], "b-a"),
    ("format", ["%03d", -5], "-05"),
    ("format", ["%v %s", 1.5, 10], "1.5 10"),
    ("formatlist", ["Hello, %s!", ["Valentina", "Ander"]], ["Hello, Valentina!", "Hello, Ander!"]),
    ("formatlist", ["%s, %s!", "Hi", ["Valentina", "Ander"]], ["Hi, Valentina!", "Hi, Ander!"]),
    ("indent", [2, "a\nb\nc"], "a\n  b\n  c"),
    ("join", ["-", ["foo", "bar", "baz"]], "foo-bar-baz"),
    ("join", [",", ["a"], ["b", 1, True]], "a,b,1,true"),
    ("lower", ["HELLO"], "hello"),
    ("regex", ["[a-z]+", "53453453.345345aaabbbccc23454"], "aaabbbccc"),
    ("regex", [r"(\d\d\d\d)-(\d\d)-(\d\d)", "2019-02-01"], ["2019", "02", "01"]),
    (
        "regex",
        [r"^(?:(?P<scheme>[^:/?#]+):)?(?://(?P<authority>[^/?#]*))?", "https://terraform.io/docs/"],
        {"scheme": "https", "authority": "terraform.io"},
    ),
    ("regex", ["(a)|(b)", "b"], [None, "b"]),
    ("regex", ["a*?", "aa"], ""),
    ("regex", ["(a+?)(a*)", "aaa"], ["a", "aa"]),
    ("regex", ["a|ab", "ab"], "a"),
    ("regex", ["(?i)HELLO", "say hello"], "hello"),
    ("regex", ["(?i:H)ello", "hello"], "hello"),
    ("regex", [r"^\S+@[[:alnum:]]+\.com$", "me@example.com"], "me@example.com"),
    ("regex", ["(?s)a.b", "a\nb"], "a\nb"),
    ("regex", ["(?m)^b$", "a\nb\nc"], "b"),
    ("regex", [r"\bfoo\b", "a foo b"], "foo"),
    ("regex", [r"x{2,3}", "xxxx"], "xxx"),
    ("regex", [r"x{,3}", "x{,3}"], "x{,3}"),
    ("regex", [r"(?:ab){2}", "ababab"], "abab"),
    ("regex", [r"[^\W_]+", "__az9__"], "az9"),
    ("regex", [r"[]a]+", "b]a"], "]a"),
    ("regex", [r"\x41\x{42}\Q.*\E", "AB.*"], "AB.*"),
    ("regex", ["(?U)a+", "aaa"], "a"),
    ("regex", ["(a*)*", "aab"], ["aa"]),
    ("regexall", ["[a-z]+", "1234abcd5678efgh9"], ["abcd", "efgh"]),
    ("regexall", ["[a-z]+", "123"], []),
    ("regexall", ["a*", "baaac"], ["", "aaa", ""]),
    ("regexall", ["a$", "a\n"], []),
    ("replace", ["1 + 2 + 3", "+", "-"], "1 - 2 - 3"),
    ("replace", ["hello world", "/w.*d/", "everybody"], "hello everybody"),
    ("replace", ["hello world", "/(?P<a>w)(.*)d/", "$2-${1}$$${a}$9"], "hello orl-w$w"),
    ("replace", ["a/b", "/", "-"], "a-b"),
    ("replace", ["abc", "/x*/", "-"], "-a-b-c-"),
    ("split", [",", "foo,bar,baz"], ["foo", "bar", "baz"]),
    ("split", [",", ""], [""]),
    ("startswith", ["hello world", "hello"], True),
    ("strcontains", ["hello world", "wor"], True),
    ("strrev", ["hello"], "olleh"),
    ("substr", ["hello world", 1, 4], "ello"),
    ("substr", ["hello world", -5, -1], "world"),
    ("substr", ["hello", 9, 4], ""),
    ("title", ["hello world-wide o'neil snake_case"], "Hello World-Wide O'Neil Snake_case"),
    ("trim", ["?!hello?!", "!?"], "hello"),
    ("trimprefix", ["helloworld", "hello"], "world"),
    ("trimspace", ["  hello\n\n"], "hello"),
    ("trimsuffix", ["helloworld", "world"], "hello"),
    ("upper", ["straße"], "STRAßE"),
    # lists and maps
    ("alltrue", [["true", True]], True),
    ("alltrue", [[]], True),
    ("alltrue", [[True, None]], False),
    ("anytrue", [["false", True]], True),
    ("anytrue", [[]], False),
    ("chunklist", [["a", "b", "c"], 2], [["a", "b"], ["c"]]),
    ("chunklist", [["a", "b"], 0], [["a", "b"]]),
    ("coalesce", ["", None, "b"], "b"),
    ("coalesce", [False, True], False),
    ("coalescelist", [[], ["c", "d"]], ["c", "d"]),
    ("compact", [["a", "", None, "b"]], ["a", "b"]),
    ("concat", [["a", ""], ["b", "c"]], ["a", "", "b", "c"]),
    ("contains", [["a", "b"], "a"], True),
    ("contains", [["a", True], "true"], False),
    ("contains", [[1], True], False),
    ("contains", [[{"a": 1, "b": [2]}], {"b": [2], "a": 1}], True),
    ("element", [["a", "b", "c"], 4], "b"),
    ("element", [["a", "b", "c"], -1], "c"),
    ("flatten", [[["a", "b"], [], [["c"]], "d"]], ["a", "b", "c", "d"]),
    ("index", [["a", "b", "c"], "b"], 1),
    ("keys", [{"c": 1, "a": 2}], ["a", "c"]),
    ("length", [["a", "b"]], 2),
    ("length", [{"a": "b"}], 1),
    ("length", ["hello"], 5),
    ("lookup", [{"a": "ay", "b": "bee"}, "a", "what?"], "ay"),
    ("lookup", [{"a": "ay"}, "c", "what?"], "what?"),
    ("lookup", [{"a": None}, "a", "what?"], None),
    ("matchkeys", [["i-123", "i-abc"], ["us-west", "us-east"], ["us-east"]], ["i-abc"]),
    ("merge", [{"a": "b", "c": "d"}, None, {"e": "f", "c": "z"}], {"a": "b", "c": "z", "e": "f"}),
    ("merge", [], {}),
    ("one", [["a"]], "a"),
    ("one", [[]], None),
    ("reverse", [[1, 2, 3]], [3, 2, 1]),
    ("slice", [["a", "b", "c", "d"], 1, 3], ["b", "c"]),
    ("sort", [["e", "d", 1]], ["1", "d", "e"]),
    ("transpose", [{"a": ["1", "2"], "b": ["2"]}], {"1": ["a"], "2": ["a", "b"]}),
    ("values", [{"c": 1, "a": 2}], [2, 1]),
    ("zipmap", [["a", "b"], [1, 2]], {"a": 1, "b": 2}),
    # sets
    ("distinct", [["a", "b", "a", 1, True]], ["a", "b", 1, True]),
    ("setintersection", [["a", "b"], ["b", "c"], ["b"]], ["b"]),
    ("setproduct", [["a", "b"], [1]], [["a", 1], ["b", 1]]),
    ("setsubtract", [["a", "b", "c"], ["a", "c"]], ["b"]),
    ("setunion", [["b", "a"], ["c", "b"]], ["a", "b", "c"]),
    # conversions
    ("ephemeralasnull", ["a"], "a"),
    ("nonsensitive", ["a"], "a"),
    ("sensitive", ["a"], "a"),
    ("tobool", ["true"], True),
    ("tobool", [None], None),
    ("tolist", [["a", 3, True]], ["a", "3", "true"]),
    ("tomap", [{"a": "foo", "b": True}], {"a": "foo", "b": "true"}),
    ("tonumber", ["1.5"], 1.5),
    ("tonumber", ["1e3"], 1000),
    ("toset", [["c", "a", "c"]], ["a", "c"]),
    ("toset", [[3, 1, 3]], [1, 3]),
    ("tostring", [1.0], "1"),
    ("tostring", [0.00001], "0.00001"),
    ("tostring", [True], "true"),
    # numbers
    ("abs", [-12.4], 12.4),
    ("ceil", [5.1], 6),
    ("floor", [4.9], 4),
    ("log", [16, 2], 4),
    ("max", [12, "54", 3], 54),
    ("min", [12, 54, 3], 3),
    ("parseint", ["FF", 16], 255),
    ("parseint", ["-1011111011101111", 2], -48879),
    ("parseint", ["aA", 62], 656),
    ("pow", [3, 2], 9),
    ("pow", [4, 0.5], 2),
    ("range", [3], [0, 1, 2]),
    ("range", [1, 8, 2], [1, 3, 5, 7]),
    ("range", [4, 1], [4, 3, 2]),
    ("range", [0, 1, 0.25], [0, 0.25, 0.5, 0.75]),
    ("signum", [-13], -1),
    ("sum", [[10, 13, 6.5]], 29.5),
    # encodings
    ("base64decode", ["SGVsbG8gV29ybGQ="], "Hello World"),
    ("base64encode", ["Hello World"], "SGVsbG8gV29ybGQ="),
    ("csvdecode", ['a,b\n1,2\n"x,y",z\n'], [{"a": "1", "b": "2"}, {"a": "x,y", "b": "z"}]),
    ("jsondecode", ['{"hello": [1.0, 2.5, null, true]}'], {"hello": [1, 2.5, None, True]}),
    ("jsonencode", [{"b": [1, 0.5, None], "a": "<é&>"}], '{"a":"\\u003cé\\u0026\\u003e","b":[1,0.5,null]}'),
    ("jsonencode", ["a"], '"a"'),
    ("jsonencode", [{"a": {}, "b": []}], '{"a":{},"b":[]}'),
    ("urldecode", ["%E2%98%83+a"], "☃ a"),
    ("urlencode", ["Hello World!/~"], "Hello+World%21%2F~"),
    ("yamldecode", ["hello: world\nn: [1, 0x, 1_0, 1e3, 010]"], {"hello": "world", "n": [1, "0x", 10, 1000, 10]}),
    ("yamldecode", ["a: &x {b: yes, c: 'no', d: ~}\ne: {<<: *x, c: off}"],
     {"a": {"b": True, "c": "no", "d": None}, "e": {"b": True, "c": False, "d": None}}),
    ("yamldecode", ["- !!str 1\n- y\n- 1:30\n- '2'"], ["1", True, "1:30", "2"]),
    ("yamldecode", [""], None),
    ("yamlencode", [{"foo": [1, {"a": "b", "c": "d"}, 3], "bar": "baz"}],
     '"bar": "baz"\n"foo":\n- 1\n- "a": "b"\n  "c": "d"\n- 3\n'),
    ("yamlencode", [{"a": {"b": {"c": []}}}], '"a":\n  "b":\n    "c": []\n'),
    # hashes
    ("base64sha256", ["hello world"], "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="),
    ("base64sha512", ["hello world"],
     "MJ7MSJwS1utMxA9QyQLytNDtd+5RGnx6m808qG1M2G+YndNbxf9JlnDaNCVbRbDP2DDoH2Bdz33FVC6TrpzXbw=="),
    ("md5", ["hello world"], "5eb63bbbe01eeed093cb22bb8f5acdc3"),
    ("sha1", ["hello world"], "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"),
    ("sha256", ["hello world"], "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"),
    ("sha512", ["hello world"],
     "309ecc489c12d6eb4cc40f50c902f2b4d0ed77ee511a7c7a9bcd3ca86d4cd86f989dd35bc5ff499670da34255b45b0cfd830e81f605dcf7dc5542e93ae9cd76f"),
    ("uuidv5", ["dns", "www.terraform.io"], "a5008fae-b28c-5ba5-96cd-82b4c53552d6"),
    # addresses
    ("cidrcontains", ["10.0.0.0/8", "10.1.2.0/24"], True),
    ("cidrcontains", ["10.0.0.0/8", "11.0.0.1"], False),
    ("cidrhost", ["10.12.112.0/20", 16], "10.12.112.16"),
    ("cidrhost", ["10.12.112.0/20", -1], "10.12.127.255"),
    ("cidrhost", ["fd00:fd12:3456:7890:00a2::/72", 34], "fd00:fd12:3456:7890::22"),
    ("cidrnetmask", ["172.16.0.0/12"], "255.240.0.0"),
    ("cidrsubnet", ["172.16.0.0/12", 4, 2], "172.18.0.0/16"),
    ("cidrsubnet", ["10.1.2.3/24", 0, 0], "10.1.2.0/24"),
    ("cidrsubnets", ["10.1.0.0/16", 4, 4, 8, 4], ["10.1.0.0/20", "10.1.16.0/20", "10.1.32.0/24", "10.1.48.0/20"]),
    # dates
    ("formatdate", ["DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z"], "02 Jan 2018 23:12 UTC"),
    ("formatdate", ["EEEE, DD-MMM-YY hh:mm:ss ZZZ", "2018-01-02T23:12:01-08:00"], "Tuesday, 02-Jan-18 23:12:01 -0800"),
    ("formatdate", ["h 'o''clock' AA H:m", "2018-01-02T23:02:01Z"], "23 o'clock PM 11:2"),
    ("timeadd", ["2017-11-22T00:00:00Z", "10m"], "2017-11-22T00:10:00Z"),
    ("timeadd", ["2017-11-22T00:00:00+01:00", "-1.5h1m"], "2017-11-21T22:29:00+01:00"),
    ("timecmp", ["2017-11-22T01:00:00Z", "2017-11-22T00:59:00-01:00"], -1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "expected"), RESULTS)
def test_result(name: str, args: list[object], expected: object) -> None:
    result = run(name, *args)
    assert result.plain() == expected
    assert json.dumps(result.plain()) == json.dumps(expected)  # tells 1 from true
    assert result.location == HERE


def test_every_function_has_a_result() -> None:
    assert {name for name, _, _ in RESULTS} == pure()


@pytest.mark.parametrize(
    "name", ["file", "templatefile", "filebase64", "fileexists", "fileset", "timestamp", "plantimestamp", "uuid",
             "bcrypt", "pathexpand", "base64gzip", "provider::aws::arn_parse", "nonsense"],
)  # fmt: skip
def test_impure_and_unheard_of_functions_are_unknown(name: str) -> None:
    result = run(name, "a", REFERENCE)
    assert isinstance(result.data, Unknown)
    assert result.data.expression == f"{name}(...)"
    assert result.data.reason.startswith(f"{name}() ")
    assert result.data.references == (REFERENCE,)


DECIDED = [
    # What an unknown cannot change is known.
    ("alltrue", [[OPEN, False]], False),
    ("anytrue", [[OPEN, True]], True),
    ("coalesce", ["a", OPEN], "a"),
    ("coalesce", [None, REFERENCE, OPEN], REFERENCE),
    ("coalesce", [either("a", "a"), OPEN], "a"),
    ("coalescelist", [["a"], OPEN], ["a"]),
    ("compact", [["", REFERENCE]], [REFERENCE]),
    ("concat", [["a"], [OPEN]], ["a", OPEN]),
    ("contains", [[OPEN, "a"], "a"], True),
    ("contains", [["a", "b"], either("a", "b")], True),
    ("contains", [["c"], either("a", "b")], False),
    ("contains", [[], OPEN], False),
    ("contains", [[REFERENCE], REFERENCE], True),
    ("distinct", [[REFERENCE, "a", REFERENCE]], [REFERENCE, "a"]),
    ("element", [["a", OPEN], 0], "a"),
    ("element", [["a", "a"], OPEN], "a"),
    ("flatten", [[["a"], [REFERENCE]]], ["a", REFERENCE]),
    ("formatlist", ["%s!", ["a"]], ["a!"]),
    ("jsondecode", [JsonText.of("{}", value({"a": OPEN}))], {"a": OPEN}),
    ("keys", [{"a": OPEN}], ["a"]),
    ("length", [[OPEN, OPEN]], 2),
    ("lookup", [{"a": 1, "b": OPEN}, "a", OPEN], 1),
    ("lookup", [{"a": False, "b": False}, OPEN, False], False),
    ("lookup", [either({"a": 1}, {"a": 1, "b": 2}), "a"], 1),
    ("merge", [{"a": OPEN, "b": OPEN}, {"b": 1}], {"a": OPEN, "b": 1}),
    ("one", [[OPEN]], OPEN),
    ("reverse", [["a", OPEN]], [OPEN, "a"]),
    ("setproduct", [[OPEN], ["a"]], [[OPEN, "a"]]),
    ("setsubtract", [[REFERENCE], []], [REFERENCE]),
    ("setunion", [[REFERENCE], ["a"]], ["a", REFERENCE]),
    ("slice", [[OPEN, "a"], 1, 2], ["a"]),
    ("tolist", [[REFERENCE, 1, "a"]], [REFERENCE, "1", "a"]),
    ("toset", [["b", REFERENCE, "a", "b", REFERENCE]], ["a", "b", REFERENCE]),
    ("tostring", [REFERENCE], REFERENCE),
    ("nonsensitive", [OPEN], OPEN),
    ("sensitive", [REFERENCE], REFERENCE),
    ("upper", [either("a", "A")], "A"),
    ("values", [{"a": OPEN}], [OPEN]),
    ("zipmap", [["a"], [OPEN]], {"a": OPEN}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "expected"), DECIDED)
def test_decided_although_something_is_unknown(name: str, args: list[object], expected: object) -> None:
    assert run(name, *args).plain() == expected


UNDECIDED = [
    ("alltrue", [[OPEN, True]]),
    ("anytrue", [[OPEN, False]]),
    ("base64encode", [JsonText.of("{}", value({"a": OPEN}))]),
    ("coalesce", [OPEN, "a"]),
    ("coalesce", [SUBNETS, "a"]),
    ("compact", [[OPEN]]),
    ("concat", [["a"], OPEN]),
    ("contains", [[OPEN, "b"], "a"]),
    ("distinct", [OPEN]),
    ("element", [OPEN, 0]),
    ("flatten", [[["a"], OPEN]]),
    ("flatten", [[["a"], SUBNETS]]),
    ("format", ["%s", REFERENCE]),
    ("format", ["%v", [OPEN]]),
    ("index", [[OPEN, "a"], "a"]),
    ("join", ["-", ["a", REFERENCE]]),
    ("jsonencode", [OPEN]),
    ("length", [OPEN]),
    ("lookup", [OPEN, "a", 1]),
    ("lower", [REFERENCE]),
    ("merge", [{"a": 1}, OPEN, {"b": 2}]),
    ("one", [OPEN]),
    ("setintersection", [[OPEN], ["a"]]),
    ("setsubtract", [[OPEN], ["a"]]),
    ("setsubtract", [["a"], [OPEN]]),
    ("sort", [[OPEN, "a"]]),
    ("sum", [[1, OPEN]]),
    ("toset", [OPEN]),
    ("upper", [OPEN]),
    ("yamldecode", ["a: 2001-01-01"]),
    ("zipmap", [[OPEN], ["a"]]),
]


@pytest.mark.parametrize(("name", "args"), UNDECIDED)
def test_undecided(name: str, args: list[object]) -> None:
    result = run(name, *args)
    assert isinstance(result.data, Unknown)
    assert result.data.alternatives == ()
    assert any(word in result.data.reason for word in (OPEN.reason, REFERENCE.reason, "not known", "timestamp"))


ALTERNATIVES = [
    ("coalesce", [either(None, "a"), "b"], ["b", "a"]),
    ("compact", [["a", either("b", "")]], [["a", "b"], ["a"]]),
    ("concat", [["a"], either(["b"], [])], [["a", "b"], ["a"]]),
    ("contains", [["a"], either("a", "b")], [True, False]),
    ("element", [["a", "b", "a"], OPEN], ["a", "b"]),
    ("flatten", [[["a"], either(["b"], [])]], [["a", "b"], ["a"]]),
    ("format", ["%s-%s", either("a", "b"), either("c", "d")], ["a-c", "a-d", "b-c", "b-d"]),
    ("join", ["-", ["x", either("a", "b")]], ["x-a", "x-b"]),
    ("length", [either([], ["a"])], [0, 1]),
    ("lookup", [{"dev": True, "prod": False}, OPEN], [True, False]),
    ("lookup", [{"dev": True}, OPEN, "x"], [True, "x"]),
    ("lookup", [{"dev": True, "prod": False}, either("prod", "dev")], [False, True]),
    ("merge", [{"a": 1}, either({"a": 2}, {})], [{"a": 2}, {"a": 1}]),
    ("one", [either([], ["a"])], [None, "a"]),
    ("tobool", [either("true", "false")], [True, False]),
    ("upper", [either("a", either("b", "c"))], ["A", "B", "C"]),
]


@pytest.mark.parametrize(("name", "args", "expected"), ALTERNATIVES)
def test_alternatives(name: str, args: list[object], expected: list[object]) -> None:
    assert arms(run(name, *args)) == expected


def test_nothing_is_left_out_of_alternatives() -> None:
    assert arms(run("lower", either("A", OPEN))) == []
    assert arms(run("lower", either(*"ABCDEFGHI"))) == []
    assert arms(run("lookup", either({"a": 1}, {}), "a")) == []  # an arm that Terraform refuses


def test_references_of_all_arguments_flow_on() -> None:
    result = run("format", "%v/%s/%s", {"a": SUBNETS}, REFERENCE, Unknown("x", "y", (REFERENCE,)))
    assert isinstance(result.data, Unknown)
    assert result.data.references == (SUBNETS, REFERENCE)
    assert result.data.reason == "known after apply"


def test_agreement_does_not_hide_a_reference() -> None:
    result = run("lookup", {"a": True, "b": True}, REFERENCE)
    assert arms(result) == [True]
    assert isinstance(result.data, Unknown)
    assert result.data.references == (REFERENCE,)


def test_moved_values_keep_their_place_and_trail() -> None:
    default = Step("variable default", "var.x", Location("v.tf", 1, 1, 1, 5))
    member = Value("secret", THERE, (default,))
    assert run("merge", {"a": member}).members()["a"] is member
    assert run("concat", [member]).items()[0] is member
    result = run("lookup", {"a": member}, "a", "other")
    assert (result.data, result.location) == ("secret", HERE)
    assert result.trail == (Step("value", "lookup()", THERE), default)
    assert run("one", [value(data=False)]).trail == (Step("value", "false", THERE),)
    assert call("coalesce", [Value("secret", HERE)], HERE, "").trail == ()


def test_a_long_trail_keeps_where_the_value_was_written() -> None:
    steps = tuple(Step("local", f"local.{place}", THERE) for place in range(12))
    trail = run("one", [Value("secret", THERE, steps)]).trail
    assert len(trail) == 8
    assert trail[0] == Step("value", "one()", THERE)
    assert trail[-1] == steps[-1]


def test_json_text_remembers_its_value() -> None:
    body = value({"properties": {"publicNetworkAccess": "Disabled", "subnet": REFERENCE}})
    encoded = run("jsonencode", body)
    assert isinstance(encoded.data, JsonText)
    assert encoded.data == '{"properties":{"publicNetworkAccess":"Disabled","subnet":"${azurerm_subnet.a.id}"}}'
    assert encoded.data.value is body
    assert run("jsondecode", encoded).data is body.data
    assert run("yamldecode", run("yamlencode", body)).data is body.data
    hashed = run("sha256", encoded)
    assert isinstance(hashed.data, Unknown)
    assert hashed.data.references == (REFERENCE,)


def test_formatlist_leaves_only_the_unknown_member_open() -> None:
    first, second = run("formatlist", "%s!", ["a", OPEN]).items()
    assert first.data == "a!"
    assert isinstance(second.data, Unknown)


def shared(depth: int) -> Value:
    """A list that is small in memory, and larger than memory when it is written out."""
    part = value("a")
    for _ in range(depth):
        part = value([part, part])
    return part


BOMBS = [
    ("join", [",", [["a" * 1000] * 2000]]),
    ("join", [",", ["a" * 1000] * 2000]),
    ("indent", [10**9, "a\n"]),
    ("indent", [10**5, "\n" * 10**5]),
    ("replace", ["a" * 10_000, "a", "b" * 10_000]),
    ("replace", ["a" * 10_000, "/a/", "b" * 10_000]),
    ("format", ["%9999d" * 500, *[1] * 500]),
    ("flatten", [shared(60)]),
    ("distinct", [shared(60)]),
    ("jsonencode", [shared(60)]),
    ("yamlencode", [shared(60)]),
    ("contains", [shared(60), shared(60)]),
    ("format", ["%v", shared(60)]),
    ("setproduct", [list(range(200)), list(range(200))]),
    ("concat", [["a"] * 60_000, ["a"] * 60_000]),
    ("pow", [10, 10**9]),
    ("tonumber", ["1e400"]),
    ("range", [0, 10**100]),
    ("yamldecode", ["a: 1\n" * 100_000]),
    ("yamldecode", ["[" * 5000]),
    ("yamldecode", ["a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"b{n}: &b{n} [{','.join([f'*{m}'] * 9)}]\n" for n, m in enumerate(["a", *(f"b{n}" for n in range(8))])
    )]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args"), BOMBS, ids=[f"{name}-{place}" for place, (name, _) in enumerate(BOMBS)])
def test_bombs_are_refused_quickly(name: str, args: list[object]) -> None:
    start = time.perf_counter()
    with pytest.raises(FunctionError):
        run(name, *args)
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("regex", ["^(a+)+$", "a" * 5_000 + "b"]),
        ("regex", ["(a|a)*(a|a)*(a|a)*b", "a" * 3_000]),
        ("regexall", [".*.*.*.*=", "a" * 2_000]),
        ("regex", ["(((a{10}){10}){10}){10}", "a"]),
        ("regex", ["(" * 200 + ")" * 200, "a"]),
        ("regex", ["()" * 2000 + "b", "a" * 10_000]),
        ("regex", [f"[{'ac' * 2000}]+b", "a" * 10_000]),
        ("replace", ["a" * 20_000, "/(x+x+)+y|b/", ""]),
    ],
)
def test_regular_expressions_cannot_hang(name: str, args: list[str]) -> None:
    start = time.perf_counter()
    try:
        result = run(name, *args)
    except FunctionError:
        pass  # it did not match
    else:
        assert not result.known or result.data == () or result.data == args[0]
    assert time.perf_counter() - start < 5


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
UNKNOWNS = st.sampled_from([OPEN, REFERENCE, SUBNETS, either("a", None), either([], ["a"]), either({}, {"a": 1})])
DATA = st.recursive(
    SCALARS | UNKNOWNS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=600, deadline=None)
@given(name=st.sampled_from(sorted(pure())), args=st.lists(DATA, max_size=4))
def test_a_call_gives_a_value_or_is_refused(name: str, args: list[object]) -> None:
    try:
        result = run(name, *args)
    except FunctionError:
        return
    assert isinstance(result, Value)
    for part in result.walk():
        assert isinstance(part.data, None | bool | int | float | str | tuple | dict | Unknown)


@settings(max_examples=300, deadline=None)
@given(pattern=st.text("ab()[]{}*+?|\\^$.:-,2<>PidsxQE", max_size=12), subject=st.text("ab\n", max_size=8))
def test_any_pattern_is_handled(pattern: str, subject: str) -> None:
    try:
        run("regexall", pattern, subject)
    except FunctionError:
        return


PARTS = st.sampled_from(["a", "b", ".", "[ab]", "(a)", "(?:b)", "(a|b)", "(?:ab|a)", "[^a]", "\\w"])
COUNTS = st.sampled_from(["", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{1,}"])


@settings(max_examples=500, deadline=None)
@given(parts=st.lists(st.tuples(PARTS, COUNTS), min_size=1, max_size=4), subject=st.text("abc", max_size=8))
def test_patterns_match_what_python_matches(parts: list[tuple[str, str]], subject: str) -> None:
    import re

    pattern = "".join(part + count for part, count in parts)
    found = re.search(pattern, subject)
    expected = None if found is None else list(found.groups()) or found.group()
    try:
        assert run("regex", pattern, subject).plain() == expected
    except FunctionError:
        assert expected is None


MAPS = st.dictionaries(st.text("abc", max_size=2), SCALARS, max_size=4)


@settings(deadline=None)
@given(left=MAPS, right=MAPS, key=st.text("abc", max_size=2))
def test_merge_prefers_the_later_map(left: dict[str, object], right: dict[str, object], key: str) -> None:
    first, second = value(left), value(right)
    merged = run("merge", first, second)
    assert merged.members().keys() == left.keys() | right.keys()
    expected = run("lookup", second, key, run("lookup", first, key, "none"))
    assert repr(run("lookup", merged, key, "none").data) == repr(expected.data)


@settings(deadline=None)
@given(lists=st.lists(st.lists(SCALARS, max_size=3), min_size=1, max_size=4))
def test_concat_is_flatten_of_lists(lists: list[list[object]]) -> None:
    given_lists = value(lists)
    joined = run("concat", *given_lists.items())
    assert len(joined.items()) == sum(map(len, lists))
    flat = run("flatten", given_lists).items()
    assert all(one is other for one, other in zip(joined.items(), flat, strict=True))


TEXT = st.text(st.characters(exclude_categories=["C"]) | st.just("\n"), max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(-1e6, 1e6) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(data=JSON)
def test_json_and_yaml_round_trip(data: object) -> None:
    encoded = str(run("jsonencode", data).data)
    assert json.loads(encoded) == data
    assert run("jsondecode", encoded).plain() == data
    assert run("yamldecode", str(run("yamlencode", data).data)).plain() == data
