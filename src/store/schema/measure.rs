//! The table of figures, as diesel sees it.

diesel::table! {
    case_measures (case_id, code) {
        case_id -> Text,
        code -> Text,
        program -> Text,
        kind -> Text,
        decided_on -> Date,
        month -> Date,
        days -> Nullable<BigInt>,
        changed -> Nullable<Bool>,
    }
}
