//! Ids and names made plain, and how alike two names are.

/// Full-width letters, digits and signs as the plain ones; small letters.
fn narrow(c: char) -> char {
    let plain = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        'Ⅰ'..='Ⅸ' => char::from_digit(u32::from(c) - u32::from('Ⅰ') + 1, 10).unwrap_or(c),
        '①'..='⑨' => char::from_digit(u32::from(c) - u32::from('①') + 1, 10).unwrap_or(c),
        other => other,
    };
    plain.to_ascii_lowercase()
}

/// An id as its numbers and words, without case, width, leading zeros and what parts them: `A-001` and `a１` are one.
pub(in crate::import) fn plain_id(id: &str) -> String {
    let chars: Vec<char> = id.chars().map(narrow).collect();
    let kind = |c: &char| (c.is_ascii_digit(), c.is_alphanumeric());
    let runs = chars.chunk_by(|a, b| kind(a) == kind(b)).filter(|run| run[0].is_alphanumeric());
    let plain = runs.map(|run| {
        let text: String = run.iter().collect();
        let number = run[0].is_ascii_digit();
        let short = text.trim_start_matches('0');
        if number && short.is_empty() {
            "0".to_owned()
        } else if number {
            short.to_owned()
        } else {
            text
        }
    });
    plain.collect::<Vec<String>>().join(".")
}

/// What Chinese numerals may stand before.
const COUNTED: &str = "期区号组栋幢院里村段座楼";

/// Pairs of characters that people write for one another.
const VARIANTS: [(char, char); 8] =
    [('區', '区'), ('樓', '楼'), ('號', '号'), ('棟', '栋'), ('園', '园'), ('廠', '厂'), ('東', '东'), ('華', '华')];

/// A name without spaces, brackets, dashes and width, its numerals as digits: `光明小区（一期）` is `光明小区1期`.
pub(in crate::import) fn plain_name(name: &str) -> String {
    let simple = |c: char| VARIANTS.iter().find(|(old, _)| *old == c).map_or(c, |(_, new)| *new);
    let chars: Vec<char> = name.chars().map(narrow).map(simple).filter(|c| c.is_alphanumeric()).collect();
    let mut plain = String::with_capacity(name.len());
    let mut at = 0;
    while at < chars.len() {
        let end = chars[at..].iter().position(|c| numeral(*c).is_none()).map_or(chars.len(), |length| at + length);
        let after = |c: &char| COUNTED.contains(*c);
        if end > at && (chars.get(end).is_some_and(after) || plain.ends_with('第')) {
            if plain.ends_with('第') {
                plain.pop();
            }
            plain.push_str(&value_of(&chars[at..end]).to_string());
            at = end;
        } else {
            plain.push(chars[at]);
            at += 1;
        }
    }
    plain
}

fn numeral(c: char) -> Option<u32> {
    "零一二三四五六七八九十".chars().position(|own| own == c).and_then(|place| u32::try_from(place).ok())
}

/// 十二 is 12, 二十 is 20, 二三 is 23.
fn value_of(chars: &[char]) -> u32 {
    let mut value = 0_u32;
    for (place, digit) in chars.iter().filter_map(|c| numeral(*c)).enumerate() {
        value = match digit {
            10 if place == 0 => 10,
            10 => value.saturating_mul(10),
            // Behind a ten the units are added.
            digit if place > 0 && chars[place - 1] == '十' => value.saturating_add(digit),
            digit => value.saturating_mul(10).saturating_add(digit),
        };
    }
    value
}

/// Words for what a place is, which people leave out or exchange; longer ones first.
const KINDS: [&str; 22] = [
    "住宅小区",
    "职工宿舍楼",
    "职工家属楼",
    "职工宿舍",
    "家属楼",
    "家属院",
    "家属区",
    "住宅楼",
    "住宅区",
    "生活区",
    "居住区",
    "居民区",
    "宿舍楼",
    "宿舍区",
    "居民楼",
    "小区",
    "宿舍",
    "住宅",
    "家属",
    "大院",
    "社区",
    "院",
];

/// Characters that tell one part of a place from another.
const TELLING: &str = "东西南北中上下前后新老旧甲乙丙丁";

/// A name made ready to be compared.
pub(super) struct Name {
    /// Without words for the kind of place, and without what tells parts apart.
    pub(super) bare: Vec<char>,
    /// Its numbers, in order.
    numbers: Vec<String>,
    /// Directions and letters, sorted.
    telling: Vec<char>,
}

impl Name {
    pub(super) fn new(name: &str) -> Self {
        let plain = plain_name(name);
        let numbers = plain.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).map(str::to_owned).collect();
        let mut telling: Vec<char> = plain.chars().filter(|c| TELLING.contains(*c) || c.is_ascii_lowercase()).collect();
        telling.sort_unstable();
        let mut bare = plain;
        for kind in KINDS {
            if bare.chars().count() > kind.chars().count() {
                bare = bare.replace(kind, "");
            }
        }
        Self { bare: bare.chars().collect(), numbers, telling }
    }

    /// From 0 to 1.
    pub(super) fn likeness(&self, other: &Self) -> f64 {
        if self.bare.is_empty() || other.bare.is_empty() || self.numbers != other.numbers || self.telling != other.telling {
            return 0.0;
        }
        if self.bare == other.bare {
            return 0.95;
        }
        let (a, b): (String, String) = (self.bare.iter().collect(), other.bare.iter().collect());
        let (short, long) =
            if self.bare.len() < other.bare.len() { (&self.bare, &other.bare) } else { (&other.bare, &self.bare) };
        // One names the street office or the owner before the place, the other does not.
        #[expect(clippy::cast_precision_loss, reason = "names are short")]
        let held = if short.len() >= 2 && long.windows(short.len()).any(|part| part == short.as_slice()) {
            0.7 + 0.2 * short.len() as f64 / long.len() as f64
        } else {
            0.0
        };
        strsim::normalized_damerau_levenshtein(&a, &b).max(held).min(0.94)
    }
}

#[cfg(test)]
mod tests {
    use super::super::ALIKE;
    use super::*;

    #[test]
    fn ids_are_made_plain() {
        for (a, b) in [("001", "1"), ("A-001", "a１"), ("C 10", "c010"), ("0", "000"), ("1.0.2", "1-00-02")] {
            assert_eq!(plain_id(a), plain_id(b), "{a} {b}");
        }
        for (a, b) in [("10", "1"), ("100", "10"), ("A1", "B1"), ("101", "11")] {
            assert_ne!(plain_id(a), plain_id(b), "{a} {b}");
        }
    }

    #[test]
    fn names_are_made_plain() {
        for (a, b) in [
            ("光明小区（一期）", "光明小区1期"),
            ("光明小区Ⅰ期", "光明小区 一期"),
            ("第十二栋", "12栋"),
            ("二十三号院", "２３号院"),
            ("機械廠", "機械厂"),
        ] {
            assert_eq!(plain_name(a), plain_name(b), "{a} {b}");
        }
        assert_eq!(plain_name("三里屯"), "3里屯");
        assert_eq!(plain_name("二道"), "二道");
    }

    #[test]
    fn ordinals_and_directions_must_agree() {
        let alike = |a: &str, b: &str| Name::new(a).likeness(&Name::new(b));
        assert_eq!(alike("光明小区一期", "光明小区二期"), 0.0);
        assert_eq!(alike("光明东区", "光明西区"), 0.0);
        assert_eq!(alike("光明小区A座", "光明小区B座"), 0.0);
        assert_eq!(alike("南湖小区", "北湖小区"), 0.0);
        assert!(alike("光明小区", "光明家属楼") > 0.9);
        assert!(alike("朝阳街道光明小区", "光明小区") > ALIKE);
        assert!(alike("机械厂宿舍", "机械长宿舍") > ALIKE);
        assert!(alike("光明小区", "红旗小区") < ALIKE);
    }
}
