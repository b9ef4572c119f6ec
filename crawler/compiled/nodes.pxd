"""What the twins ask libxml2's nodes."""

from lxml.includes.tree cimport (
    XML_COMMENT_NODE,
    XML_ELEMENT_NODE,
    XML_ENTITY_REF_NODE,
    XML_PI_NODE,
    XML_TEXT_NODE,
    xmlAttr,
    xmlNode,
)


cdef inline const unsigned char* value_of(xmlAttr* attribute) noexcept nogil:
    """The value where it is one text, as the HTML parser leaves it; else NULL."""
    cdef xmlNode* text = attribute.children
    if text is NULL:
        return b""
    if text.next is NULL and text.type == XML_TEXT_NODE and text.content is not NULL:
        return text.content
    return NULL


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
