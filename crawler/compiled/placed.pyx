# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""`crawler.extraction.tables.placed`: spans asked of libxml2's own nodes, cells made without calls."""

from functools import partial

from libc.string cimport strcmp
from lxml.includes.etreepublic cimport LXML_VERSION_STRING, _Element, import_lxml__etree
from lxml.includes.tree cimport xmlAttr

from crawler.compiled.nodes cimport SOURCE_DIGEST, bare_instance, value_of

from crawler.extraction.tables import placed as plain
from crawler.extraction.tables.gridlines import Cell

import_lxml__etree()
LXML = LXML_VERSION_STRING.decode()
SOURCE = SOURCE_DIGEST.decode()


cdef int stated(_Element element, xmlAttr* attribute, str name) except -1:
    """A span as the attribute has it: `plain.span`; 1 where it is empty."""
    cdef const unsigned char* value = value_of(attribute)
    if value is not NULL:
        if value[0] == 0:
            return 1
        if c"0" <= value[0] <= c"9":
            if value[1] == 0:
                return value[0] - c"0"
            if c"0" <= value[1] <= c"9" and value[2] == 0:
                return 10 * (value[0] - c"0") + value[1] - c"0"
    text = element.get(name)
    return plain.span(text) if text else 1


def placed(table_rows, lines_of):
    """What `crawler.extraction.tables.placed.placed` finds."""
    cdef int row_number = -1, column, rows, columns, end, left, most = plain.MAX_COLUMNS
    cdef dict free = {}
    cdef list cells = []
    cdef _Element element
    cdef xmlAttr* attribute
    cell_text, width = plain.cell_text, plain.width
    for row in table_rows:
        row_number += 1
        column, left = 0, row.left
        for element in row.cells:
            while free and free.get(column, 0) > row_number:
                column += 1
            rows = columns = 1
            attribute = element._c_node.properties
            while attribute is not NULL:
                if attribute.ns is NULL:
                    if attribute.name[0] == c"r":
                        if strcmp(<const char*>attribute.name, "rowspan") == 0:
                            rows = min(stated(element, attribute, "rowspan") or left, left)
                    elif attribute.name[0] == c"c":
                        if strcmp(<const char*>attribute.name, "colspan") == 0:
                            columns = stated(element, attribute, "colspan") or 1
                attribute = attribute.next
            end = column + columns
            if end > most:
                return []
            cell = bare_instance(Cell)
            cell.row, cell.column, cell.rows, cell.columns = row_number, column, rows, columns
            cell.text, cell.width = cell_text(lines_of(element)), partial(width, element)
            cells.append(cell)
            if rows > 1:
                for covered in range(column, end):
                    free[covered] = max(free.get(covered, 0), row_number + rows)
            column = end
    return cells
