"""The File, Window and Help menus, and what opens dialogs of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from komawari.ui.window.actions import Actions

if TYPE_CHECKING:
    from komawari.ui.dialogs.export import ExportDialog
    from komawari.ui.dialogs.prompts import PromptsDialog
    from komawari.ui.window.window import Window


class ProgramCommands(QObject):
    """What concerns the program and its files rather than the page."""

    help = ("help.sample", "help.keys", "", "help.about", "help.licences")
    """Names of the Help menu, in order."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._files, self._questions = window, window.files, window.files.questions
        self._export: ExportDialog | None = None
        self._prompts: PromptsDialog | None = None

    def register(self, actions: Actions) -> None:
        """Register the actions."""
        self._register_files(actions)
        self._register_views(actions)
        self._register_help(actions)

    def _register_files(self, actions: Actions) -> None:
        files, session = self._files, self._window.session
        actions.add(
            "file.new", self.tr("&New…"), "Ctrl+N", files.ask_new, self.tr("Begin a new project"), icon="new"
        )  # fmt: skip
        actions.add(
            "file.open", self.tr("&Open…"), "Ctrl+O", files.ask_open, self.tr("Open a project"), icon="open"
        )  # fmt: skip
        actions.add(
            "file.save", self.tr("&Save"), "Ctrl+S", files.save, self.tr("Save the project"), icon="save",
            enabled=lambda: session.document.is_modified or files.is_untitled,
        )  # fmt: skip
        actions.add(
            "file.save_as", self.tr("Save &as…"), "Ctrl+Shift+S", files.ask_save_as,
            self.tr("Save under another name, and go on there"), icon="save-as",
        )  # fmt: skip
        actions.add(
            "file.revert", self.tr("Re&vert"), "", files.revert,
            self.tr("Go back to the last save; undo brings the edits back"), icon="revert",
            enabled=lambda: session.document.is_modified,
        )  # fmt: skip
        actions.add(
            "file.settings", self.tr("Se&ttings…"), "Ctrl+,", self.show_settings,
            self.tr("Language, theme, engine, keys"), icon="settings",
        )  # fmt: skip
        actions.add("file.quit", self.tr("&Quit"), "Ctrl+Q", self._window.close, self.tr("Quit Komawari"))

        actions.add(
            "file.export", self.tr("&Export…"), "Ctrl+Shift+E", self.show_export,
            self.tr("Write pages as PNG, PDF, PSD, CBZ or webtoon slices"), icon="export",
        )  # fmt: skip
        actions.add(
            "file.storage", self.tr("S&torage…"), "", self.show_storage,
            self.tr("What the project's file is used for; the trash"), icon="storage",
        )  # fmt: skip

        actions.add(
            "edit.prompts", self.tr("&Prompts and tags…"), "Ctrl+Shift+F", self.show_prompts,
            self.tr("All prompts in one table, with find and replace"), icon="prompts",
        )  # fmt: skip

    def _register_views(self, actions: Actions) -> None:
        canvas = self._window.canvas
        guides = actions.add(
            "view.guides", self.tr("&Guides"), "Ctrl+;", canvas.set_guides,
            self.tr("Show bleed, trim and safe margin"), icon="guides", checkable=True,
        )  # fmt: skip
        marks = actions.add(
            "view.marks", self.tr("Panel &numbers and marks"), "", canvas.set_marks,
            self.tr("Show in which order panels are read, and how they are"), icon="eye", checkable=True,
        )  # fmt: skip
        guides.setChecked(canvas.shows_guides)
        marks.setChecked(canvas.shows_marks)
        actions.add(
            "view.full_screen", self.tr("&Full screen"), "F11", self._show_full_screen,
            self.tr("Use the whole screen"), icon="full-screen", checkable=True,
        )  # fmt: skip
        actions.add(
            "window.reset", self.tr("&Reset layout"), "", self._window.docks.arrange,
            self.tr("Put all docks where they were at first"),
        )  # fmt: skip

    def _register_help(self, actions: Actions) -> None:
        actions.add(
            "help.sample", self.tr("&Open the sample project"), "", self.open_sample,
            self.tr("Look at finished pages; your own copy is opened"), icon="page",
        )  # fmt: skip
        actions.add(
            "help.keys", self.tr("&Keyboard shortcuts"), ("F1", "?"), self.show_shortcuts,
            self.tr("All commands and their keys, to be searched"), icon="keyboard",
        )  # fmt: skip
        actions.add("help.about", self.tr("&About Komawari"), "", self.show_about, self.tr("Version"), icon="koma")
        actions.add(
            "help.licences", self.tr("&Licences"), "", self.show_licences,
            self.tr("What Komawari is made of, and under which licences"),
        )  # fmt: skip

    def _show_full_screen(self, on: bool) -> None:
        if on:
            self._window.showFullScreen()
        else:
            self._window.showNormal()

    def show_settings(self, page: str = "general") -> None:
        """Show the settings, at one of their pages."""
        from komawari.ui.dialogs.settings import SettingsDialog

        window = self._window
        dialog = SettingsDialog(window.session, window.engine, window.actions, window)
        dialog.show_page(page)
        self._questions.show(dialog)

    def show_keys(self) -> None:
        """Show where keys are bound."""
        self.show_settings("keys")

    def show_shortcuts(self) -> None:
        """Show the sheet of all keys."""
        from komawari.ui.dialogs.shortcuts import ShortcutSheet

        self._questions.show(ShortcutSheet(self._window.actions, self.show_keys, self._window))

    def show_about(self) -> None:
        """Show the version."""
        from komawari.ui.dialogs.about import AboutDialog

        self._questions.show(AboutDialog(self._window.engine, self._window))

    def show_licences(self) -> None:
        """Show what Komawari is made of."""
        from komawari.ui.dialogs.about import LicencesDialog

        self._questions.show(LicencesDialog(self._window.engine, self._window))

    def show_export(self) -> None:
        """Show the export; it goes on when its dialog is closed, so there is one for all times."""
        from komawari.ui.dialogs.export import ExportDialog

        self._export = self._export or ExportDialog(self._window.session, self._window)
        self._questions.show(self._export, keep=True)

    def show_prompts(self) -> None:
        """Show all prompts in one table."""
        from komawari.ui.dialogs.prompts import PromptsDialog

        self._prompts = self._prompts or PromptsDialog(self._window.session, self._window)
        self._prompts.show()
        self._prompts.raise_()
        self._prompts.activateWindow()

    def show_storage(self) -> None:
        """Show what the project's file is used for."""
        from komawari.ui.dialogs.storage import StorageDialog

        self._questions.show(StorageDialog(self._window.session, self._window))

    def open_sample(self) -> None:
        """Open the artist's copy of the sample project."""
        from komawari.ui.samples import open_sample

        def failed(error: BaseException) -> None:
            self._window.banners.show_line("error", str(error), key="open")

        self._window.session.later(open_sample, self._files.open, failed)
