"""A stream is cut into the same payloads however it arrives; what is no stream of frames is refused in one line."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from animeadapter.protocol.framing import GREETING, LARGEST_FRAME, LONGEST_BANNER, FrameDecoder, FrameError, frame

payloads = st.lists(st.binary(min_size=1, max_size=40), max_size=6)
banners = st.binary(max_size=60).filter(lambda data: GREETING[:1] not in data)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """The data in pieces, cut at these places."""
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in zip(edges, edges[1:], strict=False)]


def read(pieces: list[bytes]) -> list[bytes]:
    decoder = FrameDecoder()
    found = [payload for piece in pieces for payload in decoder.feed(piece)]
    decoder.end()
    return found


@given(banners, payloads, st.lists(st.integers(0, 10_000), max_size=8))
@settings(max_examples=300)
def test_payloads_arrive_whole_however_the_stream_is_cut_and_whatever_was_printed_before(
    banner: bytes, sent: list[bytes], places: list[int]
) -> None:
    assert read(cut(banner + GREETING + b"".join(map(frame, sent)), places)) == sent


@given(payloads, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=4), st.integers(0, 400))
@settings(max_examples=600)
def test_a_damaged_stream_gives_payloads_or_a_complaint_on_one_line(
    sent: list[bytes], damages: list[tuple[int, int]], end: int
) -> None:
    stream = bytearray(GREETING + b"".join(map(frame, sent)))
    for place, value in damages:
        stream[place % len(stream)] = value
    decoder = FrameDecoder()
    try:
        for piece in cut(bytes(stream[: end % (len(stream) + 1)]), [7, 11]):
            assert all(0 < len(payload) <= LARGEST_FRAME for payload in decoder.feed(piece))
        decoder.end()
    except FrameError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("length", [0, LARGEST_FRAME + 1, 2**32 - 1])
def test_a_wrong_length_is_refused_before_anything_is_kept_for_it(length: int) -> None:
    decoder = FrameDecoder()
    stream = GREETING + frame(b"good") + struct.pack("<I", length)
    assert decoder.feed(stream) == [b"good"]
    for _ in range(2):
        with pytest.raises(FrameError, match=f"{length} bytes; between 1 and"):
            decoder.feed(frame(b"more"))


def test_a_banner_is_kept_for_whoever_wants_to_show_it() -> None:
    decoder = FrameDecoder()
    assert decoder.feed(b"Welcome to gpu-box\n" + GREETING[:4]) == []
    assert decoder.feed(GREETING[4:] + frame(b"x")) == [b"x"]
    assert decoder.banner == b"Welcome to gpu-box\n"


def test_a_stream_without_a_greeting_is_refused_with_what_came_instead() -> None:
    decoder = FrameDecoder()
    decoder.feed(b"bash: animeadapter: command not found\n")
    with pytest.raises(FrameError, match="without a greeting; instead: 'bash: animeadapter: command not found'"):
        decoder.end()
    with pytest.raises(FrameError, match="no greeting came"):
        FrameDecoder().feed(b"y\n" * LONGEST_BANNER)
    with pytest.raises(FrameError, match="no greeting came"):
        FrameDecoder(longest_banner=0).feed(b"hello there")


def test_a_pseudo_terminal_in_between_is_noticed() -> None:
    decoder = FrameDecoder(longest_banner=0)
    with pytest.raises(FrameError):
        decoder.feed((GREETING + frame(b"x")).replace(b"\n", b"\r\n"))


def test_a_stream_that_ends_within_a_frame_says_so() -> None:
    decoder = FrameDecoder()
    decoder.feed(GREETING + frame(b"whole") + frame(b"half")[:-1])
    with pytest.raises(FrameError, match="in the middle of a frame"):
        decoder.end()


def test_only_payloads_that_fit_can_be_framed() -> None:
    assert frame(b"x" * LARGEST_FRAME)[:4] == struct.pack("<I", LARGEST_FRAME)
    for payload in (b"", b"x" * (LARGEST_FRAME + 1)):
        with pytest.raises(FrameError):
            frame(payload)
