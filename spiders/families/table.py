"""All families a portal nobody has looked at may be on; the order decides nothing but the end.

The generic one stands last: it is taken for pages that no family recognises.
"""

from __future__ import annotations

from crawler.cms.family import Family
from spiders.families.ewb import Ewb
from spiders.families.generic import Generic
from spiders.families.hanweb_jpaas import HanwebJpaas
from spiders.families.hanweb_jpage import HanwebJpage
from spiders.families.hanweb_xxgk import HanwebXxgk
from spiders.families.loadpagedata import LoadPageData
from spiders.families.lonsun import Lonsun
from spiders.families.nfcms import Nfcms
from spiders.families.show import Show
from spiders.families.showlist import ShowList
from spiders.families.trs import Trs
from spiders.families.trt import Trt
from spiders.families.ucap import Ucap
from spiders.families.ucap_search import UcapSearch
from spiders.families.vsb import Vsb

FAMILIES: tuple[Family, ...] = (
    Trs(),
    Trt(),
    Ucap(),
    UcapSearch(),
    HanwebJpage(),
    HanwebJpaas(),
    HanwebXxgk(),
    LoadPageData(),
    Vsb(),
    Nfcms(),
    Ewb(),
    Lonsun(),
    ShowList(),
    Show(),
    Generic(),
)
