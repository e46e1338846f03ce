"""The panel as a request, in the Panel menu: what the inspector's button offers."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QWidget

from komawari.ui.docks.inspector.requests import RequestMenu
from komawari.ui.session import Session
from komawari.ui.window.actions import Actions


class RequestCommands(QObject):
    """Makes actions of it."""

    def __init__(self, session: Session, requests: RequestMenu, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._requests = session, requests

    def register(self, actions: Actions) -> None:
        """Register the actions; they are there while a panel is selected."""
        said, requests = QCoreApplication.translate, self._requests
        tip = said("Requests", "Exchange the panel with the command animeadapter generate")
        for name, text, do in (
            ("request.copy", said("Requests", "&Copy as request"), requests.copy),
            ("request.save", said("Requests", "&Save as request…"), requests.ask_where),
            ("request.paste", said("Requests", "&Paste request"), requests.paste),
            ("request.open", said("Requests", "&Open request…"), requests.ask_which),
        ):
            actions.add(name, text, "", do, tip, enabled=lambda: self._session.panel is not None)
