DROP INDEX hub_rows_subject;
