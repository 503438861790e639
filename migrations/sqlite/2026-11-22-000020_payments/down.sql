DROP TABLE ledger_lines;
DROP TABLE ledger_months;
DROP TABLE ledger_tries;
DROP TABLE ledger_presented;
DROP TABLE ledger_cards;
ALTER TABLE users DROP COLUMN institution;
