# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""`crawler.extraction.tables.rows` among libxml2's own nodes."""

from libc.string cimport strcmp
from lxml.includes.etreepublic cimport (
    LXML_VERSION_STRING,
    _Document,
    _Element,
    elementFactory,
    import_lxml__etree,
)
from lxml.includes.tree cimport XML_ELEMENT_NODE, xmlNode

from crawler.compiled.nodes cimport SOURCE_DIGEST, has_only_blanks

from crawler.extraction.tables import rows as plain

import_lxml__etree()
LXML = LXML_VERSION_STRING.decode()
SOURCE = SOURCE_DIGEST.decode()


cdef inline bint is_called(xmlNode* node, const char* name) noexcept nogil:
    return node.ns is NULL and strcmp(<const char*>node.name, name) == 0


cdef inline xmlNode* first_element(xmlNode* node) noexcept nogil:
    while node is not NULL and node.type != XML_ELEMENT_NODE:
        node = node.next
    return node


def walked(_Element table, hides):
    """What `crawler.extraction.tables.rows.walked` finds."""
    cdef _Document document = table._doc
    cdef xmlNode* root = table._c_node
    cdef xmlNode* around = root
    cdef xmlNode* node = first_element(root.children)
    cdef _Element element
    sections, Row = plain.SECTIONS, plain.Row
    found = plain.Layout()
    kind, row = "tbody", None
    plain.keep_text(found, table.text)
    while True:
        if node is NULL:  # the end of what stands around rows
            if around is root:
                return found
            element = elementFactory(document, around)
            row, kind = plain.closed(element.tag, row, kind)
            node, around = around, around.parent
        else:
            element = elementFactory(document, node)
            if is_called(node, "td") or is_called(node, "th"):
                if not hides(element):
                    if row is None:
                        row = Row(kind)
                        found.rows.append(row)
                    (<list>row.cells).append(element)
            else:
                tag = element.tag
                if tag in plain.WITHOUT_TEXT or hides(element):
                    row, kind = plain.closed(tag, row, kind)
                elif tag == "tr" or tag in sections or plain.wraps_cells(element):
                    if tag == "tr":
                        row = Row(kind)
                        found.rows.append(row)
                    elif tag in sections:
                        kind = tag
                    if not has_only_blanks(node.children):
                        plain.keep_text(found, element.text)
                    around, node = node, first_element(node.children)
                    continue
                else:
                    found.beside.append(element)
        if not has_only_blanks(node.next):
            plain.keep_text(found, element.tail)
        node = first_element(node.next)
