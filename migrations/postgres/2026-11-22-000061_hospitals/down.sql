DROP TABLE designation_numbers;
DROP TABLE received_documents;
DROP TABLE client_tokens;
DROP TABLE client_assertions;
DROP TABLE hospital_clients;
