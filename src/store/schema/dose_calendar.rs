//! The table of calendars of vaccination, as diesel sees it.

diesel::table! {
    dose_calendars (id) {
        id -> Text,
        subject -> Text,
        citizen -> Text,
        lookup -> Text,
        lang -> Text,
        at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}
