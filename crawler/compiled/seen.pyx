# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""`crawler.extraction.walk.seen` among libxml2's own nodes: most elements are never made."""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.string cimport strcmp, strlen
from lxml.includes.etreepublic cimport (
    LXML_VERSION_STRING,
    _Document,
    _Element,
    elementFactory,
    import_lxml__etree,
)
from lxml.includes.tree cimport XML_ELEMENT_NODE, xmlAttr, xmlNode

from crawler.compiled.nodes cimport SOURCE_DIGEST, is_listed, next_node, slot_of, value_of

import_lxml__etree()
LXML = LXML_VERSION_STRING.decode()
SOURCE = SOURCE_DIGEST.decode()

cdef enum:
    TELLING = 1
    KEPT = 2


cdef struct Known:
    const unsigned char* name
    int ways


cdef class _Names:
    """The tags of a document, and which of them tell something or are kept."""

    cdef object telling, kept
    cdef list tags
    cdef Known known[64]

    def __cinit__(self, telling, kept):
        self.telling, self.kept, self.tags = telling, kept, [None] * 64
        for slot in range(64):
            self.known[slot].name = NULL

    cdef int learn(self, size_t slot, xmlNode* node, _Element element) except -1:
        tag = element.tag
        self.tags[slot] = tag
        self.known[slot].name = NULL
        if node.ns is NULL:
            self.known[slot].name = node.name
        self.known[slot].ways = (TELLING if tag in self.telling else 0) | (
            KEPT if tag in self.kept else 0
        )
        return 0


cdef str attribute_value(xmlAttr* attribute, _Element element, str name):
    cdef const unsigned char* value = value_of(attribute)
    if value is NULL:
        return element.get(name)
    return PyUnicode_DecodeUTF8(<const char*>value, strlen(<const char*>value), NULL)


def seen(_Element tree, telling, kept, Py_ssize_t most):
    """What `crawler.extraction.walk.seen.seen` finds, without all elements."""
    from crawler.extraction.walk.seen import Seen

    cdef _Names names = _Names(telling, kept)
    cdef _Document document = tree._doc
    cdef xmlNode* root = tree._c_node
    cdef xmlNode* node = root
    cdef xmlAttr* attribute
    cdef xmlAttr* identity
    cdef xmlAttr* classes
    cdef _Element element
    cdef size_t slot
    cdef Py_ssize_t nodes = 0
    cdef list named = [], tagged = []
    while node is not NULL and nodes <= most:
        if node.type != XML_ELEMENT_NODE:
            nodes += is_listed(node)
            node = next_node(node, root)
            continue
        nodes += 1
        identity = classes = NULL
        attribute = node.properties
        while attribute is not NULL:
            if attribute.ns is NULL:
                if attribute.name[0] == c"i":
                    if strcmp(<const char*>attribute.name, "id") == 0:
                        identity = attribute
                elif attribute.name[0] == c"c":
                    if strcmp(<const char*>attribute.name, "class") == 0:
                        classes = attribute
            attribute = attribute.next
        slot = slot_of(node.name)
        if names.known[slot].name is not node.name:
            names.learn(slot, node, elementFactory(document, node))
        if identity is not NULL or classes is not NULL or names.known[slot].ways:
            element = elementFactory(document, node)
            name = attribute_value(identity, element, "id") if identity is not NULL else ""
            called = attribute_value(classes, element, "class") if classes is not NULL else ""
            if name or called or names.known[slot].ways & TELLING:
                named.append((element, names.tags[slot], name, called))
            if names.known[slot].ways & KEPT:
                tagged.append(element)
        node = next_node(node, root)
    return Seen(nodes, named, tagged)
