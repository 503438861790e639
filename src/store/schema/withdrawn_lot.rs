//! The table of lots that were called back, as diesel sees it.

diesel::table! {
    withdrawn_lots (program, vaccine, lot) {
        program -> Text,
        vaccine -> Text,
        lot -> Text,
        since -> Date,
        source -> Text,
        author -> Text,
        at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}
