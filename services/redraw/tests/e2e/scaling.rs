//! Several of each service, behind a load balancer, on one database through a pooler.

mod balancer;
mod on_real_servers;
mod replicas;
mod visitors;
