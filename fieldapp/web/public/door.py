"""The door for strangers: health, the home page that leads everybody on, and the public checks."""

from fieldapp.access import EVERYONE, door

public = door("public", __name__, admits=EVERYONE)
