"""Every intrinsic function, in its short and its long form."""

from __future__ import annotations

import json

import pytest

from aiposture.model import Reference, Unknown

SECTIONS = """
Parameters:
  Text: {Type: String, Default: hello}
  Empty: {Type: String, Default: ''}
  Free: {Type: String}
  One: {Type: String, AllowedValues: [a, b]}
  Number: {Type: Number, Default: '5'}
  Flag: {Type: String, Default: true}
  Account: {Type: String, Default: 012345678901}
  Names: {Type: CommaDelimitedList, Default: 'x, y'}
  Numbers: {Type: List<Number>, Default: '1,2'}
  Subnets: {Type: 'List<AWS::EC2::Subnet::Id>'}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b}
  Secret: {Type: String, NoEcho: true, Default: hunter2}
  NoSecret: {Type: String, NoEcho: 'true', Default: ''}
Conditions:
  Yes: !Equals [!Ref Text, hello]
  Not: !Not [!Condition Yes]
  Maybe: !Equals [!Ref Free, x]
  MaybeNot: !Not [Condition: Maybe]
Mappings:
  Map:
    us-east-1: {Size: 1, Open: false, List: [p, q], Same: s}
    eu-west-1: {Size: 2, Open: true, List: [r], Same: s}
"""
VALUES = [
    # what is not known stays so
    ("!Ref Free", "?${Free}"),
    ("!Ref Subnets", "?${Subnets}"),
    ("!Ref Stored", "?${Stored}"),
    ("!Ref Secret", "?${Secret}"),
    ("!Ref AWS::Region", "?${AWS::Region}"),
    ("!Ref Nothing", "?!Ref Nothing"),
    ("!Ref Subject", "?${Subject}"),
    ("!GetAtt Subject.Arn", "?${Subject.Arn}"),
    ("!GetAtt [Subject, A.B]", "?${Subject.A.B}"),
    ("!GetAtt Subject", "?!GetAtt Subject"),
    ("!ImportValue x", "?Fn::ImportValue x"),
    ("!ImportValue {Fn::Sub: '${Free}-x'}", "?Fn::ImportValue ${Free}-x"),
    ("!GetAZs ''", "?!GetAZs ''"),
    ("!Transform {Name: Mine}", "?!Transform {Name: Mine}"),
    ("!Rain::Embed a.py", "?!Rain::Embed a.py"),
    ("!Unheard of", "?!Unheard of"),
    ("!Select [9, !Ref Names]", "?!Select [9, !Ref Names]"),
    ("!Select [x, !Ref Names]", "?!Select [x, !Ref Names]"),
    ("!Select [0, !Ref Subnets]", "?!Select [0, !Ref Subnets]"),
    ("!Split [',', !Ref Free]", "?!Split [',', !Ref Free]"),
    ("!Split ['', a]", "?!Split ['', a]"),
    ("!Join ['-', !Ref Subnets]", "?!Join ['-', !Ref Subnets]"),
    ("!Join [a]", "?!Join [a]"),
    ("!Join [',', {a: b}]", "?!Join [',', {a: b}]"),
    ("!Sub [a, b, c]", "?!Sub [a, b, c]"),
    ("!Cidr [!Ref Free, 2, 8]", "?!Cidr [!Ref Free, 2, 8]"),
    ("!Cidr [10.0.0.0/24, 300, 4]", "?!Cidr [10.0.0.0/24, 300, 4]"),
    ("!Cidr [nonsense, 1, 8]", "?!Cidr [nonsense, 1, 8]"),
    ("!Length {a: b}", "?!Length {a: b}"),
    ("!ToJsonString a", "?!ToJsonString a"),
    ("!FindInMap [Map, mars, Size]", "?!FindInMap [Map, mars, Size]"),
    ("!FindInMap [Nope, a, b]", "?!FindInMap [Nope, a, b]"),
    ("!If [Nope, a, b]", "a | b"),
    ("!If [Yes, a]", "?!If [Yes, a]"),
    ("'{{resolve:ssm:/a:1}}'", "?{{resolve:ssm:/a:1}}"),
    ("!Sub '{{resolve:secretsmanager:${Text}}}'", "?{{resolve:secretsmanager:hello}}"),
    ("'${self:custom.mode}'", "?${self:custom.mode}"),
    # literals
    ("text", "text"),
    ("'true'", "true"),
    ("yes", True),
    ("Off", False),
    ("12", 12),
    ("0x1F", 31),
    ("'012'", "012"),
    ("1.5", 1.5),
    ("22:22", "22:22"),
    ("2012-10-17", "2012-10-17"),
    (".nan", ".nan"),
    ("~", None),
    ("!!str 12", "12"),
    ("! 12", "12"),
    ("arn:aws:s3:::x/${aws:username}", "arn:aws:s3:::x/${aws:username}"),
    ("'${Text}'", "${Text}"),
    ("'{{variable}} of a prompt'", "{{variable}} of a prompt"),
    # parameters
    ("!Ref Text", "hello"),
    ("!Ref Empty", ""),
    ("!Ref NoSecret", ""),
    ("!Ref Number", 5),
    ("!Ref Flag", "true"),
    ("!Ref Account", "012345678901"),
    ("!Ref Names", ["x", "y"]),
    ("!Ref Numbers", [1, 2]),
    ("!Ref One", "a | b"),
    # texts
    ("!Sub plain", "plain"),
    ("!Sub '${Text} ${Number}'", "hello 5"),
    ("!Sub '${ Text }'", "hello"),
    ("!Sub '${Text}${!Text}$${x-y}'", "hello${Text}$${x-y}"),
    ("!Sub 'a-${AWS::Region}-${Text}'", "?a-${AWS::Region}-hello"),
    ("!Sub '${Subject.Arn}/*'", "?${Subject.Arn}/*"),
    ("!Sub '${Gone}'", "?${Gone}"),
    ("!Sub '${Names}'", "x,y"),
    ("!Sub ['${A}-${Text}', {A: !Ref Number}]", "5-hello"),
    ("!Sub ['${Text}', {Text: mine}]", "mine"),
    ("!Sub 'x-${One}'", "x-a | x-b"),
    ("!Sub '${AWS::Region}-${One}'", "?${AWS::Region}-a | ?${AWS::Region}-b"),
    ("!Join ['', [a, !Ref Text]]", "ahello"),
    ("!Join [',', !Ref Names]", "x,y"),
    ("!Join [',', [a, !Ref Names, !Ref AWS::NoValue, b]]", "a,x,y,b"),
    ("!Join ['.', [com.amazonaws, !Ref AWS::Region, bedrock]]", "?com.amazonaws.${AWS::Region}.bedrock"),
    ("!Join ['-', [a, !If [Maybe, b, !Ref AWS::NoValue]]]", "a-b | a"),
    ("!Join ['', [true, 1]]", "true1"),
    ("!Split ['-', a-b]", ["a", "b"]),
    ("!Base64 hi", "aGk="),
    ("!Base64 {Fn::Sub: 'x ${Free}'}", "?x ${Free}"),
    ("!ToJsonString {a: !Ref Text, b: [1, true], c: null}", '{"a":"hello","b":[1,true],"c":null}'),
    ("!ToJsonString [!Sub '${Free}/*']", '?["${Free}/*"]'),
    # lists
    ("!Select [1, !Ref Names]", "y"),
    ("!Select ['0', !Split ['-', !Sub '${Text}-x']]", "hello"),
    ("!Select [!Ref One, [p]]", "?!Select [!Ref One, [p]]"),
    ("!Select [!Ref Free, [p, q]]", "p | q"),
    ("!Select [!Ref Free, [p, p]]", "p"),
    ("!Length {Ref: Names}", 2),
    ("!Length [a, !If [Maybe, b, !Ref AWS::NoValue]]", "?!Length [a, !If [Maybe, b, !Ref AWS::NoValue]]"),
    ("!Cidr [10.0.0.0/16, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
    ("!Cidr [10.0.0.0/16, 1]", ["10.0.0.0/24"]),
    ("!Select [1, !Cidr ['fd00::/56', 2, 64]]", "fd00:0:0:1::/64"),
    ("[a, !Ref AWS::NoValue]", ["a"]),
    ("{a: !Ref AWS::NoValue, b: 1}", {"b": 1}),
    # mappings
    ("!FindInMap [Map, us-east-1, Size]", 1),
    ("!FindInMap [Map, us-east-1, Open]", False),
    ("!FindInMap [Map, us-east-1, List]", ["p", "q"]),
    ("!FindInMap [!Sub Map, !Join ['-', [us, east, 1]], Size]", 1),
    ("!FindInMap [Map, !Ref AWS::Region, Size]", "1 | 2"),
    ("!FindInMap [Map, !Ref AWS::Region, Same]", "s"),
    ("!FindInMap [Map, mars, Size, {DefaultValue: 9}]", 9),
    ("!FindInMap [Map, us-east-1, Size, {DefaultValue: 9}]", 1),
    ("!FindInMap [Map, !Ref AWS::Region, Size, {DefaultValue: 9}]", "9 | 1 | 2"),
    ("!FindInMap [!Ref Free, us-east-1, Size]", 1),
    # conditions
    ("!If [Yes, a, b]", "a"),
    ("!If [Not, a, b]", "b"),
    ("!If [Not, a, !Ref AWS::NoValue]", None),
    ("!If [Yes, false, true]", False),
    ("!If [Yes, [1], [2]]", [1]),
    ("!If [Maybe, a, a]", "a"),
    ("!If [Maybe, a, !Ref Free]", "a | ?${Free}"),
    ("!If [Maybe, [a], []]", "['a'] | []"),
    ("!If [Maybe, {x: 1}, !Ref AWS::NoValue]", "{'x': 1} | None"),
    ("!If [Maybe, !If [Maybe, 1, 2], !If [MaybeNot, 3, 4]]", "1 | 3"),
    ("!If [Maybe, 1, '1']", "1 | 1"),
]


@pytest.mark.parametrize(("written", "expected"), [pytest.param(*row, id=row[0]) for row in VALUES])
def test_short_form(plain, written, expected):
    found = plain(written, SECTIONS)
    assert found == expected
    assert type(found) is type(expected)


LONG = [
    ({"Ref": "Text"}, "hello"),
    ({"Ref": "AWS::NoValue"}, None),
    ({"Fn::GetAtt": ["Subject", "Arn"]}, "?${Subject.Arn}"),
    ({"Fn::GetAtt": "Subject.Arn"}, "?${Subject.Arn}"),
    ({"Fn::Sub": "${Text}!"}, "hello!"),
    ({"Fn::Sub": ["${A}", {"A": {"Ref": "Text"}}]}, "hello"),
    ({"Fn::Join": ["", ["a", {"Ref": "Text"}]]}, "ahello"),
    ({"Fn::Select": ["1", {"Ref": "Names"}]}, "y"),
    ({"Fn::Split": [",", "a,b"]}, ["a", "b"]),
    ({"Fn::If": ["Maybe", "a", {"Ref": "AWS::NoValue"}]}, "a | None"),
    ({"Fn::FindInMap": ["Map", "us-east-1", "Size"]}, 1),
    ({"Fn::Base64": "hi"}, "aGk="),
    ({"Fn::Cidr": ["10.0.0.0/16", 1, 8]}, ["10.0.0.0/24"]),
    ({"Fn::GetAZs": {"Ref": "AWS::Region"}}, '?{"Fn::GetAZs": {"Ref": "AWS::Region"}}'),
    ({"Fn::ImportValue": "x"}, "?Fn::ImportValue x"),
    ({"Fn::ToJsonString": {"a": 1}}, '{"a":1}'),
    ({"Fn::Length": ["a"]}, 1),
    ({"Fn::Transform": {"Name": "Mine"}}, '?{"Fn::Transform": {"Name": "Mine"}}'),
    ({"Fn::Unheard": 1}, '?{"Fn::Unheard": 1}'),
    ({"Condition": "x"}, {"Condition": "x"}),
    ({"Ref": "x", "other": 1}, {"Ref": "x", "other": 1}),
]


@pytest.mark.parametrize(("written", "expected"), [pytest.param(*row, id=json.dumps(row[0])) for row in LONG])
def test_long_form(plain, written, expected):
    assert plain(json.dumps(written), SECTIONS) == expected


@pytest.mark.parametrize(
    ("written", "address", "path"),
    [
        ("!Ref Subject", "Subject", ("Ref",)),
        ("!GetAtt Subject.Endpoint.Address", "Subject", ("Endpoint", "Address")),
        ("!Sub '${Subject}'", "Subject", ("Ref",)),
        ("!Sub '${Subject.Arn}'", "Subject", ("Arn",)),
        ("!Join ['', [!GetAtt Subject.Arn]]", "Subject", ("Arn",)),
        ("!If [Nope, !GetAtt Subject.Arn, !GetAtt Subject.Arn]", "Subject", ("Arn",)),
    ],
)
def test_a_reference_alone_stays_one(property_of, written, address, path):
    data = property_of(written).data
    assert isinstance(data, Reference)
    assert (data.address, data.path) == (address, path)


@pytest.mark.parametrize(
    "written",
    [
        "!Sub '${Subject.Arn}/*'",
        "!Join ['/', [!GetAtt Subject.Arn, '*']]",
        "!Select [5, !Split [':', !GetAtt Subject.Arn]]",
        "!ToJsonString {a: [!GetAtt Subject.Arn]}",
        "!Base64 {Fn::Sub: '${Subject.Arn}'}",
        "!Split [':', !GetAtt Subject.Arn]",
        "!Sub ['x${A}', {A: !GetAtt Subject.Arn}]",
        "!If [Nope, !GetAtt Subject.Arn, x]",
        "!ImportValue {Fn::Sub: 'x-${Subject.Arn}'}",
    ],
)
def test_references_flow_through(property_of, written):
    data = property_of(written).data
    assert isinstance(data, Unknown)
    assert [(one.address, one.path) for one in data.references] == [("Subject", ("Arn",))]


REASONS = [
    ("!Ref Free", "parameter Free has no default"),
    ("!Ref Stored", "the SSM parameter /a/b is not known before deployment"),
    ("!Ref Secret", "parameter Secret is kept secret (NoEcho)"),
    ("!Ref AWS::Region", "AWS::Region is not known before deployment"),
    ("!Ref Nothing", "the template has no parameter or resource Nothing"),
    ("!Ref Subject", "Subject is not deployed yet"),
    ("!ImportValue x", "another stack exports x"),
    ("!Unheard x", "Fn::Unheard is not evaluated"),
    ("!FindInMap [Nope, a, b]", "the template has no mapping Nope"),
    ("!Select [9, !Ref Names]", "a list of 2 has no member 9"),
    ("!If [Maybe, a, b]", "parameter Free has no default"),
    ("!If [Gone, a, b]", "the template has no condition Gone"),
    ("'{{resolve:ssm:/a}}'", "an SSM parameter gives it at deployment"),
    ("'{{resolve:ssm-secure:/a}}'", "a secret SSM parameter gives it at deployment"),
    ("'{{resolve:secretsmanager:a}}'", "Secrets Manager gives it at deployment"),
]


@pytest.mark.parametrize(("written", "reason"), REASONS)
def test_an_unknown_says_why(property_of, written, reason):
    data = property_of(written, SECTIONS).data
    assert isinstance(data, Unknown)
    assert data.reason == reason


def test_what_a_macro_can_add_is_unknown_and_not_absent(property_of):
    value = property_of("{A: 1, 'Fn::Transform': {Name: AWS::Include, Parameters: {Location: x}}}")
    assert value.get("A").data == 1
    assert value.get("B").data.reason == "a macro adds to this"


def test_a_secret_is_nowhere(property_of):
    value = property_of("!Sub 'x-${Secret}'", SECTIONS)
    assert "hunter2" not in repr(value)
