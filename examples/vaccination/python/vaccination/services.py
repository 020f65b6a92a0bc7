"""The rules that need data. They know nothing of HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from uuid import uuid4

from . import repositories
from .database import Database, DuplicateError, Statements
from .failure import Failure, no_booking, not_registered
from .models import (
    AccountOwner,
    Booking,
    Centre,
    Dose,
    NationalIds,
    OldRequest,
    Opening,
    OpeningKey,
    Person,
    day_of,
    text_of,
)


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Parts:
    """What the services share."""

    database: Database
    national_ids: NationalIds
    now: Callable[[], datetime] = utc_now
    people: repositories.People = repositories.People()
    centres: repositories.Centres = repositories.Centres()
    bookings: repositories.Bookings = repositories.Bookings()
    doses: repositories.Doses = repositories.Doses()
    events: repositories.AccountEvents = repositories.AccountEvents()
    old_requests: repositories.OldRequests = repositories.OldRequests()

    def text_now(self) -> str:
        return text_of(self.now())

    def today(self) -> str:
        return day_of(self.now())


class PeopleService:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def register(self, owner: AccountOwner, national_id: str) -> Person:
        """:param national_id: what the person types, to be compared with what the account has"""
        parts = self._parts
        self._require_match(owner, national_id)
        person = Person(str(uuid4()), parts.text_now())
        try:
            with parts.database.transaction() as statements:
                digest = parts.national_ids.digest_of(national_id)
                parts.people.insert(statements, person, owner.account_id, digest)
        except DuplicateError as error:
            with parts.database.transaction() as statements:
                if parts.people.find_by_account(statements, owner.account_id) is not None:
                    raise Failure(409, "already_registered", "You have already registered.") from error
            raise Failure(
                409,
                "national_id_registered",
                "Someone has registered with this national id. If it is yours, bring your document to a centre.",
            ) from error
        return person

    def get(self, account_id: str) -> Person:
        with self._parts.database.transaction() as statements:
            return registered(self._parts.people.find_by_account(statements, account_id))

    def _require_match(self, owner: AccountOwner, national_id: str) -> None:
        if not owner.has_verified_contact:
            raise Failure(
                403,
                "contact_not_verified",
                "Confirm your email address or phone number in your account, then register after half a minute.",
            )
        if owner.national_id is None or not self._parts.national_ids.match(owner.national_id, national_id):
            raise Failure(
                403,
                "national_id_mismatch",
                "This is not the national id of your account. Correct it here or there, "
                "then register after half a minute.",
            )


class CentresService:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def create(self, name: str, address: str) -> Centre:
        centre = Centre(str(uuid4()), name, address)
        with self._parts.database.transaction() as statements:
            self._parts.centres.insert(statements, centre)
        return centre

    def set_places(self, key: OpeningKey, places: int) -> None:
        """Opens a centre on a day, or changes how many places it has then."""
        try:
            self._set_places(key, places)
        except DuplicateError:
            # Someone else has opened the day meanwhile.
            self._set_places(key, places)

    def openings(self) -> list[Opening]:
        with self._parts.database.transaction() as statements:
            return self._parts.centres.list_openings(statements, self._parts.today())

    def _set_places(self, key: OpeningKey, places: int) -> None:
        centres = self._parts.centres
        with self._parts.database.transaction() as statements:
            if not centres.exists(statements, key.centre_id):
                raise Failure(404, "centre_not_found", "There is no such centre.")
            if key.day < self._parts.today():
                raise Failure(422, "day_over", "This day is over.")
            if centres.change_places(statements, key, places):
                return
            if centres.has_opening(statements, key):
                raise Failure(409, "places_taken", "More places are taken already.")
            centres.insert_opening(statements, key, places)


class BookingsService:
    """Appointments. Every transaction takes its locks in one order, so none waits for another in a circle: the person,
    the opening, the booking."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def book(self, account_id: str, opening: OpeningKey) -> Booking:
        parts = self._parts
        if opening.day < parts.today():
            raise Failure(422, "day_over", "This day is over.")
        booking = Booking(opening, parts.text_now())
        with parts.database.transaction() as statements:
            person = registered(parts.people.lock_by_account(statements, account_id))
            if parts.bookings.find(statements, person.id) is not None:
                raise Failure(409, "already_booked", "You have an appointment. Cancel it first.")
            # Before the booking: its foreign key would lock the opening for reading, and two such locks block each other.
            if not parts.centres.take_place(statements, opening):
                raise self._no_place(statements, opening)
            parts.bookings.insert(statements, person.id, booking)
        return booking

    def cancel(self, account_id: str) -> None:
        parts = self._parts
        with parts.database.transaction() as statements:
            person = registered(parts.people.lock_by_account(statements, account_id))
            if not release_booking(parts, statements, person):
                raise no_booking()

    def get(self, account_id: str) -> Booking:
        parts = self._parts
        with parts.database.transaction() as statements:
            person = registered(parts.people.find_by_account(statements, account_id))
            booking = parts.bookings.find(statements, person.id)
        if booking is None:
            raise no_booking()
        return booking

    def _no_place(self, statements: Statements, opening: OpeningKey) -> Failure:
        if self._parts.centres.has_opening(statements, opening):
            return Failure(409, "no_place_left", "All places of this day are taken. Choose another day.")
        return Failure(404, "opening_not_found", "The centre is not open on this day.")


class DosesService:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def record(self, staff_id: str, national_id: str, centre_id: str, vaccine: str, lot: str) -> Dose:
        """The appointment is over with it. Its place stays taken."""
        parts = self._parts
        digest = parts.national_ids.digest_of(national_id)
        with parts.database.transaction() as statements:
            person = parts.people.lock_by_national_id(statements, digest)
            if person is None:
                raise Failure(404, "person_not_found", "No one has registered with this national id.")
            booking = parts.bookings.find(statements, person.id)
            if booking is None or booking.opening.centre_id != centre_id:
                raise Failure(409, "no_booking_here", "This person has no appointment at this centre.")
            parts.bookings.delete(statements, person.id)
            number = len(parts.doses.list_of(statements, person.id)) + 1
            dose = Dose(str(uuid4()), number, vaccine, lot, centre_id, parts.today())
            parts.doses.insert(statements, dose, person.id, staff_id, parts.text_now())
        return dose

    def list_of(self, account_id: str) -> list[Dose]:
        parts = self._parts
        with parts.database.transaction() as statements:
            person = registered(parts.people.find_by_account(statements, account_id))
            return parts.doses.list_of(statements, person.id)


class AccountEventsService:
    """Keeps the data here in step with the accounts in Proxima."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def anonymise(self, event_id: str, account_id: str) -> None:
        """Frees the place, and keeps the doses without saying who got them, for the statistics. An event that arrives
        again changes nothing: its user may have restored the account and registered again."""
        parts = self._parts
        try:
            with parts.database.transaction() as statements:
                parts.events.mark_handled(statements, event_id, parts.text_now())
                parts.doses.forget_recorder(statements, account_id)
                parts.old_requests.anonymise(statements, account_id)
                person = parts.people.lock_by_account(statements, account_id)
                if person is not None:
                    release_booking(parts, statements, person)
                    parts.people.anonymise(statements, person.id, parts.text_now())
        except DuplicateError:
            pass


class OldCallsService:
    """What the four calls of the old service do."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def create(self, account_id: str, user_id: int) -> None:
        """A user who asks again while a request waits still has one.

        :param user_id: the id in the old backend
        """
        try:
            with self._parts.database.transaction() as statements:
                self._parts.old_requests.insert(statements, account_id, user_id, self._parts.text_now())
        except DuplicateError:
            pass

    def list_of(self, account_id: str) -> list[OldRequest]:
        with self._parts.database.transaction() as statements:
            return self._parts.old_requests.list_of(statements, account_id)

    def list_all(self) -> list[OldRequest]:
        with self._parts.database.transaction() as statements:
            return self._parts.old_requests.list_all(statements)

    def approve(self, request_id: int) -> bool:
        """Says whether there is such a request."""
        with self._parts.database.transaction() as statements:
            return self._parts.old_requests.approve(statements, request_id, self._parts.text_now())


def registered(person: Person | None) -> Person:
    if person is None:
        raise not_registered()
    return person


def release_booking(parts: Parts, statements: Statements, person: Person) -> bool:
    """The place is free again. Says whether there was an appointment. The transaction has locked the person."""
    booking = parts.bookings.find(statements, person.id)
    if booking is None:
        return False
    parts.centres.give_place_back(statements, booking.opening)
    parts.bookings.delete(statements, person.id)
    return True
