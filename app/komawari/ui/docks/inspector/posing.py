"""The pose of the figure at hand: a preset, its mirror image, or none."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from komawari.domain.panel import Figure, FigurePose, Panel
from komawari.ui.docks.inspector.fields import FieldLabel, IconButton, on_click, row
from komawari.ui.docks.inspector.presets import PosePreset, mirrored_in_place, placed, preset_of, shipped_presets
from komawari.ui.docks.inspector.section import Context, Section
from komawari.ui.docks.inspector.stick_figures import pose_icon, pose_pixmap

CELL = QSize(72, 72)
SHOWN = QSize(56, 56)
NAME = Qt.ItemDataRole.UserRole


class PosePicker(QFrame):
    """All presets as stick figures, with a search."""

    picked = Signal(object)
    """A `PosePreset`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(self.tr("Pose presets"))
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Search poses: sitting, from behind …"))
        self.search.setAccessibleName(self.tr("Search poses"))
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget(self)
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setIconSize(CELL)
        self.list.setGridSize(QSize(96, 106))
        self.list.setWordWrap(True)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(self.tr("Poses"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self.resize(416, 440)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._pick_first)
        self.list.itemActivated.connect(self._pick)
        self.list.itemClicked.connect(self._pick)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Draw the figures when they are first seen."""
        if self.list.count() == 0:
            self._fill()
        self.search.setFocus()
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw them anew in another theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self.list.clear()
        super().changeEvent(event)

    def _fill(self) -> None:
        for preset in shipped_presets():
            item = QListWidgetItem(self._icon(preset), preset.shown_title, self.list)
            item.setData(NAME, preset.name)
            item.setToolTip(preset.shown_title)

    def _icon(self, preset: PosePreset) -> QIcon:
        canvas = (float(preset.canvas[0]), float(preset.canvas[1]))
        return pose_icon(preset.pose, canvas, CELL, self.palette(), self.devicePixelRatioF())

    def _filter(self, text: str) -> None:
        for index, preset in enumerate(shipped_presets()):
            self.list.item(index).setHidden(not preset.matches(text))

    def _pick_first(self) -> None:
        seen = (self.list.item(i) for i in range(self.list.count()) if not self.list.item(i).isHidden())
        if (first := next(seen, None)) is not None:
            self._pick(first)

    def _pick(self, item: QListWidgetItem) -> None:
        name = item.data(NAME)
        self.hide()
        self.picked.emit(next(preset for preset in shipped_presets() if preset.name == name))


class PoseSection(Section):
    """Shows the pose on its picture's canvas."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.picker = PosePicker(self)
        self.picker.picked.connect(self._use)
        self.button = QToolButton(self)
        self.button.setIconSize(SHOWN)
        self.button.setAutoRaise(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setToolTip(self.tr("Choose a pose"))
        self.button.setAccessibleName(self.tr("Choose a pose"))
        self.button.clicked.connect(self.open_picker)
        self.name = QToolButton(self)
        self.name.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.name.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.name.setToolTip(self.tr("Choose a pose"))
        self.name.clicked.connect(self.open_picker)
        self.mirror = on_click(IconButton("flip", self.tr("Mirror the pose"), self), self._mirror)
        self.none = on_click(IconButton("close", self.tr("No pose: the model chooses"), self), self._remove)
        self.note = QLabel(self)
        self.note.setProperty("dim", True)
        self.note.setWordWrap(True)
        self.label = FieldLabel(self.tr("Pose"), self.button, self)
        side = QVBoxLayout()
        side.setSpacing(3)
        side.addLayout(row(self.name, self.mirror, self.none, stretch=0))
        side.addWidget(self.note)
        both = row(self.button)
        both.addLayout(side, 1)
        self.column.addWidget(self.label)
        self.column.addLayout(both)

    def depends_on(self, panel: Panel) -> tuple[object, ...]:
        """The pose, where it stands among others, and the picture's canvas."""
        figure = self.edits.figure
        return (
            figure.pose if figure else None,
            self.edits.figure_index,
            len(panel.figures),
            self.context.canvas_of(panel),
            self.palette().cacheKey(),
        )

    def fill(self, panel: Panel) -> None:
        """Show the pose and what it is called."""
        figure, canvas = self.edits.figure, self.context.canvas_of(panel)
        pose = figure.pose.pose() if figure and figure.pose else None
        self.button.setIcon(QIcon(pose_pixmap(pose, canvas, SHOWN, self.palette(), self.devicePixelRatioF())))
        if pose is None:
            name, note = self.tr("No pose"), self.tr("The model chooses how they stand.")
        else:
            preset = preset_of(pose, canvas, self.edits.figure_index, max(1, len(panel.figures)))
            name = preset.shown_title if preset else self.tr("Own pose")
            note = ", ".join(preset.tags).replace("_", " ") if preset else ""
        self.name.setText(name)
        self.name.setAccessibleName(self.tr("Pose: {0}").format(name))
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.mirror.setEnabled(pose is not None)
        self.none.setEnabled(pose is not None)
        index = self.edits.figure_index
        self.marks((self.label.set_differs, lambda one: one.figures[index].pose if index < len(one.figures) else None))

    def open_picker(self) -> None:
        """Show the presets under the button."""
        at = self.button.mapToGlobal(self.button.rect().bottomLeft())
        screen = self.screen().availableGeometry()
        at.setX(max(screen.left(), min(at.x(), screen.right() - self.picker.width())))
        at.setY(max(screen.top(), min(at.y(), screen.bottom() - self.picker.height())))
        self.picker.move(at)
        self.picker.show()

    def _use(self, preset: PosePreset) -> None:
        index = self.edits.figure_index

        def change(figure: Figure, panel: Panel) -> Figure:
            canvas = self.context.canvas_of(panel)
            pose = placed(preset, canvas, index, max(1, len(panel.figures)))
            return replace(figure, pose=FigurePose.of(pose))

        self.edits.set_figure(self.tr("Choose pose"), change)

    def _mirror(self) -> None:
        def change(figure: Figure, _: Panel) -> Figure:
            if figure.pose is None:
                return figure
            return replace(figure, pose=FigurePose.of(mirrored_in_place(figure.pose.pose())))

        self.edits.set_figure(self.tr("Mirror pose"), change)

    def _remove(self) -> None:
        self.edits.set_in_figure(self.tr("Remove pose"), pose=None)
