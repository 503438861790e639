DROP TABLE dose_calls;
DELETE FROM bulk_items WHERE run_id IN (SELECT id FROM bulk_runs WHERE action = 'call');
DELETE FROM bulk_runs WHERE action = 'call';
