//! The parts against real servers, which `scripts/servers up` starts. `REDRAW_TEST_SERVERS` names
//! the file that it writes, `var/servers/env`.

mod addresses;
mod broker;
mod proxy;
