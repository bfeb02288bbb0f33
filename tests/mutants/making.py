"""Mutants: a function or constant of the code with one change, and how it gets into a process."""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from itertools import chain
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import libcst as cst

from tests.mutants.operators import changes_of

ROOT = Path(__file__).parents[2]
UNCHANGED_CALLS = ("len", "isinstance")


@dataclass(frozen=True)
class Mutant:
    """One change: of what, by which lines it is seen, and the whole module with it."""

    path: str  # from the project's root
    scope: str  # `function`, `Class.method`, `CONSTANT` or `Class.CONSTANT`
    before: str
    after: str
    source: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells a mutant from others, and stays when lines move."""
        return self.path, self.scope, self.before, self.after

    @property
    def is_constant(self) -> bool:
        return self.scope.rpartition(".")[2].isupper()


def mutants_of(path: str) -> list[Mutant]:
    """Every mutant of a file; of one with querysets they alone, and the constants they name."""
    text = (ROOT / path).read_text()
    module = cst.parse_module(text)
    made: dict[str, Mutant] = {}
    querysets = " ".join(
        module.code_for_node(node)
        for node in module.body
        if isinstance(node, cst.ClassDef) and node.name.value.endswith("QuerySet")
    )
    for statement in module.body:
        whole = module.code_for_node(statement)
        assert text.count(whole) == 1, whole
        for name, scope in scopes_of(statement, querysets):
            for place, change in chain.from_iterable(map(tries_at, places_in(scope))):
                part = module.code_for_node(statement.visit(Replacement(place, change)))
                if part != whole and part not in made and is_readable(part):
                    source = text.replace(whole, part)
                    made[part] = Mutant(path, name, *lines_changed(whole, part), source)
    return list(made.values())


def tries_at(place: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    """A node and each that is tried in its place."""
    return ((place, change) for change in changes_of(place))


def scopes_of(
    node: cst.CSTNode, querysets: str, owner: str = ""
) -> Iterator[tuple[str, cst.CSTNode]]:
    """The functions and constants that a statement of a module makes, by their dotted names.

    `querysets` is the code of the module's querysets; where there is any, nothing else counts.
    """
    if isinstance(node, cst.ClassDef) and not owner:
        for inner in node.body.body:
            yield from scopes_of(inner, querysets, f"{node.name.value}.")
    elif isinstance(node, cst.FunctionDef):
        if not querysets or owner.endswith("QuerySet."):
            yield f"{owner}{node.name.value}", node
    elif (name := constant_of(node)) and (not querysets or re.search(rf"\b{name}\b", querysets)):
        yield f"{owner}{name}", node


def constant_of(node: cst.CSTNode) -> str | None:
    """The name of the constant that a statement gives a value."""
    statement = node.body[0] if isinstance(node, cst.SimpleStatementLine) else None
    target = None
    if isinstance(statement, cst.Assign):
        target = statement.targets[0].target
    elif isinstance(statement, cst.AnnAssign) and statement.value is not None:
        target = statement.target
    if isinstance(target, cst.Tuple):
        target = target.elements[0].value
    is_constant = isinstance(target, cst.Name) and target.value.isupper()
    return target.value if is_constant else None


def places_in(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes of a scope in which something may be changed: no types, no names."""
    unchanged = cst.Annotation | cst.Decorator | cst.AssignTarget | cst.Expr
    if isinstance(node, unchanged) and not is_act(node):
        return
    if isinstance(node, cst.Call) and getattr(node.func, "value", "") in UNCHANGED_CALLS:
        return
    yield node
    for child in node.children:
        yield from places_in(child)


def is_act(node: cst.CSTNode) -> bool:
    """Whether a statement that is but an expression does something; a docstring does not."""
    return isinstance(node, cst.Expr) and not isinstance(node.value, cst.SimpleString)


class Replacement(cst.CSTTransformer):
    """Puts a node in the place of another one."""

    def __init__(self, place: cst.CSTNode, change: cst.CSTNode) -> None:
        super().__init__()
        self.place, self.change = place, change

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        return self.change if original_node is self.place else updated_node


def lines_changed(before: str, after: str) -> tuple[str, str]:
    """The lines that differ, before and after, each as one text."""
    difference = list(unified_diff(before.splitlines(), after.splitlines(), n=0))[3:]
    old = [line[1:].strip() for line in difference if line.startswith("-")]
    new = [line[1:].strip() for line in difference if line.startswith("+")]
    return " ".join(old) or "nothing", " ".join(new) or "nothing"


def is_readable(source: str) -> bool:
    """Whether Python reads a changed statement; some it would not."""
    try:
        compile(source, "mutant", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def put_into_process(mutant: Mutant) -> None:
    """Change the running code: the constant is given its value anew, the function its code."""
    module = importlib.import_module(mutant.path.removesuffix(".py").replace("/", "."))
    owner: Any = module
    for name in mutant.scope.split(".")[:-1]:
        owner = getattr(owner, name)
    name = mutant.scope.rpartition(".")[2]
    if mutant.is_constant:
        set_constant(mutant, module, owner)
        return
    live = owner.__dict__[name]
    if hasattr(live, "cache_clear"):
        live.cache_clear()
    function = plain_function(live)
    function.__code__ = code_of(mutant, function)
    function.__defaults__, function.__kwdefaults__ = defaults_of(mutant, function)


def plain_function(live: Any) -> FunctionType:
    """The function behind a property, a class method or a cache."""
    for name in ("fget", "__func__", "__wrapped__"):
        live = getattr(live, name, None) or live
    assert isinstance(live, FunctionType), live
    return live


def code_of(mutant: Mutant, function: FunctionType) -> CodeType:
    """The code of the function in the mutant's module."""
    tree = ast.parse(mutant.source)
    if "__class__" in function.__code__.co_freevars:  # also where the change took super() away
        statement_in(tree, mutant.scope).body.insert(0, ast.Expr(ast.Name("__class__", ast.Load())))
    waiting = [compile(ast.fix_missing_locations(tree), function.__code__.co_filename, "exec")]
    while waiting:
        code = waiting.pop()
        if code.co_qualname == mutant.scope:
            return code
        waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    raise LookupError(mutant.scope)


def statement_in(tree: ast.Module, scope: str) -> Any:
    """The statement of a module that makes a function or a constant."""
    body: list[Any] = tree.body
    *classes, name = scope.split(".")
    for owner in classes:
        body = next(node.body for node in body if getattr(node, "name", "") == owner)
    return next(node for node in body if name in names_made_by(node))


def names_made_by(node: ast.stmt) -> list[str]:
    """What a statement gives a name: its function or class, or the targets of its assignment."""
    targets = [*getattr(node, "targets", ()), *filter(None, [getattr(node, "target", None)])]
    inner = [getattr(name, "id", "") for target in targets for name in ast.walk(target)]
    return [getattr(node, "name", ""), *inner]


def defaults_of(mutant: Mutant, function: FunctionType) -> tuple[Any, Any]:
    """The values of the parameters that a call leaves out."""
    arguments = statement_in(ast.parse(mutant.source), mutant.scope).args

    def value_of(node: ast.expr) -> Any:
        return eval(compile(ast.Expression(node), "default", "eval"), function.__globals__)

    by_name = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return (
        tuple(value_of(node) for node in arguments.defaults) or None,
        {argument.arg: value_of(node) for argument, node in by_name if node is not None} or None,
    )


def set_constant(mutant: Mutant, module: Any, owner: Any) -> None:
    """Run the statement that gives the constant its value."""
    statement = ast.Module([statement_in(ast.parse(mutant.source), mutant.scope)], type_ignores=[])
    names = dict(vars(owner)) if owner is not module else module.__dict__
    exec(compile(statement, "constant", "exec"), module.__dict__, names)
    if owner is not module:
        name = mutant.scope.rpartition(".")[2]
        setattr(owner, name, names[name])
