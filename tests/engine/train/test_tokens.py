"""Every learned tag is one token, whatever stands around it; everything else falls into pieces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from transformers import CLIPTokenizer

from animeadapter.train import tokens

TAGS = ("1girl", "blue_hair", "light_blue_hair", "hat", "witch_hat", ":d", "^_^", "1990s_(style)", "t-shirt", "shirt")


@pytest.fixture(scope="module")
def tokenizer() -> CLIPTokenizer:
    return tokens.build_tokenizer(TAGS)


def test_a_tag_is_one_token_with_and_without_commas(tokenizer: CLIPTokenizer) -> None:
    assert tokenizer.tokenize(" ".join(TAGS)) == list(TAGS)
    spelled = tokenizer.tokenize(", ".join(TAGS))
    assert [token for token in spelled if token != ",</w>"] == list(TAGS)


def test_a_tag_inside_a_longer_word_is_not_that_tag(tokenizer: CLIPTokenizer) -> None:
    for text in ("dark_blue_hair", "hatless", "shirts"):
        assert not set(tokenizer.tokenize(text)) & set(TAGS)


def test_no_text_is_refused(tokenizer: CLIPTokenizer) -> None:
    ids = tokenizer("髪 ünknown 𝄞 ;;;").input_ids
    assert len(ids) > 4 and max(ids) < len(tokenizer)


def test_a_saved_tokenizer_reads_alike_through_the_stock_class(tokenizer: CLIPTokenizer, tmp_path: Path) -> None:
    tokens.save_tokenizer(tokenizer, tmp_path, TAGS)
    again = CLIPTokenizer.from_pretrained(tmp_path, local_files_only=True)
    assert again.model_max_length == tokens.LENGTH and len(again) == len(tokenizer)
    text = ["1girl, witch_hat", "", "hat " * 90]
    assert tokens.encode(again, text).equal(tokens.encode(tokenizer, text))
    assert tokens.read_tags(tmp_path) == TAGS


def test_ids_are_padded_to_the_full_length_with_the_end(tokenizer: CLIPTokenizer) -> None:
    ids = tokens.encode(tokenizer, ["1girl"])
    assert ids.shape == (1, tokens.LENGTH)
    assert (ids[0, 2:] == tokenizer.eos_token_id).all() and ids[0, 0] == tokenizer.bos_token_id


def test_captions_vary_as_asked() -> None:
    tags = [f"tag{k}" for k in range(12)]
    plain = tokens.caption(tags, np.random.default_rng(0), shuffled=0, commas=0, dropped=0)
    assert plain == " ".join(tags)
    mixed = tokens.caption(tags, np.random.default_rng(0), shuffled=1, commas=1, dropped=0).split(", ")
    assert mixed != tags and sorted(mixed) == sorted(tags)
    some = [tokens.caption(tags, np.random.default_rng(k), shuffled=0, commas=0, dropped=1).split() for k in range(20)]
    assert all(chosen == [tag for tag in tags if tag in chosen] for chosen in some)
    assert min(len(chosen) for chosen in some) < 10


def test_rare_tags_get_no_token() -> None:
    assert tokens.vocabulary([["b", "a"], ["a"], ["a", "c", "b"]], least=2) == ("a", "b")
