"""Simulated county portals: one a CMS family, thousands of pages, deterministic from a seed.

``portal(family, scale, seed)`` builds one, ``later(portal)`` the same county a year later with
all its columns moved, ``serving(portals)`` puts them on loopback. What is true of a portal
(``SimPortal.targets``) is planted before any page is drawn; pages are drawn when asked for.
"""

from tests.portals.sim.portal import FAMILIES, SimPortal, later, portal
from tests.portals.sim.server import Served, serving
from tests.portals.sim.truth import Target

__all__ = ["FAMILIES", "Served", "SimPortal", "Target", "later", "portal", "serving"]
