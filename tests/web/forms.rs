//! Forms of a page, as a browser would send them.

use regex_lite::{Captures, Regex};

/// A form with the values it would be sent with.
#[derive(Clone, Debug)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// Whether it takes files.
    pub multipart: bool,
    /// Names and values, in the order of the page.
    pub fields: Vec<(String, String)>,
    /// Names and values of its buttons.
    pub buttons: Vec<(String, String)>,
    /// Files: field, name and content.
    pub files: Vec<(String, String, Vec<u8>)>,
}

impl Form {
    /// The form whose inside is `html` and whose tag is `tag`.
    fn read(tag: &str, html: &str) -> Form {
        Form {
            action: attribute(tag, "action").unwrap_or_default(),
            multipart: tag.contains("multipart/form-data"),
            fields: fields(html),
            buttons: buttons(html),
            files: Vec::new(),
        }
    }

    /// The same form with one value for a field, instead of any that the page gave it.
    pub fn with(mut self, name: &str, value: &str) -> Form {
        self.fields.retain(|(known, _)| known != name);
        self.pressing(name, value)
    }

    /// The same form with one value more.
    pub fn pressing(mut self, name: &str, value: &str) -> Form {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same form without a field.
    pub fn without(mut self, name: &str) -> Form {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    /// The same form with a file.
    pub fn attaching(mut self, field: &str, name: &str, content: &[u8]) -> Form {
        self.files.push((field.to_owned(), name.to_owned(), content.to_vec()));
        self
    }

    /// The first value of a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether it has a button.
    pub fn offers(&self, name: &str, value: &str) -> bool {
        self.buttons.iter().any(|it| it.0 == name && it.1 == value)
    }

    /// Content type and body.
    pub fn body(&self) -> (String, Vec<u8>) {
        if self.multipart {
            return multipart(self);
        }
        let body = serde_urlencoded::to_string(&self.fields).unwrap();
        ("application/x-www-form-urlencoded".to_owned(), body.into_bytes())
    }
}

fn multipart(form: &Form) -> (String, Vec<u8>) {
    const MARK: &str = "----town-boundary";
    let mut body = Vec::new();
    let head = |name: &str, rest: &str| {
        format!("--{MARK}\r\nContent-Disposition: form-data; name=\"{name}\"{rest}\r\n\r\n")
    };
    for (name, value) in &form.fields {
        body.extend(head(name, "").into_bytes());
        body.extend(value.as_bytes());
        body.extend(b"\r\n");
    }
    for (field, name, content) in &form.files {
        let rest = format!("; filename=\"{name}\"\r\nContent-Type: application/octet-stream");
        body.extend(head(field, &rest).into_bytes());
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{MARK}--\r\n").into_bytes());
    (format!("multipart/form-data; boundary={MARK}"), body)
}

/// Every form of a page.
pub fn forms(html: &str) -> Vec<Form> {
    let form = Regex::new(r"(?s)(<form\b[^>]*>)(.*?)</form>").unwrap();
    form.captures_iter(html).map(|found| Form::read(&found[1], &found[2])).collect()
}

fn buttons(html: &str) -> Vec<(String, String)> {
    let button = Regex::new(r"(?s)<button\b[^>]*>").unwrap();
    let tags = button.find_iter(html).map(|it| it.as_str());
    tags.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?))).collect()
}

fn fields(html: &str) -> Vec<(String, String)> {
    let control = Regex::new(
        r"(?s)(<input\b[^>]*>)|(<select\b[^>]*>)(.*?)</select>|(<textarea\b[^>]*>)(.*?)</textarea>",
    );
    control.unwrap().captures_iter(html).filter_map(|found| field(&found)).collect()
}

fn field(found: &Captures) -> Option<(String, String)> {
    let part = |at| found.get(at).map_or("", |it| it.as_str());
    let (input, select, text) = (part(1), part(2), part(4));
    let tag = [input, select, text].concat();
    if flag(&tag, "disabled") {
        return None;
    }
    let name = attribute(&tag, "name")?;
    let value = if !select.is_empty() {
        chosen(part(3))
    } else if !text.is_empty() {
        unescape(part(5).strip_prefix('\n').unwrap_or(part(5)))
    } else {
        typed(input)?
    };
    Some((name, value))
}

fn typed(input: &str) -> Option<String> {
    let value = attribute(input, "value");
    match attribute(input, "type").as_deref() {
        Some("submit" | "button" | "file" | "image" | "reset") => None,
        Some("checkbox" | "radio") => flag(input, "checked").then(|| value.unwrap_or("on".to_owned())),
        _ => Some(value.unwrap_or_default()),
    }
}

/// The value of the selected option, else of the first one.
fn chosen(options: &str) -> String {
    let option = Regex::new(r"(?s)(<option\b[^>]*>)([^<]*)").unwrap();
    let all: Vec<_> = option.captures_iter(options).collect();
    let found = all.iter().find(|it| flag(&it[1], "selected")).or_else(|| all.first());
    found.map(|it| attribute(&it[1], "value").unwrap_or_else(|| unescape(it[2].trim()))).unwrap_or_default()
}

/// The value of an attribute of a tag.
pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let found = Regex::new(&format!(r#"(?s)\s{name}="([^"]*)""#)).unwrap();
    found.captures(tag).map(|it| unescape(&it[1]))
}

fn flag(tag: &str, name: &str) -> bool {
    let bare = Regex::new(r#""[^"]*""#).unwrap().replace_all(tag, "").into_owned();
    Regex::new(&format!(r"\s{name}\b")).unwrap().is_match(&bare)
}

/// Text with its HTML escapes undone.
pub fn unescape(text: &str) -> String {
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2F;", "/"),
        ("&amp;", "&"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[test]
fn a_form_is_sent_as_the_page_shows_it() {
    let page = r#"<p><form method="post" action="/a?x=1&amp;y=2"><input type="hidden" name="csrf" value="t">
        <input name="empty"><input type="checkbox" name="no" value="1">
        <input type="radio" name="pick" value="a"><input type="radio" name="pick" value="b" checked>
        <select name="s"><option value="1">one</option><option value="2" selected>two</option></select>
        <textarea name="t">
a &lt; b</textarea><button name="go" value="1">x</button></form>"#;
    let form = forms(page).remove(0);
    assert_eq!(form.action, "/a?x=1&y=2");
    let fields: Vec<_> = form.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(fields, ["csrf=t", "empty=", "pick=b", "s=2", "t=a < b"]);
    assert!(form.offers("go", "1") && !form.offers("go", "2"));
    assert_eq!(form.with("empty", "x").without("t").value("empty"), Some("x"));
}
