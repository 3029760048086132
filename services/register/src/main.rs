//! The register service by itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::service::main("register", async |parts| {
        let listen = parts.config.register.listen;
        let door = shared::http::bind(listen, "register.listen").await?;
        register::start(&parts, door)
    })
}
