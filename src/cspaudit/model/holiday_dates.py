"""Public holidays of a country or one of its subdivisions."""

import difflib
import functools
from collections.abc import Iterable
from datetime import date

from cspaudit.errors import EngagementError


def holiday_dates(code: str, years: Iterable[int]) -> frozenset[date]:
    """Return the public holidays of `code` ("DE", "DE-BY", "US-CA") in `years`, from the locked `holidays` library.

    Substitute days count as holidays, as does the day they stand for. Days that only some towns keep
    do not. Raises EngagementError for an unknown country or subdivision.
    """
    return _holiday_dates(code, tuple(sorted(set(years))))


@functools.cache
def _holiday_dates(code: str, years: tuple[int, ...]) -> frozenset[date]:
    # 0.1 s of import that a run without holidays need not pay.
    import holidays

    country, _, subdivision = code.partition("-")
    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    except NotImplementedError:
        raise EngagementError(
            f'"{code}" is no country or subdivision with known holidays.', hint=_hint(code)
        ) from None
    return frozenset(found)


def _hint(code: str) -> str:
    import holidays

    supported = holidays.list_supported_countries(include_aliases=False)
    country, _, subdivision = code.strip().upper().partition("-")
    if country not in supported:
        return 'Use an ISO 3166 code: a country such as "DE", or a subdivision such as "DE-BY".'
    subdivisions = [str(name) for name in supported[country]]
    if not subdivision or not subdivisions:
        return f'Did you mean "{country}"?'
    near = difflib.get_close_matches(subdivision, subdivisions, n=1, cutoff=0.6)
    if near:
        return f'Did you mean "{country}-{near[0]}"?'
    return f"Known for {country}: {', '.join(subdivisions)}."
