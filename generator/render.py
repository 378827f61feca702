"""A Handout becomes a self-contained page (Jinja)."""

from __future__ import annotations

import re
import traceback
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from html import unescape
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2
import markdown
import nh3
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from generator import answers, chinese, fonts
from generator.characters import MAX_BYTES
from generator.compiled import Compiled
from generator.diagnostic import Diagnostic
from generator.failures import PageProblem
from generator.labels import labels
from generator.looks import USUAL, Look, Profile
from generator.places import TEMPLATES
from generator.source import Source
from generator.together import ending, together

if TYPE_CHECKING:
    from generator.packet import Frame
    from generator.printed import Handout


# --- Handout to page ---------------------------------------------------------------------------------

_TAGS = {"p", "em", "strong", "ul", "ol", "li", "br", "blockquote", "a"}
_ADDRESS = re.compile(r"(https?://|mailto:)", re.IGNORECASE)


@lru_cache
def _markdown() -> markdown.Markdown:
    """Markdown of paragraphs, lists, quotations, emphasis and links; all else, HTML too, prints as it was typed."""
    reader = markdown.Markdown(output_format="html")
    reader.preprocessors.deregister("html_block")
    for block in ("reference", "hashheader", "setextheader", "hr", "code"):
        reader.parser.blockprocessors.deregister(block)
    for pattern in (
        "html",
        "backtick",
        "image_link",
        "image_reference",
        "short_image_ref",
        "reference",
        "short_reference",
    ):
        reader.inlinePatterns.deregister(pattern)
    return reader


def _absolute(tag: str, attribute: str, value: str) -> str | None:
    return value if _ADDRESS.match(value) else None


def prose(text: str) -> Markup:
    """Markdown as HTML, cleaned by an allow-list; a link keeps only an absolute address of the web or of mail."""
    return _prose(str(text))


@lru_cache(maxsize=1024)  # with “serve”, most texts are as they were
def _prose(text: str) -> Markup:
    html = _markdown().reset().convert(text)
    return Markup(
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}},
            attribute_filter=_absolute,
            url_schemes={"http", "https", "mailto"},
        )
    )


def inline(text: str) -> Markup:
    """Markdown of a single paragraph, without the paragraph."""
    html = str(prose(text)).strip()
    if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
        html = html[3:-4]
    return Markup(html)


def unmarked(text: str) -> str:
    """A piece of a page as a text without marks."""
    return str(unescape(re.sub(r"<[^>]*>", "", text)) if isinstance(text, Markup) else text)


def plain(text: str) -> str:
    """What a piece of a page says, as one line of text for an attribute or a title."""
    return " ".join(unmarked(text).split())


def marked(text: str) -> Markup:
    """A fact with its † or ‡ raised."""
    return Markup(re.sub("([†‡]+)", r'<span class="mark">\1</span>', str(escape(text))))


def one_line(html: Markup) -> Markup:
    """A run of a printed line as its macro drew it, without the line end that the macro leaves."""
    return Markup(html.removesuffix("\n"))


def css_string(text: str) -> Markup:
    """A text as a CSS string: every character that is not a plain letter or figure is escaped by its number."""
    return Markup('"' + "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in unmarked(text)) + '"')


def css_pages(pattern: str, pages: str = "counter(pages)") -> Markup:
    """“Page {page} of {pages}” as the content of a CSS box, which does the counting."""
    counted = {"page": "counter(page)", "pages": pages}
    pieces = re.split(r"\{(pages?)\}", unmarked(pattern))
    return Markup(" ".join(counted[piece] if n % 2 else css_string(piece) for n, piece in enumerate(pieces) if piece))


def points(text: str, size: float) -> float:
    """How wide a word of ours is in points, with some air behind it, before a line to write on begins."""
    return fonts.points(plain(text), size)


def in_two(glosses: Sequence[tuple[str, str]]) -> tuple[Sequence[tuple[str, str]], Sequence[tuple[str, str]]]:
    """Words and their meanings for two columns, as short as can be by an estimate in lines of a usual column. The press
    would know, but by laying them out four times."""
    lines = [ceil(points(f"{term}  {meaning}", _SIZE) / _COLUMN) for term, meaning in glosses]
    first = min(range(len(lines) + 1), key=lambda n: (max(sum(lines[:n]), sum(lines[n:])), -n))
    return glosses[:first], glosses[first:]


_SIZE, _COLUMN = 9.5, 210  # points: the letters of a glossary, and a column of it


def number_image(number: int, profile: Profile) -> Markup:
    """A line number as a picture, in the face of the profile."""
    return Markup(fonts.number_image(number, fonts.OPEN_REGULAR if profile == "dyslexia" else fonts.REGULAR))


class Head(NamedTuple):
    """The head of a column or of the rows of a chart: its label, what is asked there, and its class."""

    label: str
    ask: str | None = ""
    kind: str = ""


class _Names:
    """Names for the fields of one page: the second of a name gets a number."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def __call__(self, what: Markup) -> str:
        name = plain(what)[:60].replace(".", "")  # a full stop would divide a PDF field into two
        self._given[name] += 1
        return name if self._given[name] == 1 else f"{name} ({self._given[name]})"


class _Confined(jinja2.FileSystemLoader):
    """Loads templates from below the project, or ours; a link that leads out, the folder’s own too, is not there."""

    def get_source(self, environment: jinja2.Environment, template: str) -> Any:
        found = super().get_source(environment, template)
        if not any(Path(found[1]).resolve().is_relative_to(Path(f).parent.resolve()) for f in self.searchpath):
            raise jinja2.TemplateNotFound(template)
        if len(found[0].encode()) > MAX_BYTES:
            raise jinja2.TemplateSyntaxError(f"it is longer than {MAX_BYTES:,} bytes", 1, template, found[1])
        return found


class _Sandbox(ImmutableSandboxedEnvironment):
    """Asks of each attribute of each type once whether a template may have it: that is all that the answer is by."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self._safe: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        key = (type(obj), attr)
        if key not in self._safe:
            self._safe[key] = super().is_safe_attribute(obj, attr, value)
        return self._safe[key]


@lru_cache
def _environment(project: Path | None) -> jinja2.Environment:
    folders = [project, TEMPLATES] if project and project.resolve() != TEMPLATES.resolve() else [TEMPLATES]
    env = _Sandbox(
        loader=_Confined([str(f) for f in folders if f]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=True,
        bytecode_cache=Compiled(),
    )
    env.filters.update(
        prose=prose, inline=inline, marked=marked, plain=plain, one_line=one_line, ending=ending, in_two=in_two
    )
    env.filters.update(css_string=css_string, css_pages=css_pages)
    env.globals.update(number_image=number_image, head_of=Head, points=points)
    return env


def page(handout: Handout | Frame, look: Look = USUAL, project: Path | None = None) -> str:
    """The page of a handout, or of what stands around those of a packet, but for its fonts and its script. Raises
    ``PageProblem``."""
    drawn = _drawn(
        project,
        f"{handout.template}.html.j2",
        h=handout,
        spec=handout.spec,
        t=handout.labels,
        look=look,
        grid=look.grid(handout.is_teacher, handout.is_dense),
        name=_Names(),
        fonts=Markup(fonts.GO_HERE),
        script=Markup(answers.GOES_HERE),
        script_allowed=Markup(answers.allowed()),
    )
    return together(chinese.told(drawn))


def type_page(pieces: Sequence[str], look: Look, strip: tuple[float, float]) -> str:
    """A page that becomes many small ones, of so many points, with a piece of type on each, and a place at its end."""
    return _drawn(None, "type.html.j2", pieces=pieces, look=look, strip=strip, fonts=Markup(fonts.GO_HERE))


def _drawn(project: Path | None, template: str, **values: object) -> str:
    try:
        return _environment(project).get_template(template).render(**values)
    except jinja2.TemplateSyntaxError as error:
        raise PageProblem(_in_template(error.filename, error.lineno, error.message or "")) from error
    except Exception as error:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith((".j2", ".css"))]
        if not frames and project and isinstance(error, (jinja2.TemplateNotFound, UnicodeDecodeError)):
            raise PageProblem(_unusable(project / template, error)) from error
        if not frames:
            raise
        raise PageProblem(_in_template(frames[-1].filename, frames[-1].lineno or 1, str(error))) from error


def _unusable(path: Path, error: Exception) -> Diagnostic:
    why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else "it leads out of the project"
    hint = "Put the file itself into the project’s templates folder, saved as UTF-8; or take it out to use ours."
    return Diagnostic(Source(path, "").span(), "template-error", f"The template cannot be used: {why}", hint)


def _in_template(filename: str | None, line: int, message: str) -> Diagnostic:
    path = Path(filename) if filename else TEMPLATES
    source = Source(path, path.read_text("utf-8", "replace") if path.is_file() else "")
    start = source.start_of(min(line, source.line_count))
    text = source.line(line)
    indent = len(text) - len(text.lstrip())
    return Diagnostic(
        source.span(start + indent, start + len(text)),
        "template-error",
        f"The template cannot be used: {message}",
        "Mend this line, or take the file out of the project’s templates folder to use ours.",
    )


def index(rows: object, project: Path | None = None, language: str = "en") -> str:
    """The page that leads to all handouts. Raises ``PageProblem``."""
    return _drawn(project, "index.html.j2", rows=rows, t=labels(language))


def served(rows: object, problems: object, nonce: str, language: str) -> bytes:
    """The page of ``serve``: the handouts, and the problems as they are told on a terminal."""
    return _drawn(None, "serve.html.j2", rows=rows, problems=problems, nonce=nonce, t=labels(language)).encode()
