"""Who tries one unknown code after the other is made to wait. Kept in each process, for a minute, by network."""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

from fieldapp.clock import now
from fieldapp.errors import TooMany

MOST_IN_A_MINUTE = 300  # a whole office behind one address still opens its codes
_NETWORKS_AT_MOST = 1000
_MINUTE = timedelta(minutes=1)
_missed: dict[str, deque[datetime]] = {}
_lock = Lock()


def check(network: str) -> None:
    """Raises TooMany for a network whose unknown codes of the last minute are too many."""
    with _lock:
        recent = _missed.get(network)
        while recent and recent[0] <= now() - _MINUTE:
            recent.popleft()
        if recent and len(recent) >= MOST_IN_A_MINUTE:
            raise TooMany


def note(network: str) -> None:
    """Notes an unknown code."""
    with _lock:
        if network not in _missed and len(_missed) >= _NETWORKS_AT_MOST:
            _missed.pop(next(iter(_missed)))
        _missed.setdefault(network, deque(maxlen=MOST_IN_A_MINUTE)).append(now())
