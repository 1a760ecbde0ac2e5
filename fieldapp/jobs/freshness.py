"""How a page that reads a projection gets figures that are right, whether a worker runs or not."""

from fieldapp.audit import projections
from fieldapp.audit.projections import Projection, Standing
from fieldapp.jobs import queries


def look(projection: Projection) -> Standing:
    """How far the projection stands, for a page to say when it is late.

    Where a worker keeps it, the page computes nothing. Where none does, or it does not keep pace, the page brings it a
    bounded step further first.
    """
    standing = projections.standing(projection, counts=False)
    if (standing.entries or standing.is_renewing) and (standing.is_late or not queries.is_running()):
        projections.catch_up(projection)
        standing = projections.standing(projection, counts=False)
    return standing
