//! The caption service by itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::service::main("caption", async |parts| {
        let door = shared::http::bind(parts.config.caption.listen, "caption.listen").await?;
        door.serve(parts.health.mount(poem::Route::new()), &parts.lifecycle);
        caption::start(&parts)
    })
}
