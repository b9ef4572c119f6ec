"""What `scrapy crawldue` is made of: the plan (pure), the run histories, the crawls, the board."""
