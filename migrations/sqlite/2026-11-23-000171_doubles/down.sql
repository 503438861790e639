DROP TABLE dose_doubles;
