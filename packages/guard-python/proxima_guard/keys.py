"""The public keys of the server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from time import monotonic, sleep
from typing import Any

import jwt

from .refusal import Refusal
from .server import Server
from .waiting import Steps, in_background, outcome_of

# Older keys are fetched again before they are used, so that those that the server has retired stop working.
_age_max_seconds = 60
# From this age on, the keys are fetched again beside a request, so that none has to wait.
_refresh_from_seconds = 45
# Whatever key ids callers make up, the server gets no more than one request in this time (A68).
_fetch_every_seconds = 1

# In PyJWT 2.6, it has no types.
_read_key: Callable[..., Any] = jwt.PyJWK

Key = Any
"""A public key of the package cryptography."""


class KeySet:
    """The public keys of the server. Without the server, the last ones stay valid."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._keys: Mapping[str, Key] = {}
        self._fetched_at = float("-inf")
        self._last_fetch_at = float("-inf")
        # When the last fetch that has ended began, and how it ended.
        self._known_at = float("-inf")
        self._has_failed = False
        self._fetching: Future[None] | None = None

    def find(self, kid: str) -> Steps[Key | None]:
        """None for a key that the server does not have. For an unknown key, the server is asked after the call begins,
        so a key that has just replaced another is known at once.

        :raises Refusal: `unavailable`
        """
        if kid in self._keys:
            yield from self._refresh_old()
        else:
            yield from self._refresh_until(kid, monotonic())
        return self._keys.get(kid)

    def _refresh_old(self) -> Steps[None]:
        age = monotonic() - self._fetched_at
        if age < _refresh_from_seconds:
            return
        fetched = self._fetch_soon()
        # While the server is away, no request waits for it.
        if age >= _age_max_seconds and not self._has_failed:
            yield from outcome_of(fetched)

    def _refresh_until(self, kid: str, asked_at: float) -> Steps[None]:
        # A fetch that began earlier may have been answered before the key existed.
        while self._known_at < asked_at and kid not in self._keys:
            yield from outcome_of(self._fetch_soon())
        if self._has_failed and kid not in self._keys:
            raise Refusal("unavailable", "the keys cannot be fetched")

    def _fetch_soon(self) -> Future[None]:
        with self._lock:
            if self._fetching is None:
                self._fetching = in_background(self._fetch_after_pause)
            return self._fetching

    def _fetch_after_pause(self) -> None:
        sleep(max(0.0, self._last_fetch_at + _fetch_every_seconds - monotonic()))
        self._last_fetch_at = monotonic()
        try:
            # Asks caches in between for the keys of this moment, too.
            answer = self._server.ask("/.well-known/jwks.json", headers={"cache-control": "no-cache"}, needs_ok=True)
            self._keys = _read_keys(answer.json)
            self._fetched_at = self._last_fetch_at
            self._has_failed = False
        except Refusal:
            self._has_failed = True
        finally:
            with self._lock:
                self._known_at = self._last_fetch_at
                self._fetching = None


def _read_keys(key_set: object) -> Mapping[str, Key]:
    """Only what Proxima signs with. A set can have other keys, and keys that no one can read (RFC 7517 §5)."""
    listed = key_set.get("keys") if isinstance(key_set, dict) else None
    if not isinstance(listed, list):
        raise Refusal("unavailable", "the keys are not a JWK set")
    keys: dict[str, Key] = {}
    for jwk in filter(_is_signing_key, listed):
        # ValueError: its point is not on the curve. TypeError: it has none.
        with suppress(jwt.PyJWTError, ValueError, TypeError):
            # The algorithm is ours, not the token's: none can be confused (RFC 8725 §3.1, A67).
            keys[jwk["kid"]] = _read_key(jwk, algorithm="ES256").key
    return keys


def _is_signing_key(jwk: object) -> bool:
    if not isinstance(jwk, dict) or not isinstance(jwk.get("kid"), str):
        return False
    use, algorithm = jwk.get("use", "sig"), jwk.get("alg", "ES256")
    return (jwk.get("kty"), jwk.get("crv"), use, algorithm) == ("EC", "P-256", "sig", "ES256")
