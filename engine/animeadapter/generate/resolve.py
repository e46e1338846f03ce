"""From a request to one with every default filled in, and what is to be said about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from animeadapter.generate.errors import StudioError
from animeadapter.packs.manifest import Calibration, Manifest
from animeadapter.protocol.request import Detail, Edit, GenerateRequest, Sampler, Size

NEAR = 0.7
"""How much of a word another one has to have for a misspelling of it."""
MOST_NAMED = 40
WHOLE_STRENGTH = 0.6
"""Of an edit of the whole picture that does not say: much is new, and what the picture shows is still there."""


def resolve(request: GenerateRequest, manifest: Manifest) -> GenerateRequest:
    """Return the request with the pack's values wherever it left one open. Resolving twice changes
    nothing."""
    own, sampler = manifest.calibration, request.sampler
    negative = request.negative_prompt
    return replace(
        request,
        edit=request.edit and _resolved_edit(request.edit),
        detail=_resolved_detail(request, own),
        pack=manifest.name,
        negative_prompt=own.negative_prompt if negative is None else negative,
        size=request.size or Size(*manifest.sizes[0]),
        sampler=Sampler(
            scheduler=sampler.scheduler or own.scheduler,
            steps=own.steps if sampler.steps is None else sampler.steps,
            guidance=_guidance(request, own) if sampler.guidance is None else sampler.guidance,
            eta=sampler.eta,
        ),
    )


def _guidance(request: GenerateRequest, own: Calibration) -> float:
    return own.edit_guidance if _is_local(request) and own.edit_guidance is not None else own.guidance


def _is_local(request: GenerateRequest) -> bool:
    return request.edit is not None and request.edit.mask is not None


def _resolved_detail(request: GenerateRequest, own: Calibration) -> Detail:
    """Return how parts are drawn once more; unless it is said, no more of an edit is drawn anew than by the edit."""
    if _is_local(request):
        return Detail(0.0, 0.0)
    given, edit = request.detail, request.edit
    most = 1.0 if edit is None else _resolved_edit(edit).strength or 1.0
    figures, heads = given.figures, given.heads
    return Detail(
        min(own.figures, most) if figures is None else figures,
        min(own.heads, most) if heads is None else heads,
    )


def _resolved_edit(edit: Edit) -> Edit:
    if edit.strength is not None:
        return edit
    return replace(edit, strength=WHOLE_STRENGTH if edit.mask is None else 1.0)


def steps_of(request: GenerateRequest) -> int:
    """Return how many steps a resolved request is drawn in: with an edit, the last of them, by its strength."""
    steps = int(request.sampler.steps or 0)
    return steps if request.edit is None else share_of(steps, request.edit.strength or 1.0)


def share_of(steps: int, strength: float) -> int:
    """Return how many of the steps a strength stands for, as diffusers' pipelines count them."""
    return min(int(steps * strength), steps)


def check_drawable(request: GenerateRequest) -> None:
    """Raise `StudioError` for a resolved request that leaves nothing to draw."""
    if request.edit is not None and steps_of(request) < 1:
        raise StudioError(
            f"edit.strength: {request.edit.strength:g} of {request.sampler.steps} steps leaves none to draw;"
            " raise it, or sampler.steps"
        )


def notices(request: GenerateRequest, manifest: Manifest) -> Iterator[str]:
    """Yield what a person should know about a resolved request before it is drawn."""
    if manifest.vocabulary is not None:
        prompts = [request.prompt, *(region.prompt for region in request.regions)]
        if request.negative_prompt and request.negative_prompt != manifest.calibration.negative_prompt:
            prompts.append(request.negative_prompt)
        unknown = unlearned(", ".join(prompts), manifest.vocabulary)
        if unknown:
            listed = _listed(unknown, manifest.vocabulary)
            yield f"the model never learned, and leaves out: {listed}"
    size = request.size
    if size and request.edit is None and not _is_usual(size, manifest.sizes):
        native = ", ".join(f"{width}×{height}" for width, height in manifest.sizes)
        yield f"the model was made for {native}; {size.width}×{size.height} may look wrong"


def _is_usual(size: Size, native: Sequence[tuple[int, int]]) -> bool:
    """Return whether a pack draws a size as well as those that it was made for: as many pixels, give or take a tenth,
    in proportions that lie between its own."""
    ratios, pixels = [width / height for width, height in native], [width * height for width, height in native]
    ratio, area = size.width / size.height, size.width * size.height
    as_wide = min(ratios) / 1.03 <= ratio <= max(ratios) * 1.03
    return as_wide and min(pixels) / 1.1 <= area <= max(pixels) * 1.1


def spoken(prompt: str, manifest: Manifest) -> str:
    """Return a prompt as the pack's text encoder was taught to read it.

    A pack with a vocabulary knows nothing but tags: it gets those that it has learned, in its own spelling.
    """
    if manifest.vocabulary is None:
        return prompt
    known = frozenset(manifest.vocabulary)
    return " ".join(tag for tag in tags(prompt) if tag in known)


def truncated(request: GenerateRequest, tokenizer: Any, manifest: Manifest) -> Iterator[str]:
    """Yield which prompts are longer than the text encoder reads."""
    most = tokenizer.model_max_length
    regions = [(f"regions[{index}].prompt", region.prompt) for index, region in enumerate(request.regions)]
    for field, prompt in (("prompt", request.prompt), ("negative_prompt", request.negative_prompt or ""), *regions):
        tokens = len(tokenizer(spoken(prompt, manifest), truncation=False).input_ids)
        if tokens > most:
            yield f"{field}: has {tokens} tokens, of which the pack reads the first {most}"


def tags(prompt: str) -> list[str]:
    """Return the tags of a prompt, in Danbooru's spelling (small letters, underscores), each once."""
    spelled = ("_".join(tag.lower().split()) for tag in prompt.split(","))
    return list(dict.fromkeys(tag for tag in spelled if tag))


def unlearned(prompt: str, vocabulary: tuple[str, ...]) -> list[str]:
    """Return the tags of a prompt that are not in the vocabulary."""
    known = frozenset(vocabulary)
    return [tag for tag in tags(prompt) if tag not in known]


def _listed(unknown: list[str], vocabulary: tuple[str, ...]) -> str:
    shown = []
    for tag in unknown[:MOST_NAMED]:
        close = difflib.get_close_matches(tag, vocabulary, n=3, cutoff=0.75)
        near = next((one for one in close if alike(tag, one)), "")
        shown.append(f"{tag} (did you mean {near}?)" if near else tag)
    more = len(unknown) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def alike(tag: str, other: str) -> bool:
    """Return whether one tag may be the other misspelt: word by word, so that no dragon's wings become brown ones."""
    ours, theirs = tag.split("_"), other.split("_")
    if len(ours) != len(theirs):
        return True  # parted or joined words: all letters together are near already
    return all(difflib.SequenceMatcher(None, *pair).ratio() >= NEAR for pair in zip(ours, theirs, strict=True))
