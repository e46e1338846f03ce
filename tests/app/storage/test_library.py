"""The library keeps characters with their pictures, finds them, and offers what changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from animeadapter.protocol.request import Blob
from komawari.domain.character import Character, CharacterReference
from komawari.domain.edits import characters
from komawari.domain.project import Project, new_project
from komawari.storage.errors import DamagedError, ReadOnlyError, StorageError
from komawari.storage.library import FILE, Library

FILES = {Blob.of(data).sha256: data for data in (b"front", b"mask", b"side")}


def reference(number: int, picture: bytes) -> CharacterReference:
    return CharacterReference(f"{number:032x}", Blob.of(picture), mask=Blob.of(b"mask"))


YUKI = Character(f"{1:032x}", "Yuki", labels=("heroine",), tags=("white hair",), references=(reference(2, b"front"),))
REN = Character(f"{3:032x}", "Ren", notes="Yuki's brother", references=(reference(4, b"side"),))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    one = Library(tmp_path / "new" / FILE)
    yield one
    one.close()


def test_characters_outlive_the_program_with_all_their_pictures(library: Library) -> None:
    library.put(YUKI, FILES)
    library.close()
    again = Library(library.path)
    assert again.characters() == [YUKI]
    assert again.files_of(YUKI) == {sha: FILES[sha] for sha in FILES if FILES[sha] != b"side"}
    again.close()
    assert [path.name for path in library.path.parent.iterdir()] == [FILE]


def test_a_picture_that_nobody_gives_is_asked_for(library: Library) -> None:
    with pytest.raises(StorageError, match="not given"):
        library.put(YUKI, {})
    assert library.characters() == []


def test_words_and_labels_find_characters(library: Library) -> None:
    library.put(YUKI, FILES)
    library.put(REN, FILES)
    assert [one.name for one in library.characters()] == ["Ren", "Yuki"]
    assert [one.name for one in library.search("yuki")] == ["Ren", "Yuki"]
    assert library.search("yuki BROTHER") == [REN] and library.search("white") == [YUKI]
    assert library.search("", ["Heroine"]) == [YUKI] and library.search("ren", ["heroine"]) == []


def test_a_changed_design_is_a_new_version_and_a_new_name_is_not(library: Library) -> None:
    library.put(YUKI, FILES)
    assert library.put(replace(YUKI, name="Yukiko"), FILES).version == 1
    assert library.put(replace(YUKI, tags=("black hair",)), FILES).version == 2
    assert library.get(YUKI.id) == replace(YUKI, tags=("black hair",), version=2)


def test_removing_takes_only_pictures_that_nobody_else_has(library: Library) -> None:
    library.put(YUKI, FILES)
    library.put(REN, FILES)
    library.remove(YUKI.id)
    assert library.picture(Blob.of(b"mask").sha256) == b"mask"
    with pytest.raises(StorageError):
        library.picture(Blob.of(b"front").sha256)


def copied(library: Library) -> Project:
    return characters.from_library(new_project(), library.put(YUKI, FILES))


def test_a_change_here_is_offered_until_it_is_taken_or_declined(library: Library) -> None:
    project = copied(library)
    assert library.offers(project) == []
    new = library.put(replace(YUKI, tags=("black hair",)), FILES)
    assert library.offers(project) == [new]
    taken = characters.take_update(project, new)
    assert taken.characters[0].tags == ("black hair",) and library.offers(taken) == []
    declined = characters.decline_update(project, new)
    assert declined.characters[0].tags == ("white hair",) and library.offers(declined) == []
    newer = library.put(replace(YUKI, tags=("red hair",)), FILES)
    assert library.offers(declined) == [newer]


def test_a_change_in_the_project_alone_is_no_offer(library: Library) -> None:
    project = copied(library)
    project = characters.set_character(project, replace(project.characters[0], prompt="tall"))
    assert library.offers(project) == []


def test_what_is_no_library_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"something else")
    with pytest.raises(DamagedError, match="no Komawari file"):
        Library(tmp_path / FILE)
    assert (tmp_path / FILE).read_bytes() == b"something else"


def test_a_folder_that_cannot_be_made_is_named() -> None:
    with pytest.raises(ReadOnlyError, match="/dev/null"):
        Library(Path("/dev/null/x") / FILE)
