"""Whatever a lesson, a record or a template says: a build opens its own files, asks nobody and writes its output."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import (
    HOME,
    Ran,
    counterpoint,
    environment,
    everything,
    lacking,
    parsed,
    pdf_pages,
    program,
    replaced,
    text_of,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator import render
from generator.failures import PressProblem
from generator.pdf import press
from generator.projects import Project

pytestmark = pytest.mark.slow

MARK = "CANARY-7391"  # stands in files outside the project, and must stand in none that is made

# --- what must not be reached -------------------------------------------------------------------------


class Outside:
    """A folder beside the project, and a server on this machine that remembers what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked = folder, list[str]()
        asked = self.asked

        class Listener(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(MARK.encode())

            do_HEAD = do_POST = do_GET

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
        self.port = self.server.server_address[1]
        folder.mkdir()
        picture = f'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="40"><text y="20">{MARK}</text></svg>'
        for name, text in {
            "canary.txt": MARK,
            "canary": MARK,
            "canary.yaml": f"format: 1\ntitle: {MARK}\nname: {MARK}\n",
            "canary.html.j2": f"<p>{MARK}</p>",
            "canary.css": f'h1::after {{ content: "{MARK}" }}',
            "canary.svg": picture,
        }.items():
            (folder / name).write_text(text, "utf-8")
        self.before = everything(folder)

    def filled(self, text: str) -> str:
        """An attack with the addresses of the folder and of the server."""
        return text.replace("OUTSIDE", str(self.folder)).replace("SERVER", f"127.0.0.1:{self.port}")


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    made = Outside(tmp_path / "outside")
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The small project in a folder of its own, so that there is a place beside it."""
    root = tmp_path / "project"
    shutil.copytree(HOME / "tests" / "golden" / "seeds", root / "seeds")
    shutil.copytree(HOME / "tests" / "golden" / "lessons", root / "lessons")
    return Project(root, root / "seeds", root / "lessons", None, root / "output")


def kept_in(ran: Ran, project: Project, outside: Outside) -> None:
    """Nothing was asked, told or touched outside, and the program has not fallen over."""
    assert ran.returncode in (0, 1), ran.stderr
    assert "Traceback" not in ran.stderr and "mistake of its own" not in ran.stderr, ran.stderr
    assert outside.asked == []
    assert everything(outside.folder) == outside.before
    assert MARK not in ran.stdout + ran.stderr
    for path in filter(Path.is_file, project.output.rglob("*")):
        assert MARK.encode() not in path.read_bytes() and MARK not in text_of(path) if path.name[0] != "." else True
    assert {p.name for p in project.root.iterdir()} <= {"seeds", "lessons", "templates", "handouts.yaml", "output"}


def build(project: Project, *arguments: str) -> Ran:
    return counterpoint("build", *(arguments or ("--edition", "student")), cwd=project.root)


def data_of(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)


def put(path: Path, data: Any) -> None:
    path.write_text(yaml.dump(data, default_style='"', allow_unicode=True, width=10**9, sort_keys=False), "utf-8")


# --- lessons and records ------------------------------------------------------------------------------

TYPED = [  # these are texts, and print as they were typed
    "![a](file://OUTSIDE/canary.svg)",
    '<img src="file://OUTSIDE/canary.svg"><img src="http://SERVER/a" srcset="http://SERVER/b 2x">',
    '<link rel="attachment" href="file://OUTSIDE/canary.txt"><link rel=stylesheet href="http://SERVER/c">',
    '<style>@import "file://OUTSIDE/canary.css"; p { background: url(http://SERVER/d) }</style>',
    '<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="file://OUTSIDE/canary.svg"/></svg>',
    '<object data="file://OUTSIDE/canary.svg"></object><embed src="http://SERVER/e"><iframe src="http://SERVER/f">',
    '"); background: url("http://SERVER/g"); @import url(file://OUTSIDE/canary.css);',
    "[a][b]\n\n[b]: file://OUTSIDE/canary.txt",
    "{{ 7*7 }} {% include '../../outside/canary.html.j2' %} {{ ''.__class__.__mro__ }} {# gone #}",
    "http://SERVER/h and [a](http://SERVER/i) and <http://SERVER/j>",
]
LINKS = [  # these are links, which lead to the web or to mail or nowhere
    "[a](file://OUTSIDE/canary.txt)",
    "[a](//SERVER/a)",
    "[a](../outside/canary.txt)",
    "[a](/etc/passwd)",
    "[a](data:text/html,b)",
    "![a](../outside/canary.svg)",
    "![a](data:image/svg+xml,%3Csvg%3E)",
    "<file://OUTSIDE/canary.txt>",
]


def everywhere(project: Project, text: str) -> None:
    """Say something in every field that reads Markdown, and in some that print as they are."""
    path = project.lessons / "ferry.yaml"
    data = data_of(path)
    for key in ("background", "content_note", "teacher_notes", "title", "compelling_question"):
        data[key] = text
    data["norms"] = [text]
    data["documents"]["B"] = {"passages": [{"cite": "ferry/bank", "lead_in": text}]}
    for activity in data["activities"]:
        activity.update(directions=text, notes=text)
        for question in activity.get("questions", ()):
            question["prompt"] = text
    put(path, data)


@pytest.mark.parametrize("attack", TYPED)
def test_a_text_stays_a_text(attack: str, project: Project, outside: Outside) -> None:
    """HTML, styles, pictures and templates in a lesson print as they were typed."""
    text = outside.filled(attack)
    everywhere(project, text)
    ran = build(project)
    kept_in(ran, project, outside)
    if not re.search(r"[!\]]\S*\((?!http:)", text):
        assert ran.returncode == 0, ran.stderr
        page = parsed((project.output / "ferry" / "student.html").read_text("utf-8"))
        assert next(page.all("h1")).text.split() == text.split()
        assert (project.output / "ferry" / "student.pdf").is_file()


@pytest.mark.parametrize("attack", LINKS)
def test_a_link_that_leads_elsewhere_is_refused(attack: str, project: Project, outside: Outside) -> None:
    """With the rule “link-refused”; nothing is written for the lesson."""
    everywhere(project, outside.filled(attack))
    ran = build(project)
    kept_in(ran, project, outside)
    assert ran.returncode == 1 and "[link-refused]" in ran.stderr
    assert not (project.output / "ferry").exists()


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../outside/canary.txt",
            "OUTSIDE/canary.txt",
            "..",
            ".",
            "/dev/stdin",
            "/dev/zero",
            "CON",
            "nul.txt",
            "C:\\a",
        ),
        *(
            "file://OUTSIDE/canary.txt",
            "http://SERVER/a",
            "link.txt",
            "folder",
            "a%2f..%2f..%2fcanary.txt",
            "a" * 90_00,
        ),
        *("%2e%2e/outside/canary.txt", "ferry.txt/../../../outside/canary.txt", "\\\\SERVER\\a", "~root", "fifo.txt"),
    ],
)
def test_an_article_lies_beside_its_record(name: str, project: Project, outside: Outside) -> None:
    """Any other name is refused: one with a folder in it, a link that leads out, a folder, a pipe, a device."""
    (project.seeds / "link.txt").symlink_to(outside.folder / "canary.txt")
    (project.seeds / "folder").mkdir()
    os.mkfifo(project.seeds / "fifo.txt")
    record = data_of(project.seeds / "ferry.yaml")
    put(project.seeds / "ferry.yaml", {**record, "text": outside.filled(name)})
    ran = build(project)
    kept_in(ran, project, outside)
    assert ran.returncode == 1 and re.search(r"\[(outside-project|seed-missing)\]", ran.stderr), ran.stderr


@pytest.mark.parametrize("place", ["seeds/canary.yaml", "lessons/canary.yaml", "lessons/a.unit.yaml", "handouts.yaml"])
def test_a_file_that_is_a_link_out_is_refused(place: str, project: Project, outside: Outside) -> None:
    """With the rule “outside-project”, and without a word of what stands there; the others are made."""
    (project.root / place).symlink_to(outside.folder / "canary.yaml")
    ran = build(project)
    kept_in(ran, project, outside)
    assert ran.returncode == 1 and "[outside-project]" in ran.stderr
    assert (project.output / "ferry" / "student.pdf").is_file()


def test_a_link_that_leads_to_itself_is_passed_over(project: Project, outside: Outside) -> None:
    """There is nothing in it to read."""
    for place in ("seeds/a.yaml", "lessons/a.yaml", "handouts.yaml", "seeds/a.txt"):
        (project.root / place).symlink_to(Path(place).name)
    kept_in(build(project), project, outside)


@pytest.mark.parametrize("folder", ["seeds", "lessons"])
def test_a_folder_that_is_a_link_out_is_refused(folder: str, project: Project, outside: Outside) -> None:
    """No file in it is read."""
    shutil.rmtree(project.root / folder)
    (project.root / folder).symlink_to(outside.folder)
    ran = build(project)
    kept_in(ran, project, outside)
    assert ran.returncode == 1 and "[outside-project]" in ran.stderr


@pytest.mark.parametrize("language", ["../../outside/canary", "OUTSIDE/canary", "../labels/en", "en/../en"])
def test_a_language_is_no_path(language: str, project: Project, outside: Outside) -> None:
    """The words of a page come from our tables, whatever the lesson’s language is called."""
    up = "../" * 20
    language = outside.filled(language).replace("../../outside", f"{up}{outside.folder}".replace("//", "/"))
    replaced(project.lessons / "ferry.yaml", "format: 1", f"format: 1\nlanguage: {language}")
    ran = build(project)
    kept_in(ran, project, outside)
    assert ran.returncode == 0
    assert ">Name<" in text_of(project.output / "ferry" / "student.html")


# --- templates of the teacher’s own -------------------------------------------------------------------


def with_template(project: Project, addition: str) -> Ran:
    own = project.root / "templates" / "student.html.j2"
    own.parent.mkdir(exist_ok=True)
    shutil.copy(HOME / "templates" / "student.html.j2", own)
    replaced(own, "{{ ui.head() }}", f"{{{{ ui.head() }}}}{addition}")
    return build(project, "--format", "pdf", "--edition", "student")


FETCHES = [
    '<img src="ADDRESS" alt="a">',
    '<link rel="stylesheet" href="ADDRESS"><link rel="attachment" href="ADDRESS">',
    '<object data="ADDRESS"></object><embed src="ADDRESS"><iframe src="ADDRESS"></iframe>',
    '<style>@import "ADDRESS"; @import url(ADDRESS);</style>',
    '<style>p { background: url("ADDRESS") } h1::after { content: url("ADDRESS") } li { list-style: url(ADDRESS) }'
    "h2 { border-image: url(ADDRESS) 3; }</style>",
    '<style>@font-face { font-family: X; src: url("ADDRESS") } @color-profile --a { src: url(ADDRESS) }</style>',
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
    '<image xlink:href="ADDRESS" href="ADDRESS" width="9" height="9"/><use href="ADDRESS#a"/></svg>',
    '<img srcset="ADDRESS 2x" alt="a"><video poster="ADDRESS" src="ADDRESS"></video><a rel="attachment" '
    'href="ADDRESS">a</a>',
]


def pressed(body: str, outside: Outside) -> str | None:
    """The text of a page’s PDF; or nothing, where it was refused. In either case nobody was asked."""
    try:
        made = press(
            f'<!DOCTYPE html><html lang="en"><head><title>a</title></head><body><h1>a</h1>{body}</body></html>'
        )
    except PressProblem:
        made = None
    assert outside.asked == []
    assert made is None or (MARK.encode() not in made and b"/EmbeddedFile" not in made)
    return None if made is None else "\n".join(pdf_pages(made))


@pytest.mark.parametrize("address", ["file://OUTSIDE/canary.svg", "OUTSIDE/canary.svg", "http://SERVER/a.svg"])
@pytest.mark.parametrize("attack", FETCHES)
def test_a_page_cannot_fetch(attack: str, address: str, outside: Outside) -> None:
    """Pictures, styles, fonts, attachments: a page that asks for one is not pressed."""
    told = pressed(outside.filled(attack.replace("ADDRESS", address)), outside)
    assert told is None or ("srcset" in attack and MARK not in told), "passed over in silence"


@pytest.mark.parametrize(
    "inner", ['<image href="ADDRESS" width="99" height="99"/>', '<style>@import "ADDRESS";</style>']
)
@pytest.mark.parametrize("address", ["file://OUTSIDE/canary.svg", "http://SERVER/a.svg"])
def test_a_picture_in_a_page_cannot_fetch(inner: str, address: str, outside: Outside) -> None:
    """An SVG in a “data:” address is the page’s own; what it asks for is not."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99">{inner.replace("ADDRESS", address)}</svg>'
    data = outside.filled(svg).replace('"', "%22").replace("<", "%3C")
    assert MARK not in (pressed(f'<img alt="a" src="data:image/svg+xml,{data}">', outside) or "")


@pytest.mark.parametrize("data", ["data:text/html,a", "data:text/css,p{color:red}", "data:application/pdf,a"])
def test_a_template_has_pictures_in_data_and_nothing_else(data: str, project: Project, outside: Outside) -> None:
    """A style or an attachment in a “data:” address is refused, too."""
    ran = with_template(project, f'<link rel="stylesheet" href="{data}"><link rel="attachment" href="{data}">')
    kept_in(ran, project, outside)
    assert ran.returncode == 1 and "[press-failed]" in ran.stderr


class _Odd:
    mro, update = "a word", "another"


@pytest.mark.parametrize(
    ("thing", "attribute", "safe"),
    [
        ("", "upper", True),
        ("", "__class__", False),
        (str, "mro", False),
        (_Odd(), "mro", True),
        ({}, "update", False),
        (_Odd(), "update", True),
        ({}, "items", True),
        (len, "__globals__", False),
    ],
)
def test_what_a_template_may_have_is_asked_once_of_each_type(thing: object, attribute: str, safe: bool) -> None:
    """The answer is that of Jinja’s sandbox, the first time and from then on."""
    box = render._environment(None)
    assert [box.is_safe_attribute(thing, attribute, None) for _ in range(2)] == [safe, safe]  # type: ignore[attr-defined]
    assert ImmutableSandboxedEnvironment().is_safe_attribute(thing, attribute, None) is safe


@pytest.mark.parametrize(
    "code",
    [
        "{% include '../../outside/canary.html.j2' %}",
        "{% include '../outside/canary.html.j2' %}",
        "{% include 'OUTSIDE/canary.html.j2' %}",
        "{% include 'link.html.j2' %}",
        "{% extends 'link.html.j2' %}",
        "{% import 'link.html.j2' as a %}",
        "{% include 'folder/canary.html.j2' %}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ self._TemplateReference__context }}",
        "{{ cycler.__init__.__globals__.os.popen('echo CANARY') }}",
        "{{ h.__class__.__init__.__globals__ }}",
        "{{ h.lesson.source.path.read_text.__globals__ }}",
        "{{ lipsum.__globals__ }}",
        "{{ '{0.__class__}'.format(h) }}",
        "{{ 'a'|attr('__class__') }}",
        "{{ joiner.__init__.__builtins__.open('OUTSIDE/canary.txt').read() }}",
        "{{ (spec.documents.update)({'Z': 1}) }}",
    ],
)
def test_a_template_cannot_leave_its_box(code: str, project: Project, outside: Outside) -> None:
    """Neither to other folders nor into the program: an error of the template at its line, and nothing written."""
    templates = project.root / "templates"
    templates.mkdir()
    (templates / "link.html.j2").symlink_to(outside.folder / "canary.html.j2")
    (templates / "folder").symlink_to(outside.folder)
    ran = with_template(project, outside.filled(code))
    kept_in(ran, project, outside)
    assert ran.returncode == 1 and "[template-error]" in ran.stderr, ran.stderr
    assert not (project.output / "ferry").exists()


@pytest.mark.parametrize("name", ["student.html.j2", "base.html.j2", "handout.css", "index.html.j2"])
def test_a_template_that_is_a_link_out_is_reported(name: str, project: Project, outside: Outside) -> None:
    """It is not used, and is no mistake of the program."""
    (project.root / "templates").mkdir()
    (project.root / "templates" / name).symlink_to(outside.folder / "canary.html.j2")
    ran = build(project)
    kept_in(ran, project, outside)
    assert ran.returncode == 1 and "[template-error]" in ran.stderr


def test_a_folder_of_templates_that_is_a_link_out_is_not_used(project: Project, outside: Outside) -> None:
    """As a link to a single template is not, whether or not a page was made without the link before."""
    assert build(project, "--format", "html", "--edition", "student").returncode == 0
    shutil.copy(outside.folder / "canary.html.j2", outside.folder / "student.html.j2")
    outside.before = everything(outside.folder)
    (project.root / "templates").symlink_to(outside.folder)
    ran = build(project, "--format", "html", "--edition", "student")
    kept_in(ran, project, outside)
    assert ran.returncode == 1 and "[template-error]" in ran.stderr


def test_a_template_that_is_not_utf8_is_reported(project: Project, outside: Outside) -> None:
    """With the rule “template-error”."""
    (project.root / "templates").mkdir()
    (project.root / "templates" / "student.html.j2").write_bytes(b"\xff\xfe\x80")
    ran = build(project)
    kept_in(ran, project, outside)
    assert ran.returncode == 1 and "[template-error]" in ran.stderr


# --- what is written ----------------------------------------------------------------------------------


def test_an_output_that_leads_elsewhere_is_refused(project: Project, outside: Outside) -> None:
    """With the rule “cannot-write”; the place it leads to is as it was."""
    project.output.mkdir()
    (project.output / "ferry").symlink_to(outside.folder)
    ran = build(project)
    assert ran.returncode == 1 and "[cannot-write]" in ran.stderr
    assert everything(outside.folder) == outside.before and not list(outside.folder.glob(".*"))
    assert outside.asked == [] and MARK not in (project.output / "index.html").read_text("utf-8")


@pytest.mark.parametrize("name", ["ferry/student.pdf", "ferry/student.html", "index.html", ".counterpoint.lock"])
def test_a_file_that_leads_elsewhere_is_not_written_through(name: str, project: Project, outside: Outside) -> None:
    """A link in the place of a finished file is replaced by the file, or refused; what it leads to is as it was."""
    (project.output / "ferry").mkdir(parents=True)
    (project.output / name).symlink_to(outside.folder / "canary.txt")
    ran = build(project)
    assert ran.returncode == 0 or "[cannot-write]" in ran.stderr, ran.stderr
    assert everything(outside.folder) == outside.before and "mistake of its own" not in ran.stderr


def test_what_is_swept_away_lies_in_the_output(project: Project, outside: Outside) -> None:
    """Files of an interrupted build are looked for in the output, and not behind a link in it."""
    (outside.folder / ".counterpoint-old").write_text("x", "utf-8")
    project.output.mkdir()
    (project.output / "elsewhere").symlink_to(outside.folder)
    assert build(project).returncode == 0
    assert (outside.folder / ".counterpoint-old").is_file()


# --- all that is opened -------------------------------------------------------------------------------

WRITES = ("/dev/null", "/dev/tty", "/dev/shm", "/tmp/", "/var/cache/fontconfig", "__pycache__", "/.cache/")
OPENED = re.compile(r'open(?:at)?\((?:AT_FDCWD|\d+<[^>]*>|\d+)?,? ?"([^"]*)", ([A-Z_|]+)')


def test_a_build_opens_and_calls_nothing_else(project: Project, outside: Outside, tmp_path: Path) -> None:
    """Seen by the system: no call to another machine, no file of another folder, no writing but to the output and
    to the one place for kept work."""
    strace = program("strace")
    everywhere(project, outside.filled(" ".join(TYPED[1:7])))
    trace, cache = tmp_path / "trace", tmp_path / "kept"
    command = [strace, "-f", "-qq", "-s", "4096", "-e", "trace=open,openat,connect,socket", "-o", str(trace)]
    command += [sys.executable, "-m", "generator", "build"]
    ran = subprocess.run(
        command,
        cwd=project.root,
        env=environment(PYTHONDONTWRITEBYTECODE="1", COUNTERPOINT_CACHE=str(cache)),
        capture_output=True,
        encoding="utf-8",
    )
    if "ptrace" in ran.stderr.lower():
        lacking("strace may not trace here")
    assert ran.returncode == 0, ran.stderr
    kept_in(ran, project, outside)
    text = trace.read_text("utf-8", "replace")
    assert "AF_INET" not in text
    assert str(outside.folder) not in " ".join(path for path, _ in OPENED.findall(text))
    opened = [(str(project.root / path), flags) for path, flags in OPENED.findall(text)]
    assert any(path.endswith("ferry.yaml") for path, _ in opened)
    written = {path for path, flags in opened if re.search("O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", flags)}
    assert any(path.startswith(str(project.output)) for path in written)
    assert any(path.startswith(str(cache)) for path in written)
    elsewhere = {path for path in written if not path.startswith((str(project.output), str(cache)))}
    below = {path for path in elsewhere if path.startswith(str(tmp_path))}
    assert not below and not {path for path in elsewhere if not any(allowed in path for allowed in WRITES)}
