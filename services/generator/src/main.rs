//! The generator service by itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::service::main("generator", async |parts| {
        let door = shared::http::bind(parts.config.generator.listen, "generator.listen").await?;
        door.serve(parts.health.mount(poem::Route::new()), &parts.lifecycle);
        generator::start(&parts)
    })
}
