//! What the citizen does, one file a verb.
