"""All presets as stick figures, with a search: a click picks one, and it can be dragged onto a panel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QIcon, QShowEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QListWidget, QListWidgetItem, QMenu, QVBoxLayout, QWidget

from komawari.ui.pose.own import OwnPresets
from komawari.ui.pose.presets import OWN, PosePreset, shipped_presets
from komawari.ui.pose.stick_figures import pose_icon

CELL = QSize(72, 72)
GRID = QSize(104, 106)
ROOM = GRID - QSize(2, 2)
"""Of a pose with its name; a list takes its first item's room for all, and that name is short."""
NAME = Qt.ItemDataRole.UserRole
MIME = "application/x-komawari-pose"
"""What is dragged: a preset's name."""


def preset_named(own: OwnPresets, name: str) -> PosePreset | None:
    """Return a preset, the artist's own or a shipped one."""
    return next((one for one in (*own.all, *shipped_presets()) if one.name == name), None)


class _List(QListWidget):
    """Presets that can be dragged out."""

    def mimeTypes(self) -> list[str]:  # noqa: N802 - Qt's name
        return [MIME]

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:  # noqa: N802
        data = QMimeData()
        data.setData(MIME, QByteArray(str(items[0].data(NAME)).encode()) if items else QByteArray())
        return data

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: N802
        """Let the popup go first: it would lie over the page."""
        self.window().hide()
        super().startDrag(actions)


class PosePicker(QFrame):
    """A popup; the artist's own presets stand first."""

    picked = Signal(object)
    """A `PosePreset`."""

    def __init__(self, own: OwnPresets, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._own = own
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(self.tr("Pose presets"))
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Search poses: sitting, from behind …"))
        self.search.setAccessibleName(self.tr("Search poses"))
        self.search.setClearButtonEnabled(True)
        self.list = _List(self)
        self._set_up_list()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self.resize(456, 440)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._pick_first)
        self.list.itemActivated.connect(self._pick)
        self.list.itemClicked.connect(self._pick)
        own.changed.connect(self._changed)

    def _set_up_list(self) -> None:
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setDragEnabled(True)
        self.list.setIconSize(CELL)
        self.list.setGridSize(GRID)
        self.list.setWordWrap(True)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(self.tr("Poses"))

    def show_at(self, place: QPoint) -> None:
        """Show it with its upper left corner at a place of the screen, as far as there is room."""
        screen = self.screen().availableGeometry()
        x = max(screen.left(), min(place.x(), screen.right() - self.width()))
        y = max(screen.top(), min(place.y(), screen.bottom() - self.height()))
        self.move(x, y)
        self.show()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Draw the figures when they are first seen."""
        self._own.load()
        if self.list.count() == 0:
            self._fill()
        self.search.setFocus()
        self.search.selectAll()  # what is typed now is another search
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw them anew in another theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self.list.clear()
        super().changeEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Let an own preset be removed."""
        place = self.list.viewport().mapFromGlobal(event.globalPos())
        item = self.list.itemAt(place)
        if item is not None and any(one.name == item.data(NAME) for one in self._own.all):
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addAction(self.tr("Remove this preset"), lambda: self._own.remove(item.data(NAME)))
            menu.popup(event.globalPos())

    @property
    def presets(self) -> Iterator[PosePreset]:
        """All presets, in the order of the list."""
        yield from self._own.all
        yield from shipped_presets()

    def _changed(self) -> None:
        self.list.clear()
        if self.isVisible():
            self._fill()

    def _fill(self) -> None:
        for preset in self.presets:
            item = QListWidgetItem(self._icon(preset), preset.shown_title, self.list)
            item.setData(NAME, preset.name)
            item.setSizeHint(ROOM)
            tip = preset.shown_title
            item.setToolTip(self.tr("{0}, your own").format(tip) if preset.group == OWN else tip)
        self._filter(self.search.text())

    def _icon(self, preset: PosePreset) -> QIcon:
        canvas = (float(preset.canvas[0]), float(preset.canvas[1]))
        return pose_icon(preset.pose, canvas, CELL, self.palette(), self.devicePixelRatioF())

    def _filter(self, text: str) -> None:
        if self.list.count():
            for index, preset in enumerate(self.presets):
                self.list.item(index).setHidden(not preset.matches(text))

    def _pick_first(self) -> None:
        seen = (self.list.item(i) for i in range(self.list.count()) if not self.list.item(i).isHidden())
        if (first := next(seen, None)) is not None:
            self._pick(first)

    def _pick(self, item: QListWidgetItem) -> None:
        preset = preset_named(self._own, item.data(NAME))
        self.hide()
        if preset is not None:
            self.picked.emit(preset)
