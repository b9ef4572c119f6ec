"""What of `crawler/compiled` a C compiler makes; all else stands in pyproject.toml."""

from hashlib import sha256
from pathlib import Path

import lxml
from setuptools import Extension, setup

FOLDER = Path("crawler/compiled")
SHARED = FOLDER / "nodes.pxd"


def extension(source: Path) -> Extension:
    # A twin that was compiled from other lines than lie beside it is not used: `crawler.compiled`.
    digest = sha256(source.read_bytes() + SHARED.read_bytes()).hexdigest()
    return Extension(
        f"crawler.compiled.{source.stem}",
        [str(source)],
        define_macros=[("SOURCE_DIGEST", f'"{digest}"')],
        include_dirs=lxml.get_include(),
        optional=True,
    )


setup(
    ext_modules=[extension(source) for source in sorted(FOLDER.glob("*.pyx"))],
    # Always anew: another lxml is no newer file.
    options={"build_ext": {"force": True}},
)
