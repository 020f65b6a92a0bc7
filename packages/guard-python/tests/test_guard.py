"""What the conformance suite cannot see from outside. `unit.test.ts` runs it."""

import asyncio
import json
import os
import threading
import time
import tracemalloc
import unittest
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from io import BytesIO
from unittest.mock import patch

from proxima_guard import Guard, Refusal, every_permission, recent_sign_in, some_role
from proxima_guard.feed import Feed
from proxima_guard.introspection import Introspection
from proxima_guard.mismatch import MismatchReport
from proxima_guard.revocations import Revocations, RevocationTable
from proxima_guard.server import ServerAnswer
from proxima_guard.waiting import in_background, run, run_async, shared_future


class Issuer(ThreadingHTTPServer):
    """Says that every credential works, and follows no revocations: only the stream begins."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.streams = 0
        # The status with which every GET is refused.
        self.refusal: int | None = None
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        if self.server.refusal is not None:
            self.send_error(self.server.refusal)
            return
        self.server.streams += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"id: 1\nevent: ready\ndata: {}\n\n")
        time.sleep(60)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        claims = {"active": True, "sub": "a", "client_id": "proxima", "roles": ["user"], "permissions": []}
        body = json.dumps({**claims, "iss": self.server.url, "aud": self.server.url}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


def wait_until(holds, seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(holds())


class RevocationTableTest(unittest.TestCase):
    def test_forgets_an_entry_when_it_has_expired(self) -> None:
        table = RevocationTable()
        table.put("session a", 7, 100)
        self.assertEqual(table.before("session a", 99), 7)
        self.assertEqual(table.before("session a", 100), 0)
        self.assertEqual(table.before("session b", 99), 0)

    def test_keeps_the_later_of_two_times(self) -> None:
        table = RevocationTable()
        table.put("account a", 9, 100)
        table.put("account a", 7, 50)
        self.assertEqual(table.before("account a", 99), 9)

    def test_drops_what_has_expired_when_it_is_full(self) -> None:
        table, past = RevocationTable(), int(time.time()) - 10
        for index in range(100_000):
            table.put(f"session {index}", 1, past)
        self.assertLess(len(table), 1_000)

    def test_finds_each_of_two_hundred_thousand_in_little_memory(self) -> None:
        future = int(time.time()) + 1_000
        tracemalloc.start()
        table = RevocationTable()
        for index in range(200_000):
            table.put(f"session {index}", 1, future)
        size, _peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        # 16 bytes for each of 2^19 places.
        self.assertLess(size, 10_000_000)
        self.assertTrue(all(table.before(f"session {index}", future - 1) == 1 for index in range(200_000)))
        self.assertEqual(sum(table.before(f"session x{index}", future - 1) for index in range(10_000)), 0)


class RevocationsTest(unittest.TestCase):
    def test_compares_whole_seconds(self) -> None:
        revocations = Revocations()
        times = {"revoked_at": "2026-11-29T12:00:00.500Z", "expires_at": "2099-01-01T00:00:00.000Z"}
        second = datetime(2026, 11, 29, 12, tzinfo=timezone.utc).timestamp()
        revocations.add({"kind": "account", "account_id": "a", **times})
        revocations.add({"kind": "roles", "account_id": "r", **times})

        def is_revoked(account: str, issued_at: float) -> bool:
            return revocations.has_revoked(account=account, session="s", roles=("user",), issued_at=issued_at)

        self.assertEqual([is_revoked("a", second - 1), is_revoked("a", second)], [True, False])
        self.assertEqual([is_revoked("r", second), is_revoked("r", second + 1)], [True, False])

    def test_ignores_a_kind_that_it_does_not_know(self) -> None:
        revocations = Revocations()
        times = {"revoked_at": "2026-11-29T12:00:00.500Z", "expires_at": "2099-01-01T00:00:00.000Z"}
        revocations.add({"kind": "future", "account_id": "a", **times})
        self.assertEqual(len(revocations), 0)


    def test_A76_a_key_that_was_withdrawn_twice_ends_at_the_earlier_time(self) -> None:
        now = datetime.now(timezone.utc)
        for seconds in ((-1, 600), (600, -1)):
            revocations = Revocations()
            for each in seconds:
                revoked_at = (now + timedelta(seconds=each)).isoformat()
                revocations.add({"kind": "key", "kid": "k", "revoked_at": revoked_at, "expires_at": "2099-01-01T00:00:00Z"})
            self.assertTrue(revocations.has_revoked_key("k"), seconds)


class HeldServer:
    """Answers questions about credentials when the test lets it."""

    api_key = "k"

    def __init__(self) -> None:
        self.claims = {"active": True, "sub": "a", "sid": "s", "client_id": "proxima", "roles": ["user"], "iss": "i"}
        self.claims.update({"aud": "a", "permissions": []})
        self.asked = 0
        self.gate = threading.Event()

    def ask(self, _path, **_request) -> ServerAnswer:
        claims = self.claims
        self.asked += 1
        self.gate.wait(30)
        return ServerAnswer(200, claims)


class QuestionTest(unittest.TestCase):
    def setUp(self) -> None:
        self.server, self.revocations = HeldServer(), Revocations()

    def introspection(self, cache_seconds: float) -> Introspection:
        return Introspection(
            self.server,
            self.revocations,
            mismatches=MismatchReport("i", "a"),
            cache_seconds=cache_seconds,
            clock_tolerance_seconds=5,
        )

    def revoke(self, kind: str, seconds_ago: float) -> None:
        times = [datetime.now(timezone.utc) + timedelta(seconds=each) for each in (-seconds_ago, 900)]
        revoked_at, expires_at = (each.isoformat() for each in times)
        event = {"kind": kind, "session_id": "s", "account_id": "a", "revoked_at": revoked_at}
        self.revocations.add({**event, "expires_at": expires_at})

    def outcome(self, introspection: Introspection) -> str:
        try:
            return run(introspection.find("pxs_a")).id
        except Refusal as refusal:
            return refusal.code

    def test_A77_takes_no_answer_that_began_too_long_before_the_request(self) -> None:
        introspection = self.introspection(cache_seconds=0)
        early = in_background(lambda: self.outcome(introspection))
        self.assertTrue(wait_until(lambda: self.server.asked == 1))
        self.server.claims = {"active": False}
        late = [in_background(lambda: self.outcome(introspection)) for _ in range(2)]
        time.sleep(0.1)
        self.server.gate.set()
        self.assertEqual([early.result(), *(each.result() for each in late)], ["a", "invalid_token", "invalid_token"])
        self.assertLessEqual(self.server.asked, 3)

    def test_A77_asks_again_if_a_revocation_arrives_while_the_answer_is_on_its_way(self) -> None:
        introspection = self.introspection(cache_seconds=600)
        asking = in_background(lambda: self.outcome(introspection))
        self.assertTrue(wait_until(lambda: self.server.asked == 1))
        self.server.claims = {"active": False}
        self.revoke("session", 0)
        self.server.gate.set()
        self.assertEqual(asking.result(), "invalid_token")

    def test_A77_asks_again_after_a_change_of_roles_although_its_clock_is_ahead(self) -> None:
        self.server.gate.set()
        introspection = self.introspection(cache_seconds=600)
        self.assertEqual(self.outcome(introspection), "a")
        self.server.claims = {"active": False}
        self.revoke("roles", 2)
        self.assertEqual(self.outcome(introspection), "invalid_token")

    def test_A72_uses_no_answer_about_a_credential_that_has_expired_since(self) -> None:
        self.server.gate.set()
        self.server.claims["exp"] = int(time.time()) + 100
        introspection = self.introspection(cache_seconds=600)
        self.assertEqual(self.outcome(introspection), "a")
        with patch("proxima_guard.introspection.time", return_value=self.server.claims["exp"]):
            self.assertEqual(self.outcome(introspection), "token_expired")


class EndingStreams:
    """Begins a stream each time it is asked, and ends it."""

    api_key = "k"

    def __init__(self) -> None:
        self.last_ids: list[str | None] = []

    def open(self, _path, headers, _timeout) -> BytesIO:
        self.last_ids.append(headers.get("last-event-id"))
        return BytesIO(b"id: 7\nevent: ready\ndata: {}\n\n")

    def report(self, _path, _reason) -> None:
        pass


class ClockTest(unittest.TestCase):
    def test_A77_reads_everything_again_when_a_clock_that_was_ahead_is_set_back(self) -> None:
        streams = EndingStreams()
        feed, now = Feed(streams, Revocations()), time.time()
        with patch("proxima_guard.feed.time") as clock:
            for clock.return_value in (now, now + 86_400, now + 86_396):
                feed._follow()
                self.assertLess(feed.silent_seconds(), 60)
            clock.return_value = now
            self.assertGreater(feed.silent_seconds(), 60)
            feed._follow()
            self.assertLess(feed.silent_seconds(), 60)
        self.assertEqual(streams.last_ids, [None, "7", "7", None])


@unittest.skipUnless(find_spec("flask"), "needs Flask")
class FlaskTest(unittest.TestCase):
    def test_A71_a_user_of_one_guard_is_no_user_of_another(self) -> None:
        from flask import Flask

        from proxima_guard.flask import Guard as FlaskGuard

        issuer, app = Issuer(), Flask(__name__)
        one, other = FlaskGuard(issuer.url, api_key="k"), FlaskGuard("https://other.example.org")

        @app.get("/")
        @one.require_user
        def view() -> str:
            with self.assertRaises(RuntimeError):
                print(other.user)
            return one.user.id

        answer = app.test_client().get("/", headers={"authorization": "Bearer pxs_" + "x" * 43})
        self.assertEqual((answer.status_code, answer.text), (200, "a"))


class SettingsTest(unittest.TestCase):
    def test_refuses_what_cannot_work(self) -> None:
        wrong = [
            {"issuer": "accounts.example.org"},
            {"issuer": "http://accounts.example.org"},
            {"issuer": "https://accounts.example.org", "api_key": ""},
            {"issuer": "https://accounts.example.org", "fail_mode": "open"},
            {"issuer": "https://accounts.example.org", "fail_after_seconds": -1},
        ]
        for settings in wrong:
            with self.assertRaises(ValueError, msg=str(settings)):
                Guard(**settings)

    def test_refuses_a_requirement_that_would_let_everyone_in(self) -> None:
        for make in (
            lambda: some_role([]),
            lambda: some_role("admin"),
            lambda: every_permission([]),
            lambda: every_permission(['a"b']),
            lambda: recent_sign_in(0),
        ):
            with self.assertRaises(ValueError):
                make()


class LogTest(unittest.TestCase):
    """A caller learns only that a credential is not valid. The log says what is wrong with the settings."""

    def setUp(self) -> None:
        self.issuer = Issuer()
        self.addCleanup(self.issuer.shutdown)

    def test_says_once_that_the_issuer_differs(self) -> None:
        guard = Guard(f"{self.issuer.url}/", api_key="pxk_key")
        with self.assertLogs("proxima_guard", "WARNING") as logs:
            for code in ("one", "two"):
                with self.assertRaises(Refusal) as caught:
                    guard.check(f"Bearer pxs_{code}")
                self.assertEqual(caught.exception.code, "invalid_token")
        self.assertEqual(len(logs.output), 1)
        self.assertIn(f'its issuer is "{self.issuer.url}"', logs.output[0])
        self.assertIn("PROXIMA_PUBLIC_URL", logs.output[0])
        guard.close()

    def test_says_that_the_audience_differs(self) -> None:
        guard = Guard(self.issuer.url, "notes", api_key="pxk_key")
        with self.assertLogs("proxima_guard", "WARNING") as logs, self.assertRaises(Refusal):
            guard.check("Bearer pxs_code")
        self.assertIn('the setting audience is "notes"', logs.output[0])
        guard.close()

    def test_says_what_is_wrong_with_the_api_key(self) -> None:
        self.issuer.refusal = 403
        guard = Guard(self.issuer.url, api_key="pxk_key")
        with self.assertLogs("proxima_guard", "WARNING") as logs:
            guard.start()
            wait_until(lambda: logs.output)
        self.assertIn("status 403: api_key needs the permission tokens:introspect", logs.output[0])
        guard.close()

    def test_says_that_there_are_no_keys_at_the_address(self) -> None:
        self.issuer.refusal = 404
        guard = Guard(self.issuer.url)
        token = ".".join(["eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImEifQ", "e30", "A" * 86])
        with self.assertLogs("proxima_guard", "WARNING") as logs, self.assertRaises(Refusal) as caught:
            guard.check(f"Bearer {token}")
        self.assertEqual(caught.exception.code, "unavailable")
        self.assertIn("/.well-known/jwks.json: status 404", logs.output[0])


class ProcessTest(unittest.TestCase):
    def test_follows_revocations_in_each_process_after_a_fork(self) -> None:
        issuer = Issuer()
        guard = Guard(issuer.url, api_key="k")
        guard.start()
        self.assertTrue(wait_until(lambda: issuer.streams == 1))
        child = os.fork()
        if child == 0:
            try:
                user = guard.check("Bearer pxs_" + "x" * 43)
            except BaseException:
                os._exit(1)
            os._exit(0 if user.id == "a" else 2)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertTrue(wait_until(lambda: issuer.streams == 2))
        guard.close()

    def test_shows_no_credential_in_a_log_or_an_answer(self) -> None:
        issuer = Issuer()
        code = "pxs_" + "x" * 43
        user = Guard(issuer.url, api_key="k").check(f"Bearer {code}")
        self.assertNotIn(code, repr(user) + str(asdict(user)))


class WaitingTest(unittest.TestCase):
    def test_a_request_that_is_cancelled_leaves_the_others_waiting(self) -> None:
        future = shared_future()

        def steps():
            yield future, 30
            return future.result()

        async def both() -> str:
            left, kept = asyncio.ensure_future(run_async(steps())), asyncio.ensure_future(run_async(steps()))
            await asyncio.sleep(0)
            left.cancel()
            await asyncio.sleep(0)
            future.set_result("here")
            return await kept

        self.assertEqual(asyncio.run(both()), "here")

    def test_many_requests_ask_once(self) -> None:
        issuer = Issuer()
        guard = Guard(issuer.url, api_key="k")

        async def all_at_once() -> list[str]:
            checks = [guard.check_async("Bearer pxs_" + "y" * 43) for _ in range(100)]
            return [user.id for user in await asyncio.gather(*checks)]

        self.assertEqual(asyncio.run(all_at_once()), ["a"] * 100)

    def test_a_refusal_reaches_everyone_who_waits(self) -> None:
        guard = Guard("http://127.0.0.1:9", api_key="k")

        async def outcome() -> str:
            try:
                await guard.check_async("Bearer pxs_" + "z" * 43)
            except Refusal as refusal:
                return refusal.code
            return "accepted"

        async def all_at_once() -> list[str]:
            return await asyncio.gather(*(outcome() for _ in range(10)))

        self.assertEqual(set(asyncio.run(all_at_once())), {"unavailable"})


if __name__ == "__main__":
    unittest.main()
