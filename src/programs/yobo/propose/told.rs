//! The person and the doses, from the answers of an application and of the office.

use chrono::NaiveDate;

use crate::domain::calendar::PartialDate;
use crate::domain::proposal::{Finding, Severity};
use crate::programs::Inputs;
use crate::programs::read::Slots;
use crate::programs::yobo::law::{Code, Law};
use crate::programs::yobo::person::{Dose, Facts, Person, Sex};

/// Settings of the town with the first and last day of its season of influenza, as `2026-10-01`.
const SEASON: [&str; 2] = ["yobo_season_from", "yobo_season_to"];

/// A person, the record of their doses as it is written, and what is doubtful in it.
pub struct Told {
    /// The person.
    pub person: Person,
    /// The lines of the record, in their order; the place of a dose of the person is its line.
    pub lines: Vec<Line>,
    /// Lines that cannot be.
    pub findings: Vec<Finding>,
}

/// One line of the record.
pub struct Line {
    /// Slot path of its row.
    pub path: String,
    /// The vaccine as people read it.
    pub name: String,
    /// Key of the vaccine.
    pub vaccine: String,
    /// The number of the dose as written.
    pub dose: String,
    /// Product and lot as written.
    pub product: String,
    /// Key of the product, if it is known.
    pub product_key: Option<String>,
    /// Lot.
    pub lot: String,
    /// Institution or country as written.
    pub clinic: String,
    /// The day, as far as it is known.
    pub on: PartialDate,
}

/// Reads a person; `None` while the day of birth is not known.
pub fn told(law: &Law<'_>, application: Slots<'_>, office: Slots<'_>, inputs: &Inputs<'_>) -> Option<Told> {
    let birth = application.day("person.birth")?;
    let sex = application.code("person.sex").and_then(|code| match code {
        "female" => Some(Sex::Female),
        "male" => Some(Sex::Male),
        _ => None,
    });
    let facts = facts(law, application, office, inputs);
    let person = Person { birth, sex, due: application.day("facts.edd"), facts, doses: Vec::new() };
    let mut told = Told { person, lines: Vec::new(), findings: Vec::new() };
    let ledger = office.rows("ledger.vaccine");
    let (slots, root) = if ledger.is_empty() { (application, "past") } else { (office, "ledger") };
    for row in slots.rows(&format!("{root}.vaccine")) {
        told.line(law, slots, root, &row, inputs.received_on);
    }
    told.person.doses.sort_by_key(|dose| (dose.first, dose.place));
    Some(told)
}

fn facts(law: &Law<'_>, application: Slots<'_>, office: Slots<'_>, inputs: &Inputs<'_>) -> Facts {
    let codes = |slots: Slots<'_>, item: &str| -> Vec<Code> {
        slots.codes(item).into_iter().filter_map(|name| law.code(name)).collect()
    };
    let mut yes = codes(application, "facts.condition");
    yes.extend(codes(office, "record.recognised"));
    // What the office looked at and did not recognise is not so.
    let open = law.facts.iter().copied().filter(|fact| office.exist() && !yes.contains(fact));
    let no = open.collect();
    let day = |name: &str| inputs.settings.get(name).and_then(|day| day.parse::<NaiveDate>().ok());
    let season = day(SEASON[0]).zip(day(SEASON[1])).filter(|(from, to)| from <= to);
    Facts { yes, no, diseases: codes(application, "facts.disease"), season, ..Facts::default() }
}

impl Told {
    fn line(&mut self, law: &Law<'_>, slots: Slots<'_>, root: &str, row: &str, on: NaiveDate) {
        let at = |item: &str| format!("{row}/{root}.{item}");
        let written = |item: &str| slots.written(&at(item)).unwrap_or_default();
        // Of a dose whose day is not known the month is asked for.
        let date = slots.partial(&at("on")).or_else(|| slots.partial(&at("about")));
        let (Some(chosen), Some(date)) = (slots.choice(&at("vaccine")), date) else { return };
        let product = [written("product"), written("lot")].into_iter().filter(|it| !it.is_empty());
        let path = slots.slot(row);
        let line = Line {
            name: chosen.display.clone(),
            vaccine: chosen.code.clone(),
            dose: written("dose"),
            product: product.collect::<Vec<_>>().join(" "),
            product_key: slots.code(&at("product")).map(str::to_owned),
            lot: written("lot"),
            clinic: written("clinic"),
            on: date,
            path,
        };
        let code = slots.code(&at("product")).and_then(|name| law.code(name));
        self.dose(law, &chosen.code, code, &line, on);
        self.lines.push(line);
    }

    /// A dose that can have been given becomes part of the history; of another it is said that it cannot.
    fn dose(&mut self, law: &Law<'_>, vaccine: &str, product: Option<Code>, line: &Line, on: NaiveDate) {
        let (first, last) = (line.on.earliest(), line.on.latest());
        if last < self.person.birth {
            return self.doubt("finding.before-birth", line);
        }
        if first > on {
            return self.doubt("finding.after-receipt", line);
        }
        let place = law.place(vaccine);
        let fitting = product.filter(|code| place.is_some_and(|place| law.has_product(place, *code)));
        if fitting != product {
            self.doubt("finding.product-unfit", line);
        }
        let injected_live = match place {
            Some(place) => law.is_injected_live(place, fitting),
            None => law.live.iter().any(|it| it.rule.injected && law.name(it.rule.code) == vaccine),
        };
        self.person.doses.push(Dose {
            place: self.lines.len(),
            vaccine: place,
            product: fitting,
            first: first.max(self.person.birth),
            last: last.min(on),
            injected_live,
            same_pregnancy: None,
            withdrawn: false,
        });
    }

    fn doubt(&mut self, key: &str, line: &Line) {
        let finding = Finding::new(Severity::Ask, key).at(&line.path);
        self.findings.push(finding.with("vaccine", &line.name).with("date", line.on.earliest()));
    }
}
