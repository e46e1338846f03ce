"""Poses that come into a panel and leave it: OpenPose JSON files, and people whom the engine finds in pictures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from animeadapter.protocol.calls import DetectPose, FoundPoses
from animeadapter.protocol.files import read_file, write_file
from animeadapter.protocol.messages import Failed
from animeadapter.protocol.openpose_json import Dialect, PoseFile, read_openpose, write_openpose
from animeadapter.protocol.pose import Pose, PoseError
from komawari.document.document import Document
from komawari.domain.base import new_id
from komawari.domain.edits import poses as edits
from komawari.domain.panel import FigurePose, Panel
from komawari.domain.project import Page, panels_of
from komawari.engine_client.client import Finished
from komawari.ui.characters.pictures import Picture, Source, open_source
from komawari.ui.counted import counted
from komawari.ui.pose.casting import cast
from komawari.ui.pose.desk import PoseDesk, desk_of, poses_of, space_of
from komawari.ui.pose.presets import refitted
from komawari.ui.render.transforms import EMPTY, Pixels
from komawari.ui.session import Session


class PoseExchange(QObject):
    """Reads, writes and finds poses of the selected panel; `exchange_of` returns a session's."""

    busy_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.session = session
        self.desk: PoseDesk = desk_of(session)
        self._job = ""
        self._reading = False
        session.opened.connect(self.cancel)

    # OpenPose JSON.

    def read(self, path: Path) -> None:
        """Let the panel's figures stand as a file says, whichever dialect it is in; hands and faces come along."""
        panel = self.desk.panel
        if panel is None:
            return
        document, size = self.session.document, self.desk.pixels(panel)

        def work() -> PoseFile:
            try:
                return read_openpose(read_file(path), size)
            except PoseError as error:
                raise PoseError(f"{path}: {error}") from None

        self.session.later(work, partial(self._read, document, panel.id, path, size))

    def _read(self, document: Document, panel: str, path: Path, size: Pixels, found: PoseFile) -> None:
        if not found.poses:
            self.session.trouble.emit(self.tr("{0} has nobody in it").format(path))
            return
        source = found.canvas or size
        poses = [_refitted(pose, source, size) for pose in found.poses]
        self._take(document, panel, poses, self.tr("Import poses"))

    def write(self, path: Path, dialect: Dialect) -> None:
        """Write the poses of the panel, in pixels of the picture that will be drawn."""
        panel = self.desk.panel
        if panel is None or not (poses := poses_of(panel)):
            self.session.message.emit(self.tr("Nobody is posed in this panel"))
            return
        size = self.desk.pixels(panel)
        extras = any(one.face or one.left_hand or one.right_hand for one in poses)
        said = self.tr("{0} is written").format(path)
        if extras and dialect == "keypoints":
            said = self.tr("{0} is written, without hands and faces: this format has no room for them").format(path)

        def work() -> None:
            write_file(path, write_openpose(poses, size, dialect).encode())

        self.session.later(work, lambda _: self.session.message.emit(said))

    # The engine's eyes.

    @property
    def is_busy(self) -> bool:
        """Whether people are being looked for."""
        return self._reading or bool(self._job)

    def find_in_take(self) -> None:
        """Let the figures stand as the people in the panel's picture do."""
        panel = self.desk.panel
        take = None if panel is None else self.session.used_take(panel)
        if panel is None or take is None:
            self.session.message.emit(self.tr("The panel has no picture yet"))
            return
        takes = self.session.document.takes
        self._find(panel, lambda: takes.picture(take), self.tr("The panel's picture"), on_page=True)

    def find_in_file(self, path: Path) -> None:
        """Let the figures stand as the people in a picture file do, whole on the panel's canvas."""
        if (panel := self.desk.panel) is not None:
            self._find(panel, path, path.name, on_page=False)

    def cancel(self) -> None:
        """Look for nobody any more."""
        if self._job:
            self.session.engine.forget(self._job)
        self._become("", False)

    def _find(self, panel: Panel, source: Source, name: str, on_page: bool) -> None:
        if self.is_busy:
            self.session.message.emit(self.tr("People are being looked for already"))
            return
        self._become("", True)
        document = self.session.document
        self.session.later(
            partial(open_source, source, name), partial(self._ask, document, panel, on_page), self._unread
        )

    def _ask(self, document: Document, panel: Panel, on_page: bool, picture: Picture) -> None:
        if document is not self.session.document or not self._reading:
            return
        call = DetectPose(picture.blob, panel.settings.pack or self.session.settings.pack)
        found = partial(self._found, document, panel.id, (picture.width, picture.height), on_page)
        self._become(self.session.engine.ask(call, {picture.blob.sha256: picture.data}, found, self._failed), False)
        self.session.message.emit(self.tr("Looking for people …"))

    def _unread(self, error: BaseException) -> None:
        self._become("", False)
        self.session.trouble.emit(str(error))

    def _failed(self, end: Failed) -> None:
        self._become("", False)
        if end.code != "cancelled":
            self.session.trouble.emit(self.tr("People could not be looked for: {0}").format(end.message))

    def _found(self, document: Document, panel: str, size: Pixels, on_page: bool, end: Finished) -> None:
        self._become("", False)
        assert isinstance(end.result, FoundPoses)
        people = [one.pose for one in end.result.people]
        page, there = _place_of(self.session, panel)
        if document is not self.session.document or page is None or there is None:
            return
        if not people:
            self.session.message.emit(self.tr("Nobody was found in the picture"))
            return
        target = self.desk.pixels(there, page)
        fit = partial(self._laid, there, page, size) if on_page else partial(_refitted, source=size, target=target)
        self._take(document, panel, [fit(pose) for pose in people], self.tr("Detect poses"))

    def _laid(self, panel: Panel, page: Page, size: Pixels, pose: Pose) -> FigurePose:
        """Return a pose of a picture (in pixels) that lies in the frame, on the canvas that will be drawn."""
        seen = space_of(panel, page, size)
        own = space_of(panel, page, self.desk.packs.size_of(panel, page.paper) or EMPTY)
        return FigurePose.of(pose.mapped(lambda x, y: own.point(seen.spot(x, y))))

    # Both.

    def _take(self, document: Document, panel: str, poses: Sequence[FigurePose], name: str) -> None:
        """Give poses to the figures of a panel, as one edit."""
        _, there = _place_of(self.session, panel)
        if document is not self.session.document or there is None:
            return
        at_hand = self.session.figure if self.session.selected[-1:] == (panel,) else None
        given, new = cast(there, poses, at_hand, new_id)
        if self.session.edit(name, partial(edits.set_poses, panel=panel, poses=given, new=new)):
            one, several = self.tr("A figure is posed"), self.tr("{n} figures are posed")
            self.session.message.emit(counted(len(poses), one, several))

    def _become(self, job: str, reading: bool) -> None:
        before = self.is_busy
        self._job, self._reading = job, reading
        if before != self.is_busy:
            self.busy_changed.emit()


def exchange_of(session: Session) -> PoseExchange:
    """Return a session's exchange; it begins with the first call."""
    return session.findChild(PoseExchange) or PoseExchange(session)


def _refitted(pose: Pose, source: Pixels, target: Pixels) -> FigurePose:
    same = source[0] * target[1] == source[1] * target[0]
    return FigurePose.of(pose if same else refitted(pose, source, target))


def _place_of(session: Session, panel: str) -> tuple[Page | None, Panel | None]:
    found = next(((page, one) for page, one in panels_of(session.project) if one.id == panel), None)
    return found or (None, None)
