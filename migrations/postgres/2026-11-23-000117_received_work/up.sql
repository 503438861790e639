-- When the newest result of a work item came: what others deliver is paid for by the month. Of items that are older
-- it is filled in with the next command on their case.
ALTER TABLE work_items ADD COLUMN received_at TIMESTAMP;
CREATE INDEX work_items_received ON work_items (kind, received_at);
