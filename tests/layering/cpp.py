"""C++ text, just as far as the rules need it: comments and strings blanked, brackets matched."""

import bisect
import re

_PARTS = re.compile(
    r"""(?P<line>//(?:[^\\\n]|\\.|\\\n)*)"""
    r"""|(?P<block>/\*.*?(?:\*/|\Z))"""
    r"""|(?P<raw>(?:\bu8|\bu|\bU|\bL|\b)?R"(?P<mark>[^\s()\\]{0,16})\(.*?\)(?P=mark)")"""
    r"""|(?P<string>"(?:[^"\\\n]|\\.)*")"""
    r"""|(?P<number>\b[0-9](?:[0-9a-fA-FxXbBuUlLfF.]|'(?=[0-9a-fA-F]))*)"""
    r"""|(?P<char>'(?:[^'\\\n]|\\.)+')"""
    r"""|(?P<directive>(?m:^)[ \t]*\#(?:[^\\\n/]|\\.|\\\n|/(?![/*]))*)""",
    re.DOTALL | re.VERBOSE)
_BRACKETS = re.compile(r"[(){}\[\]]")
_CLOSES = {")": "(", "]": "[", "}": "{"}
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*\Z")


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


class Source:
    """One file. `code` has the length and the lines of `text`, but no comments, directives or strings."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self._lines = [0] + [found.end() for found in re.finditer("\n", text)]
        self.includes = []  # (line, "<" or '"', name)
        self.strings = []  # (offset, text with quotes)
        self.code = _PARTS.sub(self._replace, text)
        self.partner = {}
        self._match()

    def line(self, offset):
        return bisect.bisect_right(self._lines, offset)

    def _replace(self, found):
        kind = found.lastgroup
        whole = found.group()
        if kind == "mark":
            kind = "raw"
        if kind == "number":
            return whole
        if kind == "directive":
            include = _INCLUDE.match(whole)
            if include:
                self.includes.append((self.line(found.start()), include.group(1), include.group(2)))
            return _blank(whole)
        if kind in ("string", "raw"):
            self.strings.append((found.start(), whole))
            return '"' + _blank(whole[1:-1]) + '"'
        if kind == "char":
            return "'" + _blank(whole[1:-1]) + "'"
        return _blank(whole)

    def _match(self):
        stack = []
        for found in _BRACKETS.finditer(self.code):
            mark, at = found.group(), found.start()
            if mark in "([{":
                stack.append(at)
                continue
            while stack and self.code[stack[-1]] != _CLOSES[mark]:
                stack.pop()  # a macro of its own making: forget it
            if stack:
                opened = stack.pop()
                self.partner[opened] = at
                self.partner[at] = opened

    def before(self, at):
        """Offset of the last character before `at` that is no space; -1 at the start."""
        at -= 1
        while at >= 0 and self.code[at].isspace():
            at -= 1
        return at

    def after(self, at):
        """Offset of the first character from `at` on that is no space."""
        while at < len(self.code) and self.code[at].isspace():
            at += 1
        return at

    def word_ending(self, at):
        """The identifier whose last character is at `at`, or ''."""
        found = _WORD.search(self.code, max(0, at - 80), at + 1)
        return found.group() if found else ""

    def opener(self, at):
        """Offset of the innermost bracket that is open at `at`, or -1."""
        at -= 1
        while at >= 0:
            mark = self.code[at]
            if mark in ")]}":
                if at not in self.partner:
                    return -1
                at = self.partner[at]
            elif mark in "([{":
                return at
            at -= 1
        return -1

    # ---- what a '{' is ---------------------------------------------------------------------------

    _AFTER_PARAMETERS = re.compile(r"(?:\bmutable|\bnoexcept|\bconst|\boverride|\bfinal|\bconstexpr)\s*\Z")
    _TRAILING = re.compile(r"->\s*[\w:<>,\s*&]+\Z")

    def parameters_before(self, brace):
        """(open, close) of the parameter list in front of a body's '{', or None."""
        end = self.before(brace) + 1
        trailing = self._TRAILING.search(self.code, max(0, end - 300), end)
        if trailing:
            end = self.before(trailing.start()) + 1
        while found := self._AFTER_PARAMETERS.search(self.code, max(0, end - 20), end):
            end = self.before(found.start()) + 1
        at = end - 1
        if at >= 0 and self.code[at] == ")" and at in self.partner:
            return self.partner[at], at
        return None

    def lambda_capture(self, brace):
        """The capture list (with brackets) of the lambda whose body opens at `brace`, or None."""
        parameters = self.parameters_before(brace)
        end = self.before(parameters[0] if parameters else brace)
        if end >= 0 and self.code[end] == ">":  # []<class T>(T x) { }
            opened = self.code.rfind("<", 0, end)
            end = self.before(opened)
        if end < 0 or self.code[end] != "]" or end not in self.partner:
            return None
        start = self.partner[end]
        front = self.before(start)
        if front >= 0 and (self.code[front].isalnum() or self.code[front] in "_)]"):
            if self.word_ending(front) not in ("return", "co_return", "co_await", "case"):
                return None  # an index or operator[]
        return self.code[start:end + 1]

    _BLOCK_WORDS = {"else", "do", "try"}

    def is_block(self, brace):
        """True when the '{' opens a body or block, False when it opens an initializer."""
        if self.lambda_capture(brace) is not None:
            return True
        front = self.before(brace)
        if front < 0 or self.code[front] in ";{}:":
            return self.code[front] != ":" or self.code[front - 1] != ":"
        word = self.word_ending(front)
        if word in self._BLOCK_WORDS or self.parameters_before(brace):
            return True
        return self._heads_scope(brace)

    _SCOPE = re.compile(r"\b(?:class|struct|union|enum|namespace|extern)\b[^;{}()=]*\Z")

    def _heads_scope(self, brace):
        return self._SCOPE.search(self.code, max(0, brace - 400), brace) is not None

    def is_class(self, brace):
        """True for the '{' of a class or struct."""
        found = self._SCOPE.search(self.code, max(0, brace - 400), brace)
        return found is not None and re.match(r"(class|struct|union)\b", found.group()) is not None

    # ---- statements ------------------------------------------------------------------------------

    def statement(self, at):
        """(start, end) of the whole statement around `at`: up to its ';' or to the '{' of its block."""
        start = at
        while True:
            start -= 1
            if start < 0:
                break
            mark = self.code[start]
            if mark == ";":
                if self._in_head(start):
                    continue
                break
            if mark == "{":
                if self.is_block(start):
                    break
            elif mark in ")]":
                start = self.partner.get(start, start)
            elif mark == "}":
                if self.is_block(self.partner.get(start, start)) and not self._goes_on(start):
                    break
                start = self.partner.get(start, start)
        return start + 1, self._end(at)

    def full_expression(self, at):
        """(start, end) of the full expression around `at`: what C++ evaluates before it destroys temporaries.
        A head of if, for, while or switch ends one; so does each ';' in it, and the body of a lambda."""
        start = at
        while (opened := self.opener(start)) >= 0:
            head = self.code[opened] == "(" and self.word_ending(self.before(opened)) in self._HEADS
            if head or (self.code[opened] == "{" and self.is_block(opened)):
                break
            start = opened
        lower = max(self.opener(start), -1)
        at = start
        while at - 1 > lower:
            mark = self.code[at - 1]
            if mark == ";" or (mark == "}" and self.is_block(self.partner.get(at - 1, at - 1))
                               and not self._goes_on(at - 1)):
                break
            at = self.partner.get(at - 1, at - 1) if mark in ")]}" else at - 1
        end = start
        while end < len(self.code) and self.code[end] not in ";)}":
            if self.code[end] == "{" and self.is_block(end) and self.lambda_capture(end) is None:
                break
            end = self.partner.get(end, end) + 1 if self.code[end] in "([{" else end + 1
        return at, end

    _HEADS = ("if", "for", "while", "switch", "constexpr")

    def _goes_on(self, brace):
        """True when the statement goes on after this '}': it ended a lambda or an initializer."""
        following = self.after(brace + 1)
        return following < len(self.code) and self.code[following] in ".,)]?:+-*/&|<>="

    def _in_head(self, at):
        """True for a ';' within the round brackets of if, for, while, switch."""
        opened = self.opener(at)
        return opened >= 0 and self.code[opened] == "("

    def _end(self, at):
        while at < len(self.code):
            mark = self.code[at]
            if mark == ";" and not self._in_head(at):
                return at
            if mark == "{" and self.is_block(at) and self.lambda_capture(at) is None:
                return at
            if mark in "([{" and at in self.partner:
                at = self.partner[at]
            elif mark == "}":
                return at
            at += 1
        return at

    # ---- functions -------------------------------------------------------------------------------

    def function_of(self, at):
        """('lambda' or 'function', offset of its '{') of the innermost function around `at`, or None."""
        while (at := self.opener(at)) >= 0:
            if self.code[at] != "{":
                continue
            if self.lambda_capture(at) is not None:
                return "lambda", at
            parameters = self.parameters_before(at)
            if parameters:
                front = self.word_ending(self.before(parameters[0]))
                if front and front not in ("if", "for", "while", "switch", "catch", "constexpr"):
                    return "function", at
        return None

    def signature(self, brace):
        """(text before the name, qualified name, parameters) of the function whose body opens there."""
        parameters = self.parameters_before(brace)
        opened, closed = parameters
        end = self.before(opened) + 1
        name = re.search(r"[~\w:]+(?:<[^<>()]*>)?(?:::\w+)*\Z", self.code[max(0, end - 200):end])
        start = end - len(name.group()) if name else end
        head = max(self.code.rfind(mark, 0, start) for mark in ";{}")
        return (self.code[head + 1:start], name.group() if name else "",
                self.code[opened + 1:closed])
