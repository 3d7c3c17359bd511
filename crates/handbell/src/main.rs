//! The one binary. It reads its arguments, does one command and answers with an exit code: 0 good, 1 the
//! answer is no, 2 usage, 3 could not tell.

fn main() -> std::process::ExitCode {
    handbell::cli::run()
}
