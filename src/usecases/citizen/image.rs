//! Pictures without what cameras and programs wrote about place, time and owner.

/// Most pixels along one side.
const LONGEST: u32 = 20_000;
/// Most pixels of a picture; a decoder of ours or of the reader must not run out of memory.
const LARGEST: u64 = 100_000_000;

fn bounded(width: u32, height: u32) -> bool {
    let sides = (1..=LONGEST).contains(&width) && (1..=LONGEST).contains(&height);
    sides && u64::from(width) * u64::from(height) <= LARGEST
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Chunks that a PNG needs to look as it does.
const SHOWN: [&[u8; 4]; 12] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD",
    b"pHYs",
];

/// A PNG with the chunks that it needs to be shown (ISO/IEC 15948, 11). None when it is damaged or too large.
pub(super) fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes.strip_prefix(PNG)?;
    let mut out = PNG.to_vec();
    loop {
        let length = usize::try_from(u32::from_be_bytes(*rest.first_chunk::<4>()?)).ok()?;
        let (chunk, after) = rest.split_at_checked(length.checked_add(12)?)?;
        let name = chunk.get(4..8)?;
        if name == b"IHDR" {
            let side = |at: usize| Some(u32::from_be_bytes(*chunk.get(at..)?.first_chunk::<4>()?));
            bounded(side(8)?, side(12)?).then_some(())?;
        } else if out.len() == PNG.len() {
            return None;
        }
        if SHOWN.iter().any(|shown| name == shown.as_slice()) {
            out.extend_from_slice(chunk);
        }
        if name == b"IEND" {
            return Some(out);
        }
        rest = after;
    }
}

/// A JPEG without application segments but those that its colours need, and without comments
/// (ITU-T T.81, B.1.1). How the camera was held is kept. None when it is damaged or too large.
pub(super) fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    let mut out = b"\xff\xd8".to_vec();
    let (mut turned, mut sized) = (None, false);
    loop {
        let [0xff, marker, high, low, ..] = *rest else { return None };
        let (segment, after) = rest.split_at_checked(2 + usize::from(u16::from_be_bytes([high, low])))?;
        match marker {
            0xda => break,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let side =
                    |at: usize| Some(u32::from(u16::from_be_bytes(*segment.get(at..)?.first_chunk::<2>()?)));
                sized = bounded(side(7)?, side(5)?);
                out.extend_from_slice(segment);
            }
            0xe1 => turned = turned.or_else(|| orientation(segment.get(4..)?)),
            0xe3..=0xed | 0xef | 0xfe => {}
            0xe0 | 0xe2 | 0xee | 0xc4 | 0xcc | 0xdb..=0xdf => out.extend_from_slice(segment),
            _ => return None,
        }
        rest = after;
    }
    let end = rest.windows(2).rposition(|pair| pair == b"\xff\xd9")? + 2;
    if let Some(turned) = turned {
        out.splice(2..2, upright(turned));
    }
    out.extend_from_slice(rest.get(..end)?);
    sized.then_some(out)
}

/// The orientation in an Exif segment (JEITA CP-3451, tag 0x0112); none for an upright picture.
fn orientation(exif: &[u8]) -> Option<u8> {
    let tiff = exif.strip_prefix(b"Exif\0\0")?;
    let big = tiff.starts_with(b"MM");
    let short = |at: usize| {
        let two = *tiff.get(at..)?.first_chunk::<2>()?;
        Some(if big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    };
    let long = |at: usize| {
        let four = *tiff.get(at..)?.first_chunk::<4>()?;
        usize::try_from(if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }).ok()
    };
    let first = long(4)?;
    let entries = (0..usize::from(short(first)?)).map(|at| first + 2 + at * 12);
    let mut found = entries.filter(|at| short(*at) == Some(0x0112));
    let value = short(found.next()? + 8)?;
    u8::try_from(value).ok().filter(|it| (2..=8).contains(it))
}

/// An Exif segment that says nothing but the orientation.
fn upright(orientation: u8) -> Vec<u8> {
    let mut segment = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    segment.push(orientation);
    segment.extend([0; 6]);
    segment
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker], length.as_slice(), body].concat()
    }

    fn photo(side: u16, exif: &[u8]) -> Vec<u8> {
        let side = side.to_be_bytes();
        let frame = [&[8], side.as_slice(), &side, &[1, 1, 0x11, 0]].concat();
        let parts = [
            b"\xff\xd8".to_vec(),
            segment(0xe0, b"JFIF\0"),
            segment(0xe1, exif),
            segment(0xfe, b"owner: Kakuu"),
            segment(0xc0, &frame),
            segment(0xda, &[1, 1, 0, 0, 63, 0]),
            b"picture\xff\xd9".to_vec(),
            b"appended".to_vec(),
        ];
        parts.concat()
    }

    fn contains(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|it| it == part)
    }

    #[test]
    fn a_photo_keeps_its_turn_and_loses_the_rest() {
        let exif = [upright(6).split_off(4), b"GPS 35.6".to_vec()].concat();
        let clean = jpeg(&photo(100, &exif)).unwrap();
        for gone in ["GPS", "Kakuu", "appended"] {
            assert!(!contains(&clean, gone.as_bytes()), "{gone}");
        }
        assert!(contains(&clean, b"picture") && contains(&clean, b"JFIF"));
        assert_eq!(clean[2..38], upright(6)[..]);
        assert_eq!(jpeg(&clean).as_deref(), Some(clean.as_slice()));
    }

    #[test]
    fn an_upright_photo_has_no_exif_at_all() {
        assert!(!contains(&jpeg(&photo(100, b"Exif\0\0nonsense")).unwrap(), b"Exif"));
    }

    #[test]
    fn a_picture_that_would_fill_the_memory_is_refused() {
        assert!(jpeg(&photo(LONGEST.try_into().unwrap(), b"")).is_none());
        assert!(!bounded(0, 10) && !bounded(LONGEST + 1, 1) && bounded(10_000, 10_000));
    }

    fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [length.as_slice(), name, body, b"crc_"].concat()
    }

    #[test]
    fn a_png_loses_its_texts() {
        let head = [10_u32.to_be_bytes(), 10_u32.to_be_bytes()].concat();
        let text = chunk(b"tEXt", b"Author\0Kakuu");
        let picture =
            [PNG, &chunk(b"IHDR", &head), &text, &chunk(b"IDAT", b"x"), &chunk(b"IEND", b""), b"more"]
                .concat();
        let clean = png(&picture).unwrap();
        assert!(!contains(&clean, b"Kakuu") && !contains(&clean, b"more") && contains(&clean, b"IDAT"));
        assert_eq!(png(&clean).as_deref(), Some(clean.as_slice()));
        assert!(png(&picture[..picture.len() - 10]).is_none());
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_readers(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = jpeg(&[b"\xff\xd8".as_slice(), &bytes].concat());
            let _ = png(&[PNG, &bytes].concat());
        }
    }
}
