ALTER TABLE committee_sessions DROP COLUMN panel;
ALTER TABLE committee_members DROP COLUMN field;
ALTER TABLE committee_members DROP COLUMN panel;
