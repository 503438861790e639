DROP TABLE reaction_reports;
