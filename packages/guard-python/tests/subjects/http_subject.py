"""The guard without a framework, behind the HTTP server of Python."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from proxima_guard import Guard, Refusal, answer_of, any_user, every_permission, recent_sign_in, second_factor, some_role
from settings import settings, shown

guard = Guard(**settings())

requirements = {
    "/user": any_user(),
    "/roles/admin": some_role(["admin"]),
    "/permissions/reports:read": every_permission(["reports:read"]),
    "/recent": recent_sign_in(600),
    "/factor": second_factor(),
    "/phishing-resistant": second_factor(phishing_resistant=True),
    "/details": any_user(),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path == "/public":
            return self._send(200, {"content-type": "application/json"}, b"{}")
        try:
            user = guard.check(self.headers.get_all("authorization"), requirements[path])
            body = guard.fetch_user(user) if path == "/details" else shown(user)
            self._send(200, {"content-type": "application/json"}, json.dumps(body).encode())
        except Refusal as refusal:
            answer = answer_of(refusal, guard.issuer)
            self._send(answer.status, answer.headers, answer.body)

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


server = Server(("127.0.0.1", int(os.environ["PORT"])), Handler)
print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
server.serve_forever()
