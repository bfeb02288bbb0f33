"""How each database is asked which entries hold a query's words, and within which texts.

A query is spelt anew in the language of the database out of nothing but letters and digits, so
whatever a reader typed is text and never syntax.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import BooleanField, FloatField, Func, QuerySet, Value

from apps.search.models import Entry
from apps.search.words import MIN_PREFIX_LETTERS, Compound, SearchQuery

# The texts of an entry, best first, and their columns. A query is looked for in the label, then in
# label and names together, and so on: its words may stand in different ones.
TEXT_COLUMNS = {
    "label": "label_words",
    "names": "name_words",
    "summary": "summary_words",
    "text": "other_words",
}
MAX_TRIGRAM_CANDIDATES = (
    5_000  # entries, at most, whose trigrams are compared with those of a misspelt query
)
MAX_SIMILAR_CANDIDATES = 200  # entries, at most, whose words are


# The two FTS5 tables of SQLite: name, texts, how they are taken apart, and what orders matches.
PAST_INDEXES = (
    ("search_entry_words", ", ".join(TEXT_COLUMNS.values()), "tokenize='ascii'", ""),
    (
        "search_entry_similar",
        "label_words, name_words",
        "tokenize='trigram', detail='none'",
        ", rank",
    ),
)


class SqlCondition(Func):
    """A condition in the database's own words, with one parameter, or two with AND between."""

    output_field = BooleanField()
    arg_joiner = " AND "

    def __init__(self, template: str, *values: str) -> None:
        super().__init__(*map(Value, values), template=template)


class Phrase(NamedTuple):
    """Words that stand side by side; the last may be the beginning of one."""

    words: tuple[str, ...]
    is_begun: bool


def full_text_expression(
    query: SearchQuery, phrase: Callable[[Phrase], str], both: str, either: str
) -> str:
    """The query in a language with these phrases and these two words for “and” and “or”."""
    required = []
    for place, compound in enumerate(query.compounds, start=1):
        may_be_begun = query.is_begun and place == len(query.compounds)
        spellings = (
            both.join(phrase(side_by_side) for side_by_side in phrases)
            for phrases in phrase_alternatives(compound, may_be_begun)
        )
        required.append("(" + either.join(f"({spelling})" for spelling in spellings) + ")")
    return both.join(required)


def phrase_alternatives(compound: Compound, may_be_begun: bool) -> Iterator[list[Phrase]]:
    """The spellings of a compound, each as phrases that must all be there."""
    words = compound.words
    spellings = [[words] if compound.is_designation else [(word,) for word in words]]
    if compound.as_one_word:
        spellings.append([(compound.as_one_word,)])
    for *before, last in spellings:
        is_begun = may_be_begun and len(last[-1]) >= MIN_PREFIX_LETTERS
        yield [*(Phrase(whole, is_begun=False) for whole in before), Phrase(last, is_begun)]


class PostgreSQLEngine:
    """Two tsvectors, of the label and of everything by weight, and trigrams of label and names."""

    collation = "C"
    weights = {"label": "", "names": "AB", "summary": "ABC", "text": ""}
    like = "label_words || ' ' || name_words"

    def match_condition(
        self, query: SearchQuery, text: str, types: Iterable[str] = ()
    ) -> SqlCondition:
        """Whether the texts from the label up to `text` hold the query; of `types` only."""

        def phrase(side_by_side: Phrase) -> str:
            weights = self.weights[text]
            words = [
                f"'{word}':{weights}" if weights else f"'{word}'" for word in side_by_side.words
            ]
            if side_by_side.is_begun:
                words[-1] = f"'{side_by_side.words[-1]}':*{weights}"
            return " <-> ".join(words)

        words = full_text_expression(query, phrase, " & ", " | ")
        if types:
            alternatives = " | ".join(f"'={endpoint}'" for endpoint in types)
            words = f"({alternatives}) & {words}"
        vector = "label_vector" if text == "label" else "vector"
        return SqlCondition(f"{vector} @@ %(expressions)s::tsquery", words)

    def similarly_spelt_entries(self, query: SearchQuery, entries: QuerySet) -> list[Any]:
        """Entries with a word in label or names like each word of the query, most alike first."""
        for word in query.misspellable_words:
            # Percent signs are halved twice: by Func, and by the driver.
            entries = entries.filter(SqlCondition(f"%(expressions)s <%%%% ({self.like})", word))
        alike = Func(
            Value(query.label_start),
            template=f"word_similarity(%(expressions)s, {self.like})",
            output_field=FloatField(),
        )
        # The misspelt word may be like one that stands in half of the entries.
        proposed = Entry.objects.filter(pk__in=entries.values("pk")[:MAX_TRIGRAM_CANDIDATES])
        with transaction.atomic(), connection.cursor() as cursor:
            # Two letters that changed places: nagrono, nagorno 0.38.
            cursor.execute("SET LOCAL pg_trgm.word_similarity_threshold = 0.35")
            return list(proposed.order_by(alike.desc(), "pk")[:MAX_SIMILAR_CANDIDATES])

    def index_past_entries(self, table: str) -> None:
        """Nothing: entries of then, in a table of the same columns, are found as all others are."""

    def rebuild(self) -> None:
        """Nothing: generated columns cannot be out of step."""


class SQLiteEngine:
    """An FTS5 table of the four texts and one of the trigrams of label and names."""

    collation = "BINARY"

    def match_condition(
        self, query: SearchQuery, text: str, types: Iterable[str] = ()
    ) -> SqlCondition:
        """Whether the texts from the label up to `text` hold the query; `types` cost no less."""

        def phrase(side_by_side: Phrase) -> str:
            return f'"{" ".join(side_by_side.words)}"' + (" *" if side_by_side.is_begun else "")

        columns = list(TEXT_COLUMNS.values())[: list(TEXT_COLUMNS).index(text) + 1]
        words = full_text_expression(query, phrase, " AND ", " OR ")
        return SqlCondition(
            "id IN (SELECT rowid FROM search_entry_words"
            " WHERE search_entry_words MATCH %(expressions)s)",
            f"{{{' '.join(columns)}}} : ({words})",
        )

    def similarly_spelt_entries(self, query: SearchQuery, entries: QuerySet) -> list[Any]:
        """Entries with trigrams of the query in label or names; those with the most."""
        trigrams = {
            word[at : at + 3] for word in query.misspellable_words for at in range(len(word) - 2)
        }
        # Counted first, then put in order: else the trigrams of a past (below) are not to be had.
        condition = SqlCondition(
            "id IN (WITH matches AS MATERIALIZED (SELECT rowid AS entry, rank AS place"
            " FROM search_entry_similar WHERE search_entry_similar MATCH %(expressions)s)"
            " SELECT entry FROM matches ORDER BY place LIMIT 200)",
            " OR ".join(f'"{trigram}"' for trigram in sorted(trigrams)),
        )
        return list(entries.filter(condition).order_by("id"))

    def index_past_entries(self, table: str) -> None:
        """Index the entries in `table`, and lay views of their words over the two FTS5 tables."""
        with connection.cursor() as cursor:
            for name, columns, options, rank in PAST_INDEXES:
                past = f"past_{name}"
                cursor.execute(
                    f"CREATE VIRTUAL TABLE temp.{past} USING fts5({columns}, content='', {options})"
                )
                cursor.execute(
                    f"INSERT INTO temp.{past}(rowid, {columns}) SELECT id, {columns} FROM {table}"
                )
                cursor.execute(
                    f"CREATE TEMP VIEW {name} AS SELECT rowid, {name}{rank} FROM main.{name}"
                    f" UNION ALL SELECT rowid, {past}{rank} FROM temp.{past}"
                )

    def rebuild(self) -> None:
        """Make both FTS5 tables anew from the entries."""
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_entry_words(search_entry_words) VALUES ('rebuild')")
            cursor.execute(
                "INSERT INTO search_entry_similar(search_entry_similar) VALUES ('rebuild')"
            )


SearchEngine = PostgreSQLEngine | SQLiteEngine


def current_engine() -> SearchEngine:
    """The engine of the database in use."""
    return PostgreSQLEngine() if connection.vendor == "postgresql" else SQLiteEngine()
