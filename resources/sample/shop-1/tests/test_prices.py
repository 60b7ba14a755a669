import unittest

from shop.catalog import ITEMS, find
from shop.prices import REDUCED, STANDARD, gross, money, percent, tax


class Prices(unittest.TestCase):
    def test_tax_is_rounded_half_up(self):
        self.assertEqual(tax(1000, STANDARD), 210)
        self.assertEqual(tax(50, 100), 1)  # half a cent
        self.assertEqual(tax(49, 100), 0)
        self.assertEqual(tax(0, STANDARD), 0)

    def test_gross_is_net_and_tax(self):
        self.assertEqual(gross(12900, STANDARD), 15609)
        self.assertEqual(gross(1850, REDUCED), 1924)

    def test_negative_amounts_are_refused(self):
        with self.assertRaises(ValueError):
            tax(-1, STANDARD)
        with self.assertRaises(ValueError):
            tax(1, -1)

    def test_money(self):
        self.assertEqual(money(0), "0.00 €")
        self.assertEqual(money(5), "0.05 €")
        self.assertEqual(money(123456), "1,234.56 €")
        self.assertEqual(money(-250), "-2.50 €")

    def test_percent(self):
        self.assertEqual(percent(2100), "21 %")
        self.assertEqual(percent(550), "5.5 %")
        self.assertEqual(percent(525), "5.25 %")


class Catalog(unittest.TestCase):
    def test_keys_are_unique_and_plain(self):
        keys = [item.key for item in ITEMS]
        self.assertEqual(len(keys), len(set(keys)))
        for key in keys:
            self.assertTrue(key.isascii() and key.isalpha() and key.islower(), key)

    def test_prices_are_positive_and_taxed(self):
        for item in ITEMS:
            with self.subTest(item=item.key):
                self.assertGreater(item.net, 0)
                self.assertEqual(item.price, gross(item.net, item.rate))

    def test_find(self):
        self.assertEqual(find("sundial").name, "Brass sundial")
        self.assertIsNone(find("moon"))


if __name__ == "__main__":
    unittest.main()
