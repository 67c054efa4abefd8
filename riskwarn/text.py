"""What people read, in English and Chinese: gettext catalogues in riskwarn/locale/*.po, read directly (no compiled files to forget)."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations
from typing import Literal

from riskwarn.places import PACKAGE

Lang = Literal["en", "zh_CN"]
LANGS: tuple[Lang, ...] = ("en", "zh_CN")


@cache
def catalogue(lang: Lang) -> GNUTranslations:
    """The messages of one language; a msgid that is missing comes back as it is (a test keeps both complete)."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (PACKAGE / "locale" / f"{lang}.po").open("rb") as handle:
        messages = read_po(handle, locale=lang)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return GNUTranslations(compiled)


def translator(lang: Lang) -> Callable[[str], str]:
    """The gettext function of a language."""
    return catalogue(lang).gettext
