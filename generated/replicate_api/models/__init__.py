"""Contains all the data models used in inputs/outputs, each imported when it is first asked for"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .account import Account
    from .account_type import AccountType
    from .collection import Collection
    from .collection_page import CollectionPage
    from .deployment import Deployment
    from .deployment_configuration import DeploymentConfiguration
    from .deployment_create import DeploymentCreate
    from .deployment_page import DeploymentPage
    from .deployment_release import DeploymentRelease
    from .deployment_update import DeploymentUpdate
    from .file_metadata import FileMetadata
    from .file_page import FilePage
    from .file_resource import FileResource
    from .file_upload import FileUpload
    from .file_urls import FileUrls
    from .hardware import Hardware
    from .invalid_field import InvalidField
    from .model import Model
    from .model_create import ModelCreate
    from .model_page import ModelPage
    from .model_sort_key import ModelSortKey
    from .model_update import ModelUpdate
    from .model_visibility import ModelVisibility
    from .prediction import Prediction
    from .prediction_create import PredictionCreate
    from .prediction_create_without_version import PredictionCreateWithoutVersion
    from .prediction_page import PredictionPage
    from .prediction_source import PredictionSource
    from .prediction_source_filter import PredictionSourceFilter
    from .prediction_status import PredictionStatus
    from .prediction_urls import PredictionUrls
    from .problem import Problem
    from .search_collection import SearchCollection
    from .search_model import SearchModel
    from .search_model_metadata import SearchModelMetadata
    from .search_page import SearchPage
    from .search_results import SearchResults
    from .sort_direction import SortDirection
    from .training import Training
    from .training_create import TrainingCreate
    from .training_page import TrainingPage
    from .training_urls import TrainingUrls
    from .version import Version
    from .version_page import VersionPage
    from .webhook_event import WebhookEvent
    from .webhook_secret import WebhookSecret

__all__ = (
    "Account",
    "AccountType",
    "Collection",
    "CollectionPage",
    "Deployment",
    "DeploymentConfiguration",
    "DeploymentCreate",
    "DeploymentPage",
    "DeploymentRelease",
    "DeploymentUpdate",
    "FileMetadata",
    "FilePage",
    "FileResource",
    "FileUpload",
    "FileUrls",
    "Hardware",
    "InvalidField",
    "Model",
    "ModelCreate",
    "ModelPage",
    "ModelSortKey",
    "ModelUpdate",
    "ModelVisibility",
    "Prediction",
    "PredictionCreate",
    "PredictionCreateWithoutVersion",
    "PredictionPage",
    "PredictionSource",
    "PredictionSourceFilter",
    "PredictionStatus",
    "PredictionUrls",
    "Problem",
    "SearchCollection",
    "SearchModel",
    "SearchModelMetadata",
    "SearchPage",
    "SearchResults",
    "SortDirection",
    "Training",
    "TrainingCreate",
    "TrainingPage",
    "TrainingUrls",
    "Version",
    "VersionPage",
    "WebhookEvent",
    "WebhookSecret",
)

if not TYPE_CHECKING:  # type checkers would take __getattr__ for a promise that every name exists
    _MODULES = {
        "Account": ".account",
        "AccountType": ".account_type",
        "Collection": ".collection",
        "CollectionPage": ".collection_page",
        "Deployment": ".deployment",
        "DeploymentConfiguration": ".deployment_configuration",
        "DeploymentCreate": ".deployment_create",
        "DeploymentPage": ".deployment_page",
        "DeploymentRelease": ".deployment_release",
        "DeploymentUpdate": ".deployment_update",
        "FileMetadata": ".file_metadata",
        "FilePage": ".file_page",
        "FileResource": ".file_resource",
        "FileUpload": ".file_upload",
        "FileUrls": ".file_urls",
        "Hardware": ".hardware",
        "InvalidField": ".invalid_field",
        "Model": ".model",
        "ModelCreate": ".model_create",
        "ModelPage": ".model_page",
        "ModelSortKey": ".model_sort_key",
        "ModelUpdate": ".model_update",
        "ModelVisibility": ".model_visibility",
        "Prediction": ".prediction",
        "PredictionCreate": ".prediction_create",
        "PredictionCreateWithoutVersion": ".prediction_create_without_version",
        "PredictionPage": ".prediction_page",
        "PredictionSource": ".prediction_source",
        "PredictionSourceFilter": ".prediction_source_filter",
        "PredictionStatus": ".prediction_status",
        "PredictionUrls": ".prediction_urls",
        "Problem": ".problem",
        "SearchCollection": ".search_collection",
        "SearchModel": ".search_model",
        "SearchModelMetadata": ".search_model_metadata",
        "SearchPage": ".search_page",
        "SearchResults": ".search_results",
        "SortDirection": ".sort_direction",
        "Training": ".training",
        "TrainingCreate": ".training_create",
        "TrainingPage": ".training_page",
        "TrainingUrls": ".training_urls",
        "Version": ".version",
        "VersionPage": ".version_page",
        "WebhookEvent": ".webhook_event",
        "WebhookSecret": ".webhook_secret",
    }

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_MODULES[name], __name__), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
