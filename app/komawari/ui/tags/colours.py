"""Colours of clusters, made from the palette of the moment, so that they suit light and dark."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QPalette

from komawari.ui.tags.vocabulary import Cluster

HUES = {
    Cluster.CAST: 280, Cluster.EXPRESSION: 345, Cluster.POSE: 25, Cluster.VIEW: 200, Cluster.SCENE: 130,
    Cluster.STYLE: 50, Cluster.LOOKS: 310, Cluster.OUTFIT: 230, Cluster.OTHER: -1,
}  # fmt: skip


def is_dark(palette: QPalette) -> bool:
    """Return whether a palette writes light on dark."""
    return palette.color(QPalette.ColorRole.Window).lightness() < 128


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """Return a colour with so much (0 … 1) of another in it."""
    return QColor.fromRgbF(
        one.redF() + (other.redF() - one.redF()) * share,
        one.greenF() + (other.greenF() - one.greenF()) * share,
        one.blueF() + (other.blueF() - one.blueF()) * share,
    )


def hue_of(cluster: Cluster, palette: QPalette) -> QColor:
    """Return a cluster's colour at full strength: for dots and outlines."""
    hue = HUES[cluster]
    if hue < 0:
        return palette.color(QPalette.ColorRole.PlaceholderText)
    return QColor.fromHsv(hue, 120, 225) if is_dark(palette) else QColor.fromHsv(hue, 165, 190)


def tint_of(cluster: Cluster, palette: QPalette) -> QColor:
    """Return a cluster's colour as a background on which the palette's text reads well."""
    base = palette.color(QPalette.ColorRole.Base)
    return mixed(base, hue_of(cluster, palette), 0.26 if is_dark(palette) else 0.17)


def name_of(cluster: Cluster) -> str:
    """Return a cluster's name for people."""
    names = {
        Cluster.CAST: QCoreApplication.translate("Clusters", "Who"),
        Cluster.EXPRESSION: QCoreApplication.translate("Clusters", "Expression"),
        Cluster.POSE: QCoreApplication.translate("Clusters", "Pose"),
        Cluster.VIEW: QCoreApplication.translate("Clusters", "View"),
        Cluster.SCENE: QCoreApplication.translate("Clusters", "Scene"),
        Cluster.STYLE: QCoreApplication.translate("Clusters", "Style"),
        Cluster.LOOKS: QCoreApplication.translate("Clusters", "Looks"),
        Cluster.OUTFIT: QCoreApplication.translate("Clusters", "Outfit"),
        Cluster.OTHER: QCoreApplication.translate("Clusters", "Other"),
    }
    return names[cluster]
