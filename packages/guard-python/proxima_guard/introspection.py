"""Asks the server about credentials that say nothing by themselves: session codes and API keys (RFC 7662)."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic, time

from .bounded import BoundedDict
from .mismatch import MismatchReport
from .refusal import Refusal
from .revocations import Revocations
from .server import Server
from .user import User, read_user
from .waiting import Steps, end_of, in_background, outcome_of

_cache_entries_max = 10_000
# Each holds a thread and a connection. More at once say that the server does not answer, or that someone is guessing.
_requests_max = 64


@dataclass(frozen=True)
class _Entry:
    user: User | None
    """None if the credential does not work."""
    asked_at: float
    asked_at_seconds: float
    version: int
    """The version of the revocations when the server was asked."""


@dataclass(frozen=True)
class _Asking:
    asked_at: float
    entry: Future[_Entry]


class Introspection:
    def __init__(
        self,
        server: Server,
        revocations: Revocations,
        *,
        mismatches: MismatchReport,
        cache_seconds: float,
        clock_tolerance_seconds: float,
    ) -> None:
        self._server = server
        self._revocations = revocations
        self._mismatches = mismatches
        self._cache_seconds = cache_seconds
        self._clock_tolerance_seconds = clock_tolerance_seconds
        self._asking_lock = threading.Lock()
        # By their digests, so that memory holds no credentials.
        self._entries: BoundedDict[_Entry] = BoundedDict(_cache_entries_max)
        self._asking: dict[bytes, _Asking] = {}

    def find(self, credential: str) -> Steps[User]:
        """:raises Refusal: `invalid_token`, `token_expired`, `unavailable`"""
        digest = sha256(credential.encode()).digest()
        entry = self._entries.get(digest)
        if entry is None or not self._is_current(entry):
            entry = yield from self._ask_now(digest, credential)
        user = entry.user
        if user is None:
            raise Refusal("invalid_token", "the server says that it does not work")
        # It may have ended since the server was asked.
        if user.expires_at is not None and time() >= user.expires_at:
            raise Refusal("token_expired")
        return user

    def _is_current(self, entry: _Entry) -> bool:
        return monotonic() - entry.asked_at <= self._cache_seconds and not self._may_be_revoked(entry)

    def _may_be_revoked(self, entry: _Entry) -> bool:
        """True if something may have happened after the server was asked that can change its answer."""
        user = entry.user
        # Our clock may be ahead of the server's, which says when something was revoked.
        asked_at = entry.asked_at_seconds - self._clock_tolerance_seconds
        return user is not None and self._revocations.has_revoked(
            account=user.id, session=user.session_id, roles=user.roles, issued_at=asked_at
        )

    def _ask_now(self, digest: bytes, credential: str) -> Steps[_Entry]:
        entry = yield from self._ask_once(digest, credential)
        # A revocation that arrived while the answer was on its way may have overtaken it (A77).
        if entry.version != self._revocations.version and self._may_be_revoked(entry):
            entry = yield from self._ask_once(digest, credential)
        return entry

    def _ask_once(self, digest: bytes, credential: str) -> Steps[_Entry]:
        """Requests with the same credential wait for one answer, unless it could be older than a remembered one."""
        arrived_at = monotonic()
        while True:
            asking = self._join(digest, credential)
            if asking.asked_at + self._cache_seconds >= arrived_at:
                return (yield from outcome_of(asking.entry))
            yield from end_of(asking.entry)

    def _join(self, digest: bytes, credential: str) -> _Asking:
        with self._asking_lock:
            asking = self._asking.get(digest)
            if asking is None:
                if len(self._asking) >= _requests_max:
                    raise Refusal("unavailable", "too many questions to the server at once")
                asked_at = monotonic()
                asking = _Asking(asked_at, in_background(lambda: self._ask(digest, credential, asked_at)))
                self._asking[digest] = asking
            return asking

    def _ask(self, digest: bytes, credential: str, asked_at: float) -> _Entry:
        try:
            version, asked_at_seconds = self._revocations.version, time()
            entry = _Entry(self._answer(credential), asked_at, asked_at_seconds, version)
            self._entries.put(digest, entry)
            return entry
        finally:
            with self._asking_lock:
                self._asking.pop(digest, None)

    def _answer(self, credential: str) -> User | None:
        headers = {"authorization": f"Bearer {self._server.api_key}"}
        answer = self._server.ask("/oauth/introspect", headers=headers, form={"token": credential})
        # The server refuses our own key: that says nothing about the caller's.
        if answer.status != 200 or not isinstance(answer.json, dict):
            raise Refusal("unavailable", f"the server refuses the question: status {answer.status}")
        claims = answer.json
        if claims.get("active") is not True:
            return None
        # What works elsewhere must not work here (A71).
        if not self._mismatches.fit(claims):
            return None
        user = read_user(claims, credential)
        if user is None or user.permissions is None:
            raise Refusal("unavailable", "the answer of the server cannot be read")
        return user
