"""The fields of the export dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from komawari.ui.export.choice import Choice, Format, Which

LOWEST_DPI, HIGHEST_DPI = 36, 2400


class _Whole(QLabel):
    """A text over as many lines as it needs, all of which have room: a form gives its fields too little otherwise."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        super().setText(text)
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.setMinimumHeight(self.heightForWidth(self.width()))


class ExportForm(QWidget):
    """Shows a `Choice` and lets it be changed."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_format()
        self._make_pages()
        self._make_resolution()
        self._make_place()
        self._lay_out()
        self._follow()

    def _make_format(self) -> None:
        self.format = QComboBox(self)
        self.format.setAccessibleName(self.tr("Format"))
        for key, name, tip in self._formats():
            self.format.addItem(name, key)
            self.format.setItemData(self.format.count() - 1, tip, 3)
        self.about = _Whole(self)
        self.about.setObjectName("hint")

    def _formats(self) -> tuple[tuple[Format, str, str], ...]:
        return (
            ("png", self.tr("PNG pictures"), self.tr("One picture for each page.")),
            ("pdf", self.tr("PDF for print"), self.tr("One file; pages have their true size, trim and bleed.")),
            (
                "psd",
                self.tr("Layered PSD"),
                self.tr("One file for each page and a group for each panel, for lettering elsewhere."),
            ),
            ("cbz", self.tr("Comic book archive (CBZ)"), self.tr("One file that comic readers open.")),
            (
                "webtoon",
                self.tr("Webtoon slices"),
                self.tr("Pictures 800 pixels wide, at most 1280 high, numbered from top to bottom."),
            ),
        )

    def _make_pages(self) -> None:
        self.shown = QRadioButton(self.tr("&This page"), self)
        self.all = QRadioButton(self.tr("&All pages"), self)
        self.some = QRadioButton(self.tr("&Pages"), self)
        self.numbers = QLineEdit(self)
        self.numbers.setPlaceholderText(self.tr("1-3, 5"))
        self.numbers.setAccessibleName(self.tr("Page numbers"))
        self.numbers.setToolTip(self.tr("Numbers and ranges, with commas between them"))
        self._which = QButtonGroup(self)
        for index, button in enumerate((self.shown, self.all, self.some)):
            self._which.addButton(button, index)

    def _make_resolution(self) -> None:
        self.dpi = QSpinBox(self, minimum=LOWEST_DPI, maximum=HIGHEST_DPI, singleStep=50, suffix=self.tr(" dpi"))
        self.dpi.setAccessibleName(self.tr("Resolution"))
        self.dpi.setToolTip(self.tr("Dots an inch: 600 or 350 for print, 96 to 150 for screens"))
        self.bleed = QCheckBox(self.tr("With &bleed"), self)
        self.bleed.setToolTip(self.tr("Also what lies beyond the trim, for print shops"))
        self.enlarge = QCheckBox(self.tr("&Enlarge for print with the engine"), self)
        self.wishes_enlarging = False
        """Whether enlarging is wanted, even where it is not possible at present."""
        self.no_enlarging = QLabel(self)
        self.no_enlarging.setProperty("dim", True)
        self.sketches = QCheckBox(self.tr("With s&ketches"), self)
        self.sketches.setToolTip(self.tr("Also what is sketched over the pictures; in PSD files as hidden layers"))

    def _make_place(self) -> None:
        self.folder = QLineEdit(self)
        self.folder.setAccessibleName(self.tr("Folder"))
        self.browse = QPushButton(self.tr("B&rowse …"), self)
        self.browse.setToolTip(self.tr("Choose the folder"))
        self.browse.setAutoDefault(False)
        self.name = QLineEdit(self, maxLength=120)
        self.name.setAccessibleName(self.tr("File name"))
        self.name.setToolTip(self.tr("Numbers and the ending are added"))

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(self.tr("&Format"), self.format)
        form.addRow("", self.about)
        pages = QHBoxLayout()
        for widget in (self.shown, self.all, self.some):
            pages.addWidget(widget)
        pages.addWidget(self.numbers, 1)
        form.addRow(self.tr("Which"), pages)
        fine = QHBoxLayout()
        fine.addWidget(self.dpi)
        fine.addWidget(self.bleed)
        fine.addStretch()
        form.addRow(self._label(self.tr("Resolu&tion"), self.dpi), fine)
        enlarge = QHBoxLayout()
        enlarge.addWidget(self.enlarge)
        enlarge.addWidget(self.no_enlarging, 1)
        form.addRow("", enlarge)
        form.addRow("", self.sketches)
        place = QHBoxLayout()
        place.addWidget(self.folder, 1)
        place.addWidget(self.browse)
        form.addRow(self._label(self.tr("F&older"), self.folder), place)
        form.addRow(self.tr("File &name"), self.name)

    def _label(self, text: str, field: QWidget) -> QLabel:
        label = QLabel(text, self)
        label.setBuddy(field)
        return label

    def _follow(self) -> None:
        self.format.currentIndexChanged.connect(self._tell)
        self._which.idToggled.connect(self._tell)
        self.numbers.textChanged.connect(self._tell)
        self.numbers.textEdited.connect(lambda: self.some.setChecked(True))
        self.dpi.valueChanged.connect(self._tell)
        self.bleed.toggled.connect(self._tell)
        self.enlarge.toggled.connect(self._wish)
        self.sketches.toggled.connect(self._tell)
        self.folder.textChanged.connect(self._tell)
        self.name.textChanged.connect(self._tell)
        self.browse.clicked.connect(self._browse)

    def choice(self) -> Choice:
        """Return what is chosen."""
        which: tuple[Which, ...] = ("shown", "all", "some")
        return Choice(
            format=self.format.currentData(),
            which=which[max(0, self._which.checkedId())],
            some=self.numbers.text().strip(),
            dpi=self.dpi.value(),
            bleed=self.bleed.isChecked(),
            enlarge=self.enlarge.isChecked(),
            sketches=self.sketches.isChecked(),
            folder=self.folder.text().strip(),
            name=self.name.text().strip(),
        )

    def show_choice(self, choice: Choice) -> None:
        """Show another choice."""
        with QSignalBlocker(self):
            self.format.setCurrentIndex(max(0, self.format.findData(choice.format)))
            {"shown": self.shown, "all": self.all, "some": self.some}[choice.which].setChecked(True)
            self.numbers.setText(choice.some)
            self.dpi.setValue(choice.dpi)
            self.bleed.setChecked(choice.bleed)
            self.enlarge.setChecked(choice.enlarge and self.enlarge.isEnabledTo(self))
            self.sketches.setChecked(choice.sketches)
            self.folder.setText(choice.folder)
            self.name.setText(choice.name)
            self.wishes_enlarging = choice.enlarge
        self._tell()

    def allow_enlarging(self, without: str) -> None:
        """Offer to enlarge pictures, unless a model (`without`: its name) is chosen that cannot; nothing is told."""
        tip = self.tr("Soft pictures are enlarged four times before they are exported")
        if without:
            tip = self.tr("{model} has no upscaler. File › Settings › Engine has the other models.")
            tip = tip.format(model=without)
        self.no_enlarging.setText(self.tr("this model has no upscaler") if without else "")
        for widget in (self.enlarge, self.no_enlarging):
            widget.setToolTip(tip)
        self.enlarge.setEnabled(not without)
        with QSignalBlocker(self.enlarge):
            self.enlarge.setChecked(self.wishes_enlarging and not without)

    def _wish(self, wished: bool) -> None:
        self.wishes_enlarging = wished
        self._tell()

    def _tell(self) -> None:
        webtoon = self.format.currentData() == "webtoon"
        self.dpi.setEnabled(not webtoon)
        self.bleed.setEnabled(not webtoon)
        self.about.setText(self.format.currentData(3))
        self.changed.emit()

    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Folder for the export"), self.folder.text() or str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setModal(False)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()
