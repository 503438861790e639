//! The lines that are printed.

/// Prints what was measured beside what is aimed at.
pub struct Table {
    missed: usize,
}

impl Table {
    /// A table with its head.
    pub fn new() -> Table {
        println!("{:<44} {:>14} {:>14} {:>9} {:>9}", "", "ours", "bare", "ratio", "aim");
        Table { missed: 0 }
    }

    /// Two rates; more is better. The ratio is ours to the bare one.
    pub fn ratio(&mut self, what: &str, unit: &str, ours: f64, bare: f64, aim: f64) {
        let ratio = ours / bare;
        self.line(
            what,
            &format!("{ours:.0} {unit}"),
            &format!("{bare:.0} {unit}"),
            &format!("{ratio:.2}"),
            &format!("≥ {aim}"),
            ratio >= aim,
        );
    }

    /// A value of which more is better.
    pub fn at_least(&mut self, what: &str, unit: &str, found: f64, aim: f64) {
        self.line(what, &format!("{found:.0} {unit}"), "", "", &format!("≥ {aim}"), found >= aim);
    }

    /// A value of which less is better.
    pub fn at_most(&mut self, what: &str, unit: &str, found: f64, aim: f64) {
        self.line(what, &format!("{found:.1} {unit}"), "", "", &format!("≤ {aim}"), found <= aim);
    }

    fn line(&mut self, what: &str, ours: &str, bare: &str, ratio: &str, aim: &str, met: bool) {
        self.missed += usize::from(!met);
        let mark = if met { "" } else { "  missed" };
        println!("{what:<44} {ours:>14} {bare:>14} {ratio:>9} {aim:>9}{mark}");
    }

    /// Says how many aims were missed.
    pub fn end(&self) {
        println!("{} aims missed", self.missed);
    }
}

/// The middle of some measurements.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
