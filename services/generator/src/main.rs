//! The generator service by itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::service::main("generator", async |parts| {
        let door = shared::http::bind(parts.config.generator.listen, "generator.listen").await?;
        door.serve(parts.health.clone().routes(), &parts.lifecycle);
        generator::start(&parts);
        Ok(())
    })
}
