"""Decides for each request who is calling, and whether they may."""

from __future__ import annotations

import os
import re
import ssl
import threading
import weakref
from collections.abc import Sequence
from hashlib import sha256
from ipaddress import ip_address
from time import monotonic, time
from typing import Literal, cast
from urllib.parse import urlsplit

from .bounded import BoundedDict
from .feed import Feed
from .introspection import Introspection
from .keys import KeySet
from .mismatch import MismatchReport
from .refusal import Refusal
from .requirement import Requirement, any_user, assert_meets
from .revocations import Revocations
from .server import Server
from .tokens import VerifiedToken, verify_token
from .user import User, UserDetails
from .waiting import Steps, in_background, outcome_of, run, run_async

# Session codes and API keys. Everything else must be an access token.
_opaque = re.compile(r"px[sk]_[A-Za-z0-9_-]{1,128}")
# Bounds what one request can make us decode. The headers of a request have about as much room.
_credential_length_max = 8192
_verified_max = 10_000
_details_max = 1_000
_details_cache_seconds = 30
# At its start, a guard lets requests wait so long for the revocations until now.
_first_wait_seconds = 3


class Guard:
    """Protects a service with the accounts of a Proxima server."""

    def __init__(
        self,
        issuer: str,
        audience: str | None = None,
        *,
        api_key: str | None = None,
        fail_mode: Literal["closed", "ttl"] = "closed",
        fail_after_seconds: float = 60,
        clock_tolerance_seconds: float = 5,
        introspection_cache_seconds: float = 1,
        server_url: str | None = None,
        allow_http: bool = False,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """
        :param issuer: the public URL of the Proxima server (`PROXIMA_PUBLIC_URL`), exactly as it is set there
        :param audience: the audience of the tokens (`PROXIMA_AUDIENCE`), if it is set there; otherwise the issuer
        :param api_key: a credential with the permission `tokens:introspect`. With it, the guard learns of revocations
            within a second, and accepts session codes and API keys. Without it, a token works until it expires.
        :param fail_mode: what happens if revocations have not reached this service for `fail_after_seconds`. `closed`:
            every request gets 503. `ttl`: a token works until it expires, whatever has happened to it.
        :param clock_tolerance_seconds: how far the clock of the server may be ahead of ours. It never lengthens the
            life of a token.
        :param introspection_cache_seconds: for how long an answer about a session code or an API key is used
        :param server_url: the address at which this service reaches the server, if that is not the issuer
        :param allow_http: allows an address with `http:` that is not on this machine. Anyone on the network between
            could then replace keys.
        :raises ValueError: if a setting cannot work, so that the service does not start with it
        """
        # An empty environment variable is a mistake. It must not switch revocations off.
        if api_key is not None and not api_key.strip():
            raise ValueError("api_key is empty. Leave it out, or set it.")
        if fail_mode not in ("closed", "ttl"):
            raise ValueError('fail_mode is "closed" or "ttl".')
        if not all(each >= 0 for each in (fail_after_seconds, clock_tolerance_seconds, introspection_cache_seconds)):
            raise ValueError("A number of seconds is below 0.")
        _require_url("issuer", issuer, allow_http or server_url is not None)
        _require_url("server_url", server_url or issuer, allow_http)
        self.issuer = issuer
        self.audience = audience if audience is not None else issuer
        self._server_url = server_url or issuer
        self._api_key = api_key
        self._fail_mode = fail_mode
        self._fail_after_seconds = fail_after_seconds
        self._clock_tolerance_seconds = clock_tolerance_seconds
        self._introspection_cache_seconds = introspection_cache_seconds
        self._ssl_context = ssl_context
        self._begin()
        _guards.add(self)

    def _begin(self) -> None:
        self._server = Server(self._server_url, self._api_key, self._ssl_context)
        self._keys = KeySet(self._server)
        self._revocations = Revocations()
        self._mismatches = MismatchReport(self.issuer, self.audience)
        self._introspection = Introspection(
            self._server,
            self._revocations,
            mismatches=self._mismatches,
            cache_seconds=self._introspection_cache_seconds,
            clock_tolerance_seconds=self._clock_tolerance_seconds,
        )
        self._feed: Feed | None = None
        self._starting = threading.Lock()
        # By their digests. Holds verified tokens only, so callers cannot fill it with what they make up.
        self._verified: BoundedDict[VerifiedToken] = BoundedDict(_verified_max)
        self._details: BoundedDict[tuple[float, UserDetails]] = BoundedDict(_details_max)

    def start(self) -> None:
        """Begins to follow revocations. The first request does it too, but has to wait for it."""
        if self._feed is not None or self._api_key is None:
            return
        with self._starting:
            if self._feed is None:
                self._feed = Feed(self._server, self._revocations)
                self._feed.start()

    def close(self) -> None:
        """Stops following revocations."""
        if self._feed is not None:
            self._feed.stop()

    def check(
        self, authorization: str | Sequence[str] | None, requirement: Requirement | None = None
    ) -> User:
        """The caller of a request. Blocks while the server has to be asked.

        :param authorization: the header `Authorization`; a list if there are several
        :raises Refusal: if the request may not continue; `answer_of` makes the answer
        """
        return run(self._check(authorization, requirement or any_user()))

    async def check_async(
        self, authorization: str | Sequence[str] | None, requirement: Requirement | None = None
    ) -> User:
        """The same for asyncio."""
        return await run_async(self._check(authorization, requirement or any_user()))

    def fetch_user(self, user: User) -> UserDetails:
        """The names and contacts of the caller, from the server. At most half a minute old.

        :raises Refusal: `invalid_token`, `unavailable`
        """
        return run(self._fetch_user(user))

    async def fetch_user_async(self, user: User) -> UserDetails:
        """The same for asyncio."""
        return await run_async(self._fetch_user(user))

    def _check(self, authorization: str | Sequence[str] | None, requirement: Requirement) -> Steps[User]:
        credential = _credential_of(authorization)
        self.start()
        if _opaque.fullmatch(credential):
            user = yield from self._introspect(credential)
        else:
            user = yield from self._check_token(credential)
        if requirement.permissions and user.permissions is None:
            # They do not fit into the token.
            if self._api_key is None:
                raise Refusal("unavailable", "the permissions are not in the token, and there is no api_key")
            user = yield from self._introspect(credential)
        assert_meets(user, requirement, time())
        return user

    def _introspect(self, credential: str) -> Steps[User]:
        if self._api_key is None:
            raise Refusal("invalid_token", "without api_key, only access tokens are accepted")
        return (yield from self._introspection.find(credential))

    def _check_token(self, credential: str) -> Steps[User]:
        digest = _digest(credential)
        token = self._verified.get(digest)
        if token is None:
            token = yield from verify_token(credential, self._keys, self._mismatches)
            self._verified.put(digest, token)
        # If its key leaked and was retired, its tokens end too (A76).
        elif (yield from self._keys.find(token.kid)) is None:
            raise Refusal("invalid_token", "its key was retired")
        self._assert_current(token)
        yield from self._wait_for_revocations()
        user = token.user
        if self._revocations.has_revoked_key(token.kid) or self._revocations.has_revoked(
            account=user.id, session=token.session_id, roles=user.roles, issued_at=token.issued_at
        ):
            raise Refusal("invalid_token", "revoked")
        return user

    def _assert_current(self, token: VerifiedToken) -> None:
        now = time()
        # "On or after" (RFC 7519 §4.1.4), without any tolerance.
        if now >= token.expires_at:
            raise Refusal("token_expired")
        if now < token.valid_from - self._clock_tolerance_seconds:
            raise Refusal("invalid_token", "iat or nbf is in the future")

    def _wait_for_revocations(self) -> Steps[None]:
        """:raises Refusal: `unavailable` if too much could have been revoked in the meantime"""
        feed = self._feed
        if feed is None:
            return
        patience_seconds = self._first_wait_seconds() - feed.age_seconds()
        if feed.silent_seconds() is None and patience_seconds > 0:
            yield feed.first_ready, patience_seconds
        silent_seconds = feed.silent_seconds()
        is_heard = silent_seconds is not None and silent_seconds <= self._fail_after_seconds
        if self._fail_mode == "closed" and not is_heard:
            raise Refusal("unavailable", "revocations do not reach this service")

    def _first_wait_seconds(self) -> float:
        # Without the wait, `ttl` would accept what was revoked long ago.
        if self._fail_mode == "ttl":
            return min(_first_wait_seconds, self._fail_after_seconds)
        return _first_wait_seconds

    def _fetch_user(self, user: User) -> Steps[UserDetails]:
        fetched_at, details = self._details.get(_digest(user._credential)) or (float("-inf"), UserDetails())
        if monotonic() - fetched_at <= _details_cache_seconds:
            return details
        return (yield from outcome_of(in_background(lambda: self._ask_for_details(user))))

    def _ask_for_details(self, user: User) -> UserDetails:
        answer = self._server.ask("/v1/me", headers={"authorization": f"Bearer {user._credential}"})
        if answer.status == 401:
            raise Refusal("invalid_token", "the server refuses it")
        if answer.status != 200 or not isinstance(answer.json, dict):
            raise Refusal("unavailable", f"the server does not show the user: status {answer.status}")
        details = cast(UserDetails, answer.json)
        self._details.put(_digest(user._credential), (monotonic(), details))
        return details


# A thread does not survive a fork (gunicorn), and a lock may be held in it: the child begins again.
_guards: weakref.WeakSet[Guard] = weakref.WeakSet()


def _begin_again() -> None:
    for guard in _guards:
        guard._begin()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_again)


def _credential_of(authorization: str | Sequence[str] | None) -> str:
    """The credential in the header `Authorization` (RFC 6750 §2.1).

    :raises Refusal: `unauthenticated`, `invalid_token`
    """
    values = [authorization] if isinstance(authorization, str) else list(authorization or ())
    # RFC 9110 §5.3 allows only one. Something in front of this service may have checked the other one. A server that
    # speaks WSGI joins them with a comma, and what comes out has three words.
    words = re.split(" +", values[0].strip(" \t")) if len(values) == 1 else []
    if len(words) != 2 or words[0].lower() != "bearer":
        raise Refusal("unauthenticated")
    if len(words[1]) > _credential_length_max:
        raise Refusal("invalid_token", "longer than any credential")
    return words[1]


def _digest(credential: str) -> bytes:
    return sha256(credential.encode(errors="surrogatepass")).digest()


def _require_url(name: str, value: str, allow_http: bool) -> None:
    """Keys that come over plain http could be anyone's (RFC 9700 §2.6)."""
    url = urlsplit(value)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError(f"{name} is not an address such as https://accounts.example.org.")
    if url.scheme == "http" and not allow_http and not _is_loopback(url.hostname):
        raise ValueError(f"{name} begins with http: and is not on this machine. Use https:, or set allow_http.")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
