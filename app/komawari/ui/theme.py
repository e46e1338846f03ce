"""Light and dark: our own neutral palettes, and a small stylesheet over Qt's Fusion style.

Greys are neutral, so that they do not tint how an artist sees the page. The accent is the non-photo blue of comic
pencils. Text has a contrast of at least 4.5 to 1 on its ground (a test), and the focused control a visible ring.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle, QStyleOption, QWidget

NAMES = ("light", "dark")
"""What `settings.theme` may be, beside empty: as the system is."""


@dataclass(frozen=True)
class Colours:
    """A theme's colours, as `#rrggbb`."""

    window: str
    base: str
    raised: str
    """Of buttons, title bars of docks, cards."""
    line: str
    strong_line: str
    """Around fields, which have to be found."""
    text: str
    dim: str
    """Of what is said aside; still readable."""
    disabled: str
    accent: str
    """Behind what is selected."""
    accent_text: str
    focus: str
    """Rings and links."""
    pasteboard: str
    """Around the page."""
    good: str
    warning: str
    error: str


LIGHT = Colours(
    window="#ececec", base="#fafafa", raised="#f5f5f5", line="#cfcfcf", strong_line="#7a7a7a", text="#1d1d1f",
    dim="#5a5a5e", disabled="#9a9a9d", accent="#17709a", accent_text="#ffffff", focus="#17709a", pasteboard="#c4c4c4",
    good="#1f7a3d", warning="#8a5a00", error="#b3261e",
)  # fmt: skip
DARK = Colours(
    window="#2a2a2b", base="#212122", raised="#343436", line="#3f3f42", strong_line="#98989c", text="#e8e8e8",
    dim="#ababaf", disabled="#757578", accent="#1f759e", accent_text="#ffffff", focus="#67c1e5", pasteboard="#1b1b1c",
    good="#7bc98f", warning="#e8b45c", error="#f28b82",
)  # fmt: skip


OWN_ICONS = {
    QStyle.StandardPixmap.SP_TitleBarCloseButton: "close",
    QStyle.StandardPixmap.SP_TitleBarNormalButton: "float",
    QStyle.StandardPixmap.SP_LineEditClearButton: "close",
    QStyle.StandardPixmap.SP_ToolBarHorizontalExtensionButton: "more",
    QStyle.StandardPixmap.SP_ToolBarVerticalExtensionButton: "more",
}
"""Fusion's own ones are drawn for a light ground."""


LOWEST_LINE, AROUND_TEXT, SPIN_FRAME = 14, 8, 6
"""Pixels of a field's line at least, those above and under it, and those of a spin box that its frame takes of them.

Fusion's combo boxes and line edits have the first two; its spin boxes are lower by nature.
"""
DARKENED = {
    "QCheckBox": 140 / 110, "QRadioButton": 1.5, "QLineEdit": 1.4, "QAbstractSpinBox": 1.4, "QComboBox": 1.4,
    "QPlainTextEdit": 1.4, "QTextEdit": 1.4,
}  # fmt: skip
"""Widgets around which there is a line that has to be found, and by how much Fusion makes it darker than a window."""


class Style(QProxyStyle):
    """Fusion, with our icons on docks and fields."""

    def standardIcon(  # noqa: N802 - Qt's name
        self, which: QStyle.StandardPixmap, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> QIcon:
        """Return our icon where there is one."""
        from komawari.ui.icons import icon

        name = OWN_ICONS.get(which)
        return icon(name) if name else super().standardIcon(which, option, widget)


class Themes(QObject):
    """Which theme the application has; follows the system where the artist chose none."""

    changed = Signal()
    """Another palette: draw icons and thumbnails anew."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app, self._chosen, self._building = app, "", False
        self.colours = LIGHT
        app.setStyle(Style("Fusion"))
        app.styleHints().colorSchemeChanged.connect(self._follow_system)

    def choose(self, name: str) -> None:
        """Use a theme of `NAMES`; anything else means the system's."""
        self._chosen = name if name in NAMES else ""
        self._become(self._wanted())

    @contextlib.contextmanager
    def building(self) -> Iterator[None]:
        """Keep the stylesheet back while a window is put together.

        Qt dresses a whole branch again whenever it is put into another one; that was a tenth of the editor's start.
        """
        self._building = True
        self._app.setStyleSheet("")
        try:
            yield
        finally:
            self._building = False
            self._app.setStyleSheet(stylesheet(self.colours))

    def _wanted(self) -> Colours:
        if self._chosen:
            return DARK if self._chosen == "dark" else LIGHT
        return DARK if self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT

    def _follow_system(self) -> None:
        if not self._chosen:
            self._become(self._wanted())

    def _become(self, colours: Colours) -> None:
        self.colours = colours
        self._app.setPalette(palette(colours))
        for name, darkened in DARKENED.items():
            # PySide takes the name as text alone, whatever its stubs say.
            self._app.setPalette(outlined(colours, darkened), name)  # type: ignore[arg-type]
        if not self._building:
            self._app.setStyleSheet(stylesheet(colours))
        self.changed.emit()


_themes: list[Themes] = []


def themes() -> Themes:
    """Return the application's themes; made with the first call."""
    app = QApplication.instance()
    assert isinstance(app, QApplication), "a theme needs an application"
    if not _themes or _themes[0].parent() is not app:
        _themes[:] = [Themes(app)]
    return _themes[0]


def colours() -> Colours:
    """Return the colours of the present theme; those of a bare application before any theme is chosen."""
    if _themes:
        return _themes[0].colours
    dark = QGuiApplication.palette().color(QPalette.ColorRole.Window).lightnessF() < 0.5
    return DARK if dark else LIGHT


def palette(c: Colours) -> QPalette:
    """Return a theme's palette."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    made = QPalette(QColor(c.raised), QColor(c.window))
    roles = {
        role.Window: c.window, role.WindowText: c.text, role.Base: c.base, role.AlternateBase: c.raised,
        role.Text: c.text, role.Button: c.raised, role.ButtonText: c.text, role.BrightText: c.error,
        role.ToolTipBase: c.raised, role.ToolTipText: c.text, role.PlaceholderText: c.dim, role.Mid: c.line,
        role.Highlight: c.accent, role.HighlightedText: c.accent_text, role.Link: c.focus, role.LinkVisited: c.focus,
        role.Accent: c.focus,
    }  # fmt: skip
    for one, colour in roles.items():
        made.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(group.Disabled, one, QColor(c.disabled))
    made.setColor(group.Disabled, role.Highlight, QColor(c.line))
    return made


def outlined(c: Colours, darkened: float) -> QPalette:
    """Return a theme's palette for a kind of widget of `DARKENED`.

    Fusion makes the line around it of the window's colour, on a dark window black on black, and its ring of the colour
    of what is selected. None of them paints a window of its own, so that theirs may be the one whose line is seen.
    """
    made, line = palette(c), QColor(c.strong_line)
    made.setColor(QPalette.ColorRole.Window, QColor.fromHsvF(line.hueF(), line.saturationF(), line.valueF() * darkened))
    made.setColor(QPalette.ColorRole.Highlight, QColor(c.focus))
    made.setColor(QPalette.ColorRole.HighlightedText, QColor(c.base))
    return made


def stylesheet(c: Colours) -> str:
    """Return the rules for what a palette cannot say, for the application's font."""
    # A style of ours could say it for any font, but Qt asks one of Python a thousand times while a window is made.
    line = max(math.ceil(QFontMetricsF(QGuiApplication.font()).height()), LOWEST_LINE)
    return _RULES.substitute(asdict(c), spin=line + AROUND_TEXT - SPIN_FRAME)


_RULES = Template("""
QToolTip { background: $raised; color: $text; border: 1px solid $strong_line; padding: 3px 6px; }
QMainWindow::separator { background: $window; width: 5px; height: 5px; }
QMainWindow::separator:hover { background: $focus; }
QDockWidget { font-weight: 600; }
QDockWidget::title { background: $raised; padding: 6px 8px; border-bottom: 1px solid $line; }
QToolBar { border: 0; padding: 3px; spacing: 2px; background: $window; }
QToolBar::separator { background: $line; width: 1px; height: 1px; margin: 5px; }
QToolBar QToolButton { padding: 5px; border: 1px solid transparent; border-radius: 5px; }
QToolBar QToolButton:hover { background: $raised; border-color: $line; }
QToolBar QToolButton:checked { background: $accent; color: $accent_text; }
QToolBar QToolButton:focus { border-color: $focus; }
QStatusBar { background: $window; border-top: 1px solid $line; }
QStatusBar::item { border: 0; }
QStatusBar QToolButton { border: 1px solid transparent; border-radius: 4px; padding: 2px 6px; }
QStatusBar QToolButton:hover { background: $raised; border-color: $line; }
QStatusBar QToolButton:focus { border-color: $focus; }
QMenuBar { background: $window; }
QMenuBar::item { padding: 4px 9px; border-radius: 4px; }
QMenuBar::item:selected { background: $raised; }
QMenu { padding: 4px; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QListView, QTreeView, QTableView { border: 1px solid $line; outline: 0; }
QListView:focus, QTreeView:focus, QTableView:focus { border-color: $focus; }
QAbstractSpinBox { min-height: ${spin}px; }
QPushButton { padding: 5px 14px; border: 1px solid $strong_line; border-radius: 5px; background: $raised; }
QPushButton:hover { border-color: $focus; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border: 2px solid $focus; padding: 4px 13px; }
QPushButton:disabled { border-color: $line; color: $disabled; }
QPushButton:default, QPushButton[primary="true"] { background: $accent; color: $accent_text; border-color: $accent; }
QPushButton:default:disabled, QPushButton[primary="true"]:disabled {
    background: $line; color: $disabled; border-color: $line;
}
QPushButton:default:focus, QPushButton[primary="true"]:focus { border: 2px solid $focus; }
QLabel[dim="true"] { color: $dim; }
QLabel[heading="true"] { font-weight: 600; }
QFrame[card="true"] { background: $raised; border: 1px solid $line; border-radius: 8px; }
QFrame[banner="info"] { background: $raised; border: 0; border-left: 4px solid $focus; }
QFrame[banner="warning"] { background: $raised; border: 0; border-left: 4px solid $warning; }
QFrame[banner="error"] { background: $raised; border: 0; border-left: 4px solid $error; }
""")
