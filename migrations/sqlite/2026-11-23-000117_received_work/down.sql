DROP INDEX work_items_received;
ALTER TABLE work_items DROP COLUMN received_at;
