"""Many people book at once. Prints what came of it, for the test that starts it.

Arguments: the address of an empty database, how many servers share it, how many people and how many places there are.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from vaccination.database import open_database
from vaccination.failure import Failure
from vaccination.models import AccountOwner, NationalIds, OpeningKey
from vaccination.services import BookingsService, CentresService, Parts, PeopleService

url, server_count, people_count, places = sys.argv[1], *map(int, sys.argv[2:])
servers = [Parts(open_database(url), NationalIds(b"7" * 32)) for _ in range(server_count)]
bookings = [BookingsService(parts) for parts in servers]
centres = CentresService(servers[0])
accounts = [f"account-{index}" for index in range(people_count)]


def outcome_of(call: Callable[[], object]) -> str:
    try:
        call()
        return "done"
    except Failure as failure:
        return failure.code
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def outcomes(calls: list[Callable[[], object]]) -> dict[str, int]:
    with ThreadPoolExecutor(max_workers=200) as threads:
        return dict(Counter(threads.map(outcome_of, calls)))


def state() -> dict[str, int]:
    opening = centres.openings()[0]
    with servers[0].database.transaction() as statements:
        booked = statements.select("SELECT count(*) AS counted FROM bookings")[0]["counted"]
    return {"places": opening.places_total, "taken": opening.places_taken, "booked": booked}


people = PeopleService(servers[0])
for account in accounts:
    people.register(AccountOwner(account, True, f"id {account}", None), f"id {account}")
opening = OpeningKey(centres.create("Riverside", "1 Quay Road").id, servers[0].today())
centres.set_places(opening, places)

everyone = [partial(bookings[index % server_count].book, account, opening) for index, account in enumerate(accounts)]
result: dict[str, object] = {"everyone": outcomes(everyone), "after_everyone": state()}

impatient = "account-0"
centres.set_places(opening, people_count)
outcome_of(lambda: bookings[0].cancel(impatient))
many = [partial(bookings[index % server_count].book, impatient, opening) for index in range(50)]
result["impatient"] = outcomes(many)
print(json.dumps(result))
for parts in servers:
    parts.database.close()
