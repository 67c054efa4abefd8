"""A line plot as SVG, for the documents: legible on light and dark paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

COLOURS = ("#0b5394", "#b26a00", "#9aa7b4", "#5a6672", "#1e7b34", "#7b3fa0")
LEFT, TOP, WIDE, HIGH = 46, 30, 420, 260


def lines_svg(title: str, x: Sequence[float], lines: Mapping[str, Sequence[float]]) -> str:
    """Lines of shares (0 to 1) over ``x``, with a legend to the right."""

    def at(value: float) -> float:
        return LEFT + (value - x[0]) / (x[-1] - x[0]) * WIDE

    def up(share: float) -> float:
        return TOP + (1.0 - share) * HIGH

    parts = [f'<text x="{LEFT}" y="16">{escape(title)}</text>']
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(f'<line x1="{LEFT}" y1="{up(tick)}" x2="{LEFT + WIDE}" y2="{up(tick)}" stroke="#9aa7b4" stroke-opacity=".4"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{up(tick) + 4}" text-anchor="end">{tick:g}</text>')
    parts += [f'<text x="{at(v):.1f}" y="{TOP + HIGH + 18}" text-anchor="middle">{v:g}</text>' for v in x]
    for number, (name, values) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(f"{at(a):.1f},{up(b):.1f}" for a, b in zip(x, values, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        y = TOP + 14 + 20 * number
        parts.append(f'<line x1="{LEFT + WIDE + 16}" y1="{y}" x2="{LEFT + WIDE + 40}" y2="{y}" stroke="{colour}" stroke-width="3"/>')
        parts.append(f'<text x="{LEFT + WIDE + 46}" y="{y + 4}">{escape(name)}</text>')
    style = "text{font:13px system-ui,sans-serif;fill:#46525e}@media(prefers-color-scheme:dark){text{fill:#b9c4ce}}"
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 780 {TOP + HIGH + 30}" role="img" aria-label="{escape(title)}">\n'
        f"<style>{style}</style>\n{body}\n</svg>\n"
    )
