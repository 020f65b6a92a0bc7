"""The same service in Python: FastAPI and the guard for Python."""
