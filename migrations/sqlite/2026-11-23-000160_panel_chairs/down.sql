ALTER TABLE committee_members DROP COLUMN panel_chair;
