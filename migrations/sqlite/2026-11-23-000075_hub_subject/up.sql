-- What a register was told of one person, found without a look at everybody's rows.

CREATE INDEX hub_rows_subject ON hub_rows (connector, subject, at, seq);
