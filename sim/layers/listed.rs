//! The plain list of layers with their keys, for scenarios, schemas and help.
use citytwin_engine::KeySpec;

/// A layer as it is listed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Listed {
    /// Name in `run.json`; scenarios may name its table otherwise (`Vocabulary::keys_of`).
    pub name: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// Its keys.
    pub keys: &'static [KeySpec],
}

/// All layers in the order in which a tick runs them.
pub const LAYERS: &[Listed] = &[
    Listed {
        name: "digital",
        summary: "Load and service level of the code platform.",
        keys: crate::digital::KEYS,
    },
    Listed {
        name: "infrastructure",
        summary: "Power, telecom, water and hospitals that fail with what they need, and the crews that repair them.",
        keys: crate::infrastructure::KEYS,
    },
    Listed {
        name: "activity",
        summary: "Plans each resident's day: where to, when, and how.",
        keys: crate::activity::KEYS,
    },
    Listed {
        name: "transport",
        summary: "Moves residents over streets and transit, through checkpoints, to the minute.",
        keys: crate::transport::KEYS,
    },
    Listed {
        name: "contact",
        summary: "Who shares a room with whom, and whom that infects.",
        keys: crate::contact::KEYS,
    },
    Listed {
        name: "epidemic",
        summary: "Infections begin, run their course and leave immunity.",
        keys: crate::epidemic::KEYS,
    },
    Listed {
        name: "care",
        summary: "Hospital beds, intensive care, and what happens without them.",
        keys: crate::care::KEYS,
    },
    Listed {
        name: "supply",
        summary: "Goods come in, are delivered, bought and used; runs where a scenario names any.",
        keys: crate::supply::KEYS,
    },
    Listed {
        name: "testing",
        summary: "Tests are taken, wait in the laboratory's queue and come back.",
        keys: crate::testing::KEYS,
    },
    Listed {
        name: "reporting",
        summary: "Departments observe and tell the board, with delay, loss and error.",
        keys: crate::reporting::KEYS,
    },
];
