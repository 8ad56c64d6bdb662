"""Write what is made from the code: a page a control, parts of the README, the tokens that files are searched for.

python tools/generate_docs.py --write   writes
python tools/generate_docs.py --check   exits with 1 and the names of what is out of date
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from aiposture import controls, links, services
from aiposture.arguments import check_parser
from aiposture.model import Control, Mapping

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = "fixtures/stacks/rag-on-azure"
FACETS = {
    "public_access": "public access",
    "default_action": "default action",
    "sources": "network rules",
    "identity": "identity",
    "key_auth": "shared keys",
    "declared_endpoints": "private endpoints of the module",
    "keys": "attributes that give a key away",
    "private_network": "private network",
    "image_pull": "where images are pulled",
    "isolation": "network isolation",
    "principals": "principals",
    "root_access": "root access",
    "secrets": "secrets",
    "rights": "rights",
    "callers": "callers",
    "customer_keys": "key of the customer",
    "traffic_encryption": "encryption of traffic",
    "activity_log": "log",
    "instances": "instances",
    "platform": "platform",
    "guardrail": "guardrail",
    "prompt_attack_filter": "filter for prompt attacks",
    "personal_data_filter": "filter for personal data",
    "policy_engine": "policy engine",
    "endpoint_policy": "policy of the endpoint",
    "shell_access": "shell access",
    "file_downloads": "file downloads",
    "metadata_tokens": "tokens of the metadata service",
    "user_identity": "identity of users",
    "bearer_tokens": "rights on API keys",
    "trust": "trust",
    "error_details": "details of errors",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Write or check all generated files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--write", action="store_true")
    mode.add_argument("--check", action="store_true")
    options = parser.parse_args(argv)
    stale = [path for path, text in generated() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    if options.check:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date; python tools/generate_docs.py --write makes it new")
        return int(bool(stale))
    for path, text in generated():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


def generated() -> Iterator[tuple[Path, str]]:
    """Every generated file with what has to be in it."""
    pages = ROOT / "docs/controls"
    for rule in controls.ALL:
        yield pages / f"{rule.control.id}.md", page(rule)
    yield pages / "index.md", f"# Controls\n\n{listing('')}"
    yield ROOT / "src/aiposture/discover/tokens.py", tokens()
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    for name, part in (("controls", listing("docs/controls/")), ("help", help_text()), ("finding", example_finding())):
        text = re.sub(
            rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)",
            lambda match, part=part: f"{match[1]}{part}{match[2]}",
            text,
            flags=re.DOTALL,
        )
    yield readme, text


def tokens() -> str:
    """The module of search tokens: a scan that finds none of them must not pay for loading the tables."""
    names = sorted({token.lower() for token in (*services.sniff_tokens(), *links.sniff_tokens())})
    kept = [name for name in names if not any(other != name and other in name for other in names)]
    lines = "".join(f'    "{name}",\n' for name in kept)
    return f'''"""What a file's text holds, in lower case, if it can matter; written by tools/generate_docs.py."""

TOKENS = (
{lines})
'''


def listing(directory: str) -> str:
    """The table of all controls, linking to their pages below `directory`."""
    lines = ["| id | control | severity | about |", "|---|---|---|---|"]
    for control in (rule.control for rule in controls.ALL):
        link = f"[{control.id}]({directory}{control.id}.md)"
        lines.append(f"| {link} | {control.title} | {control.severity.name.lower()} | {control.category} |")
    return "\n".join(lines) + "\n"


def page(rule: controls.Rule) -> str:
    """A control's page: its docstring, what it reads, examples cut from the fixtures, mappings."""
    control = rule.control
    summary, _, body = control.doc.strip().partition("\n")
    return "\n".join(
        [
            f"# {control.id}: {control.title}",
            "",
            "<!-- written by tools/generate_docs.py -->",
            "",
            summary,
            "",
            "| | |",
            "|---|---|",
            f"| slug | `{control.slug}` |",
            f"| severity | {control.severity.name.lower()} |",
            f"| category | {control.category} |",
            f"| also known as | {', '.join(f'`{alias}`' for alias in control.aliases) or '-'} |",
            "",
            body.strip(),
            "",
            "## Examples",
            "",
            *examples(control),
            "## Where it is read",
            "",
            *reads(rule),
            "",
            "## How to suppress",
            "",
            "In the block, or right above it, with the reason:",
            "",
            "```hcl",
            f"# aiposture:ignore[{control.id}] reason",
            f"# checkov:skip={control.id}:reason",
            "```",
            "",
            "## Mappings",
            "",
            *mappings(control.mappings),
            "",
        ]
    )


def examples(control: Control) -> Iterator[str]:
    """One block that fails and one that passes, from the control's fixtures."""
    fixtures = [ROOT / "fixtures" / control.slug / f"{cloud}.tf" for cloud in ("azurerm", "aws", "google")]
    source = next(path for path in fixtures if path.is_file()).read_text(encoding="utf-8")
    for verdict, title in (("fail", "Fails"), ("pass", "Passes")):
        block = re.search(
            rf'^(?:resource|output) (?:"\w+" )?"{verdict}_\w+" {{$.*?^}}$', source, re.DOTALL | re.MULTILINE
        )
        if block is None:
            sys.exit(f"fixtures/{control.slug} has no block whose name begins with {verdict}_")
        yield from (f"{title}:", "", "```hcl", block[0], "```", "")


def reads(rule: controls.Rule) -> Iterator[str]:
    """The properties that the control reads, a line for each service, resource type and facet."""
    rows = [row for row in services.rows() if row.facet in rule.reads]
    if not rows:
        yield "It is joined from several resources, as told above."
        return
    yield "| service | resource type | fact | property | if omitted | source |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        types = "<br>".join(f"`{name}`" for name in row.types)
        properties = "<br>".join(f"`{name}`" for name in row.properties) or "-"
        yield f"| {row.service} | {types} | {FACETS[row.facet]} | {properties} | {row.default} | {row.source} |"


def mappings(items: Sequence[Mapping]) -> Iterator[str]:
    """The frameworks' items; ours are told from published ones."""
    yield "| framework | item | whose mapping |"
    yield "|---|---|---|"
    for item in items:
        yield f"| {item.framework} | {item.item} | {item.source if item.sourced else 'ours'} |"


def help_text() -> str:
    """`aiposture check --help` as a code block."""
    os.environ["COLUMNS"] = "100"  # argparse fills lines to the terminal's width
    return f"```\n{check_parser().format_help().rstrip()}\n```\n"


def example_finding() -> str:
    """The first finding of the bundled example, as a user sees it."""
    command = [sys.executable, "-m", "aiposture", "check", EXAMPLE, "--quiet", "--no-color"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 1:
        sys.exit(f"the example does not fail as it should: {done.stdout}{done.stderr}")
    return f"```\n{done.stdout.split(chr(10) + chr(10))[0].rstrip()}\n```\n"


if __name__ == "__main__":
    raise SystemExit(main())
