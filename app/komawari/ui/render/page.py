"""`paint_page`: what a page looks like, on the screen, as a thumbnail and in print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from komawari.domain.geometry.order import numbers
from komawari.domain.panel import Panel
from komawari.domain.paper import Paper
from komawari.domain.project import Page, Project
from komawari.ui.render import marks
from komawari.ui.render.frames import bled, outline, qpolygon, qrect, rectangle_of
from komawari.ui.render.pictures import Pictures
from komawari.ui.render.sketches import Laid, Sketches, paint_sketch
from komawari.ui.render.transforms import picture_rect

WHITE = QColor("white")
INK = QColor("black")
Paint = Callable[[QPainter], None]
"""Paints in millimetres from the trim's corner, beyond the frame too."""


@dataclass(frozen=True)
class Options:
    """What is painted of a page. As they are, they are those of export: nothing but paper, pictures and lines."""

    guides: bool = False
    """Lines of bleed, trim and safe area."""
    numbers: bool = False
    """The reading order."""
    placeholders: bool = False
    """Something calm where a panel has no picture yet."""
    hints: bool = True
    """What to do next, within it."""
    paper: str | None = "#ffffff"
    """Its colour. None: the page is transparent where nothing lies on it; frames are still filled white."""
    bleed: bool = True
    """Paint as far as the bleed; else the trim ends it."""
    smooth: bool = True
    """Take time for pictures and lines."""
    clip: QRectF | None = None
    """Only this part of the page (mm) has to be painted."""


SCREEN = Options(guides=True, numbers=True, placeholders=True)
THUMBNAIL = Options(placeholders=True, bleed=False)


def paint_page(
    painter: QPainter, project: Project, page: Page, pictures: Pictures,
    options: Options | None = None, sketches: Sketches = lambda _: None,
) -> None:  # fmt: skip
    """Paint a page; the painter's units have to be millimetres, its origin the trim's upper left corner.

    Without `sketches` none are painted.
    """
    options = options or Options()
    painter.save()
    area = page_rect(page.paper, options)
    painter.setClipRect(area & options.clip if options.clip else area, Qt.ClipOperation.IntersectClip)
    if options.paper is not None:
        painter.fillRect(area, QColor(options.paper))
    frames = {panel.id: panel.frame for panel in page.panels}
    order = numbers(frames, project.reading == "rtl") if options.numbers or options.placeholders else {}
    for panel in page.panels:
        if options.clip is None or painted_rect(panel, page.paper).intersects(options.clip):
            number = order.get(panel.id)
            paint_panel(painter, page.paper, panel, pictures(panel), options, number, sketches(panel))
    painter.restore()
    if options.guides:
        marks.paint_guides(painter, page.paper)
    if options.numbers:
        shown = lambda panel: pictures(panel) is not None or sketches(panel) is not None  # noqa: E731
        full = [panel for panel in page.panels if not options.placeholders or shown(panel)]
        marks.paint_numbers(painter, [(panel.frame, order[panel.id]) for panel in full])


def page_rect(paper: Paper, options: Options) -> QRectF:
    """Return the part of the plane that a page is, in mm."""
    return qrect(paper.bleed_box if options.bleed else paper.trim_box)


def painted_rect(panel: Panel, paper: Paper) -> QRectF:
    """Return all that a panel's painting can touch, its line included, in mm."""
    half = panel.border  # Half the line's width, and as much again for its corners.
    return qpolygon(bled(panel.frame, paper).polygon).boundingRect().adjusted(-half, -half, half, half)


def paint_panel(
    painter: QPainter, paper: Paper, panel: Panel, picture: QImage | None, options: Options,
    number: int | None = None, sketch: Laid | None = None,
) -> None:  # fmt: skip
    """Paint one panel with its picture, sketch and line. It hides what lies behind it, picture or not."""
    frame = bled(panel.frame, paper)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, options.smooth)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, options.smooth)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(options.paper) if options.paper else WHITE)
    if picture is None or picture.isNull() or picture.hasAlphaChannel() or not _covers(panel, paper, picture):
        painter.drawPolygon(qpolygon(frame.polygon))
    if picture is not None and not picture.isNull():
        _paint_clipped(painter, paper, panel, options, lambda inner: paint_picture(inner, paper, panel, picture))
    elif options.placeholders and (sketch is None or picture is not None):
        polygon, unreadable = qpolygon(frame.polygon), picture is not None
        marks.paint_placeholder(painter, panel, polygon, number, unreadable, options.hints)
    if sketch is not None:
        _paint_clipped(painter, paper, panel, options, lambda inner: paint_sketch(inner, paper, panel, sketch))
    if panel.border > 0:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(border_pen(panel))
        painter.drawPath(outline(frame))
    painter.restore()


def _covers(panel: Panel, paper: Paper, picture: QImage) -> bool:
    rect = picture_rect(panel, paper, (picture.width(), picture.height()))
    return rect.contains(qpolygon(bled(panel.frame, paper).polygon).boundingRect().adjusted(1e-6, 1e-6, -1e-6, -1e-6))


def _paint_clipped(painter: QPainter, paper: Paper, panel: Panel, options: Options, paint: Paint) -> None:
    """Paint a picture or a sketch as far as its frame shows it."""
    upright = rectangle_of(bled(panel.frame, paper).polygon)
    engine = painter.paintEngine()
    pixels = engine is not None and engine.type() == QPaintEngine.Type.Raster
    if upright is None and options.smooth and pixels and panel.border <= 0:
        paint_masked(painter, paper, panel, paint)
        return
    painter.save()
    if upright is not None:
        painter.setClipRect(upright, Qt.ClipOperation.IntersectClip)
    else:
        painter.setClipPath(clip_path(panel, paper), Qt.ClipOperation.IntersectClip)
    paint(painter)
    painter.restore()


def paint_masked(painter: QPainter, paper: Paper, panel: Panel, paint: Paint) -> None:
    """Paint something with smooth slanted edges. Qt clips by whole pixels, which a line around would hide."""
    path, ratio = clip_path(panel, paper), painter.device().devicePixelRatio()
    room = painter.transform().mapRect(path.boundingRect() & painter.clipBoundingRect())
    room = QRectF(room.toAlignedRect() & QRectF(painter.viewport()).toAlignedRect())
    if room.isEmpty():
        return
    layer = QImage((room.size() * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    layer.setDevicePixelRatio(ratio)
    layer.fill(Qt.GlobalColor.transparent)
    inner = QPainter(layer)
    inner.setRenderHints(painter.renderHints())
    inner.setTransform(painter.transform() * QTransform.fromTranslate(-room.left(), -room.top()))
    inner.save()
    paint(inner)
    inner.restore()
    everything = QPainterPath()
    everything.addPolygon(painter.transform().inverted()[0].map(QPolygonF(room.adjusted(-9, -9, 9, 9))))
    inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
    inner.fillPath(everything.subtracted(path), INK)
    inner.end()
    painter.save()
    painter.resetTransform()
    painter.drawImage(room.topLeft(), layer)
    painter.restore()


def clip_path(panel: Panel, paper: Paper) -> QPainterPath:
    """Return the part of the page (mm) in which a panel's picture shows; layered export makes its mask of it."""
    path = QPainterPath()
    path.addPolygon(qpolygon(bled(panel.frame, paper).polygon))
    path.closeSubpath()
    return path


def border_pen(panel: Panel) -> QPen:
    """Return the pen of a panel's line, in mm."""
    return QPen(INK, panel.border, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)


def paint_picture(painter: QPainter, paper: Paper, panel: Panel, picture: QImage) -> None:
    """Paint all of a panel's picture where it lies, without clipping it to the frame."""
    rect = picture_rect(panel, paper, (picture.width(), picture.height()))
    placement = panel.placement
    if placement.flip_x or placement.flip_y:
        centre = rect.center()
        painter.translate(centre)
        painter.scale(-1 if placement.flip_x else 1, -1 if placement.flip_y else 1)
        rect = QRectF(QPointF(-rect.width() / 2, -rect.height() / 2), rect.size())
    painter.drawImage(rect, picture)
