"""Fixtures that several test modules share."""

from __future__ import annotations

import pytest

from tests.harvest import Harvest, gather


@pytest.fixture(scope="session")
def harvest(tmp_path_factory: pytest.TempPathFactory) -> Harvest:
    """All sample portals crawled once; tests must not change its archive."""
    return gather(tmp_path_factory.mktemp("harvest"))
