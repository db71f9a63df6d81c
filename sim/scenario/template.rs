//! Scenarios to start from, for `citytwin new --template`.

/// A scenario to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// Name after `--template`.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// All templates.
pub const TEMPLATES: &[Template] = &[
    Template { name: "blank", text: include_str!("templates/blank.toml") },
    Template { name: "epidemic", text: include_str!("templates/epidemic.toml") },
    Template { name: "health-code", text: include_str!("templates/health-code.toml") },
    Template { name: "lockdown", text: include_str!("templates/lockdown.toml") },
];

/// The template of a name.
pub fn template(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}

impl Template {
    /// What it asks: its first line without the hash.
    pub fn caption(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches('#').trim()
    }
}
