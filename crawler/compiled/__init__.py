"""Twins, in Cython, of the few functions that most of a page's reading time is spent in.

The Python function is the rule and the documentation; its twin, in the module of the same name
here, finds the same (``tests/test_compiled.py``) a few times faster. Where nothing could be
compiled, Python's is used: ``python -m crawler.compiled`` says which, and why.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from importlib.resources import files
from typing import Any, TypeVar

from lxml import etree

#: Set, no twin is used: to compare, and to look for a fault.
PLAIN = "XIANZHI_PLAIN"

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Twin:
    """A function with a compiled twin, or with the reason why there is none."""

    plain: Callable[..., Any]
    compiled: Callable[..., Any] | None
    reason: str = ""


#: All there are, by ``module.name``, as their modules were imported.
TWINS: dict[str, Twin] = {}

#: Nothing was compiled; it was for another lxml; it was from lines that fitted other rules.
_CANNOT_LOAD = (ImportError, TypeError, ValueError, AttributeError, AssertionError)


def twin(plain: Function) -> Function:
    """The compiled twin of a function, or the function itself."""
    module = plain.__module__.rpartition(".")[2]
    compiled, reason = _compiled(module, plain.__name__)
    TWINS[f"{module}.{plain.__name__}"] = Twin(plain, compiled, reason)
    return compiled or plain


def _compiled(module: str, name: str) -> tuple[Any, str]:
    if os.environ.get(PLAIN):
        return None, f"{PLAIN} is set"
    try:
        found = import_module(f"{__name__}.{module}")
    except _CANNOT_LOAD as error:
        return None, f"cannot be used, install again with a C compiler: {error or type(error)}"
    if getattr(found, "SOURCE", "") != _digest(module):
        return None, "compiled from other lines than these: install again"
    # It reaches into lxml's own nodes: another version may keep them in another way.
    if (built := getattr(found, "LXML", etree.__version__)) != etree.__version__:
        return None, f"compiled for lxml {built}, found {etree.__version__}: install again"
    return getattr(found, name), ""


def _digest(module: str) -> str:
    """As setup.py gives it to the compiler."""
    sources = (files(__name__).joinpath(name) for name in (f"{module}.pyx", "nodes.pxd"))
    return sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
