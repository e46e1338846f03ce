"""Where file dialogs begin: where the artist was last, or else where pictures are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from komawari.ui.session import Session

PICTURES = "pictures_folder"
"""The setting's name."""


def pictures_folder(session: Session) -> str:
    """Return the folder that pictures were last taken from; at first, the one that the system has for pictures."""
    last = session.settings.window.get(PICTURES)
    if isinstance(last, str) and Path(last).is_dir():
        return last
    return own_folder()


def own_folder() -> str:
    """Return the system's folder for pictures, or else the artist's home."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return found if found and Path(found).is_dir() else str(Path.home())


def choose_pictures(
    parent: QWidget, session: Session, title: str, kinds: str, chosen: Callable[[Sequence[Path]], object]
) -> QFileDialog:
    """Show a dialog in which several picture files are chosen; nothing waits for it."""
    dialog = QFileDialog(parent, title, pictures_folder(session), kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def done(names: list[str]) -> None:
        paths = [Path(name) for name in names]
        session.set_settings(window={**session.settings.window, PICTURES: str(paths[0].parent)})
        chosen(paths)

    dialog.filesSelected.connect(done)
    dialog.show()
    return dialog
