//! Extensions of an item.

use regex_lite::Regex;
use serde_json::Value;

use super::Loader;
use super::item::typed_value;
use crate::domain::forms::choice::Text;
use crate::domain::forms::decimal::Decimal;
use crate::domain::forms::model::{InputHint, Item, Limit, RequiredFor};
use crate::domain::forms::profile;

/// Bytes of a megabyte as `maxSize` counts them.
const MEGABYTE: i64 = 1_000_000;

impl Loader<'_> {
    /// Reads one extension into the item; an unknown one is refused.
    pub(super) fn item_extension(&mut self, path: &str, extension: &Value, item: &mut Item) {
        let Some(name) = self.known(extension, path, profile::ON_ITEM) else { return };
        let read = match name.strip_prefix("sdc-questionnaire-") {
            Some(name) => self.sdc(path, name, extension, item),
            None => self
                .hl7_rule(path, name, extension, item)
                .or_else(|| self.hl7_shown(path, name, extension, item))
                .or_else(|| self.own(path, name, extension, item)),
        };
        if read.is_none() {
            self.refuse(
                path,
                format!("the extension {name} has no usable value"),
                "give its value in the right type",
            );
        }
    }

    fn sdc(&mut self, path: &str, name: &str, extension: &Value, item: &mut Item) -> Option<()> {
        let element = extension.get("valueExpression").unwrap_or(&Value::Null);
        match name {
            "enableWhenExpression" => item.enabled_by = self.fhirpath(path, element),
            "calculatedExpression" => item.calculated = self.fhirpath(path, element),
            "initialExpression" => {
                item.start.expression = self.fhirpath(path, element);
                item.start.source =
                    element.get("expression").and_then(Value::as_str).and_then(first_variable);
            }
            "itemPopulationContext" => item.start.rows = self.variable(path, extension),
            "shortText" => item.rendering.short = Some(self.translated(path, extension)?),
            // Extraction and terminology servers are kept in the form and used elsewhere.
            _ => {}
        }
        Some(())
    }

    fn translated(&mut self, path: &str, extension: &Value) -> Option<Text> {
        let text = self.text(path, extension, "valueString");
        (!text.ja.is_empty()).then_some(text)
    }

    fn hl7_rule(&mut self, path: &str, name: &str, extension: &Value, item: &mut Item) -> Option<()> {
        let limits = &mut item.limits;
        match name {
            "questionnaire-minOccurs" => limits.min_occurs = Some(count(extension)?),
            "questionnaire-maxOccurs" => limits.max_occurs = Some(count(extension)?),
            "minLength" => limits.min_length = Some(count(extension)?),
            "maxDecimalPlaces" => limits.max_decimal_places = Some(u32::try_from(count(extension)?).ok()?),
            "minValue" => limits.min = Some(limit(extension)?),
            "maxValue" => limits.max = Some(limit(extension)?),
            "mimeType" => limits.mime.push(extension.get("valueCode")?.as_str()?.to_owned()),
            "maxSize" => limits.max_size = Some(bytes(extension)?),
            "regex" => limits.pattern = Some(self.pattern(path, extension.get("valueString")?.as_str()?)?),
            "variable" => item.variables.extend(self.variable(path, extension)),
            "targetConstraint" | "questionnaire-constraint" => {
                item.constraints.extend(self.constraint(path, extension));
            }
            "preferredTerminologyServer" => {}
            _ => return None,
        }
        Some(())
    }

    /// A pattern of the whole value, whether or not the author anchored it.
    fn pattern(&mut self, path: &str, source: &str) -> Option<Regex> {
        let pattern = Regex::new(&format!("^(?:{source})$"));
        if let Err(error) = &pattern {
            let fix = "write a regular expression without look-around or back-references";
            self.refuse(path, format!("the pattern \"{source}\": {error}"), fix);
        }
        // An empty pattern stands in for the broken one that was just refused.
        pattern.or_else(|_| Regex::new("")).ok()
    }

    fn hl7_shown(&mut self, path: &str, name: &str, extension: &Value, item: &mut Item) -> Option<()> {
        let rendering = &mut item.rendering;
        match name {
            "questionnaire-itemControl" => {
                rendering.controls.insert(concept(extension)?);
            }
            "questionnaire-choiceOrientation" => {
                rendering.horizontal = extension.get("valueCode")?.as_str()? == "horizontal";
            }
            "questionnaire-hidden" => rendering.hidden = extension.get("valueBoolean")?.as_bool()?,
            "questionnaire-displayCategory" => rendering.category = Some(concept(extension)?),
            "questionnaire-unit" => {
                rendering.unit = Some(self.text(path, extension.get("valueCoding")?, "display"));
            }
            "entryFormat" => rendering.entry_format = Some(self.translated(path, extension)?),
            _ => return None,
        }
        Some(())
    }

    fn own(&mut self, path: &str, name: &str, extension: &Value, item: &mut Item) -> Option<()> {
        let text = || extension.get("valueString").and_then(Value::as_str).map(str::to_owned);
        let flag = || extension.get("valueBoolean").and_then(Value::as_bool);
        let rendering = &mut item.rendering;
        match name {
            "paper-number" => rendering.paper_number = Some(text()?),
            "input-hint" => rendering.input = Some(input_hint(extension.get("valueCode")?.as_str()?)?),
            "why" => rendering.why = Some(self.translated(path, extension)?),
            "furigana-of" => rendering.furigana_of = Some(text()?),
            "lookup" => rendering.lookup = Some(text()?),
            "disputable" => rendering.disputable = flag()?,
            "soft-required" => item.soft_required = flag()?,
            "secret" => item.secret = flag()?,
            "required-for" => item.required_for = Some(required_for(extension.get("valueCode")?.as_str()?)?),
            _ => return None,
        }
        Some(())
    }
}

/// The first `%name` of an expression.
fn first_variable(source: &str) -> Option<String> {
    let name = source.split('%').nth(1)?;
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
    name.get(..end).map(str::to_owned)
}

fn count(extension: &Value) -> Option<usize> {
    extension.get("valueInteger")?.as_u64().and_then(|count| usize::try_from(count).ok())
}

fn limit(extension: &Value) -> Option<Limit> {
    match typed_value(extension)? {
        ("Integer" | "Decimal", value) => Decimal::from_json(value).map(Limit::Number),
        ("Date", value) => value.as_str()?.parse().ok().map(Limit::Date),
        _ => None,
    }
}

fn bytes(extension: &Value) -> Option<u64> {
    let megabytes = Decimal::from_json(extension.get("valueDecimal")?)?;
    let bytes = megabytes.times(Decimal::from(MEGABYTE))?;
    bytes.whole().and_then(|bytes| u64::try_from(bytes).ok())
}

fn concept(extension: &Value) -> Option<String> {
    let coding = extension.get("valueCodeableConcept")?.get("coding")?.as_array()?.first()?;
    coding.get("code")?.as_str().map(str::to_owned)
}

fn required_for(code: &str) -> Option<RequiredFor> {
    match code {
        "NEW" => Some(RequiredFor::New),
        "RENEW" => Some(RequiredFor::Renew),
        "BOTH" => Some(RequiredFor::Both),
        _ => None,
    }
}

fn input_hint(code: &str) -> Option<InputHint> {
    Some(match code {
        "family-name" => InputHint::FamilyName,
        "given-name" => InputHint::GivenName,
        "kana" => InputHint::Kana,
        "era-date" => InputHint::EraDate,
        "year-month" => InputHint::YearMonth,
        "postcode" => InputHint::Postcode,
        "prefecture" => InputHint::Prefecture,
        "city" => InputHint::City,
        "address" => InputHint::Address,
        "phone" => InputHint::Phone,
        "email" => InputHint::Email,
        "my-number" => InputHint::MyNumber,
        "insurer-number" => InputHint::InsurerNumber,
        "payer-number" => InputHint::PayerNumber,
        "recipient-number" => InputHint::RecipientNumber,
        "yen" => InputHint::Yen,
        "multiline" => InputHint::Multiline,
        "digits" => InputHint::Digits,
        _ => return None,
    })
}
