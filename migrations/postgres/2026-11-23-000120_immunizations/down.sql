DROP TABLE vouchers;
DROP TABLE immunizations;
DROP TABLE immunization_presented;
DROP TABLE immunization_guardians;
DROP TABLE immunization_subjects;
