//! What no program may drop: four eyes, reasons and 教示 on adverse decisions, the applicant's own
//! rights, and the border between those who receive and those who decide.

use super::references::dated;
use super::{Parts, Report};
use crate::domain::program::definition::{Definition, OutcomeRule};
use crate::domain::program::vocabulary::{Body, CommandName, Outcome, Reach};

/// What an applicant can always do.
const OWN_RIGHTS: [CommandName; 4] =
    [CommandName::Withdraw, CommandName::Read, CommandName::ReadLog, CommandName::RevokeConsent];
/// What only the deciding body does.
const DECIDING: [CommandName; 4] = [
    CommandName::DraftDecision,
    CommandName::ApproveLevel,
    CommandName::ReturnDraft,
    CommandName::ReviseDecision,
];
/// What somebody may do with the work item of a colleague, who answers for it.
const HELPING: [CommandName; 3] = [CommandName::Read, CommandName::SaveItem, CommandName::PrepareItem];

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    for (index, outcome) in parts.definition.outcomes.iter().enumerate() {
        adverse(parts, &format!("outcome[{index}]"), outcome, report);
    }
    separation(parts.definition, report);
    passing(parts.definition, report);
    helping(parts.definition, report);
    by_rule(parts.definition, report);
    figures(parts.definition, report);
    own_rights(parts.definition, report);
}

fn adverse(parts: &Parts<'_>, path: &str, outcome: &OutcomeRule, report: &mut Report<'_>) {
    let named = !matches!(outcome.code, Outcome::Refused | Outcome::Dismissed) || outcome.adverse;
    report.need(named, path, "a refusal is always adverse", "write adverse = true");
    let four_eyes = !outcome.approvers.is_empty();
    report.need(four_eyes, path, "nobody approves after the drafter", "name at least one approver");
    if !outcome.adverse {
        return;
    }
    let reasons = !outcome.reasons.is_empty();
    report.need(reasons, path, "an adverse outcome without reasons (行政手続法8条)", "name refusal phrases");
    let appeal = outcome.appeal.is_some();
    report.need(
        appeal,
        path,
        "an adverse outcome without 教示 (行政不服審査法82条)",
        "name the appeal phrase",
    );
    let told = parts.definition.kinds.iter().filter(|kind| outcome.fits(&kind.code)).all(|kind| {
        let letters = parts.definition.letters_on(&kind.code, CommandName::Finalise, Some(outcome.code));
        letters.iter().any(|rule| parts.letters.get(&rule.code).is_some_and(|letter| letter.adverse))
    });
    let fix = "let finalise cause a letter that has adverse = true";
    report.need(told, path, "no letter tells the adverse decision with its 教示", fix);
}

/// What is passed on between offices, each step by one side only.
fn passing(definition: &Definition, report: &mut Report<'_>) {
    let sides = [
        (CommandName::Forward, [Body::Forwarding, Body::Forwarding]),
        (CommandName::TakeOver, [Body::Receiving, Body::Deciding]),
        (CommandName::SendBack, [Body::Deciding, Body::Deciding]),
    ];
    for (index, role) in definition.roles.iter().enumerate() {
        for (command, bodies) in &sides {
            let right = !role.commands.contains(command) || bodies.contains(&role.body);
            let message = format!("a role on the wrong side may {}", command.code());
            report.need(right, &format!("role[{index}]"), &message, "give the command to the other side");
        }
    }
}

/// Drafting and approving are apart, and both belong to the deciding body.
fn separation(definition: &Definition, report: &mut Report<'_>) {
    for (index, role) in definition.roles.iter().enumerate() {
        let path = format!("role[{index}]");
        let does = |command: CommandName| role.commands.contains(&command);
        let both = does(CommandName::DraftDecision) && does(CommandName::ApproveLevel);
        report.need(!both, &path, "one role both drafts and approves", "split it into two roles");
        let decides = DECIDING.into_iter().any(does);
        let inside = !decides || role.body == Body::Deciding;
        report.need(
            inside,
            &path,
            "a role outside the deciding body decides",
            "give the command to another role",
        );
        if does(CommandName::ApproveLevel) {
            for drafter in definition.roles_for(CommandName::DraftDecision) {
                let apart = role.incompatible.contains(&drafter.code);
                let message = format!("approver and drafter `{}` are not incompatible", drafter.code);
                report.need(apart, &path, &message, "name the drafter's role in incompatible");
            }
        }
    }
}

/// Whoever reaches a case only through a colleague's work item prepares it, and does no more.
fn helping(definition: &Definition, report: &mut Report<'_>) {
    for (index, role) in definition.roles.iter().enumerate() {
        let more = role.commands.iter().find(|command| !HELPING.contains(command));
        let prepares = role.commands.contains(&CommandName::PrepareItem);
        let (path, inside) = (format!("role[{index}]"), role.reach == Reach::Institution);
        if let Some(command) = more.filter(|_| inside) {
            let message = format!("a role of the reach `institution` may {}", command.code());
            report.need(false, &path, &message, "give the command to whom the work item belongs");
        }
        report.need(
            inside || !prepares,
            &path,
            "one's own work item needs no preparing",
            "take prepare_item out",
        );
    }
}

/// The fewest people of a figure are known every day.
fn figures(definition: &Definition, report: &mut Report<'_>) {
    if let Some(rule) = &definition.coverage {
        dated("coverage.smallest", &rule.smallest, report);
    }
}

/// Only the installation decides by rule, only where the program says so, and only kinds that nobody has work on.
fn by_rule(definition: &Definition, report: &mut Report<'_>) {
    let command = CommandName::DecideByRule;
    let inside = definition.roles_for(command).all(|role| role.body == Body::System);
    report.need(inside, "role", "somebody may decide by rule", "give the command to the installation only");
    let held = definition.roles_for(command).next().is_some();
    let told = held == definition.straight_through.is_some();
    let message = "[straight_through] and the command decide_by_rule belong together";
    report.need(told, "straight_through", message, "give both or neither");
    let Some(rule) = &definition.straight_through else { return };
    dated("straight_through.sample_percent", &rule.sample_percent, report);
    let names: Vec<String> = rule.kinds.iter().map(|kind| kind.code().to_owned()).collect();
    let kind = |code: &str| definition.kinds.iter().any(|it| it.code.code() == code);
    report.known("straight_through.kinds", "kind", &names, &kind);
    for kind in &rule.kinds {
        let waits = definition.join(CommandName::DraftDecision);
        let mut waits = waits.filter(|item| item.kinds.is_empty() || item.kinds.contains(kind));
        let message = format!("work is to be done before a decision on `{}`", kind.code());
        let fix = "take the kind out of [straight_through], or out of the work item";
        report.need(waits.next().is_none(), "straight_through.kinds", &message, fix);
    }
}

fn own_rights(definition: &Definition, report: &mut Report<'_>) {
    for command in OWN_RIGHTS {
        let held = definition.roles_for(command).any(|role| role.body == Body::Applicant);
        let message = format!("the applicant may not {}", command.code());
        report.need(held, "role", &message, "give the command to the applicant's role");
    }
}
