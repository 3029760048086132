//! `cargo run --locked` starts here.

use std::process::ExitCode;

fn main() -> ExitCode {
    redraw::main()
}
