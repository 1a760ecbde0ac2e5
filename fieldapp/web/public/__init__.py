"""公众: health, the home page that leads everybody on, and the public checks; no sign-in asked."""

from fieldapp.access import EVERYONE, door

public = door("public", __name__, admits=EVERYONE)
