"""Drive v3: files.get (fields, alt=media) and files.export."""

import hashlib

from tests.emulators.sheets.calls import Call, Raw, handles
from tests.emulators.sheets.errors import ApiError
from tests.emulators.sheets.exports import exported
from tests.emulators.sheets.files import SPREADSHEET, File
from tests.emulators.sheets.model import Json

EXPORT_LIMIT = 10 * 1024 * 1024


def _file(call: Call) -> File:
    """The file, if the account may see it: Drive answers 404 for both unknown and not shared."""
    file_id = call.arguments["fileId"]
    file = call.drive.files.get(file_id)
    if file is None or not file.role(call.account):
        raise ApiError(404, f"File not found: {file_id}.", reason="notFound")
    return file


@handles("drive.files.get")
def get(call: Call) -> Json | Raw:
    """Metadata (id, kind, name and mimeType unless fields are asked), or the bytes with alt=media."""
    file = _file(call)
    if call.arguments.get("alt") == "media":
        if file.mime_type.startswith("application/vnd.google-apps."):
            raise ApiError(
                403,
                "Only files with binary content can be downloaded. Use Export with Docs Editors files.",
                reason="fileNotDownloadable",
            )
        return Raw(file.content, file.mime_type)
    shown: Json = {"kind": "drive#file", "id": file.id, "name": file.name, "mimeType": file.mime_type}
    return {**shown, **_details(file, call.account)} if call.fields or call.arguments.get("fields") == "*" else shown


def _details(file: File, account: str) -> Json:
    edits = file.role(account) in ("owner", "writer")
    details: Json = {
        "trashed": file.trashed,
        "version": str(file.version),
        "capabilities": {"canEdit": edits, "canDownload": True, "canReadRevisions": edits, "canShare": edits},
        "ownedByMe": file.role(account) == "owner",
        "owners": [{"kind": "drive#user", "emailAddress": file.owner, "me": file.role(account) == "owner"}],
        "webViewLink": f"https://docs.google.com/spreadsheets/d/{file.id}/edit"
        if file.mime_type == SPREADSHEET
        else f"https://drive.google.com/file/d/{file.id}/view",
    }
    if file.modified is not None:
        details["modifiedTime"] = file.modified.strftime("%Y-%m-%dT%H:%M:%S.") + f"{file.modified.microsecond // 1000:03d}Z"
    if file.book is None:
        details["size"] = str(len(file.content))
        details["md5Checksum"] = hashlib.md5(file.content, usedforsecurity=False).hexdigest()
        details["sha256Checksum"] = hashlib.sha256(file.content).hexdigest()
    return details


@handles("drive.files.export")
def export(call: Call) -> Raw:
    """A Google document as another type: a spreadsheet is written out, any other gives the bytes the tester put there."""
    file = _file(call)
    if not file.mime_type.startswith("application/vnd.google-apps."):
        raise ApiError(403, "Export only supports Docs Editors files.", reason="fileNotExportable")
    content = file.content if file.book is None else exported(file.book, call.arguments["mimeType"], call.now)
    if len(content) > EXPORT_LIMIT:
        raise ApiError(403, "This file is too large to be exported.", reason="exportSizeLimitExceeded")
    return Raw(content, call.arguments["mimeType"])
