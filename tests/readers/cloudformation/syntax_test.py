"""YAML and JSON as such: what they say, what is wrong with them, and what is too much."""

from __future__ import annotations

import time

import pytest

HEAD = "Resources:\n  A:\n    Type: AWS::Bedrock::Agent\n    Properties:\n"

BROKEN = [
    ("t.yaml", "Resources:\n  A: [\n", 3),
    ("t.yaml", "Resources:\n  A: {b: c\n  D: e\n", 3),
    ("t.yaml", "Resources:\n\tA: b\n", 2),
    ("t.yaml", "Resources: *nowhere\n- a\n", 2),
    ("t.yaml", "a: \x01\n", 1),
    ("t.yaml", b"a: b\nc: \xff\n", 2),
    ("t.yaml", "- a\n", 1),
    ("t.yaml", "", 1),
    ("t.json", '{"Resources": {\n"A" "b"}}', 2),
    ("t.json", '{"Resources": {\n"A": ]}}', 2),
    ("t.yaml", "Resources: [a]", 1),
    ("t.yaml", "Resources:\n  !Include x", 2),
    ("t.json", '{"a": "b}', 1),
    ("t.json", '{"a": 1} x', 1),
    ("t.json", '{"a": [1, 2}', 1),
    ("t.json", "[]", 1),
]


@pytest.mark.parametrize(("name", "text", "line"), BROKEN)
def test_what_cannot_be_read_is_an_error_with_its_line(reading, name, text, line):
    found = reading({name: text})
    assert found.resources == ()
    (error,) = found.errors
    assert (error.path, error.line) == (name, line)


def test_a_file_that_is_not_there(reading):
    found = reading({"other/x": "", "t.yaml": ""})
    assert found.errors
    assert found.files == {"other/x"}


def test_json_with_comments_and_trailing_commas_is_yaml(reading):
    text = '{\n  # why\n  "Resources": {"A": {"Type": "AWS::Bedrock::Agent", "Properties": {"B": 1,},},},\n}\n'
    (resource,) = reading({"t.json": text}).resources
    assert resource.properties.plain() == {"B": 1}


def test_of_two_documents_the_first_counts(reading):
    (resource,) = reading({"t.yaml": f"---\n---\n{HEAD}      B: 1\n---\nother: []\n"}).resources
    assert resource.properties.plain() == {"B": 1}


def test_anchors_and_merge_keys(reading):
    text = """
    Base: &base
      A: 1
      B: {x: 1}
    Other: &other {C: 3, A: 9}
    Resources:
      R:
        Type: AWS::Bedrock::Agent
        Properties:
          <<: [*base, *other]
          B: 2
          Again: *base
          '<<': kept
    """
    (resource,) = reading({"t.yaml": text}).resources
    assert resource.properties.plain() == {"A": 1, "C": 3, "B": 2, "Again": {"A": 1, "B": {"x": 1}}, "<<": "kept"}
    assert resource.properties.get("A").location.line == 3


def test_of_duplicate_keys_the_last_counts(reading):
    (resource,) = reading({"t.yaml": f"{HEAD}      B: 1\n      B: 2\n"}).resources
    assert resource.properties.plain() == {"B": 2}
    (resource,) = reading({"t.json": '{"Resources":{"A":{"Type":"X::Y","Properties":{"B":1,"B":2}}}}'}).resources
    assert resource.properties.plain() == {"B": 2}


COMMENTS = """\
Resources:
  # checkov:skip=AIS101:above
  A: # aiposture:ignore[AIS201] behind
    Type: AWS::Bedrock::Agent
    Properties:
      Text: "# checkov:skip=AIS102:in a text"
      Block: |
        # checkov:skip=AIS103:in a block
      Plain: x # checkov:skip=AIS104:behind a value
      Hash: a#checkov:skip=AIS105
      # nothing of ours
# checkov:skip=AIS106:at the end"""


def test_comments_are_told_from_texts(reading):
    found = reading({"t.yaml": COMMENTS}).comments
    assert [
        (one.text, one.location.line, one.location.column) for one in sorted(found, key=lambda one: one.location)
    ] == [
        ("# checkov:skip=AIS101:above", 2, 3),
        ("# aiposture:ignore[AIS201] behind", 3, 6),
        ("# checkov:skip=AIS104:behind a value", 9, 16),
        ("# checkov:skip=AIS106:at the end", 12, 1),
    ]


def test_suppressions_in_metadata_are_comments(reading):
    text = """
    Resources:
      A:
        Type: AWS::Bedrock::Agent
        Metadata:
          cfn_nag: {rules_to_suppress: [{id: W1, reason: x}]}
          checkov:
            skip:
              - {id: AIS101, comment: "because\\nof it"}
              - id: AIS201
              - nonsense
      B:
        Type: AWS::Bedrock::Agent
        Metadata: {checkov: 1}
    """
    found = reading({"t.yaml": text}).comments
    assert [(one.text, one.location.line) for one in found] == [
        ("checkov:skip=AIS101:because of it", 9),
        ("checkov:skip=AIS201:", 10),
    ]


def bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines) + f"\n{HEAD}      B: *a{levels - 1}\n"


HOSTILE = {
    "alias bomb": bomb(12),
    "a chain of aliases": "\n".join(
        ["a0: &a0 x", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 5000)), f"{HEAD}      B: *a4999\n"]
    ),
    "an alias of itself": f"{HEAD}      B: &b [*b]\n",
    "a merge of itself": f"{HEAD}      B: &b\n        <<: *b\n        c: 1\n",
    "deep flow": f"{HEAD}      B: {'[' * 900}{']' * 900}\n",
    "deep blocks": HEAD + "".join(f"{' ' * (6 + n)}B:\n" for n in range(1500)),
    "deep functions": f"{HEAD}      B: {'[!Not '.join([''] * 400)}x{']' * 400}\n",
    "deep json": '{"Resources": {"A": {"Type": "AWS::X::Y", "Properties": ' + '{"a":[' * 20000 + "]}" * 20000 + "}}}",
    "long names": f"{HEAD}      {'B' * 1000}: 1\n",
    "conditions in a circle": "Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\n"
    f"{HEAD}      B: !If [A, 1, 2]\n",
    "a long chain of conditions": "Conditions:\n  C0: !Equals [a, a]\n"
    + "".join(f"  C{n}: !Not [!Condition C{n - 1}]\n" for n in range(1, 3000))
    + f"{HEAD}      B: !If [C2999, 1, 2]\n",
    "text that grows": "Parameters:\n  P: {Type: String, Default: "
    + "x" * 5000
    + f"}}\n{HEAD}      B: !Sub '{'${P}' * 5000}'\n",
    "lists that grow": "Parameters:\n  P: {Type: CommaDelimitedList, Default: '"
    + "x," * 20000
    + "'}\n"
    + HEAD
    + "      B: ["
    + ", ".join(["!Ref P"] * 2000)
    + "]\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_templates_are_read_in_time(reading, name):
    started = time.perf_counter()
    found = reading({"t.yaml": HOSTILE[name]})
    assert time.perf_counter() - started < 20
    assert found.resources or found.errors
    for resource in found.resources:
        assert sum(1 for _ in resource.properties.walk()) < 1_000_000
        assert repr(resource)


def test_loops_in_loops_are_bounded(reading):
    items = ", ".join(f"i{n}" for n in range(100))
    body = '{"B": {"Type": "AWS::X::Y"}}'
    for n in range(5):
        body = f'{{"Fn::ForEach::L{n}": ["I{n}", [{items}], {body.replace("B", f"B${{I{n}}}")}]}}'
    started = time.perf_counter()
    found = reading({"t.yaml": f"Resources: {body}\n"})
    assert time.perf_counter() - started < 20
    assert [one.message for one in found.errors] == ["the template takes too much work to evaluate"]


def test_a_file_larger_than_any_template(reading):
    (error,) = reading({"t.yaml": b"#" * (9 * 1024 * 1024)}).errors
    assert error.message == "is larger than any template is"
