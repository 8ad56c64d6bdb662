"""The outline of a Bicep file: what it declares and where, without a compiler.

Declarations stand at the start of a line outside of brackets, nested resources inside a resource's body. The
outline gives the places that the compiler does not tell, the module graph, and the registry modules in use.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from aiposture.model import Location
from aiposture.readers.bicep.lexer import Lines, Token, tokens
from aiposture.readers.bicep.syntax import Reader, Syntax

NamedKind = Literal["param", "var", "output", "type", "func", "metadata"]

_NAMED = frozenset({"param", "var", "output", "type", "func", "metadata"})
_INLINE_TYPES = frozenset({"[", "(", "{", "|", ","})
_MAX_NESTING = 20


class Declaration(NamedTuple):
    """A `resource` or a `module`. `start` is its keyword, `header_end` the end of that line's text.

    `target` is the module's path, or the resource's full type; a nested resource has its parents' types in it.
    """

    kind: Literal["resource", "module"]
    symbol: str
    target: str | None
    api_version: str | None
    existing: bool
    value: Syntax
    start: int
    header_end: int
    end: int
    target_place: tuple[int, int]
    decorated_from: int
    children: "tuple[Declaration, ...]" = ()
    parents: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The symbols from the outermost resource on, as the compiler writes them: `parent::child`."""
        return "::".join((*self.parents, self.symbol))

    @property
    def body(self) -> Syntax:
        """The object of the declaration, without loop and condition."""
        return self.value.innermost

    @property
    def loop(self) -> bool:
        """Whether it is declared `[for ...]`."""
        return self.value.shape == "loop"

    @property
    def conditional(self) -> bool:
        """Whether it is declared `if (...)`."""
        return self.value.condition is not None or self.body.condition is not None


class Named(NamedTuple):
    """A `param`, `var`, `output` and the like. `value` is its default or value, if there is one."""

    kind: NamedKind
    name: str
    start: int
    end: int
    value: Syntax | None
    decorators: frozenset[str] = frozenset()


class Import(NamedTuple):
    """`import { a, b as c } from 'path'` or `import * as t from 'path'`: `names` of a file's own, `alias` for `*`."""

    target: str
    names: tuple[str, ...]
    alias: str | None
    start: int
    end: int
    target_place: tuple[int, int]


class Extension(NamedTuple):
    """`extension name with {...} as alias`. `start` and `end` are those of the name, which can be a string.

    `closed` is the end of the statement; None if it gives the extension an alias, or has the older form `import`.
    """

    name: str
    start: int
    end: int
    closed: int | None


@dataclass(frozen=True)
class Outline:
    """A file's declarations. `using` is the template of a .bicepparam, `extensions` the providers in use.

    `scope` is what `targetScope` says.
    """

    path: str
    text: str
    lines: Lines
    tokens: tuple[Token, ...]
    declarations: tuple[Declaration, ...] = ()
    named: tuple[Named, ...] = ()
    imports: tuple[Import, ...] = ()
    using: str | None = None
    extends: tuple[str, ...] = ()
    extensions: tuple[Extension, ...] = ()
    scope: str = "resourceGroup"
    _index: dict[tuple[str, str], Named] = field(default_factory=dict, repr=False)

    def find(self, kind: NamedKind, name: str) -> Named | None:
        """The declaration of a name."""
        return self._index.get((kind, name))

    def modules(self) -> tuple[Declaration, ...]:
        """The module declarations in their order."""
        return tuple(one for one in self.declarations if one.kind == "module")

    def targets(self) -> Iterator[tuple[str, int]]:
        """Everything that another file is named for, with the offset where: modules, imports, `using`, `extends`."""
        for declaration in self.modules():
            if declaration.target is not None:
                yield declaration.target, declaration.start
        for one in self.imports:
            yield one.target, one.start
        for path in (self.using, *self.extends):
            if path is not None:
                yield path, 0

    def location(self, start: int, end: int) -> Location:
        """The place of a stretch of the text."""
        return self.lines.location(start, end)


def outline(path: str, text: str) -> Outline:
    """The outline of the Bicep text of `path`. Never fails; what is broken is left out."""
    found = tokens(text)
    code = [token for token in found if token.kind not in {"comment", "directive"}]
    parts = _Statements(code)
    parts.read()
    return Outline(
        path=path,
        text=text,
        lines=Lines(path, text),
        tokens=tuple(found),
        declarations=tuple(parts.declarations),
        named=tuple(parts.named),
        imports=tuple(parts.imports),
        using=parts.using,
        extends=tuple(parts.extends),
        extensions=tuple(parts.extensions),
        scope=parts.scope,
        _index={(one.kind, one.name): one for one in reversed(parts.named)},
    )


class _Statements:
    """Reads the statements of a file one after the other."""

    def __init__(self, code: list[Token]) -> None:
        self._code = code
        self._reader = Reader(code)
        self.declarations: list[Declaration] = []
        self.named: list[Named] = []
        self.imports: list[Import] = []
        self.using: str | None = None
        self.extends: list[str] = []
        self.extensions: list[Extension] = []
        self.scope = "resourceGroup"

    def read(self) -> None:
        index = 0
        decorated_from: int | None = None
        decorators: set[str] = set()
        while (index := self._reader.behind_lines(index)) < len(self._code):
            end = max(self._end(index), index + 1)
            token = self._code[index]
            if token.text == "@":
                decorated_from = token.start if decorated_from is None else decorated_from
                decorators.add(self._decorator(index))
            else:
                self._statement(index, end, decorated_from, frozenset(decorators))
                decorated_from, decorators = None, set()
            index = end

    def _end(self, index: int) -> int:
        """The index of the line end that ends the statement at `index`."""
        reader = self._reader
        while index < len(self._code):
            token = self._code[index]
            if token.kind == "newline":
                following = reader.behind_lines(index)
                behind = self._code[index - 1].text if index else ""
                if reader.text(following) not in {"?", ":", "&&", "||", "??", "|", "."} and behind not in {"=", "|"}:
                    return index
            elif token.text in "{[(":
                index = reader.closing(index)
            index += 1
        return len(self._code)

    def _decorator(self, index: int) -> str:
        # @sys.secure() is @secure()
        name = self._reader.text(index + 1)
        return self._reader.text(index + 3) if self._reader.text(index + 2) == "." else name

    def _statement(self, index: int, end: int, decorated_from: int | None, decorators: frozenset[str]) -> None:
        token = self._code[index]
        if token.kind != "identifier":
            return
        following = self._code[index + 1] if index + 1 < end else None
        if token.text in {"resource", "module"}:
            declaration = self._declaration(index, end, decorated_from, None)
            if declaration is not None:
                self.declarations.append(declaration)
        elif token.text in _NAMED and following is not None and following.kind == "identifier":
            value = self._assigned(index + 2, end)
            self.named.append(
                Named(token.text, following.text, token.start, self._text_end(index, end), value, decorators)  # type: ignore[arg-type] # it is in _NAMED
            )
        elif token.text == "import":
            self._import(index, end)
        elif token.text == "using" and following is not None:
            self.using = following.literal
        elif token.text == "extends" and following is not None and following.literal is not None:
            self.extends.append(following.literal)
        elif token.text in {"extension", "provider"} and following is not None:
            name = following.literal if following.literal is not None else following.text
            named = end - index > 3 and self._code[end - 2].text == "as"  # noqa: PLR2004 - extension, name, as, alias
            closed = None if named else self._text_end(index, end)
            self.extensions.append(Extension(name, following.start, following.end, closed))
        elif token.text == "targetScope" and end > index + 2:
            self.scope = self._code[index + 2].literal or self.scope

    def _text_end(self, index: int, end: int) -> int:
        return self._code[max(index, end - 1)].end

    def _assigned(self, index: int, end: int) -> Syntax | None:
        """The value behind the `=` of a statement. A type before it can have brackets."""
        while index < end:
            text = self._reader.text(index)
            if text == "=":
                return self._reader.value(index + 1, end)[0]
            index = self._reader.closing(index) + 1 if text in _INLINE_TYPES - {"|", ","} else index + 1
        return None

    def _import(self, index: int, end: int) -> None:
        strings = [token for token in self._code[index:end] if token.kind == "string"]
        source = strings[-1].literal if strings else None
        if source is None:
            return
        place = (self._code[index].start, self._text_end(index, end), (strings[-1].start, strings[-1].end))
        opening = self._reader.text(index + 1)
        if opening == "*":
            self.imports.append(Import(source, (), self._reader.text(index + 3), *place))
        elif opening == "{":
            names = self._imported(index + 2, self._reader.closing(index + 1))
            self.imports.append(Import(source, names, None, *place))
        else:  # the old way to name a provider
            self.extensions.append(Extension(source, strings[-1].start, strings[-1].end, None))

    def _imported(self, index: int, close: int) -> tuple[str, ...]:
        names: list[str] = []
        fresh = True
        for token in self._code[index:close]:
            if token.kind == "newline" or token.text == ",":
                fresh = True
            elif fresh:
                names.append(token.literal if token.literal is not None else token.text)
                fresh = False
        return tuple(names)

    def _declaration(
        self, index: int, end: int, decorated_from: int | None, parent: Declaration | None, depth: int = 0
    ) -> Declaration | None:
        if index + 2 >= end or self._code[index + 1].kind != "identifier" or self._code[index + 2].kind != "string":
            return None
        keyword, symbol, target = self._code[index : index + 3]
        equals = next((at for at in range(index + 3, end) if self._reader.text(at) == "="), None)
        value = Syntax("expression", target.end, target.end)
        if equals is not None:
            value = self._reader.value(equals + 1, end)[0]
        name, api_version = _type(target.literal, parent) if keyword.text == "resource" else (target.literal, None)
        line_end = next((at for at in range(index, end) if self._code[at].kind == "newline"), end)
        declaration = Declaration(
            kind="resource" if keyword.text == "resource" else "module",
            symbol=symbol.text,
            target=name,
            api_version=api_version,
            existing=self._reader.text(index + 3) == "existing",
            value=value,
            start=keyword.start,
            header_end=self._text_end(index, line_end),
            end=self._text_end(index, end),
            target_place=(target.start, target.end),
            decorated_from=keyword.start if decorated_from is None else decorated_from,
            parents=() if parent is None else (*parent.parents, parent.symbol),
        )
        return declaration._replace(children=self._children(declaration, depth))

    def _children(self, parent: Declaration, depth: int) -> tuple[Declaration, ...]:
        if depth > _MAX_NESTING:
            return ()
        found = (self._declaration(first, end, None, parent, depth + 1) for first, end in parent.body.within)
        return tuple(child for child in found if child is not None)


def _type(text: str | None, parent: Declaration | None) -> tuple[str | None, str | None]:
    """The full type and API version of a type string. A nested one continues its parent's, version included."""
    if text is None:
        return None, None
    name, _, version = text.partition("@")
    api_version = version or None
    if parent is not None and "." not in name.partition("/")[0]:
        name = f"{parent.target}/{name}" if parent.target is not None else name
        api_version = api_version or parent.api_version
    return name, api_version
