"""The curated data as text: seeds/<endpoint>.yaml, in the API's own shape, without what is empty.

Every scalar is read as text and typed by the serializer (YAML would read `NO` as false, `1994` as
a number). Aliases and repeated keys are refused: a seed file says each thing once, in its place.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import yaml
from django.utils.dateparse import parse_datetime

from apps.core.models import record_models
from apps.documents.faults import Fault, RefusedError
from apps.documents.incoming import IncomingDocument
from apps.documents.serializers import document_reader
from apps.formats import yaml_text as seed_form

DATASET_FILE = "dataset.yaml"
UNCODED_FILE = "uncoded.yaml"
YAML_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def seed_file_name(endpoint: str) -> str:
    """The seed file of an endpoint: arms-transfers -> arms_transfers.yaml."""
    return f"{endpoint.replace('-', '_')}.yaml"


def read_release_time(folder: Path) -> datetime:
    """When the data in `folder` were released, as its dataset.yaml says.

    Raises:
        RefusedError: the file or its `read_release_time` is missing or no RFC 3339 time.
    """
    path = folder / DATASET_FILE
    about = data_from_node(compose_yaml(path), path.name) if path.exists() else {}
    moment = parse_datetime(str(about.get("released_at", ""))) if isinstance(about, dict) else None
    if moment is None or moment.tzinfo is None:
        reason = "The time of the release is missing; write it like 2026-01-31T00:00:00Z."
        raise RefusedError([Fault(DATASET_FILE, "", "released_at", reason)])
    return moment


def read_seeds(folder: Path, endpoints: list[str]) -> list[IncomingDocument]:
    """The documents in the seed files of `endpoints`, ground floor first.

    Raises:
        RefusedError: a file is no YAML list of mappings, or no endpoint has its name.
    """
    known = {seed_file_name(endpoint) for endpoint in record_models()} | {
        DATASET_FILE,
        UNCODED_FILE,
    }
    faults = [
        Fault(path.name, "", "", f"No type has this name; there are {', '.join(sorted(known))}.")
        for path in sorted(folder.glob("*.y*ml"))
        if path.name not in known
    ]
    documents = []
    for endpoint, model in record_models().items():
        path = folder / seed_file_name(endpoint)
        if endpoint in endpoints and path.exists():
            try:
                documents += [
                    IncomingDocument(model, data, where) for data, where in read_entries(path)
                ]
            except RefusedError as refused:
                faults += refused.faults
    if faults:
        raise RefusedError(faults)
    return documents


def read_entries(path: Path) -> Iterator[tuple[Any, str]]:
    """Each entry of a seed file, with the file and line where it begins."""
    node = compose_yaml(path)
    if node is None:
        return
    if not isinstance(node, yaml.SequenceNode):
        raise RefusedError([Fault(path.name, "", "", "A seed file is a list of records.")])
    seen: set[int] = set()
    for entry in node.value:
        where = f"{path.name}:{entry.start_mark.line + 1}"
        yield data_from_node(entry, where, seen), where


def compose_yaml(path: Path) -> Any:
    """The YAML nodes of a file."""
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.compose(file, Loader=YAML_LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise RefusedError([Fault(path.name, "", "", f"Not readable as YAML: {reason}")]) from error


def data_from_node(node: yaml.Node, where: str, seen: set[int] | None = None) -> Any:
    """Text, lists and mappings out of YAML nodes, and nothing else."""
    seen = set() if seen is None else seen
    if id(node) in seen:
        raise RefusedError([Fault(where, "", "", "Aliases are not used in seeds.")])
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [data_from_node(inner, where, seen) for inner in node.value]
    mapping: dict[str, Any] = {}
    for key, value in node.value:
        if key.value in mapping:
            line = key.start_mark.line + 1
            raise RefusedError([Fault(where, "", str(key.value), f"Repeated key, line {line}.")])
        mapping[key.value] = data_from_node(value, where, seen)
    return mapping


def write_seeds(folder: Path) -> dict[str, int]:
    """Write every published record to its seed file; returns how many there are of each type."""
    counts = {}
    for endpoint, model in record_models().items():
        rows = model.objects.published().order_by("slug").values_list("document", flat=True)
        serializer = document_reader(model)
        records = [
            seed_form.seed_entry(serializer, orjson.loads(document))
            for document in rows.iterator()
            if document
        ]
        path = folder / seed_file_name(endpoint)
        path.write_text(seed_form.dump_yaml(records) if records else "", encoding="utf-8")
        counts[endpoint] = len(records)
    return counts
