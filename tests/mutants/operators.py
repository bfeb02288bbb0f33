"""The changes that are tried: those of mutmut, and some that only Django's querysets have."""

import re
from collections.abc import Callable, Iterable, Iterator

import libcst as cst
from mutmut.mutation.mutators import mutation_operators

Operator = Callable[[cst.CSTNode], Iterable[cst.CSTNode]]

# A lookup says in its name how it compares, and of a date which of its two days.
LOOKUPS = {
    "__lte": ("__lt", "__gte"),
    "__gte": ("__gt", "__lte"),
    "__lt": ("__lte",),
    "__gt": ("__gte",),
    "_earliest": ("_latest",),
    "_latest": ("_earliest",),
}
# The two days of a date are unknown together: which of them is asked for that makes no difference.
LOOKUP = re.compile(r"__(?:lte|gte|lt|gt)\b|_(?:earliest|latest)(?!__isnull)")
OPPOSITES = {"filter": "exclude", "exclude": "filter", "first": "last", "gt": "lt"}


def changed_lookups(text: str) -> Iterator[str]:
    """`text` with each of its lookups in turn replaced by each of its neighbours."""
    for match in LOOKUP.finditer(text):
        for other in LOOKUPS[match.group()]:
            yield text[: match.start()] + other + text[match.end() :]


def change_keyword(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """`a__lte=b` becomes `a__lt=b` and `a__gte=b`."""
    if isinstance(node, cst.Arg) and node.keyword is not None:
        for name in changed_lookups(node.keyword.value):
            yield node.with_changes(keyword=cst.Name(name))


def change_formatted_text(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The fixed text between the braces of an f-string, as a text and as a lookup."""
    if isinstance(node, cst.FormattedStringText):
        yield node.with_changes(value=f"XX{node.value}XX")
        for text in changed_lookups(node.value):
            yield node.with_changes(value=text)


def swap_method(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """`.filter(...)` becomes `.exclude(...)`."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        other = OPPOSITES.get(node.func.attr.value)
        if other:
            yield node.with_changes(func=node.func.with_changes(attr=cst.Name(other)))


def drop_call(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """`records.published().filter(...)` becomes `records.filter(...)`."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and not node.args:
        yield node.func.value


def drop_element(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A list, tuple, set or mapping loses each of its elements in turn."""
    if isinstance(node, cst.Tuple | cst.List | cst.Set | cst.Dict) and len(node.elements) > 1:
        for element in node.elements:
            left = [other for other in node.elements if other is not element]
            if isinstance(node, cst.Tuple) and len(left) == 1:
                left = [left[0].with_changes(comma=cst.Comma())]
            yield node.with_changes(elements=left)


def negate_condition(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """`if a` becomes `if not a`."""
    if isinstance(node, cst.If | cst.CompIf):
        braces = {"lpar": [cst.LeftParen()], "rpar": [cst.RightParen()]}
        yield node.with_changes(
            test=cst.UnaryOperation(cst.Not(), node.test.with_changes(**braces))
        )


OWN: tuple[Operator, ...] = (
    *(change_keyword, change_formatted_text, swap_method),
    *(drop_call, drop_element, negate_condition),
)


def changes_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Everything that is tried in the place of a node."""
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            yield from operator(node)
    for operator in OWN:
        yield from operator(node)
