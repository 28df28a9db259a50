"""The Drive the spreadsheets lie in: files, who may do what, versions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from tests.emulators.sheets.errors import ApiError, no_permission
from tests.emulators.sheets.model import Spreadsheet, new_sheet

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class File:
    """A file in Drive. `sharing` gives each account's role: reader or writer; the owner has every right."""

    id: str
    name: str
    mime_type: str = SPREADSHEET
    owner: str = "equipe@exemple.example"
    sharing: dict[str, str] = field(default_factory=dict)
    trashed: bool = False
    version: int = 1
    modified: datetime | None = None
    book: Spreadsheet | None = None
    content: bytes = b""

    def role(self, account: str) -> str:
        """owner, writer, reader or nothing."""
        return "owner" if account == self.owner else self.sharing.get(account, "")


@dataclass
class Drive:
    """All files, by id."""

    now: Callable[[], datetime]
    files: dict[str, File] = field(default_factory=dict)

    def add_spreadsheet(
        self,
        title: str,
        *tabs: str,
        locale: str = "fr_FR",
        writers: tuple[str, ...] = (),
        file_id: str = "",
        rows: int = 1000,
        columns: int = 26,
    ) -> File:
        """A new spreadsheet with empty tabs, shared with the writers."""
        book = Spreadsheet(title, locale)
        for number, tab in enumerate(tabs or ("Feuille 1",)):
            book.sheets.append(new_sheet(number and book.new_id(), tab, rows, columns))
        file = self.add_file(title, SPREADSHEET, b"", file_id)
        file.book = book
        file.sharing = dict.fromkeys(writers, "writer")
        return file

    def add_file(self, name: str, mime_type: str, content: bytes, file_id: str = "") -> File:
        """Any other file."""
        file_id = file_id or f"1Emulated{len(self.files) + 1:035d}"
        file = File(file_id, name, mime_type, content=content, modified=self.now())
        self.files[file_id] = file
        return file

    def copy_spreadsheet(self, file: File, keeps_metadata: bool, writers: tuple[str, ...] = ()) -> File:
        """ "Make a copy": another file with the same content, shared with the writers only."""
        assert file.book is not None
        copied = self.add_file(f"Copie de {file.name}", SPREADSHEET, b"")
        copied.book, copied.sharing = file.book.copy(), dict.fromkeys(writers, "writer")
        copied.book.title = copied.name
        if not keeps_metadata:
            copied.book.metadata = []
            for sheet in copied.book.sheets:
                sheet.forget_metadata()
        return copied

    def touch(self, file: File) -> None:
        """A change was made: the version goes up, as Drive counts every one."""
        file.version += 1
        file.modified = self.now()

    def spreadsheet(self, file_id: str, account: str, writes: bool, not_shared: int = 403) -> File:
        """The file, if the Sheets API would serve it to the account.

        Raises: ApiError 404, 403, or 400 for what is not a Google spreadsheet.
        """
        file = self.files.get(file_id)
        role = file.role(account) if file is not None else ""
        if file is None or (not role and not_shared == 404):
            raise ApiError(404, "Requested entity was not found.")
        if not role or (writes and role == "reader"):
            raise no_permission()
        if file.book is None:
            raise ApiError(
                400,
                "This operation is not supported for this document. The document must not be an Office file."
                if file.mime_type == XLSX
                else "This operation is not supported for this document",
                "FAILED_PRECONDITION",
            )
        return file
