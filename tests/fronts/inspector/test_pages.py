"""Templates: what is put into a page is text."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Undefined, UndefinedError
from markupsafe import Markup

from gateway.fronts.inspector.mount import inspector
from gateway.fronts.inspector.pages import STATIC, TEMPLATES, rendered, shown, templates
from gateway.fronts.noting import unnoted
from gateway.session import open_session
from gateway.settings import Settings


def test_what_is_put_into_a_page_is_text() -> None:
    template = templates().from_string('<a title="{{ said }}">{{ said }}</a>{{ nothing }}{{ 7 }}')
    said = template.render(said='"><script>\u202e\x00{{7*7}}', nothing=None)
    text = "&#34;&gt;&lt;script&gt;\\u202e\\u0000{{7*7}}"
    assert said == f'<a title="{text}">{text}</a>7'


def test_what_a_template_does_not_know_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        rendered("fault.html", tabs=(), path="/", visitor=None, version="1")
    assert templates().undefined is not Undefined


def test_markup_of_a_template_stays_markup() -> None:
    assert (shown(Markup("<b>")), shown("<b>\n"), shown(None), shown(3)) == (Markup("<b>"), "<b>\\u000a", "", 3)


def test_every_template_can_be_read() -> None:
    for path in sorted(TEMPLATES.glob("*.html")):
        assert templates().get_template(path.name).name == path.name


def test_no_template_has_a_script_or_a_style_of_its_own() -> None:
    for path in sorted(TEMPLATES.glob("*.html")):
        text = path.read_text("utf-8")
        assert "<style" not in text or path.name == "report.html", path.name
        assert ' style="' not in text, path.name
        assert ' onclick="' not in text, path.name
        assert "|safe" not in text.replace(" ", ""), path.name
        assert all("src=" in tag.partition(">")[0] for tag in text.split("<script")[1:]), path.name


def test_no_script_makes_markup() -> None:
    for path in sorted(STATIC.glob("*.js")):
        text = path.read_text("utf-8")
        assert not any(
            word in text for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
        )


def test_without_it_there_is_no_page(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, cassette={"mode": "simulate"}, inspector={"enabled": False})
    session = open_session(settings)
    assert inspector(settings, session, unnoted, lambda: 0.0) is None
    session.close()
