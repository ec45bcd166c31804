"""A real browser: contexts for theme and width, sign-in, and the audit of a page.

Playwright's synchronous interface runs an event loop in the test's thread, therefore
Django is told to allow its own blocking calls there; only in this folder.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VIEWS = {
    "light-1366": ("light", 1366, 768),
    "dark-1366": ("dark", 1366, 768),
    "light-390": ("light", 390, 844),
    "dark-390": ("dark", 390, 844),
}
"""Names of the contexts in which pages are looked at."""

COLLECT = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.__violations.push(event.effectiveDirective + ' ' + event.blockedURI);
});
"""

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path, "Chromium is not installed: ./portal test installs it"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, live_server) -> Iterator[OpenPage]:
    """Open pages: `open_page("dark-390")`; relative addresses lead to the server.

    Keyword arguments go to Playwright's `new_context` (for example
    `forced_colors="active"` or `java_script_enabled=False`).
    """
    contexts: list[BrowserContext] = []

    def opened(view: str = "light-1366", **options) -> Page:
        scheme, width, height = VIEWS[view]
        context = browser.new_context(
            **{
                "base_url": live_server.url,
                "locale": "id-ID",
                "timezone_id": "Asia/Jakarta",
                "color_scheme": scheme,
                "viewport": {"width": width, "height": height},
                "reduced_motion": "reduce",
                **options,
            }
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.add_init_script(COLLECT)
        page = context.new_page()
        page.problems = []
        page.on("console", lambda message: note_console(page, message))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("request", lambda request: note_request(page, request, live_server.url))
        return page

    yield opened
    for context in contexts:
        context.close()


def note_console(page: Page, message) -> None:
    """Keep errors and warnings of the console."""
    if message.type in {"error", "warning"}:
        page.problems.append(f"{message.type}: {message.text}")


def note_request(page: Page, request, origin: str) -> None:
    """Keep requests to any other host."""
    if not request.url.startswith((origin, "data:", "blob:", "about:")):
        page.problems.append(f"request to {request.url}")


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """One page, light, 1366 pixels wide."""
    return open_page()


def audit_page(
    page: Page,
    *,
    allowed: tuple[str, ...] = (),
    rules: tuple[str, ...] = (),
    skip: tuple[str, ...] = (),
) -> None:
    """Assert that the page as it stands now is clean.

    No accessibility findings, no violation of the content policy, no error in the
    console, no request elsewhere, no sideways scrolling.

    Args:
        allowed: Texts in console messages that belong to the case, such as the
            answer 409 of a conflict.
        rules: Only these rules of axe, where no others can have changed.
        skip: Not these rules, for the same reason.
    """
    assert page.evaluate("window.__violations") == []
    problems = [
        problem
        for problem in page.problems
        if not any(text in problem for text in allowed)
    ]
    assert problems == []
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0, f"{page.url} is {wide} pixels too wide"
    if rules and set(rules) <= set(skip):
        return
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    options["rules"] = {rule: {"enabled": False} for rule in skip}
    result = AxeResults(page.evaluate("options => axe.run(options)", options))
    assert result.violations_count == 0, result.generate_report()


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page where PICTURES says, for people to look at."""
    if folder := os.environ.get("PICTURES"):
        page.evaluate("window.scrollTo(0, 0)")
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def sign_in(page: Page, username: str, password: str) -> None:
    """Sign in through the form, as a person does."""
    page.goto("/masuk/")
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(password)
    page.locator("main form button.btn--primary").click()
    page.wait_for_url(lambda url: "/masuk/" not in url)
