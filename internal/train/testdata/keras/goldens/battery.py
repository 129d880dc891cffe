"""All combinations of which heads has a part."""

from .heads import every as cases

__all__ = ["cases"]
