"""What the server has revoked."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from time import time
from typing import Any, NamedTuple

from .user import is_text

# Every token, whenever it was issued.
_always = 2**32 - 1
_first_capacity = 1_024
_load_max = 0.6
# A million take some 34 MB, and twice that for a moment while the table grows.
size_max = 2_000_000


class TooManyRevocations(Exception):
    """The memory of a guard is bounded. It cannot follow the server with a part of them."""


class _Slots(NamedTuple):
    digests: array[int]
    before: array[int]
    expires: array[int]

    @classmethod
    def empty(cls, capacity: int) -> _Slots:
        return cls(array("Q", bytes(8 * capacity)), array("I", bytes(4 * capacity)), array("I", bytes(4 * capacity)))


class RevocationTable:
    """Texts with two times each, in three arrays: as objects they would take ten times the memory.

    Of a text it keeps 64 bits of a digest. Among a million, two texts are mistaken for each other once in ten million
    million look-ups. One thread writes. Others may read at the same time.
    """

    def __init__(self) -> None:
        self._slots = _Slots.empty(_first_capacity)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def put(self, text: str, before: int, expires: int) -> None:
        """Of two entries with the same text, the later times remain.

        :raises TooManyRevocations:
        """
        if self._size + 1 > len(self._slots.digests) * _load_max:
            self._make_room()
        self._put(self._slots, _digest(text), before, expires)

    def before(self, text: str, now_seconds: float) -> int:
        """Tokens that were issued before this are refused. 0 for an unknown text, and for an entry that has expired."""
        # Once, because the writer may replace them.
        slots = self._slots
        index = _index_of(slots, _digest(text))
        return slots.before[index] if slots.expires[index] > now_seconds else 0

    def _put(self, slots: _Slots, digest: int, before: int, expires: int) -> None:
        index = _index_of(slots, digest)
        if slots.digests[index] == 0:
            self._size += 1
        slots.before[index] = max(slots.before[index], before)
        slots.expires[index] = max(slots.expires[index], expires)
        # Last: a reader that finds the digest must find the times.
        slots.digests[index] = digest

    def _make_room(self) -> None:
        """Drops what has expired, and doubles the table if that is not enough."""
        old, now = self._slots, time()
        live = [index for index, expires in enumerate(old.expires) if expires > now]
        if len(live) >= size_max:
            raise TooManyRevocations(f"more than {size_max} revocations at once")
        capacity = len(old.digests)
        new = _Slots.empty(capacity * 2 if len(live) > capacity * _load_max / 2 else capacity)
        self._size = 0
        for index in live:
            self._put(new, old.digests[index], old.before[index], old.expires[index])
        self._slots = new


def _index_of(slots: _Slots, digest: int) -> int:
    """Where the digest is, or the free place where it belongs. One is always free, because the table is never full."""
    digests, mask = slots.digests, len(slots.digests) - 1
    index = digest & mask
    while digests[index] not in (0, digest):
        index = (index + 1) & mask
    return index


def _digest(text: str) -> int:
    # 0 marks a free place.
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little") or 1


class Revocations:
    """Decides which tokens the server has revoked."""

    def __init__(self) -> None:
        self._table = RevocationTable()
        self._keys: dict[str, tuple[float, float]] = {}
        self.version = 0
        """Changes with each revocation."""

    def __len__(self) -> int:
        return len(self._table) + len(self._keys)

    def add(self, event: Mapping[str, Any]) -> None:
        """Events of a kind that is not known here are for newer guards.

        :raises TooManyRevocations:
        """
        kind, revoked_at, expires_at = event.get("kind"), _time(event["revoked_at"]), _time(event["expires_at"])
        expires = math.ceil(expires_at)
        session, account, role, kid = (event.get(name) for name in ("session_id", "account_id", "role", "kid"))
        if kind == "session" and is_text(session):
            self._table.put(f"session {session}", _always, expires)
        # Rounded down: its sessions are listed one by one too, and a restored account may get a token in this second.
        elif kind == "account" and is_text(account):
            self._table.put(f"account {account}", math.floor(revoked_at), expires)
        # Rounded up: a token of this second may have the old roles.
        elif kind == "roles" and is_text(account):
            self._table.put(f"roles {account}", math.ceil(revoked_at), expires)
        elif kind == "role" and is_text(role):
            self._table.put(f"role {role}", math.ceil(revoked_at), expires)
        elif kind == "key" and is_text(kid):
            self._add_key(kid, revoked_at, expires_at)
        # Last: a reader that sees the new version must find the revocation.
        self.version += 1

    def has_revoked(self, *, account: str, session: str | None, roles: tuple[str, ...], issued_at: float) -> bool:
        texts = [f"account {account}", f"roles {account}", *(f"role {role}" for role in roles)]
        if session is not None:
            texts.append(f"session {session}")
        now = time()
        return any(self._table.before(text, now) > issued_at for text in texts)

    def has_revoked_key(self, kid: str) -> bool:
        revoked_at, expires_at = self._keys.get(kid, (math.inf, 0))
        return revoked_at <= time() < expires_at

    def _add_key(self, kid: str, revoked_at: float, expires_at: float) -> None:
        # A key that was withdrawn twice ends at the earlier time, in whatever order the events come.
        known_revoked_at, known_expires_at = self._keys.get(kid, (math.inf, 0))
        times = min(revoked_at, known_revoked_at), max(expires_at, known_expires_at)
        now = time()
        self._keys = {name: each for name, each in {**self._keys, kid: times}.items() if each[1] > now}


def _time(text: str) -> float:
    # Python 3.10 does not read the Z.
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
