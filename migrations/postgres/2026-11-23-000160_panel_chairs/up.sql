-- Each panel has a chair of its own beside the chair of the whole committee (介護保険法施行令9条).
ALTER TABLE committee_members ADD COLUMN panel_chair BOOLEAN NOT NULL DEFAULT FALSE;
