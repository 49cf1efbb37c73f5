"""Copies of a module as somebody makes them who does not want to be found out."""

import ast
import io
import keyword
import tokenize
from dataclasses import dataclass

from autograder.authoring import corpus
from autograder.similarity.given import given
from autograder.similarity.pairs import Document
from labkit import sections

DISGUISES = {}
"""What can be done to a copy, by name."""


def disguise(change):
    DISGUISES[change.__name__] = lambda text: _by_section(text, change)
    return change


def _by_section(text, change):
    """Change each section of a module but the first, which is given."""
    parts = sections.parse(text) or [sections.Section("whole", text)]
    changed = [part if part.name == sections.SETUP else _changed(part, change) for part in parts]
    return sections.render(changed, "A lab") if sections.parse(text) else changed[0].source


def _changed(part, change):
    return sections.Section(part.name, sections.normalise(change(part.source)), part.before)


@disguise
def as_it_is(source):
    return source


@disguise
def comments_changed(source):
    """Drop comments and docstrings, and write a comment above every other statement."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and ast.get_docstring(node):
            node.body[0].value = ast.Constant("Written by me, in my own words.")
    lines = []
    for number, line in enumerate(ast.unparse(tree).splitlines()):
        indent = line[: len(line) - len(line.lstrip())]
        lines += [f"{indent}# step {number}", line] if number % 2 and line.strip() and '"""' not in line else [line]
    return "\n".join(lines)


@disguise
def functions_reordered(source):
    """Put functions and classes into the opposite order, all else stays in its place."""
    lines, body = source.splitlines(), ast.parse(source).body
    moved = [node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    place = dict(zip(map(id, moved), reversed(moved), strict=True))
    return "\n".join("\n".join(lines[slice(*_lines(place.get(id(node), node)))]) for node in body)


def _lines(node):
    decorated = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorated)]) - 1, node.end_lineno


@disguise
def names_changed(source):
    """Rename whatever the section names itself."""
    names = {node.id for node in ast.walk(ast.parse(source)) if _stores(node)}
    names |= {node.arg for node in ast.walk(ast.parse(source)) if isinstance(node, ast.arg)}
    names |= sections.defined(source)
    other = {name: f"my_{number}" for number, name in enumerate(sorted(names)) if not keyword.iskeyword(name)}
    words = tokenize.generate_tokens(io.StringIO(source).readline)
    return tokenize.untokenize(
        (kind, other.get(word, word) if kind == tokenize.NAME else word) for kind, word, *_ in words
    )


def _stores(node):
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


@disguise
def everything_changed(source):
    return names_changed(functions_reordered(comments_changed(source)))


def half_copied(text, of, lab):
    """Take every second section from one module, disguised, and the others from somebody else's."""
    mine = {part.name: part for part in sections.parse(text)}
    copied = {part.name: part for part in sections.parse(DISGUISES["everything_changed"](of))}
    taken = {name: copied[name] for name in lab.sections[1::2] if name in copied}
    return sections.render(sections.arrange((mine | taken).values(), lab.sections), lab.title)


@dataclass(frozen=True)
class Copy:
    """A copy: in which disguise, from whom, and who wrote the rest of it."""

    disguise: str
    victim: str
    document: Document
    other: str = ""


def planted(top, lab):
    """Return a class made of a lab's corpus, each module the work of somebody else, and copies of whom has enough."""
    known = given(lab.id)
    samples = [one for one in corpus.samples(top, lab) if one.beside is None]
    honest = [Document(f"{one.kind}/{one.path.stem}", one.text, known) for one in samples]
    victims = [one for one in honest if one.comparable and _parses(one.text)]
    copies = [
        Copy(name, one.who, Document("copy", change(one.text), known))
        for name, change in DISGUISES.items()
        for one in victims
    ]
    marked = [one for one in victims if sections.parse(one.text)]
    for one, other in zip(marked, marked[1:] + marked[:1], strict=True):
        half = Document("copy", half_copied(other.text, one.text, lab), known)
        copies.append(Copy("every_second_exercise", one.who, half, other.who))
    return honest, copies


def _parses(text):
    try:
        return bool(ast.parse(text))
    except SyntaxError:
        return False
