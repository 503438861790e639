-- 合議体: members belong to a panel of their committee, and stand for one of its fields. A session is held by a
-- panel, or by the committee as a whole.
ALTER TABLE committee_members ADD COLUMN panel TEXT NOT NULL DEFAULT '';
ALTER TABLE committee_members ADD COLUMN field TEXT NOT NULL DEFAULT '';
ALTER TABLE committee_sessions ADD COLUMN panel TEXT NOT NULL DEFAULT '';
