"""Whole entry points: with what a real compiler once wrote, and with a real one where there is one."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from aiposture import controls, links, services
from aiposture.files import Tree
from aiposture.model import Unknown
from aiposture.options import ScanOptions
from aiposture.readers import bicep
from aiposture.scan import scan

FIXTURES = Path(__file__).parents[3] / "fixtures"
SLUGS = [rule.control.slug for rule in controls.ALL if (FIXTURES / rule.control.slug / "main.bicep").exists()]
LABEL = re.compile(r"^\s*(?:resource|output)\s+(\w+)\s", re.MULTILINE)


def read(path, compiler, root=FIXTURES, parameter_files=()):
    return bicep.read(
        Tree(root),
        path,
        wanted=lambda name: services.wanted(name) or links.wanted(name),
        compiler=compiler,
        parameter_files=parameter_files,
    )


def judged(reading, slug):
    rule = next(rule for rule in controls.ALL if rule.control.slug == slug)
    found = [
        service
        for resource in reading.resources
        if resource.mode in {"managed", "module"} and resource.exists is not False
        for service in services.recognise(resource)
    ]
    for service in links.connect(found, reading.resources):
        for judgement in rule.judge(service, controls.Options()):
            yield judgement.resource or service.resource, judgement


def verdicts(reading, slug):
    table = defaultdict(set)
    for resource, judgement in judged(reading, slug):
        table[resource.address].add(judgement.verdict.value)
    return {name: " ".join(sorted(each)) for name, each in table.items()}


def test_there_are_fixtures() -> None:
    assert len(SLUGS) >= 6


@pytest.mark.parametrize("slug", SLUGS)
def test_verdicts_are_as_stated(slug, compiler) -> None:
    reading = read(f"{slug}/main.bicep", compiler)
    found = {
        (resource.location.path, resource.name.rpartition("::")[2]): judgement.verdict.value
        for resource, judgement in judged(reading, slug)
    }
    stated = {
        (path, name): verdict
        for path in reading.files
        for name in LABEL.findall((FIXTURES / path).read_text())
        if (verdict := re.match("[a-z]+", name)[0]) in {"pass", "fail", "unknown"}
    }

    assert reading.errors == ()
    assert found == stated


def test_every_place_is_the_declaration(compiler) -> None:
    """The line that a resource's header names declares the symbol that the resource is called by."""
    for slug in SLUGS:
        reading = read(f"{slug}/main.bicep", compiler)
        for resource in reading.resources:
            line = (FIXTURES / resource.header.path).read_text().splitlines()[resource.header.line - 1]
            symbol = resource.name.rpartition("::")[2]

            assert re.match(rf"\s*(resource|module|output) {symbol} ", line), (resource.address, line)


def text_at(location):
    lines = (FIXTURES / location.path).read_text().splitlines()
    return lines[location.line - 1][location.column - 1 :]


def test_values_stand_where_they_are_written(compiler) -> None:
    reading = read("stacks/rag-on-azure-bicep/main.bicepparam", compiler)
    account = next(one for one in reading.resources if one.address == "openAi.account")
    access = account.get("properties", "publicNetworkAccess")

    assert access.data == "Disabled"
    assert text_at(access.location) == "publicNetworkAccess"
    assert [(call.name, text_at(call.location)) for call in account.calls] == [
        ("module openAi", "module openAi 'modules/account.bicep' = {")
    ]
    assert [(step.kind, text_at(step.location)) for step in access.trail] == [
        ("argument", "openAiPublicNetworkAccess"),
        ("variable file", "'Disabled'"),
    ]


def test_a_story(compiler) -> None:
    reading = read("stacks/rag-on-azure-bicep/main.bicepparam", compiler)

    assert reading.errors == ()
    assert {slug: verdicts(reading, slug) for slug in SLUGS if slug != "any-source-rules"} == {
        "private-endpoints": {
            "openAi.account": "pass", "vision.account": "fail", "search": "pass", "safety": "pass",
        },
        "restricted-endpoints": {
            "openAi.account": "pass", "vision.account": "fail", "search": "pass", "safety": "pass",
        },
        "managed-identity": {
            "openAi.account": "pass", "vision.account": "pass", "search": "pass", "safety": "fail",
        },
        "identity-based-auth": {
            "openAi.account": "fail", "vision.account": "pass", "search": "fail", "safety": "pass",
        },
        "key-consumers": {"chat.app": "fail", "vision.account": "pass", "search": "pass"},
    }  # fmt: skip


def test_suppressions_of_a_story(compiler) -> None:
    reading = read("stacks/rag-on-azure-bicep/main.bicepparam", compiler)
    ignore, directive = sorted(reading.comments, key=lambda one: one.location)
    safety = next(one for one in reading.resources if one.address == "safety")

    # It stands above the decorator, and reaches down to the module.
    assert (ignore.location.line, ignore.location.end_line) == (safety.header.line - 2, safety.header.line - 1)
    assert directive.text == "aiposture:ignore[AIS401] #disable-next-line"


def test_registry_modules(compiler) -> None:
    reading = read("traps-bicep/registry-modules/main.bicep", compiler)
    modules = {one.name: one for one in reading.resources if one.mode == "module"}

    assert reading.errors == ()
    assert {name: (one.type, one.version) for name, one in modules.items() if name in {"chat", "searchByDefault"}} == {
        "chat": ("br:example.azurecr.io/bicep/openai-chat", "v2"),
        "searchByDefault": ("br/public:avm/res/search/search-service", "0.11.1"),
    }
    assert modules["chat"].exists is False
    assert text_at(modules["accountWithRules"].get("disableLocalAuth").location) == "false"
    assert verdicts(reading, "restricted-endpoints") == {
        "accountByDefault": "pass",
        "accountWithRules": "fail",
        "accountUndecided": "unknown",
        "workspaceByDefault": "pass",
        "workspaceOfAnOldVersion": "fail",
        "searchByDefault": "fail",
        "foundryByDefault": "fail",
        "foundryPrivate": "pass",
    }
    assert verdicts(reading, "managed-identity") == {
        "accountByDefault": "fail",
        "accountWithRules": "pass",
        "accountUndecided": "fail",
        "workspaceByDefault": "pass",
        "workspaceOfAnOldVersion": "pass",
        "searchByDefault": "fail",
        "foundryByDefault": "pass",
        "foundryPrivate": "pass",
    }


@pytest.mark.parametrize(
    ("path", "slug", "expected"),
    [
        (
            "arguments-of-a-module/main.bicep",
            "restricted-endpoints",
            {"open.account": "fail", "closed.account": "pass"},
        ),
        ("false-stays-false/main.bicep", "identity-based-auth", {"account": "fail", "byParameter": "fail"}),
        (
            "expressions/main.bicep",
            "restricted-endpoints",
            {"byCondition": "pass", "byTable": "unknown", "byLoop.account": "fail", "byDefault.account": "pass"},
        ),
        (
            "expressions/main.bicep",
            "identity-based-auth",
            {"byCondition": "pass", "byTable": "fail", "byLoop.account": "pass", "byDefault.account": "pass"},
        ),
        ("parameters-of-the-same-name/open.bicep", "restricted-endpoints", {"account": "fail"}),
        ("parameters-of-the-same-name/closed.bicep", "restricted-endpoints", {"account": "pass"}),
        ("hostile-configuration/main.bicep", "restricted-endpoints", {"account": "pass"}),
        ("comments-in-strings/main.bicep", "identity-based-auth", {"open": "fail", "accepted": "fail"}),
        ("extensions/main.bicep", "restricted-endpoints", {"open": "fail", "inner.closed": "pass"}),
    ],
)
def test_traps(path, slug, expected, compiler) -> None:
    reading = read(f"traps-bicep/{path}", compiler)

    assert reading.errors == ()
    assert verdicts(reading, slug) == expected


def test_only_comments_are_comments(compiler) -> None:
    (comment,) = read("traps-bicep/comments-in-strings/main.bicep", compiler).comments

    assert comment.text == "// checkov:skip=AIS401:the old client knows nothing else"


def test_directives_of_the_compiler_hold_for_controls(compiler) -> None:
    reading = read("traps-bicep/switched-off/main.bicep", compiler)
    lines = [(one.text, one.location.line, one.location.end_line) for one in reading.comments]

    assert lines == [
        ("aiposture:ignore[AIS401] #disable-diagnostics", 15, 36),
        ("aiposture:ignore[AIS401] #disable-next-line", 45, 45),
    ]


def test_secrets_of_a_parameter_file_are_unknown(compiler) -> None:
    reading = read("stacks/rag-on-azure-bicep/main.bicepparam", compiler)
    app = next(one for one in reading.resources if one.address == "chat.app")
    settings = app.get("properties", "siteConfig", "appSettings").items()

    assert [isinstance(setting.get("value").data, Unknown) for setting in settings] == [True, True]


SEARCH = """param pna string = 'Enabled'
resource s 'Microsoft.Search/searchServices@2025-05-01' = {
  name: 's'
  location: 'x'
  sku: { name: 'basic' }
  properties: { publicNetworkAccess: pna }
}
"""


def parameter_file(value):
    return f'{{"parameters": {{"PNA": {{\n"value": "{value}"}}}}}}'


class TestParameterFiles:
    @pytest.fixture
    def access(self, real, tmp_path):
        def read_with(files, path="main.bicep", given=()):
            for name, text in {"main.bicep": SEARCH, **files}.items():
                (tmp_path / name).write_text(text)
            reading = read(path, real, tmp_path, given)
            (service,) = reading.resources
            return reading, service.get("properties", "publicNetworkAccess")

        return read_with

    @pytest.mark.parametrize("name", ["other.parameters.json", "main.parameters.dev.json", "main.json"])
    def test_of_another_template(self, access, name) -> None:
        reading, value = access({name: parameter_file("Disabled")})

        assert value.data == "Enabled"
        assert reading.files == {"main.bicep"}

    def test_beside_the_template(self, access) -> None:
        reading, value = access({"main.parameters.json": parameter_file("Disabled")})
        (step,) = value.trail

        assert value.data == "Disabled"
        assert (step.kind, step.name) == ("variable file", "parameter pna")
        assert (step.location.path, step.location.line) == ("main.parameters.json", 2)
        assert reading.files == {"main.bicep", "main.parameters.json"}

    def test_with_azd_variables(self, access) -> None:
        assert access({"main.parameters.json": parameter_file("${PNA=Disabled}")})[1].data == "Disabled"
        assert isinstance(access({"main.parameters.json": parameter_file("${PNA}")})[1].data, Unknown)

    def test_one_that_is_given_wins(self, access) -> None:
        files = {"main.parameters.json": parameter_file("Enabled"), "prod.json": parameter_file("Disabled")}
        _, value = access(files, given=("prod.json",))

        assert (value.data, value.trail[0].location.path) == ("Disabled", "prod.json")

    def test_a_bicepparam_file_keeps_its_own(self, access) -> None:
        files = {
            "main.bicepparam": "using 'main.bicep'\nparam pna = 'Disabled'\n",
            "main.parameters.json": parameter_file("Enabled"),
        }
        reading, value = access(files, "main.bicepparam", ("main.parameters.json",))

        assert (value.data, reading.errors) == ("Disabled", ())

    def test_a_bicepparam_file_can_be_given(self, access) -> None:
        files = {"prod.bicepparam": "using './main.bicep'\nparam pna = 'Disabled'\n"}
        reading, value = access(files, given=("prod.bicepparam",))
        (step,) = value.trail

        assert (value.data, step.kind, step.location.path, step.location.line) == (
            "Disabled",
            "variable file",
            "prod.bicepparam",
            2,
        )
        assert reading.files == {"main.bicep", "prod.bicepparam"}

    @pytest.mark.parametrize("using", ["'./other.bicep'", "'br:x.azurecr.io/a:1'", "none"])
    def test_a_bicepparam_file_of_another_template_is_none_of_ours(self, access, using) -> None:
        files = {"prod.bicepparam": f"using {using}\nparam pna = 'Disabled'\n", "other.bicep": SEARCH}
        reading, value = access(files, given=("prod.bicepparam",))

        assert (value.data, reading.errors) == ("Enabled", ())

    def test_a_given_bicepparam_file_that_fails_is_said(self, access) -> None:
        files = {"prod.bicepparam": "using 'main.bicep'\nparam pna = nothing\n"}
        reading, value = access(files, given=("prod.bicepparam",))

        assert isinstance(value.data, Unknown)
        assert [(error.path, error.line) for error in reading.errors] == [("prod.bicepparam", 2)]

    @pytest.mark.parametrize("path", ["main.bicep", "main.bicepparam"])
    def test_a_given_bicepparam_file_has_to_stand_in_the_tree(self, real, tmp_path, path) -> None:
        for name in ("code", "prod"):
            (tmp_path / name).mkdir()
        (tmp_path / "code" / "main.bicep").write_text(SEARCH)
        (tmp_path / "code" / "main.bicepparam").write_text("using 'main.bicep'\nparam pna = 'Enabled'\n")
        (tmp_path / "prod" / "p.bicepparam").write_text("using '../code/main.bicep'\nparam pna = 'Disabled'\n")
        tree = Tree(tmp_path / "code", {"prod/p.bicepparam": str(tmp_path / "prod" / "p.bicepparam")})
        given = ("prod/p.bicepparam",)
        with real:
            reading = bicep.read(tree, path, wanted=lambda _: True, compiler=real, parameter_files=given)

        (error,) = reading.errors
        assert (error.path, "outside of the scanned code" in error.message) == ("prod/p.bicepparam", True)

    def test_one_that_cannot_be_read_leaves_the_template(self, access) -> None:
        reading, value = access({"main.parameters.json": "{"}, given=("gone.json",))

        assert value.data == "Enabled"
        assert [error.path for error in reading.errors] == ["main.parameters.json", "gone.json"]
        reading, _ = access({"main.parameters.json": "{}"}, given=("gone.bicepparam",))
        assert [error.path for error in reading.errors] == ["gone.bicepparam"]


class TestReal:
    def test_no_fixture_has_an_unknown_property(self, real) -> None:
        tree = Tree(FIXTURES)
        files = [path.relative_to(FIXTURES).as_posix() for path in FIXTURES.rglob("*.bicep*")]
        files = [path for path in files if path.endswith(bicep.SUFFIXES)]
        bad = []
        for entry in bicep.entry_points(tree, files):
            compiled = real.compile(real.sources(tree), entry.path)
            bad += [one for one in compiled.diagnostics if one.code in {"BCP036", "BCP037", "BCP081", "BCP089"}]

        # The types of an extension that is not there are not known.
        assert [one for one in bad if not (one.code == "BCP081" and "Microsoft.Graph/" in one.message)] == []

    @pytest.mark.usefixtures("real")
    def test_directives_of_the_compiler_suppress(self) -> None:
        path = FIXTURES / "traps-bicep" / "switched-off"
        report = scan(ScanOptions(paths=(str(path),), select=("AIS401",)))

        assert report.errors == report.notices == ()
        assert {one.resource.name: one.suppressed is not None for one in report.findings} == {
            "judged": False,
            "off": True,
            "alsoOff": True,
            "on": True,
            "onAgain": False,
        }

    def test_a_missing_module_is_said_at_its_line(self, real, tmp_path) -> None:
        (tmp_path / "main.bicep").write_text("param a string\n\nmodule m 'gone.bicep' = {\n  name: 'm'\n}\n")
        (error,) = read("main.bicep", real, tmp_path).errors

        assert (error.path, error.line) == ("main.bicep", 3)
        assert str(tmp_path) not in error.message
        assert "aiposture-bicep" not in error.message

    def test_an_error_in_a_module_is_said_there(self, real, tmp_path) -> None:
        (tmp_path / "main.bicep").write_text("module m 'm.bicep' = {\n  name: 'm'\n}\n")
        (tmp_path / "m.bicep").write_text("param a string = ''\noutput b string = nothing\n")

        assert [(error.path, error.line) for error in read("main.bicep", real, tmp_path).errors] == [("m.bicep", 2)]

    def test_a_parameter_file_that_fails_leaves_the_template(self, real, tmp_path) -> None:
        (tmp_path / "main.bicepparam").write_text("using 'main.bicep'\nparam pna = nothing\n")
        (tmp_path / "main.bicep").write_text(
            "param pna string = 'Disabled'\n"
            "resource s 'Microsoft.Search/searchServices@2025-05-01' = {\n"
            "  name: 's'\n  location: 'x'\n  sku: {\n    name: 'basic'\n  }\n"
            "  properties: {\n    publicNetworkAccess: pna\n  }\n}\n"
        )
        reading = read("main.bicepparam", real, tmp_path)

        assert [(error.path, error.line) for error in reading.errors] == [("main.bicepparam", 2)]
        assert verdicts(reading, "restricted-endpoints") == {"s": "unknown"}

    def test_the_repository_is_left_alone(self, real, tmp_path) -> None:
        (tmp_path / "main.bicep").write_text("module m 'br/public:avm/res/search/search-service:0.1.0' = {}\n")
        read("main.bicep", real, tmp_path)

        assert [path.name for path in tmp_path.iterdir()] == ["main.bicep"]

    @pytest.mark.parametrize(
        "line",
        [
            "extension microsoftGraphV1",
            "extension microsoftGraphV1 as graph",
            "extension microsoftGraphV1 with { a: 1 } as graph",
            "extension microsoftGraphV1 with {\n  a: 1\n}",
            "extension 'br:example.azurecr.io/some/graph.v1:1.0'",
            "extension first\nextension second",
            "extension kubernetes with {\n  kubeConfig: ''\n  namespace: ''\n}\nextension graph",
            "",
        ],
    )
    def test_extensions_that_are_not_there_cost_nothing(self, line, real, tmp_path) -> None:
        (tmp_path / "deep").mkdir()
        text = f"{line}\nresource g 'Microsoft.Graph/groups@v1.0' = {{\n  uniqueName: 'g'\n"
        text += "  resource f 'members@v1.0' = {\n    name: 'f'\n  }\n}\n"
        text += SEARCH.replace("name: 's'", "name: g.id")
        (tmp_path / "deep" / "main.bicep").write_text(text)
        if not line:
            settings = '{"implicitExtensions": ["az", "graph"], "extensions": {"graph": "br:x.io/y:1"}}'
            (tmp_path / "bicepconfig.json").write_text(settings)
        reading = read("deep/main.bicep", real, tmp_path)
        (service,) = reading.resources

        assert reading.errors == ()
        assert service.header.line == text[: text.index("resource s")].count("\n") + 1

    @pytest.mark.parametrize(
        "call",
        [
            "loadTextContent('../secret.txt')", "loadTextContent('FAR')", "loadTextContent(p)", "loadTextContent(true ? p : '')",
            "'${loadTextContent('FAR')}'", "sys.loadTextContent /**/ ('FAR')", "loadFileAsBase64('''FAR''')",
        ],
    )  # fmt: skip
    def test_nothing_outside_of_the_tree_is_read(self, call, real, tmp_path) -> None:
        (tmp_path / "secret.txt").write_text("s3cret")
        (tmp_path / "tree").mkdir()
        far = f"{'../' * 20}{str(tmp_path).strip('/')}/secret.txt"
        text = f"var p = '{far}'\n" + SEARCH.replace("name: 's'", f"name: {call.replace('FAR', far)}")
        (tmp_path / "tree" / "main.bicep").write_text(text)
        reading = read("main.bicep", real, tmp_path / "tree")

        assert reading.resources == ()
        assert reading.errors
        assert "s3cret" not in repr(reading)
