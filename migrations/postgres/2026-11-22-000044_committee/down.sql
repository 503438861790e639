DROP TABLE committee_attendance;
DROP TABLE committee_opinions;
DROP TABLE committee_agenda;
DROP TABLE committee_sessions;
DROP TABLE committee_members;
