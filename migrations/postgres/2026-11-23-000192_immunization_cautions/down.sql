DROP TABLE immunization_cautions;
