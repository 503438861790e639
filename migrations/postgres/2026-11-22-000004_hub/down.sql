DROP TABLE connectors;
DROP TABLE discrepancies;
DROP TABLE hub_rows;
DROP TABLE hub_batches;
DROP TABLE runs;
