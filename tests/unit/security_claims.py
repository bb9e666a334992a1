"""What SECURITY.md and docs/security.md promise, and for each promise the tests that hold it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("SECURITY.md", "docs/security.md")}
_NOT_OURS = r"^## (?:What is not masked|In short|Reporting)\n.*?(?=^## |\Z)"
_HEADS = ("---", "an attacker could")


def one_line(text: str) -> str:
    return " ".join(text.split())


def promises(page: str) -> list[str]:
    """Return each sentence of what the page says that is prevented, guaranteed or done.

    These are the column "prevented by" of the tables, the items of lists (but for the list of what is not
    masked, which has a test of its own), and the sections "Supply chain" and "The sandbox".
    """
    text = re.sub(r"^```.*?^```$", "", PAGES[page], flags=re.MULTILINE | re.DOTALL)
    text = re.sub(_NOT_OURS, "", text, flags=re.MULTILINE | re.DOTALL)
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    cells = [cells[1] for cells in rows if not cells[0].startswith(_HEADS)]
    items = re.findall(r"^- (.*\n(?:  .*\n)*)", text, re.MULTILINE)
    sections = re.findall(
        r"^## (?:Supply chain|The sandbox)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL
    )
    parts = (one_line(part) for part in (*cells, *items, *sections))
    return [sentence for part in parts for sentence in re.split(r"(?<=[.:]) +(?=[A-Z`\[])", part)]


# A phrase of the page, and `file::function` of each test that holds it, below tests/. A sentence that
# promises several things has a phrase for each.
HELD: dict[str, tuple[str, ...]] = {
    # ---- secrets ----
    "are read from the environment only": (
        "unit/inputs/test_sources.py::test_a_secret_is_not_read_from_an_option",
        "unit/test_arguments.py::test_every_input_that_is_no_secret_has_an_option_and_no_secret_has_one",
    ),
    "are masked before anything else is printed": (
        "integration/doors/test_guarantees.py::test_secrets_are_masked_before_anything_else_is_printed",
    ),
    "appear in no log, output, summary, report, error or dry run": (
        "integration/doors/test_secrets.py::test_a_server_that_repeats_the_credentials_is_not_repeated",
        "integration/doors/test_no_leak.py::test_no_six_characters_of_a_secret_are_shown",
        "integration/qtm4j/test_no_secret.py::test_nothing_of_a_secret_that_a_server_repeats_is_shown",
        "unit/ci/test_canaries.py::test_a_canary_is_found_nowhere",
        "unit/test_security_page.py::test_what_the_page_says_is_masked_is",
    ),
    "Text is searched for secrets before it is shortened": (
        "integration/doors/test_no_leak.py::test_no_six_characters_of_a_secret_are_shown",
        "integration/qtm4j/test_no_secret.py::test_nothing_of_a_secret_that_a_server_repeats_is_shown",
        "unit/qtm4j/test_no_secret.py::test_a_body_that_was_cut_shows_no_beginning_of_a_secret",
        "unit/results/readers/test_reasons.py::test_a_secret_is_masked_before_the_line_is_cut",
        "unit/test_redaction.py::test_a_text_that_was_cut_ends_before_what_may_be_the_beginning_of_a_secret",
        "unit/test_words.py::test_a_secret_is_hidden_before_a_line_is_cut_or_joined",
    ),
    "A secret shorter than four characters is refused": (
        "unit/inputs/test_settings.py::test_a_credential_that_cannot_be_right_is_refused_without_quoting_it",
    ),
    "Secrets are masked before anything else is printed (`add-mask` on GitHub, `setsecret` on Azure)": (
        "integration/doors/test_guarantees.py::test_secrets_are_masked_before_anything_else_is_printed",
    ),
    "in their common encoded forms too": (
        "unit/test_redaction.py::test_masks_hold_every_form_a_platform_could_meet_the_longest_first",
        "unit/ci/test_github.py::test_every_form_of_every_secret_is_masked_and_the_per_cent_sign_arrives",
    ),
    "Secrets known to the step are replaced everywhere, escaped and Base64 forms included": (
        "unit/ci/test_canaries.py::test_a_canary_is_found_nowhere",
        "unit/test_redaction.py::test_no_secret_survives",
    ),
    "Secrets are read from variables, never from the command line": (
        "unit/test_arguments.py::test_a_secret_as_an_option_is_refused_without_repeating_it",
        "integration/doors/test_secrets.py::test_no_secret_stands_on_any_command_line",
    ),
    # ---- where credentials go ----
    "Credentials go only to Jira's origin": (
        "unit/qtm4j/transport/test_urls.py::test_credentials_go_to_jiras_own_origin_only",
        "integration/qtm4j/test_tls.py::test_another_server_gets_neither_credentials_nor_the_client_certificate",
    ),
    "Redirects are not followed": (
        "integration/qtm4j/test_what_jira_says.py::test_a_redirect_is_reported_and_not_followed",
        "integration/qtm4j/test_transport.py::test_a_redirect_is_an_answer_and_no_more_of_it_is_read_than_of_any",
    ),
    "An upload URL on another origin receives the file without credentials, and only over https": (
        "integration/qtm4j/test_tls.py::test_another_server_gets_neither_credentials_nor_the_client_certificate",
        "unit/qtm4j/transport/test_urls.py::test_an_upload_url_that_nothing_may_be_sent_to_is_refused",
    ),
    "Credentials go only to the scheme, host and port of `jira-url` or `region`": (
        "unit/qtm4j/transport/test_urls.py::test_credentials_go_to_jiras_own_origin_only",
        "unit/qtm4j/test_cloud.py::test_the_start_carries_the_key_alone",
    ),
    "The file is sent there without credentials and over https only (on Cloud, always without credentials)": (
        "integration/qtm4j/test_tls.py::test_another_server_gets_neither_credentials_nor_the_client_certificate",
        "unit/qtm4j/test_cloud.py::test_an_upload_carries_no_credential_whatever_its_host",
        "unit/qtm4j/test_cloud.py::test_an_upload_url_in_plain_http_elsewhere_is_refused",
    ),
    "Jira's own host over plain http gets nothing": (
        "integration/qtm4j/test_tls.py::test_https_jira_never_uploads_to_its_own_host_in_plain_http",
    ),
    "The inputs `jira-url` and `region` override the spec": (
        "integration/doors/test_guarantees.py::test_the_input_jira_url_overrides_the_specs_which_gets_no_request",
        "integration/doors/test_guarantees.py::test_the_input_region_overrides_the_specs_which_gets_no_request",
    ),
    "If the input `jira-url` names a server, a `region` in the spec is refused": (
        "integration/doors/test_cloud.py::test_2_a_region_in_the_spec_does_not_lead_the_key_away_from_the_pipelines_server",
    ),
    "With https, a proxy sees the host and port only, and never Jira's credentials": (
        "integration/qtm4j/test_forward_proxy.py::test_https_goes_through_a_tunnel_that_sees_no_credentials",
    ),
    "The proxy's own password appears in no output": (
        "integration/qtm4j/test_forward_proxy.py::test_the_proxys_credentials_go_to_the_proxy_alone",
        "unit/inputs/test_sources.py::test_passwords_in_urls_are_hidden",
        "unit/qtm4j/transport/test_proxies.py::test_a_proxy_that_cannot_be_used_is_refused_without_repeating_its_password",
    ),
    "It is presented to Jira only, not to another host that takes the upload": (
        "integration/qtm4j/test_tls.py::test_a_client_certificate_is_shown_to_jira",
        "integration/qtm4j/test_tls.py::test_another_server_gets_neither_credentials_nor_the_client_certificate",
    ),
    # ---- TLS ----
    "**TLS is verified** unless `tls-verify: false` is set, which logs a warning in every run": (
        "integration/qtm4j/test_tls.py::test_a_certificate_that_is_not_accepted_is_reported_in_one_sentence_with_the_fix",
        "integration/qtm4j/test_tls.py::test_without_verification_any_certificate_does_and_a_warning_says_so",
    ),
    "TLS 1.2 or later": (
        "unit/qtm4j/transport/test_tls.py::test_certificates_are_verified_unless_turned_off",
        "servers/test_tls.py::test_a_server_of_old_tls_versions_is_reported_as_that",
    ),
    "certificates are verified against the system's CAs and `ca-bundle`": (
        "integration/qtm4j/test_tls.py::test_a_ca_bundle_is_trusted_in_addition_to_the_systems_store",
        "integration/qtm4j/test_tls.py::test_the_system_store_is_still_trusted_with_a_ca_bundle",
    ),
    "Every run with it logs a warning that explains the risk": (
        "integration/qtm4j/test_tls.py::test_without_verification_any_certificate_does_and_a_warning_says_so",
    ),
    "`http://` addresses are allowed, with a warning for every host except loopback": (
        "integration/qtm4j/test_importing.py::test_plain_http_to_another_machine_is_warned_of",
    ),
    # ---- text from outside ----
    "Text from a server, a result file or a spec is data": (
        "integration/ci/test_hostile_run.py::test_no_text_from_outside_acts_on_the_platform",
    ),
    "It cannot start a workflow command": (
        "integration/ci/test_hostile_run.py::test_no_text_from_outside_acts_on_the_platform",
        "unit/ci/test_hostile_text.py::test_in_the_log_foreign_text_is_only_shown",
    ),
    "end a heredoc": ("unit/ci/test_hostile_text.py::test_outputs_hold_what_was_meant_and_no_more",),
    "break the structure of a summary": (
        "unit/ci/test_hostile_text.py::test_the_markdown_summary_is_blocks_of_html_that_keep_their_layout",
    ),
    "or run in the summary page": ("unit/ci/test_hostile_text.py::test_the_page_keeps_its_layout",),
    "Control characters are made visible, and text that a platform would read as a command is broken up": (
        "unit/ci/test_hostile_text.py::test_in_the_log_foreign_text_is_only_shown",
        "unit/ci/test_hostile_text.py::test_an_annotation_keeps_its_place_and_shows_the_text",
    ),
    "Heredocs have random delimiters": (
        "unit/ci/test_github.py::test_no_two_outputs_and_no_two_runs_share_a_delimiter",
    ),
    "Output values (except `report`) contain no character that a shell or an expression acts on": (
        "unit/ci/test_publishing.py::test_an_output_pasted_into_a_script_does_nothing",
        "unit/ci/test_hostile_text.py::test_outputs_hold_what_was_meant_and_no_more",
    ),
    "Everything is escaped": (
        "unit/ci/test_hostile_text.py::test_the_markdown_summary_is_blocks_of_html_that_keep_their_layout",
        "unit/ci/test_hostile_text.py::test_the_page_keeps_its_layout",
        "unit/ci/test_hostile_text.py::test_what_stands_outside_code_means_nothing_to_a_platform_that_renders_the_summary",
    ),
    "The page runs no script and loads nothing": (
        "unit/outcome/test_summary.py::test_the_page_stands_alone_and_runs_no_script",
    ),
    "Links are built from `jira-url`, never from a file": (
        "unit/ci/test_hostile_text.py::test_the_markdown_summary_is_blocks_of_html_that_keep_their_layout",
        "integration/ci/test_hostile_run.py::test_no_text_from_outside_acts_on_the_platform",
    ),
    "Server text is data, as in result files: in the log, annotations, outputs, summary and report": (
        "integration/ci/test_hostile_run.py::test_no_text_from_outside_acts_on_the_platform",
        "unit/ci/test_hostile_text.py::test_the_report_file_is_json_that_says_the_same",
    ),
    "Outputs for keys and statuses contain only what looks like a test cycle key or a status": (
        "unit/outcome/test_outputs.py::test_what_does_not_look_like_a_key_or_a_status_is_in_no_output",
    ),
    "names and messages are sent as they are": (
        "integration/doors/test_outcome.py::test_what_was_sent_is_what_the_report_says",
    ),
    # ---- specs ----
    "XML entities and YAML tags are refused": (
        "unit/results/readers/test_refusals.py::test_a_wrong_or_hostile_file_is_refused",
        "unit/spec/test_document.py::test_tags_are_refused_and_nothing_is_run",
    ),
    "YAML tags are refused, anchors are bounded": (
        "unit/spec/test_document.py::test_tags_are_refused_and_nothing_is_run",
        "unit/spec/test_safety.py::test_the_values_of_a_document_are_counted",
        "unit/spec/test_safety.py::test_the_levels_of_a_document_are_counted",
    ),
    "a spec is a single document of at most 1 MiB": (
        "unit/spec/test_document.py::test_a_second_document_is_an_error",
        "unit/spec/test_safety.py::test_a_file_of_the_greatest_size_is_read",
    ),
    "A variable's value never becomes structure": (
        "unit/spec/test_variables.py::test_a_value_never_becomes_structure",
    ),
    "The spec cannot read the variables of secret inputs": (
        "unit/spec/test_variables.py::test_a_secret_is_refused_and_not_shown",
        "unit/spec/test_variables.py::test_a_secret_is_refused_under_another_name_too",
        "integration/doors/test_secrets.py::test_a_spec_cannot_send_a_secret_to_jira_by_naming_its_variable",
    ),
    "A secret that gets in another way is replaced by `***` in all output": (
        "integration/doors/test_secrets.py::test_secrets_in_spec_file_names_and_inputs_are_hidden",
    ),
    "**other** secrets in the job's variables are ordinary variables": (
        "unit/spec/test_variables.py::test_variables_are_replaced",
    ),
    "A spec in `working-directory`, or at a relative path, is not read through a link that leads outside": (
        "integration/doors/test_secrets.py::test_a_spec_that_is_a_link_out_of_the_working_directory_is_not_read",
        "integration/doors/test_secrets.py::test_a_spec_next_to_the_working_directory_is_read_unless_it_is_a_link_to_elsewhere",
    ),
    "A spec given by its absolute path in the input `spec` is read as it is, through links too": (
        "integration/doors/test_secrets.py::test_a_spec_elsewhere_that_is_named_by_its_whole_path_is_read_also_by_a_link",
    ),
    "Reading is bounded in time and memory, in total too": (
        "unit/spec/test_safety.py::test_no_text_takes_long",
        "unit/spec/test_safety.py::test_what_variables_and_aliases_stand_for_is_bounded_together",
    ),
    "a pattern expands to at most 256 alternatives": (
        "unit/results/find/test_patterns.py::test_a_pattern_of_too_many_alternatives_is_an_invalid_input_that_names_number_and_bound",
    ),
    "those of an import to 5,000": (
        "unit/results/find/test_patterns.py::test_the_patterns_of_an_import_are_bounded_together",
    ),
    "a spec to 4 MiB of text with variables and aliases replaced": (
        "unit/spec/test_safety.py::test_what_variables_and_aliases_stand_for_is_bounded_together",
    ),
    "No pattern takes exponential time": (
        "integration/files/test_walking.py::test_no_pattern_takes_long",
        "unit/results/find/test_matching.py::test_no_path_takes_long_however_many_stars_a_pattern_has",
    ),
    # ---- result files ----
    "No result file outside the working directory is read": (
        "integration/files/test_collecting.py::test_what_is_outside_or_unusable_is_an_error_that_names_it",
        "integration/files/test_collecting.py::test_a_file_that_became_a_link_out_of_the_folder_since_it_was_found_is_not_read",
        "unit/results/readers/test_stream_of_tests.py::test_the_own_file_of_a_qaf_test_is_read_if_it_is_a_file_there",
        "integration/doors/test_result_files.py::test_a_file_swapped_for_a_link_after_the_start_is_not_uploaded",
    ),
    "no spec through a link that leads outside it": (
        "integration/doors/test_secrets.py::test_a_spec_that_is_a_link_out_of_the_working_directory_is_not_read",
    ),
    "A match outside `working-directory` is refused, symbolic links included": (
        "integration/files/test_collecting.py::test_what_is_outside_or_unusable_is_an_error_that_names_it",
        "unit/results/find/test_patterns.py::test_a_pattern_that_can_not_be_used_says_why_and_what_to_write",
    ),
    "only files of the result formats are read": (
        "integration/files/test_collecting.py::test_what_qtm4j_does_not_take_is_refused_by_its_extension",
    ),
    "A result file is opened without following links": (
        "integration/files/test_collecting.py::test_a_file_that_another_has_replaced_since_it_was_looked_at_is_not_read",
        "integration/doors/test_result_files.py::test_a_file_swapped_for_a_link_after_the_start_is_not_uploaded",
    ),
    "device, inode, size and time": (
        "integration/files/test_archives.py::test_a_file_that_is_not_what_was_checked_is_named_and_nothing_is_left",
    ),
    "Entity declarations are refused": (
        "unit/results/readers/test_refusals.py::test_a_wrong_or_hostile_file_is_refused",
    ),
    "no external file is opened": (
        "integration/doors/test_guarantees.py::test_a_dtd_elsewhere_is_neither_fetched_nor_opened",
    ),
    "Files are read as streams": (
        "unit/results/readers/test_streams.py::test_memory_does_not_grow_with_the_file",
    ),
    "with limits on depth, names and text": (
        "unit/results/readers/test_streams.py::test_hostile_xml_is_refused_before_it_grows",
        "unit/results/readers/test_streams.py::test_an_outline_keeps_a_part_of_what_is_long",
        "integration/doors/test_result_files.py::test_a_file_that_cannot_be_imported_is_refused_in_one_look",
    ),
    "Archives are limited in size and compression ratio": (
        "integration/files/test_user_zips.py::test_sizes_beyond_bounds_are_refused",
        "integration/files/test_user_zips.py::test_a_bomb_is_refused_before_it_is_unpacked",
    ),
    "An uploaded ZIP is checked member by member": (
        "integration/files/test_user_zips.py::test_what_is_wrong_with_a_zip_is_said_by_the_members_name",
        "integration/files/test_user_zips.py::test_a_symbolic_link_in_a_zip_is_refused",
    ),
    "limited in size and compression ratio, and never": (
        "integration/files/test_user_zips.py::test_sizes_beyond_bounds_are_refused",
        "integration/files/test_user_zips.py::test_a_bomb_is_refused_before_it_is_unpacked",
    ),
    "never unpacked to disk": ("integration/files/test_user_zips.py::test_a_sound_zip_goes_as_it_is",),
    "`max-age` reports or skips files that are older than expected": (
        "integration/files/test_collecting.py::test_old_files_are_reported_or_skipped",
    ),
    # ---- servers ----
    "The step reports that (exit code 2)": (
        "unit/ci/test_github.py::test_a_pull_request_from_a_fork_gets_its_own_hint",
        "integration/doors/test_exit_codes.py::test_2_missing_credentials_are_named",
    ),
    "skips the import with `if-no-credentials: skip`": (
        "integration/doors/test_exit_codes.py::test_0_missing_credentials_are_skipped_when_asked",
    ),
    "Bodies are cut": (
        "integration/qtm4j/test_limits.py::test_an_endless_or_huge_answer_is_cut_and_kept_short",
    ),
    "every request and the whole import have a time limit (`retry-for`, `timeout`)": (
        "integration/qtm4j/test_limits.py::test_a_request_takes_no_longer_than_its_limit",
        "integration/qtm4j/test_limits.py::test_a_start_that_trickles_takes_no_longer_than_retry_for",
        "integration/qtm4j/test_limits.py::test_a_question_that_trickles_takes_no_longer_than_timeout",
        "integration/qtm4j/test_exactly_once.py::test_an_absurd_retry_after_is_not_waited_for_beyond_retry_for",
        "integration/doors/test_exit_codes.py::test_6_not_finished_in_time_says_how_to_go_on",
    ),
    "If it is unknown whether an upload succeeded, the step asks the server and does not simply repeat it": (
        "integration/qtm4j/test_exactly_once.py::test_an_answer_lost_after_the_import_began_is_found_out_by_asking",
        "integration/qtm4j/test_exactly_once.py::test_before_a_doubtful_upload_is_repeated_qtm4j_is_asked_again",
        "integration/qtm4j/test_cloud.py::test_a_file_that_neither_knows_is_never_sent_again",
        "faults/test_matrix.py::test_a_combination_imports_at_most_once_and_ends_as_documented",
    ),
    "A SUCCESS that created and reused no test case causes a warning": (
        "integration/doors/test_edges.py::test_a_success_that_made_nothing_is_a_warning",
    ),
    # ---- the runner ----
    "in a temporary folder that only the step's user can open": (
        "unit/results/archive/test_scratch.py::test_only_the_steps_user_can_open_the_folder",
    ),
    "is removed at the end": (
        "unit/results/archive/test_scratch.py::test_the_folder_is_gone_after_the_block_also_when_it_raises",
    ),
    "If a run is killed, the next run removes it": (
        "unit/results/archive/test_scratch.py::test_a_folder_that_a_killed_run_left_is_swept_by_the_next",
    ),
    "The image needs no privileges: it runs with any user ID, a read-only root file system": (
        "container/test_image.py::test_the_commands_run_without_a_network_and_with_a_read_only_root",
        "container/test_image.py::test_everything_in_it_can_be_read_by_every_user_and_written_by_none",
        "container/test_github.py::test_a_successful_import_is_green_and_passes_on_the_cycle",
    ),
    "the program is isolated from the job's own Python": (
        "container/test_github.py::test_a_jobs_own_python_settings_and_modules_do_not_reach_the_program",
    ),
    "`PYTHONPATH` and modules in the workspace have no effect": (
        "container/test_github.py::test_a_jobs_own_python_settings_and_modules_do_not_reach_the_program",
    ),
    # ---- supply chain ----
    "Dependencies are pinned with hashes": (
        "unit/test_packaging.py::test_a_lock_has_a_hash_for_everything_and_names_no_place_to_download_from",
    ),
    "third-party actions by commit": (
        "unit/test_releasing.py::test_every_action_of_others_is_pinned_by_commit_with_its_version_next_to_it",
    ),
    "Released images are signed and have an SBOM and provenance": (
        "unit/test_releasing.py::test_it_signs_and_attests_what_the_doc_says",
        "unit/test_releasing.py::test_it_tests_the_digest_that_it_pushed_before_anything_is_tagged",
    ),
    "the released `action.yml` names the image by digest": (
        "unit/test_releasing.py::test_the_released_action_pulls_the_image_by_digest_and_is_otherwise_the_same",
    ),
    "There are few dependencies, all locked with hashes": (
        "unit/test_packaging.py::test_every_dependency_is_used_by_the_code",
        "unit/test_packaging.py::test_a_lock_has_a_hash_for_everything_and_names_no_place_to_download_from",
    ),
    "installed with `--require-hashes`": (
        "unit/test_packaging.py::test_what_is_installed_is_checked_against_its_hashes",
    ),
    "Workflows use actions pinned by commit": (
        "unit/test_releasing.py::test_every_action_of_others_is_pinned_by_commit_with_its_version_next_to_it",
    ),
    "A release is built on two platforms": (
        "unit/test_releasing.py::test_it_builds_on_both_documented_platforms",
    ),
    "from a base image pinned by digest, tested as built": (
        "unit/test_releasing.py::test_it_tests_the_digest_that_it_pushed_before_anything_is_tagged",
    ),
    "and signed, with an SBOM and provenance": (
        "unit/test_releasing.py::test_it_signs_and_attests_what_the_doc_says",
    ),
    "the released `action.yml` names the image by its digest": (
        "unit/test_releasing.py::test_the_released_action_pulls_the_image_by_digest_and_is_otherwise_the_same",
    ),
    # ---- the sandbox ----
    "everyone who can reach it can see what was sent to it": (
        "integration/sandbox/test_page_served.py::test_the_page_needs_no_credentials_and_is_found_with_and_without_the_context_path",
    ),
    "It listens on loopback unless told otherwise": (
        "unit/sandbox/test_options.py::test_without_options_the_command_listens_on_loopback_and_takes_a_moment_to_import",
    ),
}

# Sentences about what others do, and what nothing here prevents: no promise.
NO_PROMISE = (
    "The exceptions are under [What is not masked]",
    "The platforms pass no secrets to forks.",
    "Nothing here.",
    "It runs with secrets; if it checks out and builds the fork's code, it exposes them",
    "Whoever can push to a branch that gets secrets has the secrets.",
    "Nothing: the files are the only evidence.",
    "Nothing here:",
    "QTM4J links results to the keys in the files.",
    "Other processes of the same user, and root, can read a process's variables.",
    "In the image,",
    "[How to verify a release]",
    "`qtm-action sandbox` is for trying pipelines.",
    "See [the sandbox](sandbox.md).",
)
