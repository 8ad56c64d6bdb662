"""What is known to hurt, by language."""

from __future__ import annotations

HURTS: dict[str, tuple[bytes, ...]] = {
    "terraform": (
        b"null", b"true", b"-1", b"1e999", b"1e9", b"0.1", b"[]", b"{}", b'""', b'"${', b"%{ for x in y }", b"%{ if a }",
        b"<<EOT\n", b"<<-X\n", b"for_each = ", b"count = 1000000000", b"count = 0", b'dynamic "x" {', b"each.value",
        b"each.key", b"count.index", b"self", b"path.module", b"var.x", b"local.x", b"module.x.y[*].z", b"data.a.b.c",
        b"[for k, v in x : k => v...]", b"{for k, v in x : k => v... if true}", b"range(1000000)", b"pow(9, 9999999)",
        b'cidrsubnet("10.0.0.0/8", 24, 9)', b'regexall("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa")', b"merge(x...)",
        b"flatten([[[]]])", b"setproduct(range(900), range(900))", b'format("%999999999d", 1)', b'templatefile("main.tf", {})',
        b'jsondecode("[[[[")', b'yamldecode("&a [*a]")', b'file("/etc/passwd")', b"try(x, y, z)", b"coalesce()",
        b"lifecycle { ignore_changes = all }", b"provider = ", b'source = "../.."', b'source = "./"', b"?", b":", b"...",
        b"\\u0000", b"\\", b"#", b"/*", b"//", b"# checkov:skip=AIS401:x", b"# aiposture:ignore[", b"\xff", b"\0", b"\r", b"\xef\xbb\xbf",
        b"\xe2\x80\xae", b"a.*.b", b"a[*]", b"a.0", b"a[-1]", b"!", b"-", b"==", b"&&", b"%", b"/", b"sensitive(", b"locals { x = local.x }",
    ),
    "arm": (
        b"null", b"true", b"-1", b"1e999", b"[]", b"{}", b'""', b'"[', b'"[[x]"', b'"[parameters(\'x\')]"', b'"[variables(\'x\')]"',
        b'"[copyIndex()]"', b'"[range(0, 1000000)]"', b'"[reference(\'x\').y]"', b'"[if(parameters(\'x\'), 1, 2)]"', b'"[json(\'[[[\')]"',
        b'"[concat(variables(\'v\'), variables(\'v\'))]"', b'"[resourceId(\'a/b\')]"', b'"copy"', b'"count": 1000000000', b'"condition"',
        b'"languageVersion": "2.0"', b'"existing": true', b'"properties"', b'"resources"', b'"parameters"', b'"variables"', b'"functions"',
        b'"definitions"', b'"$ref": "#/definitions/x"', b'"template"', b'"templateLink"', b'"relativePath": "../x.json"', b'"scope"',
        b'"name": null', b'"type": 7', b'"apiVersion": []', b'"location": {}', b"//", b"/*", b"\\ud800", b"\\u0000", b"\xff", b"\0", b"\r",
        b'"[format(\'{0:999999999}\', 1)]"', b'"[padLeft(\'x\', 999999999)]"', b'"[union(a, b)]"', b'"[map(range(0,9), lambda(\'x\', x))]"',
        b'"metadata": {"checkov": {"skip": [{"id": "AIS401"}]}}', b",", b":", b"99999999999999999999999", b"1.5",
        b'"[add(9223372036854775807, 1)]"', b'"[div(1, 0)]"', b'"[dateTimeAdd(utcNow(), \'P9999999999Y\')]"', b'"[cidrSubnet(\'::/0\', 128, 99)]"',
    ),
    "cloudformation": (
        b"null", b"~", b"true", b"-1", b".inf", b".nan", b"1e999", b"[]", b"{}", b"''", b"!Ref X", b"!Sub '${X}'", b"!Sub [a]", b"!GetAtt A.B",
        b"!If [C, 1, 2]", b"!Join ['', [a, !Ref X]]", b"!Select [9, [a]]", b"!Split [a, b]", b"!FindInMap [A, B, C]", b"!Cidr [a, 256, 8]",
        b"!ImportValue x", b"!Base64 x", b"!GetAZs ''", b"!Transform {}", b"!Condition C", b"!And [1]", b"!Not [!Condition C]", b"!Equals [a, b]",
        b"Fn::ForEach::X:", b"Fn::Transform:", b"Fn::Length:", b"Fn::ToJsonString:", b"&a", b"*a", b"<<: *a", b"? [a]", b"- ", b": ", b"\n", b"|",
        b">", b"---", b"...", b"%YAML 1.1", b"!!python/object:os.system", b"!!binary x", b"!!timestamp 2001-01-01", b"!!set {a}", b"!!omap []",
        b"2001-99-99", b"0o9", b"1_000", b"190:20:30", b"\xff", b"\0", b"\r", b"\t", b"# checkov:skip=AIS401", b"Condition: X", b"DependsOn: []",
        b"Resources:", b"Transform: AWS::LanguageExtensions", b"Transform: [AWS::Serverless-2016-10-31]", b"DeletionPolicy: !Ref X", b'"', b"'",
        b"Properties: []", b"Type: []", b"Type: AWS::CloudFormation::Stack", b"TemplateURL: ./main.yaml", b"Parameters: {X: {Default: []}}",
    ),
    "terraform-plan": (
        b"null", b"true", b"-1", b"1e999", b"[]", b"{}", b'""', b'"index": {}', b'"index": 1.5', b'"address": null', b'"values": []', b'"type": 1',
        b'"after_unknown": true', b'"after": []', b'"actions": "x"', b'"references": [1]', b'"constant_value": {}', b'"module_calls": []',
        b'"child_modules": [1]', b'"resources": {}', b'"expressions": []', b'"mode": "x"', b'"source": 7', b"\\ud800", b"\xff", b"\0", b",",
        b'"root_module": null', b'"configuration": []', b'"planned_values": null', b'"resource_changes": {}', b'"terraform_version": 1',
        b'"version_constraint": 3', b'"provider_config": []', b'"sensitive_values": 1', b'"for_each_expression": {}',
    ),
    "bicep": (
        b"null", b"true", b"-1", b"[]", b"{}", b"''", b"'''", b"'${", b"$'''", b"${", b"\n", b"resource a 'x@1' = ", b"existing = {", b"if (x) {",
        b"[for x in y: {", b"module m 'main.bicep' = {", b"using 'main.bicep'", b"param p string = p", b"var v = v", b"func f(a int) int => f(a)",
        b"@allowed([", b"@description('", b"targetScope = ", b"import * as a from", b"extension x", b"type t = t", b"output o", b"//", b"/*", b"*/",
        b"#disable-next-line x", b"parent: a", b"::", b".?", b"!", b"=>", b"??", b"\\u{0}", b"\\u{110000}", b"\\", b"\xff", b"\0", b"\r", b"\xef\xbb\xbf",
        b"\xff\xfe", b"loadTextContent('../../x')", b"// aiposture:ignore[AIS401] x", b"readEnvironmentVariable('X')",
    ),
    "json": (
        b"null", b"true", b"-1", b"1e999", b"[]", b"{}", b'""', b"NaN", b"Infinity", b'"\\ud800"', b'"\\u0000"', b"99999999999999999999999", b"1.5",
        b"[[[[[[[[", b'"x"', b'["x", 1]', b'"[\\"a\\", \\"b\\", 1]"', b'"[[\\"a\\"], 1e9]"', b"\xff", b"\0", b",", b":", b'"used "', b'"unused a:1:1"',
        b'"critical"', b'"../../../etc/passwd"', b'"\\u001b[31m"', b'"1/0"', b'"-1"',
    ),
    "toml": (
        b"[[allow]]", b"[a.b.c]", b"x = ", b"'''", b'"""', b"1979-05-27", b"inf", b"nan", b"0x9", b"1e999", b"[", b"]", b"{a = 1}", b"true", b"''",
        b"\xff", b"\0", b"\r", b"\xef\xbb\xbf", b"=", b".", b"#", b'"\\u0000"', b"**/**/**/**/*a", b"[[[[", b"{!", b"until = 9999-99-99", b"['AIS401']",
        b"expires = 2027-01-01", b"99999999999999999999999999",
    ),
}  # fmt: skip
