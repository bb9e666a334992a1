"""What nginx is set up to be in these tests: the ways in which companies put something before a Jira."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.nginx import FOLDER, Site, passed_on, port_of
from tests.servers.process import HOST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.servers.certificates import Certificate, Trust

STEP_1 = "/jira/rest/qtm4j/automation/latest/importresult"
DOWN_FILE = "down-for-maintenance"
MAINTENANCE = "Jira is down for maintenance"
SIGNED_ELSEWHERE = "https://signed.invalid"
_JIRA = "https://$http_host"


def sites(trust: Trust, *, jira: int, jira_with_store: int, silent: int) -> Mapping[str, Site]:
    """Return every site. The numbers are the ports of plain servers behind.

    ``jira_with_store`` names upload URLs at :data:`SIGNED_ELSEWHERE`, ``silent`` never answers.
    """
    secure = passed_on(jira, said="http://$http_host", meant=_JIRA)

    def page(directives: str) -> Site:
        return Site(f"location / {{ {directives} }}", trust.jira)

    def elsewhere(origin: str) -> Site:
        return Site(passed_on(jira_with_store, said=SIGNED_ELSEWHERE, meant=origin), trust.jira)

    def demanding_certificate(shown: Certificate) -> Site:
        return Site(f"ssl_client_certificate {trust.company}; ssl_verify_client on; {secure}", shown)

    return {
        "jira": Site(secure, trust.jira),
        "plain": Site(passed_on(jira)),
        "to https": Site(f"location / {{ return 301 https://$host:{port_of('jira')}$request_uri; }}"),
        "wrong base": Site(passed_on(jira), trust.jira),
        # Certificates
        **{
            name: Site(secure, shown)
            for name, shown in {
                "of other": trust.of_other,
                "expired": trust.expired,
                "not yet": trust.not_yet,
                "other name": trust.other_name,
                "short chain": trust.short_chain,
                "whole chain": trust.whole_chain,
                "self-signed": trust.self_signed,
            }.items()
        },
        "old TLS": Site(f"ssl_protocols TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0; {secure}", trust.jira),
        "client certificate": demanding_certificate(trust.jira),
        # Limits
        "limited": Site(f"client_max_body_size 1m; {secure}", trust.jira),
        "limited, abrupt": Site(f"client_max_body_size 1m; lingering_close off; {secure}", trust.jira),
        "limited, plain": Site(f"client_max_body_size 1m; lingering_close off; {passed_on(jira)}"),
        # Pages in place of Jira
        "hangs up": page("return 444;"),
        "login": page("return 302 https://sso.example.com/saml/login?RelayState=secret-state;"),
        "log-in page": page("return 200 '<!DOCTYPE html><title>Log in - Company</title><form></form>';"),
        "forbidden": page("deny all;"),
        "moved": page("return 301 https://new.example.com$uri;"),
        # nginx's own way: down for as long as a file is there.
        "maintenance": Site(
            f"if (-f {FOLDER}/{DOWN_FILE}) {{ return 503 '<title>{MAINTENANCE}</title> Back at 6'; }}"
            f"add_header Retry-After 1 always; {secure}",
            trust.jira,
        ),
        "no Jira behind": Site(passed_on(1), trust.jira),
        "silent behind": Site(passed_on(silent, more="proxy_read_timeout 200ms;"), trust.jira),
        "another application": page("return 404;"),
        # At the upload only
        "hangs up at the upload": Site(
            f"location = {STEP_1}/submitFile {{ return 444; }} {secure}", trust.jira
        ),
        "hangs up after the upload": Site(
            f"location = {STEP_1}/submitFile {{ proxy_pass http://{HOST}:1; error_page 502 = @gone; }}"
            f"location @gone {{ return 444; }} {secure}",
            trust.jira,
        ),
        # Upload URLs elsewhere
        "store": Site(
            f"ssl_client_certificate {trust.company}; ssl_verify_client optional;"
            f"{passed_on(jira_with_store)}",
            trust.jira,
        ),
        "untrusted store": Site(passed_on(jira_with_store), trust.of_other),
        "plain store": Site(passed_on(jira_with_store)),
        "jira with store": elsewhere(f"https://127.0.0.1:{port_of('store')}"),
        "jira with untrusted store": elsewhere(f"https://127.0.0.1:{port_of('untrusted store')}"),
        "jira with plain store": elsewhere(f"http://127.0.0.1:{port_of('plain store')}"),
    }
