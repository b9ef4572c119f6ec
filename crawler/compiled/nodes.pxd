"""What the twins share: questions to libxml2's nodes, instances made without a call."""

from lxml.includes.tree cimport (
    XML_COMMENT_NODE,
    XML_ELEMENT_NODE,
    XML_ENTITY_REF_NODE,
    XML_PI_NODE,
    XML_TEXT_NODE,
    xmlAttr,
    xmlNode,
)

cdef extern from *:
    const char* SOURCE_DIGEST  # given by setup.py


cdef extern from "Python.h":
    ctypedef struct PyTypeObject
    object PyType_GenericAlloc(PyTypeObject* of, Py_ssize_t items)


cdef inline object bare_instance(object of):
    """An instance without a call to ``__init__``, which would cost ten times as much.

    Every attribute is to be set.
    """
    return PyType_GenericAlloc(<PyTypeObject*>of, 0)


cdef inline const unsigned char* value_of(xmlAttr* attribute) noexcept nogil:
    """The value where it is one text, as the HTML parser leaves it; else NULL."""
    cdef xmlNode* text = attribute.children
    if text is NULL:
        return b""
    if text.next is NULL and text.type == XML_TEXT_NODE and text.content is not NULL:
        return text.content
    return NULL


cdef inline bint is_source_blank(unsigned char one) noexcept nogil:
    """Whether it is one of `whitespace.SOURCE_BLANKS`."""
    return one == c" " or one == c"\n" or one == c"\t" or one == c"\r" or one == c"\f"


cdef inline bint is_blank(const unsigned char* text) noexcept nogil:
    while is_source_blank(text[0]):
        text += 1
    return text[0] == 0


cdef inline bint has_only_blanks(xmlNode* node) noexcept nogil:
    """Whether the text from ``node`` on, up to what is no text, has only blanks of the source."""
    while node is not NULL and node.type != XML_ELEMENT_NODE:
        if node.content is not NULL and not is_blank(node.content):
            return False
        node = node.next
    return True


cdef inline size_t slot_of(const unsigned char* name) noexcept nogil:
    """Where of 64 places to look for a name: equal names of a document lie at one address."""
    return (<size_t>name >> 3) & 63


cdef inline bint is_listed(xmlNode* node) noexcept nogil:
    """Whether a node is one to lxml: text is not."""
    return node.type in (XML_ELEMENT_NODE, XML_COMMENT_NODE, XML_PI_NODE, XML_ENTITY_REF_NODE)


cdef inline xmlNode* next_node(xmlNode* node, xmlNode* root) noexcept nogil:
    """The node behind ``node`` in document order, below ``root``; NULL behind the last."""
    if node.type == XML_ELEMENT_NODE and node.children is not NULL:
        return node.children
    while node is not root:
        if node.next is not NULL:
            return node.next
        node = node.parent
    return NULL
