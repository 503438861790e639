DROP TABLE sessions;
DROP TABLE users;
DROP TABLE citizens;
DROP TABLE keys;
