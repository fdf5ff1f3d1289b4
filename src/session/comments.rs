//! Comments of a file, matched with a plan: each is taken once, whatever file it comes by, and says whether its thing has
//! changed since.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use geo::{BoundingRect, Rect};

use super::dispatch::commit;
use super::opinions::{opinion_edits, taken_opinions};
use super::{Effect, State};
use crate::base::Message;
use crate::checks::Finding;
use crate::export::{comment_key, plan_hash, states_of};
use crate::geometry::bounds;
use crate::import::{FileComment, FileComments};
use crate::model::{Comment, CommentAnswer, CommentKey, Content, Edit, Subject};

/// How a thing stands to what was commented on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As it was.
    Same,
    /// The thing itself has changed.
    Changed,
    /// The plan has changed; whether the thing has, is not told.
    PlanChanged,
    /// The comment does not tell on which state it was made.
    Untold,
    /// The thing is not in the plan any more.
    Gone,
}

impl Standing {
    /// The stable name used in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Changed => "changed",
            Self::PlanChanged => "plan_changed",
            Self::Untold => "untold",
            Self::Gone => "gone",
        }
    }

    /// For people; nothing where nothing is to be said.
    #[must_use]
    pub const fn message(self) -> Option<Message> {
        match self {
            Self::Same => None,
            Self::Changed => Some(Message::new("comments.changed")),
            Self::PlanChanged => Some(Message::new("comments.plan-changed")),
            Self::Untold => Some(Message::new("comments.untold")),
            Self::Gone => Some(Message::new("comments.gone")),
        }
    }
}

/// Standings of comments, by their keys. `O(features)`, and everything in the plan where a comment tells the state of no thing.
#[must_use]
pub fn standings<'a>(
    content: &Content,
    comments: impl Iterator<Item = (&'a CommentKey, &'a Comment)>,
) -> BTreeMap<CommentKey, Standing> {
    let comments: Vec<(&CommentKey, &Comment)> = comments.collect();
    let states = states_of(content, &comments.iter().map(|(_, comment)| &comment.subject).collect());
    let mut hash = None;
    let mut standing = |comment: &Comment| {
        let state = states.get(&comment.subject).map(String::as_str);
        // Findings follow from everything; whether theirs is still there is not asked.
        let state = state.or(matches!(comment.subject, Subject::Finding(_)).then_some(""));
        standing_of(content, state, [&comment.state, &comment.plan_hash], &mut hash)
    };
    comments.into_iter().map(|(key, comment)| (key.clone(), standing(comment))).collect()
}

/// How what was said of a thing stands to its digest now, which is none where it is gone. What was said tells the digest of the
/// thing and the hash of the plan, as far as it does; `hash` keeps that of the plan, once it is needed.
pub(super) fn standing_of(
    content: &Content,
    now: Option<&str>,
    [state, judged]: [&str; 2],
    hash: &mut Option<String>,
) -> Standing {
    let Some(now) = now else { return Standing::Gone };
    let same = |is: bool, otherwise: Standing| if is { Standing::Same } else { otherwise };
    if !state.is_empty() {
        return same(now == state, Standing::Changed);
    }
    if judged.is_empty() {
        return Standing::Untold;
    }
    same(*hash.get_or_insert_with(|| plan_hash(content)) == judged, Standing::PlanChanged)
}

/// What becomes of the comments of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Taken {
    /// What the plan does not have yet.
    pub set: BTreeMap<CommentKey, Comment>,
    /// Comments that the plan, or a row before, has already.
    pub already: usize,
    /// Rows without a comment.
    pub silent: usize,
    /// Lines with a comment on nothing that is known.
    pub faulty: Vec<usize>,
    /// How those that are new stand to the plan.
    pub standings: BTreeMap<CommentKey, Standing>,
}

impl Taken {
    /// How many of the new ones stand so.
    #[must_use]
    pub fn count(&self, standing: Standing) -> usize {
        self.standings.values().filter(|own| **own == standing).count()
    }

    /// What became of the rows.
    #[must_use]
    pub fn message(&self, file: &Path) -> Message {
        let told = Message::new("comments.read")
            .text("file", name_of(file))
            .count("taken", self.set.len())
            .count("already", self.already);
        let told = told.count("silent", self.silent);
        let changed = self.count(Standing::Changed) + self.count(Standing::PlanChanged);
        let gone = self.count(Standing::Gone);
        if changed + gone + self.faulty.len() == 0 {
            return told;
        }
        let lines: Vec<String> = self.faulty.iter().take(12).map(ToString::to_string).collect();
        Message::new("comments.read-but")
            .nested("what", told)
            .count("changed", changed)
            .count("gone", gone)
            .count("faulty", self.faulty.len())
            .text("lines", if lines.is_empty() { "–".to_owned() } else { lines.join(", ") })
    }
}

/// Matches the comments of a file with a plan.
#[must_use]
pub fn taken(content: &Content, read: &FileComments, file: &Path) -> Taken {
    let name = name_of(file);
    let mut found = Taken { silent: read.silent, faulty: read.faulty.clone(), ..Taken::default() };
    for comment in &read.comments {
        let FileComment { subject, text, unit, author, date, .. } = comment;
        let key = comment_key(subject, [text, unit, author, date]);
        if content.comments.contains_key(&key) || found.set.contains_key(&key) {
            found.already += 1;
            continue;
        }
        let comment = Comment {
            subject: subject.clone(),
            text: text.clone(),
            unit: unit.clone(),
            author: author.clone(),
            date: date.clone(),
            plan_hash: comment.plan_hash.clone(),
            state: comment.state.clone(),
            file: name.clone(),
            answer: None,
        };
        found.set.insert(key, comment);
    }
    found.standings = standings(content, found.set.iter());
    found
}

/// The name of a file without its folder.
fn name_of(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Puts the comments of files, and what they say of districts, into the plan, those of each as one step.
pub(super) fn take(state: &mut State, files: Vec<(PathBuf, Result<FileComments, Message>)>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for (file, read) in files {
        let read = match read {
            Ok(read) => read,
            Err(fault) => {
                state.tell_failure(fault);
                continue;
            }
        };
        let found = taken(&state.plan, &read, &file);
        let said = taken_opinions(&state.plan, &read.opinions, &file);
        if read.rows() > 0 {
            state.tell(found.message(&file));
        }
        if said.cells() > 0 {
            state.tell(said.message(&name_of(&file)));
        }
        let put = |(key, comment)| Edit::PutComment(key, Some(Box::new(comment)));
        let edits: Vec<Edit> = found.set.into_iter().map(put).chain(opinion_edits(said.set)).collect();
        if !edits.is_empty() {
            effects.extend(commit(state, Message::new("session.edit-comments"), Edit::Group(edits)));
        }
    }
    effects
}

/// Answers a comment, or takes the answer back. A rejection needs its reason.
pub(super) fn answer(state: &mut State, key: CommentKey, answer: Option<CommentAnswer>) -> Vec<Effect> {
    let Some(comment) = state.plan.comments.get(&key) else { return Vec::new() };
    if answer.as_ref().is_some_and(|a| a.ruling == crate::model::Ruling::Rejected && a.reason.trim().is_empty()) {
        state.tell_failure(Message::new("comments.no-reason"));
        return Vec::new();
    }
    if comment.answer == answer {
        return Vec::new();
    }
    let comment = Comment { answer, ..comment.clone() };
    commit(state, Message::new("session.edit-answer"), Edit::PutComment(key, Some(Box::new(comment))))
}

/// Places of things, by one pass over the plan; what has none, or is not there, is left out. `O(features)`.
#[must_use]
pub fn places<'a>(content: &Content, findings: &[Finding], wanted: &BTreeSet<&'a Subject>) -> BTreeMap<&'a Subject, Rect<f64>> {
    let (mut compounds, mut pipes) = (HashMap::new(), HashMap::new());
    let mut found = BTreeMap::new();
    for subject in wanted {
        let place = match subject {
            Subject::Compound(id) => {
                compounds.insert(id.as_str(), *subject);
                None
            }
            Subject::Pipe(id) => {
                pipes.insert(id.as_str(), *subject);
                None
            }
            Subject::Item(id) => content.items.get(id).and_then(|item| item.place.as_ref()?.bounding_rect()),
            Subject::District(number) => district_box(content, *number),
            Subject::Finding(key) => {
                let finding = findings.iter().find(|finding| finding.key.0 == *key);
                let boxes = finding.into_iter().flat_map(|finding| finding.parts.iter().map(|part| Some(part.bounds)));
                boxes.fold(None, bounds::join)
            }
        };
        found.extend(place.map(|place| (*subject, place)));
    }
    if !compounds.is_empty() {
        for compound in content.compounds.iter() {
            let subject = compounds.get(compound.source_id.as_str());
            found.extend(subject.and_then(|subject| Some((*subject, compound.shape.bounding_rect()?))));
        }
    }
    if !pipes.is_empty() {
        for pipe in content.pipes.iter() {
            let subject = pipes.get(pipe.source_id.as_str());
            found.extend(subject.and_then(|subject| Some((*subject, pipe.line.bounding_rect()?))));
        }
    }
    found
}

fn district_box(content: &Content, number: u32) -> Option<Rect<f64>> {
    let (id, _) = content.districts.iter().find(|(_, district)| district.number == number)?;
    let members = content.members(*id);
    bounds::of_areas(members.iter().filter_map(|member| content.compounds.get(member.index())).map(|compound| &compound.shape))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{District, Ruling};

    fn row(line: usize, subject: Subject, text: &str, hash: &str, state: &str) -> FileComment {
        let (unit, author, date) = ("热力公司".to_owned(), "王".to_owned(), String::new());
        FileComment {
            line,
            subject,
            text: text.to_owned(),
            unit,
            author,
            date,
            plan_hash: hash.to_owned(),
            state: state.to_owned(),
        }
    }

    fn plan() -> Content {
        let mut content = Content::default();
        content.districts.insert(crate::base::DistrictId(1), District::numbered(3));
        content
    }

    #[test]
    fn comments_are_taken_once_and_say_what_has_changed() {
        let mut content = plan();
        let district = Subject::District(3);
        let (hash, state) = (plan_hash(&content), states_of(&content, &[&district].into())[&district].clone());
        let read = FileComments {
            comments: vec![
                row(2, Subject::District(3), "同意", &hash, &state),
                row(3, Subject::District(3), "同意", &hash, &state),
                row(4, Subject::District(3), "另议", &hash, ""),
                row(5, Subject::District(9), "不同意", &hash, &state),
                row(6, Subject::Finding("parts:1".to_owned()), "已知", "", ""),
            ],
            silent: 2,
            faulty: vec![7],
            ..FileComments::default()
        };
        let first = taken(&content, &read, Path::new("a.json"));
        let mut standing: Vec<&str> = first.standings.values().map(|s| s.code()).collect();
        standing.sort_unstable();
        assert_eq!((first.set.len(), first.already, standing), (4, 1, vec!["gone", "same", "same", "untold"]));
        assert_eq!(first.message(Path::new("a.json")).key(), "comments.read-but");
        content.comments.extend(first.set);
        let again = taken(&content, &read, Path::new("b.xlsx"));
        assert_eq!((again.set.len(), again.already), (0, 5));
        content.districts.values_mut().for_each(|d| d.year = Some(2027));
        let standings = standings(&content, content.comments.iter());
        let of = |standing: Standing| standings.values().filter(|own| **own == standing).count();
        assert_eq!([Standing::Changed, Standing::PlanChanged, Standing::Gone, Standing::Untold].map(of), [1, 1, 1, 1]);
    }

    #[test]
    fn an_answer_is_an_edit_and_a_rejection_needs_its_reason() {
        let mut state = State::default();
        state.replace_plan(plan(), None);
        let read = FileComments { comments: vec![row(2, Subject::District(3), "缓建", "", "")], ..FileComments::default() };
        take(&mut state, vec![(PathBuf::from("a.json"), Ok(read))]);
        let key = state.plan.comments.keys().next().unwrap().clone();
        let ruling = |ruling: Ruling, reason: &str| {
            Some(CommentAnswer { ruling, reason: reason.to_owned(), responsible: "设计院".to_owned() })
        };
        answer(&mut state, key.clone(), ruling(Ruling::Rejected, " "));
        assert_eq!(state.plan.comments[&key].answer, None);
        answer(&mut state, key.clone(), ruling(Ruling::Rejected, "年度已定"));
        assert_eq!(state.plan.comments[&key].answer, ruling(Ruling::Rejected, "年度已定"));
        assert_eq!(state.history.done().len(), 2);
    }
}
