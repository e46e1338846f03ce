"""The pose of the figure at hand: a preset, its mirror image, or none."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton, QVBoxLayout

from komawari.domain.panel import Figure, FigurePose, Panel
from komawari.domain.posing.whole import mirrored
from komawari.ui.docks.inspector.fields import FieldLabel, IconButton, on_click, row
from komawari.ui.docks.inspector.section import Context, Section
from komawari.ui.pose.own import own_presets
from komawari.ui.pose.picker import PosePicker
from komawari.ui.pose.presets import PosePreset, placed, preset_of
from komawari.ui.pose.stick_figures import pose_pixmap

SHOWN = QSize(56, 56)


class PoseSection(Section):
    """Shows the pose on its picture's canvas."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.picker = PosePicker(own_presets(self.session), self)
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
        self.offer = QToolButton(self)
        self.offer.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.offer.setToolTip(self.tr("The pose is drawn better when these are said as well"))
        self.offer.clicked.connect(self._add_tags)
        self._offered: tuple[str, ...] = ()
        self.label = FieldLabel(self.tr("Pose"), self.button, self)
        side = QVBoxLayout()
        side.setSpacing(3)
        side.addLayout(row(self.name, self.mirror, self.none, stretch=0))
        side.addWidget(self.note)
        side.addWidget(self.offer)
        both = row(self.button)
        both.addLayout(side, 1)
        self.column.addWidget(self.label)
        self.column.addLayout(both)

    def depends_on(self, panel: Panel) -> tuple[object, ...]:
        """The pose, the tags that it may bring, where it stands among others, and the picture's canvas."""
        figure = self.edits.figure
        return (
            figure.pose if figure else None,
            panel.tags,
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
        preset = None
        if pose is not None:
            preset = preset_of(pose, canvas, self.edits.figure_index, max(1, len(panel.figures)))
        named = preset.shown_title if preset else self.tr("Own pose")
        name = self.tr("No pose") if pose is None else named
        self.name.setText(name)
        self.name.setAccessibleName(self.tr("Pose: {0}").format(name))
        self.note.setText(self.tr("The model chooses how they stand."))
        self.note.setVisible(pose is None)
        self._show_offer(tuple(tag for tag in preset.tags if tag not in panel.tags) if preset else ())
        self.mirror.setEnabled(pose is not None)
        self.none.setEnabled(pose is not None)
        index = self.edits.figure_index
        self.marks((self.label.set_differs, lambda one: one.figures[index].pose if index < len(one.figures) else None))

    def _show_offer(self, tags: tuple[str, ...]) -> None:
        self._offered = tags
        self.offer.setText(self.tr("Add: {0}").format(", ".join(tags).replace("_", " ")))
        self.offer.setVisible(bool(tags))

    def _add_tags(self) -> None:
        """Say with tags what the pose shows."""
        offered = self._offered
        self.edits.each(
            self.tr("Add tags of the pose"), lambda panel: {"tags": tuple(dict.fromkeys((*panel.tags, *offered)))}
        )

    def open_picker(self) -> None:
        """Show the presets under the button."""
        self.picker.show_at(self.button.mapToGlobal(self.button.rect().bottomLeft()))

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
            return replace(figure, pose=mirrored(figure.pose))

        self.edits.set_figure(self.tr("Mirror pose"), change)

    def _remove(self) -> None:
        self.edits.set_in_figure(self.tr("Remove pose"), pose=None)
