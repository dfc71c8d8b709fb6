"""Background work gives way to other threads; other work does not."""

import gc
from itertools import count

import pytest

from reclamation_core import gil_pauses
from reclamation_core.gil_pauses import background, leave_out_of_collections, pause


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses, by a clock that goes on by 0.4 milliseconds each time that it is read."""
    found: list[float] = []
    clock = count()
    monkeypatch.setattr(gil_pauses, "perf_counter", lambda: next(clock) * 0.0004)
    monkeypatch.setattr(gil_pauses, "sleep", found.append)
    return found


def test_background_work_pauses_once_a_millisecond(sleeps: list[float]) -> None:
    with background():
        for _ in range(9):
            pause()
    assert len(sleeps) == 3


def test_other_work_does_not_pause(sleeps: list[float]) -> None:
    with background(), background():
        pass
    for _ in range(9):
        pause()
    assert sleeps == []


def test_background_work_that_waited_for_another_thread_pauses_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    now, found = [0.0], []

    def sleep(seconds: float) -> None:
        found.append(seconds)
        now[0] += 0.005  # the other thread computes

    monkeypatch.setattr(gil_pauses, "perf_counter", lambda: now[0])
    monkeypatch.setattr(gil_pauses, "sleep", sleep)
    with background():
        now[0] += 0.002
        pause()
        pause()
    usual, longer = found
    assert 0 < usual < longer


def test_what_is_imported_is_left_out_of_collections_once(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(gc, "collect", lambda: done.append("collect"))
    monkeypatch.setattr(gc, "freeze", lambda: done.append("freeze"))
    leave_out_of_collections.cache_clear()
    leave_out_of_collections()
    leave_out_of_collections()
    assert done == ["collect", "freeze"]
