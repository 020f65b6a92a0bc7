"""The guard for FastAPI: `Depends(guard.current_user)`."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Security
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.responses import Response

from . import guard as core
from .refusal import Answer, Refusal, answer_of
from .requirement import Requirement, any_user, every_permission, recent_sign_in, second_factor, some_role
from .user import User

Dependency = Callable[..., Awaitable[User]]

# Only for the OpenAPI document of the service. The guard reads the header itself.
_scheme = Security(HTTPBearer(auto_error=False, description="A credential of Proxima"))


class RefusedRequest(HTTPException):
    """Raised by a dependency. Without `Guard.install`, FastAPI answers it with the same status and headers."""

    def __init__(self, refusal: Refusal, answer: Answer) -> None:
        headers = {name: value for name, value in answer.headers.items() if name != "content-type"}
        super().__init__(answer.status, refusal.detail, headers)
        self.refusal = refusal


class Guard(core.Guard):
    """A guard whose requirements are dependencies. Each gives the caller."""

    def install(self, app: FastAPI) -> None:
        """Answers refusals as the Proxima server does, also those of `fetch_user_async` in a route."""

        async def answer(_request: Request, error: Exception) -> Response:
            refusal = error.refusal if isinstance(error, RefusedRequest) else error
            assert isinstance(refusal, Refusal)
            made = answer_of(refusal, self.issuer)
            return Response(made.body, made.status, dict(made.headers))

        app.add_exception_handler(RefusedRequest, answer)
        app.add_exception_handler(Refusal, answer)

    async def current_user(self, request: Request, _: object = _scheme) -> User:
        return await self._admit(request, any_user())

    def require_role(self, *roles: str) -> Dependency:
        """A caller with at least one of the roles."""
        return self._dependency(some_role(roles))

    def require_permission(self, *permissions: str) -> Dependency:
        """A caller with all of the permissions."""
        return self._dependency(every_permission(permissions))

    def require_recent_sign_in(self, max_age_seconds: int = 600) -> Dependency:
        """A person who proved who they are at most this many seconds ago."""
        return self._dependency(recent_sign_in(max_age_seconds))

    def require_factor(self, phishing_resistant: bool = False) -> Dependency:
        """A person who signed in with a second factor."""
        return self._dependency(second_factor(phishing_resistant))

    def _dependency(self, requirement: Requirement) -> Dependency:
        async def admitted(request: Request, _: object = _scheme) -> User:
            return await self._admit(request, requirement)

        return admitted

    async def _admit(self, request: Request, requirement: Requirement) -> User:
        try:
            return await self.check_async(request.headers.getlist("authorization"), requirement)
        except Refusal as refusal:
            raise RefusedRequest(refusal, answer_of(refusal, self.issuer)) from refusal
