"""Does the generated package hold exactly what the contract describes? Reads both, changes neither."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from codegen import contract

# With these spellings the generator's module name is the identifier with dots turned into underscores.
OPERATION_ID = re.compile(r"[a-z]+(?:[._][a-z]+)*")
TAG = re.compile(r"[a-z]+(?:_[a-z]+)*")


def problems(document: dict[str, Any], package: Path) -> list[str]:
    """List what the generator dropped, overwrote or left behind, one sentence each; empty when all is well."""
    return [
        *(f"{label}: the generator knows no such method and drops it" for label in contract.inexpressible(document)),
        *_operation_problems(document, package),
        *_schema_problems(document, package),
    ]


def _operation_problems(document: dict[str, Any], package: Path) -> Iterator[str]:
    claims: dict[str, list[str]] = defaultdict(list)
    for operation in contract.operations(document):
        tags: list[str] = operation.definition.get("tags", [])
        identifier: str = operation.definition.get("operationId", "")
        if len(tags) != 1 or not TAG.fullmatch(tags[0]):
            yield f"{operation.label}: needs exactly one tag of lower-case words, has {tags}"
        elif not OPERATION_ID.fullmatch(identifier):
            yield f"{operation.label}: needs an operationId such as predictions.create, has {identifier!r}"
        else:
            claims[f"api/{tags[0]}/{identifier.replace('.', '_')}.py"].append(operation.label)
        if len(operation.definition.get("requestBody", {}).get("content", "1")) != 1:
            yield f"{operation.label}: needs exactly one content type for its body, or the module cannot be imported"
    for module, labels in claims.items():
        if len(labels) > 1:
            yield f"{module}: claimed by {' and '.join(labels)}, and the last one wins"
        if not (package / module).is_file():
            yield f"{labels[0]}: {module} was not generated"
    for file in sorted((package / "api").rglob("*.py")):
        name = file.relative_to(package).as_posix()
        if file.name != "__init__.py" and name not in claims:
            yield f"{name}: belongs to no operation of the contract"


def _schema_problems(document: dict[str, Any], package: Path) -> Iterator[str]:
    modules = {file.stem.replace("_", "") for file in (package / "models").glob("*.py")}
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        if (schema.get("type") == "object" or "enum" in schema) and name.lower() not in modules:
            yield f"schema {name}: no module of models/ was generated for it"
