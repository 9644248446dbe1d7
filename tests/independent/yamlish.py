"""The part of YAML that policies are written in, read without a library.

Block mappings and lists, flow mappings and lists (over several lines too), plain, single- and double-quoted text,
block text (`|`, `>`), comments. No anchors, no tags, no several documents: on anything else it stops rather than guess.
"""

import json
import re


class YamlError(Exception):
    """What is written is outside of the part of YAML that is read here."""


def load(text):
    lines = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        lines.append((len(line) - len(line.lstrip(" ")), line.rstrip(), number))
    reader = _Reader(lines)
    value = reader.block(-1)
    reader.skip_blank()
    if reader.at < len(lines):
        raise YamlError(f"line {lines[reader.at][2]}: not understood")
    return value


_KEY = re.compile(r"""(?P<key>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#'"\[{&*!|>%@`-][^#]*?|-[^\s][^#]*?)\s*:(?=\s|$)""")


class _Reader:
    def __init__(self, lines):
        self.lines = lines
        self.at = 0

    def skip_blank(self):
        while self.at < len(self.lines):
            body = self.lines[self.at][1].strip()
            if body and not body.startswith("#") and body != "---":
                return
            self.at += 1

    def block(self, parent):
        """The value that begins on the next line, if that is indented deeper than `parent`."""
        self.skip_blank()
        if self.at >= len(self.lines) or self.lines[self.at][0] <= parent:
            return None
        indent, line, _ = self.lines[self.at]
        body = line[indent:]
        if body == "-" or body.startswith("- "):
            return self.sequence(indent)
        if _KEY.match(body):
            return self.mapping(indent)
        return self.inline(body, indent - 1)

    def sequence(self, indent):
        items = []
        while True:
            self.skip_blank()
            if self.at >= len(self.lines) or self.lines[self.at][0] != indent:
                return items
            _, line, number = self.lines[self.at]
            body = line[indent:]
            if not (body == "-" or body.startswith("- ")):
                return items
            rest = body[1:].lstrip(" ")
            if not rest or rest.startswith("#"):
                self.at += 1
                items.append(self.block(indent))
                continue
            column = indent + len(body) - len(rest)
            if _KEY.match(rest) or rest.startswith("- "):
                # The item's first key stands on the dash's line: read it as if it stood alone.
                self.lines[self.at] = (column, " " * column + rest, number)
                items.append(self.block(indent))
            else:
                items.append(self.inline(rest, indent))

    def mapping(self, indent):
        entries = {}
        while True:
            self.skip_blank()
            if self.at >= len(self.lines) or self.lines[self.at][0] != indent:
                return entries
            _, line, number = self.lines[self.at]
            found = _KEY.match(line[indent:])
            if not found:
                raise YamlError(f"line {number}: expected `key: value`")
            key = _scalar(found["key"])
            if key in entries:
                raise YamlError(f"line {number}: {key} stands there twice")
            rest = line[indent + found.end():].strip()
            if not rest or rest.startswith("#"):
                self.at += 1
                entries[key] = self.value_below(indent)
            else:
                entries[key] = self.inline(rest, indent)

    def value_below(self, indent):
        self.skip_blank()
        if self.at < len(self.lines):
            at, line, _ = self.lines[self.at]
            # A list may stand as far to the left as the key that it belongs to.
            if at == indent and (line[at:] == "-" or line[at:].startswith("- ")):
                return self.sequence(indent)
        return self.block(indent)

    def inline(self, rest, parent):
        """A value that begins on this line; flow collections and quoted text may go on below."""
        number = self.lines[self.at][2]
        self.at += 1
        if rest[0] in "|>":
            return self.block_text(rest, parent)
        if rest[0] in "[{\"'":
            text = rest
            while True:
                try:
                    value, end = _flow(text, 0)
                    break
                except IndexError as error:
                    if self.at >= len(self.lines):
                        raise YamlError(f"line {number}: never closed") from error
                    text += "\n" + self.lines[self.at][1].strip()
                    self.at += 1
            trailing = text[end:].strip()
            if trailing and not trailing.startswith("#"):
                raise YamlError(f"line {number}: {trailing!r} after a value")
            return value
        if rest[0] in "&*!%@`":
            raise YamlError(f"line {number}: {rest!r} is not read here")
        plain = [_without_comment(rest)]
        while self.at < len(self.lines) and self.lines[self.at][1].strip() and self.lines[self.at][0] > parent + 0:
            if self.lines[self.at][0] <= parent or self.lines[self.at][1].strip().startswith("#"):
                break
            plain.append(_without_comment(self.lines[self.at][1].strip()))
            self.at += 1
        return _resolve(" ".join(plain))

    def block_text(self, header, parent):
        lines = []
        while self.at < len(self.lines):
            indent, line, _ = self.lines[self.at]
            if line.strip() and indent <= parent:
                break
            lines.append(line)
            self.at += 1
        depth = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
        lines = [line[depth:] for line in lines]
        while lines and not lines[-1]:
            lines.pop()
        joined = "\n".join(lines) if header[0] == "|" else re.sub(r"(?<!\n)\n(?!\n)", " ", "\n".join(lines))
        return joined if "-" in header else joined + "\n"


def _flow(text, at):
    """A value at a place of a flow collection, and where it ends. `IndexError` if the text ends before it."""
    at = _skip(text, at)
    if text[at] == "[":
        items, at = [], _skip(text, at + 1)
        while text[at] != "]":
            value, at = _flow(text, at)
            items.append(value)
            at = _comma(text, at, "]")
        return items, at + 1
    if text[at] == "{":
        entries, at = {}, _skip(text, at + 1)
        while text[at] != "}":
            key, at = _flow(text, at)
            at = _skip(text, at)
            if text[at] != ":":
                raise YamlError(f"no colon after {key!r}")
            value, at = _flow(text, at + 1)
            if key in entries:
                raise YamlError(f"{key} stands there twice")
            entries[key] = value
            at = _comma(text, at, "}")
        return entries, at + 1
    if text[at] in "\"'":
        end = at + 1
        while text[end] != text[at] or (text[at] == "'" and text[end:end + 2] == "''"):
            end += 2 if text[end] == "\\" and text[at] == '"' or text[end:end + 2] == "''" and text[at] == "'" else 1
        return _scalar(text[at:end + 1]), end + 1
    end = at
    while text[end] not in ",]}\n" and not (text[end] == ":" and text[end + 1] in " \n,]}"):
        end += 1
    return _resolve(text[at:end].strip()), end


def _skip(text, at):
    while text[at] in " \t\n" or text[at] == "#" and text[at - 1] in " \t\n":
        at = text.index("\n", at) if text[at] == "#" and "\n" in text[at:] else at + 1 if text[at] != "#" else len(text)
    return at


def _comma(text, at, close):
    at = _skip(text, at)
    if text[at] == ",":
        return _skip(text, at + 1)
    if text[at] != close:
        raise YamlError(f"expected `,` or `{close}` before {text[at:at + 20]!r}")
    return at


def _without_comment(text):
    return re.split(r"(?:^|\s)#", text, maxsplit=1)[0].strip()


def _scalar(text):
    if text[0] == "'":
        return text[1:-1].replace("''", "'")
    if text[0] == '"':
        return json.loads(re.sub(r"\\x([0-9a-fA-F]{2})", r"\\u00\1", text).replace("\\'", "'"))
    return text


def _resolve(text):
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"[-+]?[0-9]*\.[0-9]+", text):
        # A figure with decimals stays exact: it is text until somebody knows what it counts.
        return text
    return {"true": True, "false": False, "null": None, "~": None, "": None}.get(text, text)
