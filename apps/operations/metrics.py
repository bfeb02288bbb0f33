"""What Prometheus reads: requests by route and status, and how the installation stands.

Each worker counts in files of the folder PROMETHEUS_MULTIPROC_DIR, which `serve` makes and adds up;
without it, a process counts for itself. Labels have few values: routes, not addresses.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import DatabaseError, connection
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from apps.ledger.models import Dataset, Proposal

METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
ANSWERS = Counter("http_requests_total", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "http_request_duration_seconds",
    "Time to the end of the answer.",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


def count_answer(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer."""
    known = method if method in METHODS else "other"
    ANSWERS.labels(known, route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)


class InstallationCollector(Collector):
    """How the installation stands at the moment when it is asked."""

    def describe(self) -> Iterable[Metric]:
        """Nothing: its names are known only with its values."""
        return []

    def collect(self) -> Iterable[Metric]:
        build = GaugeMetricFamily("build_info", "The code that runs.", labels=["version", "build"])
        build.add_metric([settings.VERSION, settings.BUILD], 1)
        yield build
        try:
            revision = Dataset.current_revision()
            waiting = Proposal.objects.waiting().count()
        except DatabaseError:
            connection.close()
            yield GaugeMetricFamily("database_up", "Whether the database answers.", 0)
            return
        yield GaugeMetricFamily("database_up", "Whether the database answers.", 1)
        yield GaugeMetricFamily("dataset_revision", "The newest public revision.", revision)
        yield GaugeMetricFamily("proposals_waiting", "Proposals that wait for review.", waiting)


def installation_registry(folder: str) -> CollectorRegistry:
    """The counts of all workers, in `folder`, and how the installation stands."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)
    registry.register(InstallationCollector())
    return registry
