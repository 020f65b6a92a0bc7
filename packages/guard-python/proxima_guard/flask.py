"""The guard for Flask: `@guard.require_user`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, g, request

from . import guard as core
from .refusal import Refusal, answer_of
from .requirement import Requirement, any_user, every_permission, recent_sign_in, second_factor, some_role
from .user import User

View = Callable[..., Any]
Decorator = Callable[[View], View]


class Guard(core.Guard):
    """A guard whose requirements are decorators of views. Put them below `@app.route`."""

    @property
    def _user_name(self) -> str:
        # Each guard has its own: who is signed in at one issuer is not signed in at another.
        return f"proxima_user_{id(self)}"

    @property
    def user(self) -> User:
        """The caller, in a view with one of the decorators."""
        user = g.get(self._user_name)
        if not isinstance(user, User):
            raise RuntimeError("This view has no decorator of the guard, such as @guard.require_user.")
        return user

    def require_user(self, view: View) -> View:
        return self._protected(view, any_user())

    def require_role(self, *roles: str) -> Decorator:
        """A caller with at least one of the roles."""
        requirement = some_role(roles)
        return lambda view: self._protected(view, requirement)

    def require_permission(self, *permissions: str) -> Decorator:
        """A caller with all of the permissions."""
        requirement = every_permission(permissions)
        return lambda view: self._protected(view, requirement)

    def require_recent_sign_in(self, max_age_seconds: int = 600) -> Decorator:
        """A person who proved who they are at most this many seconds ago."""
        requirement = recent_sign_in(max_age_seconds)
        return lambda view: self._protected(view, requirement)

    def require_factor(self, phishing_resistant: bool = False) -> Decorator:
        """A person who signed in with a second factor."""
        requirement = second_factor(phishing_resistant)
        return lambda view: self._protected(view, requirement)

    def _protected(self, view: View, requirement: Requirement) -> View:
        @wraps(view)
        def protected(*arguments: Any, **named: Any) -> Any:
            try:
                user = self.check(request.headers.getlist("Authorization"), requirement)
                setattr(g, self._user_name, user)
                # A view may be asynchronous, and it may call `fetch_user`.
                return current_app.ensure_sync(view)(*arguments, **named)
            except Refusal as refusal:
                answer = answer_of(refusal, self.issuer)
                return Response(answer.body, answer.status, dict(answer.headers))

        return protected
