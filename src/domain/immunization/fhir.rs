//! Lines of the ledger and what comes next as FHIR R4: `Immunization` by the profile of JP Core, for
//! `ImmunizationRecommendation` the base resource, since JP Core has no profile of it. The 個人番号 never travels here.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::law::{Forecast, Vaccine};
use super::record::{Category, Immunization, Origin, Status};
use super::screening::{Screening, ScreeningState};

/// JP Core's profile.
pub const PROFILE: &str = "http://jpfhir.jp/fhir/core/StructureDefinition/JP_Immunization";
/// 保険医療機関番号, 10 digits.
const INSTITUTIONS: &str = "http://jpfhir.jp/fhir/core/IdSystem/insurance-medical-institution-no";
/// The states that FHIR knows.
const STATES: &str = "http://terminology.hl7.org/CodeSystem/immunization-recommendation-status";
/// Parts of the body by JAMI; others are told in words.
const SITES: &str = "http://jami.jp/CodeSystem/MedicationBodySiteExternal";
/// LOINC's codes of dates: first and last day, the advised time, and its end.
const DATES: [(&str, &str); 4] = [
    ("30981-5", "Earliest date to give"),
    ("30980-7", "Date vaccine due"),
    ("59778-1", "Date when overdue for immunization"),
    ("59777-3", "Latest date to give immunization"),
];

/// What a resource needs to know besides its content.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Address of the FHIR base.
    pub base: &'a str,
    /// Id of the person.
    pub subject: &'a str,
    /// Vaccines with their names.
    pub vaccines: &'a [Vaccine],
}

/// An id as FHIR writes it.
pub fn id(ours: &str) -> String {
    ours.replace('_', "-")
}

/// An id of ours from one that FHIR writes: the first hyphen parts the kind from the rest.
pub fn ours(id: &str) -> String {
    id.replacen('-', "_", 1)
}

impl Frame<'_> {
    fn local(&self, name: &str) -> String {
        format!("{}/CodeSystem/{name}", self.base)
    }

    fn patient(&self) -> Value {
        json!({ "reference": format!("Patient/{}", id(self.subject)) })
    }

    fn concept(&self, key: &str) -> Value {
        let known = self.vaccines.iter().find(|it| it.key == key);
        let name = known.map_or(key, |it| &it.name);
        json!({ "coding": [{ "system": self.local("vaccine"), "code": key, "display": name }], "text": name })
    }

    /// A line of the ledger.
    pub fn immunization(&self, line: &Immunization) -> Value {
        let mut resource = json!({
            "resourceType": "Immunization",
            "id": id(&line.id),
            "meta": { "profile": [PROFILE], "lastUpdated": line.at.to_rfc3339() },
            "identifier": [{ "system": format!("{}/ledger", self.base), "value": id(&line.id) }],
            "status": status(line),
            "vaccineCode": self.concept(&line.vaccine),
            "patient": self.patient(),
            "occurrenceDateTime": line.on.to_string(),
            "recorded": line.at.to_rfc3339(),
            "primarySource": line.origin == Origin::Clinic,
            "programEligibility": [self.eligibility(line.category)],
        });
        if let Some(resource) = resource.as_object_mut() {
            self.fill(resource, line);
        }
        resource
    }

    fn eligibility(&self, category: Category) -> Value {
        json!({ "coding": [{ "system": self.local("category"), "code": category.code() }] })
    }

    /// What there is no value of is left out.
    fn fill(&self, resource: &mut Map<String, Value>, line: &Immunization) {
        let content = &line.content;
        let mut put = |name: &str, there: bool, value: Value| {
            if there {
                resource.insert(name.to_owned(), value);
            }
        };
        put("lotNumber", !line.lot.is_empty(), json!(line.lot));
        put("statusReason", line.status == Status::NotDone, json!({ "text": content.reason }));
        let origin = json!({ "coding": [{ "system": self.local("origin"), "code": line.origin.code() }] });
        put("reportOrigin", line.origin != Origin::Clinic, origin);
        let amount = content.amount.parse::<f64>().ok();
        put("doseQuantity", amount.is_some(), quantity(amount));
        put("site", !content.site.is_empty(), self.site(&content.site));
        let route = json!({ "coding": [{ "system": self.local("route"), "code": content.route }] });
        put("route", !content.route.is_empty(), route);
        put("performer", !content.physician.is_empty(), performer(&content.physician));
        let place = !line.institution.is_empty() || !content.institution.is_empty();
        put("location", place, location(&line.institution, &content.institution));
        put("protocolApplied", !line.dose.is_empty(), protocol(&line.vaccine, &line.dose));
    }

    /// A form before a dose: its answers as a QuestionnaireResponse, with whose and about which dose it is.
    pub fn screening(&self, form: &Screening, answers: Value) -> Value {
        let mut resource = answers;
        let about = |name: &str| format!("{}/StructureDefinition/{name}", self.base);
        let mut extensions = vec![
            json!({ "url": about("vaccine"), "valueCodeableConcept": self.concept(&form.vaccine) }),
            json!({ "url": about("dose"), "valueString": form.dose }),
        ];
        let line = form.line.as_ref();
        extensions.extend(line.map(|line| {
            let reference = format!("Immunization/{}", id(line));
            json!({ "url": about("line"), "valueReference": { "reference": reference } })
        }));
        resource["id"] = json!(id(&form.id));
        resource["extension"] = json!(extensions);
        resource["identifier"] =
            json!({ "system": format!("{}/screening", self.base), "value": id(&form.id) });
        resource["subject"] = self.patient();
        if let Some(on) = form.answered_on {
            resource["authored"] = json!(on.to_string());
        }
        if !form.content.by.is_empty() {
            resource["author"] = json!({ "display": form.content.by });
        }
        if form.state == ScreeningState::Expired && form.answered_on.is_none() {
            resource["status"] = json!("stopped");
        }
        resource
    }

    /// The one code that is known for certain; the others stand in the town's own list.
    fn site(&self, site: &str) -> Value {
        match site {
            "left-upper-arm" => {
                json!({ "coding": [{ "system": SITES, "code": "74L", "display": "左上腕" }] })
            }
            other => json!({ "coding": [{ "system": self.local("site"), "code": other }] }),
        }
    }

    /// What comes next for every vaccine that concerns the person, upon these lines.
    pub fn recommendation(&self, forecasts: &[Forecast], lines: &[Immunization], on: NaiveDate) -> Value {
        let all = forecasts.iter().filter(|it| it.state != "replaced");
        json!({
            "resourceType": "ImmunizationRecommendation",
            "id": id(self.subject),
            "patient": self.patient(),
            "date": on.to_string(),
            "recommendation": all.map(|it| self.one(it, lines)).collect::<Vec<_>>(),
        })
    }

    fn one(&self, forecast: &Forecast, lines: &[Immunization]) -> Value {
        let mut entry = json!({
            "vaccineCode": [self.concept(&forecast.vaccine)],
            "forecastStatus": self.state(&forecast.state),
        });
        let reason = match &forecast.verdict {
            Ok(verdict) => verdict.reason.clone(),
            Err(lacking) => lacking.key.clone(),
        };
        entry["forecastReason"] = json!([{ "coding": [{ "system": self.local("reason"), "code": reason }] }]);
        let dates = criteria(forecast);
        if !dates.is_empty() {
            entry["dateCriterion"] = json!(dates);
        }
        if let Some(dose) = forecast.verdict.as_ref().ok().and_then(|it| it.dose.clone()) {
            let (name, value) = number(&dose);
            entry[name] = value;
        }
        let used = lines.iter().filter(|it| it.is_given() && it.vaccine == forecast.vaccine);
        let used: Vec<Value> =
            used.map(|it| json!({ "reference": format!("Immunization/{}", id(&it.id)) })).collect();
        if !used.is_empty() {
            entry["supportingImmunization"] = json!(used);
        }
        entry
    }

    /// A state that FHIR has no word for is told in ours, and never as a contraindication.
    fn state(&self, state: &str) -> Value {
        let local = json!({ "system": self.local("state"), "code": state });
        match state {
            "due" | "overdue" | "complete" => {
                json!({ "coding": [{ "system": STATES, "code": state }, local] })
            }
            _ => json!({ "coding": [local] }),
        }
    }
}

fn status(line: &Immunization) -> &'static str {
    match line.status {
        _ if line.superseded_by.is_some() => "entered-in-error",
        Status::Completed => "completed",
        Status::NotDone => "not-done",
        Status::EnteredInError => "entered-in-error",
    }
}

fn quantity(millilitres: Option<f64>) -> Value {
    json!({ "value": millilitres, "unit": "mL", "system": "http://unitsofmeasure.org", "code": "mL" })
}

fn performer(name: &str) -> Value {
    let function =
        json!({ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0443", "code": "AP" }] });
    json!([{ "function": function, "actor": { "display": name } }])
}

fn location(code: &str, name: &str) -> Value {
    let mut place = Map::new();
    if !code.is_empty() {
        place.insert("identifier".to_owned(), json!({ "system": INSTITUTIONS, "value": code }));
    }
    if !name.is_empty() {
        place.insert("display".to_owned(), json!(name));
    }
    Value::Object(place)
}

fn protocol(series: &str, dose: &str) -> Value {
    let (name, value) = number(dose);
    let mut protocol = json!({ "series": series });
    protocol[name] = value;
    json!([protocol])
}

/// A number as a number; a booster as the word that it is.
fn number(dose: &str) -> (&'static str, Value) {
    match dose.parse::<u32>() {
        Ok(number) => ("doseNumberPositiveInt", json!(number)),
        Err(_) => ("doseNumberString", json!(dose)),
    }
}

fn criteria(forecast: &Forecast) -> Vec<Value> {
    let verdict = forecast.verdict.as_ref().ok();
    let days = [
        verdict.and_then(|it| it.earliest),
        forecast.standard.0,
        forecast.standard.1,
        verdict.and_then(|it| it.latest),
    ];
    let given = DATES.iter().zip(days).filter_map(|(code, day)| Some((code, day?)));
    let one = |((code, display), day): (&(&str, &str), NaiveDate)| {
        json!({
            "code": { "coding": [{ "system": "http://loinc.org", "code": code, "display": display }] },
            "value": day.to_string(),
        })
    };
    given.map(one).collect()
}

/// A page of what was found, with the address of the next one.
pub fn found(own: &str, next: Option<&str>, entries: Vec<(String, Value)>) -> Value {
    let mut links = vec![json!({ "relation": "self", "url": own })];
    links.extend(next.map(|url| json!({ "relation": "next", "url": url })));
    let entry = |(url, resource): (String, Value)| json!({ "fullUrl": url, "resource": resource, "search": { "mode": "match" } });
    json!({
        "resourceType": "Bundle",
        "type": "searchset",
        "link": links,
        "entry": entries.into_iter().map(entry).collect::<Vec<_>>(),
    })
}
