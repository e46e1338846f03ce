"""Files that ship with Komawari: the embedded model pack, the tag taxonomy, poses and samples."""

from importlib.resources import files
from pathlib import Path

ROOT = Path(str(files(__name__)))


def path(*parts: str) -> Path:
    """Return the path of a shipped file or folder; it need not exist.

    The resources are plain files in every way this project is installed (editable, wheel, bundle).
    """
    return ROOT.joinpath(*parts)
