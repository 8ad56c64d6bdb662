"""What would lead the compiler out of the tree leads to a file that is not there; what stays in it stays as it is."""

from __future__ import annotations

import pytest

from aiposture.readers.bicep.confinement import confinement
from aiposture.readers.bicep.outline import outline

AWAY = "'./leads-out-of-the-scanned-tree'"
FAR = "../../../etc/passwd"


def confined(text: str, path: str = "infra/main.bicep") -> str:
    for edit in sorted(confinement(outline(path, text)), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


@pytest.mark.parametrize(
    "text",
    [
        "var x = loadTextContent('a.txt')", "var x = loadTextContent('../a.txt')", "var x = loadTextContent('''a.txt''', 'utf-8')",
        "var x = sys.loadJsonContent('a/../b.json').c", "module m '../modules/a.bicep' = {", "module m 'br/public:a/b:1.0' = {",
        "resource loadBalancer 'Microsoft.Network/loadBalancers@2023-01-01' = {", "func loadMine(a string) string => a\nvar x = loadMine(y)",
        "import { loadMine } from 'a.bicep'\nvar x = loadMine(y)", "var x = c.loadMine(y)", "var x = '../../../not/a/path'", "using 'main.bicep'", "using none",
    ],
)  # fmt: skip
def test_what_stays_in_the_tree_is_left_alone(text: str) -> None:
    assert confined(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"var x = loadTextContent('{FAR}')", f"var x = loadTextContent({AWAY})"),
        (f"var x = '${{loadTextContent('{FAR}')}}'", f"var x = '${{loadTextContent({AWAY})}}'"),
        (f"var x = loadTextContent('''{FAR}''')", f"var x = loadTextContent({AWAY})"),
        ("var x = loadTextContent('/etc/passwd')", f"var x = loadTextContent({AWAY})"),
        (f"var x = loadTextContent('{FAR}'.replace('a', 'b'))", None),
        ("var x = loadTextContent('" + FAR.replace(".", "\\u{2e}") + "')", f"var x = loadTextContent({AWAY})"),
        (f"var x = loadDirectoryFileInfo(\n  '{FAR}'\n)", f"var x = loadDirectoryFileInfo(\n  {AWAY}\n)"),
        ("var x = loadTextContent(path)", "var x = loadTextContentOfPathThatIsNoText(path)"),
        ("var x = loadTextContent('${a}/b')", "var x = loadTextContentOfPathThatIsNoText('${a}/b')"),
        ("var x = sys.loadYamlContent /**/ ('a')", "var x = sys.loadYamlContentOfPathThatIsNoText /**/ ('a')"),
        ("var x = sys.loadWhatever(y)", "var x = sys.loadWhateverOfPathThatIsNoText(y)"),
        (f"module m '{FAR}' = {{", f"module m {AWAY} = {{"),
        (f"@batchSize(1) module m /* x */ '{FAR}' = {{", f"@batchSize(1) module m /* x */ {AWAY} = {{"),
        (f"import * as a from '{FAR}'", f"import * as a from {AWAY}"),
        (f"import {{ a }} from '{FAR}'", f"import {{ a }} from {AWAY}"),
        (f"using '{FAR}'", f"using {AWAY}"),
        (f"extends '{FAR}'", f"extends {AWAY}"),
        (f"test t '{FAR}' = {{", f"test t {AWAY} = {{"),
    ],
)  # fmt: skip
def test_what_leads_out_of_the_tree_is_not_there(text: str, expected: str | None) -> None:
    done = confined(text)
    assert done == (expected or text.replace("Content(", "ContentOfPathThatIsNoText("))
    assert done.count("\n") == text.count("\n")


def test_a_long_text_costs_little() -> None:
    import time

    started = time.process_time()
    for word in ("var x = loadTextContent('''", "var x = loadTextContent("):
        list(confinement(outline("main.bicep", word * 20_000)))
    assert time.process_time() - started < 5
