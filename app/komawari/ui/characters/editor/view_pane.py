"""The mask view with its switches, and what its tokens say in words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from komawari.domain.character import CharacterPart, CharacterReference
from komawari.ui.characters import masks
from komawari.ui.characters.editor.changes import WHOLE
from komawari.ui.characters.editor.counting import TokenCounter
from komawari.ui.characters.editor.mask_view import Layer, MaskView
from komawari.ui.characters.editor.paint_bar import PaintBar
from komawari.ui.characters.editor.parts import WHOLE_COLOUR, PartsList, TokenLine, colours_of, name_of_part
from komawari.ui.characters.tokens import FEW, Tokens
from komawari.ui.icons import put_icon
from komawari.ui.session import Session

LONGEST = 1400
"""Pixels of the longer side of a picture that is shown; larger ones are made smaller for the view alone."""


class ViewPane(QWidget):
    """Shows a reference, its visible parts, and the tokens of the part that is looked at."""

    def __init__(self, session: Session, counter: TokenCounter, parts: PartsList, parent: QWidget) -> None:
        super().__init__(parent)
        self.session, self._counter, self._parts = session, counter, parts
        self.reference: CharacterReference | None = None
        self.view, self.line = MaskView(self), TokenLine(self)
        self.overlay = self._switch("mask", self.tr("Masks"), self.tr("Show masks over the picture"))
        self.tokens = self._switch("panel", self.tr("Tokens"), self.tr("Show the image encoder's grid of tokens"))
        self._hovered = -1
        self.character = ""
        self.bar = PaintBar(session, self.view, self)
        self.painter = self.bar.painter
        row = QHBoxLayout()
        row.addWidget(self.bar, 1)
        for button in (self.overlay, self.tokens):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.line)
        self.overlay.toggled.connect(lambda on: self.view.set_shown(overlay=on))
        self.tokens.toggled.connect(lambda on: self.view.set_shown(tokens=on))
        self.view.hovered.connect(self._hover)
        session.images.ready.connect(self._arrived)
        counter.counted.connect(self.show_tokens)
        parts.shown.connect(self.show_layers)
        self.painter.tool_changed.connect(self._painting)
        self.painter.painted.connect(self.show_tokens)
        self.bar.part_picked.connect(parts.choose)

    def _switch(self, icon: str, text: str, tip: str) -> QToolButton:
        button = QToolButton(self, autoRaise=True)
        button.setCheckable(True)
        button.setChecked(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setText(text)
        button.setToolTip(tip)
        put_icon(button, icon)
        return button

    # Showing.

    def show_reference(self, reference: CharacterReference | None) -> None:
        """Show a reference; None: say what to do."""
        self.reference = reference
        self._aim()
        self.view.encoder = self._counter.encoder
        if reference is None:
            self.view.show_picture(QImage(), self.tr("No reference. Add a picture, or drop one on the list."))
        else:
            picture = self.session.images.get(reference.picture.sha256, LONGEST)
            lost = picture is not None and picture.isNull()
            words = self.tr("The picture is not in the file") if lost else self.tr("Opening …")
            self.view.show_picture(picture, words)
        self.show_layers()
        self.show_tokens()

    def _aim(self) -> None:
        """Let the brush paint the part that is looked at."""
        known = {WHOLE, *(one.id for one in self.reference.parts)} if self.reference else set()
        part = self._parts.current if self._parts.current in known else WHOLE
        self.painter.show(self.character, self.reference, part)
        self.bar.show_reference(self.character, self.reference)

    def _painting(self, _tool: str) -> None:
        self.show_layers()
        self.show_tokens()

    def choose_part(self) -> None:
        """Another part is looked at."""
        self._aim()
        self._painting("")

    def show_layers(self) -> None:
        """Show the visible masks over the picture; the one that is painted is shown by the brush."""
        reference = self.reference
        layers: list[Layer] = []
        if reference is not None:
            tints = colours_of(reference.parts)
            # With parts on top, the whole would only make their colours dirty.
            if reference.mask is not None and WHOLE not in self._parts.hidden and not reference.parts:
                layers.append(Layer(WHOLE, "", WHOLE_COLOUR, self._mask(reference.mask.sha256)))
            layers += [
                self._layer(part, tints[part.id]) for part in reference.parts if part.id not in self._parts.hidden
            ]
        painted = self._parts.current if self.painter.tool else None
        self.view.show_layers([one for one in layers if one.id != painted])

    def show_tokens(self) -> None:
        """Show the tokens of the part that is looked at, and say what they mean."""
        reference, part = self.reference, self._parts.current
        if reference is None or part not in {WHOLE, *(one.id for one in reference.parts)}:
            self.view.show_chosen(None, WHOLE_COLOUR)
            self.line.say("")
            return
        colour = colours_of(reference.parts)[part] if part else QColor("white")
        self.view.show_chosen(self._live(reference, part) or self._counter.tokens(reference, part), colour)
        self.line.say(*self._words(self._name(reference, part)))

    def _live(self, reference: CharacterReference, part: str) -> Tokens | None:
        """Return the tokens of the mask that is being painted; None where it is not."""
        surface = self.painter.board.surface if self.painter.is_on else None
        if surface is None:
            return None
        from komawari.ui.characters.editor.snapping import live_tokens

        whole = self._mask(reference.mask.sha256) if part and reference.mask is not None else None
        return live_tokens(surface.pixels, whole, self.view.encoder)

    def _layer(self, part: CharacterPart, colour: QColor) -> Layer:
        mask = self._mask(part.mask.sha256) if part.mask is not None else None
        return Layer(part.id, name_of_part(part), colour, mask)

    def _mask(self, sha: str) -> QImage | None:
        image = self.session.images.get(sha, LONGEST)
        return image if image is None or image.isNull() else masks.grey(image)

    def _arrived(self, sha: str) -> None:
        if self.reference is None:
            return
        blobs = [self.reference.picture, self.reference.mask, *(part.mask for part in self.reference.parts)]
        if any(blob is not None and blob.sha256 == sha for blob in blobs):
            self.show_reference(self.reference)

    def _name(self, reference: CharacterReference, part: str) -> str:
        one = next((one for one in reference.parts if one.id == part), None)
        return name_of_part(one) if one else self.tr("Whole character")

    def _words(self, name: str) -> tuple[str, bool]:
        """Return what the tokens mean, and whether it is a warning."""
        tokens = self.view.tokens
        if tokens is None:
            return self.tr("{0}: no mask yet; the engine finds it when it draws").format(name), False
        if 0 <= self._hovered < len(tokens.coverage):
            share = round(100 * tokens.coverage[self._hovered])
            state = self.tr("active") if tokens.active[self._hovered] else self.tr("not active")
            row, column = divmod(self._hovered, tokens.grid)
            where = self.tr("Token {0} / {1}: {2} % of its patch is covered; {3}")
            return where.format(column + 1, row + 1, share, state), False
        counts = self.tr("{0}: {1} of {2} tokens are active").format(name, tokens.count, tokens.grid**2)
        if tokens.count == 0:
            return f"{counts}. {self.tr('The mask is empty, or its scale is 0: it adds nothing.')}", True
        if tokens.is_fallback:
            alone = self.tr("No patch is half covered, so the fullest one alone counts. Use a closer picture of it.")
            return f"{counts}. {alone}", True
        if tokens.are_few:
            few = self.tr("Fewer than {0} are too few to tell what it looks like; use a closer picture of it.")
            return f"{counts}. {few.format(FEW)}", True
        return counts, False

    def _hover(self, token: int) -> None:
        self._hovered = token
        self.show_tokens()
