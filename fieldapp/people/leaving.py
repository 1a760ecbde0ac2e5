"""离岗: an account is shut, and with it, in the same step, what somebody who has left must not go on holding."""

from dataclasses import dataclass

from fieldapp.extensions import unit_of_work
from fieldapp.people import accounts, certificates, groups, queries
from fieldapp.people.models import User


@dataclass(frozen=True)
class Leaving:
    """What goes with an account that is shut. `certificate`: suspended, revoked, or empty to leave it as it is."""

    reason: str
    certificate: str = "suspended"
    leaves_groups: bool = True


@dataclass(frozen=True)
class Left:
    """Who has left, the numbers of the certificates that changed, and the groups that still name him as their lead."""

    user: User
    certificates: list[str]
    leads: list[str]


def let_go(actor: User | None, user_id: str, leaving: Leaving) -> Left:
    """Shuts the account (accounts.disable_user), changes the certificates, clears the seats in groups: all or nothing.

    The public check of the certificates says so from then on. Raises as accounts.disable_user.
    """
    with unit_of_work():
        user = accounts.disable_user(actor, user_id, reason=leaving.reason)
        changed = []
        for one in queries.certificates_of(user.id) if leaving.certificate else []:
            if one.state not in ("revoked", leaving.certificate):
                certificates.change_state(actor, one.id, state=leaving.certificate, reason=leaving.reason)
                changed.append(one.number)
        leads = groups.leave_groups(actor, user) if leaving.leaves_groups else []
        return Left(user, changed, leads)
