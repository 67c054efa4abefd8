"""The book-keeping of a night: which deliveries it reports, what its sources were worth, how long its stages took."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date
from typing import Any

from riskwarn.lake import Lake
from riskwarn.report import Outcome, RunReport
from riskwarn.settings import Settings
from riskwarn.sources import all_sources


def begin(settings: Settings, as_of: date) -> None:
    """Forgets the verdicts and timings of an earlier attempt at this night, so that a stale "ok" cannot stand for a source that failed."""
    lake = Lake(settings.lake)
    shutil.rmtree(lake.root / "verdicts" / as_of.isoformat(), ignore_errors=True)
    shutil.rmtree(lake.root / "seconds" / as_of.isoformat(), ignore_errors=True)


def note_seconds(settings: Settings, as_of: date, stage: str, seconds: float) -> None:
    Lake(settings.lake).write_json("seconds", f"{as_of.isoformat()}/{stage}", seconds)


def source_failed(settings: Settings, source: str, as_of: date, error: Exception) -> str:
    """Records that a source could not be taken in at all: for this night it is missing."""
    verdict = {
        "source": source,
        "verdict": "missing",
        "newest_received_on": None,
        "issues": [{"code": "source_failed", "severity": "critical", "detail": _told(error), "rows": 0}],
    }
    Lake(settings.lake).write_json("verdicts", f"{as_of.isoformat()}/{source}", verdict)
    return "missing"


def close_night(settings: Settings, lake: Lake, as_of: date, *, published: str) -> RunReport:
    """Marks the night as judged and gives its report.

    Deliveries count in the first night that reports them, and there again on a re-run.
    """
    reported = _reported_before(lake, as_of)
    deliveries = [d for d in _deliveries(lake) if d["delivery_id"] not in reported and _is_ours(d, as_of)]
    sources = {name: _source_part(lake, name, as_of, deliveries) for name in all_sources()}
    changes = lake.read_json("warn_counts", as_of.isoformat()) or {}
    lake.write_json("nights", as_of.isoformat(), {"deliveries": sorted(d["delivery_id"] for d in deliveries)})
    sending = lake.read_json("sent", as_of.isoformat()) or {}
    is_cut_off = any(result["error"] for result in sending.values())
    return RunReport(
        as_of=as_of,
        outcome="degraded" if is_cut_off else _outcome(sources.values()),
        stages=_stage_seconds(lake, as_of),
        sources=sources,
        warnings={key: changes.get(key, 0) for key in ("opened", "continued", "closed", "cut_by_budget")},
        estimated_fdr=changes.get("estimated_fdr"),
        published=published,
        notes=tuple(changes.get("notes", ())),
        sending=sending,
        substances=lake.read_json("substances", as_of.isoformat()) or {},
        carried=lake.read_json("carried", as_of.isoformat()) or {},
    )


def failed(settings: Settings, as_of: date, error: BaseException) -> RunReport:
    """The report of a night that broke off; what its sources were worth is kept as far as it was known."""
    lake = Lake(settings.lake)
    reported = _reported_before(lake, as_of)
    deliveries = [d for d in _deliveries(lake) if d["delivery_id"] not in reported and _is_ours(d, as_of)]
    sources = {name: _source_part(lake, name, as_of, deliveries) for name in all_sources()}
    return RunReport(as_of=as_of, outcome="failed", stages=_stage_seconds(lake, as_of), sources=sources, error=_told(error))


def _told(error: BaseException) -> str:
    notes = "; ".join(getattr(error, "__notes__", ()))
    return f"{type(error).__name__}: {str(error)[:500]}" + (f" ({notes})" if notes else "")


def _outcome(sources: Iterable[dict[str, Any]]) -> Outcome:
    for part in sources:
        if part["verdict"] in ("quarantined", "stale", "missing"):
            return "degraded"
    return "done"


def _deliveries(lake: Lake) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for source in all_sources():
        for partition in lake.partitions("deliveries", source, ".json"):
            record = lake.read_json("deliveries", partition)
            if record is not None:
                found.append(record)
    return found


def _is_ours(delivery: dict[str, Any], as_of: date) -> bool:
    """Whether this night may report the delivery: it took it in, or it was there (as history or by hand) before."""
    night = delivery["night"]
    return night == as_of.isoformat() or (night is None and (delivery["is_history"] or delivery["delivered_on"] < as_of.isoformat()))


def _reported_before(lake: Lake, as_of: date) -> set[str]:
    seen: set[str] = set()
    for night in lake.partitions("nights", suffix=".json"):
        if night != as_of.isoformat():
            seen.update((lake.read_json("nights", night) or {}).get("deliveries", ()))
    return seen


def _source_part(lake: Lake, source: str, as_of: date, deliveries: list[dict[str, Any]]) -> dict[str, Any]:
    ours = [d for d in deliveries if d["source"] == source]
    verdict = lake.read_json("verdicts", f"{as_of.isoformat()}/{source}")
    if verdict is None:
        verdict = {
            "verdict": "missing",
            "newest_received_on": None,
            "issues": [{"code": "not_checked", "severity": "critical", "detail": "the check stage left no verdict", "rows": 0}],
        }
    return {
        "files": len(ours),
        **{key: sum(int(d[key]) for d in ours) for key in ("read", "accepted", "quarantined", "duplicates")},
        "newest_received_on": verdict.get("newest_received_on"),
        "verdict": verdict["verdict"],
        "issues": verdict.get("issues", []) + [{**issue, "file": d["file_name"]} for d in ours for issue in d["issues"]],
    }


def _stage_seconds(lake: Lake, as_of: date) -> dict[str, float]:
    """Seconds by stage; ingest and check are sums over the sources."""
    seconds: dict[str, float] = {}
    for partition in lake.partitions("seconds", as_of.isoformat(), ".json"):
        stage = partition.split("/")[-1].split("-")[0]
        seconds[stage] = seconds.get(stage, 0.0) + float(lake.read_json("seconds", partition))
    order = ("ingest", "check", "build", "detect", "warn", "publish")
    return {stage: seconds[stage] for stage in order if stage in seconds}
