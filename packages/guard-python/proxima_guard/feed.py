"""Follows the stream of revocations."""

from __future__ import annotations

import http.client
import json
import math
import random
import threading
import urllib.error
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic, time
from typing import Any

from .revocations import Revocations, TooManyRevocations
from .server import Server, log
from .waiting import shared_future

_path = "/v1/revocations"
# What is wrong with our own credential.
_hints = {401: ": api_key is not valid", 403: ": api_key needs the permission tokens:introspect"}
# The server sends a heartbeat every five seconds.
_silence_max_seconds = 15
_pause_min_seconds = 0.1
_pause_max_seconds = 5
# An event of the server has some 300 bytes.
_event_bytes_max = 65_536
# More than clocks differ by themselves.
_set_back_seconds = 5


@dataclass(frozen=True)
class Event:
    id: str
    name: str
    data: Any


class Feed:
    """A thread that follows the stream of revocations, and starts again wherever it stopped."""

    def __init__(self, server: Server, revocations: Revocations) -> None:
        self._server = server
        self._revocations = revocations
        self._stopping = threading.Event()
        self._last_id: str | None = None
        self._heard_at: tuple[float, float] | None = None
        # How far the clock was ahead of the one that only moves forward, at most.
        self._ahead = -math.inf
        self._started_at = monotonic()
        self.first_ready = shared_future()

    def start(self) -> None:
        threading.Thread(target=self._run, name="proxima-guard-feed", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def silent_seconds(self) -> float | None:
        """For how long nothing has been heard; None if nothing has ever been heard."""
        # Once, because the thread may replace it.
        heard = self._heard_at
        if heard is None:
            return None
        if not self._keeps_time():
            return math.inf
        heard_at, heard_at_seconds = heard
        # A machine that slept has a clock that stood still: the greater of the two counts.
        return max(monotonic() - heard_at, time() - heard_at_seconds)

    def _keeps_time(self) -> bool:
        """False if the clock was set back. While it was ahead, revocations may have been taken for expired, and a token
        that had expired works again (A72, A77)."""
        ahead = time() - monotonic()
        if ahead < self._ahead - _set_back_seconds:
            return False
        self._ahead = max(self._ahead, ahead)
        return True

    def age_seconds(self) -> float:
        return monotonic() - self._started_at

    def _run(self) -> None:
        pause = _pause_min_seconds
        while not self._stopping.is_set():
            try:
                # The server ends a stream after a minute, so that its reader is authenticated again.
                pause = _pause_min_seconds if self._follow() else min(pause * 2, _pause_max_seconds)
            except TooManyRevocations as error:
                log.error("Cannot follow revocations: %s.", error)
                pause = _pause_max_seconds
            except urllib.error.HTTPError as answer:
                self._server.report(_path, f"status {answer.code}{_hints.get(answer.code, '')}")
                pause = min(pause * 2, _pause_max_seconds)
            # Whatever it is, the next stream may be better. A thread that ended would never hear again.
            except Exception as error:
                self._server.report(_path, str(error) or type(error).__name__)
                pause = min(pause * 2, _pause_max_seconds)
            # Not all guards at once, after the server was away.
            self._stopping.wait(pause * random.uniform(0.5, 1))

    def _follow(self) -> bool:
        """Reads one stream to its end. True if it had begun completely."""
        if not self._keeps_time():
            # The stream begins with everything that still concerns a token.
            self._last_id, self._heard_at, self._ahead = None, None, -math.inf
        headers = {"accept": "text/event-stream", "authorization": f"Bearer {self._server.api_key}"}
        if self._last_id is not None:
            headers["last-event-id"] = self._last_id
        is_ready = False
        with self._server.open(_path, headers, _silence_max_seconds) as response:
            for event in _events(response):
                if self._stopping.is_set():
                    return is_ready
                if not self._keeps_time():
                    raise ValueError("the clock was set back")
                if event.name == "revocation":
                    self._revocations.add(event.data)
                self._last_id = event.id
                # Before that, a part of what was revoked is still missing.
                is_ready = is_ready or event.name == "ready"
                if is_ready:
                    self._hear()
        return is_ready

    def _hear(self) -> None:
        self._heard_at = monotonic(), time()
        self._server.report(_path, None)
        if not self.first_ready.done():
            self.first_ready.set_result(None)


def _events(response: http.client.HTTPResponse) -> Iterator[Event]:
    """The events of a stream (WHATWG HTML §9.2.6)."""
    rest = b""
    while chunk := response.read1(_event_bytes_max):
        *texts, rest = (rest + chunk).split(b"\n\n")
        if len(rest) > _event_bytes_max:
            raise ValueError("an event is too long")
        yield from (_event(text.decode()) for text in texts)


def _event(text: str) -> Event:
    fields = dict(line.split(": ", 1) for line in text.split("\n") if ": " in line)
    return Event(fields.get("id", ""), fields.get("event", ""), json.loads(fields.get("data", "null")))
