"""A cell's format as CSS."""

from tests.emulators.sheets.model import Json, Sheet, Spreadsheet
from tests.emulators.sheets.refs import area_of

_BORDER = {
    "SOLID": "1px solid",
    "SOLID_MEDIUM": "2px solid",
    "SOLID_THICK": "3px solid",
    "DOTTED": "1px dotted",
    "DASHED": "1px dashed",
    "DOUBLE": "3px double",
}
_THEME = {
    "TEXT": "#000",
    "BACKGROUND": "#fff",
    "ACCENT1": "#4285f4",
    "ACCENT2": "#ea4335",
    "ACCENT3": "#fbbc04",
    "ACCENT4": "#34a853",
}


def colour(style: Json | None, plain: Json | None) -> str:
    """`#rrggbb` of a ColorStyle or, failing that, of a Color; empty when neither is given."""
    if style and "themeColor" in style:
        return _THEME.get(style["themeColor"], "")
    rgb = (style or {}).get("rgbColor", plain)
    if rgb is None:
        return ""
    return "#" + "".join(f"{round(255 * rgb.get(part, 0)):02x}" for part in ("red", "green", "blue"))


def css(form: Json, align: str) -> str:
    """The style of a cell; `align` is what its value asks for when its format says nothing."""
    text = form.get("textFormat") or {}
    rules = {
        "background": colour(form.get("backgroundColorStyle"), form.get("backgroundColor")),
        "color": colour(text.get("foregroundColorStyle"), text.get("foregroundColor")),
        "font-weight": "bold" if text.get("bold") else "",
        "font-style": "italic" if text.get("italic") else "",
        "font-size": f"{text['fontSize']}pt" if "fontSize" in text else "",
        "font-family": f"'{text['fontFamily']}', Arial, sans-serif" if "fontFamily" in text else "",
        "text-decoration": _decoration(text),
        "text-align": {"LEFT": "left", "CENTER": "center", "RIGHT": "right"}.get(form.get("horizontalAlignment", ""), align),
        "vertical-align": {"TOP": "top", "MIDDLE": "middle"}.get(form.get("verticalAlignment", ""), ""),
        "white-space": {"WRAP": "pre-wrap"}.get(form.get("wrapStrategy", ""), ""),
    }
    for side, border in (form.get("borders") or {}).items():
        tint = colour(border.get("colorStyle"), border.get("color")) or "#000"
        rules[f"border-{side}"] = f"{_BORDER.get(border.get('style', ''), '1px solid')} {tint}"
    return ";".join(f"{name}:{value}" for name, value in rules.items() if value)


def _decoration(text: Json) -> str:
    return " ".join(word for word, key in (("underline", "underline"), ("line-through", "strikethrough")) if text.get(key))


def band(book: Spreadsheet, sheet: Sheet, row: int, column: int) -> Json:
    """The background alternating colours give a cell."""
    for item in sheet.parts["bandedRanges"]:
        box, colours = area_of(book, item["range"]).box(), item.get("rowProperties") or {}
        if not (box.top <= row < box.bottom and box.left <= column < box.right):
            continue
        header = "headerColor" in colours or "headerColorStyle" in colours
        name = "header" if header and row == box.top else ("firstBand", "secondBand")[(row - box.top - header) % 2]
        return {
            key: colours[source]
            for key, source in (("backgroundColor", f"{name}Color"), ("backgroundColorStyle", f"{name}ColorStyle"))
            if source in colours
        }
    return {}
