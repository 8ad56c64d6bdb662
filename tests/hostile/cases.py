"""What strangers can write into a repository: how each is built, and what the scan has to say about it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

DEEP = 10_000
ACCOUNT = 'resource "azurerm_cognitive_account" "%s" {\n  name = "a"\n  kind = "OpenAI"\n%s}\n'
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"

Build = Callable[[Path], None]


# What spends all that a unit may spend, or is large, has a process of its own.
HEAVY = frozenset({
    "blanks before a value", "blank lines in a list", "blanks in a variable file", "commas",
    "dynamic blocks in dynamic blocks", "an expression of a megabyte", "ranges in loops", "joined ranges", "modules that double",
    "a chain of a thousand modules", "comments of 50 MB", "ARM, lambdas in lambdas", "ARM, a string of 50 MB",
    "CloudFormation, texts that double", "CloudFormation, a list of 50 MB", "CloudFormation, a text of 50 MB",
})  # fmt: skip


class Case(NamedTuple):
    """`build` fills a directory. `error` is what the report says of it, None if nothing is wrong with it.

    `judged` tells whether the resource in it has verdicts all the same; None if that is up to the version of a parser.
    """

    name: str
    build: Build
    error: str | None
    judged: bool | None = True


def write(name: str, content: str | bytes) -> Build:
    def build(directory: Path) -> None:
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return build


def all_of(*builds: Build) -> Build:
    def build(directory: Path) -> None:
        for one in builds:
            one(directory)

    return build


def terraform(body: str, *, rest: str = "") -> Build:
    return write("main.tf", ACCOUNT % ("a", body) + rest)


def local(expression: str, *, more: str = "") -> Build:
    return terraform("  public_network_access_enabled = local.x\n", rest=f"locals {{\n  x = {expression}\n}}\n{more}")


def arm(properties: object = None, **sections: object) -> Build:
    return write("t.json", arm_text(properties, **sections))


def arm_text(properties: object = None, **sections: object) -> str:
    row = {"type": "Microsoft.CognitiveServices/accounts", "apiVersion": "2024-10-01", "name": "a", "kind": "OpenAI"}
    row["properties"] = {} if properties is None else properties  # type: ignore[assignment]
    return json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": [row], **sections})


CFN = """AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Model:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      InstanceType: ml.t3.medium
      RoleArn: arn:aws:iam::1:role/x
      DirectInternetAccess: %s
"""


def cloudformation(value: str = "Enabled", *, before: str = "", after: str = "") -> Build:
    return write("t.yaml", before + CFN % value + after)


def plan(after: str = "{}") -> Build:
    row = f'{{"address": "azurerm_cognitive_account.a", "mode": "managed", "type": "azurerm_cognitive_account", "name": "a", "values": {{"kind": "OpenAI", "x": {after}}}}}'
    return write(
        "plan.json",
        f'{{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {{"root_module": {{"resources": [{row}]}}}}}}',
    )


def doubling(count: int) -> str:
    return "".join(f'  l{at + 1} = "${{local.l{at}}}${{local.l{at}}}"\n' for at in range(count))


def doubling_lists(count: int) -> str:
    return "".join(f"  l{at + 1} = [local.l{at}, local.l{at}]\n" for at in range(count))


def chained_variables(count: int) -> dict[str, str]:
    return {
        "v0": "x" * 64,
        **{f"v{at + 1}": f"[concat(variables('v{at}'), variables('v{at}'))]" for at in range(count)},
    }


def laughs(count: int) -> str:
    anchors = "".join(f"  b{at + 1}: &b{at + 1} [{', '.join([f'*b{at}'] * 9)}]\n" for at in range(count))
    return f"Mappings:\n  b0: &b0 [ha]\n{anchors}"


def fifo(directory: Path) -> None:
    os.mkfifo(directory / "main.tf")


def unix_socket(directory: Path) -> None:
    here = os.getcwd()
    os.chdir(directory)  # the name of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("main.tf")
    finally:
        os.chdir(here)


def link(name: str, target: str) -> Build:
    def build(directory: Path) -> None:
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).symlink_to(target)

    return build


def too_long(directory: Path) -> None:
    above = os.open(directory, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("d" * 200, dir_fd=above)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=above)
        os.close(above)
        above = below
    os.close(os.open("main.tf", os.O_CREAT | os.O_WRONLY, dir_fd=above))
    os.close(above)


def forbidden(directory: Path) -> None:
    (directory / "main.tf").write_text(ACCOUNT % ("a", ""))
    (directory / "main.tf").chmod(0)


def many(count: int, make: Callable[[int], str]) -> str:
    return "".join(map(make, range(count)))


MIB = 1024 * 1024
LONG = 150_000
SYNTAX = "(syntax|nested too deeply|not valid|cannot)"

TERRAFORM = [
    Case("lists in lists", local("[" * DEEP + "]" * DEEP), None),
    Case("objects in objects", local("{ a = " * DEEP + "1" + " }" * DEEP), None),
    Case("parentheses in parentheses", local("(" * DEEP + "1" + ")" * DEEP), None),
    Case("calls in calls", local("abs(" * DEEP + "1" + ")" * DEEP), None),
    Case("templates in templates", local('"${' * DEEP + "1" + '}"' * DEEP), SYNTAX),
    Case("indices in indices", local("a[" * DEEP + "1" + "]" * DEEP), None),
    Case("conditions in conditions", local("true ? 1 : " * DEEP + "1"), None),
    Case("a chain of operators", local("1 + " * 100_000 + "1"), None),
    Case("a chain of negations", local("!" * DEEP + "true"), None),
    Case("a chain of attributes", local("a" + ".a" * 100_000), None),
    Case("loops in loops", local("[for a in [1] : " * DEEP + "1" + "]" * DEEP), None),
    Case("blocks in blocks", terraform("b {\n" * DEEP + "}\n" * DEEP), None),
    Case(
        "dynamic blocks in dynamic blocks",
        terraform('dynamic "b" {\n for_each = [1, 2]\n content {\n' * 2000 + "}\n}\n" * 2000),
        "too much work",
        judged=False,
    ),
    Case("directives in directives", local('"' + "%{ if true }" * DEEP + "%{ endif }" * DEEP + '"'), None),
    Case("an expression of a megabyte", local("[" + '"a long text", ' * (MIB // 15) + "]"), None),
    Case("a string of a megabyte", local('"' + "x" * MIB + '"'), None),
    Case("blanks before a value", local(" " * LONG + "true"), "takes too long to parse", judged=False),
    Case("blank lines in a list", local("[1, " + "\n" * LONG + "2]"), "takes too long to parse", judged=False),
    Case(
        "blanks in a variable file",
        all_of(terraform("", rest='variable "x" {}\n'), write("terraform.tfvars", "x = [" + " " * LONG + "1]")),
        "takes too long to parse",
    ),
    Case(
        "blanks in an expression of JSON",
        write(
            "main.tf.json",
            '{"resource": {"azurerm_cognitive_account": {"a": {"kind": "OpenAI", "x": "${' + " " * LONG + '1}"}}}}',
        ),
        None,
    ),
    Case("commas", local("[1, " + ", " * LONG + "2]"), "takes too long to parse", judged=False),
    Case("a thousand blanks", local(" " * 1000 + "true"), None),
    Case("a file on one line", write("main.tf", 'resource "azurerm_cognitive_account" "a" { kind = "OpenAI" }'), None),
    Case("a count of a thousand million", terraform("  count = 1000000000\n"), None),
    Case("a count with an exponent", terraform("  count = 1e9\n"), None),
    Case(
        "for_each over a huge range",
        terraform("  for_each = toset([for i in range(1000000000) : tostring(i)])\n"),
        None,
    ),
    Case("a product of sets", local("length(setproduct(range(1000), range(1000), range(1000))) > 1"), None),
    Case(
        "ranges in loops",
        local("length([for a in range(1000) : [for b in range(1000) : range(1000)]]) > 1"),
        "too much work",
        judged=False,
    ),
    Case("a power", local("pow(9, 999999999) > 1"), None),
    Case("a parsed number", local('parseint("' + "9" * 100_000 + '", 36) > 1'), None),
    Case("many subnets", local('length(cidrsubnets("10.0.0.0/8", [for i in range(1000) : 20]...)) > 1'), None),
    Case("a subnet of nowhere", local('cidrsubnet("::/0", 999999999, 9) == ""'), None),
    Case("a wide format", local('format("%999999999d", 1) == ""'), None),
    Case("a precise format", local('format("%.999999999f", 1.1) == ""'), None),
    Case("a catastrophic expression", local(f'length(regexall("(a*)*b", "{"a" * 5000}")) > 1'), None),
    Case("a nested catastrophic expression", local(f'can(regex("(((a|a)*)*)*$", "{"a" * 5000}b"))'), None),
    Case("a counted expression", local('can(regex("((a{1,1000}){1,1000}){1,1000}", "a"))'), None),
    Case(
        "replacing by more",
        local(
            'replace(replace(replace(replace("aaaaaaaa", "a", "aaaaaaaaaaaaaaaa"), "a", "aaaaaaaaaaaaaaaa"), "a", "aaaaaaaaaaaaaaaa"), "a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") == ""'
        ),
        None,
    ),
    Case(
        "joined ranges",
        local('join("x", [for i in range(1000) : join("y", range(1000))]) == ""'),
        "too much work",
        judged=False,
    ),
    Case("deep json", local('jsondecode("' + "[" * DEEP + "]" * DEEP + '") == 1'), None),
    Case("deep yaml", local('yamldecode("' + "[" * DEEP + "]" * DEEP + '") == 1'), None),
    Case("yaml that laughs", local('yamldecode(file("laughs.yaml")) == 1'), None),
    Case("a template that calls itself", all_of(local('templatefile("main.tf", {})'), write("x", "")), None),
    Case(
        "texts that double",
        terraform(
            "", rest='locals {\n  l0 = "xxxxxxxx"\n' + doubling(200) + "}\n" + ACCOUNT % ("b", "  kind = local.l200\n")
        ),
        None,
    ),
    Case(
        "lists that double",
        terraform(
            "", rest="locals {\n  l0 = []\n" + doubling_lists(200) + "}\n" + ACCOUNT % ("b", "  tags = local.l200\n")
        ),
        None,
    ),
    Case("a cycle of locals", local("local.y", more="locals {\n  y = local.x\n}\n"), None),
    Case(
        "a long chain of locals",
        terraform(
            "  public_network_access_enabled = local.l0\n",
            rest="locals {\n" + many(DEEP, lambda at: f"  l{at} = local.l{at + 1}\n") + f"  l{DEEP} = true\n}}\n",
        ),
        None,
    ),
    Case(
        "a variable of itself",
        terraform("  public_network_access_enabled = var.x\n", rest='variable "x" {\n  default = var.x\n}\n'),
        None,
    ),
    Case(
        "a resource of itself",
        terraform("  public_network_access_enabled = azurerm_cognitive_account.a.public_network_access_enabled\n"),
        None,
    ),
    Case("a module of itself", terraform("", rest='module "m" {\n  source = "./"\n}\n'), "calls itself"),
    Case(
        "modules in a circle",
        all_of(
            write("m/main.tf", 'module "b" {\n  source = "../n"\n}\n' + ACCOUNT % ("a", "")),
            write("n/main.tf", 'module "a" {\n  source = "../m"\n}\n'),
        ),
        "calls itself",
    ),
    Case(
        "modules that double",
        all_of(
            *(
                write(
                    f"m{at}/main.tf",
                    f'module "a" {{\n  source = "../m{at + 1}"\n}}\nmodule "b" {{\n  source = "../m{at + 1}"\n}}\n',
                )
                for at in range(40)
            ),
            write("m40/main.tf", ACCOUNT % ("a", "")),
        ),
        "too much work",
        judged=False,
    ),
    Case(
        "a chain of a thousand modules",
        all_of(
            *(write(f"m{at}/main.tf", f'module "a" {{\n  source = "../m{at + 1}"\n}}\n') for at in range(1000)),
            write("m1000/main.tf", ACCOUNT % ("a", "")),
        ),
        "nested too deeply",
        judged=False,
    ),
    Case(
        "a module that climbs out",
        terraform("", rest='module "m" {\n  source = "../../../../../../../../etc"\n}\n'),
        "leads out of the scanned tree",
    ),
    Case("a module with an absolute source", terraform("", rest='module "m" {\n  source = "/etc"\n}\n'), None),
    Case(
        "a module that is a file",
        all_of(terraform("", rest='module "m" {\n  source = "./x"\n}\n'), write("x", "")),
        "is not there",
    ),
    Case("files from outside", local('file("/etc/passwd") == file("../../../../../../../etc/passwd")'), None),
    Case(
        "two attributes of a name",
        terraform("  public_network_access_enabled = true\n  public_network_access_enabled = false\n"),
        None,
    ),
    Case(
        "not UTF-8",
        write("main.tf", (ACCOUNT % ("a", "# \xff\n")).encode("latin-1")),
        "is not UTF-8 text",
        judged=False,
    ),
    Case("a NUL", write("main.tf", ACCOUNT % ("a", "") + "\0"), SYNTAX),
    Case("UTF-16", write("main.tf", (ACCOUNT % ("a", "")).encode("utf-16")), "UTF-16", judged=False),
    Case("a byte order mark", write("main.tf", "\ufeff" + ACCOUNT % ("a", "")), None),
    Case("CRLF", write("main.tf", (ACCOUNT % ("a", "")).replace("\n", "\r\n")), None),
    Case(
        "a type with an escape",
        write(
            "main.tf", 'resource "azurerm_cognitive\\u005faccount" "a" {\n  name = "a"\n  kind = "Op\\u0065nAI"\n}\n'
        ),
        None,
    ),
    Case("an unclosed block", write("main.tf", (ACCOUNT % ("a", ""))[:-2] + ACCOUNT % ("b", "")), SYNTAX),
    Case("an unclosed heredoc", terraform("", rest="locals {\n  x = <<EOT\n" + "x\n" * 1000), SYNTAX),
    Case(
        "comments of 50 MB",
        write("main.tf", ACCOUNT % ("a", "") + ("#" + " a comment" * 1000 + "\n") * (50 * MIB // 10_000)),
        None,
    ),
    Case("too large", write("main.tf", ACCOUNT % ("a", "") + "#" * (64 * MIB)), "is larger than 64 MiB", judged=False),
    Case(
        "deep JSON",
        write(
            "main.tf.json",
            '{"resource": {"azurerm_cognitive_account": {"a": {"kind": "OpenAI", "x": '
            + "[" * DEEP
            + "]" * DEEP
            + "}}}}",
        ),
        None,
    ),
    Case(
        "deep JSON objects",
        write(
            "main.tf.json",
            '{"resource": {"azurerm_cognitive_account": {"a": {"kind": "OpenAI", "x": '
            + '{"a": ' * DEEP
            + "1"
            + "}" * DEEP
            + "}}}}",
        ),
        None,
    ),
    Case(
        "broken JSON",
        write("main.tf.json", '{"resource": {"azurerm_cognitive_account": {"a": {"kind": "OpenAI"}}}, "x": '),
        "is not valid JSON",
        judged=False,
    ),
    Case(
        "deep variables",
        all_of(
            terraform("  public_network_access_enabled = var.x\n", rest='variable "x" {}\n'),
            write("terraform.tfvars", "x = " + "[" * DEEP + "]" * DEEP),
        ),
        None,
    ),
    Case(
        "broken variables",
        all_of(terraform("", rest='variable "x" {}\n'), write("terraform.tfvars", "x = [\n")),
        SYNTAX,
    ),
]

DOCUMENTS = [
    Case("ARM, deep lists", write("t.json", arm_text({"x": "@"}).replace('"@"', "[" * DEEP + "]" * DEEP)), "nested", judged=False),
    Case("ARM, deep objects", write("t.json", arm_text({"x": "@"}).replace('"@"', '{"a": ' * DEEP + "1" + "}" * DEEP)), "nested", judged=False),
    Case("ARM, deep expression", arm({"publicNetworkAccess": "[" + "toLower(" * DEEP + "'x'" + ")" * DEEP + "]"}), None),
    Case("ARM, long expression", arm({"publicNetworkAccess": "[concat(" + "'x'," * 200_000 + "'x')]"}), None),
    Case("ARM, variables that double", arm({"publicNetworkAccess": "[variables('v200')]"}, variables=chained_variables(200)), None),
    Case("ARM, a cycle of variables", arm({"publicNetworkAccess": "[variables('a')]"}, variables={"a": "[variables('b')]", "b": "[variables('a')]"}), None),
    Case("ARM, a cycle of parameters", arm({"publicNetworkAccess": "[parameters('a')]"}, parameters={"a": {"type": "string", "defaultValue": "[parameters('a')]"}}), None),
    Case("ARM, a long chain of variables", arm({"publicNetworkAccess": "[variables('v0')]"}, variables={**{f"v{at}": f"[variables('v{at + 1}')]" for at in range(DEEP)}, f"v{DEEP}": "x"}), None),
    Case("ARM, a huge range", arm({"x": "[range(0, 1000000000)]"}), None),
    Case("ARM, wide padding", arm({"publicNetworkAccess": "[padLeft('x', 999999999)]"}), None),
    Case("ARM, wide format", arm({"publicNetworkAccess": "[format('{0:D999999999}', 1)]"}), None),
    Case("ARM, lambdas in lambdas", arm({"x": "[" + "map(range(0, 1000), lambda('x', " * 8 + "1" + "))" * 8 + "]"}), None),
    Case("ARM, a huge copy", arm(resources=[{"type": "Microsoft.CognitiveServices/accounts", "apiVersion": "2024-10-01", "name": "[concat('a', copyIndex())]", "kind": "OpenAI", "copy": {"name": "c", "count": 1000000000}, "properties": {}}]), None),
    Case("ARM, copies of properties", arm({"copy": [{"name": "x", "count": 1000000000, "input": "[copyIndex('x')]"}]}), None),
    Case("ARM, a function of itself", arm({"publicNetworkAccess": "[n.f('x')]"}, functions=[{"namespace": "n", "members": {"f": {"parameters": [{"name": "a", "type": "string"}], "output": {"type": "string", "value": "[n.f(parameters('a'))]"}}}}]), None),
    Case("ARM, a template of itself", arm(resources=[{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d", "properties": {"mode": "Incremental", "templateLink": {"relativePath": "t.json"}}}, {"type": "Microsoft.CognitiveServices/accounts", "apiVersion": "2024-10-01", "name": "a", "kind": "OpenAI", "properties": {}}]), None),
    Case("ARM, a template that climbs out", arm(resources=[{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d", "properties": {"mode": "Incremental", "templateLink": {"relativePath": "../../../../../../etc/passwd"}}}, {"type": "Microsoft.CognitiveServices/accounts", "apiVersion": "2024-10-01", "name": "a", "kind": "OpenAI", "properties": {}}]), None),
    Case("ARM, two members of a name", write("t.json", arm_text({"publicNetworkAccess": "@"}).replace('"@"', '"Disabled", "publicNetworkAccess": "Enabled"')), None),
    Case("ARM, not UTF-8", write("t.json", arm_text({"x": "@"}).encode().replace(b"@", b"\xff")), None),
    Case("ARM, a NUL", write("t.json", arm_text() + "\0"), None),
    Case("ARM, UTF-16", write("t.json", arm_text().encode("utf-16")), None),
    Case("ARM, a byte order mark", write("t.json", "\ufeff" + arm_text()), None),
    Case("ARM, CRLF", write("t.json", json.dumps(json.loads(arm_text()), indent=1).replace("\n", "\r\n")), None),
    Case("ARM, lone CR", write("t.json", json.dumps(json.loads(arm_text()), indent=1).replace("\n", "\r")), None),
    Case("ARM, cut off", write("t.json", arm_text()[:-3]), "JSON", judged=False),
    Case("ARM, escaped letters", write("t.json", arm_text().replace("T", "\\u0054").replace("S", "\\u0053").replace("OpenAI", "Op\\u0065nAI")), None),
    Case("ARM, a string of 50 MB", arm({"x": "x" * 50 * MIB}), None),
    Case("ARM, broken parameters", all_of(arm(), write("t.parameters.json", '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "parameters": {')), "JSON"),
    Case("ARM, a half surrogate", write("t.json", arm_text({"x": "@"}).replace("@", "\\ud800")), None),
    Case("CloudFormation, deep lists", cloudformation("[" * DEEP + "]" * DEEP), "nested", judged=None),
    Case("CloudFormation, deep objects", cloudformation("{a: " * DEEP + "1" + "}" * DEEP), "nested", judged=None),
    Case("CloudFormation, deep blocks", cloudformation(after="  D:\n" + many(1500, lambda at: " " * (at + 4) + "a:\n")), "nested", judged=None),
    Case("CloudFormation, deep dashes", cloudformation(after="  D: \n    " + "- " * DEEP + "a\n"), "nested|YAML", judged=None),
    Case("CloudFormation, deep JSON", write("t.json", '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"M": {"Type": "AWS::SageMaker::Model", "Properties": {"x": ' + "[" * DEEP + "]" * DEEP + "}}}}"), "nested"),
    Case("CloudFormation, tags in tags", cloudformation("!Not " + "[!Not " * DEEP + "[true]" + "]" * DEEP), "nested|YAML", judged=None),
    Case("CloudFormation, laughs", write("t.yaml", 'AWSTemplateFormatVersion: "2010-09-09"\n' + laughs(60) + CFN.partition("\n")[2] % "*b60"), "repeats itself too much", judged=False),
    Case("CloudFormation, an alias of itself", cloudformation("&a [*a]"), None),
    Case("CloudFormation, an unknown alias", cloudformation("*a"), None),
    Case("CloudFormation, merged keys that double", write("t.yaml", 'AWSTemplateFormatVersion: "2010-09-09"\nMappings:\n  b0: &b0 {a0: 1}\n' + many(30, lambda at: f"  b{at + 1}: &b{at + 1}\n    <<: [*b{at}, *b{at}]\n    a{at + 1}: *b{at}\n") + CFN.partition("\n")[2] % "Enabled"), "repeats itself too much", judged=False),
    Case("CloudFormation, a cycle of conditions", cloudformation("!If [A, Enabled, Disabled]", after="Conditions:\n  A: !Condition B\n  B: !Condition A\n"), None),
    Case("CloudFormation, a huge loop", cloudformation(before="", after="  Fn::ForEach::L:\n    - X\n    - [" + ",".join(f"a{at}" for at in range(3000)) + "]\n    - M${X}:\n        Fn::ForEach::K:\n          - Y\n          - [" + ",".join(f"b{at}" for at in range(3000)) + "]\n          - N${Y}: 1\nTransform: AWS::LanguageExtensions\n"), None),
    Case("CloudFormation, texts that double", cloudformation("!Sub ['" + "${a}" * 5000 + "', {a: !Join ['x', [" + "y," * 5000 + "z]]}]"), "too much work"),
    Case("CloudFormation, many subnets", cloudformation("!Select [0, !Cidr ['::/0', 1000000000, 9]]"), None),
    Case("CloudFormation, a wrong type of root", write("t.yaml", "- AWSTemplateFormatVersion\n- Resources\n- AWS::SageMaker::Model\n"), "not", judged=False),
    Case("CloudFormation, two members of a name", cloudformation("Enabled\n      DirectInternetAccess: Disabled"), None),
    Case("CloudFormation, not UTF-8", write("t.yaml", (CFN % "Enabled # ").encode() + b"\xff\n"), "UTF-8", judged=False),
    Case("CloudFormation, a NUL", write("t.yaml", CFN % "Enabled" + "\0"), "YAML|character", judged=False),
    Case("CloudFormation, UTF-16", write("t.yaml", (CFN % "Enabled").encode("utf-16")), None),
    Case("CloudFormation, a byte order mark", write("t.yaml", "\ufeff" + CFN % "Enabled"), None),
    Case("CloudFormation, CRLF", write("t.yaml", (CFN % "Enabled").replace("\n", "\r\n")), None),
    Case("CloudFormation, lone CR", write("t.yaml", (CFN % "Enabled").replace("\n", "\r")), None),
    Case("CloudFormation, escaped letters", write("t.yaml", (CFN % "Enabled").replace("AWS::SageMaker::NotebookInstance", '"\\x41WS::Sage\\u004daker::Note\\U00000062ookInstance"')), None),
    Case("CloudFormation, a type on two lines", write("t.yaml", (CFN % "Enabled").replace("AWS::SageMaker::NotebookInstance", '"AWS::Sage\\\n      Maker::NotebookInstance"')), None),
    Case("CloudFormation, several documents", cloudformation(after="---\n" + CFN % "Enabled"), None),
    Case("CloudFormation, a list of 50 MB", cloudformation(after="Metadata:\n  x: [" + "1," * (25 * MIB) + "1]\n"), "is larger than any template is", judged=False),
    Case("CloudFormation, a text of 50 MB", cloudformation(after='Metadata:\n  x: "' + "y" * (50 * MIB) + '"\n'), "is larger than any template is", judged=False),
    Case("CloudFormation, a tag that makes objects", cloudformation("!!python/object/apply:os.system ['touch pwned']"), None),
    Case("a plan, deep lists", plan("[" * DEEP + "]" * DEEP), "nested", judged=False),
    Case("a plan, not UTF-8", write("plan.json", b'{"terraform_version": "1", "planned_values": {"x": "openai \xff"}}'), "UTF-8", judged=False),
    Case("a plan, cut off", write("plan.json", '{"terraform_version": "1", "planned_values": {"root_module": {"resources": [{"type": "azurerm_cognitive_account"'), "JSON", judged=False),
    Case("a plan of other types", write("plan.json", '{"terraform_version": 1, "planned_values": [["azurerm_cognitive_account"]]}'), "", judged=False),
]  # fmt: skip

FILES = [
    Case("a FIFO", fifo, "is not a regular file", judged=False),
    Case("a socket", unix_socket, "cannot be opened|not a regular file", judged=False),
    Case("a link to a device", link("main.tf", "/dev/zero"), "leads out of the scanned tree", judged=False),
    Case("a link out of the tree", link("main.tf", "/etc/passwd"), "leads out of the scanned tree", judged=False),
    Case("a link to itself", link("main.tf", "main.tf"), "cannot be opened|leads out|link", judged=False),
    Case("a link to nothing", link("main.tf", "nothing.tf"), "cannot be opened", judged=False),
    Case("a directory that is linked to itself", all_of(terraform(""), link("below", ".")), None),
    Case("a module behind a link out of the tree", all_of(terraform("", rest='module "m" {\n  source = "./etc"\n}\n'), link("etc", "/etc")), "is not there", judged=True),
    Case("a link inside of the tree", all_of(write("a/main.tf", ACCOUNT % ("a", "")), link("b/main.tf", "../a/main.tf")), None),
    Case("a directory called like a template", lambda directory: (directory / "main.tf").mkdir(), None, judged=False),
    Case("a path that is too long", too_long, "cannot be (opened|listed)", judged=False),
]  # fmt: skip
