//! What the clerk does, one file a verb.
