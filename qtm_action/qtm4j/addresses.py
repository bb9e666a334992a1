"""Which deployment an address belongs to: Cloud where a region is given, else Server."""

from __future__ import annotations

from urllib.parse import urlsplit

from qtm_action.errors import InvalidInputError
from qtm_action.qtm4j.cloud import HOSTED_REGION, REGIONS, parse_region
from qtm_action.qtm4j.deployment import Address
from qtm_action.qtm4j.server import parse_jira_url

_CLOUD_SITES = ".atlassian.net"
_REGIONS_BY_HOST = {urlsplit(url).hostname: region for region, url in REGIONS.items()}


def parse_address(jira_url: str | None, region: str | None) -> Address | None:
    """Return where QTM4J is: on Cloud where a region is given; None where nothing is given.

    Raises :class:`InvalidInputError` for an invalid address.
    """
    if region:
        return parse_region(region, site=jira_url)
    if not jira_url:
        return None
    address = parse_jira_url(jira_url)
    region_there = _REGIONS_BY_HOST.get(address.origin.host)
    if region_there:
        raise InvalidInputError(
            f"jira-url is a host of QTM4J Cloud, {address.origin.host}, and region is not set",
            hint=f"Set region to {region_there} instead of jira-url, with api-key as the only credential.",
        )
    if is_cloud_site(jira_url):
        raise InvalidInputError(
            f"jira-url is a Jira Cloud site, {address.origin.host}, and region is not set",
            hint=f"Set region to us or au, as Jira shows it under {HOSTED_REGION}.",
        )
    return address


def needs_region(jira_url: str | None) -> bool:
    """Return whether ``jira_url`` is a host of Jira Cloud or QTM4J Cloud, to which region belongs."""
    try:
        host = parse_jira_url(jira_url or "").origin.host
    except InvalidInputError:
        return False
    return host.endswith(_CLOUD_SITES) or host in _REGIONS_BY_HOST


def is_cloud_site(jira_url: str) -> bool:
    """Return whether ``jira_url`` is a site on Jira Cloud, where QTM4J itself is not served."""
    return parse_jira_url(jira_url).origin.host.endswith(_CLOUD_SITES)
