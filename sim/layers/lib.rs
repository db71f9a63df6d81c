//! How things behave: a folder for each layer.
