"""The plots of the evaluation page: plain SVG, drawn here, readable without script and in the page's own colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from riskwarn.evaluation.intervals import share_interval
from riskwarn.evaluation.score import FOUND, LATE, Outcome, Stratum

Say = Callable[[str], str]

WIDTH, ROW, LABEL = 920, 30, 350
TICKS = 6


@dataclass(frozen=True)
class Scale:
    """Maps values from ``low`` to ``high`` onto pixels from ``left`` to ``right``."""

    low: float
    high: float
    left: float = LABEL
    right: float = WIDTH - 30

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def ticks(self) -> list[float]:
        span = self.high - self.low
        step = next(s for s in (0.1, 0.2, 0.5, 1, 2, 5, 7, 14, 28, 56, 91, 182, 364, 728, 1456, 1e9) if span / s <= TICKS)
        first = -(-self.low // step) * step
        return [first + i * step for i in range(int((self.high - first) // step) + 1)]


def lead_times(outcomes: Sequence[Outcome], _: Say) -> str:
    """Per event: since when it was visible, when it was raised, beside the day of the act (0) or the end of the visible time."""
    days = [(o, (o.event.visible_from - o.event.in_time_until).days, _raised(o)) for o in outcomes]
    low = min([begin for _o, begin, _r in days] + [r for _o, _b, r in days if r is not None] + [-7])
    high = max([r for _o, _b, r in days if r is not None] + [7])
    pad = 0.04 * (high - low)
    scale = Scale(low - pad, high + pad)
    parts = [_axis(scale, len(days), lambda tick: f"{tick:+.0f}" if tick else "0")]
    for i, (o, begin, raised) in enumerate(days):
        y = ROW * i + ROW / 2
        parts.append(_label(o.event.name, y))
        parts.append(f'<line class="wait" x1="{scale(begin):.1f}" y1="{y}" x2="{scale(0):.1f}" y2="{y}"/>')
        parts.append(f'<line class="mark" x1="{scale(begin):.1f}" y1="{y - 6}" x2="{scale(begin):.1f}" y2="{y + 6}"/>')
        if raised is None:
            parts.append(
                f'<text class="missed" x="{scale(0) - 6:.1f}" y="{y - 5}" text-anchor="end">{escape(_(f"status {o.status}"))}</text>'
            )
        else:
            parts.append(f'<circle class="{o.status}" cx="{scale(raised):.1f}" cy="{y}" r="6"><title>{raised:+d}</title></circle>')
    parts.append(f'<line class="act" x1="{scale(0):.1f}" y1="0" x2="{scale(0):.1f}" y2="{ROW * len(days)}"/>')
    return _svg(parts, ROW * len(days) + 44, _("days before (-) and after (+) the official act, or the end of the visible time"))


def recall(strata: Sequence[Stratum], names: Sequence[str], _: Say) -> str:
    """Per stratum: share of events found in time and share of placebo lanes, each with its exact 95% interval."""
    scale = Scale(0.0, 1.0)
    parts = [_axis(scale, 2 * len(strata), lambda tick: f"{100 * tick:.0f}%")]
    for i, (stratum, name) in enumerate(zip(strata, names, strict=True)):
        pairs = (
            (stratum.in_time, stratum.events, "found", _("events")),
            (stratum.placebo_hits, stratum.placebo_lanes, "chance", _("placebo lanes")),
        )
        for j, (hits, trials, kind, what) in enumerate(pairs):
            y = ROW * (2 * i + j) + ROW / 2
            parts.append(_label(f"{name}: {what} ({hits}/{trials})", y))
            if trials:
                low, high = share_interval(hits, trials)
                parts.append(f'<line class="range {kind}" x1="{scale(low):.1f}" y1="{y}" x2="{scale(high):.1f}" y2="{y}"/>')
                parts.append(f'<circle class="{kind}" cx="{scale(hits / trials):.1f}" cy="{y}" r="6"/>')
    return _svg(parts, ROW * 2 * len(strata) + 44, _("share found in time, with its 95% interval"))


def months(raised: Sequence[tuple[date, bool]], begin: date, end: date, _: Say) -> str:
    """Episodes opened per calendar month; those about an event are marked."""
    first = begin.year * 12 + begin.month - 1
    number = end.year * 12 + end.month - first
    about, other = [0] * number, [0] * number
    for day, is_event in raised:
        (about if is_event else other)[day.year * 12 + day.month - 1 - first] += 1
    top = max([a + b for a, b in zip(about, other, strict=True)] + [4])
    height, left, bottom = 170, 40, 190
    width = (WIDTH - left - 20) / number
    parts = []
    for tick in sorted({0, -(-top // 2), top}):
        y = bottom - tick * height / top
        parts.append(f'<line class="grid" x1="{left}" y1="{y:.1f}" x2="{WIDTH - 20}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{tick}</text>')
    every = -(-number // 12)
    for i in range(number):
        x, at = left + i * width, float(bottom)
        for count, kind in ((about[i], "found"), (other[i], "chance")):
            tall = count * height / top
            at -= tall
            if count:
                parts.append(f'<rect class="{kind}" x="{x + 1:.1f}" y="{at:.1f}" width="{max(width - 2, 1):.1f}" height="{tall:.1f}"/>')
        if i % every == 0 and x < WIDTH - 70:
            year, month = divmod(first + i, 12)
            parts.append(f'<text x="{x:.1f}" y="{bottom + 16}">{year}-{month + 1:02d}</text>')
    return _svg(parts, bottom + 44, _("episodes opened in each month; dark: about one of the events"))


def _raised(o: Outcome) -> int | None:
    if o.first_raised_on is None or o.status not in (FOUND, LATE):
        return None
    return (o.first_raised_on - o.event.in_time_until).days


def _axis(scale: Scale, rows: int, told: Callable[[float], str]) -> str:
    parts = []
    for tick in scale.ticks():
        x = scale(tick)
        parts.append(f'<line class="grid" x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{ROW * rows}"/>')
        parts.append(f'<text x="{x:.1f}" y="{ROW * rows + 16}" text-anchor="middle">{told(tick)}</text>')
    return "".join(parts)


def _label(text: str, y: float) -> str:
    shown = text if len(text) <= 52 else text[:51] + "…"
    return f'<text x="{LABEL - 14}" y="{y + 4}" text-anchor="end">{escape(shown)}<title>{escape(text)}</title></text>'


def _svg(parts: Sequence[str], height: int, caption: str) -> str:
    inside = "".join(parts)
    text = f'<text class="caption" x="{WIDTH - 30}" y="{height - 8}" text-anchor="end">{escape(caption)}</text>'
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(caption)}">{inside}{text}</svg>'
