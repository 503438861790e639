//! The table of lines that may tell of one dose, as diesel sees it.

diesel::table! {
    dose_doubles (one, other) {
        one -> Text,
        other -> Text,
        program -> Text,
        subject -> Text,
        state -> Text,
        found_at -> Timestamp,
        settled_by -> Nullable<Text>,
        settled_at -> Nullable<Timestamp>,
    }
}
