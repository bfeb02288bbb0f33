"""Words as the index keeps them and as a query asks for them: Latin letters and digits, folded.

Case, accents and script do not matter (“Türkiye”, “ТҮРКИЯ”), nor do the letters in which
transliterations differ most (Aliyev, Aliev; Gaidar, Gajdar; Qazakh, Kazakh). All of it is done
here, so that both databases find the same.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from unicodedata import combining, normalize

from anyascii import anyascii

MAX_QUERY_WORDS = 10  # of a query; more cost time and find nothing more
MAX_WORD_LETTERS = 50  # of a word; PostgreSQL takes none beyond 2 kB
MAX_COMPOUND_WORDS = 4  # of a compound that is also looked for in one word
MIN_PREFIX_LETTERS = 3  # letters; shorter beginnings stand in too many words to be worth reading

# One letter for one: the beginning of a word must stay the beginning of its folded form.
FOLDED_LETTERS = str.maketrans("yjqw", "iikv")
POSSESSIVE_PATTERN = re.compile(r"['`]s\b")
APOSTROPHE_PATTERN = re.compile("['`]")
REPEATED_I_PATTERN = re.compile("i+")
EXPONENT_PATTERN = re.compile(r"(?<=\d)e(?=\d)")
COMPOUND_PATTERN = re.compile(r"[a-z0-9]+(?:[-+/.&_]+[a-z0-9]+)*")
WORD_PATTERN = re.compile(r"[a-z0-9]+")


def spell_in_latin(text: str) -> str:
    """`text` in lower-case Latin letters, whatever its script, without accents."""
    apart = normalize("NFKD", normalize("NFKC", text).casefold())
    bare = "".join(letter for letter in apart if not combining(letter))
    return anyascii(normalize("NFC", bare.replace("ու", "u"))).lower()  # one vowel of Armenian


def fold_letters(text: str) -> str:
    """`text` as its words are compared, letter by letter: a part of it is a part of its folding."""
    letters = APOSTROPHE_PATTERN.sub("", spell_in_latin(text)).translate(FOLDED_LETTERS)
    return REPEATED_I_PATTERN.sub("i", letters).strip()


def fold_text(text: str) -> str:
    """`text` as the index splits it into words: its letters folded, without possessives."""
    latin = POSSESSIVE_PATTERN.sub("", spell_in_latin(text))
    return normalise_folded(APOSTROPHE_PATTERN.sub("", latin).translate(FOLDED_LETTERS))


def normalise_folded(latin: str) -> str:
    """Folded letters without what folding or joining may have brought together."""
    # PostgreSQL reads 3e2 as a number, and would cut 3e2i in two.
    return EXPONENT_PATTERN.sub("x", REPEATED_I_PATTERN.sub("i", latin))


@dataclass(frozen=True)
class Compound:
    """One or more words without a space between: karabakh, trans-caspian, fa-18, c5+1."""

    words: tuple[str, ...]

    @property
    def is_designation(self) -> bool:
        """Whether it has a digit: then its words are looked for side by side."""
        return any(letter.isdigit() for word in self.words for letter in word)

    @property
    def as_one_word(self) -> str:
        """Its words as one, as others spell it: fa18, transcaspian; empty where none would."""
        joined = "".join(self.words)
        is_spelling = 1 < len(self.words) <= MAX_COMPOUND_WORDS and not joined.isdigit()
        return normalise_folded(joined)[:MAX_WORD_LETTERS] if is_spelling else ""


def split_compounds(text: str) -> list[Compound]:
    """What `text` says, in its order; signs and whatever else is no word are left out."""
    return [
        Compound(tuple(word[:MAX_WORD_LETTERS] for word in WORD_PATTERN.findall(chunk)))
        for chunk in COMPOUND_PATTERN.findall(fold_text(text))
    ]


@lru_cache(maxsize=20_000)  # texts repeat their words, and folding one takes 25 us
def chunk_spellings(chunk: str) -> tuple[str, str]:
    """The words of a text without spaces; and its compounds, each spelt as one word."""
    in_it = split_compounds(chunk)
    words = " ".join(word for compound in in_it for word in compound.words)
    return words, " ".join(compound.as_one_word for compound in in_it if compound.as_one_word)


def folded_words(texts: Iterable[str | None]) -> str:
    """All words of `texts`, apart by spaces."""
    chunks = (chunk for text in texts if text for chunk in text.split())
    return " ".join(filter(None, (chunk_spellings(chunk)[0] for chunk in chunks)))


def joined_compounds(texts: Iterable[str | None]) -> str:
    """The compounds of `texts`, each spelt as one word, apart by spaces."""
    chunks = (chunk for text in texts if text for chunk in text.split())
    return " ".join(filter(None, (chunk_spellings(chunk)[1] for chunk in chunks)))


@dataclass(frozen=True)
class SearchQuery:
    """What is looked for: every one of these; the last as a beginning only if it `is_begun`."""

    compounds: tuple[Compound, ...]
    is_begun: bool = True

    @classmethod
    def from_text(cls, text: str) -> "SearchQuery":
        """The first ten words of `text`."""
        kept: list[Compound] = []
        left = MAX_QUERY_WORDS
        for compound in split_compounds(text):
            words = compound.words[:left]
            left -= len(words)
            if words:
                kept.append(Compound(words))
        return cls(tuple(kept))

    @property
    def readings(self) -> list["SearchQuery"]:
        """The query with its last word whole, and with it begun, if it is long enough for that."""
        last = self.compounds[-1]
        can_be_begun = max(len(last.words[-1]), len(last.as_one_word)) >= MIN_PREFIX_LETTERS
        return [replace(self, is_begun=False), *([self] if can_be_begun else [])]

    @property
    def words(self) -> list[str]:
        """Its words, one by one."""
        return [word for compound in self.compounds for word in compound.words]

    @property
    def misspellable_words(self) -> list[str]:
        """Those of its words that may be misspelt, in three letters at least."""
        return [word for word in self.words if len(word) >= MIN_PREFIX_LETTERS and word.isalpha()]

    @property
    def label_start(self) -> str:
        """How a label begins that begins with the query."""
        return " ".join(self.words)

    def __bool__(self) -> bool:
        return bool(self.compounds)
