from __future__ import annotations

import pytest

from tests.adapters.google_sheet.desks import SheetDesk
from tests.adapters.store_contract import Desk, StoreContract
from tests.emulators.sheets.server import SheetsServer


class TestGoogleSheetStore(StoreContract):
    @pytest.fixture
    def desk(self, google: SheetsServer) -> Desk:
        return SheetDesk(google)
