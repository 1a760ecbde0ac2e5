"""The reviewer's door: leads and who signs for the bureau decide, the system's administrators read."""

from fieldapp.access import ACTS, door

review = door("review", __name__, admits=ACTS["desk.read"], url_prefix="/review")
