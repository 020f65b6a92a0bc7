"""All SQL. Statements come first, so that a reader sees which belong to a transaction."""

from __future__ import annotations

from .database import Row, Statements
from .models import Booking, Centre, Dose, OldRequest, Opening, OpeningKey, Person


class People:
    def insert(self, statements: Statements, person: Person, account_id: str, digest: str) -> None:
        """:raises DuplicateError:"""
        statements.change(
            "INSERT INTO people (id, account_id, national_id_digest, registered_at, turns) VALUES (?, ?, ?, ?, 0)",
            [person.id, account_id, digest, person.registered_at],
        )

    def find_by_account(self, statements: Statements, account_id: str) -> Person | None:
        return self._find(statements, "account_id", account_id)

    def lock_by_account(self, statements: Statements, account_id: str) -> Person | None:
        """Until the end of the transaction, others who do the same for this person wait."""
        return self._lock(statements, "account_id", account_id)

    def lock_by_national_id(self, statements: Statements, digest: str) -> Person | None:
        return self._lock(statements, "national_id_digest", digest)

    def anonymise(self, statements: Statements, person_id: str, at: str) -> None:
        statements.change(
            "UPDATE people SET account_id = NULL, national_id_digest = NULL, anonymised_at = ? WHERE id = ?",
            [at, person_id],
        )

    def _lock(self, statements: Statements, key: str, value: str) -> Person | None:
        # An UPDATE locks the row on every engine, and then sees what the transaction before it has written.
        found = statements.change(f"UPDATE people SET turns = turns + 1 WHERE {key} = ?", [value])
        return self._find(statements, key, value) if found else None

    def _find(self, statements: Statements, key: str, value: str) -> Person | None:
        rows = statements.select(f"SELECT id, registered_at FROM people WHERE {key} = ?", [value])
        return Person(**rows[0]) if rows else None


class Centres:
    def insert(self, statements: Statements, centre: Centre) -> None:
        statements.change(
            "INSERT INTO centres (id, name, address) VALUES (?, ?, ?)", [centre.id, centre.name, centre.address]
        )

    def exists(self, statements: Statements, centre_id: str) -> bool:
        return statements.select("SELECT id FROM centres WHERE id = ?", [centre_id]) != []

    def list_openings(self, statements: Statements, from_day: str) -> list[Opening]:
        """The next openings, the first day first."""
        rows = statements.select(
            """SELECT centres.id, name, address, day, places_total, places_taken
            FROM openings JOIN centres ON centres.id = centre_id
            WHERE day >= ? ORDER BY day, name, centres.id LIMIT 200""",
            [from_day],
        )
        return [
            Opening(Centre(row["id"], row["name"], row["address"]), row["day"], row["places_total"], row["places_taken"])
            for row in rows
        ]

    def insert_opening(self, statements: Statements, key: OpeningKey, places: int) -> None:
        """:raises DuplicateError:"""
        statements.change(
            "INSERT INTO openings (centre_id, day, places_total, places_taken) VALUES (?, ?, ?, 0)",
            [key.centre_id, key.day, places],
        )

    def has_opening(self, statements: Statements, key: OpeningKey) -> bool:
        sql = "SELECT day FROM openings WHERE centre_id = ? AND day = ?"
        return statements.select(sql, [key.centre_id, key.day]) != []

    def change_places(self, statements: Statements, key: OpeningKey, places: int) -> bool:
        """Says whether it did: never fewer places than are taken."""
        changed = statements.change(
            "UPDATE openings SET places_total = ? WHERE centre_id = ? AND day = ? AND places_taken <= ?",
            [places, key.centre_id, key.day, places],
        )
        return changed == 1

    def take_place(self, statements: Statements, key: OpeningKey) -> bool:
        """Says whether there was a place. This one statement decides: the database lets one transaction at a time change
        the row, and compares the numbers as they are then. A check before it would be too early."""
        changed = statements.change(
            """UPDATE openings SET places_taken = places_taken + 1
            WHERE centre_id = ? AND day = ? AND places_taken < places_total""",
            [key.centre_id, key.day],
        )
        return changed == 1

    def give_place_back(self, statements: Statements, key: OpeningKey) -> None:
        statements.change(
            "UPDATE openings SET places_taken = places_taken - 1 WHERE centre_id = ? AND day = ?",
            [key.centre_id, key.day],
        )


class Bookings:
    def insert(self, statements: Statements, person_id: str, booking: Booking) -> None:
        statements.change(
            "INSERT INTO bookings (person_id, centre_id, day, booked_at) VALUES (?, ?, ?, ?)",
            [person_id, booking.opening.centre_id, booking.opening.day, booking.booked_at],
        )

    def find(self, statements: Statements, person_id: str) -> Booking | None:
        rows = statements.select("SELECT centre_id, day, booked_at FROM bookings WHERE person_id = ?", [person_id])
        if not rows:
            return None
        return Booking(OpeningKey(rows[0]["centre_id"], rows[0]["day"]), rows[0]["booked_at"])

    def delete(self, statements: Statements, person_id: str) -> None:
        statements.change("DELETE FROM bookings WHERE person_id = ?", [person_id])


class Doses:
    def insert(self, statements: Statements, dose: Dose, person_id: str, recorded_by: str, recorded_at: str) -> None:
        statements.change(
            """INSERT INTO doses
            (id, person_id, dose_number, vaccine, lot, centre_id, day, recorded_by, recorded_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [
                dose.id,
                person_id,
                dose.number,
                dose.vaccine,
                dose.lot,
                dose.centre_id,
                dose.day,
                recorded_by,
                recorded_at,
            ],
        )

    def list_of(self, statements: Statements, person_id: str) -> list[Dose]:
        """The first dose first."""
        rows = statements.select(
            """SELECT id, dose_number AS number, vaccine, lot, centre_id, day FROM doses
            WHERE person_id = ? ORDER BY dose_number""",
            [person_id],
        )
        return [Dose(**row) for row in rows]

    def forget_recorder(self, statements: Statements, account_id: str) -> None:
        """The doses stay, because the people who got them need them."""
        statements.change("UPDATE doses SET recorded_by = NULL WHERE recorded_by = ?", [account_id])


class AccountEvents:
    def mark_handled(self, statements: Statements, event_id: str, at: str) -> None:
        """:raises DuplicateError: if it was handled before"""
        statements.change("INSERT INTO handled_events (id, handled_at) VALUES (?, ?)", [event_id, at])


class OldRequests:
    _columns = "id, user_id, requested_at, approved_at"

    def insert(self, statements: Statements, account_id: str, user_id: int, at: str) -> None:
        """:raises DuplicateError: if a request of the account waits already"""
        statements.change(
            "INSERT INTO old_requests (account_id, user_id, waiting_account_id, requested_at) VALUES (?, ?, ?, ?)",
            [account_id, user_id, account_id, at],
        )

    def list_of(self, statements: Statements, account_id: str) -> list[OldRequest]:
        sql = f"SELECT {self._columns} FROM old_requests WHERE account_id = ? ORDER BY id LIMIT 100"
        return _old_requests(statements.select(sql, [account_id]))

    def list_all(self, statements: Statements) -> list[OldRequest]:
        """The newest first."""
        sql = f"SELECT {self._columns} FROM old_requests ORDER BY id DESC LIMIT 1000"
        return _old_requests(statements.select(sql))

    def approve(self, statements: Statements, request_id: int, at: str) -> bool:
        """Says whether there is such a request. One that is approved stays as it is."""
        found = statements.change(
            """UPDATE old_requests SET approved_at = COALESCE(approved_at, ?), waiting_account_id = NULL
            WHERE id = ?""",
            [at, request_id],
        )
        return found == 1

    def anonymise(self, statements: Statements, account_id: str) -> None:
        statements.change(
            """UPDATE old_requests SET account_id = NULL, waiting_account_id = NULL, user_id = NULL
            WHERE account_id = ?""",
            [account_id],
        )


def _old_requests(rows: list[Row]) -> list[OldRequest]:
    return [OldRequest(**row) for row in rows]
