"""M14: the description of the API and the API agree, and nothing that anybody sends makes it fall over."""

import json
from functools import cache
from typing import Any

import pytest
import schemathesis
from factories import make_checklist_version, make_visit, observation_body
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fieldapp import ids
from fieldapp.web.api.openapi import document

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
ROLES = ("zhang_san", "qian", "wu", "zheng", None)
SMALL, LARGE = 4, 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("examples", [SMALL, pytest.param(LARGE, marks=pytest.mark.long)])
def test_nothing_that_anybody_sends_breaks_the_server_or_its_description(app: Flask, county, signed_in, examples: int):
    callers = {role: signed_in(getattr(county, role)) if role else app.test_client() for role in ROLES}
    tokens = {role: {"X-CSRFToken": caller.csrf_token} if role else {} for role, caller in callers.items()}
    known = _rows(county, callers["zhang_san"])
    for caller in callers.values():
        caller.environ_base.pop("fieldapp.propagate")  # a fault must be seen as the 500 that a phone would get
    broken = []
    for found in schemathesis.openapi.from_dict(document()).get_all_operations():
        operation = found.ok()
        if operation.path in ("/logout", "/login"):
            continue  # would sign the caller out; /login has its own tests, and locks out on purpose
        broken += _faults(operation, callers, tokens, known, examples)

    assert not broken, f"{len(broken)}:\n" + "\n\n".join(broken[:12])


def _faults(operation: Any, callers: Any, tokens: Any, known: list[str], examples: int) -> list[str]:
    faults: dict[str, str] = {}

    @settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate], derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(), aimed=st.booleans(), spot=st.integers(0, 10**6))
    def knock(case: Any, aimed: bool, spot: int) -> None:
        for name in list(case.path_parameters or {}):
            if aimed:  # at rows that are there; else what schemathesis makes up
                case.path_parameters[name] = known[spot % len(known)]
        for role, caller in callers.items():
            case.headers = {**(case.headers or {}), **tokens[role]}
            fault = _fault_of(operation, _send(case, caller))
            if fault:
                said = f"{role}: {operation.method.upper()} {operation.path} {fault}\n{case.as_curl_command()[:500]}"
                faults.setdefault(fault[:60], said)

    knock()
    return list(faults.values())


def _send(case: Any, client: Any) -> Any:
    kwargs = case.as_transport_kwargs(base_url="http://localhost")
    sent = {name: kwargs[name] for name in ("json", "data", "headers") if kwargs.get(name) is not None}
    sent["headers"] = {name: value for name, value in dict(sent.get("headers") or {}).items() if _can_travel(value)}
    for name in ("Content-Length", "Accept-Encoding"):  # the client says its own length, and reads no gzip
        sent["headers"].pop(name, None)
    path = case.formatted_path
    return client.open(f"/api/v1{path}", method=case.method, query_string=_query(case), **sent)


def _query(case: Any) -> dict[str, str]:
    return {name: str(value) for name, value in (case.query or {}).items()}


def _can_travel(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable()


def _fault_of(operation: Any, answer: Any) -> str | None:
    """What is wrong with an answer: a server error, an undescribed status, a body that is not as described."""
    if answer.status_code >= 500 and answer.status_code not in (503, 507):
        return f"answers {answer.status_code}"
    responses = operation.definition.raw["responses"]
    described = responses.get(str(answer.status_code))
    if described is None:
        return f"answers {answer.status_code}, which is not described: {answer.get_data(as_text=True)[:200]}"
    if "$ref" in described:
        described = _components()["responses"][described["$ref"].rpartition("/")[2]]
    content = described.get("content")
    if not content or operation.method.lower() == "head":
        return None
    if answer.mimetype not in content and "*/*" not in content:
        return f"answers {answer.mimetype}, described as {sorted(content)}"
    if "json" not in answer.mimetype:
        return None
    schema = next(iter(content.values()))["schema"]
    return _unlike(answer.json, schema)


def _unlike(value: Any, schema: dict[str, Any]) -> str | None:
    from jsonschema_rs import ValidationError

    try:
        _validator(json.dumps(schema)).validate(value)
    except ValidationError as error:
        return f"body not as described: {error.message[:200]}"
    return None


@cache  # made anew for each answer it would take longer than the call
def _validator(schema: str) -> Any:
    from jsonschema_rs import validator_for

    return validator_for({**json.loads(schema), "components": _components()})


@cache
def _components() -> Any:
    return document()["components"]


def _rows(county: Any, client: Any) -> list[str]:
    """Ids that the caller may use: a record, a visit, fresh ones."""
    version, visit = make_checklist_version(), make_visit(group=county.first_group)
    observation_id = ids.mint()
    sent = client.api_put(f"/api/v1/observations/{observation_id}", json=observation_body(visit, version))
    assert sent.status_code == 200
    return [observation_id, visit.id, ids.mint(), ids.mint()]
