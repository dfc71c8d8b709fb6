"""The test kit for applications built on this library; needs the extra `testing`."""

from __future__ import annotations

__all__: list[str] = []
