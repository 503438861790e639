//! The words for the fields of a decision: what they hold, where it comes from, and where they are shown.

use serde::{Deserialize, Serialize};

vocabulary! {
    /// The type of a decision's field.
    FieldType {
        /// One of the listed codes.
        Enum = "enum",
        /// Whole yen.
        Yen = "yen",
        /// A day.
        Date = "date",
        /// Text.
        Text = "text",
        /// Text in parts with a name each, `name：text／name：text`, which letters print as the rows of a table.
        Parts = "parts",
        /// Yes or no.
        Bool = "bool",
        /// A whole number without unit.
        Integer = "integer",
    }
}

vocabulary! {
    /// Where the proposed value of a decision's field comes from.
    FieldSource {
        /// The program's rules propose it.
        Rules = "rules",
        /// A clerk enters it.
        Clerk = "clerk",
        /// A setting of the deciding body.
        Office = "office",
        /// The installation issues it.
        System = "system",
    }
}

vocabulary! {
    /// Where a decision's field is shown.
    Audience {
        /// On the citizen's decision page.
        Citizen = "citizen",
        /// On the clerk's pages.
        Clerk = "clerk",
        /// In letters.
        Letter = "letter",
        /// To connectors.
        Connector = "connector",
    }
}
