//! The caption service by itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::service::main(
        "caption",
        |config| config.caption.listen,
        async |parts, door| {
            door.serve(parts.health.mount(poem::Route::new()), &parts.lifecycle);
            caption::start(&parts)
        },
    )
}
