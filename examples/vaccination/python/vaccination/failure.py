"""Why a call cannot be done, in words for its caller."""

from __future__ import annotations


class Failure(Exception):
    """Codes never change; messages may."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


def not_registered() -> Failure:
    return Failure(404, "not_registered", "You have not registered yet.")


def no_booking() -> Failure:
    return Failure(404, "booking_not_found", "There is no appointment.")
