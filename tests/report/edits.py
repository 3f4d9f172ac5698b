"""What staff and their programs do to a report, done to its XML: each edit takes the body and a source of chance.

Every text that a figure printed is marked with an attribute of our own, which Word would not keep: so a test can tell
afterwards what became of each number, and that no other character was touched.
"""

import io
import random
import zipfile
from collections.abc import Callable
from copy import deepcopy

from docx.oxml import OxmlElement
from lxml import etree

from shuyuan.report import manifest, tree
from shuyuan.report.package import w

TRUTH = "{urn:truth}number"
Edit = Callable[[etree._Element, random.Random], None]


def edited(data: bytes, *edits: Callable[[etree._Element], object], part: str = "word/document.xml") -> bytes:
    """The package with one part changed by each of the edits."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                root = etree.fromstring(content)
                for edit in edits:
                    edit(root)
                content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            target.writestr(name, content)
    return packed.getvalue()


def root_of(data: bytes, part: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(part))


def mark_truth(root: etree._Element) -> None:
    """Write on every text of a bound number which one it is."""
    for control in controls(root):
        start = control.getprevious()
        for text in control.iter(w("t")):
            text.set(TRUTH, start.get(w("name")))


def prose(root: etree._Element) -> list[str]:
    """All that people wrote, text by text, what does not print too."""
    return [text.text for text in root.iter(w("t"), w("delText")) if TRUTH not in text.attrib and text.text]


def numbers(root: etree._Element) -> list[tuple[str, str]]:
    """Each number that prints, in order, and which one it was; several texts of one in a row are put together."""
    found: list[tuple[str, str]] = []
    last = None
    for text in root.iter(w("t")):
        if any(one.tag in tree.UNPRINTED for one in text.iterancestors()):
            continue
        name = text.get(TRUTH)
        if name and name == last:
            found[-1] = (name, found[-1][1] + (text.text or ""))
        elif name:
            found.append((name, text.text or ""))
        if text.text:
            last = name
    return [one for one in found if one[1]]


def controls(root: etree._Element) -> list[etree._Element]:
    """The controls of bound numbers."""
    found = root.iter(w("sdt"))
    return [
        one for one in found if (tag := one.find(f"{w('sdtPr')}/{w('tag')}")) is not None and "." in tag.get(w("val"))
    ]


def control(root: etree._Element, figure: str) -> etree._Element:
    return next(one for one in controls(root) if one.find(f"{w('sdtPr')}/{w('tag')}").get(w("val")) == figure)


def paragraphs(root: etree._Element) -> list[etree._Element]:
    return [one for one in root.find(w("body")).iter(w("p")) if one.find(f".//{w('t')}") is not None]


def paragraph_of(element: etree._Element) -> etree._Element:
    return next(one for one in element.iterancestors() if one.tag == w("p"))


def runs(root: etree._Element) -> list[etree._Element]:
    """The runs of prose and numbers that print."""
    found = [one for one in root.iter(w("r")) if one.find(w("t")) is not None]
    return [run for run in found if not any(one.tag in tree.UNPRINTED for one in run.iterancestors())]


def retype(element: etree._Element, text: str) -> None:
    """Somebody types another text into a control."""
    texts = list(element.iter(w("t")))
    for one in texts:
        one.text = text if one is texts[0] else ""


def unwrap(element: etree._Element) -> None:
    """Word's "remove content control": what it holds stays."""
    for child in list(element.find(w("sdtContent"))):
        element.addprevious(child)
    element.getparent().remove(element)


def unlink(root: etree._Element) -> None:
    """Every link taken off, its text stays."""
    for link in list(root.iter(w("hyperlink"))):
        for child in list(link):
            link.addprevious(child)
        link.getparent().remove(link)


def unmark(root: etree._Element, name: str | None = None) -> None:
    """One bookmark of ours deleted, or all of them."""
    for start in list(root.iter(w("bookmarkStart"))):
        if manifest.is_bookmark(start.get(w("name"))) and name in (None, start.get(w("name"))):
            for end in list(root.iter(w("bookmarkEnd"))):
                if end.get(w("id")) == start.get(w("id")):
                    end.getparent().remove(end)
            start.getparent().remove(start)


def element(tag: str, *children: etree._Element, **attributes: str) -> etree._Element:
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(w(name), value)
    made.extend(children)
    return made


def run(text: str, tag: str = "t") -> etree._Element:
    made = element(tag)
    made.text = text
    return element("r", made)


# What happens in an ordinary round of editing, at a random place


def split_runs(root: etree._Element, chance: random.Random) -> None:
    """The spelling checker cuts runs apart wherever it likes."""
    for one in runs(root):
        text = one.find(w("t"))
        if len(text.text or "") < 2 or len(one.findall(w("t"))) > 1 or chance.random() < 0.5:
            continue
        at = chance.randrange(1, len(text.text))
        second = deepcopy(one)
        second.find(w("t")).text, text.text = text.text[at:], text.text[:at]
        one.set(w("rsidR"), "00AB12CD")
        one.addnext(second)
        one.addnext(element("proofErr", type="spellStart"))


def change_fonts(root: etree._Element, chance: random.Random) -> None:
    for one in chance.sample(runs(root), 8):
        properties = one.find(w("rPr"))
        if properties is None:
            properties = element("rPr")
            one.insert(0, properties)
        properties.append(element("sz", val="30"))


def type_prose(root: etree._Element, chance: random.Random) -> None:
    """Words are typed beside numbers and elsewhere."""
    for _ in range(6):
        text = chance.choice([one.find(w("t")) for one in runs(root) if TRUTH not in one.find(w("t")).attrib])
        at = chance.randrange(len(text.text or "") + 1)
        text.text = (
            (text.text or "")[:at]
            + chance.choice(["，其中", "据统计", "较好地", "全体", "与此同时，"])
            + text.text[at:]
        )


def type_at_the_edge(root: etree._Element, chance: random.Random) -> None:
    """What is typed at the edge of a control lands inside it."""
    text = chance.choice(list(chance.choice(controls(root) or [root]).iter(w("t"))))
    extra = element("t")
    extra.text = chance.choice(["左右", "，已经落实"])
    text.getparent().addnext(element("r", extra))


def delete_words(root: etree._Element, chance: random.Random) -> None:
    for _ in range(3):
        text = chance.choice([one.find(w("t")) for one in runs(root) if TRUTH not in one.find(w("t")).attrib])
        at = chance.randrange(len(text.text or "") + 1)
        text.text = (text.text or "")[:at] + (text.text or "")[at + 4 :]


def move_paragraph(root: etree._Element, chance: random.Random) -> None:
    one, other = chance.sample(paragraphs(root), 2)
    if one not in list(other.iterancestors()):
        other.addnext(one)


def copy_paragraph(root: etree._Element, chance: random.Random) -> None:
    """Word drops the bookmarks of what is pasted, and renumbers its controls."""
    one = chance.choice(paragraphs(root))
    twin = deepcopy(one)
    for mark in [*twin.iter(w("bookmarkStart")), *twin.iter(w("bookmarkEnd"))]:
        mark.getparent().remove(mark)
    for control in controls(twin):
        control.find(f"{w('sdtPr')}/{w('id')}").set(w("val"), str(chance.randrange(1, 2**31)))
    one.addnext(twin)


def remove_control(root: etree._Element, chance: random.Random) -> None:
    if found := controls(root):
        unwrap(chance.choice(found))


def remove_bookmark(root: etree._Element, chance: random.Random) -> None:
    found = [one.get(w("name")) for one in root.iter(w("bookmarkStart")) if manifest.is_bookmark(one.get(w("name")))]
    if found:
        unmark(root, chance.choice(found))


def paste_as_text(root: etree._Element, chance: random.Random) -> None:
    """A number loses control, bookmark and link at once: its paragraph was pasted as plain text."""
    if found := controls(root):
        paragraph = paragraph_of(chance.choice(found))
        for control in controls(paragraph):
            unwrap(control)
        unlink(paragraph)
        unmark(paragraph)


def into_a_table(root: etree._Element, chance: random.Random) -> None:
    paragraph = chance.choice(paragraphs(root))
    cell = element("tc")
    paragraph.addprevious(element("tbl", element("tblPr"), element("tblGrid"), element("tr", cell)))
    cell.append(paragraph)


def track_insertion(root: etree._Element, chance: random.Random) -> None:
    one = chance.choice(runs(root))
    if TRUTH not in one.find(w("t")).attrib:
        one.addnext(element("ins", run("（修订）"), id="900", author="李"))


def track_deletion(root: etree._Element, chance: random.Random) -> None:
    """Prose struck out with changes tracked: it is kept, and does not print."""
    one = chance.choice(runs(root))
    text = one.find(w("t"))
    if TRUTH in text.attrib or one.getparent().tag != w("p"):
        return
    gone = element("del", run(text.text or "", "delText"), id="901", author="李")
    one.addprevious(gone)
    one.getparent().remove(one)


def remove_paragraph(root: etree._Element, chance: random.Random) -> None:
    one = chance.choice(paragraphs(root))
    if one.getparent().tag == w("body"):
        one.getparent().remove(one)


def retype_number(root: etree._Element, chance: random.Random) -> None:
    if found := controls(root):
        retype(chance.choice(found), f"{chance.randrange(2, 10**6)}人")


ORDINARY: list[Edit] = [
    *(split_runs, change_fonts, type_prose, type_at_the_edge, delete_words, move_paragraph, copy_paragraph),
    *(remove_control, remove_bookmark, paste_as_text, into_a_table, track_insertion, track_deletion),
    *(remove_paragraph, retype_number),
]
