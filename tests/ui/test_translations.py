"""No text of the window is missing in a language: test_translations.py LUPDATE SOURCE

The texts are gathered anew from the sources, so that a text that was added, or changed, is found before a person
meets it untranslated. English is written in the sources; its file holds the plural forms alone.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ET

LUPDATE, SOURCE = sys.argv[1:3]
LANGUAGES = {"en": True, "es": False}  # whether it holds plurals alone
PLACES = re.compile(r"%L?\d|%n")


class Message:
    def __init__(self, context, element):
        self.context = context
        self.source = element.find("source").text
        self.plural = element.get("numerus") == "yes"
        translation = element.find("translation")
        self.kind = translation.get("type")
        forms = translation.findall("numerusform")
        self.forms = [form.text or "" for form in forms] if self.plural else [translation.text or ""]

    def __str__(self):
        return f"{self.context}: {self.source!r} -> {self.forms}"


def gathered(language, plurals):
    """The messages of a language's file after the sources were gathered into a copy of it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, f"analemma_{language}.ts")
        shutil.copy(os.path.join(SOURCE, "resources", "translations", f"analemma_{language}.ts"), copy)
        more = ["-pluralonly"] if plurals else []
        subprocess.run([LUPDATE, "-silent", "-I", ".", "-locations", "none", *more, "ui", "app", "core", "-ts", copy],
                       cwd=SOURCE, check=True, stderr=subprocess.DEVNULL)
        return [Message(context.find("name").text, element) for context in ET.parse(copy).getroot().findall("context")
                for element in context.findall("message")]


class Translations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.messages = {name: gathered(name, plurals) for name, plurals in LANGUAGES.items()}

    def every(self):
        for language, messages in self.messages.items():
            for message in messages:
                with self.subTest(language=language, message=str(message)):
                    yield message

    def test_nothing_is_missing_and_nothing_is_left_over(self):
        self.assertGreater(len(self.messages["es"]), 400)
        for message in self.every():
            self.assertIsNone(message.kind, "unfinished: translate it; vanished: cmake --build ... --target update_texts")
            self.assertTrue(all(message.forms))

    def test_plurals_have_both_forms(self):
        for message in self.every():
            if message.plural:
                self.assertEqual(len(message.forms), 2)
                self.assertIn("%n", message.source)

    def test_places_for_values_are_kept(self):
        for message in self.every():
            for form in message.forms:
                self.assertEqual(sorted(PLACES.findall(form)), sorted(PLACES.findall(message.source)))

    def test_ends_are_kept(self):
        """What ends with a full stop or goes on with "…" does so in every language."""
        for message in self.every():
            for form in message.forms:
                for end in (".", "…", ":"):
                    self.assertEqual(form.endswith(end), message.source.endswith(end))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
