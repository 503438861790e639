//! The blocks of a letter's body.

use super::canvas::{Area, MM};
use super::flow::{Flow, LEFT, RIGHT, WIDTH};
use super::fonts::Weight;
use super::forms::{draw_form, draw_notice, draw_table};
use super::lines::Line;
use super::qr::Code;
use crate::domain::letter::{Block, Style};
use crate::ports::render::RenderError;

/// Space below a block.
const GAP: f32 = 3.6 * MM;
const BODY: f32 = 10.5;
const CODE_SIDE: f32 = 24.0 * MM;

/// Draws blocks one below the other.
///
/// # Errors
/// [`RenderError::Code`] for a code that cannot hold its content.
pub fn draw_blocks(flow: &mut Flow, blocks: &[Block]) -> Result<(), RenderError> {
    for (block, rest) in blocks.iter().zip((1..).map(|next| blocks.get(next..).unwrap_or_default())) {
        match block {
            Block::Cut { text } => draw_cut(flow, text, rest)?,
            block => draw_block(flow, block)?,
        }
    }
    Ok(())
}

fn draw_block(flow: &mut Flow, block: &Block) -> Result<(), RenderError> {
    match block {
        Block::Heading { text } => draw_heading(flow, text),
        Block::Paragraph { text, style } => draw_paragraph(flow, text, *style),
        Block::List { items, numbered } => draw_list(flow, items, *numbered),
        Block::Form { rows, frame } => draw_form(flow, rows, *frame),
        Block::Table { columns, rows, blank_rows } => draw_table(flow, columns, rows, *blank_rows),
        Block::Notice { title, text } => draw_notice(flow, title, text),
        Block::Code { content, caption } => draw_code(flow, content, caption)?,
        Block::Cut { .. } => {}
        Block::NewPage => {
            flow.next_page();
            return Ok(());
        }
    }
    flow.y += GAP;
    Ok(())
}

/// A heading never stands alone at the end of a page.
fn draw_heading(flow: &mut Flow, text: &str) {
    flow.need(26.0 * MM);
    flow.y += 1.0 * MM;
    let inset = 3.0 * MM;
    let lines = flow.canvas.lines(text, Weight::Bold, 11.5, WIDTH - inset);
    let bar = Area {
        x: LEFT,
        y: flow.y,
        w: 1.2 * MM,
        h: 17.0 * f32::from(u16::try_from(lines.len()).unwrap_or(1)),
    };
    flow.canvas.fill(bar, 0.2);
    write_lines(flow, &lines, (11.5, 17.0), |_| LEFT + inset);
    flow.y -= 1.2 * MM;
}

fn draw_paragraph(flow: &mut Flow, text: &str, style: Style) {
    let (weight, size, leading) = match style {
        Style::Lead => (Weight::Bold, 12.0, 20.0),
        Style::Small => (Weight::Regular, 9.0, 14.5),
        Style::Normal | Style::Right | Style::Center => (Weight::Regular, BODY, 18.0),
    };
    let lines = flow.canvas.lines(text, weight, size, WIDTH);
    write_lines(flow, &lines, (size, leading), |line| match style {
        Style::Right => RIGHT - line.width() * size,
        Style::Center => LEFT + (WIDTH - line.width() * size) / 2.0,
        Style::Normal | Style::Lead | Style::Small => LEFT,
    });
}

fn draw_list(flow: &mut Flow, items: &[String], numbered: bool) {
    let hang = 7.0 * MM;
    for (item, place) in items.iter().zip(1..) {
        let mark = if numbered { format!("{place}.") } else { "・".to_owned() };
        let mark = flow.canvas.line(&mark, Weight::Regular);
        let lines = flow.canvas.lines(item, Weight::Regular, BODY, WIDTH - hang);
        flow.need(18.0);
        let shift = hang - 1.2 * MM - mark.width() * BODY;
        let baseline = baseline(flow.y, (BODY, 18.0));
        flow.canvas.write(&mark, LEFT + shift, baseline, BODY);
        write_lines(flow, &lines, (BODY, 18.0), |_| LEFT + hang);
        flow.y += 1.0 * MM;
    }
}

fn draw_code(flow: &mut Flow, content: &str, caption: &str) -> Result<(), RenderError> {
    let code = Code::new(content)?;
    let inset = CODE_SIDE + 5.0 * MM;
    let lines = flow.canvas.lines(caption, Weight::Regular, BODY, WIDTH - inset);
    flow.need(CODE_SIDE);
    let end = flow.y + CODE_SIDE;
    flow.canvas.code(&code, LEFT, flow.y, CODE_SIDE);
    write_lines(flow, &lines, (BODY, 18.0), |_| LEFT + inset);
    flow.y = flow.y.max(end);
    Ok(())
}

/// What is cut off stays together: where it does not fit below the line, it gets a page.
fn draw_cut(flow: &mut Flow, text: &str, rest: &[Block]) -> Result<(), RenderError> {
    let mut trial = flow.clone();
    trial.y += 12.0 * MM;
    let together = rest.split(|block| matches!(block, Block::Cut { .. } | Block::NewPage)).next();
    draw_blocks(&mut trial, together.unwrap_or_default())?;
    if trial.canvas.page_count() > flow.canvas.page_count() {
        flow.next_page();
        return Ok(());
    }
    let line = flow.canvas.line(text, Weight::Regular);
    let gap = (WIDTH - line.width() * 9.0) / 2.0;
    let y = flow.y + 4.0 * MM;
    flow.canvas.dashes((LEFT, y), (LEFT + gap - 3.0 * MM, y));
    flow.canvas.write(&line, LEFT + gap, y + 3.2, 9.0);
    flow.canvas.dashes((RIGHT - gap + 3.0 * MM, y), (RIGHT, y));
    flow.y += 10.0 * MM;
    Ok(())
}

fn write_lines(flow: &mut Flow, lines: &[Line], (size, leading): (f32, f32), x: impl Fn(&Line) -> f32) {
    for line in lines {
        flow.need(leading);
        let baseline = baseline(flow.y, (size, leading));
        flow.canvas.write(line, x(line), baseline, size);
        flow.y += leading;
    }
}

fn baseline(y: f32, (size, leading): (f32, f32)) -> f32 {
    y + leading / 2.0 + size * 0.37
}
