from typing import Literal

ModelSortKey = Literal["latest_version_created_at", "model_created_at"]

MODEL_SORT_KEY_VALUES: set[ModelSortKey] = {
    "latest_version_created_at",
    "model_created_at",
}


def check_model_sort_key(value: str) -> ModelSortKey:
    if value in MODEL_SORT_KEY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MODEL_SORT_KEY_VALUES!r}")
