"""Every knob with its reason; the only place that names all parts.

Override on the command line (``-s NAME=VALUE``). What is set to None or False below is a part of
Scrapy that would break a promise of this project; the reason stands beside it.
"""

from __future__ import annotations

BOT_NAME = "xianzhi"
SPIDER_MODULES = ["spiders"]
COMMANDS_MODULE = "crawler.commands"

# --- the store ---------------------------------------------------------------------------------
#: Where everything is written (see archive/README.md).
ARCHIVE_DIR = "archive"
#: Another database than ARCHIVE_DIR/catalogue.sqlite, as an SQLAlchemy URL.
CATALOGUE_URL = None

# --- who asks ----------------------------------------------------------------------------------
#: E-mail or web address that a webmaster finds in his log. No live crawl without it.
CONTACT = ""
#: {"host" or "scheme://host" or "host:port": "127.x.y.z:port"}: sends hosts to loopback (sample
#: portals, tests). Nothing else may lead to a private address.
CONNECT_TO: dict[str, str] = {}

# --- how it asks (crawler.fetch.politeness; Scrapy's own delays stay off) ------------------------
#: Seconds between two requests to one host and to one address, the least there is.
POLITENESS_DELAY = 2.0
#: … and this many times what the host takes to answer, if that is more.
POLITENESS_LATENCY_FACTOR = 2.0
#: Seconds after a 429 without a usable Retry-After (doubled each time), and after a block that
#: does not end the host.
POLITENESS_BACKOFF = 30.0
#: A host that asks for longer pauses than this has ended its run: `rate_limited`.
POLITENESS_MAX_DELAY = 300.0
#: Requests to one host at the same time, by all crawls of the machine together.
POLITENESS_PER_HOST = 1
#: Hours of the day, China time, to ask in, such as "22:00-06:00" (some portals are slow by day);
#: empty: any hour. A crawl that opens more than POLITENESS_MAX_DELAY early, or meets the end of
#: the window, ends with what is left still queued (`budget`).
POLITENESS_WINDOW = ""
#: Where the crawls of this machine agree who asks whom when; None: ARCHIVE_DIR/state. Name one
#: file where several archives are filled from one machine.
POLITENESS_FILE = None
#: Seconds until robots.txt is read again in a long crawl (RFC 9309: a day at most).
ROBOTS_MAX_AGE = 24 * 3600
DOWNLOAD_DELAY = 0
CONCURRENT_REQUESTS = 16
#: Per response; Scrapy starts as many tasks for each, and its 100 cost as much as the parsing.
CONCURRENT_ITEMS = 4
CONCURRENT_REQUESTS_PER_DOMAIN = 16
DOWNLOAD_TIMEOUT = 60
#: A real page weighs up to 0.5 MB, a scanned report up to some 30 MB.
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
#: A cut body is stored as such and fails by name; it is never read as a whole one.
DOWNLOAD_FAIL_ON_DATALOSS = True
RETRY_TIMES = 2
#: 429 and 503 ask for a pause, which politeness keeps; the rest are faults of the moment.
RETRY_HTTP_CODES = [429, 500, 502, 503, 504, 408]
#: Every attempt that failed has a line of its own (crawler.fetch.tally).
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"
REDIRECT_MAX_TIMES = 10
#: Redirects written in HTML are read as frames of the list (crawler.cms.listing), so that
#: re-extraction sees them too.
METAREFRESH_ENABLED = False
#: The refusals of robots.txt, time-outs and 5xx need their own answers: crawler.fetch.robots.
ROBOTSTXT_OBEY = False
#: No portal of ours needs a session; Scrapy's cookies make tldextract ask the net at start.
COOKIES_ENABLED = False
#: Referer carries the list page, as a browser would; some Hanweb and VSB servers want it.
REFERER_ENABLED = True
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    # WARC tools read no zstd and few read br.
    "Accept-Encoding": "gzip, deflate",
}

#: The portal's queue on the disk: a crawl that is cut off anywhere goes on from there.
SCHEDULER = "crawler.state.scheduler.DurableScheduler"
REQUEST_FINGERPRINTER_CLASS = "crawler.state.fingerprints.Fingerprinter"
SPIDER_MIDDLEWARES = {
    "crawler.state.parentage.ParentageMiddleware": 50,
}

DOWNLOAD_HANDLERS = {
    "http": "crawler.fetch.handler.WireHandler",
    "https": "crawler.fetch.handler.WireHandler",
    "file": None,
    "ftp": None,
    "s3": None,
    "data": None,
}
DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # ours: scope
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # ours: robots
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # nothing to log in to
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": None,  # ours: contact
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,  # ours: proxy
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # the handler
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,  # ours: asking
    "crawler.fetch.asking.AskingMiddleware": 45,
    "crawler.fetch.asking.MethodRedirectMiddleware": 600,
    "crawler.fetch.forgotten.ForgottenMiddleware": 40,
    "crawler.fetch.scope.ScopeMiddleware": 50,
    "crawler.fetch.leads.LeadsMiddleware": 60,
    "crawler.fetch.robots.RobotsMiddleware": 100,
    "crawler.fetch.schemes.OtherSchemeMiddleware": 110,
    "crawler.fetch.contact.UserAgentMiddleware": 500,
    "crawler.state.conditional.ConditionalMiddleware": 830,  # above blocked and tally: they see
    "crawler.fetch.proxy.ProxyMiddleware": 750,
    "crawler.fetch.blocked.BlockedMiddleware": 840,
    "crawler.fetch.tally.OutcomeMiddleware": 845,
    "crawler.state.recovery.RecoveryMiddleware": 890,
    "crawler.fetch.budget.BudgetMiddleware": 895,  # what the archive answers costs nothing
    "crawler.fetch.politeness.PolitenessMiddleware": 900,
}

# --- files that nobody vouches for: each is read in a process of its own kind (crawler.isolation) -
#: Processes that read files at the same time. A crawl is slower than one of them.
ATTACHMENT_WORKERS = 1
#: Bytes of address space that reading one file may take; honest reports take a tenth of it.
ATTACHMENT_MEMORY = 1024**3
#: Seconds of CPU that reading one file may take, and three times as many by the clock; honest
#: reports take a tenth of one. What passes a limit ends as `killed`, with the limit named.
ATTACHMENT_SECONDS = 60
#: "auto": a crawl converts DOC, WPS, XLS and their like where a tool for it is installed, and keeps
#: what it made as WARC `conversion` records; "off": `scrapy reextract --convert` may do so later.
ATTACHMENT_CONVERT = "auto"
CONVERT_TOOLS = [
    "crawler.conversion.libreoffice.LibreOffice",
    "crawler.conversion.rar.Unrar",
    "crawler.conversion.members.MemberOffice",
]
#: Seconds a page: never in a crawl, only by `scrapy reextract --ocr`.
OCR_TOOLS = ["crawler.conversion.ocr.RapidOcr"]

# --- pages that are nothing without their scripts (crawler.render) -------------------------------
#: Chromium by path; None: the one installed under a usual name. Needs `pip install
#: 'xianzhi[browser]'`; without either such pages are read as they were sent, and the run says so.
CHROMIUM_PATH = None
#: Pages rendered in one run, at most: each costs its scripts, one politeness delay apart.
RENDER_MAX_PAGES = 200
#: Seconds for one page with all it asks for.
RENDER_TIMEOUT = 120

# --- when a portal is due again (scrapy crawldue, crawler.due.plan) -----------------------------
#: Pauses count from the start of a crawl. Departments must report by 31 January, counties by
#: 31 March; in April come the late ones.
DUE_SEASON_MONTHS = [1, 2, 3, 4]
#: Days, in those months: a report is seen the day it appears, at the price of the list pages.
DUE_SEASON_DAYS = 1
#: Days, in the others: work priorities and corrections come at any time, and a week is soon enough.
DUE_REGULAR_DAYS = 7
#: Days while a report is overdue (verdict `late`), all the year round.
DUE_LATE_DAYS = 2
#: Days after a crawl that reached a limit set by the operator, who may mean it a day.
DUE_BUDGET_DAYS = 1
#: Days after the first, second, … crawl in a row that failed or was blocked: asking a wall daily
#: mends nothing and shows in the portal's log; after a week somebody may have mended it.
DUE_BACKOFF_DAYS = [1, 2, 4, 7]
#: Hours that a portal may be early: a daily start must find yesterday's portals due, also those
#: that waited some hours for their turn.
DUE_SLACK_HOURS = 6

# --- what is asked again, and when (crawler.state; `-a recheck=30d`) ------------------------------
#: The moment to take for now (ISO) when deciding what is due; None: the clock.
NOW = None
#: One known page in so many, another one in each walk, is asked in full whatever its validators
#: say: servers that answer 304 for pages that have changed are caught so.
CONDITIONAL_SAMPLE = 20

# --- what happens to the items (pipelines/__init__.py tells the way) ------------------------------
ITEM_PIPELINES = {
    "pipelines.validate.ValidatePipeline": 100,
    "pipelines.deduplicate.DeduplicatePipeline": 200,
    "pipelines.warc.WarcPipeline": 300,
    "pipelines.text.TextPipeline": 400,
    "pipelines.catalogue.CataloguePipeline": 500,
}
EXTENSIONS: dict[str, int | None] = {
    "crawler.state.memory.Memory": 50,
    "crawler.fetch.archive.CrawlArchive": 100,
    "crawler.fetch.attachments.Attachments": 120,
    "crawler.render.renderer.Renderer": 150,
    "crawler.runs.report.RunReport": 200,  # after the archive, whose run id it takes
    "crawler.runs.monitoring.Monitoring": 210,
}

# --- who is told when a portal's verdict changes (crawler.runs.alerts) ---------------------------
#: Spidermon actions by path, none by default. Ours: crawler.runs.actions.FileAlert, MailAlert,
#: WebhookAlert; any of Spidermon's own (Slack, Telegram, Discord, Sentry …) with its settings.
#: They need `pip install 'xianzhi[monitors]'`, Spidermon's own also `spidermon[monitoring]`.
ALERT_ACTIONS: list[str] = []
#: Days until trouble that lasts is told again.
ALERT_REPEAT_DAYS = 7
#: FileAlert: a JSON line an alert; None: ARCHIVE_DIR/runs/alerts.jsonl.
ALERT_FILE = None
#: WebhookAlert: POSTs JSON with a `text`, as Slack-like services and most others take it.
ALERT_WEBHOOK = ""
#: MailAlert: addresses, commas between; the sender (None: the first of them); the server as
#: smtp://, smtps:// or smtp+starttls://[user:password@]host[:port].
ALERT_MAIL_TO = ""
ALERT_MAIL_FROM = None
ALERT_SMTP = "smtp://localhost:25"

# --- what Scrapy brings along and nobody asked for -----------------------------------------------
#: A local server that executes Python inside the crawl; on by default in Scrapy 2.19.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
LOG_LEVEL = "INFO"
LOG_FORMATTER = "crawler.logformat.PlainLogFormatter"
STATS_DUMP = False  # the run file has what matters
