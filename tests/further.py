"""Which browser tests are further examples of a kind of which `make test` keeps one: they belong to `make test-long`.

A browser test costs as much as a hundred others. Named here are those of which another example, of the same promise and
through the same lines, stays in the short run; docs/reliability.md says the kinds.
"""

import re
from collections.abc import Iterator

import pytest

FURTHER = (
    r"core/test_sync_engine\.py::test_a_receipt_of_something_else_is_no_receipt\[change[1-9]",
    r"core/test_sync_engine\.py::test_a_200_of_a_login_wall_is_no_receipt\[",
    r"core/test_bundles\.py::test_a_server_without_bundles_gets_the_single_calls_and_is_asked_once\[(?!404-text)",
    r"core/test_bundles\.py::test_a_false_receipt_of_a_photo_is_none\[change[1-9]",
    r"core/test_bundles\.py::test_words_without_files_go_up_as_ever\[",
    r"core/test_worker\.py::test_a_new_version_is_taken_when_asked_and_drops_the_old_pages\[/api",
    r"core/test_pack_rows\.py::test_where_a_long_address_does_not_pass_the_whole_comes\[",
    r"core/test_pack_rows\.py::test_an_answer_that_is_not_our_servers_changes_nothing\[",
    r"core/test_pack_rows\.py::test_nothing_new_is_said_in_no_bytes\[",
    r"core/test_reads\.py::test_two_thousand_delivered_records_cost_a_tap_and_a_sync_nothing\[",
    r"core/test_upgrade\.py::test_a_store_of_a_later_version_is_used_as_it_is\[",
    r"core/test_store\.py::test_words_are_kept_though_the_browser_counts_late_what_was_given_up\[",
    r"recording/test_returned\.py::test_two_versions_stand_side_by_side_and_the_chosen_one_is_filed\[theirs",
    r"recording/test_offline_record\.py::test_a_record_made_offline_reaches_the_server_whole\[postgresql",
    r"recording/test_officers\.py::test_who_shows_a_certificate_is_found_offline_and_what_was_found_is_filed\[postgresql",
    r"recording/test_old_phone\.py::test_an_old_phone_app_files_is_returned_resubmits_and_signs_in_again\[c6e7b8f",
    r"recording/test_one_document\.py::test_what_is_typed_is_saved_when_the_view_is_left_and_shown_when_it_returns\[",
    r"recording/test_recording_sound\.py::test_who_goes_back_out_of_the_record_finds_what_was_spoken\[",
    r"rating/test_rating\.py::test_every_page_can_be_read_by_everybody\[light",
    r"rating/test_rating\.py::test_a_dissatisfied_citizen_who_mistypes_.*\[without",
    r"around/test_looks\.py::test_every_page_is_accessible_and_fits\[light",
    r"around/test_discarding\.py::test_what_another_phone_wrote_meanwhile_.*\[theirs",
    r"around/test_discarding\.py::test_a_draft_whose_answer_was_lost_is_discarded_all_the_same\[",
    r"around/test_interview\.py::test_what_was_typed_survives_a_reload\[",
    r"around/test_handover\.py::test_the_back_button_and_a_reload_stay_on_the_page\[",
    r"test_look\.py::test_every_page_can_be_read_and_used_by_everybody\[desk",
    r"test_seen\.py::test_everybody_sees_where_the_keyboard_stands_and_prints_what_is_folded\[(admin)?\]",
)


def further_examples(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """Those of `items` that are named above. Raises AssertionError when a whole file of them lacks one named."""
    names = [item.nodeid for item in items]
    for pattern in FURTHER:
        found = [item for item in items if re.search(f"browser/{pattern}", item.nodeid)]
        of_file = pattern.partition("::")[0].replace("\\", "")
        assert found or not _is_whole(of_file, names), f"tests/further.py names no test any more: {pattern}"
        yield from found


def _is_whole(file: str, names: list[str]) -> bool:
    """Whether more was collected than a few tests somebody asked for by name."""
    return len(names) > 1000 and any(file in name for name in names)
