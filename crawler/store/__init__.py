"""The catalogue and the text files: a function of the set of captures, not of their order.

`Store` is the way in; `crawler.catalogue` is the way out.
"""

from crawler.store.service import Store
from crawler.store.settle import Settled

__all__ = ["Settled", "Store"]
