//! The generator service by itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::service::main(
        "generator",
        |config| config.generator.listen,
        async |parts, door| {
            // No balancer sends anybody here, so none needs notice.
            let health = parts.health.mount(poem::Route::new());
            door.serve(health, &parts.lifecycle, parts.lifecycle.stopping());
            generator::start(&parts)
        },
    )
}
