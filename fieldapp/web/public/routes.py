"""Every page of the public door, imported so that its routes are known."""

from fieldapp.web.public import health, home, rating, rating_status, verify
from fieldapp.web.public.door import public

__all__ = ["health", "home", "public", "rating", "rating_status", "verify"]
