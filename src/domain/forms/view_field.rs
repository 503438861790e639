//! One question as a field of a page.

use super::answers::{Answer, Answers};
use super::choice::Text;
use super::instance::{Instance, segments};
use super::model::{InputHint, Item, Kind};
use super::rules::required_now;
use super::shown::{shown, shown_all, yes_or_no};
use super::summary::FileView;
use super::typed;
use super::typed_date::Boxes;
use super::view::{DateView, FieldView, OptionView, Widget};
use super::{Env, FieldError};
use crate::domain::calendar::ERAS;
use crate::domain::lang::Lang;

/// Choices above this number are a list rather than buttons, unless the form says otherwise.
const MANY: usize = 7;

/// A field without a value.
pub(super) fn blank(
    widget: Widget,
    item: &Item,
    path: &str,
    errors: &[FieldError],
    env: &Env<'_>,
) -> FieldView {
    let rendering = &item.rendering;
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.get(env.lang).to_owned());
    FieldView {
        widget,
        path: path.to_owned(),
        link_id: item.link_id.clone(),
        label: item.text.get(env.lang).to_owned(),
        markdown: text(&rendering.markdown),
        hint: hint(item, env.lang),
        why: text(&rendering.why),
        required: required_now(item, env),
        soft_required: item.soft_required,
        value: String::new(),
        values: Vec::new(),
        date: None,
        options: Vec::new(),
        horizontal: rendering.horizontal,
        catalogue: None,
        files: Vec::new(),
        accept: item.limits.mime.clone(),
        max_size: item.limits.max_size,
        max_length: None,
        inputmode: None,
        autocomplete: None,
        unit: text(&rendering.unit),
        lookup: None,
        furigana_of: None,
        masked: None,
        shown_marker: None,
        paper_number: rendering.paper_number.clone(),
        category: rendering.category.clone(),
        origin: None,
        disputable: false,
        dispute: None,
        row: None,
        add: None,
        remove: None,
        errors: errors.iter().filter(|error| error.path == path).cloned().collect(),
    }
}

/// A question with its answers.
pub(super) fn question(
    found: &Instance<'_>,
    answers: &Answers,
    errors: &[FieldError],
    env: &Env<'_>,
) -> FieldView {
    let (item, path) = (found.item, found.path.as_str());
    let given = answers.at(item, path);
    let first = if item.repeats { format!("{path}[0]") } else { path.to_owned() };
    let origin = answers.origin(&first).cloned();
    let disputable = item.rendering.disputable && answers.is_recorded(&first);
    let widget = if disputable { Widget::Output } else { widget(item, env) };
    let mut field = FieldView {
        origin,
        disputable,
        dispute: answers.dispute(path).map(str::to_owned),
        files: FileView::of(&given),
        masked: given.iter().find_map(|answer| masked(answer)),
        furigana_of: item.rendering.furigana_of.as_ref().map(|name| format!("{}{name}", found.prefix)),
        ..blank(widget, item, path, errors, env)
    };
    fill(&mut field, item, &given, answers, env);
    assist(&mut field, found);
    field
}

fn masked(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Secret(secret) => Some(secret.mask()),
        _ => None,
    }
}

fn hint(item: &Item, lang: Lang) -> Option<String> {
    let helps = item.items.iter().map(|help| &help.text);
    let texts: Vec<&str> = item
        .rendering
        .entry_format
        .iter()
        .chain(helps.filter(|_| item.kind.is_question()))
        .map(|text| text.get(lang))
        .collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

fn widget(item: &Item, env: &Env<'_>) -> Widget {
    if item.kind.is_question() && (item.read_only || item.calculated.is_some()) {
        return Widget::Output;
    }
    match item.kind {
        Kind::Group => Widget::GroupStart,
        Kind::Display => Widget::Display,
        Kind::Boolean if item.has_control("check-box") => Widget::Tick,
        Kind::Boolean => Widget::Boolean,
        Kind::Integer | Kind::Decimal => Widget::Number,
        Kind::Date => Widget::Date,
        Kind::Text => Widget::Textarea,
        Kind::String if item.rendering.input == Some(InputHint::Multiline) => Widget::Textarea,
        Kind::String | Kind::Url | Kind::DateTime | Kind::Time => Widget::Text,
        Kind::Choice | Kind::OpenChoice => choice_widget(item, env),
        Kind::Attachment => Widget::Attachment,
    }
}

fn choice_widget(item: &Item, env: &Env<'_>) -> Widget {
    let searched = typed::catalogue(item).is_some() || item.has_control("autocomplete");
    if searched || item.kind == Kind::OpenChoice {
        Widget::Catalogue
    } else if item.repeats {
        Widget::Checkbox
    } else if item.has_control("drop-down") {
        Widget::Select
    } else if item.has_control("radio-button") || typed::choices(item, env).len() <= MANY {
        Widget::Radio
    } else {
        Widget::Select
    }
}

fn fill(field: &mut FieldView, item: &Item, given: &[&Answer], answers: &Answers, env: &Env<'_>) {
    match field.widget {
        Widget::Output => field.value = shown_all(item, given, env),
        Widget::Date => field.date = Some(date(item, given.first().copied(), env.lang)),
        Widget::Boolean => field.options = truth(given.first().copied(), env.lang),
        Widget::Tick => {
            field.options = truth(given.first().copied(), env.lang).into_iter().take(1).collect();
            field.shown_marker = Some(format!("{}.shown", field.path));
        }
        Widget::Radio | Widget::Select => field.options = options(item, given, env),
        Widget::Checkbox => {
            field.options = options(item, given, env);
            field.shown_marker = Some(format!("{}.shown", field.path));
        }
        Widget::Attachment => {}
        _ => boxes(field, item, given, answers, env),
    }
}

fn boxes(field: &mut FieldView, item: &Item, given: &[&Answer], answers: &Answers, env: &Env<'_>) {
    if field.widget == Widget::Catalogue {
        field.options = options(item, given, env);
        field.catalogue = typed::catalogue(item).map(str::to_owned);
    }
    let mut values: Vec<String> = given.iter().map(|answer| editable(item, answer, env)).collect();
    let wanted = if item.repeats { answers.rows(item, &field.path) } else { 1 };
    values.resize(values.len().max(wanted).max(1), String::new());
    field.value = values.first().cloned().unwrap_or_default();
    if item.repeats {
        let most = item.limits.max_occurs.unwrap_or(super::model::MAX_OCCURS);
        field.add = (values.len() < most).then(|| field.path.clone());
        field.shown_marker = Some(format!("{}.shown", field.path));
        field.values = values;
    }
}

/// The text in a box: as it would be typed, so without unit and separators; never a secret.
fn editable(item: &Item, answer: &Answer, env: &Env<'_>) -> String {
    match answer {
        Answer::Integer(number) => number.to_string(),
        Answer::Decimal(number) => number.to_string(),
        Answer::DateTime(moment) => moment.format("%Y-%m-%d %H:%M").to_string(),
        Answer::Secret(_) => String::new(),
        _ => shown(item, answer, env),
    }
}

fn options(item: &Item, given: &[&Answer], env: &Env<'_>) -> Vec<OptionView> {
    let chosen = |code: &str| {
        given.iter().any(|answer| matches!(answer, Answer::Choice(coding) if coding.code == code))
    };
    let view = |choice: &super::choice::Choice| OptionView {
        value: choice.code.clone(),
        label: choice.label.get(env.lang).to_owned(),
        checked: chosen(&choice.code),
        exclusive: choice.exclusive,
    };
    typed::choices(item, env).iter().map(view).collect()
}

fn truth(given: Option<&Answer>, lang: Lang) -> Vec<OptionView> {
    let view = |flag: bool| OptionView {
        value: flag.to_string(),
        label: yes_or_no(flag, lang).to_owned(),
        checked: given == Some(&Answer::Boolean(flag)),
        exclusive: false,
    };
    vec![view(true), view(false)]
}

fn date(item: &Item, given: Option<&Answer>, lang: Lang) -> DateView {
    let boxes = match given {
        Some(Answer::Date(entered)) => Boxes::of(entered),
        Some(Answer::Raw(typed)) => Boxes::split(typed),
        _ => Boxes::default(),
    };
    let with_eras = matches!(item.rendering.input, Some(InputHint::EraDate | InputHint::YearMonth));
    let eras = if with_eras || !boxes.era.is_empty() { eras(&boxes.era, lang) } else { Vec::new() };
    let with_day = item.rendering.input != Some(InputHint::YearMonth);
    DateView { eras, year: boxes.year, month: boxes.month, day: boxes.day, with_day }
}

/// 西暦 first, then the eras, newest first.
fn eras(chosen: &str, lang: Lang) -> Vec<OptionView> {
    let western = match lang {
        Lang::En => "Western (AD)",
        Lang::Ja | Lang::JaSimple => "西暦",
    };
    let option = |value: &str, label: String| OptionView {
        value: value.to_owned(),
        checked: value == chosen,
        label,
        exclusive: false,
    };
    let named = ERAS.iter().rev().map(|era| match lang {
        Lang::En => option(era.name, format!("{} ({})", era.letter, era.name)),
        Lang::Ja | Lang::JaSimple => option(era.name, era.name.to_owned()),
    });
    std::iter::once(option("", western.to_owned())).chain(named).collect()
}

/// What helps typing.
fn assist(field: &mut FieldView, found: &Instance<'_>) {
    let item = found.item;
    let input = item.rendering.input;
    field.lookup = item.rendering.lookup.clone().filter(|_| !item.kind.is_choice());
    field.inputmode = inputmode(item.kind, input);
    let is_text = matches!(field.widget, Widget::Text | Widget::Textarea | Widget::Catalogue);
    // Numbers may be typed with hyphens and blanks, which do not count.
    if is_text && field.inputmode != Some("numeric") && field.inputmode != Some("tel") {
        field.max_length = Some(typed::max_length(item));
    }
    // In rows the data are about other persons.
    if segments(&found.prefix).next().is_none() {
        field.autocomplete = input.and_then(autocomplete);
    }
}

fn inputmode(kind: Kind, input: Option<InputHint>) -> Option<&'static str> {
    match (kind, input) {
        (_, Some(InputHint::Phone)) => Some("tel"),
        (_, Some(InputHint::Email)) => Some("email"),
        (Kind::Url, _) => Some("url"),
        (Kind::Decimal, _) => Some("decimal"),
        (Kind::Integer | Kind::Date, _) => Some("numeric"),
        (
            _,
            Some(
                InputHint::Postcode
                | InputHint::MyNumber
                | InputHint::InsurerNumber
                | InputHint::PayerNumber
                | InputHint::RecipientNumber
                | InputHint::Digits,
            ),
        ) => Some("numeric"),
        _ => None,
    }
}

fn autocomplete(input: InputHint) -> Option<&'static str> {
    match input {
        InputHint::FamilyName => Some("family-name"),
        InputHint::GivenName => Some("given-name"),
        InputHint::Postcode => Some("postal-code"),
        InputHint::Prefecture => Some("address-level1"),
        InputHint::City => Some("address-level2"),
        InputHint::Address => Some("street-address"),
        InputHint::Phone => Some("tel"),
        InputHint::Email => Some("email"),
        InputHint::MyNumber => Some("off"),
        _ => None,
    }
}
