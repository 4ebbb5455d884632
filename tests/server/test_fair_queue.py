"""Callers take turns, and none occupies all threads."""

from service.server.fair_queue import FairQueue, Repeats


def taken(queue: FairQueue[str]) -> list[str]:
    taken = []
    while item := queue.take():
        taken.append(item)
    return taken


def test_one_caller_leaves_threads_for_the_others() -> None:
    """A flood of requests waits only for itself; a later caller gets a thread at once."""
    queue = FairQueue[str](8, 3)
    for number in range(20):
        queue.add("flood", f"flood {number}")

    assert taken(queue) == [f"flood {number}" for number in range(5)]
    queue.add("other", "other")
    assert taken(queue) == ["other"]
    queue.done("flood")
    assert taken(queue) == ["flood 5"]


def test_callers_take_turns() -> None:
    """Each is served once before any is served twice, with its own requests in order."""
    queue = FairQueue[str](2, 1)
    for item in ("a1", "a2", "a3", "b1", "b2", "c1"):
        queue.add(item[0], item)

    order = []
    while items := taken(queue):
        order += items
        for item in items:
            queue.done(item[0])

    assert order == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_kinds_of_one_caller_take_turns() -> None:
    """A list does not wait for a hundred earlier confirms; together they are one caller's share."""
    queue = FairQueue[str](8, 3)
    for number in range(100):
        queue.add("a", f"confirm {number}", "confirm")
    queue.add("a", "list", "other")

    assert taken(queue) == ["confirm 0", "list", "confirm 1", "confirm 2", "confirm 3"]


def test_no_more_run_than_there_are_threads() -> None:
    """For any number of callers; a single thread can serve them all."""
    queue = FairQueue[str](4, 3)
    for number in range(9):
        queue.add(number, str(number))
    assert len(taken(queue)) == 4

    single = FairQueue[str](1, 3)
    single.add("a", "a")
    assert taken(single) == ["a"]


def test_the_longest_line_gives_up_its_last() -> None:
    """If there is no room, a flood pays for it; never a request that already has a thread."""
    queue = FairQueue[str](1, 0)
    for item in ("a1", "b1", "b2", "b3", "c1"):
        queue.add(item[0], item)
    assert queue.take() == "a1"

    assert queue.give_up(lambda item: True) == "b3"
    assert queue.give_up(lambda item: item[0] == "c") == "c1"
    assert queue.give_up(lambda item: item[0] in "ac") is None
    queue.done("a")
    assert taken(queue) == ["b1"]
    queue.done("b")
    assert taken(queue) == ["b2"]


def test_what_is_asked_again_is_known_for_a_while() -> None:
    """Only for the latest requests, so that nobody fills the memory."""
    repeats = Repeats(seconds=60, most=2)

    assert [repeats.note(what) for what in (1, 2, 1, 2)] == [False, False, True, True]
    assert [repeats.note(what) for what in (3, 2, 1)] == [False, True, False]
    assert [Repeats(seconds=0, most=2).note(1) for _ in range(2)] == [False, False]
