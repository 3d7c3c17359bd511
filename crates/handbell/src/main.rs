//! The one binary. It reads its arguments, does one command and answers with an exit code: 0 good, 1 the
//! answer is no, 2 usage, 3 could not tell.

/// Who gives memory out (docs/performance.md).
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    handbell::cli::run()
}
