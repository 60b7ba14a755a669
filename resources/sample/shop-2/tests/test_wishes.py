import unittest

from shop import wishes
from shop.app import App
from shop.catalog import ITEMS
from shop.server import Request


class Lists(unittest.TestCase):
    def test_reading_leaves_out_what_we_do_not_sell(self):
        self.assertEqual(wishes.read({}), ())
        self.assertEqual(wishes.read({"cookie": "a=b; wishes=moon.chart.sundial.chart"}),
                         ("sundial", "chart"))
        self.assertEqual(wishes.read({"cookie": "wishes=<script>"}), ())

    def test_turning_puts_on_and_takes_off(self):
        once = wishes.turned((), "chart")
        self.assertEqual(once, ("chart",))
        self.assertEqual(wishes.turned(once, "sundial"), ("sundial", "chart"))
        self.assertEqual(wishes.turned(once, "chart"), ())
        self.assertIsNone(wishes.turned(once, "moon"))

    def test_the_cookie_comes_back_as_it_went(self):
        every = tuple(item.key for item in ITEMS)
        name, value = wishes.cookie(every)
        self.assertEqual(name, "Set-Cookie")
        self.assertEqual(wishes.read({"cookie": value.partition(";")[0]}), every)
        self.assertIn("Max-Age=0", wishes.cookie(())[1])


class Pages(unittest.TestCase):
    def setUp(self):
        self.app = App("1.2.3", "web-1", "0123456789", "/nonexistent/maintenance")

    def ask(self, method, path, cookie="", body=b""):
        headers = {"cookie": cookie} if cookie else {}
        return self.app.answer(Request(method, path, headers, body, True))

    def test_the_heart_is_full_for_what_is_wished(self):
        empty = self.ask("GET", "/").body.decode()
        self.assertEqual(empty.count('aria-pressed="true"'), 0)
        self.assertEqual(empty.count('aria-pressed="false"'), len(ITEMS))
        two = self.ask("GET", "/", "wishes=chart.plate").body.decode()
        self.assertEqual(two.count('aria-pressed="true"'), 2)
        self.assertIn("2 wishes", two)

    def test_a_click_turns_the_wish_and_leads_back(self):
        response = self.ask("POST", "/wish", "wishes=chart", b"item=sundial")
        self.assertEqual(response.status, 303)
        head = response.head.decode()
        self.assertIn("Location: /\r\n", head)
        self.assertIn("wishes=sundial.chart;", head)

    def test_a_click_on_nothing_is_refused(self):
        self.assertEqual(self.ask("POST", "/wish", "", b"item=moon").status, 404)
        self.assertEqual(self.ask("POST", "/wish", "", b"\xff=\x00").status, 404)
        self.assertEqual(self.ask("GET", "/wish").status, 405)
        self.assertEqual(self.ask("POST", "/").status, 405)


if __name__ == "__main__":
    unittest.main()
