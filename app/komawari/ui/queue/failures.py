"""What is said about jobs that failed or were not queued, and what the artist can do."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from animeadapter.protocol.messages import Failed

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


def said_of_stale(queued: int, stale: int, redrawn: int) -> str:
    """Return the line about stale panels: how many were queued, of how many, and how many have newer takes already."""

    def count(text: str, number: int) -> str:
        return QCoreApplication.translate("PanelQueue", text, "", number)

    lines = [count("%n stale panel(s) queued", queued)] if queued else []
    if not queued and stale:
        lines.append(count("%n stale panel(s) wait in the queue already or cannot be drawn", stale))
    if redrawn:
        lines.append(count("%n panel(s) have newer takes already; choose one there", redrawn))
    return " · ".join(lines) or QCoreApplication.translate("PanelQueue", "No panel is stale")
