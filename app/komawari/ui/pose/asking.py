"""Dialogs of the pose editor; none of them holds the window up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QWidget

from animeadapter.protocol.openpose_json import Dialect
from komawari.ui.characters.pictures import file_filter


class Dialogs:
    """Asks over a widget."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self.shown: QDialog | None = None
        """The latest one."""

    def open_file(self, title: str, kinds: str, then: Callable[[Path], object]) -> None:
        """Ask for a file to read; `kinds` is "pictures" or "poses"."""
        dialog = QFileDialog(self._parent, title)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(file_filter() if kinds == "pictures" else _poses_filter())
        dialog.fileSelected.connect(lambda name: then(Path(name)))
        self._show(dialog)

    def pose_file(self, then: Callable[[Path, Dialect], object]) -> None:
        """Ask for a file to write, and in which dialect."""
        dialog = QFileDialog(self._parent, _tr("Export OpenPose JSON"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        names = dialects()
        dialog.setNameFilters([f"{text} (*.json)" for text in names])

        def chosen(name: str) -> None:
            shown = dialog.selectedNameFilter().removesuffix(" (*.json)")
            then(Path(name), names.get(shown, "people"))

        dialog.fileSelected.connect(chosen)
        self._show(dialog)

    def text(self, title: str, label: str, then: Callable[[str], object]) -> None:
        """Ask for a line."""
        dialog = QInputDialog(self._parent)
        dialog.setWindowTitle(title)
        dialog.setLabelText(label)
        dialog.textValueSelected.connect(then)
        self._show(dialog)

    def _show(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.shown = dialog
        dialog.open()


def dialects() -> dict[str, Dialect]:
    """Return what the dialects are called."""
    return {
        _tr("OpenPose, 18 joints"): "people",
        _tr("OpenPose, in a list"): "list",
        _tr("OpenPose BODY_25"): "body_25",
        _tr("Pairs of the older editor"): "keypoints",
        _tr("OpenPose, fractions of the canvas"): "normalised",
    }


def _poses_filter() -> str:
    return f"{_tr('OpenPose files')} (*.json)"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Pose", text)
