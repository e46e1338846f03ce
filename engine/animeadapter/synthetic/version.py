"""The renderer's version: a hash of what its code does, whatever its comments say."""

from __future__ import annotations

import ast
import hashlib
from functools import lru_cache
from pathlib import Path

import komawari_resources

_NOT_PART_OF_THE_PICTURE = {"attributes.py", "version.py", "command.py", "sheet.py", "__init__.py"}


def _without_docstrings(tree: ast.AST) -> ast.AST:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [
                n
                for n in body
                if not (
                    isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant) and isinstance(n.value.value, str)
                )
            ]
            node.body = kept or [ast.Pass()]  # type: ignore[attr-defined]
    return tree


class _QuotesOfPython311(ast.NodeTransformer):
    """Writes f-strings that hold quotes as Python 3.11 does, so that every Python finds the same version.

    From 3.12 on `ast.unparse` repeats the outer quote inside the braces; 3.11 had to take the other kind outside.
    """

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        text = ast.unparse(node)
        inner = text[2:-1]
        return ast.Name(f'f"{inner}"') if text.startswith("f'") and "'" in inner else node


def _code(source: str) -> str:
    """Return what a file does, without comments, docstrings and layout."""
    return ast.unparse(_QuotesOfPython311().visit(_without_docstrings(ast.parse(source))))


def _digest(folder: Path, tags: bytes) -> str:
    """Return 16 hexadecimal digits of a folder's drawing code and a tag list."""
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.py")):
        if file.name not in _NOT_PART_OF_THE_PICTURE:
            digest.update(f"{file.name}\n{_code(file.read_text(encoding='utf-8'))}\n".encode())
    digest.update(tags)
    return digest.hexdigest()[:16]


@lru_cache(maxsize=1)
def version() -> str:
    """Return 16 hexadecimal digits that change with the renderer's code (not its comments or layout) and its tags."""
    return _digest(Path(__file__).parent, komawari_resources.path("taxonomy", "tags.csv").read_bytes())
