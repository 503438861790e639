//! Which column of a file holds what, and what its codes mean.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::program::vocabulary::vocabulary;

/// Entries of one list of codes at most.
const MOST_CODES: usize = 2_000;
/// Bytes of a map at most.
const MOST_BYTES: usize = 200_000;
/// The map of a file of doses that is taken when nobody gives another.
const DOSES: &str = include_str!("doses.toml");
/// The same for a file of residents.
const RESIDENTS: &str = include_str!("residents.toml");

vocabulary! {
    /// Of what the lines of a file tell.
    Kind {
        /// 接種記録: a dose a line.
        Doses = "doses",
        /// 住民: a person a line.
        Residents = "residents",
    }
}

impl Kind {
    /// The map that is taken when nobody gives another, with comments, as an example to start from.
    pub fn common(self) -> &'static str {
        match self {
            Kind::Doses => DOSES,
            Kind::Residents => RESIDENTS,
        }
    }

    /// Fields without which a line says nothing.
    pub fn needed(self) -> &'static [Field] {
        match self {
            Kind::Doses => &[Field::Resident, Field::Birth, Field::Vaccine, Field::Date],
            Kind::Residents => &[Field::Resident, Field::Birth],
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// 宛名番号, by which a person is known again.
    Resident,
    /// Name.
    Name,
    /// Its reading.
    Kana,
    /// Day of birth.
    Birth,
    /// Sex.
    Sex,
    /// Postcode.
    Postcode,
    /// Address.
    Address,
    /// Telephone.
    Phone,
    /// District of the town.
    District,
    /// Guardian.
    Guardian,
    /// 個人番号. It is sealed apart, and never shown.
    MyNumber,
    /// Day of moving in.
    MovedIn,
    /// Day of moving out.
    MovedOut,
    /// Day of death.
    Died,
    /// Vaccine.
    Vaccine,
    /// Number of the dose.
    Dose,
    /// Day of the dose.
    Date,
    /// 定期, 任意 and so on.
    Category,
    /// Product.
    Product,
    /// Lot.
    Lot,
    /// Code of the institution.
    Institution,
    /// Its name.
    InstitutionName,
    /// Physician.
    Physician,
    /// Amount.
    Amount,
}

impl Field {
    /// Every field, in the order in which a person reads them.
    pub const ALL: [Field; 24] = [
        Field::Resident,
        Field::Name,
        Field::Kana,
        Field::Birth,
        Field::Sex,
        Field::Postcode,
        Field::Address,
        Field::Phone,
        Field::District,
        Field::Guardian,
        Field::MyNumber,
        Field::MovedIn,
        Field::MovedOut,
        Field::Died,
        Field::Vaccine,
        Field::Dose,
        Field::Date,
        Field::Category,
        Field::Product,
        Field::Lot,
        Field::Institution,
        Field::InstitutionName,
        Field::Physician,
        Field::Amount,
    ];

    /// The heading that it has in the common map of a kind, by which people know it.
    pub fn common(self, kind: Kind) -> String {
        let map: Option<Map> = toml::from_str(kind.common()).ok();
        map.map(|map| map.heading(self).to_owned()).unwrap_or_default()
    }
}

/// A map as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// Headings by what stands below them.
    pub columns: BTreeMap<Field, String>,
    /// Codes of sexes.
    #[serde(default)]
    pub sexes: BTreeMap<String, String>,
    /// Codes of 接種区分.
    #[serde(default)]
    pub categories: BTreeMap<String, String>,
    /// Codes of doses.
    #[serde(default)]
    pub doses: BTreeMap<String, String>,
    /// Codes of vaccines, with the keys of the tables.
    #[serde(default)]
    pub vaccines: BTreeMap<String, String>,
    /// Codes of products, with the keys of the tables.
    #[serde(default)]
    pub products: BTreeMap<String, String>,
}

/// Why a map cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MapFault {
    /// It is no such file; the reader's words say where.
    #[error("{0}")]
    Unreadable(String),
    /// It names no column for something that every line needs.
    #[error("no column for {0:?}")]
    Missing(Field),
    /// It is longer than any real one.
    #[error("too long")]
    TooLong,
}

impl Map {
    /// Reads the map of a file of a kind.
    ///
    /// # Errors
    /// [`MapFault`].
    pub fn read(kind: Kind, written: &str) -> Result<Map, MapFault> {
        if written.len() > MOST_BYTES {
            return Err(MapFault::TooLong);
        }
        let map: Map =
            toml::from_str(written).map_err(|error| MapFault::Unreadable(error.message().to_owned()))?;
        let lists = [&map.sexes, &map.categories, &map.doses, &map.vaccines, &map.products];
        if lists.iter().any(|list| list.len() > MOST_CODES) {
            return Err(MapFault::TooLong);
        }
        match kind.needed().iter().copied().find(|field| !map.columns.contains_key(field)) {
            Some(field) => Err(MapFault::Missing(field)),
            None => Ok(map),
        }
    }

    /// The places of the columns in a file of a kind.
    ///
    /// # Errors
    /// The heading of a needed column that the file does not have.
    pub fn places(&self, kind: Kind, headings: &[String]) -> Result<Columns, String> {
        let mut columns = Columns::default();
        for (field, heading) in &self.columns {
            match headings.iter().position(|it| it.trim() == heading) {
                Some(place) => _ = columns.places.insert(*field, place),
                None if kind.needed().contains(field) => return Err(heading.clone()),
                None => {}
            }
        }
        Ok(columns)
    }

    /// The heading of a field, as people know it.
    pub fn heading(&self, field: Field) -> &str {
        self.columns.get(&field).map_or("", String::as_str)
    }
}

/// The places of the columns in one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    places: BTreeMap<Field, usize>,
}

impl Columns {
    /// Whether the file has a column for a field.
    pub fn has(&self, field: Field) -> bool {
        self.places.contains_key(&field)
    }

    /// Empties what stands in a line for a field.
    pub fn blank(&self, cells: &mut [String], field: Field) {
        if let Some(cell) = self.places.get(&field).and_then(|place| cells.get_mut(*place)) {
            cell.clear();
        }
    }

    /// What stands in a line for a field, without blanks around it.
    pub fn text<'a>(&self, cells: &'a [String], field: Field) -> &'a str {
        self.places.get(&field).and_then(|place| cells.get(*place)).map_or("", |cell| cell.trim())
    }
}
