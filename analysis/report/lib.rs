//! Tables, figures, maps and the page for the mayor.
