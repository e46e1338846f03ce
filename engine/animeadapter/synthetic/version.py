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


@lru_cache(maxsize=1)
def version() -> str:
    """Return 16 hexadecimal digits that change when the renderer's code (not its comments or layout) or its tag list does."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        if file.name not in _NOT_PART_OF_THE_PICTURE:
            tree = _without_docstrings(ast.parse(file.read_text(encoding="utf-8")))
            digest.update(f"{file.name}\n{ast.unparse(tree)}\n".encode())
    digest.update(komawari_resources.path("taxonomy", "tags.csv").read_bytes())
    return digest.hexdigest()[:16]
