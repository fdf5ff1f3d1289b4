//! Reads class and 小类 of a pipe from what surveys write.

use super::{PipeClass, PipeSubclass, SUBCLASSES};

type Parsed = (PipeClass, Option<PipeSubclass>);

/// 小类 number in a phrase table; 0 is none.
type Phrase = (&'static str, PipeClass, u8);

/// Chinese words beside the standard's own names. The first that occurs in the text wins, so longer ones stand first.
const CHINESE: &[Phrase] = &[
    ("雨污合流", PipeClass::Drainage, 3),
    ("雨污混流", PipeClass::Drainage, 3),
    ("合流", PipeClass::Drainage, 3),
    ("雨污", PipeClass::Drainage, 0),
    ("有线电视", PipeClass::Telecom, 2),
    ("广播电视", PipeClass::Telecom, 2),
    ("电视", PipeClass::Telecom, 2),
    ("广电", PipeClass::Telecom, 2),
    ("信息网络", PipeClass::Telecom, 3),
    ("电话", PipeClass::Telecom, 1),
    ("广播", PipeClass::Telecom, 4),
    ("光缆", PipeClass::Telecom, 0),
    ("光纤", PipeClass::Telecom, 0),
    ("宽带", PipeClass::Telecom, 3),
    ("通信", PipeClass::Telecom, 0),
    ("通讯", PipeClass::Telecom, 0),
    ("电信", PipeClass::Telecom, 0),
    ("弱电", PipeClass::Telecom, 0),
    ("综合管沟", PipeClass::Other, 1),
    ("综合管廊", PipeClass::Other, 1),
    ("管廊", PipeClass::Other, 1),
    ("不明管线", PipeClass::Other, 2),
    ("不明", PipeClass::Other, 2),
    ("雨水", PipeClass::Drainage, 1),
    ("污水", PipeClass::Drainage, 2),
    ("排水", PipeClass::Drainage, 0),
    ("下水", PipeClass::Drainage, 0),
    ("液化石油气", PipeClass::Gas, 2),
    ("液化气", PipeClass::Gas, 2),
    ("天然气", PipeClass::Gas, 3),
    ("煤气", PipeClass::Gas, 1),
    ("燃气", PipeClass::Gas, 0),
    ("供气", PipeClass::Gas, 0),
    ("蒸汽", PipeClass::Heat, 2),
    ("热水", PipeClass::Heat, 1),
    ("热力", PipeClass::Heat, 0),
    ("供热", PipeClass::Heat, 0),
    ("供暖", PipeClass::Heat, 0),
    ("采暖", PipeClass::Heat, 0),
    ("暖气", PipeClass::Heat, 0),
    ("交通信号", PipeClass::Power, 3),
    ("路灯", PipeClass::Power, 2),
    ("照明", PipeClass::Power, 2),
    ("电车", PipeClass::Power, 4),
    ("广告", PipeClass::Power, 5),
    ("供电", PipeClass::Power, 1),
    ("电力", PipeClass::Power, 0),
    ("强电", PipeClass::Power, 0),
    ("直饮水", PipeClass::Water, 5),
    ("消防", PipeClass::Water, 6),
    ("绿化水", PipeClass::Water, 7),
    ("绿化用水", PipeClass::Water, 7),
    ("循环水", PipeClass::Water, 8),
    ("中水", PipeClass::Water, 3),
    ("再生水", PipeClass::Water, 3),
    ("原水", PipeClass::Water, 1),
    ("输水", PipeClass::Water, 2),
    ("配水", PipeClass::Water, 4),
    ("给水", PipeClass::Water, 0),
    ("自来水", PipeClass::Water, 0),
    ("供水", PipeClass::Water, 0),
    ("上水", PipeClass::Water, 0),
    ("氢气", PipeClass::Industrial, 1),
    ("氧气", PipeClass::Industrial, 2),
    ("乙炔", PipeClass::Industrial, 3),
    ("乙烯", PipeClass::Industrial, 4),
    ("甲苯", PipeClass::Industrial, 10),
    ("氯气", PipeClass::Industrial, 6),
    ("氮气", PipeClass::Industrial, 7),
    ("二氧化碳", PipeClass::Industrial, 8),
    ("氨气", PipeClass::Industrial, 9),
    ("工业", PipeClass::Industrial, 0),
    ("其他", PipeClass::Other, 0),
    ("其它", PipeClass::Other, 0),
];

/// English words and phrases, lower case; whole words only.
const ENGLISH: &[Phrase] = &[
    ("unknown kind", PipeClass::Other, 2),
    ("utility tunnel", PipeClass::Other, 1),
    ("combined sewer", PipeClass::Drainage, 3),
    ("combined", PipeClass::Drainage, 3),
    ("storm", PipeClass::Drainage, 1),
    ("stormwater", PipeClass::Drainage, 1),
    ("rainwater", PipeClass::Drainage, 1),
    ("rain", PipeClass::Drainage, 1),
    ("sanitary", PipeClass::Drainage, 2),
    ("sewage", PipeClass::Drainage, 2),
    ("foul", PipeClass::Drainage, 2),
    ("wastewater", PipeClass::Drainage, 2),
    ("waste water", PipeClass::Drainage, 2),
    ("sewer", PipeClass::Drainage, 0),
    ("sewerage", PipeClass::Drainage, 0),
    ("drainage", PipeClass::Drainage, 0),
    ("drain", PipeClass::Drainage, 0),
    ("coal gas", PipeClass::Gas, 1),
    ("town gas", PipeClass::Gas, 1),
    ("lpg", PipeClass::Gas, 2),
    ("natural gas", PipeClass::Gas, 3),
    ("gas", PipeClass::Gas, 0),
    ("hot water", PipeClass::Heat, 1),
    ("steam", PipeClass::Heat, 2),
    ("heat", PipeClass::Heat, 0),
    ("heating", PipeClass::Heat, 0),
    ("telephone", PipeClass::Telecom, 1),
    ("catv", PipeClass::Telecom, 2),
    ("television", PipeClass::Telecom, 2),
    ("tv", PipeClass::Telecom, 2),
    ("internet", PipeClass::Telecom, 3),
    ("data", PipeClass::Telecom, 3),
    ("telecom", PipeClass::Telecom, 0),
    ("telecoms", PipeClass::Telecom, 0),
    ("telecommunication", PipeClass::Telecom, 0),
    ("telecommunications", PipeClass::Telecom, 0),
    ("communication", PipeClass::Telecom, 0),
    ("communications", PipeClass::Telecom, 0),
    ("fibre", PipeClass::Telecom, 0),
    ("fiber", PipeClass::Telecom, 0),
    ("street light", PipeClass::Power, 2),
    ("street lighting", PipeClass::Power, 2),
    ("lighting", PipeClass::Power, 2),
    ("traffic signal", PipeClass::Power, 3),
    ("power", PipeClass::Power, 0),
    ("electric", PipeClass::Power, 0),
    ("electrical", PipeClass::Power, 0),
    ("electricity", PipeClass::Power, 0),
    ("raw water", PipeClass::Water, 1),
    ("reclaimed", PipeClass::Water, 3),
    ("recycled water", PipeClass::Water, 3),
    ("fire", PipeClass::Water, 6),
    ("hydrant", PipeClass::Water, 6),
    ("irrigation", PipeClass::Water, 7),
    ("water", PipeClass::Water, 0),
    ("potable", PipeClass::Water, 0),
    ("industrial", PipeClass::Industrial, 0),
    ("other", PipeClass::Other, 0),
    ("unknown", PipeClass::Unknown, 0),
];

/// See [`PipeClass::parse`].
pub(super) fn parse(text: &str) -> Option<Parsed> {
    let text = text.trim();
    by_whole(text).or_else(|| by_parts(text))
}

/// The text is one of the words as it stands: so it is in most surveys, and a city has millions of pipes.
fn by_whole(text: &str) -> Option<Parsed> {
    let table = if text.is_ascii() { ENGLISH } else { CHINESE };
    table.iter().find(|(word, ..)| *word == text).map(resolve)
}

/// The words stand somewhere in the text.
fn by_parts(text: &str) -> Option<Parsed> {
    let text: String = text.chars().map(half_width).collect();
    by_tokens(&text).or_else(|| by_name(&text))
}

fn resolve((_, class, number): &Phrase) -> Parsed {
    (*class, PipeSubclass::of(*class, *number))
}

/// Full-width letters and digits as the plain ones that they stand for.
fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        other => other,
    }
}

/// Numbers and letters of the standard: `1`, `JS`, `JS/1`, `PS-01`, `103`, `配水 JP`. 大类 before 小类.
fn by_tokens(text: &str) -> Option<Parsed> {
    let upper = text.to_ascii_uppercase();
    let tokens: Vec<&str> = upper.split(|c: char| !c.is_ascii_alphanumeric()).filter(|token| !token.is_empty()).collect();
    if !text.is_ascii() && tokens.iter().all(|token| token.len() != 2 || !token.bytes().all(|b| b.is_ascii_alphabetic())) {
        return None;
    }
    let class = tokens.iter().find_map(|token| class_by_letters(token));
    if let Some(class) = class {
        return Some((
            class,
            tokens.iter().find_map(|token| subclass_within(class, token)).or_else(|| subclass_by_name(class, text)),
        ));
    }
    if let [first, rest @ ..] = tokens.as_slice()
        && let Some((class, subclass)) = by_number(first)
    {
        return Some((class, subclass.or_else(|| rest.iter().find_map(|token| subclass_within(class, token)))));
    }
    tokens.iter().find_map(|token| {
        let row = SUBCLASSES.iter().find(|row| token.starts_with(row.letters))?;
        Some((row.class, Some(subclass_within(row.class, token)?)))
    })
}

/// 大类 letters, alone or before 小类 letters or digits: `PS`, `PSYS`, `PS01`.
fn class_by_letters(token: &str) -> Option<PipeClass> {
    let class = PipeClass::ALL.into_iter().find(|class| token.starts_with(class.letters()))?;
    let rest = &token[class.letters().len()..];
    (rest.is_empty() || subclass_within(class, rest).is_some()).then_some(class)
}

/// A 小类 of a known class from its letters or its two digits, behind the 大类 letters or alone.
fn subclass_within(class: PipeClass, token: &str) -> Option<PipeSubclass> {
    let token = token.strip_prefix(class.letters()).unwrap_or(token);
    let letters = token.get(..2).unwrap_or(token);
    if let Some(row) = SUBCLASSES.iter().find(|row| row.class == class && row.letters == letters) {
        let rest = token.get(2..).unwrap_or("");
        return (rest.is_empty() || rest.parse() == Ok(row.number)).then(|| PipeSubclass::of(class, row.number)).flatten();
    }
    (token.len() == 2).then(|| token.parse().ok()).flatten().and_then(|number| PipeSubclass::of(class, number))
}

/// `1` to `8`, `01` to `08`, or the number with two digits of a 小类 behind it (`103`).
fn by_number(token: &str) -> Option<Parsed> {
    let class_of = |number: u32| PipeClass::ALL.into_iter().find(|c| *c != PipeClass::Unknown && u32::from(c.number()) == number);
    let number: u32 = token.bytes().all(|b| b.is_ascii_digit()).then(|| token.parse().ok()).flatten()?;
    match token.len() {
        1 | 2 => Some((class_of(number)?, None)),
        3 | 4 => {
            let class = class_of(number / 100)?;
            Some((class, Some(PipeSubclass::of(class, u8::try_from(number % 100).ok()?)?)))
        }
        _ => None,
    }
}

fn by_name(text: &str) -> Option<Parsed> {
    if let Some(row) = SUBCLASSES.iter().find(|row| row.zh == text) {
        return Some((row.class, PipeSubclass::of(row.class, row.number)));
    }
    if let Some(found) = CHINESE.iter().find(|(word, ..)| text.contains(word)) {
        return Some(resolve(found));
    }
    let words: Vec<String> =
        text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect();
    let spaced = format!(" {} ", words.join(" "));
    let whole = |at: usize, end: usize| spaced[..at].ends_with(' ') && spaced[end..].starts_with(' ');
    let stands = |phrase: &str| spaced.match_indices(phrase).any(|(at, _)| whole(at, at + phrase.len()));
    ENGLISH.iter().find(|(phrase, ..)| stands(phrase)).map(resolve)
}

/// A Chinese word for a 小类 of a class that the letters told.
fn subclass_by_name(class: PipeClass, text: &str) -> Option<PipeSubclass> {
    let found = CHINESE.iter().find(|(word, of, number)| *of == class && *number > 0 && text.contains(word))?;
    PipeSubclass::of(class, found.2)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn check(texts: &[&str], class: PipeClass, number: u8) {
        for text in texts {
            assert_eq!(PipeClass::parse(text), Some((class, PipeSubclass::of(class, number))), "{text}");
        }
    }

    #[test]
    fn codes_letters_and_names() {
        check(
            &["1", "01", "JS", "js", "JS/1", "给水", "给水管", "自来水", "供水", "water", "Water main", "Ｊ Ｓ/JS"],
            PipeClass::Water,
            0,
        );
        check(&["JP", "配水", "配水 JP", "JS-04", "JS04", "104", "JSJP", "JP04", "JS JP"], PipeClass::Water, 4);
        check(&["2", "PS", "排水", "sewer", "drainage"], PipeClass::Drainage, 0);
        check(&["YS", "雨水", "PS-YS", "PSYS", "PS01", "storm sewer", "排水-雨水", "PS 雨水"], PipeClass::Drainage, 1);
        check(&["WS", "污水", "wastewater", "sewage"], PipeClass::Drainage, 2);
        check(&["HS", "雨污合流", "合流", "combined sewer"], PipeClass::Drainage, 3);
        check(&["3", "RQ", "燃气", "gas"], PipeClass::Gas, 0);
        check(&["煤气", "MQ"], PipeClass::Gas, 1);
        check(&["天然气", "TR", "natural gas"], PipeClass::Gas, 3);
        check(&["4", "热力", "供热", "heat", "District heating"], PipeClass::Heat, 0);
        check(&["热水", "hot water"], PipeClass::Heat, 1);
        check(&["蒸汽", "steam"], PipeClass::Heat, 2);
        check(&["电力", "DL", "power", "electricity"], PipeClass::Power, 0);
        check(&["供电", "GD"], PipeClass::Power, 1);
        check(&["路灯", "LD"], PipeClass::Power, 2);
        check(&["通信", "弱电", "telecom", "TX"], PipeClass::Telecom, 0);
        check(&["电话"], PipeClass::Telecom, 1);
        check(&["有线电视"], PipeClass::Telecom, 2);
        check(&["信息网络"], PipeClass::Telecom, 3);
        check(&["综合管沟", "ZH", "综合管廊"], PipeClass::Other, 1);
        check(&["不明管线"], PipeClass::Other, 2);
        check(&["GY", "工业"], PipeClass::Industrial, 0);
        check(&["氢", "氢气"], PipeClass::Industrial, 1);
        check(&["unknown"], PipeClass::Unknown, 0);
    }

    #[test]
    fn a_word_alone_means_what_it_means_among_others() {
        for (word, ..) in CHINESE.iter().chain(ENGLISH) {
            assert!(by_whole(word).is_some());
            assert_eq!(by_whole(word), by_parts(word), "{word}");
        }
    }

    #[test]
    fn what_says_nothing_gives_nothing() {
        for text in ["", "9", "DN300", "0", "109", "PVC", "东风大街", "12345", "-"] {
            assert_eq!(PipeClass::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_row_of_the_standard_reads_back() {
        for row in SUBCLASSES {
            let expected = Some((row.class, PipeSubclass::of(row.class, row.number)));
            let code = format!("{}{:02}", row.class.number(), row.number);
            let pair = format!("{}-{}", row.class.letters(), row.letters);
            for text in [row.zh, row.letters, &code, &pair] {
                assert_eq!(PipeClass::parse(text), expected, "{text}");
            }
            assert_eq!(expected.and_then(|e| e.1).and_then(|s| s.row(row.class)), Some(row));
        }
        let letters: BTreeSet<&str> = SUBCLASSES.iter().map(|row| row.letters).collect();
        assert_eq!((letters.len(), SUBCLASSES.len()), (37, 37));
        for class in PipeClass::ALL {
            assert_eq!(PipeClass::parse(class.code()).map(|p| p.0), Some(class));
            assert_eq!(PipeClass::from_code(class.code()), Some(class));
        }
        assert_eq!(PipeClass::Water.exact_rgb(), [0, 255, 255]);
        assert_eq!(PipeClass::Other.exact_rgb_of(PipeSubclass::of(PipeClass::Other, 2)), [102, 0, 204]);
        assert_eq!(PipeClass::Drainage.mark(Some(PipeSubclass::Rain)), '雨');
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,12}") {
            let _ = PipeClass::parse(&text);
        }
    }
}
