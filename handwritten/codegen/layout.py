"""Where the compiler step reads and writes. Never touches the files themselves."""

from dataclasses import dataclass
from pathlib import Path

PACKAGE = "replicate_api"


@dataclass(frozen=True)
class Layout:
    """The files of one checkout that take part in the compiler step."""

    root: Path

    @classmethod
    def of_this_checkout(cls) -> "Layout":
        """Find the checkout that this module belongs to."""
        return cls(Path(__file__).resolve().parents[2])

    @property
    def contract(self) -> Path:
        """The wire contract."""
        return self.root / "openapi.yaml"

    @property
    def config(self) -> Path:
        """The generator's settings."""
        return self.root / "generator-config.yaml"

    @property
    def templates(self) -> Path:
        """Our versions of some of the generator's templates."""
        return Path(__file__).resolve().parent / "templates"

    @property
    def reasons(self) -> Path:
        """Why the contract differs from the service's own description."""
        return Path(__file__).resolve().parent / "differences.yaml"

    @property
    def staging(self) -> Path:
        """Where a package is built before it is compared or moved."""
        return self.root / ".build"

    @property
    def target(self) -> Path:
        """The committed package."""
        return self.root / "generated" / PACKAGE
