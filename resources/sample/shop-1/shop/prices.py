"""Money in whole cents, tax in hundredths of a percent: no fractions, no surprises."""

STANDARD = 2100  # 21 %
REDUCED = 400  # 4 %: books


def tax(net, rate):
    """The tax on a net price in cents, rounded half up."""
    if net < 0 or rate < 0:
        raise ValueError("a price and a tax rate are never negative")
    return (net * rate + 5000) // 10000


def gross(net, rate):
    """What the customer pays, in cents."""
    return net + tax(net, rate)


def money(cents):
    """123456 -> "1,234.56 €"."""
    if cents < 0:
        return "-" + money(-cents)
    return f"{cents // 100:,}.{cents % 100:02d} €"


def percent(rate):
    """2100 -> "21 %", 550 -> "5.5 %"."""
    whole, rest = divmod(rate, 100)
    text = str(whole)
    if rest:
        text += f".{rest:02d}".rstrip("0")
    return text + " %"
