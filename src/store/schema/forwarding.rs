//! The tables of receiving offices and of the ways of cases, as diesel sees them.

diesel::table! {
    receiving_offices (code) {
        code -> Text,
        name -> Text,
        covers -> Text,
        created_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    forwardings (case_id, number) {
        case_id -> Text,
        number -> BigInt,
        office -> Text,
        onward -> Bool,
        sent_on -> Date,
        arrived_on -> Nullable<Date>,
    }
}
