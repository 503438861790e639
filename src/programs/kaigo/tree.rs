//! One tree of the judgement (樹形モデル): a flat list of nodes, walked from the first.

use std::collections::BTreeMap;

use super::faults::Reading;
use super::sheet::{KIND, bit};
use super::survey::{Facts, Survey};
use super::tenths::{Span, Tenths};
use crate::domain::forms::Decimal;
use crate::domain::tables::Row;

/// The root's name in the table; a child's is its parent's with `Y` or `N` behind it.
const ROOT: &str = "0";
/// The longest name of a node: no way through a tree has more tests.
const LONGEST: usize = 64;
/// The highest score of a group, in tenths.
const FULL: u32 = 1000;

/// A node. Where it leads is a place among the nodes of the tree, always a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    /// Yes when one of the options is chosen at a place.
    Chosen {
        /// The place of the question, or that of the kind of paralysis.
        place: u8,
        /// The options, a bit each.
        options: u8,
        /// Where yes leads.
        yes: u16,
        /// Where no leads.
        no: u16,
    },
    /// Yes when the score of a group is this or less.
    ScoreUpTo {
        /// The place of the group.
        group: u8,
        /// Tenths of points.
        most: u16,
        /// Where yes leads.
        yes: u16,
        /// Where no leads.
        no: u16,
    },
    /// The end of the way: place among the leaves.
    Leaf(u16),
}

/// One tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Its code.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its table.
    pub table: String,
    /// The published range of its minutes.
    pub range: Span,
    /// The nodes, the root first.
    pub nodes: Vec<Node>,
    /// The minutes of the leaves.
    pub leaves: Vec<Span>,
    /// For each node the place of its row in the table.
    pub rows: Vec<usize>,
}

impl Tree {
    /// The minutes that the facts lead to.
    pub fn minutes(&self, facts: &Facts) -> Span {
        let mut at = 0;
        loop {
            match self.step(at, facts) {
                Step::On { to, .. } => at = to,
                Step::End(span) => return span,
            }
        }
    }

    /// The nodes on the way, each test with whether it holds, and the place of the leaf.
    pub fn way(&self, facts: &Facts) -> (Vec<(usize, bool)>, usize) {
        let (mut way, mut at) = (Vec::new(), 0);
        while let Step::On { to, holds } = self.step(at, facts) {
            way.push((at, holds));
            at = to;
        }
        (way, at)
    }

    fn step(&self, at: usize, facts: &Facts) -> Step {
        let (holds, yes, no) = match self.nodes.get(at) {
            Some(Node::Chosen { place, options, yes, no }) => {
                let chosen = facts.marks.get(usize::from(*place)).copied().unwrap_or_default();
                (chosen & options != 0, yes, no)
            }
            Some(Node::ScoreUpTo { group, most, yes, no }) => {
                (facts.scores.get(usize::from(*group)).is_some_and(|score| score <= most), yes, no)
            }
            Some(Node::Leaf(leaf)) => {
                return Step::End(self.leaves.get(usize::from(*leaf)).copied().unwrap_or(self.range));
            }
            None => return Step::End(self.range),
        };
        Step::On { to: usize::from(if holds { *yes } else { *no }), holds }
    }
}

enum Step {
    On { to: usize, holds: bool },
    End(Span),
}

/// Puts a tree together from its rows; what does not fit is noted.
pub fn read(id: &str, name: &str, range: Span, survey: &Survey, reading: &mut Reading<'_>) -> Tree {
    let table = format!("tree_{id}");
    let found = reading.rows(&table);
    let rows: BTreeMap<&str, (usize, &Row)> =
        found.iter().map(|(at, row)| (row.key(), (*at, *row))).collect();
    let tree = Tree {
        id: id.to_owned(),
        name: name.to_owned(),
        table,
        range,
        nodes: Vec::new(),
        leaves: Vec::new(),
        rows: Vec::new(),
    };
    let mut builder = Builder { rows, survey, reading, tree };
    builder.whole();
    builder.tree
}

struct Builder<'a, 'b, 'c> {
    rows: BTreeMap<&'a str, (usize, &'a Row)>,
    survey: &'b Survey,
    reading: &'c mut Reading<'a>,
    tree: Tree,
}

impl Builder<'_, '_, '_> {
    fn whole(&mut self) {
        let faults = self.reading.problems.len();
        self.node(ROOT);
        if faults == self.reading.problems.len() {
            self.lost();
        }
    }

    /// Notes a row that no way leads to, the root's own name among them.
    fn lost(&mut self) {
        let lost = self.rows.values().find(|(at, _)| !self.tree.rows.contains(at));
        if let Some((_, row)) = lost.copied() {
            let fix = "name the root 0, and each node as its parent with Y or N behind it";
            self.reading.fault(row, "node", "nothing leads to this node", fix);
        }
    }

    /// Adds a node with everything below it, and gives its place.
    fn node(&mut self, key: &str) -> Option<u16> {
        let (at, row) = *self.rows.get(key).filter(|_| key.len() <= LONGEST)?;
        let place = u16::try_from(self.tree.nodes.len()).ok()?;
        self.tree.nodes.push(Node::Leaf(0));
        self.tree.rows.push(at);
        let node = if row.text("test").is_ok_and(|test| test == "leaf") {
            let span = self.span(row);
            self.leaf(span)
        } else {
            let ways = (self.child(row, key, "Y")?, self.child(row, key, "N")?);
            self.test(row, ways)?
        };
        *self.tree.nodes.get_mut(usize::from(place))? = node;
        Some(place)
    }

    fn child(&mut self, row: &Row, key: &str, side: &str) -> Option<u16> {
        let name = format!("{key}{side}");
        if !self.rows.contains_key(name.as_str()) || name.len() > LONGEST {
            let message = format!("there is no node {name}");
            self.reading.fault(row, "node", message, "add it: each test leads to two nodes");
            return None;
        }
        self.node(&name)
    }

    fn leaf(&mut self, span: Span) -> Node {
        self.tree.leaves.push(span);
        Node::Leaf(u16::try_from(self.tree.leaves.len() - 1).unwrap_or(u16::MAX))
    }

    fn span(&mut self, row: &Row) -> Span {
        let [exact, low, high] = ["minutes", "low", "high"].map(|column| self.reading.optional(row, column));
        let span = match (exact, low, high) {
            (Some(minutes), None, None) => Span::exactly(minutes),
            (None, Some(low), Some(high)) if low <= high => Span { low, high },
            _ => {
                self.reading.fault(row, "minutes", "a leaf has one figure", "write minutes, or low and high");
                return self.tree.range;
            }
        };
        if !(self.tree.range.holds(span.low) && self.tree.range.holds(span.high)) {
            let message = format!("{span} is outside the range {} of the table trees", self.tree.range);
            self.reading.fault(row, "minutes", message, "correct the one or the other");
        }
        span
    }

    fn test(&mut self, row: &Row, (yes, no): (u16, u16)) -> Option<Node> {
        let of = row.text("of").unwrap_or_default();
        let node = match row.text("test").unwrap_or_default() {
            "item" => self.item(row, of).map(|(place, options)| Node::Chosen { place, options, yes, no }),
            "paralysis" => self.kinds(row).map(|options| Node::Chosen { place: KIND, options, yes, no }),
            "joint" => self.joint(of).map(|(place, options)| Node::Chosen { place, options, yes, no }),
            "score" => self.score(row, of).map(|(group, most)| Node::ScoreUpTo { group, most, yes, no }),
            _ => None,
        };
        if node.is_none() {
            let fix = "test item (of a question with one answer, values some of its options), score (of a group, \
                       values the most points), paralysis (values some of its kinds), joint, or leaf";
            self.reading.fault(row, "test", "this test cannot be read", fix);
        }
        node
    }

    fn item(&self, row: &Row, of: &str) -> Option<(u8, u8)> {
        let place = self.survey.place(of)?;
        let item = self.survey.items.get(place).filter(|item| !item.multi)?;
        let known = |option: &usize| (1..=item.options.len()).contains(option);
        let options = values(row).map(|value| value.parse().ok().filter(known).and_then(bit));
        Some((u8::try_from(place).ok()?, some_of(options, item.options.len())?))
    }

    fn kinds(&self, row: &Row) -> Option<u8> {
        let place = |value: &str| self.survey.kinds.iter().position(|kind| kind.id == value);
        let kinds = values(row).map(|value| bit(place(value)? + 1));
        some_of(kinds, self.survey.kinds.len())
    }

    fn joint(&self, of: &str) -> Option<(u8, u8)> {
        let joint = self.survey.joints.iter().find(|joint| joint.id == of)?;
        Some((u8::try_from(self.survey.joints_at).ok()?, joint.bit))
    }

    fn score(&self, row: &Row, of: &str) -> Option<(u8, u16)> {
        let group = of.parse::<usize>().ok()?.checked_sub(1).filter(|at| *at < self.survey.groups.len())?;
        let most = row.text("values").ok().and_then(Decimal::parse)?;
        let most = Tenths::read(most).filter(|most| most.0 < FULL)?;
        Some((u8::try_from(group).ok()?, u16::try_from(most.0).ok()?))
    }
}

fn values(row: &Row) -> impl Iterator<Item = &str> {
    row.text("values").unwrap_or_default().split_whitespace()
}

/// The bits together; `None` if one is unknown, or they are none or all of them.
fn some_of(bits: impl Iterator<Item = Option<u8>>, all: usize) -> Option<u8> {
    let bits = bits.collect::<Option<Vec<u8>>>()?.into_iter().fold(0, |sum, bit| sum | bit);
    let count = bits.count_ones() as usize;
    (count > 0 && count < all).then_some(bits)
}
