"""Answers what several threads ask at the same time in one step. A lone thread waits for nobody.

A step begins after all of its threads have asked, so each gets data as fresh as if it had read alone.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Result = TypeVar("Result")


class _Question(Generic[Asked, Result]):
    __slots__ = ("answer", "asked", "error", "is_over")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.is_over = False
        self.answer: Result
        self.error: Exception | None = None


class Grouped(Generic[Asked, Result]):
    """All threads share it. `answer_all` takes their questions and returns one answer to each."""

    def __init__(self, answer_all: Callable[[list[Asked]], Sequence[Result]]) -> None:
        self._answer_all = answer_all
        self._waiting: deque[_Question[Asked, Result]] = deque()
        self._turn = Lock()

    def ask(self, asked: Asked) -> Result:
        """Return the answer. Raises what `answer_all` raises."""
        question: _Question[Asked, Result] = _Question(asked)
        self._waiting.append(question)
        with self._turn:
            if not question.is_over:
                self._answer_waiting()
        if question.error:
            raise question.error
        return question.answer

    def _answer_waiting(self) -> None:
        group = self._take_all()
        try:
            for question, answer in zip(group, self._answer_all([one.asked for one in group]), strict=True):
                question.answer = answer
        except Exception as error:  # noqa: BLE001 - each thread raises it
            # Threads that asked meanwhile would only wait as long for the same error.
            group += self._take_all()
            for question in group:
                question.error = error
        for question in group:
            question.is_over = True

    def _take_all(self) -> list[_Question[Asked, Result]]:
        return [self._waiting.popleft() for _ in range(len(self._waiting))]
