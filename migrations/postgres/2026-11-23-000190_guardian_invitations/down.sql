DROP TABLE guardian_shields;
DROP TABLE guardian_tries;
DROP TABLE guardian_invitations;
