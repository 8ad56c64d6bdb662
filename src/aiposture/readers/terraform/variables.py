"""Values that are given to a root module's variables from outside: `.tfvars` files and TF_VAR_ variables."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from aiposture.files import MissingError, Tree, UnreadableError
from aiposture.model import Comment, SourceError, StepKind
from aiposture.readers.terraform import expressions as ast
from aiposture.readers.terraform import json_syntax, syntax
from aiposture.readers.terraform.configuration import parse_file
from aiposture.readers.terraform.source import Embedded
from aiposture.readers.terraform.syntax import Block, Document, parse_expression

_PARSERS = {".json": json_syntax.parse_variables, "": syntax.parse}
_TEXT_TYPES = frozenset({"string", "number", "bool"})


class Given(NamedTuple):
    """A variable's value from outside."""

    kind: StepKind
    expression: ast.Expression


class Assignments(NamedTuple):
    """What is given to the variables, and what the files that give it say besides."""

    values: Mapping[str, Given]
    comments: tuple[Comment, ...]
    errors: tuple[SourceError, ...]
    files: tuple[str, ...]


def assignments(
    tree: Tree,
    directory: str,
    declared: Mapping[str, Block],
    var_files: Sequence[str],
    environment: Mapping[str, str],
) -> Assignments:
    """The values given to the variables of the root module in `directory`; what comes later wins.

    TF_VAR_ variables, terraform.tfvars, terraform.tfvars.json, *.auto.tfvars and *.auto.tfvars.json by name,
    and `var_files` (paths from the tree's root) in their order. A link to a file that is not there gives nothing:
    Terraform itself looks past such a terraform.tfvars, and the others wait for whoever deploys to make the file.
    """
    values = dict(_from_environment(declared, environment))
    comments: list[Comment] = []
    errors: list[SourceError] = []
    paths = [*_automatic(tree, directory), *var_files]
    for path in paths:
        document = parse_file(tree, path, _PARSERS)
        comments += document.comments
        errors += document.errors
        values.update(_from_document(document))
    return Assignments(values, tuple(comments), tuple(errors), tuple(paths))


def _automatic(tree: Tree, directory: str) -> list[str]:
    names = tree.names(directory)
    found: list[str] = [name for name in ("terraform.tfvars", "terraform.tfvars.json") if name in names]
    found += [name for name in names if name.endswith((".auto.tfvars", ".auto.tfvars.json"))]
    paths = (f"{directory}/{name}" if directory else name for name in found)
    return [path for path in paths if tree.is_file(path) or not _is_missing(tree, path)]


def _is_missing(tree: Tree, path: str) -> bool:
    """Whether a name leads nowhere; one that leads to what must not be read does not count as missing."""
    try:
        tree.read(path)
    except MissingError:
        return True
    except UnreadableError:
        return False
    return False


def _from_document(document: Document) -> dict[str, Given]:
    attributes = document.body.attributes
    return {name: Given("variable file", attribute.expression) for name, attribute in attributes.items()}


def _from_environment(declared: Mapping[str, Block], environment: Mapping[str, str]) -> dict[str, Given]:
    found = {}
    for name, block in declared.items():
        text = environment.get(f"TF_VAR_{name}")
        if text is not None:
            found[name] = Given("environment", _environment_expression(block, text))
    return found


def _environment_expression(block: Block, text: str) -> ast.Expression:
    """A text for a variable of a primitive type; for other types the text is an expression."""
    span = block.header_span
    type_ = block.body.attributes.get("type")
    if type_ is None or type_.expression.span.text.strip('"') in _TEXT_TYPES:
        return ast.Literal(span, text)
    embedded = Embedded(span.location, b"x = " + text.encode(errors="replace") + b"\n")
    return parse_expression(embedded) or ast.Broken(span, f"TF_VAR_{block.labels[0]} is not valid syntax")
