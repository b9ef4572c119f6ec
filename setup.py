"""What of `crawler/compiled` a C compiler makes; all else stands in pyproject.toml."""

from pathlib import Path

import lxml
from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension(
            f"crawler.compiled.{source.stem}",
            [str(source)],
            include_dirs=lxml.get_include(),
            optional=True,
        )
        for source in sorted(Path("crawler/compiled").glob("*.pyx"))
    ]
)
