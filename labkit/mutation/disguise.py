"""Rewrites the text of an API so that it can be told from another by what it does, and by nothing else.

Whoever reads the text, the bytecode or the line numbers of two right APIs finds them as different as those of a right
and a broken one: local and private names, harmless statements and lines are drawn anew each time, and beside each line
that differs in one of the known broken APIs stands the other form, in a branch that is never taken. What the API shows,
its routes, signatures, models and docstrings, stays.
"""

from __future__ import annotations

import ast
import copy
import random
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, cast

from labkit import syntax

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Block = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.For, ast.With, ast.Try)
_NUMBERS = 64


def disguise(text: str, seed: int, others: Iterable[str] = ()) -> str:
    """Return the text of an API that does the same and looks different.

    Args:
        text: the API.
        seed: decides what it looks like.
        others: the texts of APIs whose lines are to stand in it as well, where nothing comes of them.
    """
    draw = _Draw(seed)
    tree = syntax.tree(text)
    tree.body = _blended(tree.body, [_parsed(other).body for other in others], draw, inside=False)
    private = {node.name for node in tree.body if isinstance(node, _Function) and node.name.startswith("_")}
    tree = _Renamed(draw, {name: f"_{draw.word()}" for name in sorted(private)}).visit(tree)
    tree = _Filled(draw).visit(tree)
    numbers = f"{draw.numbers_name} = {draw.numbers}\n"
    parts = [ast.unparse(ast.fix_missing_locations(statement)) for statement in tree.body]
    place = 1 + max(index for index, part in enumerate(parts) if part.startswith(("import ", "from ")))
    parts.insert(place, numbers)
    return "".join(part + "\n" * draw.random.randint(1, 5) for part in parts)


class _Draw:
    """What is drawn: names nobody uses, and conditions whose value the text does not tell."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.numbers = self.random.sample(range(10_000), _NUMBERS)
        self.numbers_name = f"_{self.word()}"

    def word(self) -> str:
        """Return a name."""
        return "".join(self.random.choices("abcdefghijklmnopqrstuvwxyz", k=12))

    def condition(self, value: bool) -> ast.expr:
        """Return a condition that has this value when it is reached."""
        index = self.random.randrange(_NUMBERS)
        number = self.numbers[index] + self.random.choice((-1, 1)) * self.random.randint(1, 5000)
        greater = self.numbers[index] > number
        sign = ">" if greater is value else "<"
        return ast.parse(f"{self.numbers_name}[{index}] {sign} {number}", mode="eval").body

    def harmless(self) -> ast.stmt:
        """Return a statement of which nothing comes."""
        name, number = self.word(), self.random.randrange(10_000)
        sketch = self.random.choice(("{0} = {1}", "{0} = [{1}]", "{0} = {2}[{3}] + {1}", "{0} = str({1})"))
        index = self.random.randrange(_NUMBERS)
        return syntax.tree(sketch.format(name, number, self.numbers_name, index)).body[0]


def _blended(
    own: list[ast.stmt], others: Sequence[list[ast.stmt]], draw: _Draw, *, inside: bool = True
) -> list[ast.stmt]:
    """Return statements with, inside functions, those of others beside them in branches that are never taken."""
    alike = [other for other in others if len(other) == len(own)]
    return [_beside(statement, [other[place] for other in alike], draw, inside) for place, statement in enumerate(own)]


def _beside(own: Any, others: list[ast.stmt], draw: _Draw, inside: bool) -> ast.stmt:
    different: dict[str, Any] = {text: other for other in others if (text := _dump(other)) != _dump(own)}
    if not different:
        return cast(ast.stmt, own)
    if isinstance(own, _Block):
        alike = [other for other in different.values() if _head(other) == _head(own)]
        own.body = _blended(own.body, [o.body for o in alike], draw, inside=inside or isinstance(own, _Function))
        return cast(ast.stmt, own)
    if not inside:
        return cast(ast.stmt, own)
    made: ast.stmt = own
    for key in sorted(different):
        other, value = copy.deepcopy(different[key]), bool(draw.random.getrandbits(1))
        branches = ([made], [other]) if value else ([other], [made])
        made = ast.If(draw.condition(value), *branches)
    return made


@lru_cache(256)
def _parsed(text: str) -> ast.Module:
    """A text's tree, to be looked at and not to be changed."""
    return syntax.tree(text)


def _dump(node: ast.AST) -> str:
    """A tree as text; it is kept, because the trees of others are looked at again and again."""
    kept: str = node.__dict__.setdefault("dumped", None) or ast.dump(node)
    node.__dict__["dumped"] = kept
    return kept


def _head(block: Any) -> str:
    """A compound statement without its body."""
    shallow = copy.copy(block)
    shallow.body = []
    return ast.dump(shallow)


class _Renamed(ast.NodeTransformer):
    """Gives private functions and the local variables of functions other names; parameters keep theirs."""

    def __init__(self, draw: _Draw, names: dict[str, str]) -> None:
        self._draw, self._scopes = draw, [names]

    def visit_Name(self, node: ast.Name) -> ast.Name:
        for scope in reversed(self._scopes):
            if node.id in scope:
                node.id = scope[node.id]
                break
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        if node.name:
            node.name = self._scopes[-1].get(node.name, node.name)
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return self._within(node, _parameters(node))

    def _function(self, node: _Function) -> ast.AST:
        if len(self._scopes) == 1:
            node.name = self._scopes[0].get(node.name, node.name)
        scope = {name: self._draw.word() for name in sorted(_assigned(node))}
        scope |= _parameters(node)
        return self._within(node, scope)

    def _within(self, node: ast.AST, scope: dict[str, str]) -> ast.AST:
        self._scopes.append(scope)
        self.generic_visit(node)
        self._scopes.pop()
        return node


def _parameters(function: _Function | ast.Lambda) -> dict[str, str]:
    return {node.arg: node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}


def _assigned(function: _Function) -> set[str]:
    """The local variables of a function, without those of the functions in it."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        if isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        waiting += ast.iter_child_nodes(node)
    return found


class _Filled(ast.NodeTransformer):
    """Puts harmless statements into functions."""

    def __init__(self, draw: _Draw) -> None:
        self._draw = draw

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: _Function) -> ast.AST:
        self.generic_visit(node)
        first = 1 if ast.get_docstring(node) is not None else 0
        for _ in range(self._draw.random.randint(0, 3)):
            node.body.insert(self._draw.random.randint(first, max(first, len(node.body) - 1)), self._draw.harmless())
        return node
