# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""The walk over a page among libxml2's own nodes: `walk.pagewalk`, compiled.

Finds what `crawler.extraction.walk.pagewalk.walk_page` finds, object by object
(``tests/test_compiled.py``), without a Python object for each of a page's elements. Texts are
gathered in one buffer of UTF-8 and become strings when a line is finished.
"""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdlib cimport calloc, free, realloc
from libc.string cimport memchr, memcpy, strcmp, strlen
from lxml.includes.etreepublic cimport (
    LXML_VERSION_STRING,
    _Document,
    _Element,
    elementFactory,
    import_lxml__etree,
)
from lxml.includes.tree cimport (
    XML_CDATA_SECTION_NODE,
    XML_ELEMENT_NODE,
    XML_TEXT_NODE,
    XML_XINCLUDE_END,
    XML_XINCLUDE_START,
    xmlAttr,
    xmlNode,
)

from crawler.compiled.nodes cimport (
    SOURCE_DIGEST,
    bare_instance,
    is_blank,
    is_source_blank,
    slot_of,
    value_of,
)

from crawler.extraction.walk import shown, signs
from crawler.extraction.walk.flow import Line
from crawler.extraction.walk.lists import is_numbered, marked, markers
from crawler.extraction.walk.walked import Walked
from crawler.extraction.whitespace import LAYOUT, has_text

import_lxml__etree()
LXML = LXML_VERSION_STRING.decode()
SOURCE = SOURCE_DIGEST.decode()

cdef enum:
    # As in walk.shown; asserted below.
    INLINE, LINK, BREAK, UNSEEN, BLOCK, ITEM, CELL, PRE, LINK_BLOCK, BREAK_BLOCK

assert (INLINE, LINK, BREAK, UNSEEN, BLOCK, ITEM, CELL, PRE, LINK_BLOCK, BREAK_BLOCK) == (
    shown.INLINE, shown.LINK, shown.BREAK, shown.UNSEEN, shown.BLOCK,
    shown.ITEM, shown.CELL, shown.PRE, shown.LINK_BLOCK, shown.BREAK_BLOCK,
)  # fmt: skip

# `walk.signs` in the buffer: bytes that no UTF-8 holds.
cdef enum:
    EDGE = 0xFF
    BREAK_SIGN = 0xFE
    RETURN_SIGN = 0xFD
    GAP = 0xFC
    FIRST_SIGN = 0xFC
    SOFT_BREAK = 0x1E  # whitespace.SOFT_BREAK

cdef object kinds = shown.KINDS
cdef object shown_as = shown.shown_as
cdef object styled = shown.styled
cdef object kind_of_root = shown.kind_of_root
cdef object told_apart = signs.told_apart
cdef dict meanings = {
    EDGE: signs.EDGE, BREAK_SIGN: signs.BREAK, RETURN_SIGN: signs.RETURN, GAP: signs.GAP
}


cdef struct Opened:
    int kind
    Py_ssize_t lines
    Py_ssize_t entries


cdef struct Place:
    xmlNode* node
    int span[4]


cdef struct Known:
    const unsigned char* name
    int kind


cdef class _Bytes:
    """A buffer that grows."""

    cdef unsigned char* data
    cdef Py_ssize_t size, room

    def __dealloc__(self):
        free(self.data)

    cdef int reserve(self, Py_ssize_t more) except -1:
        cdef Py_ssize_t room = self.size + more
        cdef void* grown
        if room > self.room:
            room = 2 * room + 256
            grown = realloc(self.data, room)
            if grown is NULL:
                raise MemoryError
            self.data = <unsigned char*>grown
            self.room = room
        return 0

    cdef inline int sign(self, unsigned char one) except -1:
        if self.size >= self.room:
            self.reserve(1)
        self.data[self.size] = one
        self.size += 1
        return 0

    cdef inline int add(self, const unsigned char* text, Py_ssize_t length) except -1:
        self.reserve(length)
        memcpy(self.data + self.size, text, length)
        self.size += length
        return 0


cdef class Spans:
    """What `Walked.spans` is asked for; elements are made for what is asked only.

    Keyed by nodes: it holds as long as no node is taken out of the tree, as the lines do.
    """

    cdef _Document document
    cdef Place* places  # by hash, open addressing
    cdef size_t room, count

    def __cinit__(self):
        self.places = NULL
        self.room = self.count = 0

    def __dealloc__(self):
        free(self.places)

    cdef inline Place* place_of(self, xmlNode* node) noexcept nogil:
        """Where it stands, or the free place where it would."""
        cdef size_t slot = ((<size_t>node >> 4) * 0x9E3779B1U) & (self.room - 1)
        while self.places[slot].node is not NULL and self.places[slot].node is not node:
            slot = (slot + 1) & (self.room - 1)
        return &self.places[slot]

    cdef int put(self, xmlNode* node, int lines, int after, int entries, int behind) except -1:
        cdef Place* place
        if 2 * self.count >= self.room:
            self.grow()
        place = self.place_of(node)
        self.count += place.node is NULL
        place.node = node
        place.span[0], place.span[1], place.span[2], place.span[3] = lines, after, entries, behind
        return 0

    cdef int grow(self) except -1:
        cdef Place* before = self.places
        cdef size_t room = self.room
        cdef size_t roomier = 4 * room if room else 256  # a power of two: see `place_of`
        cdef Place* places = <Place*>calloc(roomier, sizeof(Place))
        if places is NULL:
            raise MemoryError
        self.places, self.room = places, roomier
        for slot in range(room):
            if before[slot].node is not NULL:
                self.place_of(before[slot].node)[0] = before[slot]
        free(before)
        return 0

    cdef tuple span_of(self, element):
        cdef Place* place
        if not self.room or not isinstance(element, _Element):
            return None
        place = self.place_of((<_Element>element)._c_node)
        if place.node is NULL:
            return None
        return place.span[0], place.span[1], place.span[2], place.span[3]

    def get(self, element, default=None):
        span = self.span_of(element)
        return default if span is None else span

    def __getitem__(self, element):
        span = self.span_of(element)
        if span is None:
            raise KeyError(element)
        return span

    def __contains__(self, element):
        return self.span_of(element) is not None

    def keys(self):
        return [
            elementFactory(self.document, self.places[slot].node)
            for slot in range(self.room)
            if self.places[slot].node is not NULL
        ]


cdef inline bint is_sign(unsigned char one) noexcept nogil:
    return one == SOFT_BREAK or one >= FIRST_SIGN


cdef inline bint may_tell(const unsigned char* style) noexcept nogil:
    """Whether a style may say how its element is shown: it has "disp" or "visi" in it."""
    cdef unsigned char first
    while style[0]:
        first = style[0] | 0x20
        if first == c'd':
            if (style[1] | 0x20) == c'i' and (style[2] | 0x20) == c's':
                return True
        elif first == c'v':
            if (style[1] | 0x20) == c'i' and (style[2] | 0x20) == c's':
                return True
        style += 1
    return False


cdef inline bint may_be_numbered(xmlNode* node) noexcept nogil:
    """Whether an item or a list says how it is numbered, perhaps."""
    cdef xmlAttr* attribute = node.properties
    while attribute is not NULL:
        if attribute.name[0] == c"t" or attribute.name[0] == c"s":  # type, style
            return True
        attribute = attribute.next
    return False


cdef class _Walk:
    cdef _Document document
    cdef xmlNode* root
    cdef list lines, parted, entries, unseen
    cdef Spans spans
    cdef _Bytes gathered, scratch
    cdef Known known[64]
    cdef Opened* path
    cdef Py_ssize_t depth, deepest
    cdef xmlNode* begun
    cdef int preserved, links
    cdef Py_ssize_t linked
    cdef bint cell_has_text
    cdef object marker
    cdef dict numbered

    def __cinit__(self):
        self.path = NULL
        self.depth = self.deepest = 0
        for number in range(64):
            self.known[number].name = NULL

    def __dealloc__(self):
        free(self.path)

    cdef _Element element(self, xmlNode* node):
        return elementFactory(self.document, node)

    cdef int kind_of(self, xmlNode* node) except -1:
        # Names of one document are the same bytes at the same place.
        cdef size_t slot = slot_of(node.name)
        if self.known[slot].name is node.name and node.ns is NULL:
            return self.known[slot].kind
        kind = kinds[self.element(node).tag]
        if node.ns is NULL:
            self.known[slot].name = node.name
            self.known[slot].kind = kind
        return kind

    cdef int shown_kind(self, xmlNode* node, int kind) except -1:
        """The kind as its attributes have it."""
        cdef xmlAttr* attribute = node.properties
        cdef const unsigned char* value
        cdef bint hidden = False
        while attribute is not NULL:
            if attribute.ns is NULL:
                if attribute.name[0] == c's' and strcmp(<char*>attribute.name, "style") == 0:
                    value = value_of(attribute)
                    if value is NULL or may_tell(value):
                        style = self.element(node).get("style")
                        kind = styled(kind, shown_as(style)) if style else kind
                elif attribute.name[0] == c'h' and strcmp(<char*>attribute.name, "hidden") == 0:
                    hidden = True
            attribute = attribute.next
        return UNSEEN if hidden else kind

    cdef int push(self, int kind) except -1:
        cdef void* grown
        if self.depth >= self.deepest:
            self.deepest = 2 * self.deepest + 64
            grown = realloc(self.path, self.deepest * sizeof(Opened))
            if grown is NULL:
                raise MemoryError
            self.path = <Opened*>grown
        self.path[self.depth].kind = kind
        self.path[self.depth].lines = len(self.lines)
        self.path[self.depth].entries = len(self.entries)
        self.depth += 1
        return 0

    cdef int open(self, xmlNode* node, int kind) except -1:
        if kind == INLINE:
            self.gathered.sign(EDGE)
        elif kind == LINK:
            self.links += 1
            self.gathered.sign(EDGE)
        elif kind < BLOCK:
            self.gathered.sign(BREAK_SIGN if kind == BREAK else GAP)
        else:
            if self.gathered.size:
                self.end()
            self.begun = node
        self.push(kind)
        if kind <= BLOCK:
            return 0
        if kind == CELL:
            self.cell_has_text, self.marker = False, ""
        elif kind == ITEM and node is not self.root:
            self.number(node)
        elif kind == PRE:
            self.preserved += 1
        elif kind == LINK_BLOCK:
            self.links += 1
        elif kind == BREAK_BLOCK:
            self.gathered.sign(BREAK_SIGN)
        return 0

    cdef int close(self, xmlNode* node) except -1:
        self.depth -= 1
        cdef Opened opened = self.path[self.depth]
        cdef int kind = opened.kind
        if kind == INLINE:
            return self.gathered.sign(EDGE)
        if kind == LINK:
            self.links -= 1
            return self.gathered.sign(EDGE)
        if kind < BLOCK:
            return 0
        if self.gathered.size:
            self.end()
        self.begun = node
        if kind == CELL and not self.cell_has_text:
            self.entries.append(self.element(node))
        elif kind == ITEM:
            self.marker = ""
        # Below a link or a <pre> the same text is counted or broken in another way.
        if not self.links and not self.preserved:
            self.spans.put(
                node, opened.lines, len(self.lines), opened.entries, len(self.entries)
            )
        if kind == PRE:
            self.preserved -= 1
        elif kind == LINK_BLOCK:
            self.links -= 1
        return 0

    cdef xmlNode* say(self, xmlNode* node) except? NULL:
        """Add the texts from ``node`` on; the first node behind them."""
        while node is not NULL:
            if node.type == XML_TEXT_NODE or node.type == XML_CDATA_SECTION_NODE:
                if node.content is not NULL and node.content[0]:
                    self.add(node.content)
            elif node.type != XML_XINCLUDE_START and node.type != XML_XINCLUDE_END:
                break
            node = node.next
        return node

    cdef int add(self, const unsigned char* text) except -1:
        cdef const unsigned char* one = text
        if self.preserved:
            while one[0]:
                if one[0] == c'\r' and one[1] == c'\n':
                    one += 1
                    self.gathered.sign(BREAK_SIGN)
                elif one[0] == c'\n':
                    self.gathered.sign(BREAK_SIGN)
                elif one[0] == c'\r':
                    self.gathered.sign(RETURN_SIGN)
                else:
                    self.gathered.sign(one[0])
                one += 1
        elif self.gathered.size or not is_blank(text):
            self.gathered.add(text, strlen(<const char*>text))
        if self.links:
            self.linked += han_in(text)
        return 0

    cdef int end(self) except -1:
        """Finish the line, if it has text."""
        cdef str text, parted
        cdef Py_ssize_t linked = self.linked
        cdef const unsigned char* one = self.gathered.data
        cdef const unsigned char* after = one + self.gathered.size
        self.gathered.size = 0
        self.linked = 0
        # Nothing of these stands at an end of a line, whatever its other signs turn out to be.
        while one < after and (is_source_blank(one[0]) or one[0] == EDGE):
            one += 1
        while one < after and (is_source_blank((after - 1)[0]) or (after - 1)[0] == EDGE):
            after -= 1
        if one == after:
            return 0
        cdef const unsigned char* at = one
        cdef bint edges = False, breaks = False
        while at < after:
            if at[0] == EDGE:
                edges = True
            elif at[0] == c"\n" or at[0] == c"\r":
                breaks = True
            at += 1
        if breaks:  # of the source, in the midst of a text: patterns tell what they mean
            text, parted = told_apart(self.with_signs(one, after))
        else:
            text = parted = self.meant(one, after, False)
            if edges:
                parted = self.meant(one, after, True)
            if is_sign(one[0]) or is_sign((after - 1)[0]):
                text, parted = text.strip(LAYOUT), parted.strip(LAYOUT)
        # Most begin with a character of Chinese.
        if not (text and 0x3000 < text[0] < 0xFE00) and not has_text(text):
            return 0
        marker = ""
        if self.marker:
            parted, _ = marked(self.marker, parted)
            text, marker = marked(self.marker, text)
            self.marker = ""
        line = bare_instance(Line)
        line.text, line.element, line.linked, line.marker = (
            text, self.element(self.begun), linked, marker
        )
        self.entries.append(len(self.lines))
        self.lines.append(line)
        self.parted.append(parted)
        self.cell_has_text = True
        return 0

    cdef str meant(self, const unsigned char* one, const unsigned char* after, bint parted):
        """A line as `signs.told_apart` tells it where its source has no breaks."""
        cdef unsigned char* to
        self.scratch.size = 0
        self.scratch.reserve(after - one)
        to = self.scratch.data
        while one < after:
            if one[0] < FIRST_SIGN:
                to[0] = one[0]
                to += 1
            elif one[0] == BREAK_SIGN or one[0] == RETURN_SIGN:
                to[0] = c"\n" if one[0] == BREAK_SIGN else c"\r"
                to += 1
            elif one[0] == EDGE and parted:
                to[0] = SOFT_BREAK
                to += 1
            one += 1
        return PyUnicode_DecodeUTF8(
            <const char*>self.scratch.data, to - self.scratch.data, NULL
        )

    cdef str with_signs(self, const unsigned char* one, const unsigned char* after):
        pieces = []
        cdef const unsigned char* start = one
        while one < after:
            if one[0] >= FIRST_SIGN:
                pieces.append(PyUnicode_DecodeUTF8(<char*>start, one - start, NULL))
                pieces.append(meanings[one[0]])
                start = one + 1
            one += 1
        pieces.append(PyUnicode_DecodeUTF8(<char*>start, one - start, NULL))
        return "".join(pieces)

    cdef int number(self, xmlNode* node) except -1:
        if (  # an item of a menu: most of all
            node.parent is not NULL
            and node.parent.name is not NULL
            and strcmp(<const char*>node.parent.name, "ul") == 0
            and not may_be_numbered(node)
            and not may_be_numbered(node.parent)
        ):
            return 0
        item = self.element(node)
        listing = item.getparent()
        if listing is not None and is_numbered(item, listing):
            if listing not in self.numbered:
                self.numbered[listing] = markers(listing)
            self.marker += self.numbered[listing].get(item, "")
        return 0

    cdef int walk(self) except -1:
        cdef xmlNode* root = self.root
        cdef xmlNode* node = root
        cdef xmlNode* following
        cdef int kind
        self.open(node, kind_of_root(self.element(node)))
        following = self.say(node.children)
        while True:
            # `following` is what comes behind the text just said, or NULL at the end of `node`.
            while following is not NULL and following.type != XML_ELEMENT_NODE:
                following = following.next  # a comment, and the text that is its own
            if following is not NULL:
                node = following
                kind = self.kind_of(node)
                if kind != UNSEEN and node.properties is not NULL:
                    kind = self.shown_kind(node, kind)
                    if kind == UNSEEN:
                        self.unseen.append(self.element(node))
                if kind == UNSEEN:
                    self.gathered.sign(GAP)
                    following = self.say(node.next)
                    node = node.parent
                    continue
                self.open(node, kind)
                following = self.say(node.children)
                continue
            self.close(node)
            if node is root:
                break
            following = self.say(node.next)
            node = node.parent
        if self.gathered.size:
            self.end()
        return 0


cdef inline Py_ssize_t han_in(const unsigned char* text) noexcept nogil:
    """How many Han characters a text of valid UTF-8 has: `whitespace.han`."""
    cdef Py_ssize_t count = 0
    cdef unsigned int code
    while text[0]:
        if text[0] < 0xE0:
            text += 1 if text[0] < 0x80 else 2
        elif text[0] < 0xF0:
            code = ((text[0] & 0x0F) << 12) | ((text[1] & 0x3F) << 6) | (text[2] & 0x3F)
            if 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or code == 0x3007:
                count += 1
            text += 3
        else:
            code = ((text[0] & 0x07) << 18) | ((text[1] & 0x3F) << 12)
            if 0x20000 <= code <= 0x3FFFF:
                count += 1
            text += 4
    return count


def walk_page(_Element root, elements=None):
    """What `crawler.extraction.walk.pagewalk.walk_page` finds."""
    cdef _Walk walk = _Walk()
    walk.document = root._doc
    walk.root = walk.begun = root._c_node
    walk.lines, walk.parted, walk.entries, walk.unseen = [], [], [], []
    walk.spans, walk.numbered = Spans(), {}
    walk.spans.document = root._doc
    walk.gathered, walk.scratch = _Bytes(), _Bytes()
    walk.marker = ""
    walk.walk()
    return Walked(walk.lines, walk.parted, walk.entries, walk.spans, walk.unseen)
