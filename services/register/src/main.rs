//! The register service by itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::service::main(
        "register",
        |config| config.register.listen,
        async |parts, door| register::start(&parts, door),
    )
}
