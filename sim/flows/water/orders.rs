//! What works on links as a network runs: simple controls and rules.
use super::network::Status;

/// When a simple control acts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trigger {
    /// Head of a node at most this, ft.
    Below(u32, f64),
    /// Head of a node at least this, ft.
    Above(u32, f64),
    /// Seconds since the start.
    At(i64),
    /// Seconds of the day.
    Clock(i64),
}

/// A simple control.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Control {
    /// The link it works on.
    pub link: u32,
    /// Status it gives.
    pub status: Status,
    /// Setting it gives.
    pub setting: Option<f64>,
    /// When.
    pub trigger: Trigger,
}

/// What a premise of a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// A node.
    Node(u32),
    /// A link.
    Link(u32),
    /// The whole network.
    System,
}

/// What a premise compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable {
    /// Demand or net inflow.
    Demand,
    /// Head.
    Head,
    /// Level above the bottom.
    Level,
    /// Pressure.
    Pressure,
    /// Flow.
    Flow,
    /// Status.
    Status,
    /// Setting.
    Setting,
    /// Seconds since the start.
    Time,
    /// Seconds of the day.
    Clock,
    /// Seconds until full.
    FillTime,
    /// Seconds until empty.
    DrainTime,
}

/// How a premise compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Equal.
    Equal,
    /// Not equal.
    Unequal,
    /// Less.
    Less,
    /// At most.
    AtMost,
    /// More.
    More,
    /// At least.
    AtLeast,
}

/// What a premise compares with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Condition {
    /// A number in units of the file; times in seconds.
    Number(f64),
    /// A status: closed, open or active.
    Is(Status),
}

/// A premise of a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Premise {
    /// Whether it is joined to what stands before it by OR.
    pub or: bool,
    /// Of what.
    pub object: Object,
    /// Which quantity.
    pub variable: Variable,
    /// Compared how.
    pub operator: Operator,
    /// With what.
    pub condition: Condition,
}

/// What a rule does to a link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Action {
    /// The link.
    pub link: u32,
    /// Status given.
    pub status: Option<Status>,
    /// Setting given, in units inside.
    pub setting: Option<f64>,
}

/// A rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    /// Name as written.
    pub id: String,
    /// What must hold.
    pub premises: Vec<Premise>,
    /// What is done if it holds.
    pub then: Vec<Action>,
    /// What is done if it doesn't.
    pub otherwise: Vec<Action>,
    /// Which rule wins over a link: the higher.
    pub priority: f64,
}
