"""What the API accepts and shows. It works with Pydantic 1 (Debian 12) and 2."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, conint, constr

from .certificates import IssuedCertificate
from .models import Booking, Centre, Dose, OldRequest, Opening, Person


class Strict(BaseModel):
    class Config:
        # No caller wonders why a misspelt field had no effect.
        extra = "forbid"


NationalId = constr(strict=True, min_length=4, max_length=64)
CentreId = constr(strict=True, min_length=36, max_length=36)
Name = constr(strict=True, min_length=1, max_length=100)
Day = constr(strict=True, min_length=10, max_length=10)


class Registration(Strict):
    national_id: NationalId  # type: ignore[valid-type]


class NewCentre(Strict):
    name: constr(strict=True, min_length=1, max_length=200)  # type: ignore[valid-type]
    address: constr(strict=True, min_length=1, max_length=500)  # type: ignore[valid-type]


class Places(Strict):
    day: Day  # type: ignore[valid-type]
    places: conint(strict=True, ge=0, le=100_000)  # type: ignore[valid-type]


class NewBooking(Strict):
    centre_id: CentreId  # type: ignore[valid-type]
    day: Day  # type: ignore[valid-type]


class NewDose(Strict):
    national_id: NationalId  # type: ignore[valid-type]
    centre_id: CentreId  # type: ignore[valid-type]
    vaccine: Name  # type: ignore[valid-type]
    lot: Name  # type: ignore[valid-type]


def person_view(person: Person) -> dict[str, Any]:
    return {"id": person.id, "registered_at": person.registered_at}


def centre_view(centre: Centre) -> dict[str, Any]:
    return {"id": centre.id, "name": centre.name, "address": centre.address}


def opening_view(opening: Opening) -> dict[str, Any]:
    return {
        "centre": centre_view(opening.centre),
        "day": opening.day,
        "places": opening.places_total,
        "places_left": opening.places_total - opening.places_taken,
    }


def booking_view(booking: Booking) -> dict[str, Any]:
    return {"centre_id": booking.opening.centre_id, "day": booking.opening.day, "booked_at": booking.booked_at}


def dose_view(dose: Dose) -> dict[str, Any]:
    return {
        "id": dose.id,
        "number": dose.number,
        "vaccine": dose.vaccine,
        "lot": dose.lot,
        "centre_id": dose.centre_id,
        "day": dose.day,
    }


def certificate_view(issued: IssuedCertificate) -> dict[str, Any]:
    return {"certificate": issued.token, "url": issued.url, "qr_svg": issued.qr_svg}


def old_request_view(request: OldRequest) -> dict[str, Any]:
    return {
        "id": request.id,
        "user_id": request.user_id,
        "approved": request.approved_at is not None,
        "created_at": request.requested_at,
    }
