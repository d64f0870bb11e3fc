"""Prints a workbook as JSON: for each sheet its cells, its filter and what stays in view."""

import datetime
import json
import sys

import openpyxl


def value(cell):
    if isinstance(cell.value, datetime.datetime):
        return {"time": cell.value.isoformat()}
    if cell.data_type == "f":
        return {"formula": cell.value}
    return cell.value


book = openpyxl.load_workbook(sys.argv[1])
print(json.dumps([
    {
        "title": sheet.title,
        "filter": sheet.auto_filter.ref,
        "frozen": sheet.freeze_panes,
        "rows": [[value(cell) for cell in row] for row in sheet.iter_rows()],
    }
    for sheet in book
]))
