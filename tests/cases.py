"""Many cases of one promise in one county: a county for each case would cost more than the cases."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any


def every(names: str, cases: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Like pytest.mark.parametrize, but all cases run one after the other in the same test.

    Every case that fails is named, not only the first. A case must not depend on the ones before it.
    """
    given = [name.strip() for name in names.split(",")]
    kept = [case if len(given) > 1 else (case,) for case in cases]
    assert kept, "no cases"

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        def run(**fixtures: Any) -> None:
            wrong = []
            for case in kept:
                values = dict(zip(given, case, strict=True))
                try:
                    test(**fixtures, **values)
                except AssertionError as error:
                    wrong.append(f"{values!r:.300}\n  {error}")
            assert not wrong, f"{len(wrong)} of {len(kept)} cases:\n" + "\n".join(wrong)

        signature = inspect.signature(test)
        own = [parameter for name, parameter in signature.parameters.items() if name not in given]
        run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
        run.__signature__ = signature.replace(parameters=own)  # type: ignore[attr-defined]
        return run

    return decorate
