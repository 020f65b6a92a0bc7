"""Access tokens: signed JWTs (RFC 9068)."""

from __future__ import annotations

import binascii
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

import jwt

from .keys import KeySet
from .mismatch import MismatchReport
from .refusal import Refusal
from .user import User, is_seconds, is_text, read_user
from .waiting import Steps

# No slash, dot or quote: a key id may not look like a path, an address or a query (RFC 8725 §3.10, A68).
_safe_kid = re.compile(r"[A-Za-z0-9_-]{1,128}")
# r and s of ES256, 32 bytes each (RFC 7518 §3.4). DER has another length (A74).
_signature_bytes = 64
# RFC 9068 §4. Another kind of signed token must not pass for an access token (A70).
_types = ("at+jwt", "application/at+jwt")
# They would change what is signed, or how (RFC 7515 §4.1.11, RFC 7797, A73, A75). A key in the header, or an address of
# one, is never read (A69).
_refused_parameters = ("crit", "b64", "zip")

# The algorithm is ours, never the token's (RFC 8725 §3.1, A65, A66).
_jws = jwt.PyJWS(algorithms=["ES256"])


@dataclass(frozen=True)
class VerifiedToken:
    """A token whose signature and claims are right. It can have expired or been revoked since."""

    user: User
    session_id: str
    kid: str
    issued_at: int
    valid_from: int
    expires_at: int


def verify_token(token: str, keys: KeySet, mismatches: MismatchReport) -> Steps[VerifiedToken]:
    """Verifies an access token, except for the time, which goes on after this.

    :raises Refusal: `invalid_token`, `unavailable`
    """
    # A JWE has five parts, and a JSON serialisation has none (A73, A75).
    parts = token.split(".", 3)
    if len(parts) != 3:
        raise _invalid("not three parts")
    header, claims = _object(parts[0]), _object(parts[1])
    if len(_bytes(parts[2])) != _signature_bytes:
        raise _invalid("the signature has another length")
    # Before the key is looked up: a bad id must not cost the server a request.
    kid = _kid(header)
    key = yield from keys.find(kid)
    if key is None:
        raise _invalid("no such key")
    try:
        _jws.decode(token, key, algorithms=["ES256"])
    except jwt.PyJWTError as error:
        raise _invalid(str(error)) from error
    # Compared character by character: a trailing slash makes another issuer (RFC 8725 §3.8). Proxima issues no list of
    # audiences: each of them could use the token at the others (RFC 8725 §3.9, A71).
    if not mismatches.fit(claims):
        raise _invalid("another issuer or audience")
    return _read(claims, token, kid)


def _kid(header: dict[str, Any]) -> str:
    if header.get("alg") != "ES256" or header.get("typ") not in _types:
        raise _invalid("another algorithm or type")
    if any(name in header for name in _refused_parameters):
        raise _invalid("an extension")
    kid = header.get("kid")
    if not isinstance(kid, str) or not _safe_kid.fullmatch(kid):
        raise _invalid("kid is missing or unsafe")
    return kid


def _read(claims: dict[str, Any], token: str, kid: str) -> VerifiedToken:
    issued_at, expires_at = claims.get("iat"), claims.get("exp")
    valid_from = claims.get("nbf", issued_at)
    if not is_seconds(issued_at) or not is_seconds(expires_at) or not is_seconds(valid_from):
        raise _invalid("a time is not a number of seconds")
    user, session_id = read_user(claims, token), claims.get("sid")
    if user is None or not is_text(session_id):
        raise _invalid("a claim is missing or of another kind")
    if user.permissions is None and claims.get("permissions_truncated") is not True:
        raise _invalid("permissions is missing")
    return VerifiedToken(user, session_id, kid, issued_at, max(issued_at, valid_from), expires_at)


def _object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(_bytes(part).decode(), object_pairs_hook=_members, parse_constant=_no_constant)
    # RecursionError: JSON can be nested deeper than Python reads.
    except (ValueError, RecursionError) as error:
        raise _invalid("not JSON") from error
    if not isinstance(value, dict):
        raise _invalid("not a JSON object")
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # RFC 7515 §4 allows to keep the last one of equal names, but another reader may keep the first (A73).
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name is repeated")
    return members


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _bytes(part: str) -> bytes:
    # Exactly one spelling: no padding, no spaces, no stray bits (RFC 7515 §2, A73).
    try:
        content = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError) as error:
        raise _invalid("not base64url") from error
    if urlsafe_b64encode(content).rstrip(b"=").decode() != part:
        raise _invalid("not canonical base64url")
    return content


def _invalid(reason: str) -> Refusal:
    return Refusal("invalid_token", reason)
