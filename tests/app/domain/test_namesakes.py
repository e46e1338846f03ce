"""Characters of one name are counted, and a new one gets a name that is free."""

from __future__ import annotations

from komawari.domain.character import Character
from komawari.domain.namesakes import free_name, namesakes


def named(*names: str) -> list[Character]:
    return [Character(f"{index:032x}", name) for index, name in enumerate(names)]


def test_those_of_one_name_have_a_place_among_them() -> None:
    cast = named("Mari", "Ren", "mari ", "Mari")
    places = namesakes(cast)
    assert [places.get(one.id) for one in cast] == [(1, 3), None, (2, 3), (3, 3)]


def test_a_free_name_is_as_asked_or_has_the_first_free_number() -> None:
    assert free_name("Aiko", named("Mari")) == "Aiko"
    assert free_name("Aiko", named("Aiko", "aiko 2", "Aiko 4")) == "Aiko 3"
    assert len(free_name("A" * 200, named("A" * 200))) <= 200
