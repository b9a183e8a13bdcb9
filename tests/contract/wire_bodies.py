"""Bodies in every form that the service has been seen to send, with invented values. No test lives here.

The keys say what is special about a body; members stand in the order in which the service writes them.
"""

HEX = "7c1e0d5b9a3f48620c7e1d5b9a3f48620c7e1d5b9a3f48620c7e1d5b9a3f4862"
API = "https://api.replicate.com/v1"
ID = "m0v6s2y8e4q1d7h3k9n5r0t2wa"
URLS = {"cancel": f"{API}/predictions/{ID}/cancel", "get": f"{API}/predictions/{ID}"}

YOUNG = {
    "id": ID,
    "model": "quay/harbour",
    "version": HEX,
    "input": {"prompt": "boats", "steps": 4},
    "logs": "",
    "error": None,
    "status": "starting",
    "created_at": "2024-06-03T09:15:27.4Z",
    "urls": URLS,
}
STORED = {
    "completed_at": "2024-06-03T09:15:31.207315Z",
    "created_at": "2024-06-03T09:15:27.400000Z",
    "data_removed": False,
    "error": None,
    "id": ID,
    "input": {"prompt": "boats", "steps": 4},
    "logs": "Using seed: 41\n",
    "metrics": {"predict_time": 3.798101, "total_time": 3.807315},
    "output": ["https://replicate.delivery/pbxt/Zr4k/out-0.png"],
    "started_at": "2024-06-03T09:15:27.409214Z",
    "status": "succeeded",
    "urls": URLS,
    "model": "quay/harbour",
    "version": HEX,
    "webhook": None,
}


def without(body, *names):
    return {name: value for name, value in body.items() if name not in names}


PREDICTIONS = {
    "young, unset members missing": YOUNG,
    "young, 2023, no model": without(YOUNG, "model"),
    "young, processing with logs": {
        **YOUNG,
        "status": "processing",
        "started_at": "2024-06-03T09:15:27.409214887Z",
        "logs": "Loading weights:   0%|          | 0.00/209M\n 25%|##5       | 1/4 [00:00<00:01]\r",
    },
    "young, failed before it started": {**YOUNG, "status": "failed", "error": "Director: unexpected error (E9243)"},
    "created in 2025, output null and a page on the website": {
        **without(YOUNG, "error"),
        "version": "hidden",
        "output": None,
        "data_removed": False,
        "error": None,
        "urls": {
            **URLS,
            "stream": "https://stream.replicate.com/v1/files/bcdf-opaque",
            "web": f"https://replicate.com/p/{ID}",
        },
    },
    "created with the deprecated stream member": {
        **YOUNG,
        "stream": True,
        "urls": {**URLS, "stream": "https://streaming-api.svc.us.c.replicate.net/v1/streams/opaque"},
    },
    "created with a deadline, a webhook and a source": {
        **YOUNG,
        "deadline": "2024-06-03T09:20:27.4Z",
        "source": "api",
        "deployment": "quay/berth",
        "webhook": "https://hooks.example.org/a?job=1",
        "webhook_events_filter": ["start", "completed"],
    },
    "waited for, output complete but status processing": {
        **YOUNG,
        "status": "processing",
        "output": ["data:image/png;base64,iVBORw0KGgo="],
        "data_removed": False,
    },
    "waited for, wait ran out": {**YOUNG, "output": None},
    "waited for, failed in time": {
        **YOUNG,
        "status": "failed",
        "error": "prompt was refused",
        "output": None,
        "started_at": "2024-06-03T09:15:28Z",
        "completed_at": "2024-06-03T09:15:29.25Z",
        "metrics": {"predict_time": 1.25},
    },
    "version override of a deployment": {**YOUNG, "version": "dp-2b4d6f8091a3c5e7092b4d6f8091a3c5"},
    "version of an official model": {**YOUNG, "version": "d-2b4d6f8091a3c5e7092b4d6f8091a3c5"},
    "stored, succeeded": STORED,
    "stored, error is an empty text": {**STORED, "error": ""},
    "stored, waiting, everything unset is null": {
        **STORED,
        "completed_at": None,
        "started_at": None,
        "logs": None,
        "output": None,
        "metrics": {},
        "status": "starting",
    },
    "stored, canceled before it started, times out of order": {
        **STORED,
        "created_at": "2024-06-03T09:15:27.412Z",
        "logs": None,
        "output": None,
        "metrics": {"predict_time": 2e-06, "total_time": 0.097},
        "status": "canceled",
    },
    "stored, aborted": {**STORED, "status": "aborted", "output": None, "started_at": None, "deadline": None},
    "stored, 2023, older name of the webhook": {
        **without(STORED, "data_removed", "webhook"),
        "metrics": {"predict_time": 3.798101},
        "webhook_completed": None,
    },
    "stored, data removed, emptied": {**STORED, "data_removed": True, "input": {}, "logs": "", "output": None},
    "stored, data removed, nulled": {**STORED, "data_removed": True, "input": None, "logs": None, "output": None},
    "stored, metrics are numbers, texts and booleans": {
        **STORED,
        "metrics": {
            "predict_time": 8,
            "image_count": 1,
            "resolution_target": "1080p",
            "with_audio": True,
            "spread": [1, 2],
        },
    },
    "stored, metrics are null": {**STORED, "metrics": None},
    "stored, output is a text": {**STORED, "output": "three boats"},
    "stored, output is an object of files": {
        **STORED,
        "output": {"file": "https://replicate.delivery/x/a.wav", "text": ""},
    },
    "stored, output is a number": {**STORED, "output": 0.25},
    "stored, output is nested lists": {**STORED, "output": [[0.5, -1], []]},
    "webhook, at the start": {
        "created_at": "2025-06-08T12:06:15.127Z",
        "data_removed": False,
        "error": None,
        "id": ID,
        "input": {"prompt": "boats"},
        "logs": "",
        "model": "quay/harbour",
        "started_at": "2025-06-08T12:06:15.136427877Z",
        "status": "processing",
        "urls": URLS,
        "version": "hidden",
        "webhook": "https://hooks.example.org/a",
        "webhook_events_filter": ["start", "completed", "logs", "output"],
    },
    "webhook, at the end": {
        "completed_at": "2025-06-08T12:06:20.383588891Z",
        "created_at": "2025-06-08T12:06:15.127Z",
        "data_removed": False,
        "error": None,
        "id": ID,
        "input": {"prompt": "boats"},
        "logs": "Using seed: 41\n",
        "metrics": {"image_count": 1, "predict_time": 5.247161016},
        "model": "quay/harbour",
        "output": "https://replicate.delivery/xezq/Zr4k/out.png",
        "started_at": "2025-06-08T12:06:15.136427877Z",
        "status": "succeeded",
        "urls": URLS,
        "version": "hidden",
        "webhook": "https://hooks.example.org/a",
        "webhook_events_filter": ["start", "completed", "logs", "output"],
    },
    "a status that nobody has seen yet": {**YOUNG, "status": "hibernating"},
    "members that nobody has seen yet": {**YOUNG, "queue_position": 3, "cluster": {"name": "b"}},
    "a 25-character id and urls over http": {
        **YOUNG,
        "id": ID[:25],
        "urls": {"get": f"http://localhost:8000/v1/predictions/{ID}"},
    },
}

VERSION = {
    "id": HEX,
    "created_at": "2024-05-30T18:00:00.25Z",
    "cog_version": "0.9.0-beta8",
    "openapi_schema": {
        "openapi": "3.0.2",
        "info": {"title": "Cog", "version": "0.1.0"},
        "paths": {},
        "components": {"schemas": {"Input": {"type": "object", "title": "Input"}, "Output": {"type": "string"}}},
    },
}
VERSIONS = {
    "plain": VERSION,
    "packaged by an odd build": {**VERSION, "cog_version": "v0.4.0+dev"},
    "without a packaging version": {**VERSION, "cog_version": None},
    "without a schema": {**VERSION, "openapi_schema": None},
    "schema without info and paths": {**VERSION, "openapi_schema": {"components": {"schemas": {"Input": {}}}}},
    "only what is always there": without(VERSION, "cog_version", "openapi_schema"),
}

MODEL = {
    "url": "https://replicate.com/quay/harbour",
    "owner": "quay",
    "name": "harbour",
    "description": "Paints boats.",
    "visibility": "public",
    "github_url": None,
    "paper_url": "https://arxiv.example/abs/1",
    "license_url": None,
    "run_count": 3_000_000_000,
    "cover_image_url": "https://replicate.delivery/pbxt/Zr4k/out-0.png",
    "default_example": STORED,
    "latest_version": VERSION,
}
MODELS = {
    "plain": MODEL,
    "new and empty": {
        **MODEL,
        "description": None,
        "visibility": "private",
        "run_count": 0,
        "cover_image_url": None,
        "default_example": None,
        "latest_version": None,
    },
    "with its time of creation": {**MODEL, "created_at": "2024-01-09T10:11:12.131415Z"},
    "with weights": {**MODEL, "weights_url": "https://weights.example/w.tar"},
    "with null weights": {**MODEL, "weights_url": None},
    "official": {**MODEL, "is_official": True},
    "with an example whose status is not known yet": {**MODEL, "default_example": {**STORED, "status": "hibernating"}},
    "a visibility that nobody has seen yet": {**MODEL, "visibility": "unlisted"},
    "a model member inside its schema": {
        **MODEL,
        "latest_version": {**VERSION, "openapi_schema": {"info": {"title": "Cog", "model": "quay/harbour"}}},
    },
}

FILE = {
    "id": "YzE1ZDcyOWUtNWI2YS00ZTAxLTkzYmItMGY4ODdhNGQ2YzE5",
    "name": "boat.png",
    "content_type": "image/png",
    "size": 0,
    "etag": "d41d8cd98f00b204e9800998ecf8427e",
    "checksums": {"sha256": HEX, "md5": "d41d8cd98f00b204e9800998ecf8427e"},
    "metadata": {},
    "created_at": "2024-06-03T09:15:27.4Z",
    "expires_at": "2024-06-04T09:15:27.4Z",
    "urls": {"get": f"{API}/files/YzE1ZDcyOWUtNWI2YS00ZTAxLTkzYmItMGY4ODdhNGQ2YzE5"},
}
FILES = {
    "plain": FILE,
    "later form, without name and etag": {**without(FILE, "name", "etag"), "checksums": {"sha256": HEX}},
    "that does not expire": {**FILE, "expires_at": None},
    "with metadata": {**FILE, "metadata": {"customer": "c-17", "tags": ["a"], "n": 1}},
}

PAGES = {
    "last": {"next": None, "previous": None, "results": []},
    "first": {"next": f"{API}/predictions?cursor=cD0x", "previous": None, "results": []},
    "without links": {"results": []},
    "with the word null as a link": {"next": "null", "previous": "", "results": []},
}

SEARCHES = {
    "one of each": {
        "query": "boats",
        "models": [{"model": MODEL, "metadata": {"generated_description": "Boats.", "tags": ["sea"], "score": 0.5}}],
        "collections": [{"name": "Sea", "slug": "sea", "description": "Ships", "models": ["quay/harbour"]}],
        "pages": [{"name": "Boats", "href": "/docs/boats"}],
    },
    "nothing": {"query": "", "models": [], "collections": [], "pages": []},
    "sparse": {
        "query": "boats",
        "models": [{"model": without(MODEL, "default_example"), "metadata": {}}],
        "collections": [{"name": "Sea", "slug": "sea", "description": "Ships"}],
        "pages": [],
    },
}

PROBLEMS = {
    "401, token not valid": {
        "title": "Unauthenticated",
        "detail": "You did not pass a valid authentication token",
        "status": 401,
    },
    "401, no token": {"title": "Unauthenticated", "detail": "You did not pass an authentication token", "status": 401},
    "402": {"title": "Insufficient credit", "detail": "You have insufficient credit to run this model.", "status": 402},
    "404, without status": {"detail": "The requested resource could not be found."},
    "404": {"detail": "The requested resource could not be found.", "status": 404},
    "422, version": {
        "title": "Invalid version or not permitted",
        "detail": "The specified version does not exist (or perhaps you don't have permission to use it?)",
        "status": 422,
    },
    "422, input": {
        "detail": "- input: prompt is required\n- input.size: Must be less than or equal to 9\n- Unwanted x\n",
        "status": 422,
        "title": "Input validation failed",
        "invalid_fields": [
            {"type": "required", "field": "input", "description": "prompt is required"},
            {"type": "number_lte", "field": "input.size", "description": "Must be less than or equal to 9"},
            {
                "type": "additional_property_not_allowed",
                "field": "",
                "description": "Additional property x is not allowed",
            },
        ],
    },
    "422, form of the metadata endpoints": {"name": ["This name is taken."]},
    "429, oldest wording": {"detail": "Request was throttled. Expected available in 1 second."},
    "429, newer wording": {"detail": "Request was throttled. Your rate limit resets in ~30s."},
    "429, low credit": {
        "detail": "Request was throttled. Your rate limit resets in ~7s.",
        "status": 429,
        "retry_after": 7,
    },
    "with every member": {
        "type": "https://errors.example/none",
        "title": "Gone",
        "status": 410,
        "detail": "It is gone",
        "instance": "/v1/files/1",
    },
    "detail is a list": {"detail": ["first", "second"], "status": 400},
    "detail is an object": {"detail": {"prompt": ["required"]}},
    "empty": {},
}

ACCOUNT = {
    "type": "organization",
    "username": "quay",
    "name": "The Quay",
    "avatar_url": "https://img.example/quay.png",
    "github_url": "https://github.com/quay",
}
ACCOUNTS = {
    "organisation": ACCOUNT,
    "user": {**ACCOUNT, "type": "user"},
    "older form, without a picture": without(ACCOUNT, "avatar_url"),
    "later form, without a name and a page": without(ACCOUNT, "name", "github_url", "avatar_url"),
    "everything unset is null": {**ACCOUNT, "name": None, "github_url": None, "avatar_url": None},
    "a kind that nobody has seen yet": {**ACCOUNT, "type": "robot"},
}

HARDWARE = {"name": "Nvidia T4 GPU", "sku": "gpu-t4"}
HARDWARES = {
    "plain": HARDWARE,
    "a SKU that nobody has seen yet": {"name": "8x Nvidia Z9 GPU", "sku": "gpu-z9-8x"},
    "members that nobody has seen yet": {**HARDWARE, "memory": 16, "price": {"per_second": "0.0002"}},
}

COLLECTION = {
    "name": "Painters of boats",
    "slug": "painters-of-boats",
    "description": "Models that paint boats.",
    "full_description": "## Boats\n",
    "models": [MODEL, {**MODEL, "name": "pier", "latest_version": None}],
}
COLLECTIONS = {
    "in a list": without(COLLECTION, "models", "full_description"),
    "in a list, with a longer text": without(COLLECTION, "models"),
    "with models": COLLECTION,
    "without a longer text": {**COLLECTION, "full_description": None},
    "empty": {**COLLECTION, "models": []},
    "each form of a model": {**COLLECTION, "models": list(MODELS.values())},
}

RELEASE = {
    "number": 3,
    "model": "quay/harbour",
    "version": HEX,
    "created_at": "2024-02-15T16:32:57.018467Z",
    "created_by": ACCOUNT,
    "configuration": {"hardware": "gpu-t4", "min_instances": 1, "max_instances": 5},
}
DEPLOYMENT = {"owner": "quay", "name": "berth", "current_release": RELEASE}
DEPLOYMENTS = {
    "plain": DEPLOYMENT,
    "just created": {**DEPLOYMENT, "current_release": {**RELEASE, "number": 1}},
    "off": {
        **DEPLOYMENT,
        "current_release": {
            **RELEASE,
            "configuration": {**RELEASE["configuration"], "min_instances": 0, "max_instances": 0},
        },
    },
    "without a release": {**DEPLOYMENT, "current_release": None},
    "release without a maker": {**DEPLOYMENT, "current_release": without(RELEASE, "created_by")},
    "release whose maker is null": {**DEPLOYMENT, "current_release": {**RELEASE, "created_by": None}},
    "made by a user without a picture": {
        **DEPLOYMENT,
        "current_release": {**RELEASE, "created_by": {"type": "user", "username": "ada", "name": "Ada"}},
    },
    "more instances than may be asked for": {
        **DEPLOYMENT,
        "current_release": {**RELEASE, "configuration": {**RELEASE["configuration"], "max_instances": 400}},
    },
}

TRAINING_URLS = {"get": f"{API}/trainings/{ID}", "cancel": f"{API}/trainings/{ID}/cancel"}
YOUNG_TRAINING = {**YOUNG, "input": {"images": "https://example.org/boats.zip"}}
STORED_TRAINING = {
    **without(STORED, "output"),
    "input": {"images": "https://example.org/boats.zip"},
    "output": {"version": f"quay/harbour-trained:{HEX}", "weights": "https://replicate.delivery/pbxt/Zr4k/w.tar"},
    "urls": TRAINING_URLS,
}
TRAININGS = {
    "young, with the urls of a prediction": YOUNG_TRAINING,
    "stored, with urls of its own": STORED_TRAINING,
    "stored, canceled, with the urls of a prediction": {
        **STORED_TRAINING,
        "status": "canceled",
        "output": None,
        "urls": URLS,
    },
    "stored, waiting, everything unset is null": {
        **STORED_TRAINING,
        **dict.fromkeys(["completed_at", "started_at", "logs", "output", "error", "webhook", "source"]),
        "metrics": {},
        "status": "starting",
    },
    "in a list, with a source": {**STORED_TRAINING, "source": "web"},
    "with a destination": {**YOUNG_TRAINING, "destination": "quay/harbour-trained"},
    "with a destination that is null": {**STORED_TRAINING, "destination": None},
    "output has only a version": {**STORED_TRAINING, "output": {"version": HEX}},
    "output has only weights": {**STORED_TRAINING, "output": {"weights": "https://replicate.delivery/x/w.tar"}},
    "output is a text": {**STORED_TRAINING, "output": "https://replicate.delivery/x/w.tar"},
    "output is a list": {**STORED_TRAINING, "output": ["https://replicate.delivery/x/w.tar"]},
    "2023, older name of the webhook": {
        **without(STORED_TRAINING, "data_removed", "webhook"),
        "webhook_completed": "https://hooks.example.org/a",
    },
    "webhook": {
        **YOUNG_TRAINING,
        "status": "processing",
        "started_at": "2025-06-08T12:06:15.136427877Z",
        "webhook": "https://hooks.example.org/a",
        "webhook_events_filter": ["start", "completed"],
    },
    "aborted": {**STORED_TRAINING, "status": "aborted", "output": None},
    "a status and a source that nobody has seen yet": {**STORED_TRAINING, "status": "hibernating", "source": "robot"},
}

SECRETS = {
    "plain": {"key": "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"},
    "with members that nobody has seen yet": {"key": "whsec_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3", "expires_at": None},
}

# Schema name -> the bodies that it must accept.
BODIES = {
    "Prediction": PREDICTIONS,
    "PredictionPage": {**PAGES, "of predictions": {**PAGES["last"], "results": list(PREDICTIONS.values())}},
    "Version": VERSIONS,
    "VersionPage": {**PAGES, "of versions": {**PAGES["last"], "results": list(VERSIONS.values())}},
    "Model": MODELS,
    "ModelPage": {**PAGES, "of models": {**PAGES["last"], "results": list(MODELS.values())}},
    "FileResource": FILES,
    "FilePage": {**PAGES, "of files": {**PAGES["last"], "results": list(FILES.values())}},
    "Account": ACCOUNTS,
    "Hardware": HARDWARES,
    "Collection": COLLECTIONS,
    "CollectionPage": {**PAGES, "of collections": {**PAGES["last"], "results": list(COLLECTIONS.values())}},
    "Deployment": DEPLOYMENTS,
    "DeploymentPage": {**PAGES, "of deployments": {**PAGES["last"], "results": list(DEPLOYMENTS.values())}},
    "Training": TRAININGS,
    "TrainingPage": {**PAGES, "of trainings": {**PAGES["last"], "results": list(TRAININGS.values())}},
    "WebhookSecret": SECRETS,
    "SearchResults": SEARCHES,
    "Problem": PROBLEMS,
}
