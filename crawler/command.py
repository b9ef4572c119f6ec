"""What the project's own commands share: usage errors, user errors without a stack trace."""

from __future__ import annotations

import argparse
import os
import sys
from abc import abstractmethod

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.errors import ConfigurationError, XianzhiError
from crawler.layout import Layout


class ProjectCommand(ScrapyCommand):
    """A command that runs no crawl. Exit codes: 0 done, 2 usage or configuration, 3 failed."""

    requires_project = True
    requires_crawler_process = False

    @property
    def layout(self) -> Layout:
        assert self.settings is not None
        return Layout(self.settings["ARCHIVE_DIR"])

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        refuse_unknown_options(args)
        try:
            self.execute(args, opts)
            sys.stdout.flush()
        except ConfigurationError as error:
            raise UsageError(str(error), print_help=False) from error
        except XianzhiError as error:
            print(error, file=sys.stderr)
            self.exitcode = 3
        except BrokenPipeError:
            # The reader (`| head`) has what it wanted; Python would complain again at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    @abstractmethod
    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the command's work; ``self.exitcode`` stays 0 unless set."""


def refuse_unknown_options(args: list[str]) -> None:
    """Scrapy leaves options it does not know among the arguments; nobody wants them ignored."""
    unknown = [argument for argument in args if argument.startswith("-") and argument != "-"]
    if unknown:
        raise UsageError(f"unknown option(s): {' '.join(unknown)}", print_help=False)
