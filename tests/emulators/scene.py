"""A spreadsheet, its robot's clients, and shorthand for calls."""

from typing import Any

import requests

from tests.emulators.sheets.clients import SCOPES
from tests.emulators.sheets.files import File
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.people import Person
from tests.emulators.sheets.server import SheetsServer

Json = dict[str, Any]


class RefusedError(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, error: Any) -> None:
        super().__init__(f"{status} {error}")
        self.status = status
        self.error = error

    @property
    def message(self) -> str:
        """Google's sentence."""
        return str(self.error["message"])


class Scene:
    """One spreadsheet, and plain HTTP to it with the robot's token."""

    def __init__(self, google: SheetsServer, locale: str = "fr_FR", rows: int = 20, account: str = ROBOT) -> None:
        self.google = google
        self.file: File = google.drive.add_spreadsheet(
            "Registre", "Factures", "Clients", locale=locale, writers=(ROBOT,), rows=rows
        )
        self.token = google.accounts.issue(account, frozenset(SCOPES))
        self.person: Person = google.person(self.file)
        self.session = requests.Session()
        self.session.trust_env = False
        google.at_exit.append(self.session.close)

    def ask(self, verb: str, path: str, body: Any = None, timeout: float = 5, **query: Any) -> Any:
        """One call on the spreadsheet; `path` follows its id."""
        url = f"{self.google.base}/v4/spreadsheets/{self.file.id}{path}"
        headers = {"Authorization": f"Bearer {self.token}"}
        got = self.session.request(verb, url, json=body, params=query, headers=headers, timeout=timeout)
        if got.status_code != 200:
            raise RefusedError(got.status_code, got.json()["error"] if "json" in got.headers["Content-Type"] else got.text)
        return got.json()

    def get(self, range: str, **query: Any) -> list[list[Any]]:
        """Values of a range, UNFORMATTED unless said otherwise."""
        answer = self.ask("GET", f"/values/{range}", **{"valueRenderOption": "UNFORMATTED_VALUE", **query})
        values: list[list[Any]] = answer.get("values", [])
        return values

    def shown(self, range: str) -> list[list[Any]]:
        """Values of a range as people see them."""
        return self.get(range, valueRenderOption="FORMATTED_VALUE")

    def put(self, range: str, values: list[list[Any]], option: str = "RAW", **query: Any) -> Any:
        """values.update."""
        return self.ask("PUT", f"/values/{range}", {"values": values}, valueInputOption=option, **query)

    def batch(self, *asked: Json, **options: Any) -> Any:
        """batchUpdate."""
        return self.ask("POST", ":batchUpdate", {"requests": list(asked), **options})

    def grid(self, fields: str, **query: Any) -> Any:
        """spreadsheets.get with a field mask."""
        return self.ask("GET", "", fields=fields, **query)

    def hang(self, key: str, location: Json, visibility: str = "DOCUMENT", value: str = "") -> int:
        """Create metadata; its id."""
        item = {"metadataKey": key, "metadataValue": value, "visibility": visibility, "location": location}
        reply = self.batch({"createDeveloperMetadata": {"developerMetadata": item}})["replies"][0]
        return int(reply["createDeveloperMetadata"]["developerMetadata"]["metadataId"])

    def mark(self, index: int, value: str, dimension: str = "COLUMNS") -> int:
        """Hang metadata `robot.col` = value on a column (or a row) of the first tab; its id."""
        spot = {"sheetId": 0, "dimension": dimension, "startIndex": index, "endIndex": index + 1}
        return self.hang("robot.col", {"dimensionRange": spot}, value=value)

    def matches(self, **lookup: Any) -> list[Json]:
        """The metadata a lookup selects."""
        found = self.ask("POST", "/developerMetadata:search", {"dataFilters": [{"developerMetadataLookup": lookup}]})
        return [match["developerMetadata"] for match in found.get("matchedDeveloperMetadata", [])]

    def places(self) -> dict[str, int]:
        """Where the value of each `robot.col` stands."""
        items = self.matches(metadataKey="robot.col")
        return {item["metadataValue"]: item["location"]["dimensionRange"]["startIndex"] for item in items}

    def column(self, value: str, values: list[Any], **more: Any) -> Json:
        """A DataFilterValueRange addressed by metadata."""
        lookup = {
            "metadataKey": "robot.col",
            "metadataValue": value,
            "locationType": "COLUMN",
            "metadataLocation": {"sheetId": 0},
        }
        return {"dataFilter": {"developerMetadataLookup": lookup}, "majorDimension": "COLUMNS", "values": [values], **more}


def box(top: int, bottom: int, left: int, right: int, sheet_id: int = 0) -> Json:
    """A GridRange."""
    return {"sheetId": sheet_id, "startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left, "endColumnIndex": right}


def sheet(scene: Scene, fields: str, index: int = 0) -> Json:
    """Some fields of one tab."""
    answer: Json = scene.grid(f"sheets({fields})")["sheets"][index]
    return answer
