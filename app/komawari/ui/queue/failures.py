"""What is said about jobs that failed or were not queued, and what the artist can do."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication

from animeadapter.protocol.messages import Failed
from komawari.ui.counted import counted

GONE = ("engine_gone", "shutting_down")
"""Failures of the engine and not of the job, which waits for the next engine."""


def said(failed: Failed) -> str:
    """Return the line for a panel that could not be drawn."""
    advice = {
        "out_of_memory": QCoreApplication.translate(
            "PanelQueue",
            "The memory did not suffice. Ask for a smaller size or fewer takes at once, or close other programs that"
            " use the graphics card; then queue the panel again.",
        ),
        "crashed": QCoreApplication.translate(
            "PanelQueue", "The other panels in the queue go on. A smaller size or another scheduler may help."
        ),
        "busy": QCoreApplication.translate("PanelQueue", "The engine has too much to do; queue the panel again later."),
        "internal": QCoreApplication.translate("PanelQueue", "That is a mistake of the program; its log says more."),
    }.get(failed.code, "")
    message = failed.message.rstrip(". ")
    return f"{message}. {advice}" if advice else failed.message


def said_of_left(count: int) -> str:
    """Return the line about panels that waited, or were drawn, when their project was left."""
    tr = partial(QCoreApplication.translate, "PanelQueue")
    one = tr("A panel of the project before is not drawn any more")
    return counted(count, one, tr("{n} panels of the project before are not drawn any more"))


def said_of_stale(queued: int, stale: int, redrawn: int) -> str:
    """Return the line about stale panels: how many were queued, of how many, and how many have newer takes already."""

    tr = partial(QCoreApplication.translate, "PanelQueue")
    lines = [counted(queued, tr("A stale panel is queued"), tr("{n} stale panels are queued"))] if queued else []
    if not queued and stale:
        one = tr("A stale panel waits in the queue already or cannot be drawn")
        lines.append(counted(stale, one, tr("{n} stale panels wait in the queue already or cannot be drawn")))
    if redrawn:
        one = tr("A panel has newer takes already; choose one there")
        lines.append(counted(redrawn, one, tr("{n} panels have newer takes already; choose one there")))
    return " · ".join(lines) or tr("No panel is stale")
