"""What each member of each object can be: null, missing, new. Facts about the service; no test lives here.

`never_null` and `never_missing` name the members that callers may rely on; every other one may be null or missing.
"""

from dataclasses import dataclass
from typing import Any

from wire_bodies import (
    ACCOUNT,
    API,
    COLLECTION,
    DEPLOYMENT,
    FILE,
    HARDWARE,
    HEX,
    ID,
    MODEL,
    RELEASE,
    SEARCHES,
    SECRETS,
    STORED,
    STORED_TRAINING,
    TRAINING_URLS,
    URLS,
    VERSION,
)


@dataclass(frozen=True)
class Table:
    """One object."""

    body: dict[str, Any]
    """With all its members."""
    never_null: str = ""
    never_missing: str = ""
    open: str = ""
    """Members whose values are an enumeration that can grow."""

    @property
    def nullable(self) -> list[str]:
        return sorted(set(self.body) - set(self.never_null.split()))

    @property
    def optional(self) -> list[str]:
        return sorted(set(self.body) - set(self.never_missing.split()))


RUN = {
    "source": "api",
    "webhook": "https://hooks.example.org/a",
    "webhook_events_filter": ["start", "completed"],
    "webhook_completed": "https://hooks.example.org/a",
}
FOUND = SEARCHES["one of each"]

TABLES = {
    "Account": Table(ACCOUNT, never_null="type username", never_missing="type username", open="type"),
    "Hardware": Table(HARDWARE, never_null="name sku", never_missing="name sku"),
    "Collection": Table(COLLECTION, never_null="name slug description", never_missing="name slug description"),
    "Version": Table(VERSION, never_null="id", never_missing="id"),
    "Model": Table(
        {**MODEL, "weights_url": "https://w.example", "created_at": "2024-01-09T10:11:12Z", "is_official": True},
        never_null="owner name visibility run_count",
        never_missing="owner name",
        open="visibility",
    ),
    "Deployment": Table(DEPLOYMENT, never_null="owner name", never_missing="owner name"),
    "DeploymentRelease": Table(RELEASE, never_null="number model version"),
    "DeploymentConfiguration": Table(RELEASE["configuration"], never_null="hardware min_instances max_instances"),
    "Prediction": Table(
        {**STORED, **RUN, "deadline": "2024-06-03T09:20:27.4Z", "deployment": "quay/berth", "stream": True},
        never_null="id status",
        never_missing="id status",
        open="status source",
    ),
    "PredictionUrls": Table(
        {**URLS, "stream": "https://stream.replicate.com/v1/files/bcdf-opaque", "web": f"https://replicate.com/p/{ID}"},
        never_null="get cancel",
    ),
    "Training": Table(
        {**STORED_TRAINING, **RUN, "destination": "quay/harbour-trained"},
        never_null="id status",
        never_missing="id status",
        open="status source",
    ),
    "TrainingUrls": Table({**TRAINING_URLS, "web": f"https://replicate.com/p/{ID}"}, never_null="get cancel"),
    "FileResource": Table(FILE, never_null="id", never_missing="id"),
    "FileUrls": Table({"get": f"{API}/files/{HEX}"}, never_null="get"),
    "SearchResults": Table(FOUND),
    "SearchModel": Table(FOUND["models"][0], never_null="model", never_missing="model"),
    "SearchModelMetadata": Table(FOUND["models"][0]["metadata"]),
    "SearchCollection": Table(FOUND["collections"][0]),
    "SearchPage": Table(FOUND["pages"][0]),
    "WebhookSecret": Table(SECRETS["plain"], never_null="key", never_missing="key"),
    "Problem": Table(
        {
            "title": "Input validation failed",
            "detail": "- input: prompt is required\n",
            "status": 422,
            "type": "https://errors.example/none",
            "instance": "/v1/predictions",
            "invalid_fields": [{"type": "required", "field": "input", "description": "prompt is required"}],
            "retry_after": 1.5,
        }
    ),
    "InvalidField": Table({"type": "required", "field": "input", "description": "prompt is required"}, open="type"),
    "PredictionPage": Table(
        {"next": f"{API}/predictions?cursor=cD0x", "previous": None, "results": [STORED]},
        never_null="results",
        never_missing="results",
    ),
}
for kind, row in {
    "Model": MODEL,
    "Version": VERSION,
    "FileResource": FILE,
    "Collection": COLLECTION,
    "Deployment": DEPLOYMENT,
    "Training": STORED_TRAINING,
}.items():
    TABLES[f"{kind.removesuffix('Resource')}Page"] = Table(
        {"next": f"{API}/x?cursor=cD0x", "previous": None, "results": [row]},
        never_null="results",
        never_missing="results",
    )
