"""The engine in the status bar: an icon and a line, always there; a click tells more and offers to restart it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QWidgetAction

from komawari.ui.icons import icon
from komawari.ui.theme import colours, themes
from komawari.ui.window.engine import EngineWatch, pack_name, plain


class EngineButton(QToolButton):
    """Shows an `EngineWatch`."""

    def __init__(self, watch: EngineWatch, restart: Callable[[], object], settings: Callable[[], object]) -> None:
        super().__init__()
        self._watch = watch
        self.setObjectName("engine")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(16, 16))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(self._made_menu(restart, settings))
        watch.changed.connect(self._show)
        themes().changed.connect(self._show)
        self._show()

    def _made_menu(self, restart: Callable[[], object], settings: Callable[[], object]) -> QMenu:
        menu = QMenu(self)
        self._details = QLabel(menu)
        self._details.setMargin(10)
        self._details.setTextFormat(Qt.TextFormat.RichText)
        shown = QWidgetAction(menu)
        shown.setDefaultWidget(self._details)
        menu.addAction(shown)
        menu.addSeparator()
        menu.addAction(self.tr("Restart engine"), restart)
        menu.addAction(self.tr("Engine settings…"), settings)
        return menu

    def line(self) -> str:
        """Return the state in a few words."""
        phase = self._watch.state.phase
        if phase == "starting":
            return self.tr("Engine is starting…")
        if phase == "restarting":
            return self.tr("Engine is restarting…")
        if phase != "ready":
            return self.tr("Engine stopped")
        pack = self._watch.pack
        if pack is None:
            return self.tr("Engine ready")
        parts = [pack_name(pack)]
        if self._watch.device is not None:
            parts.append(self._watch.device.device.upper())
        parts.append(self._watch.adapter or self.tr("no adapter"))
        return " · ".join(parts)

    def _show(self) -> None:
        c, phase = colours(), self._watch.state.phase
        busy = phase in ("starting", "restarting")
        name, colour = ("engine", c.warning) if busy else ("engine", c.good) if phase == "ready" else ("error", c.error)
        self.setIcon(icon(name, colour))
        self.setText(self.line())
        self.setAccessibleName(self.tr("Engine: {state}").format(state=self.line()))
        self.setToolTip(self.tr("The engine that draws: {state}. Click for more.").format(state=self.line()))
        self._details.setText(self._table())

    def _table(self) -> str:
        rows = "".join(
            f"<tr><td style='color:{colours().dim};padding-right:14px'>{label}</td><td>{escape(text)}</td></tr>"
            for label, text in self.facts()
        )
        return f"<table cellspacing='3'>{rows}</table>"

    def facts(self) -> list[tuple[str, str]]:
        """Return all that is known, by its label."""
        watch, unknown = self._watch, self.tr("not known yet")
        state, device, pack = watch.state, watch.device, watch.pack
        facts = [(self.tr("State"), {
            "starting": self.tr("starting"), "ready": self.tr("ready"), "restarting": self.tr("restarting"),
            "failed": self.tr("stopped"), "closed": self.tr("closed"),
        }[state.phase])]  # fmt: skip
        if state.message and state.phase != "ready":
            facts.append((self.tr("Because"), plain(state.message)))
        facts.append((self.tr("Device"), f"{device.device_name} ({device.precision})" if device else unknown))
        facts.append((self.tr("Model"), f"{pack.title} – {pack_name(pack)}" if pack else unknown))
        facts.append((self.tr("Licence"), pack.licence if pack else unknown))
        facts.append((self.tr("Adapter"), watch.adapter or (self.tr("none in this pack") if pack else unknown)))
        if watch.memory:
            facts.append((self.tr("Weights"), self.tr("{mib} MiB in memory").format(mib=round(watch.memory / 2**20))))
        facts += [(name, version) for name, version in state.versions.items()]
        return facts
