"""A browser, runs to look at, and the pages that show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SandboxOptions
from tests.browser import github
from tests.browser.chromium import DESKTOP, Watched, started_browser
from tests.browser.runs import Run, import_from, workspace_with_examples
from tests.browser.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

    from playwright.sync_api import Browser

# An import that ends in FAILED, since there is no such test cycle.
FAILING = """
  - name: regression
    format: junit
    files: ["results/junit/TEST-search.xml"]
    testCycleToReuse: SBX-TR-404
"""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: shows pages in a headless Chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with started_browser() as started:
        yield started


@pytest.fixture(scope="session")
def lasting(browser: Browser) -> Iterator[Watched]:
    """One window for many short looks; a page's own policy is not what stops a script there."""
    context = browser.new_context(bypass_csp=True)
    yield Watched(context.new_page())
    context.close()


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Return a function that opens a new window, watched; arguments are those of a browser context."""
    contexts = []

    def open_window(size: tuple[int, int] = DESKTOP, **settings: Any) -> Watched:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **settings)
        contexts.append(context)
        return Watched(context.new_page())

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture
def watched(window: Callable[..., Watched]) -> Watched:
    return window()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with Site() as serving:
        yield serving


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the npm packages."""
    return github.installed(tmp_path_factory.mktemp("packages"))


@pytest.fixture(scope="session")
def styles(packages: Path) -> str:
    """GitHub's style sheet for rendered Markdown."""
    return (packages / "github-markdown-css/github-markdown.css").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def axe(packages: Path) -> str:
    """The script that looks for what hinders people with disabilities."""
    return (packages / "axe-core/axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def on_github(site: Site, styles: str) -> Callable[[str], str]:
    """Return a function that gives the address of Markdown as GitHub shows it."""
    return lambda markdown: site.put(github.page(github.sanitised(github.rendered(markdown)), styles))


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(SandboxOptions()) as started:
        yield started


@pytest.fixture(scope="session")
def green(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Run:
    """The shipped examples, imported into the sandbox."""
    workspace = workspace_with_examples(tmp_path_factory.mktemp("green") / "workspace")
    run = import_from(workspace, sandbox.url)
    assert run.code == 0, run.log
    return run


@pytest.fixture(scope="session")
def red(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The shipped examples, and an import that fails."""
    workspace = workspace_with_examples(tmp_path_factory.mktemp("red") / "workspace", FAILING)
    with Sandbox(SandboxOptions(test_cycles=("SBX-TR-1",))) as strict:
        run = import_from(workspace, strict.url)
    assert run.code == 1, run.log
    return run
