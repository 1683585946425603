"""The inspector in a real browser: Debian's Chromium, driven by Playwright, on gateways as an operator starts them."""
