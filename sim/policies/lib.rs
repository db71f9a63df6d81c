//! What a government can do: a folder for each policy.
