"""The door of the agencies: their liaisons come in."""

from fieldapp.access import door

agency = door("agency", __name__, admits={"liaison"}, url_prefix="/agency")
