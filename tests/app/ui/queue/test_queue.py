"""Panels that are queued, drawn, and given their takes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtGui import QColor

from animeadapter.protocol.calls import DrawAgain, Drawn, Generate, ListPacks, PackInfo, PackList
from animeadapter.protocol.messages import Failed, Notice, Preview
from animeadapter.protocol.request import Size
from komawari.document.document import Document
from komawari.domain.edits import panels, parameters
from komawari.domain.geometry.polygon import rectangle
from komawari.domain.panel import Settings
from komawari.engine_client.client import EngineState, Finished, Picture
from komawari.engine_client.fake import FakeEngine
from komawari.storage.errors import StorageError
from komawari.storage.store import Store
from komawari.ui.queue.queue import PanelQueue

FIRST, SECOND, UPPER, LOWER, MARI = (f"{number:032x}" for number in (1, 2, 11, 12, 500))
PACK = PackInfo("mini", "Demo", "CC0", "sd1", ((256, 256), (208, 312), (312, 208)), (), "0" * 64)


def test_a_panel_is_drawn_and_its_first_take_put_in_use(desk: Any) -> None:
    desk.set(takes=2, prompt="smile", seed=7)
    entry = desk.queue.add(UPPER)
    (shown,) = desk.queue.entries
    assert (shown.id, shown.title, shown.takes) == (entry, "Page 1, panel 1", 2)
    desk.play()
    first, second = desk.takes()
    assert (desk.panel().take, desk.queue.entries) == (first.id, ())
    assert desk.finished == [(UPPER, first.id), (UPPER, second.id)]
    assert first.resolved is not None and first.resolved.request.prompt == "smile"
    assert (first.width, first.height) == (20, 30)
    assert desk.session.document.history.undo_name == "Use take"
    desk.session.document.undo()
    assert desk.panel().take is None and len(desk.takes()) == 2


def test_what_is_queued_is_what_the_panel_was(desk: Any) -> None:
    desk.set(prompt="before", seed=7)
    desk.queue.add(LOWER)
    desk.queue.add(UPPER)
    desk.set(prompt="after")
    desk.session.show_page(SECOND)
    desk.play()
    call = desk.drawn(Generate)[1]
    assert (call.request.prompt, call.request.seeds) == ("before", (7,))
    assert [one[0] for one in desk.finished] == [LOWER, UPPER]
    assert call.request.size is not None and call.request.size.width > call.request.size.height


def test_the_seed_that_is_shown_is_drawn_and_then_another_one_shown(desk: Any) -> None:
    desk.set(seed=7)
    desk.queue.add(UPPER)
    assert desk.panel().seed != 7 and desk.session.document.history.undo_name == "New seed"
    desk.set(LOWER, seed=8, seed_locked=True)
    desk.queue.add(LOWER)
    assert desk.panel(LOWER).seed == 8
    desk.play()
    assert [call.request.seeds for call in desk.drawn(Generate)] == [(7,), (8,)]


def test_the_same_thing_is_not_queued_twice(desk: Any) -> None:
    desk.engine.become(EngineState("restarting"))
    desk.until(lambda: desk.session.engine.state.phase == "restarting")
    desk.set(seed_locked=True)
    assert desk.queue.add(UPPER) == desk.queue.add(UPPER)
    assert len(desk.queue.entries) == 1 and "already" in desk.said[-1]
    desk.queue.add(LOWER, to_front=True)
    desk.queue.add(UPPER, to_front=True)
    assert [entry.panel for entry in desk.queue.entries] == [UPPER, LOWER]


def test_a_take_in_use_stays_in_use(desk: Any) -> None:
    desk.queue.add(UPPER)
    desk.play()
    used = desk.panel().take
    desk.queue.add(UPPER)
    desk.play()
    assert desk.panel().take == used and len(desk.takes()) == 2


def test_the_next_takes_do_not_undo_that_the_artist_took_one_out_of_use(desk: Any) -> None:
    desk.set(takes=2)
    desk.queue.add(UPPER)
    desk.play(6)  # started, two steps, two previews, the first take
    desk.settle()
    assert desk.panel().take is not None
    desk.session.document.undo()
    desk.play()
    assert len(desk.takes()) == 2 and desk.panel().take is None


def test_a_take_that_arrives_does_not_forget_what_was_undone(desk: Any) -> None:
    desk.set(seed_locked=True)
    desk.queue.add(UPPER)
    desk.set(prompt="smile")
    desk.session.document.undo()
    desk.play()
    assert len(desk.takes()) == 1 and desk.panel().take is None
    desk.session.document.redo()
    desk.until(lambda: desk.panel().take is not None)
    assert desk.panel().prompt == "smile"


def test_files_are_held_once_and_let_go(desk: Any) -> None:
    desk.cast()
    desk.cast_again(LOWER)
    desk.queue.add(UPPER)
    desk.queue.add(LOWER)
    desk.settle()
    held = [next(iter(job.files.values())) for job in desk.queue._jobs()]
    assert held[0] is held[1] and len(held) == 2
    desk.play()
    assert desk.queue._files._held == {}


def test_a_final_panel_is_never_queued(desk: Any) -> None:
    desk.queue.add(UPPER)
    desk.play()
    take = desk.panel().take
    desk.session.edit("Final", partial(parameters.set_final, panel=UPPER, final=True))
    assert (desk.queue.add(UPPER), desk.queue.vary(take), desk.queue.reproduce(take)) == (None, None, None)
    assert "final" in desk.said[-1] and desk.queue.entries == ()
    desk.queue.add(LOWER)
    assert desk.queue.add(f"{77:032x}") is None and "not in the project" in desk.said[-1]


def test_panels_that_become_final_or_go_while_they_wait_are_left_out(desk: Any) -> None:
    desk.session.edit("Draw", partial(panels.draw_panel, page=FIRST, panel="f" * 32, frame=((0, 0), (9, 0), (9, 9))))
    for panel in ("f" * 32, UPPER, LOWER):
        desk.queue.add(panel)
    desk.session.edit("Final", partial(parameters.set_final, panel=UPPER, final=True))
    desk.session.edit("Remove", partial(panels.remove_panels, page=FIRST, panels=[LOWER]))
    desk.play()
    assert len(desk.drawn(Generate)) == 1 and desk.queue.entries == ()
    assert [panel for panel, _ in desk.failed] == [UPPER, LOWER]


def test_a_take_of_a_panel_that_was_removed_is_there_again_with_it(desk: Any) -> None:
    desk.queue.add(UPPER)
    desk.play(2)
    desk.session.edit("Remove", partial(panels.remove_panels, page=FIRST, panels=[UPPER]))
    desk.play()
    desk.session.document.undo()
    assert len(desk.takes()) == 1


def test_the_order_can_be_changed_and_one_job_at_a_time_is_with_the_engine(desk: Any) -> None:
    one, two, three = (desk.queue.add(panel) for panel in (UPPER, LOWER, UPPER))
    desk.play(1)
    assert desk.entries() == [(UPPER, "drawing"), (LOWER, "waiting"), (UPPER, "waiting")]
    assert len(desk.drawn(Generate)) == 1
    desk.queue.to_front(three)
    assert [entry.id for entry in desk.queue.entries] == [one, three, two]
    desk.queue.move(three, 2)
    four = desk.queue.add(LOWER, to_front=True)
    assert [entry.id for entry in desk.queue.entries] == [one, four, two, three]
    desk.queue.move(one, 3)
    assert desk.queue.entries[0].id == one
    desk.play()
    assert [job.id for job in desk.engine.submitted if isinstance(job.call, Generate)] == [one, four, two, three]


def test_progress_and_previews_are_shown_and_go_with_the_picture(desk: Any) -> None:
    shown: list[tuple[str, bool]] = []
    desk.queue.preview.connect(lambda panel, image: shown.append((panel, image.isNull())))
    desk.queue.add(UPPER)
    desk.play(3)
    assert desk.queue.progress_of(UPPER) == (1, 2) and desk.queue.entries[0].steps == 2
    desk.until(lambda: desk.queue.preview_of(UPPER) is not None)
    assert shown == [(UPPER, False)] and desk.queue.preview_of(LOWER) is None
    desk.play()
    desk.until(lambda: desk.queue.preview_of(UPPER) is None)
    assert desk.queue.progress_of(UPPER) is None and shown[-1] == (UPPER, True)
    sha = desk.takes()[0].picture.sha256
    assert desk.session.images.get(sha) is not None, "the picture follows the preview without a gap"


def test_of_many_previews_the_latest_of_one_take_is_shown(desk: Any, make_picture: Any) -> None:
    def script(job: Any) -> Any:
        for step, colour in enumerate(("#ff0000", "#00ff00"), 1):
            yield Preview(job.id, 0, step, make_picture(colour, "JPEG"))
            yield Preview(job.id, 1, step, make_picture("#0000ff", "JPEG"))
        yield Failed(job.id, "failed", "no")

    shown: list[QColor] = []
    desk.engine.script(Generate, script)
    desk.queue.preview.connect(lambda _, image: shown.append(image.isNull() or image.pixelColor(5, 5).getRgb()[:3]))
    desk.queue.add(UPPER, takes=2)
    desk.settle()
    desk.engine.play(5)
    desk.until(lambda: shown)
    assert len(shown) == 1 and max(abs(a - b) for a, b in zip(shown[0], (0, 255, 0))) < 8


def test_cancelling_what_waits_and_what_is_drawn(desk: Any) -> None:
    one, two = desk.queue.add(UPPER, takes=2), desk.queue.add(LOWER)
    desk.play(6)
    desk.queue.cancel(two)
    assert desk.entries() == [(UPPER, "drawing")] and desk.engine.cancelled == []
    desk.queue.cancel_panel(UPPER)
    assert desk.engine.cancelled == [one]
    desk.settle()
    assert desk.queue.entries == () and desk.failed == [] and desk.queue.preview_of(UPPER) is None
    assert len(desk.takes()) == 1, "a take that was finished stays"


def test_cancelling_everything(desk: Any) -> None:
    for panel in (UPPER, LOWER, UPPER):
        desk.queue.add(panel)
    desk.play(2)
    desk.queue.cancel_all()
    desk.settle()
    assert desk.queue.entries == () and len(desk.engine.cancelled) == 1


def test_a_failure_is_told_of_its_panel_and_the_others_go_on(desk: Any) -> None:
    desk.engine.script(Generate, lambda job: [Failed(job.id, "out_of_memory", "1 take needs 9 GiB", True)])
    desk.queue.add(UPPER)
    desk.queue.add(LOWER)
    desk.play()
    assert [panel for panel, _ in desk.failed] == [UPPER, LOWER]
    assert "1 take needs 9 GiB. " in desk.failed[0][1] and "smaller size" in desk.failed[0][1]
    assert desk.queue.failure_of(UPPER) == desk.failed[0][1]
    assert desk.troubles == [], "what is told of a panel is not told twice"
    desk.queue.add(UPPER)
    assert desk.queue.failure_of(UPPER) is None


def test_a_notice_stands_beside_its_entry_and_is_said_when_that_is_gone(desk: Any) -> None:
    notices = lambda job: [Notice("drawn in halves", job.id)] * 2  # noqa: E731
    desk.engine.script(Generate, lambda job: [*notices(job), Finished(job.id, Drawn(0))])
    desk.queue.add(UPPER)
    desk.play(2)
    assert desk.queue.entries[0].note == "Drawn in halves"
    assert not any("halves" in line for line in desk.said)
    desk.play()
    assert [line for line in desk.said if "halves" in line] == ["Page 1, panel 1: drawn in halves"]
    desk.engine.script(Generate, lambda job: [*notices(job), Failed(job.id, "failed", "x")])
    desk.queue.add(UPPER)
    desk.play()
    assert sum("halves" in line for line in desk.said) == 1, "why it failed is what counts"


def test_a_crash_begins_the_panel_anew_and_no_take_comes_twice(desk: Any) -> None:
    desk.queue.add(UPPER, takes=2)
    desk.play(6)
    desk.engine.crash()
    desk.settle()
    (entry,) = desk.queue.entries
    assert (entry.state, entry.step) == ("waiting", 0) and "started again" in entry.note
    assert desk.queue.preview_of(UPPER) is None
    desk.play()
    assert len(desk.takes()) == 2 and desk.queue.entries == () and desk.failed == []


def test_the_queue_outlives_an_engine_that_is_given_up_and_one_that_is_replaced(desk: Any, make_picture: Any) -> None:
    desk.queue.add(UPPER, takes=2)
    desk.queue.add(LOWER)
    desk.play(6)
    desk.engine.give_up("no such program")
    desk.settle()
    assert desk.entries() == [(UPPER, "waiting"), (LOWER, "waiting")] and desk.failed == []
    late = desk.queue.add(LOWER, takes=2)
    assert {entry.note for entry in desk.queue.entries if entry.panel == UPPER or entry.id == late} == {
        "Waits for the engine"
    }
    desk.queue.cancel(late)
    other = FakeEngine()
    for kind, script in desk.engine._scripts.items():
        other.script(kind, script)
    desk.session.engine.replace(other)
    desk.engine = other
    desk.until(lambda: desk.session.engine.state.phase == "ready")
    desk.play()
    assert [len(desk.takes(panel)) for panel in (UPPER, LOWER)] == [2, 1] and desk.queue.entries == ()


def test_a_job_of_a_replaced_engine_goes_to_the_next_one(desk: Any) -> None:
    desk.queue.add(UPPER)
    desk.play(2)
    other = FakeEngine()
    for kind, script in desk.engine._scripts.items():
        other.script(kind, script)
    desk.session.engine.replace(other)
    desk.until(lambda: any(isinstance(job.call, Generate) for job in other.submitted))
    desk.engine = other
    desk.play()
    assert len(desk.takes()) == 1


def test_stale_panels_are_drawn_beside_the_take_in_use(desk: Any) -> None:
    desk.cast()
    desk.queue.add(UPPER)
    desk.play()
    used, seed = desk.panel().take, desk.panel().seed
    assert desk.queue.add_stale() == 0 and desk.said[-1] == "No panel is stale"
    desk.redesign()
    assert desk.queue.add_stale() == 1
    assert desk.queue.add_stale() == 0, "it waits already"
    desk.play()
    new = desk.takes()[-1]
    assert desk.panel().take == used != new.id
    assert desk.panel().seed == seed == new.resolved.request.seeds[0]
    assert desk.queue.add_stale() == 0 and "newer takes" in desk.said[-1]
    assert new.drawn_with[0].version == 2 and new.resolved.request.prompt == "red_hair"


def test_a_variation_has_the_same_request_with_other_seeds(desk: Any) -> None:
    desk.cast()
    desk.queue.add(UPPER)
    desk.play()
    desk.redesign()
    (take,) = desk.takes()
    desk.set(takes=3)
    desk.queue.vary(take.id)
    desk.play()
    before, after = take.resolved.request, desk.drawn(Generate)[-1].request
    assert before.seeds[0] not in after.seeds and len(after.seeds) == 3
    assert (after.prompt, after.references) == (before.prompt, before.references)
    assert desk.takes()[-1].drawn_with == take.drawn_with and desk.panel().take == take.id


def test_drawing_again_says_whether_the_pixels_are_the_same(desk: Any, make_picture: Any) -> None:
    desk.queue.add(UPPER, takes=2)
    desk.play()
    take = desk.takes()[1]
    desk.queue.reproduce(take.id)
    assert desk.queue.entries[0].again and desk.queue.entries[0].takes == 1
    desk.play()
    assert desk.drawn(DrawAgain)[0].resolved == take.resolved
    assert "every pixel is the same" in desk.said[-1] and len(desk.takes()) == 2

    def otherwise(job: Any) -> Any:
        yield Picture(job.id, 1, 0, make_picture("#123456"), job.call.resolved)
        yield Failed(job.id, "failed", "x")

    desk.engine.script(DrawAgain, otherwise)
    desk.queue.reproduce(take.id)
    desk.play()
    assert any("the pixels differ" in text for text in desk.said) and len(desk.takes()) == 3


def test_masks_that_were_made_for_a_request_are_there_when_it_is_drawn_again(desk: Any) -> None:
    desk.cast()
    second = parameters.Figure(f"{503:032x}", MARI)
    desk.session.edit("Add", partial(parameters.add_figure, panel=UPPER, figure=second))
    desk.queue.add(UPPER)
    desk.play()
    desk.queue.reproduce(desk.takes()[0].id)
    desk.play()
    again = next(job for job in desk.engine.submitted if isinstance(job.call, DrawAgain))
    assert len(again.files) == 3 and desk.failed == []


def test_a_pasted_picture_cannot_be_drawn_again(desk: Any, make_picture: Any) -> None:
    desk.queue.paste(UPPER, make_picture("#ff0000"))
    desk.settle()
    assert desk.queue.reproduce(desk.takes()[0].id) is None and "drawn here" in desk.said[-1]


def test_files_that_cannot_be_read_fail_the_panel(desk: Any) -> None:
    desk.cast(files=False)
    desk.queue.add(UPPER)
    desk.settle()
    assert desk.queue.entries == () and desk.failed[0][0] == UPPER and desk.drawn(Generate) == []


def test_files_travel_along(desk: Any) -> None:
    mari = desk.cast()
    desk.queue.add(UPPER)
    desk.settle()
    assert desk.engine.submitted[-1].files == {mari.references[0].picture.sha256: b"mari's picture"}


def test_takes_never_go_into_another_document(desk: Any, tmp_path: Path) -> None:
    """Both have panels of the same ids, as a copy of a file has."""
    Store.create(tmp_path / "copy.komawari", desk.session.project)
    first, copy = desk.session.document, Document(tmp_path / "copy.komawari")
    desk.session.open(copy)
    desk.queue.add(UPPER, takes=2)
    desk.queue.add(LOWER)
    desk.play(6)
    desk.session.open(first)
    assert desk.queue.entries == () and desk.queue.preview_of(UPPER) is None and "2 panel" in desk.said[-1]
    desk.play()
    assert len(copy.takes.of_panel(UPPER)) == 1
    copy.close()
    assert desk.takes() == () and desk.panel().take is None and desk.failed == []
    desk.queue.add(UPPER)
    desk.play()
    assert len(desk.takes()) == 1


def test_a_picture_that_cannot_be_written_is_kept_and_written_later(desk: Any, monkeypatch: Any) -> None:
    def full(*_: Any) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(desk.session.document.store, "_add_take", full)
        desk.queue.add(UPPER)
        desk.play()
        assert desk.queue.unstored == 1 and "the disk is full" in desk.troubles[-1] and desk.takes() == ()
    desk.queue._arrivals.store_rest()
    desk.settle()
    assert desk.queue.unstored == 0 and desk.panel().take == desk.takes()[0].id


def test_a_panel_waits_until_the_sizes_of_its_pack_are_known(session: Any, qtbot: Any, engine: FakeEngine) -> None:
    queue = PanelQueue(session)
    qtbot.waitUntil(lambda: len(engine.submitted) == 1)
    queue.add(UPPER)
    assert len(engine.submitted) == 1 and len(queue.entries) == 1
    engine.play()  # it has no answer to the question for packs
    qtbot.waitUntil(lambda: len(engine.submitted) == 2)
    assert isinstance(engine.submitted[0].call, ListPacks)
    assert engine.submitted[1].call.request.size is None


def test_sizes_that_come_late_are_those_of_the_frame_when_it_was_queued(
    session: Any, qtbot: Any, engine: FakeEngine
) -> None:
    engine.script(ListPacks, lambda job: [Finished(job.id, PackList((PACK,)))])
    queue = PanelQueue(session)
    queue.add(UPPER)
    session.edit("Resize", partial(panels.set_frame, panel=UPPER, frame=rectangle((10, 10, 60, 110))))
    qtbot.waitUntil(lambda: len(engine.submitted) == 1)
    engine.play()
    qtbot.waitUntil(lambda: len(engine.submitted) == 2)
    assert engine.submitted[1].call.request.size == Size(312, 208)


def test_a_pack_that_the_engine_does_not_list_is_left_to_it_to_refuse(desk: Any) -> None:
    desk.set(settings=Settings(pack="other"))
    desk.queue.add(UPPER)
    desk.play()
    (call,) = desk.drawn(Generate)
    assert (call.request.pack, call.request.size) == ("other", None)
