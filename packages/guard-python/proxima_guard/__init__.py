"""Protects a service with the accounts of a Proxima server.

For FastAPI and Flask, import `Guard` from `proxima_guard.fastapi` or `proxima_guard.flask`. The one here is for every
other framework: it reads the header and says who is calling.
"""

from .guard import Guard
from .refusal import Answer, Refusal, answer_of
from .requirement import Requirement, any_user, every_permission, recent_sign_in, second_factor, some_role
from .user import User, UserDetails

__all__ = [
    "Answer",
    "Guard",
    "Refusal",
    "Requirement",
    "User",
    "UserDetails",
    "answer_of",
    "any_user",
    "every_permission",
    "recent_sign_in",
    "second_factor",
    "some_role",
]
