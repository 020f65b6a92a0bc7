"""The calls under /v1. The guard is in front of all of them, except the openings."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, Response
from proxima_guard import User
from proxima_guard.fastapi import Guard

from ..certificates import CertificatesService
from ..failure import Failure
from ..models import OpeningKey, owner_of
from ..schemas import (
    NewBooking,
    NewCentre,
    NewDose,
    Places,
    Registration,
    booking_view,
    centre_view,
    certificate_view,
    dose_view,
    opening_view,
    person_view,
)
from ..services import BookingsService, CentresService, DosesService, PeopleService


def public_router(centres: CentresService) -> APIRouter:
    router = APIRouter(prefix="/v1")

    @router.get("/openings")
    def openings() -> dict[str, Any]:
        return {"data": [opening_view(opening) for opening in centres.openings()]}

    return router


def people_router(guard: Guard, people: PeopleService, certificates: CertificatesService) -> APIRouter:
    router = APIRouter(prefix="/v1/me")
    current_user = Depends(guard.current_user)

    @router.post("", status_code=201)
    def register(body: Registration, user: User = current_user) -> dict[str, Any]:
        return person_view(people.register(owner_of(guard.fetch_user(user)), body.national_id))

    @router.get("")
    def me(user: User = current_user) -> dict[str, Any]:
        return person_view(people.get(user.id))

    @router.get("/certificate")
    def certificate(user: User = current_user) -> dict[str, Any]:
        return certificate_view(certificates.issue(owner_of(guard.fetch_user(user))))

    return router


def bookings_router(guard: Guard, bookings: BookingsService) -> APIRouter:
    router = APIRouter(prefix="/v1/me/booking")
    current_user = Depends(guard.current_user)

    @router.post("", status_code=201)
    def book(body: NewBooking, user: User = current_user) -> dict[str, Any]:
        return booking_view(bookings.book(user.id, OpeningKey(body.centre_id, _day(body.day))))

    @router.get("")
    def booking(user: User = current_user) -> dict[str, Any]:
        return booking_view(bookings.get(user.id))

    @router.delete("", status_code=204)
    def cancel(user: User = current_user) -> Response:
        bookings.cancel(user.id)
        return Response(status_code=204)

    return router


def doses_router(guard: Guard, doses: DosesService) -> APIRouter:
    router = APIRouter(prefix="/v1")

    @router.post("/doses", status_code=201)
    def record(body: NewDose, user: User = Depends(guard.require_permission("vaccinations:record"))) -> dict[str, Any]:
        return dose_view(doses.record(user.id, body.national_id, body.centre_id, body.vaccine, body.lot))

    @router.get("/me/doses")
    def own(user: User = Depends(guard.current_user)) -> dict[str, Any]:
        return {"data": [dose_view(dose) for dose in doses.list_of(user.id)]}

    return router


def centres_router(guard: Guard, centres: CentresService) -> APIRouter:
    router = APIRouter(prefix="/v1/centres", dependencies=[Depends(guard.require_permission("vaccinations:manage"))])

    @router.post("", status_code=201)
    def create(body: NewCentre) -> dict[str, Any]:
        return centre_view(centres.create(body.name, body.address))

    @router.put("/{centre_id}/openings", status_code=204)
    def set_places(centre_id: str, body: Places) -> Response:
        centres.set_places(OpeningKey(centre_id, _day(body.day)), body.places)
        return Response(status_code=204)

    return router


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise Failure(422, "validation_failed", "The day is not a date, such as 2026-11-29.") from error
