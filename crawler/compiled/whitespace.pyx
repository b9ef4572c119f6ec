# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""`crawler.extraction.whitespace`: its questions to every character of a text."""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.unicode cimport PyUnicode_4BYTE_KIND, PyUnicode_DATA, PyUnicode_KIND, PyUnicode_READ

from crawler.compiled.nodes cimport SOURCE_DIGEST

SOURCE = SOURCE_DIGEST.decode()


cdef extern from "Python.h":
    bint Py_UNICODE_ISSPACE(Py_UCS4 one) noexcept nogil
    object PyUnicode_FromKindAndData(int kind, const void* data, Py_ssize_t size)


cdef enum:
    SEEN = 0
    BLANK = 1
    MARK = 2

# Shorter texts, nearly all, are gathered on the stack.
DEF ROOM = 512


cdef inline int way_of(Py_UCS4 one) noexcept nogil:
    """What `whitespace` takes a character for; marks come first, two of them are blanks too."""
    if 0x3000 < one < 0xFEFF or 0x20 < one < 0x7F:  # most of all
        return SEEN
    if one < 0x2000:
        if one == 0xAD:
            return MARK
    elif (
        0x200B <= one <= 0x200F or 0x2028 <= one <= 0x202E or one == 0x2060 or one == 0xFEFF
    ):
        return MARK
    return BLANK if Py_UNICODE_ISSPACE(one) else SEEN


cdef str gathered(str text, bint spaced):
    """The text without marks and blanks, or with one space between what blanks part."""
    cdef Py_ssize_t size = len(text), position = 0, kept = 0
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef Py_UCS4 some[ROOM]
    cdef Py_UCS4* room
    cdef Py_UCS4 one
    cdef int way
    cdef bint parted = False
    # As far as the text stays as it is.
    while position < size:
        one = PyUnicode_READ(kind, data, position)
        if way_of(one) != SEEN:
            if not spaced or one != c" " or position == 0 or position + 1 == size:
                break
            if way_of(PyUnicode_READ(kind, data, position + 1)) != SEEN:
                break
        position += 1
    if position == size:
        return text
    room = some
    if size > ROOM:
        room = <Py_UCS4*>PyMem_Malloc(size * sizeof(Py_UCS4))
        if room is NULL:
            raise MemoryError
    for kept in range(position):
        room[kept] = PyUnicode_READ(kind, data, kept)
    kept = position
    while position < size:
        one = PyUnicode_READ(kind, data, position)
        way = way_of(one)
        if way == SEEN:
            if parted and spaced and kept:
                room[kept] = c" "
                kept += 1
            room[kept] = one
            kept += 1
            parted = False
        elif way == BLANK:
            parted = True
        position += 1
    try:
        return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, room, kept)
    finally:
        if room is not some:
            PyMem_Free(room)


cdef inline str exactly(text):
    """A result of XPath is more than a string; what is none raises TypeError."""
    if type(text) is str:
        return <str>text
    return str.__str__(text)


def squeeze(text):
    return gathered(exactly(text), True)


def bare(text):
    return gathered(exactly(text), False)


def has_text(text):
    text = exactly(text)
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t position
    for position in range(len(text)):
        if way_of(PyUnicode_READ(kind, data, position)) == SEEN:
            return True
    return False


def han(text):
    text = exactly(text)
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t position, count = 0
    cdef Py_UCS4 one
    if kind == 1:
        return 0
    for position in range(len(text)):
        one = PyUnicode_READ(kind, data, position)
        if one < 0x3400:
            count += one == 0x3007
        elif (
            one <= 0x9FFF or 0xF900 <= one <= 0xFAFF or 0x20000 <= one <= 0x3FFFF
        ):
            count += 1
    return count
