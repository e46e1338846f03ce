"""What a pack fills in where a request leaves it open; and for a tag that it never learned, what was meant."""

from __future__ import annotations

import pytest

from animeadapter.generate.resolve import alike, resolve
from animeadapter.packs.manifest import Calibration, Manifest
from animeadapter.protocol.request import Blob, Edit, GenerateRequest, Sampler

PICTURE = Blob.of(b"a picture")


@pytest.mark.parametrize(
    ("tag", "other"), [("stand", "standing"), ("twin_tails", "twintails"), ("closed_eys", "closed_eyes")]
)
def test_a_misspelling_is_told_what_it_means(tag: str, other: str) -> None:
    assert alike(tag, other)


@pytest.mark.parametrize(("tag", "other"), [("dragon_wings", "brown_wings"), ("pink_dress", "pink_hair")])
def test_another_thing_is_not_proposed(tag: str, other: str) -> None:
    assert not alike(tag, other)


@pytest.mark.parametrize(
    ("edit", "asked", "own", "guidance"),
    [
        (None, None, 5.0, 2.5),
        (Edit(PICTURE, mask=PICTURE), None, 5.0, 5.0),
        (Edit(PICTURE, mask=PICTURE), None, None, 2.5),
        (Edit(PICTURE), None, 5.0, 2.5),
        (Edit(PICTURE, mask=PICTURE), 3.0, 5.0, 3.0),
    ],
)
def test_a_masked_edit_has_the_packs_own_guidance_for_it_unless_one_is_asked_for(
    edit: Edit | None, asked: float | None, own: float | None, guidance: float
) -> None:
    calibration = Calibration(guidance=2.5, edit_guidance=own)
    manifest = Manifest("mini", "Mini", "Apache-2.0", "embedded", ((256, 256),), {}, calibration=calibration)
    asking = GenerateRequest(edit=edit, sampler=Sampler(guidance=asked))
    assert resolve(asking, manifest).sampler.guidance == guidance
