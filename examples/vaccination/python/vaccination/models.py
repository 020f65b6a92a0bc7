"""What the service knows: types and pure rules."""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Person:
    """Someone who has registered here."""

    id: str
    registered_at: str


@dataclass(frozen=True)
class AccountOwner:
    """What the accounts server says about the person who calls."""

    account_id: str
    has_verified_contact: bool
    national_id: str | None
    name: str | None


@dataclass(frozen=True)
class Centre:
    id: str
    name: str
    address: str


@dataclass(frozen=True)
class OpeningKey:
    """A centre on a day, such as `2026-11-29`."""

    centre_id: str
    day: str


@dataclass(frozen=True)
class Opening:
    centre: Centre
    day: str
    places_total: int
    places_taken: int


@dataclass(frozen=True)
class Booking:
    opening: OpeningKey
    booked_at: str


@dataclass(frozen=True)
class Dose:
    id: str
    number: int
    vaccine: str
    lot: str
    centre_id: str
    day: str


@dataclass(frozen=True)
class OldRequest:
    """A vaccination that someone has asked for on the old page."""

    id: int
    user_id: int | None
    requested_at: str
    approved_at: str | None


class NationalIds:
    """Turns national ids into digests, which are all that the database holds. The key is the service's own: without it,
    someone who reads the database cannot try all numbers, of which there are only some billions."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def digest_of(self, national_id: str) -> str:
        # People write the same number with and without spaces, hyphens and capitals.
        canonical = re.sub(r"[\s\-./]", "", unicodedata.normalize("NFKC", national_id)).upper()
        return hmac.new(self._key, canonical.encode(), "sha256").hexdigest()

    def match(self, one: str, other: str) -> bool:
        """Compares in constant time."""
        return hmac.compare_digest(self.digest_of(one), self.digest_of(other))


def owner_of(details: Mapping[str, Any]) -> AccountOwner:
    """:param details: as `fetch_user` of the guard gives them"""
    return AccountOwner(
        account_id=str(details["id"]),
        has_verified_contact=details.get("email_verified") is True or details.get("phone_number_verified") is True,
        national_id=_text_or_none(details.get("national_id")),
        name=_text_or_none(details.get("full_name")),
    )


def text_of(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day_of(time: datetime) -> str:
    """The day of a time, in UTC."""
    return text_of(time)[:10]


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None
