//! The caption service by itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::service::main(
        "caption",
        |config| config.caption.listen,
        async |parts, door| {
            // No balancer sends anybody here, so none needs notice.
            let health = parts.health.mount(poem::Route::new());
            door.serve(health, &parts.lifecycle, parts.lifecycle.stopping());
            caption::start(&parts)
        },
    )
}
