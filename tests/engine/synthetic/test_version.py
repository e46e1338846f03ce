"""The renderer's version changes with what its code does, and with nothing that a reader alone sees."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import animeadapter.synthetic
import komawari_resources
from animeadapter.synthetic import version
from animeadapter.synthetic.version import _code, _digest

RENDERER = Path(animeadapter.synthetic.__file__).parent
TAGS = b"tag,count\n1girl,1\n"
PLAIN = '''
"""What this is for."""
SIZE = 3


def grow(value: int) -> int:
    """Return more."""
    # Twice is enough.
    return value * 2 + SIZE


class Line:
    """A line."""

    width: float = 1.0
    """In pixels."""
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A renderer of one small file."""
    (tmp_path / "shapes.py").write_text(PLAIN)
    return tmp_path


def rewritten(folder: Path, old: str, new: str) -> str:
    """Return the version after a change in the file."""
    assert old in PLAIN
    (folder / "shapes.py").write_text(PLAIN.replace(old, new))
    return _digest(folder, TAGS)


def test_the_version_is_sixteen_digits_of_this_code_and_these_tags(tmp_path: Path) -> None:
    assert re.fullmatch("[0-9a-f]{16}", version())
    copy = tmp_path / "synthetic"
    shutil.copytree(RENDERER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    tags = komawari_resources.path("taxonomy", "tags.csv").read_bytes()
    assert _digest(copy, tags) == version()
    assert _digest(copy, tags + b"new_tag,1\n") != version()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# Twice is enough.", "# Why ever."),
        ('"""What this is for."""', ""),
        ('"""Return more."""', '"""Return much more.\n\n    And a second paragraph.\n    """'),
        ('    """A line."""\n', ""),
        ('"""In pixels."""', '"""In millimetres."""'),
        ("value * 2 + SIZE", "(\n        value * 2\n        + SIZE\n    )"),
        ("value * 2 + SIZE", "(value*2)+SIZE   # so it is"),
        ("\n\n\ndef", "\n\n\n\n\n\ndef"),
        ("SIZE = 3", "SIZE = 0x3"),
    ],
)
def test_comments_docstrings_and_layout_do_not_count(folder: Path, old: str, new: str) -> None:
    before = _digest(folder, TAGS)
    assert rewritten(folder, old, new) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SIZE = 3", "SIZE = 4"), ("value * 2 + SIZE", "value * (2 + SIZE)"), ("float = 1.0", "float = 1.5"),
        ("return value", "return -value"), ("def grow", "def swell"), ("\n\nclass", "\nSIZE = 3\n\nclass"),
    ],
)  # fmt: skip
def test_what_the_code_does_counts(folder: Path, old: str, new: str) -> None:
    before = _digest(folder, TAGS)
    assert rewritten(folder, old, new) != before
    assert rewritten(folder, old, old) == before


def test_files_and_their_names_count(folder: Path) -> None:
    before = _digest(folder, TAGS)
    (folder / "notes.txt").write_text("not code")
    assert _digest(folder, TAGS) == before
    (folder / "more.py").write_text("X = 1\n")
    assert _digest(folder, TAGS) != before
    (folder / "more.py").unlink()
    (folder / "shapes.py").rename(folder / "figures.py")
    assert _digest(folder, TAGS) != before
    assert _digest(folder, TAGS + b"solo,1\n") != _digest(folder, TAGS)


@pytest.mark.parametrize("name", ["attributes.py", "command.py", "sheet.py", "version.py", "__init__.py"])
def test_what_draws_nothing_does_not_count(folder: Path, name: str) -> None:
    before = _digest(folder, TAGS)
    (folder / name).write_text("X = 1\n")
    assert _digest(folder, TAGS) == before


@pytest.mark.parametrize("name", ["canvas.py", "draw.py", "style.py", "finish.py", "poses.py", "casting.py"])
def test_a_change_of_a_drawing_file_is_a_new_version(tmp_path: Path, name: str) -> None:
    text = (RENDERER / name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(text, encoding="utf-8")
    before = _digest(tmp_path, TAGS)
    (tmp_path / name).write_text(f"# A remark.\n{text}\n\n# The end.\n", encoding="utf-8")
    assert _digest(tmp_path, TAGS) == before
    changed = re.sub(r"\b0\.(\d+)\b", r"0.\g<1>7", text)
    assert changed != text
    (tmp_path / name).write_text(changed, encoding="utf-8")
    assert _digest(tmp_path, TAGS) != before


def test_quotes_in_formatted_strings_are_told_alike_by_every_python() -> None:
    single, double = """x = f'{names["a"]} and {b}'""", '''x = f"{names['a']} and {b}"'''
    assert _code(single) == _code(double) == double
    assert _code("x = f'{a}'") == _code('x = f"{a}"')
    assert _code("x = f'{a}'") != _code("x = f'{b}'")


def test_a_body_of_a_docstring_alone_is_still_a_body() -> None:
    assert _code('def nothing():\n    """Do nothing."""\n') == _code("def nothing():\n    pass\n")
