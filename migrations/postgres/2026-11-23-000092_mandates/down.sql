DROP TABLE mandates;
DROP TABLE agencies;
