"""Which agencies a desk may put in the place of one that a phone wrote in words."""

from collections.abc import Sequence

from fieldapp.access import may
from fieldapp.people import queries as people
from fieldapp.people.models import Organisation, User
from fieldapp.people.scope import reach_of
from fieldapp.visits.models import Visit


def offered(user: User, visit: Visit) -> Sequence[Organisation]:
    """The agencies to choose from, without the user's own; none when the visit has its agency or the user no say."""
    if visit.agency_id is not None or not may(user, "ratings.handle"):
        return []
    own = reach_of(user).recused_from
    return [agency for agency in people.agencies() if agency.id not in own]
