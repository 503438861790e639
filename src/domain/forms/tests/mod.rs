mod apart;
mod carrying;
mod checking;
mod properties;
mod reading;
mod showing;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::*;

const MY_NUMBER: &str = "123456789018";

pub(super) fn form() -> Form {
    Form::load(include_str!("../testdata/mimai.json"), "mimai.json").unwrap()
}

/// A form with the records and catalogues around it.
struct World {
    form: Form,
    context: BTreeMap<String, Value>,
    catalogues: Catalogues,
}

impl World {
    fn new() -> World {
        let patient = json!({"birthDate": "1955-01-05", "name": [{"family": "窓口"}]});
        let context =
            BTreeMap::from([("patient".to_owned(), patient), ("case".to_owned(), json!({"kind": "RENEW"}))]);
        let diseases = vec![Choice::new("006", "パーキンソン病"), Choice::new("097", "潰瘍性大腸炎")];
        World { form: form(), context, catalogues: BTreeMap::from([("diseases".to_owned(), diseases)]) }
    }

    fn env(&self, lang: Lang) -> Env<'_> {
        let today = NaiveDate::from_ymd_opt(2026, 4, 1).unwrap();
        Env { today, context: &self.context, catalogues: &self.catalogues, lang }
    }

    fn ja(&self) -> Env<'_> {
        self.env(Lang::Ja)
    }

    fn read(&self, step: &str, fields: &[(&str, &str)], answers: &mut Answers) -> Vec<(String, String)> {
        keys(&read_step(&self.form, step, &posted(fields), answers, &self.ja()))
    }

    fn complete(&self) -> Answers {
        let mut answers = populate(&self.form, &self.ja());
        let applicant = [
            ("name.given", "花子"),
            ("name.kana", "まどぐち"),
            ("number", MY_NUMBER),
            ("tel", "03-1234-5678"),
        ];
        assert_eq!(self.read("applicant", &applicant, &mut answers), []);
        let household = [("member[0]/member.name", "窓口 一郎"), ("member[0]/member.tax", "１２，０００円")];
        assert_eq!(self.read("household", &household, &mut answers), []);
        let illness = [("disease", "097"), ("agree", "true"), ("symptoms", "pain"), ("symptoms", "fever")];
        assert_eq!(self.read("illness", &illness, &mut answers), errors(&[("proof", "form.required-later")]));
        answers
    }
}

fn posted(fields: &[(&str, &str)]) -> Posted {
    let mut posted = Posted::new();
    for (name, value) in fields {
        posted.entry((*name).to_owned()).or_default().push((*value).to_owned());
    }
    posted
}

fn keys(found: &[FieldError]) -> Vec<(String, String)> {
    found.iter().map(|error| (error.path.clone(), error.key.clone())).collect()
}

fn errors(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(path, key)| ((*path).to_owned(), (*key).to_owned())).collect()
}

fn field<'v>(view: &'v StepView, path: &str) -> &'v FieldView {
    view.fields.iter().find(|field| field.path == path).unwrap()
}
