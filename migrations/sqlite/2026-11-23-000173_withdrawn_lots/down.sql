DROP TABLE withdrawn_lots;
