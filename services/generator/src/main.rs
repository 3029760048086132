//! The generator service by itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::service::main(
        "generator",
        |config| config.generator.listen,
        async |parts, door| {
            door.serve(parts.health.mount(poem::Route::new()), &parts.lifecycle);
            generator::start(&parts)
        },
    )
}
