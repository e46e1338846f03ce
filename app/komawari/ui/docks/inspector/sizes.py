"""The size of a panel's picture: what its frame asks for, or a fixed one; and what it comes to in print."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from animeadapter.protocol.request import Size
from komawari.domain.geometry.sizes import LARGEST, SMALLEST, STEP, effective_dpi
from komawari.domain.panel import Panel, Settings
from komawari.ui.docks.inspector.fields import WholeSpinBox, pick, row, well_mannered
from komawari.ui.docks.inspector.section import Context

LEAST_DPI = 200
OTHER = "other"


class SizeField(QWidget):
    """From the frame, one of the pack's own sizes, or any other."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, self._edits = context, context.edits
        self.box = QComboBox(self)
        self.box.setMinimumContentsLength(8)
        self.box.setAccessibleName(self.tr("Size"))
        self.box.setToolTip(self.tr("Pixels that are asked of the model"))
        well_mannered(self.box)
        self.width_box = self._side(self.tr("Width in pixels"))
        self.height_box = self._side(self.tr("Height in pixels"))
        self._own = QWidget(self)
        self._own.setLayout(row(self.width_box, QLabel("×"), self.height_box))
        self._own.layout().addStretch(1)  # type: ignore[union-attr]
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setProperty("dim", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for widget in (self.box, self._own, self.note):
            layout.addWidget(widget)
        self.box.activated.connect(self._choose)
        self.width_box.editingFinished.connect(self._type)
        self.height_box.editingFinished.connect(self._type)
        self._is_own = False
        self._panel = ""

    def show_panel(self, panel: Panel) -> None:
        """Show a panel's size, what is asked for, and its resolution in print."""
        if panel.id != self._panel:
            self._panel, self._is_own = panel.id, False
        pack, size = self._context.pack_of(panel), panel.settings.size
        sizes = list(pack.sizes) if pack else []
        self.box.clear()
        self.box.addItem(self.tr("From the frame"), None)
        for width, height in sizes:
            self.box.addItem(f"{width} × {height}", (width, height))
        self.box.addItem(self.tr("Other …"), OTHER)
        fixed = (size.width, size.height) if size else None
        self._is_own = fixed is not None and (self._is_own or fixed not in sizes)
        pick(self.box, OTHER if self._is_own else fixed)
        self._own.setVisible(self._is_own)
        if fixed:
            self.width_box.show_value(fixed[0])
            self.height_box.show_value(fixed[1])
        self._say(panel)

    def _say(self, panel: Panel) -> None:
        asked, box = self._context.size_of(panel), self._context.box_of(panel)
        if asked is None:
            self.note.setText(self.tr("The engine has not said yet which sizes the model draws."))
            return
        dpi = effective_dpi(box, asked, panel.placement)
        text = self.tr("Asks for {0} × {1} px: {2} dpi in print").format(*asked, round(dpi))
        used = self._context.session.used_take(panel)
        if used is not None and (used.width, used.height) != asked:
            now = effective_dpi(box, (used.width, used.height), panel.placement)
            text += "\n" + self.tr("In use: {0} × {1} px, {2} dpi").format(used.width, used.height, round(now))
            dpi = now
        self.note.setText(text)
        warning = self.tr("Below {0} dpi a printed picture looks soft; upscale it, or print the panel smaller.")
        self.note.setToolTip(warning.format(LEAST_DPI) if dpi < LEAST_DPI else "")

    def _side(self, name: str) -> WholeSpinBox:
        box = WholeSpinBox(name, SMALLEST, LARGEST)
        box.setSingleStep(STEP)
        return box

    def _choose(self, index: int) -> None:
        chosen = self.box.itemData(index)
        self._is_own = chosen == OTHER
        if self._is_own:
            panel = self._edits.panel
            chosen = self._context.size_of(panel) if panel else None
            chosen = chosen or (512, 512)
        size = None if chosen is None else Size(*chosen)
        self._edits.settings(self.tr("Change size"), partial(_with_size, size=size))
        if self._edits.panel is not None:
            self.show_panel(self._edits.panel)

    def _type(self) -> None:
        if self._own.isHidden():
            return
        width, height = (round(box.value() / STEP) * STEP for box in (self.width_box, self.height_box))
        self._edits.settings(self.tr("Change size"), partial(_with_size, size=Size(width, height)))
        self.width_box.show_value(width)
        self.height_box.show_value(height)


def _with_size(settings: Settings, size: Size | None) -> Settings:
    return replace(settings, size=size)
