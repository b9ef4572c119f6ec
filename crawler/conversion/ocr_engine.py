"""RapidOCR as it is used here: models of the package itself, one thread, no network.

One thread: with more, sums come out in another order, and so might a letter that is nearly
another. A crop is read alone, so that what it says does not hang on its neighbours.
"""

from __future__ import annotations

import math
from importlib.resources import files
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from rapidocr import RapidOCR

Pixels = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]  # left, top, right, bottom

DETECTION: Final = "PP-OCRv6_det_small.onnx"
RECOGNITION: Final = "PP-OCRv6_rec_small.onnx"
_DIRECTION: Final = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
_OVER: Final = "180"
# A4 at 200 dpi. The detector takes 250 bytes a pixel, and finds lines at half the resolution too.
_MOST_LOOKED_AT: Final = 4_000_000


class Reading(NamedTuple):
    text: str
    confidence: float


class Engine:
    """The three models. They are loaded at once, for a worker may load nothing later."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        self._rapid: Any = RapidOCR(params=_parameters())  # what it gives hangs on what is asked
        blank = np.full((64, 320), 255, np.uint8)
        cv2.putText(blank, "0123", (20, 50), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 0, 3)
        self.find(blank)
        self.read(blank)
        self.is_over(blank)

    def find(self, grey: Pixels) -> list[Box]:
        """Boxes around lines of text, from top to bottom."""
        height, width = grey.shape
        scale = min(1.0, math.sqrt(_MOST_LOOKED_AT / (width * height)))
        if scale < 1.0:
            size = (max(int(width * scale), 1), max(int(height * scale), 1))
            grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
        found = self._rapid(_coloured(grey), use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None:
            return []
        low, high = found.boxes.min(axis=1) / scale, found.boxes.max(axis=1) / scale
        boxes = {
            (max(int(x0), 0), max(int(y0), 0), min(int(x1), width), min(int(y1), height))
            for (x0, y0), (x1, y1) in zip(low.tolist(), high.tolist(), strict=True)
        }
        return sorted(boxes, key=lambda box: (box[1], box[0], box))

    def read(self, grey: Pixels) -> Reading:
        """One line of text."""
        found = self._rapid(_coloured(grey), use_det=False, use_cls=False, use_rec=True)
        if not found.txts:
            return Reading("", 0.0)
        return Reading(str(found.txts[0]).strip(), round(float(found.scores[0]), 3))

    def is_over(self, grey: Pixels) -> bool:
        """Whether a line of text stands on its head."""
        found = self._rapid(_coloured(grey), use_det=False, use_cls=True, use_rec=False)
        return bool(found.cls_res) and found.cls_res[0][0] == _OVER


def _parameters() -> dict[str, Any]:
    models = files("rapidocr") / "models"
    return {
        "Global.log_level": "critical",
        # Pages come as large as they should be; crops are scaled by the recogniser.
        "Global.use_preprocess_img": False,
        "Det.model_path": str(models / DETECTION),
        "Rec.model_path": str(models / RECOGNITION),
        "Cls.model_path": str(models / _DIRECTION),
        # Without, every crop asks the kernel anew: a third of the time.
        "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }


def _coloured(grey: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
