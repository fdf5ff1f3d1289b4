//! Fields in the description of a placemark: tables of two columns, as other programs write their attributes for a balloon.

/// Letters of a name of a field, at most: what is longer is a sentence.
const LONGEST_NAME: usize = 64;

/// Names and values of the rows that have two cells. `O(n)`; tables inside cells are read too.
pub(super) fn pairs(html: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut cell: Option<usize> = None;
    let mut at = 0;
    while let Some(open) = html[at..].find('<').map(|found| at + found) {
        let Some(close) = html[open..].find('>').map(|found| open + found + 1) else { break };
        let tag = html[open + 1..close - 1].trim_start().to_ascii_lowercase();
        let name: &str = tag.split(|c: char| c.is_whitespace() || c == '/' && !tag.starts_with('/')).next().unwrap_or_default();
        match name {
            "tr" | "/tr" | "/table" => {
                if let [field, value] = row.as_slice()
                    && !field.is_empty()
                    && field.chars().count() <= LONGEST_NAME
                {
                    pairs.push((field.clone(), value.clone()));
                }
                row.clear();
                cell = None;
            }
            "td" | "th" => cell = Some(close),
            "/td" | "/th" => {
                if let Some(start) = cell.take() {
                    row.push(plain(&html[start..open]));
                }
            }
            _ => {}
        }
        at = close;
    }
    pairs
}

/// Text without tags and entities.
fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    for (entity, letter) in [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        text = text.replace(entity, letter);
    }
    let text = text.trim();
    // What programs write for a value that is not there.
    if text.eq_ignore_ascii_case("<null>") { String::new() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_two_cells_are_fields() {
        let html = "<html><table><tr><td colspan=2>临江小区</td></tr><tr><td><table>\
            <tr bgcolor='#D4E4F3'><td>户数</td>\n<td>320</td></tr><TR><TD>名称</TD><TD><b>A &amp; B</b></TD></TR>\
            <tr><td>备注</td><td>&lt;Null&gt;</td></tr></table></td></tr></table>";
        let want = [("户数", "320"), ("名称", "A & B"), ("备注", "")];
        assert_eq!(pairs(html), want.map(|(a, b)| (a.to_owned(), b.to_owned())));
        assert!(pairs("just words < and > more").is_empty());
        assert!(pairs("<tr><td>a</td><td>b</td").is_empty());
    }
}
