"""One JSON object a line: what a program can read, and nothing that anybody could log in with."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from apps.ledger.request_ids import current_request_id

# Tokens, and passwords in addresses of databases and caches, wherever they might stand.
SECRET = re.compile(r"(cca_)\w+|(://[^\s:/@]*:)[^\s@]+(?=@)")


def redact_secrets(text: str) -> str:
    """The text without what looks like a secret of ours."""
    return SECRET.sub(lambda match: f"{match[1] or match[2]}…", text)


class JsonLine(logging.Formatter):
    """A record as one line of JSON; times are in UTC, RFC 3339."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": current_request_id.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return redact_secrets(json.dumps(line, ensure_ascii=False, default=str))
