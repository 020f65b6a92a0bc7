"""A dictionary whose memory is bounded."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

Value = TypeVar("Value")


class BoundedDict(Generic[Value]):
    """Forgets its oldest entry when it is full. Several threads can use it."""

    def __init__(self, size_max: int) -> None:
        self._size_max = size_max
        self._lock = threading.Lock()
        self._entries: dict[bytes, Value] = {}

    def get(self, key: bytes) -> Value | None:
        return self._entries.get(key)

    def put(self, key: bytes, value: Value) -> None:
        with self._lock:
            if key in self._entries:
                del self._entries[key]
            if len(self._entries) >= self._size_max:
                # A dict keeps its order: the first is the oldest.
                del self._entries[next(iter(self._entries))]
            self._entries[key] = value
