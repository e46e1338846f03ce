"""What is said waits in order, nobody waits for it to be read, and of what is outdated only the newest is kept."""

from __future__ import annotations

import itertools
import threading

from animeadapter.serve.outbox import Outbox


def test_frames_come_in_order_and_the_newest_takes_the_place_of_the_first_with_its_key() -> None:
    outbox = Outbox()
    outbox.put(b"1")
    outbox.put_newest("preview", b"old")
    outbox.put(iter([b"2", b"3"]))
    outbox.put_newest("preview", b"new")
    outbox.put_newest("other", b"4")
    outbox.close()
    assert list(outbox) == [b"1", b"new", b"2", b"3", b"4"]


def test_what_was_given_out_is_not_replaced_any_more() -> None:
    outbox = Outbox()
    frames = iter(outbox)
    outbox.put_newest("preview", b"one")
    assert next(frames) == b"one"
    outbox.put_newest("preview", b"two")
    assert next(frames) == b"two"


def test_after_closing_nothing_is_taken_and_what_waits_is_given_out() -> None:
    outbox = Outbox()
    outbox.put(b"1")
    outbox.close()
    outbox.put(b"2")
    outbox.put_newest("key", b"3")
    assert list(outbox) == [b"1"]


def test_a_reader_gets_everything_that_several_threads_put_in() -> None:
    outbox = Outbox()
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.extend(itertools.islice(outbox, 300)))
    reader.start()
    writers = [threading.Thread(target=lambda: [outbox.put(b"x") for _ in range(100)]) for _ in range(3)]
    for thread in writers:
        thread.start()
    reader.join(60)
    assert found == [b"x"] * 300
