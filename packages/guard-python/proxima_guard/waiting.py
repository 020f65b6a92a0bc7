"""Checks that may have to wait, written once for threads and for asyncio."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future, wait
from contextlib import suppress
from typing import Any, TypeVar

from .refusal import Refusal

T = TypeVar("T")

Waiting = tuple["Future[Any]", float]
"""What a check waits for, and for how many seconds at most."""

Steps = Generator[Waiting, None, T]
"""A check. It yields what it waits for."""

# Requests to the server end by themselves after half of that, unless it sends its answer drop by drop.
_answer_seconds = 10


def in_background(work: Callable[[], T]) -> Future[T]:
    """Runs it in a thread that does not keep the process alive."""
    future = shared_future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name="proxima-guard", daemon=True).start()
    return future


def shared_future() -> Future[Any]:
    """Several requests can wait for it. If one of them is cancelled, the others still get the result."""
    future: Future[Any] = Future()
    future.set_running_or_notify_cancel()
    return future


def end_of(future: Future[Any]) -> Steps[None]:
    """Waits for its end, whatever that is.

    :raises Refusal: `unavailable` if it takes too long
    """
    yield future, _answer_seconds
    if not future.done():
        raise Refusal("unavailable", "the server takes too long")


def outcome_of(future: Future[T]) -> Steps[T]:
    """:raises Refusal: `unavailable` if it takes too long"""
    yield from end_of(future)
    error = future.exception()
    # Each request gets its own, because raising one changes it.
    if isinstance(error, Refusal):
        raise Refusal(error.code, str(error)) from error
    return future.result()


def run(steps: Steps[T]) -> T:
    try:
        while True:
            future, seconds = next(steps)
            wait([future], seconds)
    except StopIteration as end:
        value: T = end.value
        return value


async def run_async(steps: Steps[T]) -> T:
    try:
        while True:
            future, seconds = next(steps)
            await _done(future, seconds)
    except StopIteration as end:
        value: T = end.value
        return value


# Not asyncio.wrap_future: it logs each failure that reaches a request which no longer waits.
async def _done(future: Future[Any], seconds: float) -> None:
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def wake(_future: Future[Any]) -> None:
        # The loop may have ended in the meantime.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(done.set)

    future.add_done_callback(wake)
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(done.wait(), seconds)
