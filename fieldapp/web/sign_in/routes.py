"""Every page of these two doors, imported so that its routes are known."""

from fieldapp.web.sign_in import own_account, pages
from fieldapp.web.sign_in.door import account, sign_in

__all__ = ["account", "own_account", "pages", "sign_in"]
