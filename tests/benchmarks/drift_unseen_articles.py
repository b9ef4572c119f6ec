"""What happens to articles in `drift_unseen`, frozen with it on 2026-11-22."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from lxml import etree
from lxml import html as parser
from lxml.html import HtmlElement

from tests.benchmarks.drift_answers import (
    SOFT_404,
    Asked,
    Change,
    body_of,
    emptied,
    is_html,
    is_third,
    notice,
    on,
    text_of,
    with_text,
)
from tests.portals.model import Answer

_INNER_DIGIT = re.compile(r"(?<=\d)\d(?=\d)")
_NUMBER = re.compile(r"\s*\d[\d.,]*\s*")
_SOURCE = re.compile(
    r"((?:来源|责任部门|发布机构)\s*[:：]\s*(?:</\w+>)?(?:<td>)?\s*|ContentSource\" content=\")"
    r"[^<|\"]+"
)
_PAGER = '<div class="fenye"><a class="on">1</a><a href="javascript:turn(2)">下一页</a></div>'
_STACK_TRACE = notice(
    "Error",
    "java.lang.NullPointerException",
    "at com.cms.web.action.DocumentAction.show(DocumentAction.java:214)",
    "at org.apache.catalina.core.StandardWrapperValve.invoke(StandardWrapperValve.java:199)",
)
_GAMBLING = notice(
    "澳门彩票官网_手机版app下载_首页",
    "欢迎访问澳门彩票官网，注册即送体验金，提款秒到账，二十四小时客服在线。",
    '<a href="http://www.cpdl888.example/">立即注册</a> 真人娱乐 体育投注 电子游艺',
)
_UNDER_REVIEW = notice("提示信息", "该信息正在审核中，暂时无法查看。")


# -- what a page prints ---------------------------------------------------------------------------


def _template_variables(tree: HtmlElement, asked: Asked) -> None:
    """The front end is built no longer: title and body show the names of its variables."""
    for body in body_of(tree):
        emptied(body)
        body.text = "{{ detail.content }}"
        for title in tree.iter("h1", "title"):
            emptied(title)
            title.text = "{{ detail.title }}"


def _includes_undone(tree: HtmlElement, asked: Asked) -> None:
    """The server no longer does its includes, and bodies are kept in files of their own."""
    for body in body_of(tree):
        emptied(body)
        body.append(etree.Comment('#include virtual="content.shtml"'))


def _masked(tree: HtmlElement, asked: Asked) -> None:
    """After an audit of privacy a filter masks long numbers: of all, not of telephones alone."""
    for body in body_of(tree):
        for element in body.iter():
            element.text = _INNER_DIGIT.sub("*", element.text or "")
            element.tail = _INNER_DIGIT.sub("*", element.tail or "")


def _tables_without_numbers(tree: HtmlElement, asked: Asked) -> None:
    """A migration brings tables over with their labels, and their numbers not."""
    for body in body_of(tree):
        for cell in body.iter("td"):
            if _NUMBER.fullmatch(cell.text_content()):
                emptied(cell)


def _cut_by_script(tree: HtmlElement, asked: Asked) -> None:
    """Long articles are cut into pages, and a script fetches all but the first."""
    for body in body_of(tree):
        children = list(body)
        for child in children[(len(children) + 1) // 2 :]:
            child.drop_tree()
        if len(children) > 1:
            body.append(parser.fragment_fromstring(_PAGER))


def _in_wechat_only(tree: HtmlElement, asked: Asked) -> None:
    """The text is to be read in WeChat, by a code to be scanned."""
    for body in body_of(tree):
        emptied(body)
        link = (
            '<p><a href="https://mp.weixin.qq.com/s/Xk2b"><img src="/images/gzh.jpg"></a>'
            "扫描二维码，关注微信公众号阅读全文</p>"
        )
        body.append(parser.fragment_fromstring(link))


def _one_source(answer: Answer, asked: Asked) -> Answer:
    """A migration writes the portal itself as the source of every article."""
    if asked.role != "article" or not is_html(answer):
        return answer
    return with_text(answer, _SOURCE.sub(r"\g<1>本网", text_of(answer)))


# -- which page comes -----------------------------------------------------------------------------


def _is_there(answer: Answer, asked: Asked) -> bool:
    return asked.role == "article" and answer.status == 200


def _stack_trace(answer: Answer, asked: Asked) -> Answer:
    """The program that shows articles fails and prints where, with 200."""
    return _STACK_TRACE if _is_there(answer, asked) else answer


def _hacked(answer: Answer, asked: Asked) -> Answer:
    """The portal was broken into: crawlers get the page of a gambling site."""
    return _GAMBLING if _is_there(answer, asked) else answer


def _third_under_review(answer: Answer, asked: Asked) -> Answer:
    """What is published is reviewed again, and not to be seen until it is."""
    here = _is_there(answer, asked) and is_third(asked.url)
    return _UNDER_REVIEW if here else answer


def _of_a_closed_office(answer: Answer, asked: Asked) -> Answer:
    """An office is dissolved: the articles of its column are deleted, its list is not."""
    here = asked.role == "article" and asked.victim and asked.url.startswith(asked.victim)
    return Answer(SOFT_404.encode(), status=404) if here else answer


def _whole_under_404(answer: Answer, asked: Asked) -> Answer:
    """Pages are made by the handler of missing pages: all there, and with its status."""
    return replace(answer, status=404) if asked.role == "article" and is_html(answer) else answer


CHANGES: Mapping[str, Change] = {
    "names of template variables": on("article", _template_variables),
    "includes in bodies undone": on("article", _includes_undone),
    "numbers masked": on("article", _masked),
    "tables without numbers": on("article", _tables_without_numbers),
    "articles cut into pages by script": on("article", _cut_by_script),
    "text in WeChat only": on("article", _in_wechat_only),
    "one source for all articles": _one_source,
    "a stack trace with 200": _stack_trace,
    "hacked: gambling shown to crawlers": _hacked,
    "a third under review": _third_under_review,
    "articles of one office deleted": _of_a_closed_office,
    "whole articles with status 404": _whole_under_404,
}
