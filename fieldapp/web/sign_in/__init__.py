"""登录. Two doors: signing in is open to strangers; one's own account is for whoever is signed in."""

from fieldapp.access import ANYONE_SIGNED_IN, EVERYONE, door

sign_in = door("sign_in", __name__, admits=EVERYONE)
account = door("account", __name__, admits=ANYONE_SIGNED_IN, url_prefix="/account")
