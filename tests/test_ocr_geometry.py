"""Pages made readable and cut into lines, before anything is recognised."""

from __future__ import annotations

import io

import pytest

cv2 = pytest.importorskip("cv2", reason="not installed: pip install 'xianzhi[ocr]'")
np = pytest.importorskip("numpy", reason="not installed: pip install 'xianzhi[ocr]'")

from PIL import Image, ImageDraw  # noqa: E402

from crawler.conversion.ocr_clean import ink_of, straightened, without_seals  # noqa: E402
from crawler.conversion.ocr_images import Raster, raster_of  # noqa: E402
from crawler.conversion.ocr_marks import dashes  # noqa: E402
from crawler.conversion.ocr_pieces import cells_of, pieces_of  # noqa: E402
from crawler.conversion.ocr_rulings import erased, rulings_of, without_strokes  # noqa: E402
from crawler.extraction.filed import UnreadableError  # noqa: E402
from crawler.items import PageOutcome  # noqa: E402
from tests.attachments.scans import Look, scan  # noqa: E402
from tests.ocr_pictures import printed  # noqa: E402

DPI = 200
RED = (214, 32, 40)


def canvas(width: int = 900, height: int = 600) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    page = Image.new("RGB", (width, height), "white")
    return page, ImageDraw.Draw(page)


def bars(draw: ImageDraw.ImageDraw, *boxes: tuple[int, int, int, int]) -> None:
    """Blocks of ink in the place of letters."""
    for box in boxes:
        draw.rectangle(box, fill="black")


def ruled(draw: ImageDraw.ImageDraw, xs: tuple[int, ...], ys: tuple[int, ...]) -> None:
    for x in xs:
        draw.line((x, ys[0], x, ys[-1]), "black", 2)
    for y in ys:
        draw.line((xs[0], y, xs[-1], y), "black", 2)


def mask(page: Image.Image) -> np.ndarray:
    return ink_of(np.asarray(page.convert("L")))


@pytest.mark.parametrize("skew", [-4.0, 0.0, 0.4])
def test_the_angle_of_a_page_is_found(skew: float) -> None:
    content = scan(printed(), Look("PNG", skew=skew))
    _, angle = straightened(np.asarray(Image.open(io.BytesIO(content))))
    assert angle == pytest.approx(-skew, abs=0.11)


def test_a_seal_is_bleached_the_print_below_it_stays() -> None:
    page, draw = canvas()
    draw.ellipse((200, 150, 500, 450), outline=RED, width=9)  # 38 mm
    bars(draw, (300, 280, 330, 320))
    grey = without_seals(np.asarray(page), DPI)
    assert grey[300, 204] > 240  # on the ring
    assert grey[300, 315] < 30


def test_a_red_letterhead_is_text() -> None:
    page, draw = canvas()
    for x in range(100, 700, 110):
        draw.rectangle((x, 100, x + 90, 190), fill=RED)
    grey = without_seals(np.asarray(page), DPI)
    assert grey[150, 150] < 130


def test_rulings_make_cells_and_dashes_and_strokes_do_not() -> None:
    page, draw = canvas()
    xs, ys = (100, 400, 800), (200, 280, 360)
    ruled(draw, xs, ys)
    bars(draw, (450, 238, 530, 240))  # ——
    bars(draw, (100, 60, 103, 118), (100, 60, 170, 63), (167, 60, 170, 118))  # of a letter, 口
    ink = mask(page)
    horizontal, vertical = rulings_of(ink, DPI)
    boxes = [(95, 58, 300, 120)]
    horizontal = without_strokes(horizontal, boxes, horizontal=True)
    vertical = without_strokes(vertical, boxes, horizontal=False)
    assert [round(at, -1) for at, *_ in horizontal] == list(ys)
    assert [round(at, -1) for at, *_ in vertical] == list(xs)
    cells = cells_of(horizontal, vertical, 600, DPI)
    assert [[round(side, -1) for side in cell] for cell in cells] == [
        [100, 200, 400, 280], [400, 200, 800, 280], [100, 280, 400, 360], [400, 280, 800, 360],
    ]  # fmt: skip
    bare = erased(np.asarray(page.convert("L")), horizontal, vertical, DPI)
    assert bare[239, 500] < 30  # the dash stays
    assert bare[280, 200] == 255  # the ruling is gone


def test_a_drawing_has_no_rulings() -> None:
    page, draw = canvas(1400, 1400)
    for y in range(40, 1360, 12):
        for x in range(40, 1300, 80):
            draw.line((x, y, x + 66, y), "black", 2)
    assert rulings_of(mask(page), DPI) == ([], [])


def test_the_shadow_of_a_sheet_is_no_table() -> None:
    page, draw = canvas()
    draw.rectangle((0, 0, 899, 599), outline="black", width=9)
    assert rulings_of(mask(page), DPI) == ([], [])


CELLS = [(100, 200, 400, 280), (400, 200, 800, 280)]


def test_a_box_across_a_ruling_is_cut_there() -> None:
    page, draw = canvas()
    bars(draw, (120, 225, 380, 255), (420, 225, 500, 255))
    (first, second), left = _pieces(page, [(110, 220, 510, 260)], CELLS)
    assert (first[0], first[2]) == (pytest.approx(120, abs=3), pytest.approx(381, abs=3))
    assert (second[0], second[2]) == (pytest.approx(420, abs=3), pytest.approx(501, abs=3))
    assert not left


def test_a_wide_gap_parts_a_line_and_a_blank_does_not() -> None:
    page, draw = canvas()
    bars(draw, (100, 60, 200, 90), (230, 60, 300, 90), (420, 60, 500, 90))
    found, _ = _pieces(page, [(95, 55, 505, 95)], [])
    assert [(round(box[0], -1), round(box[2], -1)) for box in found] == [(100, 300), (420, 500)]


def test_a_digit_that_was_overlooked_is_found_a_speck_is_not() -> None:
    page, draw = canvas()
    bars(draw, (120, 225, 380, 255), (500, 225, 516, 255), (600, 240, 602, 242))
    _, left = _pieces(page, [(110, 220, 390, 260)], CELLS)
    assert [(round(box[0], -1), round(box[2], -1)) for box in left] == [(500, 520)]


def test_a_high_box_is_two_lines_or_one_letter_of_a_title() -> None:
    page, draw = canvas()
    bars(draw, (500, 206, 526, 232), (500, 240, 526, 266))  # 总 above 计
    bars(draw, (100, 20, 170, 30), (100, 60, 170, 80))  # 二, larger
    usual = [(120, 420, 380, 460)] * 3
    bars(draw, (120, 425, 380, 455))
    found, _ = _pieces(page, [(495, 202, 531, 271), (96, 15, 174, 100), *usual], CELLS)
    assert len([box for box in found if box[0] > 450]) == 2
    assert len([box for box in found if box[1] < 150]) == 1


def test_a_full_stop_beside_its_box_belongs_to_it() -> None:
    page, draw = canvas()
    bars(draw, (100, 60, 300, 90), (312, 80, 320, 90))
    ((_, _, right, _),), _ = _pieces(page, [(95, 55, 303, 95)], [])
    assert right >= 320


def _pieces(
    page: Image.Image,
    boxes: list[tuple[int, int, int, int]],
    cells: list[tuple[int, int, int, int]],
) -> tuple[list[tuple[int, int, int, int]], list[tuple[int, int, int, int]]]:
    pieces = pieces_of(boxes, cells, mask(page))
    return list(pieces.found), list(pieces.left)


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        ([(100, 60, 160, 62)], "——"),
        ([(100, 60, 127, 62), (132, 60, 160, 62)], "——"),
        ([(100, 60, 128, 62)], ""),  # 一, or a dash: for the recogniser
        ([(100, 50, 160, 52), (100, 70, 160, 72)], ""),  # 二
        ([(100, 50, 160, 70)], ""),
    ],
)
def test_bars_on_one_level_are_a_dash(marks: list[tuple[int, int, int, int]], text: str) -> None:
    page, draw = canvas()
    bars(draw, *marks)
    assert dashes((95, 40, 170, 80), mask(page), 40) == text


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_mode_of_colour_becomes_black_on_white(mode: str) -> None:
    page, draw = canvas(400, 300)
    bars(draw, (100, 100, 200, 200))
    image = page.convert("L").convert(mode) if mode != "I;16" else _deep(page)
    buffer = io.BytesIO()
    image.save(buffer, "TIFF" if mode in ("CMYK", "I;16") else "PNG", dpi=(72, 72))
    raster = raster_of(buffer.getvalue(), 1)
    assert isinstance(raster, Raster)
    height, width, channels = raster.pixels.shape
    assert channels == 3
    assert raster.pixels[height // 2, width * 3 // 8].max() < 60
    assert raster.pixels[5, 5].min() > 240


def _deep(page: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(page.convert("L")).astype(np.uint16) * 257)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "JPEG"])
def test_pictures_without_a_resolution_are_taken_for_a_page(kind: str) -> None:
    page, _ = canvas(827, 1169)
    buffer = io.BytesIO()
    page.save(buffer, kind)
    raster = raster_of(buffer.getvalue(), 1)
    assert isinstance(raster, Raster)
    assert (raster.dpi, raster.count, raster.pixels.shape[1]) == (200, 1, 1654)


def test_a_page_that_is_not_there_is_named() -> None:
    page, _ = canvas(100, 100)
    buffer = io.BytesIO()
    page.save(buffer, "TIFF", save_all=True, append_images=[page])
    assert isinstance(raster_of(buffer.getvalue(), 2), Raster)
    for content, number in ((buffer.getvalue(), 3), (scan(printed(), Look()), 2)):
        with pytest.raises(UnreadableError) as caught:
            raster_of(content, number)
        assert caught.value.outcome is PageOutcome.ERROR
