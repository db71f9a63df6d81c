//! Sections, lines and words of an input file.
use citytwin_world::problem::Problem;
use citytwin_world::suggest::nearest;
use citytwin_world::text::{Faults, Word, lines};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// Sections that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Junctions,
    Reservoirs,
    Tanks,
    Pipes,
    Pumps,
    Valves,
    Demands,
    Emitters,
    Status,
    Patterns,
    Curves,
    Controls,
    Rules,
    Times,
    Options,
    /// All that have no bearing on heads and flows.
    Passed,
    End,
}

/// Names of sections; a file may cut them short.
const SECTIONS: [(&str, Section); 28] = [
    ("JUNCTIONS", Section::Junctions),
    ("RESERVOIRS", Section::Reservoirs),
    ("TANKS", Section::Tanks),
    ("PIPES", Section::Pipes),
    ("PUMPS", Section::Pumps),
    ("VALVES", Section::Valves),
    ("DEMANDS", Section::Demands),
    ("EMITTERS", Section::Emitters),
    ("STATUS", Section::Status),
    ("PATTERNS", Section::Patterns),
    ("CURVES", Section::Curves),
    ("CONTROLS", Section::Controls),
    ("RULES", Section::Rules),
    ("TIMES", Section::Times),
    ("OPTIONS", Section::Options),
    ("END", Section::End),
    ("TITLE", Section::Passed),
    ("SOURCES", Section::Passed),
    ("QUALITY", Section::Passed),
    ("ROUGHNESS", Section::Passed),
    ("ENERGY", Section::Passed),
    ("REACTIONS", Section::Passed),
    ("MIXING", Section::Passed),
    ("REPORT", Section::Passed),
    ("COORDINATES", Section::Passed),
    ("VERTICES", Section::Passed),
    ("LABELS", Section::Passed),
    ("BACKDROP", Section::Passed),
];

/// A line as its words.
pub(super) type Row<'t> = Vec<Word<'t>>;

/// Whether a word begins with a keyword, whatever its case.
pub(super) fn is(word: Word<'_>, keyword: &str) -> bool {
    word.text.get(..keyword.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(keyword))
}

/// A file in parts, and what is wrong with it.
pub(super) struct Reader<'t> {
    pub faults: Faults<'t>,
    rows: BTreeMap<Section, Vec<Row<'t>>>,
    pub nodes: BTreeMap<&'t str, u32>,
    node_places: BTreeMap<&'t str, Range<usize>>,
    pub links: BTreeMap<&'t str, u32>,
    pub patterns: BTreeMap<&'t str, u32>,
    pub curves: BTreeMap<&'t str, (u32, Range<usize>)>,
    /// Pattern of demands that name none.
    pub default_pattern: &'t str,
}

impl<'t> Reader<'t> {
    pub fn new(path: &Path, text: &'t str) -> Self {
        let mut reader = Self {
            faults: Faults::new(path, text),
            rows: BTreeMap::new(),
            nodes: BTreeMap::new(),
            node_places: BTreeMap::new(),
            links: BTreeMap::new(),
            patterns: BTreeMap::new(),
            curves: BTreeMap::new(),
            default_pattern: "1",
        };
        reader.split(text);
        reader
    }

    fn split(&mut self, text: &'t str) {
        let mut section = None;
        let text = text.strip_prefix('\u{feff}').map_or((0, text), |rest| (3, rest));
        for (start, line) in lines(text.1) {
            let row = words(start + text.0, line);
            let Some(first) = row.first() else { continue };
            if let Some(name) = first.text.strip_prefix('[') {
                section = self.section(name.trim_end_matches(']'), *first);
                if section == Some(Section::End) {
                    return;
                }
            } else if let Some(section) = section {
                if section != Section::Passed {
                    self.rows.entry(section).or_default().push(row);
                }
            } else if self.rows.is_empty() && !self.faults.has_errors() {
                let what = "this stands in no section: a file begins with a line such as [JUNCTIONS]";
                self.faults.error("E075", first.span(), what);
            }
        }
        if self.rows.is_empty() && !self.faults.has_errors() {
            self.faults.whole(Problem::error("E071", "the file has no section of a water network"));
        }
    }

    fn section(&mut self, name: &str, word: Word<'_>) -> Option<Section> {
        let upper = name.to_ascii_uppercase();
        // [TAGS] is as short as sections get; four letters are enough for all others.
        if upper == "TAGS" {
            return Some(Section::Passed);
        }
        let fits = |known: &str| known.starts_with(&upper) || upper.starts_with(known);
        let found = SECTIONS.iter().find(|(known, _)| upper.len() >= 3 && fits(known));
        if found.is_none() {
            let problem = Problem::error("E075", format!("no section is called `{}`", word.clip()));
            let near = nearest(name, SECTIONS.iter().map(|(known, _)| *known));
            self.tell(
                near.map_or(problem.clone(), |near| problem.help(format!("did you mean `[{near}]`?"))),
                word,
            );
        }
        found.map(|(_, section)| *section).or(Some(Section::Passed))
    }

    /// The rows of a section.
    pub fn rows(&mut self, section: Section) -> Vec<Row<'t>> {
        self.rows.remove(&section).unwrap_or_default()
    }

    /// Complains at a word.
    pub fn error(&mut self, code: &'static str, word: Word<'_>, what: impl Into<String>) {
        self.faults.error(code, word.span(), what);
    }

    /// Complains at a word, with help.
    pub fn tell(&mut self, problem: Problem, word: Word<'_>) {
        self.faults.add(problem, word.span());
    }

    /// Complains of a line that ends too early; gives whether it does.
    pub fn is_short(&mut self, row: &Row<'_>, least: usize, what: &str) -> bool {
        let short = row.len() < least;
        if short {
            let end = row.last().map_or(0, |word| word.span().end);
            let start = row.first().map_or(0, |word| word.start);
            self.faults.error("E071", start..end, format!("this line ends too early: {what}"));
        }
        short
    }

    /// A number that networks can have.
    pub fn number(&mut self, word: Word<'_>, what: &str) -> Option<f64> {
        let found = word.number().filter(|n| n.abs() <= 1e12);
        if found.is_none() {
            self.error("E072", word, format!("{what} must be a number, not `{}`", word.clip()));
        }
        found
    }

    /// A number of at least 0.
    pub fn amount(&mut self, word: Word<'_>, what: &str) -> Option<f64> {
        let found = self.number(word, what)?;
        if found < 0.0 {
            self.error("E072", word, format!("{what} must be at least 0, not `{}`", word.clip()));
        }
        Some(found).filter(|n| *n >= 0.0)
    }

    /// A number above 0.
    pub fn positive(&mut self, word: Word<'_>, what: &str) -> Option<f64> {
        let found = self.number(word, what)?;
        if found < 1e-12 {
            self.error("E072", word, format!("{what} must be above 0, not `{}`", word.clip()));
        }
        Some(found).filter(|n| *n >= 1e-12)
    }

    /// Notes a node; complains where its name is taken.
    pub fn add_node(&mut self, word: Word<'t>, number: u32) {
        if self.nodes.insert(word.text, number).is_some() {
            self.error("E074", word, format!("a node `{}` is given twice", word.clip()));
        }
        self.node_places.insert(word.text, word.span());
    }

    /// Where a node is defined.
    pub fn place_of_node(&self, id: &str) -> Range<usize> {
        self.node_places.get(id).cloned().unwrap_or(0..0)
    }

    /// The node of a name.
    pub fn node(&mut self, word: Word<'_>) -> Option<u32> {
        let found = self.nodes.get(word.text).copied();
        if found.is_none() {
            let near = near(word, self.nodes.len(), self.nodes.keys().copied());
            self.missing("node", word, near);
        }
        found
    }

    /// The link of a name.
    pub fn link(&mut self, word: Word<'_>) -> Option<u32> {
        let found = self.links.get(word.text).copied();
        if found.is_none() {
            let near = near(word, self.links.len(), self.links.keys().copied());
            self.missing("link", word, near);
        }
        found
    }

    /// The pattern of a name.
    pub fn pattern(&mut self, word: Word<'_>) -> Option<u32> {
        let found = self.patterns.get(word.text).copied();
        if found.is_none() {
            let near = near(word, self.patterns.len(), self.patterns.keys().copied());
            self.missing("pattern", word, near);
        }
        found
    }

    /// The curve of a name.
    pub fn curve(&mut self, word: Word<'_>) -> Option<u32> {
        let found = self.curves.get(word.text).map(|(at, _)| *at);
        if found.is_none() {
            let near = near(word, self.curves.len(), self.curves.keys().copied());
            self.missing("curve", word, near);
        }
        found
    }

    fn missing(&mut self, what: &str, word: Word<'_>, near: Option<String>) {
        let problem = Problem::error("E073", format!("no {what} is called `{}`", word.clip()));
        self.tell(
            match near {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            },
            word,
        );
    }
}

/// The nearest of some names, where there aren't too many to look through.
fn near<'a>(word: Word<'_>, count: usize, names: impl Iterator<Item = &'a str>) -> Option<String> {
    if count > 5000 { None } else { nearest(word.text, names).map(str::to_owned) }
}

/// The words of a line: parted by spaces, tabs and commas, quoted or not, up to a semicolon.
fn words(start: usize, line: &str) -> Row<'_> {
    let mut found = Vec::new();
    let mut from = None;
    let mut quoted = false;
    for (at, letter) in line.char_indices() {
        if quoted {
            if letter == '"' {
                let begin: usize = from.take().unwrap_or(at);
                found.push(Word { text: &line[begin..at], start: start + begin });
                quoted = false;
            }
            continue;
        }
        let ends = letter == ';' || letter == '"' || letter == ',' || letter.is_whitespace();
        if let (true, Some(begin)) = (ends, from) {
            found.push(Word { text: &line[begin..at], start: start + begin });
            from = None;
        }
        match letter {
            ';' => return found,
            '"' => {
                quoted = true;
                from = Some(at + 1);
            }
            _ if !ends && from.is_none() => from = Some(at),
            _ => {}
        }
    }
    if let Some(begin) = from {
        found.push(Word { text: &line[begin..], start: start + begin });
    }
    found
}
