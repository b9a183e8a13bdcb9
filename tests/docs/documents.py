"""Reading Markdown documents: their Python programs, links and tables; nothing here runs or checks them."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCUMENTS = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))

_HEADING = re.compile(r"#{1,4} +(?P<text>.+)")
_FENCE = re.compile(r"```(?P<language>\w*)")


class Program(NamedTuple):
    """The Python blocks of one section, which belong together, as one program."""

    document: Path
    section: str
    source: str
    """As many lines as the document up to its end, so that a traceback names the document's lines."""

    @property
    def name(self):
        return f"{self.document.name}: {self.section}"


def read(document):
    return document.read_text(encoding="utf-8")


def programs(document):
    """Return the Python programs of a document, one for each section that has any."""
    found, section, language = {}, "", None
    for number, line in enumerate(read(document).splitlines()):
        if fence := _FENCE.match(line):
            language = None if language is not None else fence["language"]
        elif language == "python":
            lines = found.setdefault(section, [])
            lines += [""] * (number - len(lines)) + [line]
        elif language is None and (heading := _HEADING.match(line)):
            section = heading["text"]
    return [Program(document, section, "\n".join(lines) + "\n") for section, lines in found.items()]


def blocks(document, language):
    """Return the text of all blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", read(document), re.MULTILINE | re.DOTALL)


def local_links(document):
    """Return the links of a document that lead to files of this project, each with its anchor."""
    targets = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```", "", read(document), flags=re.MULTILINE | re.DOTALL))
    return [target.partition("#")[::2] for target in targets if "://" not in target]


def anchors(document):
    """Return the anchors that the headings of a document get."""
    headings = re.findall(r"^#{1,6} +(.+)$", read(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def first_column(document, title):
    """Return the code words in the first column of the table whose first title this is."""
    _, _, table = read(document).partition(f"| {title} |")
    rows = table.partition("\n\n")[0].splitlines()
    return [match[1] for row in rows if (match := re.match(r"\| `([^`]+)` \|", row))]
