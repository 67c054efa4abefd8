"""The comparison of truth and warnings, and that the demo never touches a folder that is not its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from riskwarn.demo.compare import compare, write_comparison
from riskwarn.demo.events import Event, truth_frame
from riskwarn.demo.run import MARKER, NotADemo, prepare_home, run_demo
from riskwarn.demo.screen import show_results, summary
from riskwarn.settings import Settings
from riskwarn.text import translator


def event(event_id: str = "E1", kind: str = "burst", touches: str = "failure", **changes: Any) -> Event:
    values: dict[str, Any] = {
        "direction": "import", "product_code": "0306", "origin": "EC", "hazard": "vet", "onset": date(2026, 9, 21),
        "end": date(2026, 10, 18), "magnitude": 5.0, "note_en": "shrimps", "note_zh": "对虾",
    }  # fmt: skip
    return Event(event_id, kind, touches, **(values | changes))


def warning(**changes: Any) -> dict[str, Any]:
    return {
        "warning_id": "W1", "indicator_id": "failure_rate", "scope": "product_origin", "direction": "import", "product_code": "0306",
        "product_name": "虾", "origin_country": "EC", "hazard_category": "*",
        "onset_week": date(2026, 9, 28), "last_week": date(2026, 10, 5),
        "first_raised_on": date(2026, 10, 5), "status": "open", "level": "orange", "reason_en": "because", "reason_zh": "因为",
    } | changes  # fmt: skip


def outcome(one: Event, *warnings: dict[str, Any]) -> str:
    compared = compare(truth_frame((one,)), pd.DataFrame(warnings or [], columns=list(warning())))
    return str(compared.events["outcome"].iloc[0])


def test_found_missed_and_how_late() -> None:
    compared = compare(truth_frame((event(), event("E2", product_code="9503"))), pd.DataFrame([warning()]))
    assert compared.events["outcome"].tolist() == ["found", "missed"]
    assert compared.events["weeks_after_onset"].iloc[0] == 2.0 and compared.median_weeks == 2.0
    assert len(compared.false_warnings) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"product_code": "0307"},
        {"origin_country": "VN"},
        {"direction": "export"},
        {"indicator_id": "complaints"},
        {"hazard_category": "heavy_metals"},
        {"first_raised_on": date(2026, 9, 14)},
        {"onset_week": date(2026, 11, 2)},
    ],
)
def test_a_warning_of_something_else_is_a_false_one(changes: dict[str, Any]) -> None:
    compared = compare(truth_frame((event(),)), pd.DataFrame([warning(**changes)]))
    assert compared.events["outcome"].iloc[0] == "missed" and len(compared.false_warnings) == 1


def test_aggregates_count_for_their_cells() -> None:
    assert outcome(event(), warning(origin_country="*", hazard_category="veterinary_drug_residues")) == "found"
    assert outcome(event(origin="*"), warning()) == "found"


def test_decoys_and_what_nobody_expects() -> None:
    decoy = event(kind="denominator_step", touches="volume", hazard="")
    assert outcome(decoy) == "silent" and outcome(decoy, warning()) == "raised_wrongly"
    faint = event(is_detectable=False)
    assert outcome(faint) == "not_expected" and outcome(faint, warning()) == "found_unexpectedly"
    raised = compare(truth_frame((decoy,)), pd.DataFrame([warning()]))
    assert len(raised.false_warnings) == 1  # a decoy explains no warning


def test_a_death_in_a_complaint_is_told_by_the_rule_or_by_the_injuries() -> None:
    grave = event(kind="grave_injury", touches="grave_complaint")
    assert outcome(grave, warning(indicator_id="grave_event_complaint")) == "found"
    assert outcome(grave, warning(indicator_id="failure_rate")) == "missed"
    assert outcome(event(touches="complaint"), warning(indicator_id="injuries")) == "found"


def test_the_file_lists_events_and_false_warnings(tmp_path: Path) -> None:
    compared = compare(truth_frame((event(),)), pd.DataFrame([warning(), warning(warning_id="W2", product_code="9503")]))
    path = tmp_path / "demo_comparison.csv"
    write_comparison(path, compared)
    table = pd.read_csv(path, dtype=str)
    assert table["outcome"].tolist() == ["found", "false_warning"] and table["warning_ids"].tolist() == ["W1", "W2"]
    assert table["first_raised_on"].tolist() == ["2026-10-05"] * 2


@pytest.mark.parametrize(("lang", "word"), [("en", "Found 1 of 1 events"), ("zh_CN", "应可发现的 1 个事件中发现 1 个")])
def test_the_screen_in_both_languages(settings: Settings, lang: Any, word: str) -> None:
    out = Console(width=140, record=True, file=None, quiet=False, force_terminal=False)
    frame = pd.DataFrame([warning()])
    compared = compare(truth_frame((event(),)), frame)
    with out.capture() as capture:
        show_results(out, settings, frame, compared, lang)
    text = capture.get()
    assert word in text and ("because" if lang == "en" else "因为") in text and "2026-10-05" in text
    assert "truth.csv" in text and "riskwarn shell" in text
    assert word in " ".join(summary(compared, translator(lang)))


def test_a_folder_with_anything_else_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "home" / "cases.sqlite"
    precious.parent.mkdir()
    precious.write_text("decisions")
    with pytest.raises(NotADemo, match="nothing was changed"):
        run_demo(Settings(home=precious.parent, lang="en"), seed=1, console=Console(quiet=True))
    assert precious.read_text() == "decisions"


def test_an_earlier_demo_is_replaced_whole(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    prepare_home(home, translator("en"))
    (home / "lake").mkdir()
    prepare_home(home, translator("en"))
    assert [path.name for path in home.iterdir()] == [MARKER]
