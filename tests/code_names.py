"""Lists the names that Python and TypeScript code gives to things, each with its place."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Built or installed: nobody names anything there.
SKIPPED = {"node_modules", "dist", "__pycache__", "vendor"}
# Comments, strings, regular expressions after an operator, and what else there is of a TypeScript file.
TYPESCRIPT = re.compile(
    r"""
      (?P<comment> //[^\n]* | /\*.*?\*/ )
    | (?P<string> "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' )
    | (?P<regex> (?<=[(,=:&|!?\[]\s|.[(,=:&|!?\[]) /(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]* )
    | (?P<name> [A-Za-z_$][\w$]* )
    | (?P<mark> . )
    """,
    re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class CodeName:
    """One name in the code; `kind` is "module", "function" or "other"."""

    path: Path
    line: int
    name: str
    kind: str = "other"


def split_words(name: str) -> list[str]:
    """Split a name in snake_case, camelCase or kebab-case into its words, in lower case."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def list_names(folder: Path) -> Iterator[CodeName]:
    """Yield the names in every Python and TypeScript file below a folder."""
    for path in sorted(folder.rglob("*")):
        if SKIPPED & set(path.relative_to(folder).parts):
            continue
        if path.suffix == ".py":
            yield from _list_python(path)
        if path.suffix in {".ts", ".tsx", ".js", ".mjs"}:
            yield from _list_typescript(path)


def _list_python(path: Path) -> Iterator[CodeName]:
    yield CodeName(path, 1, path.stem.removeprefix("test_"), "module")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef(name=name, lineno=line) | ast.AsyncFunctionDef(name=name, lineno=line):
                # The name of a test is a sentence.
                if not name.startswith("test_"):
                    yield CodeName(path, line, name, "function")
            case ast.ClassDef(name=name, lineno=line) | ast.arg(arg=name, lineno=line):
                yield CodeName(path, line, name)
            case ast.Name(id=name, ctx=ast.Store(), lineno=line):
                yield CodeName(path, line, name)
            case ast.Attribute(attr=name, ctx=ast.Store(), lineno=line):
                yield CodeName(path, line, name)
            case ast.alias(asname=str(name), lineno=line) | ast.ExceptHandler(name=str(name), lineno=line):
                yield CodeName(path, line, name)


def _list_typescript(path: Path) -> Iterator[CodeName]:
    """Yield each name once, at its first place: a use counts as much as a definition."""
    yield CodeName(path, 1, re.sub(r"\.test$", "", path.stem), "module")
    text = path.read_text(encoding="utf-8")
    seen: set[str] = set()
    before = ""
    for offset, kind, token in _tokens(text):
        if kind == "name":
            if token not in seen:
                seen.add(token)
                yield CodeName(path, text.count("\n", 0, offset) + 1, token, _typescript_kind(before))
            before = token


def _typescript_kind(before: str) -> str:
    return "function" if before == "function" else "other"


def _tokens(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield offset, kind and text of each token; of a template string, only the code inside."""
    # How many braces are open in each template's code that we are in.
    braces: list[int] = []
    offset = 0
    while offset < len(text):
        if text[offset] == "`" or (text[offset] == "}" and braces and braces[-1] == 0):
            if text[offset] == "}":
                braces.pop()
            end = re.compile(r"(?:\\.|\$(?!\{)|[^\\`$])*(`|\$\{)", re.DOTALL).match(text, offset + 1)
            if end is None:
                return
            if end[1] == "${":
                braces.append(0)
            offset = end.end()
            continue
        match = TYPESCRIPT.match(text, offset)
        assert match is not None
        if braces and match[0] in "{}":
            braces[-1] += 1 if match[0] == "{" else -1
        yield offset, str(match.lastgroup), match[0]
        offset = match.end()
