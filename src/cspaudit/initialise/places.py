"""Which time zones and public holidays a country has, and which country an address or a currency speaks of."""

import functools
import importlib.resources

#: currencies of one country alone, or nearly so; those of many say nothing
_COUNTRY_OF_CURRENCY = {
    "AUD": "AU", "BRL": "BR", "CAD": "CA", "CHF": "CH", "CLP": "CL", "CNY": "CN", "COP": "CO", "CZK": "CZ",
    "DKK": "DK", "GBP": "GB", "HKD": "HK", "HUF": "HU", "IDR": "ID", "ILS": "IL", "INR": "IN", "ISK": "IS",
    "JPY": "JP", "KRW": "KR", "MXN": "MX", "MYR": "MY", "NOK": "NO", "NZD": "NZ", "PHP": "PH", "PLN": "PL",
    "RON": "RO", "RSD": "RS", "SAR": "SA", "SEK": "SE", "SGD": "SG", "THB": "TH", "TRY": "TR", "TWD": "TW",
    "UAH": "UA", "VND": "VN", "ZAR": "ZA", "AED": "AE",
}  # fmt: skip
#: endings of domains that differ from the country's code, and those that the whole world uses
_COUNTRY_OF_ENDING = {"uk": "GB"}
_NO_COUNTRY = frozenset({"ai", "cc", "co", "fm", "io", "me", "tv", "ws", "ly", "gg", "to", "sh", "eu"})


@functools.cache
def _zones_by_country() -> dict[str, tuple[str, ...]]:
    table = importlib.resources.files("tzdata") / "zoneinfo" / "zone.tab"
    found: dict[str, list[str]] = {}
    for line in table.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found.setdefault(country, []).append(zone)
    return {country: tuple(zones) for country, zones in found.items()}


def zones_of(country: str) -> tuple[str, ...]:
    """Return the time zones of a country by its two letters, that of most people first; none for an unknown one."""
    return _zones_by_country().get(country.upper(), ())


def country_of_zone(zone: str) -> str:
    """Return the country that a time zone belongs to; empty where it is none's alone."""
    return next((country for country, zones in _zones_by_country().items() if zone in zones), "")


def country_of_domain(domain: str) -> str:
    """Return the country whose ending a domain has; empty where it has none, or one that all the world uses."""
    ending = domain.rstrip(".").rpartition(".")[2].lower()
    country = _COUNTRY_OF_ENDING.get(ending, ending.upper())
    return country if ending not in _NO_COUNTRY and zones_of(country) else ""


def country_of_currency(currency: str) -> str:
    """Return the country whose own currency this is; empty for one that many countries use."""
    return _COUNTRY_OF_CURRENCY.get(currency, "")


def has_holidays(code: str) -> bool:
    """Whether the public holidays of a country or subdivision are known."""
    import holidays

    country, _, subdivision = code.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    return country in known and (not subdivision or subdivision in known[country])
