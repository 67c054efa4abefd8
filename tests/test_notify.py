"""The bulletin: complete, harmless, and never older than what was sent."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pandas as pd
import pytest

from riskwarn.lake import Lake
from riskwarn.notify import send_bulletin
from riskwarn.notify.formats import CSV_COLUMNS, neutral
from riskwarn.settings import Settings

NIGHT = date(2026, 11, 20)


def write_night(lake: Lake, night: date, *rows: dict[str, object]) -> None:
    base: dict[str, object] = dict.fromkeys(CSV_COLUMNS, "x") | {
        "status": "open",
        "level": "blue",
        "direction": "import",
        "first_raised_on": night,
        "hazard_category": "*",
        "evidence_count": 3,
        "p_value": float("nan"),
    }
    lake.write_frame("warnings", night.isoformat(), pd.DataFrame([{**base, **row} for row in rows], columns=list(base)))
    lake.write_json("verdicts", f"{night}/port_inspections", {"verdict": "ok"})
    lake.write_json("verdicts", f"{night}/foreign_alerts", {"verdict": "missing"})
    lake.write_json("warn_counts", night.isoformat(), {"opened": len(rows), "estimated_fdr": 0.1})


def test_gravest_first_in_every_format_and_closed_ones_left_out(settings: Settings, lake: Lake) -> None:
    levels = [("E1", "blue", "open"), ("E2", "red", "quiet"), ("E3", "orange", "closed"), ("E4", "yellow", "open")]
    write_night(lake, NIGHT, *({"warning_id": i, "level": level, "status": status} for i, level, status in levels))
    folder = send_bulletin(settings, lake, NIGHT)
    assert folder is not None
    told = json.loads((folder / "bulletin.json").read_text(encoding="utf-8"))
    table = list(csv.DictReader(io.StringIO((folder / "warnings.csv").read_text(encoding="utf-8-sig"))))
    assert [row["warning_id"] for row in told["warnings"]] == [row["warning_id"] for row in table] == ["E2", "E4", "E1"]
    assert told["warnings"][0]["p_value"] is None
    markdown = (folder / "bulletin.zh_CN.md").read_text(encoding="utf-8")
    assert markdown.index("E2") < markdown.index("E4") < markdown.index("E1")
    assert "境外通报（缺失）" in markdown
    assert "foreign alerts (missing)" in (folder / "bulletin.en.md").read_text(encoding="utf-8")
    assert told["estimated_fdr"] == 0.1 and "误报比例估计不超过10.0%" in markdown


def test_excel_shows_chinese_and_runs_no_formula(settings: Settings, lake: Lake) -> None:
    write_night(lake, NIGHT, {"warning_id": "E1", "reason_zh": "=cmd|' /C calc'!A0", "product_name": " +1"})
    folder = send_bulletin(settings, lake, NIGHT)
    assert folder is not None
    raw = (folder / "warnings.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    row = next(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert (row["reason_zh"][0], row["product_name"][0]) == ("'", "'")


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\n@x"])
def test_formula_cells_are_neutralised(cell: str) -> None:
    assert neutral(cell) == "'" + cell


def test_hostile_markdown_stays_text(settings: Settings, lake: Lake) -> None:
    write_night(lake, NIGHT, {"warning_id": "E1", "reason_en": "<script>alert(1)</script> [x](http://evil) \n# head"})
    folder = send_bulletin(settings, lake, NIGHT)
    assert folder is not None
    markdown = (folder / "bulletin.en.md").read_text(encoding="utf-8")
    assert "<script>" not in markdown.replace("\\<", "")
    assert "\\[x\\]" in markdown
    assert "\n# head" not in markdown


def test_an_older_night_sends_nothing_and_the_same_night_the_same_bytes(settings: Settings, lake: Lake) -> None:
    older = date(2026, 11, 19)
    for night in (older, NIGHT):
        write_night(lake, night, {"warning_id": "E1"})
    folder = send_bulletin(settings, lake, NIGHT)
    assert folder is not None
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert send_bulletin(settings, lake, older) is None
    assert not (settings.outbox / older.isoformat()).exists()
    send_bulletin(settings, lake, NIGHT)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
