//! What the operator does, one file a verb.
