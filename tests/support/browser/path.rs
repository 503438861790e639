//! XPath for what a person would call a thing by.

/// The text as an XPath string.
pub fn literal(text: &str) -> String {
    if text.contains('"') { format!("'{text}'") } else { format!("\"{text}\"") }
}

/// The whole text, or one unbroken piece of it: a badge or a hidden addition does not matter.
fn says(text: &str) -> String {
    let text = literal(text);
    format!("[normalize-space(.)={text} or .//text()[normalize-space(.)={text}]]")
}

/// A group of controls by its legend.
pub fn group(legend: &str) -> String {
    format!("//fieldset[legend{}]", says(legend))
}

/// A label, anywhere below `scope` (an XPath, or nothing for the whole page).
pub fn label(scope: &str, text: &str) -> String {
    format!("{scope}//label{}", says(text))
}

/// The control of a label: named by it, or inside it.
pub fn control(scope: &str, text: &str) -> String {
    let label = label(scope, text);
    format!("{scope}//*[@id={label}/@for] | {label}//*[self::input or self::select or self::textarea]")
}

/// A link, a button or the head of a disclosure.
pub fn pressable(text: &str) -> String {
    format!("//*[self::a or self::button or self::summary]{}", says(text))
}
