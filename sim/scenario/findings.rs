//! All problems of a scenario together with the texts they stand in, shown to people or to programs.

use crate::source::Sources;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use citytwin_world::problem::{Problem, Problems, Severity};
use serde_json::json;
use std::fmt;
use std::ops::Range;

/// Problems with the texts they stand in, sorted by text and place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The problems.
    pub problems: Problems,
    /// The texts.
    pub sources: Sources,
}

impl Findings {
    /// Problems sorted by text, in the order read, and place.
    pub fn new(problems: Problems, sources: Sources) -> Self {
        let order = |problem: &Problem| {
            let file = problem.file.as_deref();
            sources.iter().position(|source| Some(source.name.as_str()) == file).unwrap_or(usize::MAX)
        };
        let mut list: Vec<Problem> = problems.into_iter().collect();
        list.sort_by_key(|problem| {
            let start = problem.span.as_ref().map_or(usize::MAX, |span| span.start);
            (order(problem), start)
        });
        list.dedup();
        Self { problems: list.into_iter().collect(), sources }
    }

    /// The problems as text with the lines they stand in and a caret; with colours for a terminal or without.
    pub fn render(&self, colours: bool) -> String {
        let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.decor_style(DecorStyle::Ascii);
        let mut out = String::new();
        for problem in &self.problems {
            out.push_str(&renderer.render(&[self.group(problem)]));
            out.push_str("\n\n");
        }
        out.push_str(&self.summary());
        out
    }

    fn group<'a>(&'a self, problem: &'a Problem) -> Group<'a> {
        let level = match problem.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = Group::with_title(level.primary_title(printable(&problem.message)).id(problem.code));
        match (self.sources.of(problem), &problem.span) {
            (Some(source), Some(span)) => {
                let (first, line, span) = line_of(&source.text, within(&source.text, span));
                let mut annotation = AnnotationKind::Primary.span(span);
                if let Some(label) = &problem.label {
                    annotation = annotation.label(printable(label));
                }
                let snippet = Snippet::source(line).line_start(first).path(&source.name);
                group = group.element(snippet.annotation(annotation));
            }
            _ => {
                if let Some(file) = &problem.file {
                    group = group.element(Origin::path(file.as_str()));
                }
            }
        }
        if let Some(help) = &problem.help {
            group = group.element(Level::HELP.message(printable(help)));
        }
        group
    }

    /// One line: how many errors and warnings.
    pub fn summary(&self) -> String {
        let errors = self.problems.error_count();
        let warnings = self.problems.len() - errors;
        let count = |number: usize, word: &str| match number {
            1 => format!("1 {word}"),
            _ => format!("{number} {word}s"),
        };
        match (errors, warnings) {
            (0, 0) => "no problems".to_owned(),
            (_, 0) => count(errors, "error"),
            (0, _) => count(warnings, "warning"),
            _ => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
        }
    }

    /// The problems as data: `{errors, warnings, problems: [{code, severity, message, file, line, column, …}]}`.
    pub fn to_json(&self) -> serde_json::Value {
        let errors = self.problems.error_count();
        json!({
            "errors": errors,
            "warnings": self.problems.len() - errors,
            "problems": self.problems,
        })
    }
}

/// A span moved onto whole characters of a text, at most one line long, so that it can always be drawn.
fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let line_end = text.get(start..end).and_then(|inside| inside.find('\n')).map_or(end, |at| start + at);
    start..line_end.max(start)
}

/// The line that a span stands in with its number, and the span within it: the renderer looks at all it is given, and
/// a file may have as many mistakes as lines.
fn line_of(text: &str, span: Range<usize>) -> (usize, &str, Range<usize>) {
    let begin = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end =
        text.get(span.end..).and_then(|behind| behind.find('\n')).map_or(text.len(), |at| span.end + at);
    let number = text.get(..begin).map_or(0, |before| before.matches('\n').count()) + 1;
    let line = text.get(begin..end).unwrap_or_default();
    (number, line, span.start - begin..span.end - begin)
}

/// Control characters shown as what they are, so that a hostile file can't steer a terminal.
fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|letter| -> Box<dyn Iterator<Item = char>> {
            if letter.is_control() && letter != '\n' {
                Box::new(letter.escape_default())
            } else {
                Box::new(std::iter::once(letter))
            }
        })
        .collect()
}

impl fmt::Display for Findings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.render(false))
    }
}

impl std::error::Error for Findings {}

impl From<Problem> for Findings {
    fn from(problem: Problem) -> Self {
        Self::new(problem.into(), Sources::default())
    }
}
