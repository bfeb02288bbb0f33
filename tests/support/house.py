"""The figures of the house: how large its folders are, what its names say, how much is typed.

    python -m tests.support.house

prints them; tests/house/test_names.py and test_architecture.py hold what was promised of them.
"""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

ROOT = Path(__file__).parents[2]
EMPTY_NAMES = {"one", "found"}  # variables that say nothing of what they hold
# Methods of one word that Django, REST framework and file objects ask for by this very name.
HOOKS = {
    "authenticate", "clean", "clone", "create", "deconstruct", "destroy", "dispatch", "fail",
    "filter", "formfield", "get", "handle", "initial", "list", "lookups", "optgroups", "parse",
    "queryset", "render", "retrieve", "save", "update", "validate", "wait", "write",
}  # fmt: skip
NOUNS = {"ordering"}  # that end as participles do
IRREGULAR_PARTICIPLES = {"found", "given", "held", "kept", "known", "made", "taken"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def source_files(*folders: str) -> list[Path]:
    """The Python files below some folders of the project, without migrations."""
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in paths if "migrations" not in path.parts)


@dataclass(frozen=True)
class Module:
    """One file, parsed."""

    path: Path
    tree: ast.Module

    @property
    def name(self) -> str:
        """Its path from the project's folder."""
        return str(self.path.relative_to(ROOT))

    def top_level_functions(self) -> list[Function]:
        """The functions that stand in no class and in no function."""
        return [node for node in self.tree.body if isinstance(node, Function)]

    def methods(self) -> Iterator[tuple[ast.ClassDef, Function]]:
        """Every method and property with its class, but those with underscores around."""
        for owner in ast.walk(self.tree):
            if isinstance(owner, ast.ClassDef):
                for node in owner.body:
                    if isinstance(node, Function) and not node.name.startswith("__"):
                        yield owner, node

    def bare_methods(self) -> list[str]:
        """Methods called by a participle or preposition alone; after a queryset they may stand."""
        return [
            f"{self.name}: {owner.name}.{method.name}"
            for owner, method in self.methods()
            if not owner.name.endswith("QuerySet") and is_bare(method.name.strip("_"))
        ]

    def arguments(self) -> Iterator[ast.arg]:
        """Every argument of every function and method, but self and cls."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                given = node.args
                named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
                variable = [arg for arg in (given.vararg, given.kwarg) if arg]
                yield from (arg for arg in [*named, *variable] if arg.arg not in {"self", "cls"})

    def empty_names(self) -> list[str]:
        """Where a variable or an argument is called by a word that says nothing."""
        places = []
        for node in ast.walk(self.tree):
            name = getattr(node, "id", None) if is_assigned(node) else getattr(node, "arg", None)
            if name in EMPTY_NAMES and not isinstance(node, ast.keyword):
                places.append(f"{self.name}:{getattr(node, 'lineno', 0)} {name}")
        return places


def is_assigned(node: ast.AST) -> bool:
    """Whether a node is a name that is given a value."""
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def parsed_modules(*folders: str) -> list[Module]:
    """The files below some folders, parsed."""
    return [Module(path, ast.parse(path.read_text())) for path in source_files(*folders)]


def is_one_word(name: str) -> bool:
    """Whether a function's name is a single word."""
    return "_" not in name.strip("_")


def is_bare(name: str) -> bool:
    """Whether a name is a participle or a preposition, and no more: planned, known, of."""
    is_participle = name.endswith(("ed", "ing")) or name in IRREGULAR_PARTICIPLES
    return is_one_word(name) and name not in NOUNS and (is_participle or len(name) == 2)


def is_property(method: Function) -> bool:
    """Whether a method is read as an attribute."""
    return any("property" in ast.unparse(decorator) for decorator in method.decorator_list)


def called_methods(modules: list[Module]) -> list[tuple[str, str]]:
    """The methods that are called as such and that no framework asks for: where, and the name."""
    return [
        (f"{module.name}: {owner.name}.{method.name}", method.name)
        for module in modules
        for owner, method in module.methods()
        if not is_property(method) and method.name not in HOOKS
    ]


def one_word_methods(modules: list[Module]) -> list[str]:
    """Those of these methods that are called by a single word."""
    return [place for place, name in called_methods(modules) if is_one_word(name)]


def one_word_functions(modules: list[Module]) -> list[str]:
    """Top-level functions that are called by a single word."""
    return [
        f"{module.name}: {function.name}"
        for module in modules
        for function in module.top_level_functions()
        if is_one_word(function.name)
    ]


def count_functions(modules: list[Module]) -> int:
    """How many top-level functions there are."""
    return sum(len(module.top_level_functions()) for module in modules)


def arguments_of_any(modules: list[Module]) -> tuple[list[str], int]:
    """The arguments that are annotated as Any, and how many arguments there are."""
    arguments = [(module, arg) for module in modules for arg in module.arguments()]
    untyped = [
        f"{module.name}:{arg.lineno} {arg.arg}"
        for module, arg in arguments
        if isinstance(arg.annotation, ast.Name) and arg.annotation.id == "Any"
    ]
    return untyped, len(arguments)


def names_in_several_modules(modules: list[Module], least: int = 3) -> dict[str, list[str]]:
    """Names of top-level functions that so many modules have."""
    owners = defaultdict(list)
    for module in modules:
        for function in module.top_level_functions():
            owners[function.name].append(module.name)
    return {name: paths for name, paths in sorted(owners.items()) if len(paths) >= least}


def lines_by_folder(folders: list[Path]) -> Counter[str]:
    """How many lines of code the apps have, by app."""
    lines: Counter[str] = Counter()
    for path in folders:
        top = path.relative_to(ROOT).parts
        lines["/".join(top[:2]) if top[0] == "apps" else top[0]] += len(
            path.read_text().splitlines()
        )
    return lines


def widest_folder(paths: list[Path]) -> tuple[str, int]:
    """The folder with most files, and how many it has."""
    files = Counter(path.parent for path in paths if path.name != "__init__.py")
    ((folder, number),) = files.most_common(1)
    return str(folder.relative_to(ROOT)), number


def print_figures() -> None:
    """One figure a line."""
    modules = parsed_modules("apps", "caucasus")
    everything = parsed_modules("apps", "caucasus", "tests")
    lines = lines_by_folder([module.path for module in modules])
    largest, its_lines = lines.most_common(1)[0]
    functions, single = count_functions(modules), one_word_functions(modules)
    names = [f.name for module in modules for f in module.top_level_functions()]
    methods, bare = called_methods(modules), [m for e in everything for m in e.bare_methods()]
    untyped, arguments = arguments_of_any(modules)
    folder, files = widest_folder([module.path for module in everything])
    for line in (
        f"files {len(modules)}, lines {sum(lines.values()):,}",
        f"largest app: {largest}, {its_lines:,} lines, {its_lines / sum(lines.values()):.0%}",
        f"widest folder: {folder}, {files} files",
        (
            f"top-level functions {functions}, of one word {len(single) / functions:.0%},"
            f" mean name {mean(map(len, names)):.1f} letters"
        ),
        (
            f"methods that no framework asks for {len(methods)},"
            f" of one word {len(one_word_methods(modules)) / len(methods):.0%}"
        ),
        f"methods called by a participle or preposition alone: {len(bare)}",
        f"arguments {arguments}, annotated Any {len(untyped) / arguments:.1%}",
        f"variables called one or found: {sum(len(m.empty_names()) for m in everything)}",
        f"function names in three modules or more: {len(names_in_several_modules(modules))}",
    ):
        print(line)  # noqa: T201


if __name__ == "__main__":
    print_figures()
