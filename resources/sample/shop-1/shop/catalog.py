"""What the shop sells."""

from shop.prices import REDUCED, STANDARD, gross


class Item:
    """One thing on the shelf. `net` is its price without tax, in cents."""

    __slots__ = ("key", "name", "text", "net", "rate", "icon")

    def __init__(self, key, name, text, net, rate, icon):
        self.key = key
        self.name = name
        self.text = text
        self.net = net
        self.rate = rate
        self.icon = icon

    @property
    def price(self):
        """With tax, in cents."""
        return gross(self.net, self.rate)


# The icons are the inside of an SVG of 48 by 48, drawn with lines only.
ITEMS = (
    Item("sundial", "Brass sundial", "Set for your latitude, engraved with the equation of time.",
         12900, STANDARD,
         '<circle cx="24" cy="28" r="14"/><path d="M24 28 32 10v18zM24 18v-2M14 28h-2M36 28h-2M24 38v2"/>'),
    Item("gnomon", "Folding gnomon", "A steady shadow for the window sill. Fits in a coat pocket.",
         3450, STANDARD,
         '<path d="M8 38h32M24 38V10M24 10l12 28M24 22l5 0"/><circle cx="24" cy="7" r="2.5"/>'),
    Item("viewer", "Solar viewer", "Two filters, one frame. Look at the sun without regret.",
         1990, STANDARD,
         '<circle cx="14" cy="26" r="8"/><circle cx="34" cy="26" r="8"/><path d="M22 26h4M6 24l3-10M42 24l-3-10"/>'),
    Item("chart", "Star chart", "The northern sky on heavy paper, 70 by 70 centimetres.",
         2400, STANDARD,
         '<circle cx="24" cy="24" r="17"/><path d="M15 19l7 5 9-8M22 24l3 10"/>'
         '<circle cx="15" cy="19" r="1.5"/><circle cx="31" cy="16" r="1.5"/><circle cx="25" cy="34" r="1.5"/>'),
    Item("almanac", "Sky almanac", "Every rise, set and conjunction of the year, to the minute.",
         1850, REDUCED,
         '<path d="M24 13c-4-3-9-4-15-4v27c6 0 11 1 15 4 4-3 9-4 15-4V9c-6 0-11 1-15 4zM24 13v27"/>'),
    Item("plate", "Analemma plate", "One exposure a week, one year, one figure eight. Framed print.",
         8600, STANDARD,
         '<path d="M10 6h28v36H10z"/><path d="M24 12c5 0 5 7 0 11s-7 13 0 13 5-9 0-13-5-11 0-11z"/>'),
)


def find(key):
    """The item of that key, or None."""
    for item in ITEMS:
        if item.key == key:
            return item
    return None
