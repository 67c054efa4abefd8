"""Data Docs: the pages that Great Expectations makes of its results, readable with no network.

Its pages load scripts and styles from outside hosts and hide parts that only scripts unfold. Here its renderer and templates make
each page; what lies outside or needs a script is taken off, and one stylesheet of our own is put in its place.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from riskwarn.checks.offline import body_of
from riskwarn.lake import Lake, replacing
from riskwarn.settings import Settings
from riskwarn.sources import all_sources
from riskwarn.text import translator

_STYLE = Path(__file__).with_name("data_docs.css")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def write_data_docs(settings: Settings, lake: Lake, as_of: date) -> Path:
    """Writes ``reports/<as_of>/data_docs/`` from the validations kept in the lake; returns its index.

    Each page is replaced whole, the index last, then pages of an earlier attempt go: a crash leaves a site that can be read.
    """
    folder = settings.reports / as_of.isoformat() / "data_docs"
    pages = _pages(lake, as_of)
    pages["style.css"] = _STYLE.read_text(encoding="utf-8")
    pages["index.html"] = _index(lake, as_of)
    for name, text in pages.items():
        with replacing(folder / name) as aside:
            aside.write_text(text, encoding="utf-8")
    for path in folder.iterdir():
        if path.name not in pages:
            path.unlink()
    return folder / "index.html"


def _pages(lake: Lake, as_of: date) -> dict[str, str]:
    """One page for each source and each delivery that the night checked, by file name."""
    pages: dict[str, str] = {}
    for partition in lake.partitions("validations", as_of.isoformat(), ".json"):
        name = partition.split("/")[-1]
        kept = lake.read_json("validations", partition) or {}
        source = name.split(".", maxsplit=1)[0]
        title = f"{_name(source)} · {kept.get('file_name') or as_of.isoformat()}"
        body = _rendered(kept["validation"]) if kept["validation"] else _unread()
        pages[f"{name}.html"] = _page(title, f'<p><a href="index.html">{_both("Data Docs")}</a></p>{_state(kept)}{_failed(kept)}{body}')
    return pages


def _rendered(stored: dict[str, Any]) -> str:
    """The page as Great Expectations renders it, down to what can be read offline."""
    from great_expectations.core.expectation_validation_result import expectationSuiteValidationResultSchema
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer

    from riskwarn.checks import gx

    gx.context()  # registers our own expectations, which know how to describe themselves
    result = expectationSuiteValidationResultSchema.load(stored)
    page = _view().render(ValidationResultsPageRenderer(run_info_at_end=True).render(result))
    return _UUID.sub("", body_of(page))


@cache
def _view() -> Any:
    """One view for all pages: each new one would compile its templates again, half a second a page."""
    from great_expectations.render.view.view import DefaultJinjaPageView

    return DefaultJinjaPageView()


def _unread() -> str:
    return f"<p>{_both('The file could not be read; the delivery says why.')}</p>"


def _state(kept: Mapping[str, Any]) -> str:
    """What was known of the source, where the page is about the source."""
    cells = "".join(f"<tr><th>{html.escape(k)}</th><td>{_cell(v)}</td></tr>" for k, v in kept.get("state", {}).items())
    return f'<table class="state">{cells}</table>' if cells else ""


def _failed(kept: Mapping[str, Any]) -> str:
    """What failed, first: in both languages, with the keys of some rows."""
    failed = [row for row in kept.get("results", ()) if not row["success"]]
    if not failed:
        return ""
    head = "".join(f"<th>{_both(text)}</th>" for text in ("Severity", "Expectation", "Failed", "Of", "Some keys", "Note"))
    rows = "".join(
        f'<tr><td class="{row["severity"]}">{_both("severity " + row["severity"])}</td>'
        f"<td>{html.escape(row['description_en'])} / {html.escape(row['description_zh'])}<br><code>{row['expectation_id']}</code></td>"
        f"<td>{_cell(row['unexpected_count'])}</td><td>{_cell(row['element_count'])}</td>"
        f"<td>{html.escape(', '.join(json.loads(row['sample'])))}</td><td>{html.escape(row['note'])}</td></tr>"
        for row in failed
    )
    return f"<h2>{_both('What failed')}</h2><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _index(lake: Lake, as_of: date) -> str:
    rows = "".join(_index_row(lake, as_of, source) for source in all_sources())
    headings = ("Source", "Verdict", "Rows read", "Accepted", "Quarantined", "Duplicates", "Newest record", "Deliveries checked this night")
    head = "".join(f"<th>{_both(text)}</th>" for text in headings)
    return _page(
        f"{_both('Data Docs')} · {as_of.isoformat()}",
        f'<table class="overview"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>',
    )


def _index_row(lake: Lake, as_of: date, source: str) -> str:
    night = as_of.isoformat()
    verdict = lake.read_json("verdicts", f"{night}/{source}") or {}
    name = _name(source)
    if lake.path("validations", f"{night}/{source}", ".json").exists():
        name = f'<a href="{source}.html">{name}</a>'
    said = verdict.get("verdict", "missing")
    counts = "".join(
        f"<td>{_cell(verdict.get(key))}</td>" for key in ("read", "accepted", "quarantined", "duplicates", "newest_received_on")
    )
    links = []
    for partition in lake.partitions("validations", night, ".json"):
        page = partition.split("/")[-1]
        if page.startswith(f"{source}."):
            kept = lake.read_json("validations", partition) or {}
            links.append(f'<a href="{html.escape(page)}.html">{html.escape(kept["file_name"])}</a> ({_both("verdict " + kept["verdict"])})')
    return f'<tr><td>{name}</td><td class="{said}">{_both("verdict " + said)}</td>{counts}<td>{"<br>".join(links)}</td></tr>'


def _name(source: str) -> str:
    found = all_sources().get(source)
    return html.escape(f"{found.name_en} / {found.name_zh}" if found else source)


def _both(msgid: str) -> str:
    """A message in both languages: the pages are kept, and whoever reads them is not known when they are written."""
    return html.escape(" / ".join(dict.fromkeys(translator(lang)(msgid) for lang in ("en", "zh_CN"))))


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else html.escape(str(value))


def _page(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>{title}</title><link rel="stylesheet" href="style.css"></head>\n'
        f"<body><main><h1>{title}</h1>\n{body}\n</main></body></html>\n"
    )
