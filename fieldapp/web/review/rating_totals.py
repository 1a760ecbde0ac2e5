"""评价统计: both totals, the facts, why ratings were left out, and how far the voices of each agency's visits agree."""

from flask import render_template, request
from flask_login import current_user

from fieldapp.checklists import labels
from fieldapp.jobs.freshness import look
from fieldapp.people import queries as people
from fieldapp.ratings import inbox, rules, totals
from fieldapp.ratings.tallies import LEAST_FOR_A_SHARE
from fieldapp.reviews import agreement_projection
from fieldapp.reviews.three_voices import LEAST_COMPARED
from fieldapp.web.review import review
from fieldapp.web.review.rating_forms import rating_filter


@review.get("/ratings/totals")
def rating_totals() -> str:
    """The totals of what stands in the address."""
    wanted = rating_filter(request.args)
    standing = look(agreement_projection.PROJECTION)
    return render_template(
        "review/rating_totals.html",
        totals=totals.totals(
            current_user,
            agency_id=wanted.agency_id,
            locality_id=wanted.locality_id,
            domain=wanted.domain,
            since=wanted.since,
            until=wanted.until,
        ),
        standing=standing,
        agreements=agreement_projection.agreements(current_user),
        least=LEAST_FOR_A_SHARE,
        least_compared=LEAST_COMPARED,
        rules=rules,
        asked=request.args,
        agencies=people.agencies(),
        localities=people.localities(),
        domains=labels.domains_on_offer(),
        opinions_waiting=inbox.opinions_waiting(current_user),
    )
