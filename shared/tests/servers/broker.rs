//! Hints through RabbitMQ, each test in a vhost of its own.

mod changes;
mod declarations;
mod deliveries;
mod faults;
mod foreign;
mod harness;
mod stop;
