"""Fonts by name. Chinese authorities print in 仿宋, 黑体, 楷体 and 小标宋; where those are not installed, the nearest that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

# By purpose, best first. The names are those under which the fonts are known to an operating system.
CHINESE = {
    "body": (
        "FangSong_GB2312",
        "FangSong",
        "STFangsong",
        "FZFangSong-Z02",
        "Noto Serif CJK SC",
        "Source Han Serif SC",
        "SimSun",
        "Songti SC",
    ),
    "title": (
        "FZXiaoBiaoSong-B05S",
        "FZXiaoBiaoSong-B05",
        "STZhongsong",
        "Noto Serif CJK SC",
        "Source Han Serif SC",
        "SimSun",
        "Songti SC",
    ),
    "heading": ("SimHei", "STHeiti", "Heiti SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC"),
    "kai": ("KaiTi_GB2312", "KaiTi", "STKaiti", "Kaiti SC", "Noto Serif CJK SC", "Source Han Serif SC", "SimSun"),
    "song": ("SimSun", "STSong", "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC"),
}
LATIN = ("Times New Roman", "Liberation Serif", "Libertinus Serif")
NO_FONT = (
    "没有找到可用的中文字体，无法生成 PDF：请安装 Noto Serif CJK SC 与 Noto Sans CJK SC（或仿宋、黑体等）。 / "
    "No Chinese font was found, so no PDF can be made: install Noto Serif CJK SC and Noto Sans CJK SC (or FangSong, SimHei ...)."
)


class NoChineseFontError(RuntimeError):
    """No font on this machine can show Chinese; the message says so in both languages."""


@dataclass(frozen=True)
class Fonts:
    """Families to try in order, by purpose, each ending in one that shows Latin letters."""

    by_purpose: dict[str, tuple[str, ...]]


@cache
def installed() -> frozenset[str]:
    """Families that the typesetter finds on this machine, its own included."""
    import typst

    return frozenset(typst.Fonts().families())


def choose(families: frozenset[str]) -> Fonts:
    """The families to set each purpose in; raises NoChineseFontError where none of a purpose's families shows Chinese."""
    latin = tuple(name for name in LATIN if name in families) or ("Libertinus Serif",)
    every = tuple(dict.fromkeys(name for names in CHINESE.values() for name in names if name in families))
    if not every:
        raise NoChineseFontError(NO_FONT)
    chosen = {purpose: next((name for name in names if name in families), every[0]) for purpose, names in CHINESE.items()}
    return Fonts({**{purpose: (name, *latin) for purpose, name in chosen.items()}, "latin": (*latin, chosen["song"])})
