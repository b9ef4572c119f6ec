"""The spider of a portal: its own, else the one for any portal."""

from __future__ import annotations

from typing import Final

from scrapy import Spider
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader

from crawler.errors import ConfigurationError
from crawler.places.homes import home_of_key
from crawler.portal.spider import PortalSpider

#: The spider that needs no knowledge of its portal.
ANY_PORTAL: Final = "portal"

Arguments = dict[str, str]


def named_spider(settings: BaseSettings, name: str) -> tuple[type[Spider], Arguments]:
    """What ``scrapy crawl <name>`` means: a spider, or the key of a portal that has none of its
    own. With the spider's class come the arguments that make it this portal's."""
    loader = get_spider_loader(settings)
    if name in loader.list():
        return loader.load(name), {}
    home = home_of_key(name)
    if home is None:
        raise ConfigurationError(
            f"unknown portal {name!r}; `scrapy list` names those with a spider, `scrapy portals`"
            " all others"
        )
    return loader.load(ANY_PORTAL), ({"adcode": home.adcode} if home.adcode else {"home": home.url})


def spider_for(settings: BaseSettings, portal: str) -> tuple[type[PortalSpider], Arguments]:
    """The spider that reads the archive of a portal."""
    spider, arguments = named_spider(settings, portal)
    if portal == ANY_PORTAL or not issubclass(spider, PortalSpider):
        raise ConfigurationError(f"{portal}: expected the key of a portal, found a spider's name")
    return spider, arguments
