//! Clock, phases, keyed draws, levers, board, registry, checkpoints and the step.
