"""Hostile files: refused by a plain reason, after little work and in little memory."""

import io
import json
import random
import subprocess
import sys
from collections import Counter
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from apps.core.models import record_models
from apps.documents.serializers import serializer_class
from apps.formats.contents import MAX_ROWS, FileRefusedError
from apps.formats.files import read_file
from tests.exchange.factories import (
    make_csv,
    make_planned_batch,
    make_workbook,
    plan_faults,
    repack,
)

ACTORS = serializer_class(record_models()["actors"])()
HEADER = ["slug", "name", "kind"]
ROW = {"slug": "norland", "name": "Norland", "kind": "state"}
CSV = make_csv(ROW)
XLSX = make_workbook(HEADER, ["norland", "Norland", "state"])
NDJSON = json.dumps(ROW).encode()
CODE = """
import resource, sys, time
import django
django.setup()
from apps.core.models import record_models
from apps.documents.serializers import serializer_class
from apps.formats.contents import FileRefusedError
from apps.formats.files import read_file
import apps.formats.workbooks
def peak():
    with open("/proc/self/status") as status:  # getrusage counts the process that started this one
        return int(status.read().partition("VmHWM:")[2].split()[0]) // 1024
def cpu(work):
    start = time.process_time()
    work()
    return time.process_time() - start
counted = cpu(lambda: sum(bytes(20_000_000)))  # how fast this machine is just now
before = peak()
resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
def refused():
    global reason
    try:
        with open(sys.argv[1], "rb") as file:
            read_file(file, sys.argv[1], serializer_class(record_models()["actors"])())
    except FileRefusedError as refused:
        reason = refused
spent = cpu(refused)
print(peak() - before, "MB,", round(spent / counted), "times:", reason)
"""
MOST_CALLS = 40 * MAX_ROWS  # of functions: a file of as many rows as there may be needs half
MOST_CPU = 30  # times what it takes to add up 20 MB, byte by byte


def refusal_reason(content: bytes, name: str) -> str:
    """Why a file is refused, after how little work."""
    calls = Counter()
    with pytest.raises(FileRefusedError) as error:
        sys.setprofile(lambda frame, event, argument: calls.update([event]))
        try:
            read_file(io.BytesIO(content), name, ACTORS)
        finally:
            sys.setprofile(None)
    assert calls["call"] < MOST_CALLS, calls
    return str(error.value)


def make_archive(**parts: bytes) -> bytes:
    """An archive of parts."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", part)
    return out.getvalue()


def sheet_xml(rows: str) -> bytes:
    """The XML of a sheet."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def xlsx_of_rows(rows: str) -> bytes:
    """A workbook with the XML of rows."""
    return repack(XLSX, xl__worksheets__sheet1=sheet_xml(rows))


def texts(*values: str) -> str:
    """The XML of a row of texts."""
    cells = (f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values)
    return f"<row>{''.join(cells)}</row>"


FINE = texts("slug", "name", "kind") + texts("norland", "Norland", "state")


def cells_xml(count: int) -> str:
    """The XML of cells that are all different."""
    return "".join(f'<c t="n"><v>{number * 7919 % 1_000_003}</v></c>' for number in range(count))


TEXTS = {
    "empty.csv": (b"", "The file is empty."),
    "empty.json": (b"", "The file is empty."),
    "empty.xlsx": (b"", "The file is empty."),
    "blank.csv": (b"\n\n", "The file has no rows."),
    "header.csv": (b"slug,name\n", "a header and no rows"),
    "none.json": (b"[]", "no documents"),
    "word.csv": (b"\xff\xfes\0l\0u\0g\0", "UTF-16 text: save it as UTF-8"),
    "bare.csv": ("slug,name\nnorland,Norland\n".encode("utf-16-le"), "UTF-16 text without a mark"),
    "wide.csv": ("slug".encode("utf-32"), "UTF-32"),
    "latin.csv": ("slug,name\na,b\nnorland,Älvland\n".encode("latin-1"), "byte 0xC4 in line 3"),
    "cut.csv": ("slug,name\nnorland,Ä".encode()[:-1], "cut off"),
    "nul.csv": (b"slug,name\nnor\0land,N\n", "NUL stands in line 2"),
    "twice.csv": (b"slug,name,name\na,b,c\n", "The column name stands 2 times."),
    "typo.csv": (b"slug,nmae\na,b\n", "no column “nmae”. Did you mean “name”?"),
    "noslug.csv": (b"name\na\n", "no column slug"),
    "gap.csv": (b"slug,,name\na,b,c\n", "Column 2 has no header."),
    "semicolon.csv": (b"slug;name\na;b\n", "not separated by commas"),
    "quote.csv": (b'slug,name\na,"b\n', "not closed"),
    "quotes.csv": (b'slug,name\na,"b"c\n', "quotation marks"),
    "huge.csv": (b"slug,name\na," + b"x" * 2_100_000, "more than 2,000,000 characters"),
    "columns.csv": (b"slug" + b",x" * 1_000_000 + b"\n", "more than 500 columns"),
    "quoted.csv": (b'slug\n"\n"' + b',"\n"' * 1_000_000 + b"\n", "more than 500 columns"),
    "rows.csv": (b"slug\n" + b"a\n" * (MAX_ROWS + 1), "more than 100,000 rows"),
    "book.csv": (XLSX, "ZIP archive, such as a workbook"),
    "lines.csv": (NDJSON, "but this is JSON"),
    "table.json": (CSV, "but this is no JSON"),
    "table.xlsx": (CSV, "but this is no ZIP"),
    "old.xlsx": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old or encrypted workbook"),
    "packed.csv": (b"\x1f\x8b\x08", "gzip"),
    "macros.xlsm": (XLSX, "macros (.xlsm) is not taken"),
    "seeds.yaml": (b"- slug: a", "taken are .json, .csv, .ndjson, .xlsx"),
    "noending": (CSV, "taken are"),
    "cut.json": (b'[{"slug": "a"},\n{"slug": "b', "Not JSON, at line 2, column 12"),
    "cut2.json": (b'[{"slug": "a"}', "at line 1, column 15: unexpected end"),
    "comma.json": (b'[{"slug": "a"},]', "at line 1, column 15: trailing comma"),
    "after.json": (b'[{"slug": "a"}] x', "at line 1, column 17: unexpected content"),
    "deep.json": (b"[" * 100_000, "at line 1, column 1026: depth limit"),
    "nul.json": (b'[{"slug": "a\\\\\\u0000"}]', "U+0000 stands in the file"),
    "one.json": (b'{"slug": "a"}', "a list of documents"),
    "many.json": (b"[" + b"[]," * 3_000_000 + b"[]]", "more than 3,000,000 values"),
    "long.json": (b"[" + b"1," * (MAX_ROWS + 1) + b"1]", "more than 100,000 rows"),
    "large.csv": (b"slug\n" + b"x" * (20 * 1024 * 1024), "at most 20,971,520 are taken"),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_is_refused_by_a_plain_reason(name):
    content, reason = TEXTS[name]
    assert reason in refusal_reason(content, name)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ('{"slug": "a", "slug": "b"}', "The key “slug” stands twice."),
        ('{"slug": "a", "names": [{"name": "a", "name": "b"}]}', "The key “name” stands twice."),
        (
            '{"slug": "a", "founded_on": ' + "9" * 5_000 + "}",
            "Not JSON, at line 2, column 29: number is infinity when parsed as double.",
        ),
        ('{"slug": "a", "founded_on": ' + "9" * 19 + "}", "A number has 19 digits."),
        (
            '{"slug": "a", "name": 1e999}',
            "Not JSON, at line 2, column 23: number is infinity when parsed as double.",
        ),
        (
            '{"slug": "a", "name": NaN}',
            "Not JSON, at line 2, column 23: unexpected character, expected a JSON value.",
        ),
        ('{"slug": "a", "name": "\\u0000"}', "The character U+0000 stands in the line."),
        (
            '{"slug": "a", "name": "\\ud800"}',
            "Not JSON, at line 2, column 24: no low surrogate in string.",
        ),
        (
            '{"slug": "a", "name": "' + "x" * 2_000_001 + '"}',
            "A text has more than 2,000,000 characters.",
        ),
        ('{"slug": "a", "name": ' + "[" * 40 + "]" * 40 + "}", "Nested more than 32 deep."),
        ('["a"]', "A document is a mapping of keys to values."),
        ("null", "A document is a mapping of keys to values."),
        (
            '{"slug": "a"} {"slug": "b"}',
            "Not JSON, at line 2, column 15: unexpected content after document.",
        ),
        ('{"slug": "a"', "Not JSON, at line 2, column 13: unexpected end of data."),
    ],
)
def test_a_line_is_refused_and_the_others_are_looked_at_all_the_same(document, reason, db):
    content = f'{{"slug": "good", "colour": "red"}}\n{document}\n'.encode()
    batch = make_planned_batch(content, None, "actors.ndjson")
    assert plan_faults(batch)[-1] == (2, "", reason)
    assert plan_faults(batch)[0][:2] == (1, "colour")


def test_what_is_wrong_with_cells_is_named_by_row_and_column(db):
    rows = [HEADER, ["a", "=1+1", "state"], ["b", "B"], ["c", "C", "state", "more"]]
    batch = make_planned_batch(make_workbook(*rows), None, "actors.xlsx")
    faults = plan_faults(batch)
    assert (2, "name", "The cell holds a formula: paste its value.") in faults
    assert (4, "", "The row has 4 cells, the header 3.") in faults
    left_out = "[40,000 characters are too many for a cell; csv has them]"
    batch = make_planned_batch(make_csv({"slug": "a", "name": left_out}), None)
    assert plan_faults(batch)[0][:2] == (2, "name")
    batch = make_planned_batch(b"slug,name\na,b,c\nd\n", None)
    assert [row for row, _, reason in plan_faults(batch) if "cells, the header" in reason] == [2, 3]


WORKBOOKS = {
    "cut off": (XLSX[: len(XLSX) // 2], "no sound workbook"),
    "zip": (make_archive(other=b"<x/>"), "no workbook (.xlsx)"),
    "macros": (repack(XLSX, xl__vbaProject=b"<x/>"), "has macros"),
    "doctype": (
        repack(XLSX, xl__workbook=b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x/>'),
        "no sound workbook",
    ),
    "entity": (
        repack(XLSX, xl__worksheets__sheet1=b'<!DOCTYPE x [<!ENTITY a "b">]>' + sheet_xml(FINE)),
        "no sound workbook",
    ),
    "utf-16": (repack(XLSX, xl__workbook="<x/>".encode("utf-16")), "is no XML in UTF-8"),
    "ebcdic": (repack(XLSX, xl__workbook=b'<?xml version="1.0" encoding="cp037"?>'), "UTF-8"),
    "nul": (repack(XLSX, xl__workbook=b"<x>\0</x>"), "no sound workbook"),
    "no xml": (repack(XLSX, xl__workbook=b"<x"), "no sound workbook"),
    "styles": (repack(XLSX, xl__styles=random.Random(1).randbytes(2_100_000)), "too large"),
    "bomb": (repack(XLSX, xl__worksheets__sheet1=sheet_xml(" " * 30_000_000)), "packed more than"),
    "marks": (repack(XLSX, xl__sharedStrings=b"<s><x/>" * 300_000), "more than"),
    "wide": (xlsx_of_rows("<row>" + '<c t="n"><v>1</v></c>' * 501 + "</row>"), "500 columns"),
    "far": (xlsx_of_rows('<row><c r="ZZZ1" t="n"><v>1</v></c></row>'), "500 columns"),
    "endless row": (xlsx_of_rows("<row>" + cells_xml(60_000) + "</row>"), "500 columns"),
    "low": (xlsx_of_rows('<row r="1"/><row r="4000000000"><c><v>1</v></c></row>'), "100,000 rows"),
    "digits": (xlsx_of_rows(f"<row><c><v>{'9' * 6_000}</v></c></row>"), "no sound workbook"),
    "index": (xlsx_of_rows('<row><c t="s"><v>99999</v></c></row>'), "no sound workbook"),
    "empty": (make_workbook(), "The file has no rows."),
    "header": (make_workbook(HEADER), "a header and no rows"),
}  # fmt: skip


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_workbook_is_refused_by_a_plain_reason(name):
    content, reason = WORKBOOKS[name]
    assert reason in refusal_reason(content, "actors.xlsx")


# Files that would take more than the memory there is, each in some other way; made when needed.
BOMBS = {
    "zeros.xlsx": (
        lambda: repack(XLSX, xl__worksheets__sheet1=b"0" * 190_000_000),
        "packed more than 200 times",
    ),
    "marks.xlsx": (
        lambda: xlsx_of_rows(f"<row>{cells_xml(400)}</row>" * 4_000),
        "more than 5,000,000 marks",
    ),
    "strange.xlsx": (
        lambda: xlsx_of_rows("".join(f"<x a='{n}'/>" for n in range(3_000_000))),
        "more than 500 columns",
    ),
    "strings.xlsx": (
        lambda: repack(XLSX, xl__sharedStrings=b"<sst>" + b"<si/>" * 6_000_000),
        "packed more than 200 times",
    ),
    "commas.csv": (lambda: b"slug" + b"," * 19_000_000, "more than 500 columns"),
    "quotes.csv": (lambda: b'slug\n"' + b"\n" * 19_000_000, "more than 2,000,000 characters"),
    "backslashes.json": (lambda: b'["' + b"\\" * 19_000_000 + b"u0000", "unexpected end of data"),
    "lists.json": (lambda: b"[" + b"[]," * 6_000_000, "more than 3,000,000 values"),
    "numbers.json": (lambda: b"[[" + b"1," * 9_000_000, "more than 3,000,000 values"),
    "deep.ndjson": (lambda: b'{"a":' * 4_000_000, "more than 3,000,000 values"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_little_memory(name, tmp_path, root):
    path = tmp_path / name
    make, reason = BOMBS[name]
    path.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(path)],
        capture_output=True,
        text=True,
        cwd=root,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert reason in done.stdout
    grown, _, times, *_ = done.stdout.split()
    assert int(grown) <= 64, done.stdout
    assert int(times) <= MOST_CPU, done.stdout
