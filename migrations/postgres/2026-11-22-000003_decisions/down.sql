DROP TABLE counters;
DROP TABLE deliveries;
DROP TABLE letters;
DROP TABLE signatures;
DROP TABLE decisions;
