"""The refusals of a guard. Their codes, titles and forms are those of the Proxima server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class _Form:
    status: int
    title: str
    detail: str
    # RFC 6750 §3.1: the challenge has an error only if a credential was sent.
    error: str | None = None


_forms = {
    "unauthenticated": _Form(
        401,
        "Authentication required",
        'This call needs a credential. Sign in, then send "Authorization: Bearer <credential>".',
    ),
    "invalid_token": _Form(
        401,
        "Invalid credential",
        "The credential is not valid, or no longer valid. Sign in again.",
        error="invalid_token",
    ),
    "token_expired": _Form(
        401,
        "Access token expired",
        "The access token has expired. Refresh it, or sign in again.",
        error="invalid_token",
    ),
    "forbidden": _Form(403, "Not allowed", "You are not allowed to do this.", error="insufficient_scope"),
    # RFC 9470 §3 has 401 here. Clients of Proxima throw a credential away after 401, and this one still works.
    "step_up_required": _Form(
        403,
        "Fresh sign-in needed",
        "This call needs a recent sign-in, or one with a second factor. Sign in again and repeat the call in the new session.",
        error="insufficient_user_authentication",
    ),
    # Never 401: that the server cannot be reached says nothing about the credential.
    "unavailable": _Form(
        503,
        "Temporarily unavailable",
        "The credential cannot be checked at the moment. Try again shortly.",
    ),
}

_retry_after_seconds = 2


class Refusal(Exception):
    """Raised if a request may not continue. `answer_of` makes the answer."""

    def __init__(self, code: str, reason: str | None = None, *, challenge: Mapping[str, str] | None = None) -> None:
        """
        :param reason: why, for the log; it holds nothing from the credential
        :param challenge: more parameters of the header `WWW-Authenticate`
        """
        super().__init__(reason or _forms[code].title)
        self.code = code
        self.status = _forms[code].status
        self.detail = _forms[code].detail
        self.challenge = dict(challenge or {})


@dataclass(frozen=True)
class Answer:
    """An answer that every framework can send."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def answer_of(refusal: Refusal, issuer: str) -> Answer:
    """The answer to a refused request: a problem (RFC 9457), as JSON."""
    form = _forms[refusal.code]
    problem = {
        "type": f"{issuer.rstrip('/')}/docs/problems/{refusal.code}",
        "title": form.title,
        "status": form.status,
        "code": refusal.code,
        "detail": form.detail,
    }
    headers = {"content-type": "application/problem+json", "cache-control": "no-store"}
    if form.status in (401, 403):
        headers["www-authenticate"] = _challenge(form, refusal.challenge)
    if form.status == 503:
        headers["retry-after"] = str(_retry_after_seconds)
    return Answer(form.status, headers, json.dumps(problem).encode())


def _challenge(form: _Form, more: Mapping[str, str]) -> str:
    parameters = {} if form.error is None else {"error": form.error, **more}
    texts = [f'{name}="{value}"' for name, value in parameters.items()]
    return f"Bearer {', '.join(texts)}" if texts else "Bearer"
