"""The store's paths: where things lie, and what cannot be a name."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.layout import Layout

LAYOUT = Layout("/archive")


def test_everything_lies_where_the_layout_says() -> None:
    assert LAYOUT.catalogue == Path("/archive/catalogue.sqlite")
    assert LAYOUT.state("demo_shili") == Path("/archive/state/demo_shili.sqlite")
    assert LAYOUT.warc_dir("demo_shili") == Path("/archive/warc/demo_shili")
    assert LAYOUT.text("demo_shili", "0123456789abcdef") == Path(
        "/archive/text/demo_shili/0123456789abcdef.txt"
    )
    assert LAYOUT.run("demo_shili", "20260115T021500Z") == Path(
        "/archive/runs/demo_shili/20260115T021500Z.json"
    )


def test_an_older_version_is_named_by_its_warc_date_in_utc() -> None:
    beijing = datetime(2026, 1, 15, 10, 15, tzinfo=timezone(timedelta(hours=8)))
    path = LAYOUT.text_version("demo_shili", "0123456789abcdef", beijing)
    assert path.name == "0123456789abcdef@2026-01-15T02:15:00Z.txt"
    microsecond = datetime(2026, 1, 15, 2, 15, 0, 5, UTC)
    assert LAYOUT.text_version("demo_shili", "0123456789abcdef", microsecond) != path


@pytest.mark.parametrize(
    "portal", ["", "..", "a/b", "../x", "Demo_a", "a-b", "红寺堡", "_a", "a__b", "a\n", "a" * 81]
)
def test_what_is_no_portal_key_is_refused_by_name(portal: str) -> None:
    for path in (LAYOUT.warc_dir, LAYOUT.text_dir, LAYOUT.run_dir, LAYOUT.state):
        with pytest.raises(ConfigurationError, match="expected <province>_<county>"):
            path(portal)


@pytest.mark.parametrize("portal", ["demo", "ningxia_hongsibu", "jilin_changchun_chaoyang", "a_1"])
def test_portal_keys(portal: str) -> None:
    assert LAYOUT.warc_dir(portal).name == portal


@pytest.mark.parametrize("doc_id", ["", "../../etc/passwd", "0123456789ABCDEF", "0123"])
def test_a_document_id_cannot_leave_the_archive(doc_id: str) -> None:
    with pytest.raises(ConfigurationError, match="doc_id"):
        LAYOUT.text("demo_shili", doc_id)


def test_portals_are_the_directories_with_warc_files(tmp_path: Path) -> None:
    assert Layout(tmp_path).portals() == []
    for name in ("demo_b", "demo_a", "lost+found"):
        (tmp_path / "warc" / name).mkdir(parents=True)
    (tmp_path / "warc" / "demo_c").write_text("a file")
    assert Layout(tmp_path).portals() == ["demo_a", "demo_b"]
