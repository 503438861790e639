//! A judgement told so that a person can follow it: which answers made each score, which answer led to
//! which branch of each tree, and what is not certain.

use serde_json::{Value, json};

use super::addition::Addition;
use super::model::{Judgement, Level, MEDICAL, Model, Warning};
use super::sheet::{KIND, Sheet};
use super::survey::{Facts, LIMB_LOSS};
use super::tenths::{Span, Tenths};
use super::tree::{Node, Tree};
use crate::domain::proposal::{Finding, Severity, Worked, WorkingStep};
use crate::domain::tables::{Row, Tables};

/// The level that minutes alone do not split into 要支援2 and 要介護1.
const SPLIT: &str = "care1_equivalent";

/// A judged sheet with everything needed to tell how.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// By which model.
    pub model: &'a Model,
    /// The tables it came from.
    pub tables: &'a Tables,
    /// The answers.
    pub sheet: &'a Sheet,
    /// What came out.
    pub found: &'a Judgement,
}

impl<'a> Judged<'a> {
    /// The answer with its working and findings.
    pub fn told(&self) -> Worked<Value> {
        let facts: Vec<Facts> = self.model.survey.facts(self.sheet).collect();
        let mut steps: Vec<WorkingStep> = facts.iter().take(1).flat_map(|facts| self.scores(facts)).collect();
        steps
            .extend(self.model.trees.iter().flat_map(|tree| facts.iter().map(|facts| self.way(tree, facts))));
        steps.extend(self.treatments());
        steps.push(self.total());
        steps.extend(self.levels(self.found.total).iter().map(|level| self.level(level)));
        Worked { value: self.value(), steps, findings: self.findings(&facts) }
    }

    fn levels(&self, minutes: Span) -> &'a [Level] {
        self.model.levels(minutes)
    }

    fn value(&self) -> Value {
        let mut value = json!({
            "official": false,
            "scores": self.named_scores(),
            "minutes": self.named_minutes(),
            "total": self.found.total.json(),
            "levels": named(self.levels(self.found.total)),
            "dementia_addition": self.found.addition.code(),
        });
        if let Some(span) = self.found.addition.span() {
            value["with_addition"] = json!({ "total": span.json(), "levels": named(self.levels(span)) });
        }
        value["warnings"] = self.model.warnings(self.sheet).map(|warning| warning.code.clone()).collect();
        value
    }

    fn named_scores(&self) -> Value {
        let groups = self.model.survey.groups.iter().zip(&self.found.scores).enumerate();
        let score = |span: &Span| if span.is_exact() { span.low.json() } else { span.json() };
        groups.map(|(at, (name, it))| json!({ "group": at + 1, "name": name, "score": score(it) })).collect()
    }

    fn named_minutes(&self) -> Value {
        let trees = self.model.trees.iter().zip(&self.found.minutes);
        let shown = |(tree, span): (&Tree, &Span)| json!({ "tree": tree.id, "name": tree.name, "low": span.low.json(), "high": span.high.json() });
        trees.map(shown).collect()
    }

    /// A step for each group, with the points of each answer.
    fn scores(&self, facts: &Facts) -> Vec<WorkingStep> {
        let groups = self.model.survey.groups.iter().zip(facts.scores).enumerate();
        let step = |(at, (name, score)): (usize, (&String, u16))| {
            let step = WorkingStep::new("working.score").input("group", name);
            let step =
                self.points(at, facts).into_iter().fold(step, |step, (path, value)| step.input(&path, value));
            step.gives(format!("{}点", Tenths(u32::from(score))))
        };
        groups.map(step).collect()
    }

    fn points(&self, group: usize, facts: &Facts) -> Vec<(String, String)> {
        let survey = &self.model.survey;
        let scored = survey.scored.iter().filter(|scored| usize::from(scored.group) == group);
        let chosen = scored.map(|scored| {
            let at =
                facts.marks.get(usize::from(scored.place)).map_or(0, |marks| marks.trailing_zeros() as usize);
            let points = Tenths(u32::from(scored.points.get(at).copied().unwrap_or_default()));
            let (path, name) = self.option(usize::from(scored.place), at);
            (path, format!("{name}：{points}点"))
        });
        let joints = survey
            .joints
            .iter()
            .filter(|_| survey.items.get(survey.joints_at).is_some_and(|it| it.group == group));
        chosen.chain(joints.map(|joint| self.joint(joint.option, facts))).collect()
    }

    fn joint(&self, option: usize, facts: &Facts) -> (String, String) {
        let survey = &self.model.survey;
        let marks = facts.marks.get(survey.joints_at).copied().unwrap_or_default();
        let joint = survey.joints.iter().find(|joint| joint.option == option);
        let shown = joint.map(|joint| {
            let present = marks & joint.bit != 0;
            let points = if present { joint.points[1] } else { joint.points[0] };
            format!("{} {}：{points}点", joint.name, if present { "あり" } else { "なし" })
        });
        (self.id(survey.joints_at), shown.unwrap_or_default())
    }

    /// The number of a question, and an option of it counted from 0, or the kind of paralysis.
    fn option(&self, place: usize, option: usize) -> (String, String) {
        let survey = &self.model.survey;
        if place == usize::from(KIND) {
            let kind = survey.kinds.get(option).map(|kind| kind.name.clone());
            return (self.id(survey.limbs_at), kind.unwrap_or_default());
        }
        let name = survey.items.get(place).and_then(|item| item.options.get(option));
        (self.id(place), format!("{} {}", option + 1, name.map_or("", String::as_str)))
    }

    fn id(&self, place: usize) -> String {
        self.model.survey.items.get(place).map(|item| item.id.clone()).unwrap_or_default()
    }

    /// The way through a tree, each test with the answer and where it led.
    fn way(&self, tree: &Tree, facts: &Facts) -> WorkingStep {
        let (way, leaf) = tree.way(facts);
        let step = WorkingStep::new("working.tree").input("tree", &tree.name);
        let step = way.iter().fold(step, |step, (at, holds)| {
            let (path, value) = self.test(tree, *at, *holds, facts);
            step.input(&path, value)
        });
        let step = match self.row(tree, leaf) {
            Some(row) => step.by(row),
            None => step,
        };
        step.gives(format!("{}分", tree.minutes(facts)))
    }

    fn row(&self, tree: &Tree, node: usize) -> Option<&'a Row> {
        self.tables.all_rows(&tree.table).ok()?.get(*tree.rows.get(node)?)
    }

    fn test(&self, tree: &Tree, at: usize, holds: bool, facts: &Facts) -> (String, String) {
        let side = if holds { "はい" } else { "いいえ" };
        match tree.nodes.get(at) {
            Some(Node::Chosen { place, options, .. }) => {
                self.chosen(usize::from(*place), *options, side, facts)
            }
            Some(Node::ScoreUpTo { group, most, .. }) => {
                let score = facts.scores.get(usize::from(*group)).copied().unwrap_or_default();
                let (score, most) = (Tenths(u32::from(score)), Tenths(u32::from(*most)));
                (format!("score.{}", group + 1), format!("{score}点（{most}点以下か）→{side}"))
            }
            _ => Default::default(),
        }
    }

    fn chosen(&self, place: usize, options: u8, side: &str, facts: &Facts) -> (String, String) {
        let survey = &self.model.survey;
        if place == survey.joints_at {
            let option = options.trailing_zeros() as usize + 1;
            let joint = survey.joints.iter().find(|joint| joint.option == option);
            return (self.id(place), format!("{}にあるか→{side}", joint.map_or("", |joint| &joint.name)));
        }
        let own = facts.marks.get(place).map_or(0, |marks| marks.trailing_zeros() as usize);
        let (path, name) = self.option(place, own);
        let wanted = (0..8).filter(|bit| options & (1 << bit) != 0);
        let wanted: Vec<String> = wanted.map(|bit| self.short(place, bit)).collect();
        (path, format!("{name}（{}か）→{side}", wanted.join("・")))
    }

    fn short(&self, place: usize, option: usize) -> String {
        if place == usize::from(KIND) { self.option(place, option).1 } else { (option + 1).to_string() }
    }

    fn treatments(&self) -> Option<WorkingStep> {
        if self.sheet.treatments == 0 {
            return None;
        }
        let received = self.model.treatments.iter().enumerate();
        let received = received.filter(|(at, _)| self.sheet.treatments & (1 << at) != 0);
        let step = WorkingStep::new("working.treatments").input("tree", self.tree_name(MEDICAL));
        let step = received.fold(step, |step, (_, it)| {
            step.input(&format!("special_medical.{}", it.number), format!("{} {}分", it.name, it.minutes))
        });
        Some(step.gives(format!("{}分", self.model.treated(self.sheet))))
    }

    fn tree_name(&self, id: &str) -> &'a str {
        self.model.trees.iter().find(|tree| tree.id == id).map_or("", |tree| &tree.name)
    }

    fn total(&self) -> WorkingStep {
        let minutes = self.model.trees.iter().zip(&self.found.minutes);
        let step = WorkingStep::new("working.minutes");
        minutes
            .fold(step, |step, (tree, span)| step.input(&tree.name, format!("{span}分")))
            .gives(format!("{}分", self.found.total))
    }

    fn level(&self, level: &Level) -> WorkingStep {
        let step = WorkingStep::new("working.level").input("minutes", format!("{}分", self.found.total));
        let row = self.tables.all_rows("levels").ok().and_then(|rows| rows.get(level.row));
        let step = row.map_or(step.clone(), |row| step.by(row));
        step.gives(&level.name)
    }

    fn findings(&self, facts: &[Facts]) -> Vec<Finding> {
        let mut findings = vec![Finding::new(Severity::Info, "finding.not-official")];
        for facts in facts {
            findings.extend(self.model.trees.iter().flat_map(|tree| self.doubts(tree, facts)));
        }
        findings.extend(self.limb_loss());
        findings.extend(self.split());
        findings.extend(self.addition());
        findings.extend(self.model.warnings(self.sheet).map(|warning| self.warning(warning)));
        findings.dedup();
        findings
    }

    /// What is not certain on the way through a tree: an open leaf, or sources that disagree.
    fn doubts(&self, tree: &Tree, facts: &Facts) -> Vec<Finding> {
        let (way, leaf) = tree.way(facts);
        let open = !tree.minutes(facts).is_exact();
        let nodes = way.iter().map(|(at, _)| *at).chain([leaf]);
        let rows = nodes.filter_map(|at| Some((at, self.row(tree, at)?)));
        let doubt = |(at, row): (usize, &Row)| {
            let open = open && at == leaf;
            let key = if open { "finding.minutes-open" } else { "finding.minutes-disputed" };
            let doubt = row.text("doubt").ok().or(open.then_some("－"))?;
            let finding = Finding::new(Severity::Info, key).with("tree", &tree.name).with("doubt", doubt);
            Some(finding.with("minutes", tree.minutes(facts)))
        };
        rows.filter_map(doubt).collect()
    }

    fn limb_loss(&self) -> Option<Finding> {
        let survey = &self.model.survey;
        let lost = self.sheet.chosen(survey.limbs_at).any(|option| option == LIMB_LOSS);
        let open = lost && survey.limb_loss.len() > 1;
        open.then(|| {
            Finding::new(Severity::Ask, "finding.limb-loss")
                .at(&format!("answers.{}", self.id(survey.limbs_at)))
        })
    }

    fn split(&self) -> Option<Finding> {
        let split = self.levels(self.found.total).iter().any(|level| level.id == SPLIT);
        split.then(|| Finding::new(Severity::Info, "finding.support2-or-care1"))
    }

    fn addition(&self) -> Option<Finding> {
        let (key, span) = match self.found.addition {
            Addition::No => return None,
            Addition::Possible(span) => ("finding.addition-possible", span),
            Addition::Untold(span) => ("finding.addition-unknown", span),
        };
        Some(Finding::new(Severity::Info, key).with("minutes", span))
    }

    fn warning(&self, warning: &Warning) -> Finding {
        let answers = warning.all.iter().map(|(place, option)| {
            let (id, name) = self.option(usize::from(*place), option.trailing_zeros() as usize);
            format!("{id} {name}")
        });
        let answers: Vec<String> = answers.collect();
        let finding = Finding::new(Severity::Ask, "finding.warning").with("code", &warning.code);
        finding.with("answers", answers.join("、"))
    }
}

fn named(levels: &[Level]) -> Value {
    levels.iter().map(|level| json!({ "level": level.id, "name": level.name })).collect()
}
