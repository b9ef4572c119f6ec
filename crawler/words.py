"""The closed vocabularies: kinds, roles, levels and the words for how things end."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a Document is; anything else is no Document."""

    ANNUAL_REPORT = "annual_report"  # 政府信息公开工作年度报告
    WORK_POINTS = "work_points"  # 政务公开工作要点
    SELF_REVIEW = "self_review"  # 政务公开自查报告


class FetchOutcome(StrEnum):
    """How one fetch ended (design §8)."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    REDIRECTED = "redirected"
    NOT_FOUND = "not_found"
    GONE = "gone"
    SOFT_404 = "soft_404"
    SERVER_ERROR = "server_error"
    MAINTENANCE = "maintenance"
    RATE_LIMITED = "rate_limited"
    BLOCKED = "blocked"
    ROBOTS = "robots"
    TRUNCATED = "truncated"
    TIMEOUT = "timeout"
    RESET = "reset"
    DNS = "dns"
    TLS = "tls"
    REFUSED = "refused"
    TOO_LARGE = "too_large"
    REDIRECT_LOOP = "redirect_loop"
    OUT_OF_SCOPE = "out_of_scope"
    BAD_RESPONSE = "bad_response"
    BUDGET = "budget"


class PageOutcome(StrEnum):
    """How reading one page ended (design §10); there are no silent empties."""

    DOCUMENT = "document"
    ATTACHMENT_ONLY = "attachment_only"
    IMAGE_ONLY = "image_only"
    LIST = "list"
    LOOK_ALIKE = "look_alike"
    NOT_RELEVANT = "not_relevant"
    PART_MISSING = "part_missing"
    ENCRYPTED = "encrypted"
    NEEDS_TOOL = "needs_tool"
    UNSUPPORTED = "unsupported"
    TRUNCATED = "truncated"
    KILLED = "killed"
    ERROR = "error"


class Role(StrEnum):
    """What a fetch was made for."""

    PAGE = "page"
    ATTACHMENT = "attachment"
    FRAME = "frame"
    IMAGE = "image"  # a picture that is (a page of) the text, fetched for whoever can read it
    ROBOTS = "robots"
    SUBRESOURCE = "subresource"  # what a page's scripts asked for while it was rendered
    CONVERSION = "conversion"  # no fetch: what a tool made of the bytes of one
    PROBE = "probe"  # a question about the server's honesty; its answer is never read


class Use(StrEnum):
    """What a file of a page is to the Document's text."""

    BODY = "body"  # the text is the file's
    TWIN = "twin"  # it prints again what the text has
    ANNEX = "annex"  # its text stands behind the body
    OTHER = "other"  # another report, or nothing to be read: a form, a guide


class Rel(StrEnum):
    """What a link is to the list page it stands on."""

    ROW = "row"  # an article of the list
    COLUMN = "column"  # a sub-column: a year, a township, a department
    PAGE = "page"  # another page of the same list
    FRAME = "frame"  # the same list, framed


class Level(StrEnum):
    """The administrative level of an issuer."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    DEPARTMENT = "department"
    TOWNSHIP = "township"
    SUBDISTRICT = "subdistrict"
    OTHER = "other"
