"""The caller of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypedDict, TypeGuard

Claims = Mapping[str, Any]
"""The claims of a token, or the answer about a credential. Both have the same names (RFC 9068 §2.2, RFC 7662 §2.2)."""


@dataclass(frozen=True)
class User:
    """The caller of a request, as the credential describes them."""

    id: str
    """The id of the account. Store your data under it: a username or an email address can change owners."""
    session_id: str | None
    """None for an API key, which has no session."""
    client_id: str
    """`proxima` for a person who signed in to Proxima itself; otherwise the program that got the token."""
    roles: tuple[str, ...]
    permissions: tuple[str, ...] | None
    """None if they do not fit into the token. A required permission is then looked up on the server."""
    auth_time: int | None
    """When the owner last proved who they are, in seconds since 1970. None if the credential does not say."""
    amr: tuple[str, ...]
    """How they proved it (RFC 8176)."""
    acr: str | None
    """The level of assurance."""
    expires_at: int | None
    """When the credential expires, in seconds since 1970. None if it does not."""

    # What the caller sent. It is no field, so that it reaches no log, and no answer of a service that returns a user.
    _credential: ClassVar[str] = ""


class UserDetails(TypedDict, total=False):
    """The user, as `GET /v1/me` shows them."""

    id: str
    username: str | None
    email: str | None
    phone_number: str | None
    full_name: str | None
    given_name: str | None
    family_name: str | None
    email_verified: bool
    phone_number_verified: bool
    is_verified: bool
    roles: list[str]
    status: str
    created_at: str
    updated_at: str


def read_user(claims: Claims, credential: str) -> User | None:
    """None if a claim that every credential has is missing or of the wrong kind."""
    subject, client_id, roles = claims.get("sub"), claims.get("client_id"), claims.get("roles")
    if not is_text(subject) or not is_text(client_id) or not _are_texts(roles):
        return None
    # A missing list of permissions means that the token has no room for it. It never means "all".
    permissions = claims.get("permissions")
    if "permissions" in claims and not _are_texts(permissions):
        return None
    session_id, acr, amr = claims.get("sid"), claims.get("acr"), claims.get("amr")
    auth_time, expires_at = claims.get("auth_time"), claims.get("exp")
    user = User(
        id=subject,
        session_id=session_id if is_text(session_id) else None,
        client_id=client_id,
        roles=tuple(roles),
        permissions=tuple(permissions) if _are_texts(permissions) else None,
        auth_time=auth_time if is_seconds(auth_time) else None,
        amr=tuple(amr) if _are_texts(amr) else (),
        acr=acr if is_text(acr) else None,
        expires_at=expires_at if is_seconds(expires_at) else None,
    )
    object.__setattr__(user, "_credential", credential)
    return user


def is_seconds(value: object) -> TypeGuard[int]:
    """RFC 7519 §2 allows fractions, but Proxima writes none; 1e400 reads as infinity and would never expire (A72)."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and value != ""


def _are_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
