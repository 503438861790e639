DROP TABLE audit_head;
DROP TABLE audit;
DROP TABLE idempotency;
DROP TABLE jobs;
