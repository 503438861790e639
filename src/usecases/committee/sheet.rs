//! The packets of a session on paper: what the reader may read, with their name and the day on every page.

use serde_json::json;

use crate::domain::calendar::{DateStyle, show};
use crate::domain::committee::exclusion;
use crate::domain::committee::packet::{Gate, Packet};
use crate::domain::lang::Lang;
use crate::domain::letter::{Align, Block, Column, Head, Letter, Style};
use crate::domain::permission::Desk;
use crate::domain::program::vocabulary::{CommandName, Reach};
use crate::store::Conn;
use crate::store::agenda::{self, Item};
use crate::store::committee::{self, Session};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::{convened, seat, shape, text};

/// The packets of a session as PDF: for a member those that nothing excludes them from, for the secretary
/// all. Each is recorded as read. Blocks while it draws.
///
/// # Errors
/// [`Error::NotFound`] for whoever has no part in the session, or when nothing is on its agenda.
pub fn packets(house: &House, caller: &Caller, id: &str) -> Result<Vec<u8>, Error> {
    let letter = house.database.write(|conn| {
        let session = committee::session(conn, &house.keys, id)?;
        let items = readable(house, conn, caller, &session)?;
        if items.is_empty() {
            return Err(Error::NotFound);
        }
        let cases: Vec<String> = items.iter().map(|item| item.case.clone()).collect();
        let detail = json!({ "purpose": "packet-print", "session": id });
        house.record_all(conn, caller, "read", &cases, &detail)?;
        letter(house, caller, &session, &items)
    })?;
    let drawn = house.renderer.render(&letter).map_err(|error| Error::Fault(error.to_string()))?;
    Ok(drawn.bytes)
}

/// The open cases of a session that the caller may read.
fn readable(house: &House, conn: &mut Conn, caller: &Caller, session: &Session) -> Result<Vec<Item>, Error> {
    let mut items = agenda::items(conn, &house.keys, std::slice::from_ref(&session.id))?;
    items.retain(|item| item.state == "open" && item.case_state == "deliberation");
    if house.seat(caller, Desk::Secretary).is_ok() && convened(house, caller, &session.program).is_ok() {
        return Ok(items);
    }
    house.seat(caller, Desk::Member)?;
    let program = house.programs.newest(&session.program)?;
    let mut roles = program.definition.roles_for(CommandName::ReadPacket);
    let sits = roles.any(|role| role.reach == Reach::Seated && caller.actor.is(&role.code));
    let member = seat::member(house, conn, &caller.actor.id, &session.program)?;
    let member = member.filter(|_| sits && session.state != "closed").ok_or(Error::NotFound)?;
    items.retain(|item| exclusion(&member, &item.ties).is_none());
    Ok(items)
}

fn letter(house: &House, caller: &Caller, session: &Session, items: &[Item]) -> Result<Letter, Error> {
    let program = house.programs.newest(&session.program)?;
    let day = |day| show(day, DateStyle::WarekiFirst);
    let head = Head {
        reference: session.place.clone(),
        date: day(session.held_on),
        to: None,
        from: Vec::new(),
        seal: None,
        code: None,
    };
    let mut blocks = Vec::new();
    for item in items {
        if !blocks.is_empty() {
            blocks.push(Block::NewPage);
        }
        blocks.extend(packet_blocks(item));
    }
    Ok(Letter {
        kind: "packets".to_owned(),
        title: format!("{}　審査資料", text(&program, &shape(&program)?.label, Lang::Ja)),
        issued: house.today(),
        head,
        blocks,
        watermark: Some(format!("{}　{}", caller.actor.name, day(house.today()))),
    })
}

fn heading(text: &str) -> Block {
    Block::Heading { text: text.to_owned() }
}

fn paragraph(text: String) -> Block {
    Block::Paragraph { text, style: Style::Normal }
}

fn packet_blocks(item: &Item) -> Vec<Block> {
    let packet = &item.packet;
    let age = packet.age.map(|age| format!("{age}歳　")).unwrap_or_default();
    let mut blocks = vec![
        heading(&format!("議案{}　{}", item.position, packet.entry)),
        paragraph(format!("{}　{age}{}", packet.kind, packet.sex)),
        heading("審査会に付した理由"),
        paragraph(packet.referral.clone()),
    ];
    if !packet.unmet.is_empty() {
        blocks.push(heading("規則による確認で見つかったこと"));
        blocks.push(Block::List { items: packet.unmet.clone(), numbered: false });
    }
    blocks.extend(packet.gate.iter().flat_map(gate_blocks));
    blocks.extend(changed_blocks(packet));
    for section in packet.sections.iter() {
        blocks.push(heading(&section.title));
        let rows = section.rows.iter().map(|(label, value)| vec![label.clone(), value.clone()]);
        blocks.push(table(&["項目", "内容"], rows.collect()));
    }
    blocks
}

fn gate_blocks(gate: &Gate) -> Vec<Block> {
    let source = |line: &crate::domain::committee::packet::Line| line.source.clone().unwrap_or_default();
    let rows = gate.working.iter().map(|line| vec![line.label.clone(), line.value.clone(), source(line)]);
    let rows: Vec<_> = rows.collect();
    let mut blocks = vec![heading(&format!("{}：{}", gate.label, gate.value))];
    if !rows.is_empty() {
        blocks.push(table(&["段階", "結果", "根拠"], rows));
    }
    blocks
}

fn changed_blocks(packet: &Packet) -> Vec<Block> {
    let Some(since) = &packet.since else { return Vec::new() };
    let rows = since.changes.iter().map(|(label, then, now)| vec![label.clone(), then.clone(), now.clone()]);
    let rows: Vec<_> = rows.collect();
    let title = heading(&format!("前回の診断書（{}署名）との違い", since.signed_on));
    if rows.is_empty() {
        return vec![title, paragraph("違う答えはありません。".to_owned())];
    }
    vec![title, table(&["項目", "前回", "今回"], rows)]
}

fn table(titles: &[&str], rows: Vec<Vec<String>>) -> Block {
    let column = |title: &&str| Column { title: (*title).to_owned(), width: 1, align: Align::Left };
    Block::Table { columns: titles.iter().map(column).collect(), rows, blank_rows: 0 }
}
