"""Every format there is. A new one is a file beside these, and its line here."""

from apps.core.models import Record
from apps.formats.csv_files import CSV
from apps.formats.format import Format
from apps.formats.geojson import GEOJSON
from apps.formats.json_files import JSON
from apps.formats.ndjson import NDJSON
from apps.formats.workbooks import XLSX
from apps.formats.yaml_text import YAML

FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        JSON,
        CSV,
        NDJSON,
        XLSX,
        GEOJSON,
        YAML,
    )
}
WRITERS = {name: form.write for name, form in FORMATS.items() if form.write}
READERS = {name: form.read for name, form in FORMATS.items() if form.read}


def formats_of_type(model: type[Record]) -> list[str]:
    """The names of the formats in which records of a type are answered."""
    return [name for name, form in FORMATS.items() if form.serves(model)]
