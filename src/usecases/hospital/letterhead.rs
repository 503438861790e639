//! What stands around the answers of a document: who sends it, who signed, for which request.

use serde_json::Value;

use crate::domain::document;

/// A text of a document, with the FHIRPath of its element.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub path: String,
}

/// The head of a document that follows its profile.
#[derive(Clone, Debug)]
pub(super) struct Letterhead {
    /// The document's own number with its system.
    pub identifier: String,
    /// The request code of the patient's sheet.
    pub code: Said,
    /// The physician's designation number (指定医番号).
    pub number: Said,
    /// The physician's name.
    pub physician: Said,
    /// The institution's code.
    pub institution: Said,
    /// The form with its version.
    pub form: Said,
}

impl Letterhead {
    /// Reads the head. What a profile demands is there; anything else is empty.
    pub fn of(bundle: &Value) -> Letterhead {
        let own = |name: &str| text(bundle, &format!("/identifier/{name}"));
        Letterhead {
            identifier: format!("{}|{}", own("system"), own("value")),
            code: said(bundle, "QuestionnaireResponse", "basedOn[0].identifier.value"),
            number: said(bundle, "Practitioner", "identifier[0].value"),
            physician: said(bundle, "Practitioner", "name[0].text"),
            institution: said(bundle, "Organization", "identifier[0].value"),
            form: said(bundle, "QuestionnaireResponse", "questionnaire"),
        }
    }
}

fn said(bundle: &Value, kind: &str, path: &str) -> Said {
    let Some((place, resource)) = document::resource(bundle, kind) else { return Said::default() };
    let pointer = path.replace("[0]", "/0").replace('.', "/");
    Said { text: text(resource, &format!("/{pointer}")), path: format!("{place}.{path}") }
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}
