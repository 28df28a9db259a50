"""The number formats that a workbook has without naming them, and the one that new dates get."""

from __future__ import annotations

# Built-in formats that show dates or times; the others show plain numbers, amounts, percents or text.
BUILT_IN = {
    14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "dd/mm/yyyy hh:mm", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
}  # fmt: skip
DATE = "dd/mm/yyyy"
