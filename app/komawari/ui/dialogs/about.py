"""What Komawari is, its version, and the licences of what it is made of and draws with."""

from __future__ import annotations

from html import escape
from importlib import metadata

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QTextBrowser, QVBoxLayout, QWidget

from komawari import __version__
from komawari.ui.icons import pixmap
from komawari.ui.window.engine import EngineWatch, pack_name

DISTRIBUTIONS = (
    "PySide6", "msgspec", "torch", "torchvision", "diffusers", "transformers", "accelerate", "peft", "safetensors",
    "tokenizers", "numpy", "opencv-python-headless", "pillow", "segment-anything", "psd-tools", "pypdf",
)  # fmt: skip


class AboutDialog(QDialog):
    """Name, version, and what draws."""

    def __init__(self, engine: EngineWatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Komawari"))
        picture = QLabel(self)
        picture.setPixmap(pixmap("koma", 72, ratio=self.devicePixelRatioF()))
        picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        text = QLabel(self._text(engine), self, wordWrap=True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(picture)
        row.addWidget(text, 1)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(buttons)
        self.setMinimumWidth(460)

    def _text(self, engine: EngineWatch) -> str:
        lines = [
            self.tr("<h2>Komawari {version}</h2>").format(version=__version__),
            self.tr("<p>A comic-panel editor that redraws the same character in every panel, on your own machine.</p>"),
            self.tr("<p>Apache License 2.0 · Qt {qt}</p>").format(qt=qVersion()),
        ]
        if engine.pack is not None:
            model = self.tr("<p>Draws with {title} ({name}), {licence}</p>")
            pack = engine.pack
            lines.append(
                model.format(title=escape(pack.title), name=escape(pack_name(pack)), licence=escape(pack.licence))
            )
        return "".join(lines)


class LicencesDialog(QDialog):
    """Models and libraries with their licences, as the packages themselves declare them."""

    def __init__(self, engine: EngineWatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Licences"))
        self.text = QTextBrowser(self)
        self.text.setAccessibleName(self.tr("Licences"))
        self.text.setHtml(self._html(engine))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)
        self.resize(620, 520)

    def _html(self, engine: EngineWatch) -> str:
        models = [(pack.title, pack.description, pack.licence) for pack in engine.packs]
        libraries = [found for name in DISTRIBUTIONS if (found := declared(name)) is not None]
        unknown = [(self.tr("The engine has not said yet which models it has."), "", "")]
        return _table(self.tr("Models"), models or unknown) + _table(self.tr("Libraries"), libraries)


def declared(distribution: str) -> tuple[str, str, str] | None:
    """Return a distribution's name, version and licence as it declares them; None where it is not installed."""
    try:
        data = metadata.metadata(distribution)
    except metadata.PackageNotFoundError:
        return None
    fields = data.json
    classifiers = [str(one) for one in fields.get("classifier", ())]
    named = [one.rsplit(" :: ", 1)[-1] for one in classifiers if one.startswith("License ::")]
    said = str(fields.get("license", "")).split("\n", 1)[0]
    return data["Name"], data["Version"], (str(fields.get("license_expression", "")) or ", ".join(named) or said)[:120]


def _table(title: str, rows: list[tuple[str, str, str]]) -> str:
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<h3>{escape(title)}</h3><table cellspacing='6'>{lines}</table>"
