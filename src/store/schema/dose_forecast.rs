//! What the rules say of the persons of the ledger of vaccinations, computed for a day.

diesel::table! {
    dose_forecasts (subject, vaccine) {
        subject -> Text,
        vaccine -> Text,
        dose -> Text,
        state -> Text,
        earliest -> Nullable<Date>,
        latest -> Nullable<Date>,
        standard_from -> Nullable<Date>,
        standard_to -> Nullable<Date>,
        finish_by -> Nullable<Date>,
    }
}

diesel::table! {
    dose_rights (subject, vaccine, dose) {
        subject -> Text,
        vaccine -> Text,
        dose -> Text,
        cohort -> Integer,
        opens_on -> Date,
        closes_on -> Nullable<Date>,
        given_on -> Nullable<Date>,
        valid -> Bool,
    }
}

diesel::table! {
    dose_forecast_days (subject) {
        subject -> Text,
        computed_on -> Date,
    }
}

diesel::table! {
    dose_calls (id) {
        id -> Text,
        run_id -> Text,
        subject -> Text,
        vaccine -> Text,
        dose -> Text,
        season -> Text,
        again -> Bool,
        body -> Text,
        called_on -> Date,
    }
}
