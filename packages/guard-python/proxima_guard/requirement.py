"""What a route asks of its caller."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .refusal import Refusal
from .user import User

# A name can stand in a header between quotes (RFC 6750 §3).
_safe_name = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")

_first_party = "proxima"


@dataclass(frozen=True)
class Requirement:
    """Make one with `any_user`, `some_role`, `every_permission`, `recent_sign_in` or `second_factor`."""

    roles: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    max_age_seconds: int | None = None
    levels: tuple[str, ...] = ()


def any_user() -> Requirement:
    return Requirement()


def some_role(roles: Sequence[str]) -> Requirement:
    """At least one of the roles."""
    return Requirement(roles=_names(roles))


def every_permission(permissions: Sequence[str]) -> Requirement:
    return Requirement(permissions=_names(permissions))


def recent_sign_in(max_age_seconds: int) -> Requirement:
    """A person who proved who they are at most this many seconds ago."""
    if max_age_seconds <= 0:
        raise ValueError("max_age_seconds must be above 0.")
    return Requirement(max_age_seconds=max_age_seconds)


def second_factor(phishing_resistant: bool = False) -> Requirement:
    """A sign-in with two factors, or with a key that no phishing page can use."""
    return Requirement(levels=("phr",) if phishing_resistant else ("urn:proxima:aal2", "phr"))


def assert_meets(user: User, requirement: Requirement, now_seconds: float) -> None:
    """:raises Refusal: `forbidden`, `step_up_required`"""
    if requirement.roles and not _has_role(user, requirement.roles):
        raise Refusal("forbidden", "the role is missing")
    if not set(requirement.permissions) <= set(user.permissions or ()):
        raise Refusal(
            "forbidden", "a permission is missing", challenge={"scope": " ".join(requirement.permissions)}
        )
    max_age_seconds = requirement.max_age_seconds
    if max_age_seconds is not None and not _is_recent(user, max_age_seconds, now_seconds):
        raise Refusal(
            "step_up_required", "the sign-in is too old", challenge={"max_age": str(max_age_seconds)}
        )
    # The level says what the server has checked. An API key has none. RFC 9470 §3 has `acr_values`.
    if requirement.levels and user.acr not in requirement.levels:
        raise Refusal(
            "step_up_required", "the factors are too few", challenge={"acr_values": " ".join(requirement.levels)}
        )


def _has_role(user: User, roles: tuple[str, ...]) -> bool:
    # An API key, and the token of a program, are made for some permissions. They carry all roles of their owner, so with
    # them an administrator's key for one report could do everything that the role may (OWASP ASVS 8.2.1).
    if user.client_id != _first_party or user.session_id is None:
        return False
    return not set(roles).isdisjoint(user.roles)


def _is_recent(user: User, max_age_seconds: int, now_seconds: float) -> bool:
    # An API key has no sign-in. To a program, a person may have given their password long ago: the server never counts
    # its session as recent, either.
    if user.auth_time is None or user.client_id != _first_party:
        return False
    # A time in the future is the fault of a clock, and no proof that it was recent.
    return abs(now_seconds - user.auth_time) <= max_age_seconds


def _names(names: Sequence[str]) -> tuple[str, ...]:
    # A route that asks for nothing would let everyone in.
    if isinstance(names, str) or not names:
        raise ValueError("Name at least one role or permission.")
    for name in names:
        if not isinstance(name, str) or not _safe_name.fullmatch(name):
            raise ValueError(f"This name cannot be used: {name!r}.")
    return tuple(names)
