"""From a mask of pixels to a mask of tokens, and from a region of the picture to weights of queries."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from animeadapter.adapter import AdapterError, coverage, shared, token_mask, union
from animeadapter.adapter.masks import query_weights


def with_cells(*filled: tuple[int, int, float], grid: int = 4, cell: int = 8) -> Tensor:
    """A square mask; in cell (row, column) the given share of pixels is 1, row by row."""
    mask = torch.zeros(grid * cell, grid * cell)
    for row, column, share in filled:
        block = torch.zeros(cell * cell)
        block[: round(share * cell * cell)] = 1
        mask[row * cell : (row + 1) * cell, column * cell : (column + 1) * cell] = block.view(cell, cell)
    return mask


def chosen(mask: Tensor) -> list[int]:
    assert set(mask.unique().tolist()) <= {0.0, 1.0}
    return mask.nonzero().flatten().tolist()


# -- coverage --------------------------------------------------------------------------------------------------------


def test_coverage_is_the_mean_over_a_patchs_area() -> None:
    mask = torch.rand(2, 3, 32, 32)
    expected = mask.reshape(2, 3, 4, 8, 4, 8).mean((3, 5))
    torch.testing.assert_close(coverage(mask, 4), expected)
    # Not a sample of it: a line that is one pixel wide is seen wherever it lies.
    for column in range(8):
        line = torch.zeros(32, 32)
        line[:, column] = 1
        assert coverage(line, 4)[0].tolist() == pytest.approx([1 / 8, 0, 0, 0])


def test_rows_and_columns_keep_their_order() -> None:
    assert chosen(token_mask(with_cells((0, 3, 1.0), (2, 1, 1.0)), 4)) == [3, 9]


def test_a_mask_that_is_not_square_is_refused() -> None:
    with pytest.raises(AdapterError, match=r"must be square like its padded picture, not \(32, 48\)"):
        token_mask(torch.ones(32, 48), 4)


def test_boolean_masks_and_batches_are_taken() -> None:
    masks = torch.stack([with_cells((0, 0, 1.0)), with_cells((3, 3, 1.0))]) > 0
    assert [chosen(row) for row in token_mask(masks, 4)] == [[0], [15]]


# -- the threshold ---------------------------------------------------------------------------------------------------


def test_a_patch_counts_from_half_coverage_on() -> None:
    mask = with_cells((0, 0, 0.5), (0, 1, 0.48), (1, 2, 1.0))
    assert chosen(token_mask(mask, 4)) == [0, 6]


@pytest.mark.parametrize("threshold, tokens", [(0.25, [0, 1, 2]), (0.5, [1, 2]), (0.75, [2])])
def test_the_threshold_can_be_chosen(threshold: float, tokens: list[int]) -> None:
    mask = with_cells((0, 0, 0.25), (0, 1, 0.5), (0, 2, 0.75))
    assert chosen(token_mask(mask, 4, threshold)) == tokens


def test_if_no_patch_is_half_covered_the_fullest_one_is_kept() -> None:
    mask = with_cells((0, 1, 0.125), (2, 3, 0.375), (3, 3, 0.25))
    assert chosen(token_mask(mask, 4)) == [11]
    one_pixel = torch.zeros(32, 32)
    one_pixel[17, 30] = 1
    assert chosen(token_mask(one_pixel, 4)) == [11]


def test_of_equally_full_patches_one_is_kept() -> None:
    assert chosen(token_mask(with_cells((1, 0, 0.25), (2, 2, 0.25)), 4)) == [4]


def test_each_mask_of_a_batch_has_its_own_fullest_patch() -> None:
    masks = torch.stack([with_cells((0, 1, 0.1)), with_cells((0, 2, 1.0), (1, 1, 0.1)), with_cells()])
    assert [chosen(row) for row in token_mask(masks, 4)] == [[1], [2], []]


@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("threshold", [0.0, 0.5])
def test_an_empty_mask_chooses_nothing(threshold: float, soft: bool) -> None:
    assert not token_mask(torch.zeros(32, 32), 4, threshold, soft).any()


def test_a_full_mask_chooses_everything() -> None:
    assert chosen(token_mask(torch.ones(32, 32), 4)) == list(range(16))


def test_a_mask_painted_faintly_chooses_the_same_patches() -> None:
    mask = with_cells((0, 0, 0.5), (0, 1, 0.25), (1, 2, 1.0))
    assert chosen(token_mask(0.3 * mask, 4)) == chosen(token_mask(mask, 4)) == [0, 6]


def test_soft_tokens_weigh_as_much_as_the_mask() -> None:
    mask = 0.4 * with_cells((0, 0, 1.0), (0, 1, 0.25), (1, 2, 0.75))
    expected = torch.zeros(16)
    expected[0], expected[6] = 0.4, 0.3
    torch.testing.assert_close(token_mask(mask, 4, soft=True), expected)


# -- several masks ---------------------------------------------------------------------------------------------------


def test_a_union_is_the_strongest_at_every_pixel() -> None:
    hair, dress = with_cells((0, 0, 1.0)), 0.5 * with_cells((0, 0, 1.0), (1, 1, 1.0))
    both = union(iter([hair, dress]))
    assert torch.equal(both, torch.maximum(hair, dress)) and both.max() == 1


def test_a_union_of_nothing_is_refused() -> None:
    with pytest.raises(AdapterError, match="union of no masks"):
        union([])


def test_overlapping_regions_share_by_weight_and_others_stay() -> None:
    first, second = torch.tensor([[1.0, 1.0, 0.5, 0.0]]), torch.tensor([[0.0, 3.0, 0.25, 0.0]])
    found = shared([first, second])
    assert found[0].tolist() == [[1.0, 0.25, 0.5, 0.0]] and found[1].tolist() == [[0.0, 0.75, 0.25, 0.0]]


# -- queries ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tokens, grid", [(6 * 10, (6, 10)), (3 * 5, (3, 5)), (2 * 3, (2, 3)), (1 * 2, (1, 2)), (1, (1, 1))]
)
def test_a_region_follows_a_layers_grid_halved_and_rounded_up(tokens: int, grid: tuple[int, int]) -> None:
    region = torch.rand(48, 80)
    weights = query_weights(region, tokens, (6, 10))
    expected = torch.nn.functional.adaptive_avg_pool2d(region[None], grid)
    assert weights.shape == (1, tokens, 1)
    torch.testing.assert_close(weights.view(grid), expected[0])


def test_regions_are_pooled_by_area_row_by_row() -> None:
    region = torch.zeros(48, 80)
    region[:8, 72:] = 1
    assert query_weights(region, 60, (6, 10)).flatten().nonzero().tolist() == [[9]]
    assert query_weights(region, 15, (6, 10)).flatten().tolist() == [0, 0, 0, 0, 0.25] + 10 * [0]


def test_a_layer_that_does_not_fit_the_latents_is_refused() -> None:
    with pytest.raises(AdapterError, match=r"16 queries does not fit latents of \(6, 10\)"):
        query_weights(torch.ones(48, 80), 16, (6, 10))
