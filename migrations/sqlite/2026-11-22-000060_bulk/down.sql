DROP INDEX letters_at;
DROP TABLE letter_prints;
DROP TABLE bulk_items;
DROP TABLE bulk_runs;
