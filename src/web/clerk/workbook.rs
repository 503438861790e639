//! A table to download as a workbook (XLSX), for offices whose spreadsheet guesses wrongly at CSV.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::usecases::figures::table::{Part, Row};
use crate::usecases::{Error, House};
use crate::web::{Failure, Frame};

const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Longer rows of digits are names, such as the number of an institution.
const DIGITS_OF_A_QUANTITY: usize = 9;

/// Sends a table whose parts `read` gives, each with the place of the next one.
///
/// # Errors
/// Whatever a part fails with; nothing has been sent by then.
pub async fn answer(
    frame: web::Data<Frame>,
    name: &str,
    read: impl Fn(&House, usize) -> Part + Send + 'static,
) -> Result<HttpResponse, Failure> {
    let book = frame.run(move |house| Ok::<_, Error>(written(&whole(house, read)?))).await?;
    let bytes = book.map_err(|error| Failure::Fault(error.to_string()))?;
    let disposition = format!("attachment; filename=\"{name}.xlsx\"");
    Ok(HttpResponse::Ok()
        .content_type(MEDIA_TYPE)
        .insert_header((CONTENT_DISPOSITION, disposition))
        .body(bytes))
}

fn whole(house: &House, read: impl Fn(&House, usize) -> Part) -> Result<Vec<Row>, Error> {
    let (mut rows, mut place) = (Vec::new(), Some(0));
    while let Some(at) = place {
        let (part, next) = read(house, at)?;
        rows.extend(part);
        place = next;
    }
    Ok(rows)
}

fn written(rows: &[Row]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let head = Format::new().set_bold().set_text_wrap();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            match quantity(cell) {
                _ if row == 0 => sheet.write_with_format(row, column, cell, &head)?,
                Some(number) => sheet.write(row, column, number)?,
                None => sheet.write(row, column, cell)?,
            };
        }
    }
    arrange(sheet)?;
    book.save_to_buffer()
}

/// The heads stay in sight, and every column is as wide as its words.
fn arrange(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofit();
    Ok(())
}

fn quantity(cell: &str) -> Option<f64> {
    let named = cell.len() > DIGITS_OF_A_QUANTITY
        || (cell.len() > 1 && cell.starts_with('0') && !cell.starts_with("0."));
    if named { None } else { cell.parse().ok().filter(|number: &f64| number.is_finite()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_can_be_added_up_and_names_keep_their_digits() {
        assert_eq!((quantity("12"), quantity("0.5"), quantity("0")), (Some(12.0), Some(0.5), Some(0.0)));
        assert_eq!((quantity("0123"), quantity("9910000027"), quantity("2026-04")), (None, None, None));
        assert_eq!((quantity("inf"), quantity("nan"), quantity("")), (None, None, None));
    }

    #[test]
    fn a_workbook_is_a_zip_with_the_words_of_the_table() {
        let bytes = written(&[vec!["指標".to_owned(), "件数".to_owned()]]).unwrap();
        assert!(bytes.starts_with(b"PK"));
    }
}
