"""The description of the API is true."""

import re

import pytest
from openapi_spec_validator import validate

from fieldapp import create_app
from fieldapp.config import read_settings


@pytest.fixture(scope="module")
def bare_app(tmp_path_factory):
    return create_app(read_settings({"FIELDAPP_INSTANCE": str(tmp_path_factory.mktemp("openapi"))}))


@pytest.fixture(scope="module")
def described(bare_app):
    return bare_app.test_client().get("/api/v1/openapi.json").json


def test_it_is_a_valid_description_in_openapi_3_1(described):
    assert described["openapi"].startswith("3.1")
    validate(described)


def test_every_call_that_is_served_is_described_and_nothing_else(bare_app, described):
    served = set()
    for rule in bare_app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "api.openapi":
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            served |= {
                (method, path) for method in rule.methods - {"OPTIONS"} - ({"HEAD"} if "GET" in rule.methods else set())
            }
    said = {
        (method.upper(), path if path.startswith("/api/v1") else "/api/v1" + path)
        for path, calls in described["paths"].items()
        for method in calls
        if method in {"get", "put", "post", "patch", "delete", "head"}
    }
    shape = lambda calls: {(method, re.sub(r"\{\w+\}", "{}", path)) for method, path in calls}  # noqa: E731

    assert shape(served) - shape(said) == set(), "served, not described"
    assert shape(said) - shape(served) - {("GET", "/api/v1/openapi.json")} == set(), "described, not served"


def test_every_reference_leads_somewhere(described):
    def references(value):
        if isinstance(value, dict):
            yield from ([value["$ref"]] if "$ref" in value else [])
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    found = set(references(described))
    assert found
    for reference in found:
        place = described
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def test_the_shapes_name_the_fields_of_the_contract(described):
    schemas = described["components"]["schemas"]

    assert {"revision", "base_revision", "visit", "checklist_version", "state", "started_at", "answers"} <= set(
        schemas["ObservationShape"]["required"]
    )
    assert {"party", "timeline", "signature", "circumstances", "officers", "summary"} <= set(
        schemas["ObservationShape"]["properties"]
    )
