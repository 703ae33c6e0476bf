"""How many decimals the amounts of a currency have (ISO 4217)."""

#: currencies that have no smaller unit
WHOLE = (
    *[
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ],
    "XXX",
)
_THREE = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]
_FOUR = ("CLF", "UYW")

#: the currencies that have not two
_DECIMALS = {**dict.fromkeys(WHOLE, 0), **dict.fromkeys(_THREE, 3), **dict.fromkeys(_FOUR, 4)}


def decimals(currency: str) -> int:
    """Return the number of digits after the point, two where the currency is not known."""
    return _DECIMALS.get(currency, 2)
