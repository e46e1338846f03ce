"""What the documentation links to is there, and nothing lies beside it unseen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def linked(document: Path) -> list[Path]:
    return [document.parent / name for name in LINK.findall(document.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_picture_and_every_file_that_is_linked_to_is_there(document: Path) -> None:
    assert [path for path in linked(document) if not path.exists()] == []


def test_every_picture_is_shown_somewhere() -> None:
    shown = {path.resolve() for document in DOCUMENTS for path in linked(document)}
    assert [path.name for path in (ROOT / "docs/pictures").iterdir() if path.resolve() not in shown] == []
