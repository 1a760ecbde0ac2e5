"""行政执法机关: their liaisons come in."""

from fieldapp.access import ACTS, door

agency = door("agency", __name__, admits=ACTS["agency.read"], url_prefix="/agency")
