# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""`crawler.extraction.fields.tokens`: most lines are one token, which one look at them tells."""

from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_SET_ITEM
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_KIND, PyUnicode_READ

from crawler.compiled.nodes cimport SOURCE_DIGEST, PyTypeObject, PyType_GenericAlloc

from crawler.extraction.fields import tokens as plain
from crawler.extraction.whitespace import SOFT_BREAK

SOURCE = SOURCE_DIGEST.decode()


cdef extern from "Python.h":
    bint Py_UNICODE_ISPRINTABLE(Py_UCS4 one) noexcept nogil
    bint Py_UNICODE_ISSPACE(Py_UCS4 one) noexcept nogil


cdef enum:
    SOFT = 0x1E  # whitespace.SOFT_BREAK
    SHORT = 2  # characters: it may be but a colon

assert ord(SOFT_BREAK) == SOFT


cdef str alone(str line):
    """The text of a line that is one token; None where it takes more to tell."""
    cdef int kind = PyUnicode_KIND(line)
    cdef void* data = PyUnicode_DATA(line)
    cdef Py_ssize_t start = 0, end = len(line), position, blanks = 0
    cdef Py_UCS4 one
    cdef bint is_soft = False
    while start < end and Py_UNICODE_ISSPACE(PyUnicode_READ(kind, data, start)):
        start += 1
    while start < end and Py_UNICODE_ISSPACE(PyUnicode_READ(kind, data, end - 1)):
        end -= 1
    if end - start < SHORT:
        return None
    for position in range(start, end):
        one = PyUnicode_READ(kind, data, position)
        if one == c" " or one == SOFT:
            is_soft |= one == SOFT
            blanks += 1
            if blanks == 3:
                return None
        elif Py_UNICODE_ISPRINTABLE(one):
            blanks = 0
        else:
            return None
    text = line if end - start == len(line) else line[start:end]
    return text.replace(SOFT_BREAK, " ") if is_soft else text


cdef object token(object of, str text, object element):
    """A token as a tuple is made: a call to its class would cost ten times as much."""
    found = PyType_GenericAlloc(<PyTypeObject*>of, 2)
    Py_INCREF(text)
    PyTuple_SET_ITEM(found, 0, text)
    Py_INCREF(element)
    PyTuple_SET_ITEM(found, 1, element)
    return found


def of_entries(list parted, tuple lines, list entries, Py_ssize_t start, Py_ssize_t end):
    """What `crawler.extraction.fields.tokens.of_entries` finds."""
    cdef list found = []
    cdef Py_ssize_t position
    kind = plain.Token
    for position in range(start, end):
        entry = entries[position]
        if not isinstance(entry, int):
            found.append(token(kind, "", entry))
            continue
        line = parted[<Py_ssize_t>entry]
        element = lines[<Py_ssize_t>entry].element
        text = alone(line)
        if text is None:
            found += plain.of_line(line, element)
        else:
            found.append(token(kind, text, element))
    return found
