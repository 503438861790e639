//! The head of the first page: receiver, reference, date, office and title.

use super::canvas::MM;
use super::flow::{Flow, LEFT, RIGHT, WIDTH};
use super::fonts::Weight;
use super::lines::Line;
use crate::domain::letter::{Addressee, Head};
use crate::ports::render::RenderError;

/// The receiver stands where a window envelope shows it, with the sheet folded in three.
const WINDOW_LEFT: f32 = 22.0 * MM;
const WINDOW_TOP: f32 = 20.0 * MM;
const WINDOW_WIDTH: f32 = 80.0 * MM;
const WINDOW_HEIGHT: f32 = 38.0 * MM;
/// Sizes tried for the receiver: address, name.
const SIZES: [(f32, f32); 3] = [(10.5, 13.0), (9.5, 11.5), (8.0, 9.5)];
/// Width of what stands at the right.
const SIDE: f32 = 78.0 * MM;

/// Draws the head and leaves the flow where the body begins.
///
/// # Errors
/// [`RenderError::Overflow`] for an address or a name that the window cannot show.
pub fn draw_head(flow: &mut Flow) -> Result<(), RenderError> {
    let letter = flow.letter;
    flow.stamp(18.0 * MM, 14.0 * MM);
    let mut end = draw_office(flow, &letter.head);
    if let Some(to) = &letter.head.to {
        draw_receiver(flow, to)?;
        end = end.max(WINDOW_TOP + WINDOW_HEIGHT);
    }
    flow.y = end + 9.0 * MM;
    draw_title(flow, &letter.title);
    Ok(())
}

fn draw_receiver(flow: &mut Flow, to: &Addressee) -> Result<(), RenderError> {
    let fitting = SIZES.iter().map(|sizes| receiver_lines(flow, to, *sizes)).find(|lines| {
        let height: f32 = lines.iter().map(|(_, size)| size * 1.5).sum();
        height <= WINDOW_HEIGHT
    });
    let mut y = WINDOW_TOP;
    for (line, size) in fitting.ok_or(RenderError::Overflow("address"))? {
        y += size * 1.5;
        flow.canvas.write(&line, WINDOW_LEFT, y - size * 0.4, size);
    }
    Ok(())
}

fn receiver_lines(flow: &mut Flow, to: &Addressee, (address, name): (f32, f32)) -> Vec<(Line, f32)> {
    let mut set = |text: &str, size| {
        let lines = flow.canvas.lines(text, Weight::Regular, size, WINDOW_WIDTH);
        lines.into_iter().map(|line| (line, size)).collect::<Vec<_>>()
    };
    let mut lines = set(&format!("〒{}", to.postcode), address);
    lines.extend(to.address.iter().flat_map(|part| set(part, address)).collect::<Vec<_>>());
    lines.push((Line::default(), address * 0.4));
    lines.extend(set(&to.name, name));
    lines
}

fn draw_office(flow: &mut Flow, head: &Head) -> f32 {
    let mut y = 37.0 * MM;
    for text in [&head.reference, &head.date] {
        let line = flow.canvas.line(text, Weight::Regular);
        flow.canvas.write(&line, RIGHT - line.width() * 10.0, y, 10.0);
        y += 5.2 * MM;
    }
    if head.from.is_empty() {
        return y - 5.2 * MM;
    }
    let lines = office_lines(flow, head);
    let width = lines.iter().map(|(line, size)| line.width() * size).fold(0.0, f32::max);
    y += 3.0 * MM;
    for (line, size) in lines {
        flow.canvas.write(&line, RIGHT - width, y, size);
        y += 4.8 * MM;
    }
    if let Some(seal) = &head.seal {
        let line = flow.canvas.line(seal, Weight::Regular);
        flow.canvas.write(&line, RIGHT - line.width() * 9.0, y, 9.0);
        y += 4.8 * MM;
    }
    y - 4.8 * MM
}

/// The first line names the office and stands out.
fn office_lines(flow: &mut Flow, head: &Head) -> Vec<(Line, f32)> {
    let (name, rest) = head.from.split_at(1);
    let parts = [(name, Weight::Bold, 12.0), (rest, Weight::Regular, 9.5)];
    let mut lines = Vec::new();
    for (texts, weight, size) in parts {
        for text in texts {
            let set = flow.canvas.lines(text, weight, size, SIDE);
            lines.extend(set.into_iter().map(|line| (line, size)));
        }
    }
    lines
}

fn draw_title(flow: &mut Flow, title: &str) {
    let size = 17.0;
    for line in flow.canvas.lines(title, Weight::Bold, size, WIDTH) {
        flow.y += size * 1.4;
        let x = LEFT + (WIDTH - line.width() * size) / 2.0;
        flow.canvas.write(&line, x, flow.y, size);
    }
    flow.y += 9.0 * MM;
}
