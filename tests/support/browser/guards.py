"""What a page must not do: send a request to another machine, or report an error."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page

LOCAL = re.compile(r"^(file|data|blob):|^(https?|wss?)://(127\.0\.0\.1|localhost)(:\d+)?/")


def block_other_hosts(context: BrowserContext) -> list[str]:
    """Refuse every request to another machine; they are added to the list as they come."""
    requests: list[str] = []

    def guard(route):
        if LOCAL.match(route.request.url):
            route.fallback()
        else:
            requests.append(route.request.url)
            route.abort()

    context.route("**/*", guard)
    return requests


def errors_of(page: Page) -> list[str]:
    """Errors of the page and of its console; they are added to the list as they come."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    return errors
