//! Large memory pages: a full city is a gigabyte read at random, and with small pages the processor looks up addresses
//! more than it reads. The GNU allocator asks for large ones when told so by a variable that it reads at its start, and
//! by the same variable keeps what a day has used for the next one instead of handing it back.

/// What the allocator is told; users who set the variable themselves are left alone.
#[cfg(target_os = "linux")]
const VARIABLE: (&str, &str) =
    ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1:glibc.malloc.trim_threshold=536870912");

/// Starts this program again in its own place with large pages asked for; returns where that can't be done, which
/// costs speed and nothing else.
#[cfg(target_os = "linux")]
pub fn ask_for_large() {
    use std::os::unix::process::CommandExt;
    if std::env::var_os(VARIABLE.0).is_some() {
        return;
    }
    if let Ok(program) = std::env::current_exe() {
        let arguments = std::env::args_os().skip(1);
        // On success this never returns: the process goes on as the new program.
        let _failed = std::process::Command::new(program).args(arguments).env(VARIABLE.0, VARIABLE.1).exec();
    }
}

/// Elsewhere there is nothing to ask for.
#[cfg(not(target_os = "linux"))]
pub fn ask_for_large() {}
